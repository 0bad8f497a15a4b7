"""The command `check`: the repository passes, and a fault anywhere turns it red, in the order of files and lines."""

import re
import shutil
import time
from pathlib import Path

import pytest

from seedsoil import check
from seedsoil.files import ROOT
from seedsoil.problem import Problem


@pytest.fixture
def copy(tmp_path) -> Path:
    """A copy of what is checked, that a test may spoil; returns its root."""
    for name in ("data", "chapters"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("_toc.yml", "index.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf8")


def test_the_repository_passes():
    assert {name: list(map(str, found)) for name, found in check.problems(ROOT).items()} == {
        name: [] for name in check.PARTS
    }


@pytest.mark.parametrize(
    ("name", "old", "new", "part", "expected"),
    [
        (
            "data/tables/proportions.csv",
            "abstract",
            "guess",
            "tables",
            r"data/tables/proportions\.csv:\d+:read_at: found 'guess', expected one of .+; .+ \[not-allowed\]",
        ),
        (
            "data/effects.csv",
            "0.79,1.02",
            "1.02,0.79",
            "tables",
            r"data/effects\.csv:\d+:ci_low: found the reversed interval .+ \[reversed-interval\]",
        ),
        (
            "data/references.bib",
            "year = {2007}",
            "year = {07}",
            "references",
            r"data/references\.bib:\d+:\w+: found the year '07', expected four digits; correct it \[malformed-year\]",
        ),
        (
            "data/references.bib",
            "},\n}",
            "}},\n}",
            "references",
            r"data/references\.bib:\d+:(\S+:)? ?found .+, expected .+; .+ \[broken-bibtex\]",
        ),
        (
            "index.md",
            "with two commands.",
            "with two commands in 30% of cases.",
            "pages",
            r"index\.md:\d+:\d+: found the typed percentage '30%', expected .+; .+ \[typed-number\]",
        ),
    ],
)
def test_a_fault_in_any_part_is_told(copy, capsys, name, old, new, part, expected):
    check.run(root=copy)
    before = set(capsys.readouterr().out.splitlines())
    spoil(copy / name, old, new)
    assert check.run(root=copy) == 1
    *problems, summary = capsys.readouterr().out.splitlines()
    assert any(re.fullmatch(expected, problem) for problem in problems if problem not in before), problems
    assert re.search(rf"[1-9]\d* in the {part}", summary)


def test_problems_are_sorted_by_place_and_told_once(monkeypatch, capsys):
    def problem(file, line, column):
        return Problem(file, line, column, "this", "that", "mend it", "a-code")

    shuffled = [
        problem("b", 1, "5"),
        problem("a", 10, "x"),
        problem("a", 9, "10"),
        problem("a", 9, "9"),
        problem("a", 0, ""),
    ]
    monkeypatch.setattr(check, "PARTS", {"tables": lambda root: shuffled, "pages": lambda root: shuffled[:1]})
    monkeypatch.setattr(check.shown, "new_rows", lambda root: [])  # whatever rows the branch of the test has changed
    assert check.run(root=ROOT) == 1
    *lines, summary = capsys.readouterr().out.splitlines()
    assert [line.split(": found")[0] for line in lines] == ["a", "a:9:9", "a:9:10", "a:10:x", "b:1:5"]
    assert re.fullmatch(r"Problems: 5 in the tables, 1 in the pages \(\d+\.\d s\)\.", summary)


@pytest.mark.parametrize(
    ("problem", "annotation"),
    [
        (
            Problem("a.md", 7, "4", "30%", "a\nb", "mend", "typed-number"),
            "::error file=a.md,line=7,col=4,title=typed-number::found 30%25, expected a%0Ab; mend",
        ),
        (
            Problem("a,b:c.csv", 2, "rate", "x", "y", "z", "wrong-type"),
            "::error file=a%2Cb%3Ac.csv,line=2,title=wrong-type::rate: found x, expected y; z",
        ),
        (
            Problem("a.csv", 0, "", "x", "y", "z\r", "no-rows"),
            "::error file=a.csv,title=no-rows::found x, expected y; z%0D",
        ),
    ],
)
def test_annotations_follow_the_workflow_commands(problem, annotation):
    assert check.as_annotation(problem) == annotation


def test_a_slow_part_says_that_it_is_at_work(monkeypatch, capsys):
    monkeypatch.setattr(check, "PATIENCE", 0.01)
    monkeypatch.setattr(check, "PARTS", {"tables": lambda root: time.sleep(0.2) or [], "pages": lambda root: []})
    assert check.run(root=ROOT) == 0
    assert capsys.readouterr().err == "checking the tables …\n"
