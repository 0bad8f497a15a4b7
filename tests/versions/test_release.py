"""A release refuses what is not in order, and sets its number and day wherever they stand."""

import json
import re
import shutil
import subprocess
from argparse import Namespace

import pytest
import yaml

from seedsoil.files import ROOT
from seedsoil.versions import changelog, commands, kept, release, state
from tests.living.conftest import book  # noqa: F401

LOG = "# Changelog\n\n## 0.3.0 (2026-12-01)\n\n- Feeds.\n\n## 0.2.0 (2026-11-25)\n\n- Chapters.\n"
IDENTITY = ("-c", "user.name=E", "-c", "user.email=e@example.org")


def git(root, *arguments):
    return subprocess.run(["git", *IDENTITY, *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def ready(book):  # noqa: F811
    """The small book, with all that a release asks for, committed."""
    for name in release.PLACES:
        shutil.copy(ROOT / name, book / name)
    (book / "CHANGELOG.md").write_text(LOG, "utf8")
    (book / "tests/results").mkdir(parents=True)
    (book / "tests/results/dormancy.yml").write_text("[]\n", "utf8")
    for place in release.PLACES:  # whatever the version of this book is
        text = (book / place).read_text("utf8").replace(state.version(ROOT), "0.2.0")
        (book / place).write_text(text, "utf8")
    git(book, "init", "--quiet")
    git(book, "add", "--all")
    git(book, "commit", "--quiet", "--message", "begin")
    return book


def test_nothing_is_told_where_all_is_in_order(ready):
    assert list(release.faults(ready, "0.3.0")) == []


@pytest.mark.parametrize(
    ("version", "file", "old", "new", "told"),
    [
        ("0.3", None, "", "", "found the version '0.3', expected X.Y.Z"),
        ("0.2.0", None, "", "", "found the version 0.2.0, expected one after 0.2.0"),
        (
            "0.3.0",
            "CHANGELOG.md",
            "# Changelog\n",
            "# Changelog\n\n## Unreleased\n\n- More.\n",
            "found 1 lines under Unreleased",
        ),
        (
            "0.3.0",
            "CHANGELOG.md",
            "## 0.3.0 (2026-12-01)\n\n- Feeds.\n\n",
            "",
            "found 0.2.0 first, expected a section `## 0.3.0",
        ),
        ("0.3.0", "CITATION.cff", "message: ", "massage: ", "found no message"),
        ("0.3.0", "CITATION.cff", "  - name: ", "  - title: ", "expected a mapping with name or family-names"),
        ("0.3.0", "CITATION.cff", "title: ", "title: [", "found broken YAML"),
    ],
)
def test_what_is_not_in_order_is_told(ready, version, file, old, new, told):
    if file:
        text = (ready / file).read_text("utf8")
        assert old in text
        (ready / file).write_text(text.replace(old, new, 1), "utf8")
        git(ready, "commit", "--quiet", "--all", "--message", "spoil")
    found = list(release.faults(ready, version))
    assert len(found) == (1 if file else 2) and told in found[0]  # the changelog knows 0.3.0 alone


def test_a_tree_that_is_not_clean_and_a_tag_that_exists_are_told(ready):
    git(ready, "tag", "v0.3.0")
    (ready / "note").write_text("more")
    said = list(release.faults(ready, "0.3.0"))
    assert "found 1 changed files (?? note …)" in said[0] and "found the tag v0.3.0" in said[1]


def test_the_number_and_the_day_are_set_wherever_they_stand(ready, monkeypatch, capsys):
    monkeypatch.setattr(commands, "ROOT", ready)
    assert commands.release(Namespace(version="0.3.0", tested=True)) == 0
    citation = yaml.safe_load((ready / "CITATION.cff").read_text("utf8"))
    assert (citation["version"], citation["date-released"]) == ("0.3.0", "2026-12-01")
    told = json.loads((ready / ".zenodo.json").read_text("utf8"))
    assert (told["version"], told["publication_date"]) == ("0.3.0", "2026-12-01")
    assert state.version(ready) == "0.3.0"
    assert [held["version"] for held in kept.kept(ready)] == ["0.3.0"]
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == [
        'git commit --message "Version 0.3.0" && git tag --annotate v0.3.0 --message "Version 0.3.0"',
        "git push --atomic origin HEAD v0.3.0",
    ]
    git(ready, *re.findall(r'git (commit) (--message) "(.*?)"', said[-2])[0])
    assert git(ready, "status", "--porcelain") == ""


def test_a_rebuilt_tag_gives_the_same_state(ready, monkeypatch):
    monkeypatch.setattr(commands, "ROOT", ready)
    commands.release(Namespace(version="0.3.0", tested=True))
    git(ready, "commit", "--quiet", "--message", "Version 0.3.0")
    git(ready, "tag", "v0.3.0")
    held = state.text(state.state(ready))
    (ready / "data/findings.csv").write_text((ready / "data/findings.csv").read_text("utf8").replace("more", "less"))
    assert state.text(state.of(ready, "v0.3.0")) == held != state.text(state.state(ready))
    assert state.text(kept.conclusions(state.of(ready, "v0.3.0"))) == (ready / changelog.KEPT / "0.3.0.json").read_text(
        "utf8"
    )


def test_nothing_is_written_where_the_tests_fail_or_something_is_not_in_order(ready, monkeypatch, capsys):
    monkeypatch.setattr(commands, "ROOT", ready)
    monkeypatch.setattr(commands.subprocess, "call", lambda *arguments, **options: 1)
    assert commands.release(Namespace(version="0.3.0", tested=False)) == 1
    assert commands.release(Namespace(version="0.2.0", tested=True)) == 1
    assert git(ready, "status", "--porcelain") == ""


def test_a_page_is_cited_as_released_only_where_nothing_has_changed_since(ready):
    assert changelog.edition(ready, "0.2.0", "2026-11-28").says() == "version 0.2.0 with changes to 1 December 2026"
    release.set_version(ready, "0.3.0")
    assert changelog.edition(ready, "0.3.0", "2026-11-28") == ("0.3.0", "2026-12-01", True)
    assert changelog.edition(ready, "0.3.0", "").says() == "version 0.3.0 (1 December 2026)"
    (ready / "CHANGELOG.md").write_text(LOG.replace("\n\n", "\n\n## Unreleased\n\n- More.\n\n", 1), "utf8")
    assert changelog.edition(ready, "0.3.0", "2026-12-03").says() == "version 0.3.0 with changes to 3 December 2026"


def test_the_version_of_this_book_is_the_same_wherever_it_stands():
    for name, patterns in release.PLACES.items():
        for pattern, kind in patterns.items():
            (value,) = re.findall(pattern, (ROOT / name).read_text("utf8"), re.MULTILINE)
            if kind == "version":
                assert value == state.version(ROOT), name
    assert list(release._of_citation(ROOT)) == []
