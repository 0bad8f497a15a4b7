"""The rows of a table that are new or changed since the branch began, as Git knows it."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

from seedsoil.tables.text import Cells, Rows

BEGINNINGS = ("origin/main", "main")  # a branch began where it parted from one of these


def changed(root: Path, table: str) -> list[tuple[int, Cells]]:
    """Lines and cells of the rows that are not in the table as it was; none where there is no Git to say."""
    label = f"data/{Rows(root).resources[table]['path']}"
    before = _git(root, "show", f"{_beginning(root)}:{label}")
    if before is None:
        return []
    old = {tuple(row) for row in csv.reader(io.StringIO(before))}
    found = []
    with (root / label).open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        names = next(reader, [])
        line = reader.line_num + 1
        for row in reader:
            if tuple(row) not in old:
                found.append((line, dict(zip(names, row, strict=False))))
            line = reader.line_num + 1
    return found


def _beginning(root: Path) -> str:
    for branch in BEGINNINGS:
        if parted := _git(root, "merge-base", "HEAD", branch):
            return parted.strip()
    return "HEAD"


def _git(root: Path, *command: str) -> str | None:
    """What Git answers; None where it is not installed, or has no such thing."""
    try:
        done = subprocess.run(["git", *command], cwd=root, capture_output=True, encoding="utf-8", check=True)
    except (OSError, subprocess.CalledProcessError, UnicodeDecodeError):
        return None
    return done.stdout
