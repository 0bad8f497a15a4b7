"""What a run rests on, and a digest of each: files of the book, and answers to questions about its tables.

A run that read a few rows of a table stays good while these rows, the schema of the table and the retractions that it
asked for are what they were, whatever else changes in the file (`seedsoil.tables.asked`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from seedsoil.evidence.references import retracted
from seedsoil.tables.text import Rows


def digest(root: Path, name: str) -> str | None:
    """Of a path below `root`, or of the answer to a question, a JSON list; None where there is none any more."""
    return _of_answer(root, *json.loads(name)) if name.startswith("[") else _of_path(root / name)


def _of_path(path: Path) -> str | None:
    """SHA-256 of a file's bytes, or of a folder's listing."""
    if path.is_dir():
        return hashlib.sha256("\n".join(sorted(os.listdir(path))).encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _of_answer(root: Path, kind: str, *about) -> str | None:
    try:
        answer = ANSWERS[kind](root, *about)
    except (KeyError, OSError, ValueError):  # the run would fail on it, so it is run again
        return None
    return hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()


def rows(root: Path, table: str, where: Mapping[str, list[str]]) -> list:
    """The schema of a table, with the rows that have one of the values in each column of `where`, or the whole file."""
    data = Rows(root)
    resource = data.resources[table]
    if not where:
        return [resource["schema"], _of_path(root / "data" / resource["path"])]
    chosen = [cells for cells in data.rows(table) if all(cells[column] in values for column, values in where.items())]
    return [resource["schema"], chosen]


ANSWERS: dict[str, Callable] = {"rows": rows, "retracted": lambda root: sorted(retracted(root))}
