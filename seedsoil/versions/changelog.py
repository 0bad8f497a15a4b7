"""`CHANGELOG.md` as data: the versions with their days and what each brought, and what waits for the next."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

from seedsoil.files import read

CHANGELOG = "CHANGELOG.md"
KEPT = "data/living/versions"  # what each version concluded
UNRELEASED = "Unreleased"
HEADING = re.compile(r"^## (?:(?P<version>\d+\.\d+\.\d+) \((?P<day>\d{4}-\d\d-\d\d)\)|Unreleased)$")


class Section(NamedTuple):
    """What one version brought, as its lines of the changelog say it; without version and day what none has yet."""

    version: str
    day: str
    lines: tuple[str, ...]


def sections(root: Path) -> list[Section]:
    """The newest first; none where the book has no changelog. Raises ValueError for a heading of another form."""
    path = root / CHANGELOG
    found: list[tuple[str, str, list[str]]] = []
    for number, line in enumerate(read(path, CHANGELOG).splitlines() if path.is_file() else (), 1):
        if line.startswith("## "):
            if (heading := HEADING.match(line.rstrip())) is None:
                raise ValueError(
                    f"{CHANGELOG}:{number}: found the heading {line!r}, expected `## X.Y.Z (YYYY-MM-DD)` or "
                    f"`## {UNRELEASED}`."
                )
            found.append((heading["version"] or "", heading["day"] or "", []))
        elif found and line.startswith("- "):
            found[-1][2].append(line.removeprefix("- "))
        elif found and line.startswith("  ") and found[-1][2]:
            found[-1][2][-1] += f" {line.strip()}"
    return [Section(version, day, tuple(lines)) for version, day, lines in found]


def released(root: Path) -> list[Section]:
    return [one for one in sections(root) if one.version]


def unreleased(root: Path) -> tuple[str, ...]:
    """What came since the last version."""
    return next((one.lines for one in sections(root) if not one.version), ())


class Edition(NamedTuple):
    """What a page that is built here is cited as.

    `released` tells a version as it was published, at its own address, from one with changes since.
    """

    version: str
    day: str
    released: bool

    def says(self) -> str:
        """`version 0.3.0 (1 December 2026)`, or up to which day it has changes since."""
        day = date.fromisoformat(self.day) if self.day else None
        printed = f"{day.day} {day:%B %Y}" if day else ""
        if self.released:
            return f"version {self.version} ({printed})"
        return f"version {self.version} with changes" + (f" to {printed}" if printed else "")


def edition(root: Path, version: str, latest: str) -> Edition:
    """The edition of the files at `root`, that bear `version`; `latest` is the day on which evidence last came.

    A version is as it was published where what it concludes is kept and the changelog tells of no change since.
    """
    newest = next(iter(released(root)), None)
    if newest and newest.version == version and not unreleased(root) and (root / KEPT / f"{version}.json").is_file():
        return Edition(version, newest.day, True)
    return Edition(version, max(latest, newest.day if newest else ""), False)
