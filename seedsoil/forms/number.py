"""A form "correct a number": which cell of which row is meant, and the row with what the source is said to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from seedsoil.evidence.told import row_page
from seedsoil.forms import reply, rows
from seedsoil.forms.body import Filled
from seedsoil.problem import DataError
from seedsoil.tables.text import EVIDENCE, Cells, Rows

ADDRESS = re.compile(r"(?:(?:\S*/)?evidence/)?([a-z0-9]+(?:-[a-z0-9]+)*)(?:\.html|\.json)?(?:[?#]\S*)?")
COMPUTED = ("data/derived/", "data/living/")  # tables that no person types
LONGEST = 240  # characters of a note
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+")


def entered(root: Path, filled: Filled, whence: str) -> Iterator[str]:
    """Correct the row below `root`; yields what to say. DataError where the page is that of no row."""
    table, key, cells = row(root, filled)
    line = list(Rows(root).keyed(table)).index(key) + 2  # below the header; no cell has a line end
    yield f"The row is `{row_page(table, key)}`, {rows.label(root, table)}, line {line}. What it says today:"
    yield reply.listed(f"{column}: {cell}" for column, cell in cells.items() if cell)
    yield "What the form says of it, and where the source says so:"
    yield reply.listed(filled.answers[field] for field in ("found", "expected", "source"))
    changes, doubt = changed(cells, filled.answers["found"], filled.answers["expected"])
    if rows.label(root, table).startswith(COMPUTED):
        doubt = "the table is computed from a public file; what computes it is mended"
    if doubt:
        yield "No cell was changed; an editor does it by hand, or edit the issue and put its label on again:"
        yield reply.block(doubt)
        return
    marks = {"read_at": "unverified", "readings": "1", "note": _note(cells.get("note", ""), whence)}
    after = cells | changes | {column: text for column, text in marks.items() if "read_at" in cells and column in cells}
    rows.hold(root, table, after, filled, dict.fromkeys(after, "expected"))
    rows.replace(root, table, line, after)
    yield "Changed, and unverified until an editor has read the source:"
    yield reply.listed(f"{column}: {cells[column]} → {after[column]}" for column in changes)


def row(root: Path, filled: Filled) -> tuple[str, str, Cells]:
    """Table, key and cells of the row whose page is named; a withdrawn name leads to the row that stands."""
    typed = filled.answers["page"]
    match, tables = ADDRESS.fullmatch(typed), Rows(root)
    name = match[1] if match else ""
    former = tables.keyed("former_ids") if "former_ids" in tables.resources else {}
    name = former[name]["id"] if name in former else name
    for table in (*EVIDENCE, *(table for table in tables.resources if table not in EVIDENCE)):
        if "primaryKey" not in tables.resources[table]["schema"]:
            continue
        for key, cells in tables.keyed(table).items():
            if name and row_page(table, key) == name:
                return table, key, cells
    found = repr(typed if len(typed) <= 60 else f"{typed[:60]}…")
    mend = "open the number, then its row, and take that address; a figure or a sentence is told in words, to an editor"
    raise DataError(filled.problem("page", found, "the address of a row, as …/evidence/NAME.html", mend, "no-row"))


def changed(cells: Cells, found: str, expected: str) -> tuple[Cells, str]:
    """The cells with their new numbers, or why that cannot be told: numbers are compared in the order in which they
    stand, and each that differs must be the whole of one cell."""
    before, after = (NUMBER.findall(text) for text in (found, expected))
    if len(before) != len(after):
        return {}, f"found {len(before)} numbers in what the page says and {len(after)} in what the source says"
    changes: Cells = {}
    for old, new in zip(before, after, strict=True):
        if old == new:
            continue
        columns = [column for column, cell in cells.items() if _bare(cell) == _bare(old)]
        if len(columns) != 1:
            return {}, f"the number {old} stands in {' and '.join(columns) or 'no cell'}, expected in one"
        if changes.setdefault(columns[0], _bare(new)) != _bare(new):
            return {}, f"the number {old} became {changes[columns[0]]} and {new}"
    return changes, "" if changes else "no number differs"


def _bare(number: str) -> str:
    return number.replace(",", "")


def _note(before: str, whence: str) -> str:
    told = "; ".join(filter(None, [before, f"number corrected by {whence}, not yet read"]))
    return told if len(told) <= LONGEST else before
