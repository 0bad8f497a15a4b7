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

from seedsoil.evidence.references import BIBLIOGRAPHY, retracted
from seedsoil.tables.package import PACKAGE
from seedsoil.tables.text import Rows

GENERATED = {"__pycache__", "_build", ".git", ".venv"}  # come and go without a change of what a chapter reads


def digest(root: Path, name: str) -> str | None:
    """Of a path below `root`, or of the answer to a question, a JSON list; None where there is none any more."""
    return _of_answer(root, *json.loads(name)) if name.startswith("[") else _of_path(root, name)


def _of_path(root: Path, name: str) -> str | None:
    """SHA-256 of a file's bytes, of a folder's listing (`name/`) or of what in it can be imported (`name/*`).

    `folder` for a folder that was only asked for, None where there is nothing.
    """
    path = root / name.removesuffix("*")
    if not path.is_dir():
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    if not name.endswith(("/", "/*")):
        return "folder"
    names = sorted(
        os.fsencode(entry.name)
        for entry in os.scandir(path)
        if entry.name not in GENERATED and (name.endswith("/") or is_importable(entry))
    )
    return hashlib.sha256(b"\0".join(names)).hexdigest()


def is_importable(entry: os.DirEntry) -> bool:
    return entry.name.isidentifier() if entry.is_dir() else entry.name.endswith((".py", ".pyc", ".so"))


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
        return [resource["schema"], _of_path(root, f"data/{resource['path']}")]
    chosen = [cells for cells in data.rows(table) if all(cells[column] in values for column, values in where.items())]
    return [resource["schema"], chosen]


def files(root: Path, name: str) -> list[Path]:
    """The files behind a path or a question."""
    if not name.startswith("["):
        return [root / name]
    kind, *about = json.loads(name)
    if kind == "retracted":
        return [root / BIBLIOGRAPHY]
    return [root / PACKAGE, root / "data" / Rows(root).resources[about[0]]["path"]]


ANSWERS: dict[str, Callable] = {"rows": rows, "retracted": lambda root: sorted(retracted(root))}
