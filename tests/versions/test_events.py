"""What happened to a small book: versions, a search, a conclusion, a retraction, each on its day; and what is kept."""

import json

import pytest

from seedsoil.files import ROOT
from seedsoil.versions import changelog, events, kept, state
from tests.living.conftest import book  # noqa: F401
from tests.versions.test_difference import OLD, new

CHANGELOG = """# Changelog

Newest first.

## Unreleased

- Not yet told.

## 0.2.0 (2026-11-25)

- Five chapters,
  in all.
- Lighter pages.

## 0.1.0 (2026-11-22)

- The book stands.
"""


@pytest.fixture
def lived(book):  # noqa: F811
    """The book of two versions, with a search that brought something and one that did not, and a retracted work."""
    (book / "CHANGELOG.md").write_text(CHANGELOG, "utf8")
    for held in (OLD, new()):
        kept.keep(book, held)
    runs = book / "data/living/runs"
    runs.mkdir()
    for name, count in (("2026-11-27", 3), ("2026-11-28", 0)):
        run = {
            "kind": "search",
            "chapter": "dormancy",
            "began_at": f"{name}T10:00:00.000Z",
            "new": count,
            "sources": {},
        }
        (runs / f"{name}-dormancy.json").write_text(json.dumps(run), "utf8")
    path = book / "data/references.bib"
    path.write_text(path.read_text("utf8").replace("pmid = {23728425},", "pmid = {23728425},\n  status = {retracted},"))
    (book / "data/living/integrity.csv").write_text(
        "key,source,status,notice,seen_on\nghajar2013pv,crossref,retraction,10.1/x,2026-11-29\n", "utf8"
    )
    return book


def test_what_happened_is_told_with_its_day_the_latest_first(lived):
    told = [(event.day, event.kind, event.says, event.chapters) for event in events.events(lived)]
    here = ("dormancy",)
    assert told[:3] == [
        (
            "2026-11-29",
            "retraction",
            "Retracted: Ghajar 2013, “The perivascular niche regulates breast tumour dormancy”",
            here,
        ),
        ("2026-11-27", "search", "The standing search of dormancy brought 3 new records", here),
        ("2026-11-25", "version", "Version 0.2.0", ()),
    ]
    assert sorted(says for _, kind, says, _ in told if kind == "conclusion") == [
        "dormancy: Weak became Moderate: “TGF-β2 holds cells asleep in marrow.” (by “TGF-β2 restrains growth in marrow”,"
        " Weak to Moderate)",
        "dormancy: “Exercise wakes cells.” now reads “Exercise may wake cells.”",
        "growth: new message, Strong: “Tumors slow.”",
    ]
    assert told[-1] == ("2026-11-22", "version", "Version 0.1.0", ())


def test_names_are_their_own_and_stay(lived):
    names = [(event.kind, event.name) for event in events.events(lived)]
    assert len(names) == len(set(names)) and names == [(event.kind, event.name) for event in events.events(lived)]


def test_a_chapter_is_told_what_concerns_it(lived):
    told = events.of("growth", events.events(lived))
    assert [event.kind for event in told] == ["version", "conclusion", "version"]


def test_the_changelog_is_read_by_version_and_a_heading_of_another_form_is_told(lived):
    assert changelog.unreleased(lived) == ("Not yet told.",)
    assert changelog.released(lived)[0] == ("0.2.0", "2026-11-25", ("Five chapters, in all.", "Lighter pages."))
    (lived / "CHANGELOG.md").write_text("# Changelog\n\n## v0.3\n", "utf8")
    with pytest.raises(ValueError, match=r"CHANGELOG.md:3: found the heading '## v0.3', expected"):
        events.events(lived)
    assert changelog.released(ROOT)


def test_what_is_kept_tells_conclusions_as_the_whole_state_does(lived):
    old, now = kept.kept(lived)
    assert (old["version"], now["version"]) == ("0.1.0", "0.2.0")
    whole = [change for change in kept.changes(OLD, new()) if change.kind in kept.TOLD]
    assert kept.since(old, new()) == whole and len(whole) == 5
    assert kept.keep(lived, new()).read_text("utf8") == state.text(now)


def test_versions_are_in_the_order_of_their_numbers(lived):
    for version in ("0.10.0", "0.9.0"):
        kept.keep(lived, {**OLD, "version": version})
    assert [held["version"] for held in kept.kept(lived)] == ["0.1.0", "0.2.0", "0.9.0", "0.10.0"]


def test_a_book_of_which_nothing_is_told_has_no_events(tmp_path):
    (tmp_path / "data").mkdir()
    assert events.events(tmp_path) == []
