"""What changed from one version to another: exact sentences for two small states, and the state of this book."""

import copy
import json
import subprocess
import sys

import pytest

from seedsoil.files import ROOT
from seedsoil.versions import difference, state
from tests.living.conftest import book  # noqa: F401

OLD = {
    "form": 1,
    "version": "0.1.0",
    "messages": [
        {
            "chapter": "dormancy",
            "text": "TGF-β2 holds cells asleep in marrow.",
            "grade": "Weak",
            "clauses": [{"says": "TGF-β2 restrains growth in marrow", "grade": "Weak", "rows": ["ames"]}],
        },
        {"chapter": "dormancy", "text": "Exercise wakes cells.", "grade": "Contested", "clauses": []},
    ],
    "effects": {
        "cole-death": {"study": "Cole 2012", "measure": "HR", "estimate": "1.50", "ci_low": "1.10", "ci_high": "2.05"}
    },
    "findings": {"ames": {"finding": "It held cells.", "read_at": "abstract"}, "boyd": {"finding": "No."}},
    "works": {
        "ames2010": {"cited_as": "Ames 2010", "title": "Marrow", "doi": "10.1/a", "retracted": False},
        "boyd2011": {"cited_as": "Boyd 2011", "title": "Lung", "doi": "10.1/b", "retracted": False},
    },
    "results": {"dormancy": {"0 pool": "all   1.17 (1.05–1.30)  23\nsome 1.00"}},
}


def new():
    changed = copy.deepcopy(OLD)
    changed["version"] = "0.2.0"
    message = changed["messages"][0]
    message["grade"] = message["clauses"][0]["grade"] = "Moderate"
    changed["messages"][1]["text"] = "Exercise may wake cells."
    changed["messages"].append({"chapter": "growth", "text": "Tumors slow.", "grade": "Strong", "clauses": []})
    changed["effects"]["cole-death"].update(estimate="1.20", ci_low="0.90", ci_high="1.60")
    changed["findings"]["ames"]["read_at"] = "full text"
    del changed["findings"]["boyd"]
    changed["works"]["ames2010"]["retracted"] = True
    changed["works"]["cole2012"] = {"cited_as": "Cole 2012", "title": "Women", "doi": "10.1/c", "retracted": False}
    del changed["works"]["boyd2011"]
    changed["results"]["dormancy"]["0 pool"] = "all 1.18 (1.05–1.31) 24\nsome      1.00"
    return changed


SAID = """What the book concludes

- dormancy: Weak became Moderate: “TGF-β2 holds cells asleep in marrow.” (by “TGF-β2 restrains growth in marrow”, Weak to Moderate)
- dormancy: “Exercise wakes cells.” now reads “Exercise may wake cells.”
- growth: new message, Strong: “Tumors slow.”

Retractions

- Ames 2010, “Marrow”, is retracted, and its rows no longer count

Published estimates

- Cole 2012 (cole-death): HR 1.50 (1.10 to 2.05) became HR 1.20 (0.90 to 1.60), -20 %

What the analyses print

- dormancy: “all 1.17 (1.05–1.30) 23” became “all 1.18 (1.05–1.31) 24”

Works

- Cole 2012 came: “Women”
- Boyd 2011 went: “Lung”

Rows

- finding boyd went
- finding ames: read_at changed
"""


def test_two_versions_differ_in_these_sentences():
    assert difference.as_text(OLD, new(), difference.changes(OLD, new())) == SAID


def test_a_version_does_not_differ_from_itself():
    said = difference.as_text(OLD, OLD, difference.changes(OLD, copy.deepcopy(OLD)))
    assert said == "Nothing that the book says differs between 0.1.0 and 0.1.0.\n"


def test_verdicts_of_theses_that_moved_are_told():
    changed = copy.deepcopy(OLD) | {"verdicts": {"Double agents": "holds", "Sides": "fails"}}
    before = OLD | {"verdicts": {"Double agents": "undecided"}}
    said = difference.as_text(before, changed, difference.changes(before, changed))
    assert said == "Theses\n\n- Double agents: undecided became holds\n- Sides: not tested became fails\n"


def test_the_state_of_the_book_has_the_verdict_of_each_thesis():
    from seedsoil.evidence.library import Library

    assert state.state(ROOT)["verdicts"] == {one["name"]: one.verdict for one in Library(ROOT).theses()}


def test_text_of_the_data_is_no_markup_on_a_pull_request():
    changed = new()
    changed["works"]["cole2012"]["title"] = "<img src=x> [a](javascript:1) *b*"
    said = difference.as_markdown(OLD, changed, difference.changes(OLD, changed))
    assert "\\<img src=x\\>" in said
    assert "\\[a\\]" in said


def test_the_state_of_a_checkout_is_the_same_to_the_byte(book):  # noqa: F811
    (book / "pyproject.toml").write_text('version = "0.3.0"\n', "utf8")
    (book / "tests/results").mkdir(parents=True)
    held = state.state(book)
    assert held["version"] == "0.3.0"
    assert held["messages"][0]["grade"] == "Weak"
    assert state.text(held) == state.text(state.state(book))
    assert str(book) not in state.text(held)


def test_a_commit_gives_the_state_of_its_files(book):  # noqa: F811
    (book / "pyproject.toml").write_text('version = "0.3.0"\n', "utf8")
    (book / "tests/results").mkdir(parents=True)
    (book / "tests/results/dormancy.yml").write_text("[]\n", "utf8")
    identity = ("-c", "user.name=E", "-c", "user.email=e@example.org")
    for arguments in (("init", "--quiet"), ("add", "-A"), ("commit", "--quiet", "-m", "begin"), ("tag", "v0.3.0")):
        subprocess.run(["git", *identity, *arguments], cwd=book, check=True, capture_output=True)
    before = state.state(book)
    path = book / "data/findings.csv"
    path.write_text(path.read_text("utf8").replace("knockdown,more", "knockdown,less"), "utf8")
    assert state.of(book, "v0.3.0") == before
    said = difference.as_text(before, state.state(book), difference.changes(before, state.state(book)))
    assert "dormancy: Weak became None" in said


@pytest.mark.parametrize(
    "name, text, said",
    [
        ("no-such-tag", None, "found no file, address, tag or commit"),
        ("old.json", "{", "found no state, expected the JSON"),
        ("old.json", json.dumps({"form": 99}), "found a state of form 99, expected form 1"),
    ],
)
def test_what_is_no_version_is_told(tmp_path, monkeypatch, name, text, said):
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / name).write_text(text, "utf8")
    with pytest.raises(ValueError, match=said):
        state.of(ROOT, name)


def test_the_commands_are_offered():
    said = subprocess.run([sys.executable, "-m", "seedsoil.cli", "help"], capture_output=True, text=True, check=True)
    assert "state" in said.stdout
    assert "diff" in said.stdout
