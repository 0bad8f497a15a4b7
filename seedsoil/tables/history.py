"""What became of the rows of a table, day by day, as git kept its file.

Only what is committed counts, along the first parents of the version that is checked out, and of each day its last
state. Cells are compared by the names of their columns, so that a new or moved column changes no row. Without git, or
from a clone that holds no history, nothing is told.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from seedsoil.tables.text import Cells


class Change(NamedTuple):
    """A cell that became another on a day (`2026-11-28`, UTC)."""

    day: str
    column: str
    before: str
    after: str


def newest(root: Path, *paths: str) -> str:
    """The last commit that touched one of the files; empty where git knows of none."""
    return _git(root, "log", "-1", "--format=%H", "--", *paths).strip()


def changes(root: Path, path: str, key: str = "id") -> dict[str, tuple[Change, ...]]:
    """For each row that `path`, a file from `root`, once had: what changed in it, the oldest change first."""
    told = _git(root, "log", "--first-parent", "--date=format-local:%Y-%m-%d", "--format=%cd %H", "--", path)
    last_of_day = dict(line.split() for line in reversed(told.splitlines()))
    versions = [(day, _rows(_git(root, "show", f"{commit}:./{path}"), key)) for day, commit in last_of_day.items()]
    found: dict[str, list[Change]] = {}
    for (_, before), (day, after) in pairwise(versions):
        for name in before.keys() & after.keys():
            old, new = before[name], after[name]
            found.setdefault(name, []).extend(
                Change(day, column, old[column], new[column])
                for column in old.keys() & new.keys()
                if old[column] != new[column]
            )
    return {name: tuple(sorted(told)) for name, told in found.items() if told}


def _rows(text: str, key: str) -> Mapping[str, Cells]:
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), restval="")
    return {cells[key]: {name: cell for name, cell in cells.items() if name} for cells in rows if cells.get(key)}


def _git(root: Path, *arguments: str) -> str:
    """What git prints; nothing where there is no git, no repository, or no such file in a commit."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=root,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=os.environ | {"TZ": "UTC"},
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
