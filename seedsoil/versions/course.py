"""How the verdicts of the theses moved over the versions.

What a version concluded is kept when it is released (`seedsoil.versions.kept`). For versions before the theses were
tested, the tests that count rows are run on the rows that the book had on the day of the version, coded as they are
today; what chapters computed then is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from seedsoil.evidence.library import Library
from seedsoil.versions import changelog, kept

RESULT = "result"  # the kind of a test that reads what a chapter computed


class Point(NamedTuple):
    """A version with its day, the verdicts by name of the thesis, and whether they were computed afterwards."""

    version: str
    day: str
    verdicts: dict[str, str]
    afterwards: bool


def course(root: Path, library: Library) -> Iterator[Point]:
    """The versions, the first one first."""
    concluded = {held["version"]: held.get("verdicts", {}) for held in kept.kept(root)}
    for one in sorted(changelog.released(root), key=lambda one: kept.number(one.version)):
        told = concluded.get(one.version, {})
        afterwards = {
            thesis["name"]: thesis.verdict
            for thesis in library.theses(one.day)
            if any(test["kind"] != RESULT for test in thesis.tests)
        }
        yield Point(one.version, one.day, told or afterwards, not told)
