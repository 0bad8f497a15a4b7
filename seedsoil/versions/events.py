"""What happened to the book, each with its day: versions, searches that brought something, conclusions that changed,
retractions of cited works. The feeds tell it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from seedsoil.bibliography.printed import plain, short
from seedsoil.evidence.references import READINGS, entries, retracted
from seedsoil.living import ledger, ranking
from seedsoil.living.ledger import Notice
from seedsoil.tables.package import PACKAGE
from seedsoil.tables.text import Rows
from seedsoil.versions import changelog, kept


class Event(NamedTuple):
    """One thing that happened.

    `name` is its own for good; `more` are sentences; `chapters` are those that it concerns, none where it concerns
    all; `page` is where readers find it.
    """

    kind: str
    name: str
    day: str
    says: str
    more: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    page: str = "chapters/changes"


def events(root: Path) -> list[Event]:
    """The latest first."""
    found = [*_versions(root), *_searches(root), *_conclusions(root), *_retractions(root)]
    return sorted(found, key=lambda event: (event.day, event.kind, event.name), reverse=True)


def of(chapter: str, happened: list[Event]) -> list[Event]:
    return [event for event in happened if not event.chapters or chapter in event.chapters]


def _versions(root: Path) -> Iterator[Event]:
    for one in changelog.released(root):
        yield Event("version", one.version, one.day, f"Version {one.version}", one.lines)


def _searches(root: Path) -> Iterator[Event]:
    for run in ledger.runs(root):
        if run["kind"] == "search" and run["new"]:
            brought = f"{run['new']:,} new record{'' if run['new'] == 1 else 's'}"
            yield Event(
                "search",
                f"{run['chapter']}/{run['began_at']}",
                run["began_at"][:10],
                f"The standing search of {run['chapter']} brought {brought}",
                ("They wait to be read by a person.",),
                (run["chapter"],),
                "chapters/living",
            )


def _conclusions(root: Path) -> Iterator[Event]:
    """What each version concludes otherwise than the one before it, on the day of its release."""
    days = {one.version: one.day for one in changelog.released(root)}
    for old, new in pairwise(kept.kept(root)):
        for change in kept.since(old, new):
            if change.kind in ("messages", "verdicts"):
                name = f"{new['version']}/{hashlib.sha256(change.says.encode()).hexdigest()[:12]}"
                about = (change.chapter,) if change.chapter else ()
                page = f"chapters/{change.chapter}" if change.chapter else "chapters/changes"
                yield Event("conclusion", name, days[new["version"]], change.says, (), about, page)


def _retractions(root: Path) -> Iterator[Event]:
    """Works marked as retracted, on the day of their notice, or else on that on which a source was seen to say so."""
    gone = sorted(retracted(root))
    if not gone or not (root / PACKAGE).is_file():
        return
    works, cited = entries(root) or {}, ranking.citations(root)
    seen = {one.key: one.seen_on for one in ledger.load(root, Notice) if one.status == "retraction"}
    tables = Rows(root)
    readings = {cells["key"]: cells for cells in tables.rows(READINGS)} if READINGS in tables.resources else {}
    for key in gone:
        read = readings.get(key, {})
        if day := read.get("corrected_on") or seen.get(key) or read.get("verified_on"):
            fields, chapters = works[key].fields, tuple(sorted(page for page in cited if key in cited[page]))
            yield Event(
                "retraction",
                key,
                day,
                f"Retracted: {short(fields)}, “{plain(fields.get('title', ''))}”",
                ("Its rows are shown and no longer count.",),
                chapters or ("references",),
                f"chapters/{chapters[0]}" if chapters else "chapters/references",
            )
