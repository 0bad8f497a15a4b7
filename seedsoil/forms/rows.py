"""Rows that a form writes: held against the description of their table first, and put in as one line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from seedsoil.files import read, replace_file
from seedsoil.forms.body import Filled
from seedsoil.problem import DataError
from seedsoil.tables.cells import Records, check
from seedsoil.tables.package import resource
from seedsoil.tables.text import Cells, Rows


def hold(root: Path, table: str, cells: Cells, filled: Filled, fields: Mapping[str, str]) -> None:
    """DataError where a cell is not what its column allows, told at the field of the form that it came from: `fields`
    names it for each column."""
    try:
        check(Records(list(cells), [list(cells.values())], 1, [2]), resource(table, root)["schema"], table)
    except DataError as error:
        raise DataError(
            *(
                filled.problem(fields[one.column], one.found, one.expected, one.mend, one.code)
                if one.column in fields
                else one
                for one in error.problems
            )
        ) from None


def append(root: Path, table: str, cells: Cells) -> None:
    """Put the row below the others."""
    path = root / label(root, table)
    replace_file(path, read(path, path.name) + _line(cells))


def replace(root: Path, table: str, line: int, cells: Cells) -> None:
    """Put the row in the place of the one in that line."""
    path = root / label(root, table)
    lines = read(path, path.name).splitlines(keepends=True)
    lines[line - 1] = _line(cells)
    replace_file(path, "".join(lines))


def label(root: Path, table: str) -> str:
    return f"data/{Rows(root).resources[table]['path']}"


def _line(cells: Cells) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells.values())
    return text.getvalue()
