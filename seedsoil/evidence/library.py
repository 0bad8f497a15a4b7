"""What the data answer to a page, without Sphinx: cells, effects, evidence, grades."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from seedsoil.evidence import grading
from seedsoil.evidence.grading import Grade
from seedsoil.evidence.references import retracted
from seedsoil.problem import nearest, quoted
from seedsoil.tables.text import EVIDENCE, Rows


class Unknown(LookupError):
    """The data have no such name."""


@dataclass(frozen=True)
class Row:
    """A row as a page shows it: the text of its cells, and what the rest of the data say about it."""

    table: str
    cells: dict[str, str]
    retracted: bool
    contested_by: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()  # of the vocabulary's terms among its cells

    @property
    def unverified(self) -> bool:
        return self.cells.get("read_at") == "unverified"

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def terms(self, column: str) -> str:
        """A cell that holds terms, with their labels in their place."""
        labels = dict(self.labels)
        return ", ".join(labels.get(term, term) for term in _split(self[column]))


class Library:
    """Answers from the tables below `root` as text; every answer is plain data that prints the same when it is the same."""

    def __init__(self, root: Path):
        self._data, self.retracted = Rows(root), retracted(root)

    def value(self, table: str, key: str, column: str) -> tuple[Row, str]:
        """One cell, with the row it stands in."""
        if table not in self._data.resources:
            raise _unknown("table", table, self._data.resources, "a table of data/datapackage.json")
        rows = self._data.keyed(table)
        cells = rows.get(key)
        if cells is None:
            raise _unknown("row", key, rows, f"a key of data/{self._data.resources[table]['path']}")
        if column not in cells:
            raise _unknown("column", column, cells, f"a column of data/{self._data.resources[table]['path']}")
        return Row(table, cells, cells.get("ref") in self.retracted), cells[column]

    def effect(self, name: str) -> Row:
        return self.value("effects", name, "id")[0]

    def evidence(self, process: str, ids: tuple[str, ...], refs: tuple[str, ...]) -> tuple[Row, ...]:
        """The findings and effects of a process, with one of the ids, or of one of the references."""
        known = [cells["id"] for _, cells in self._evidence]
        for name in ids:
            if name not in known:
                raise _unknown("row", name, known, "the id of a finding or an effect")
        return tuple(
            Row(table, cells, cells["ref"] in self.retracted, self._opponents.get(cells["id"], ()), self._labels(cells))
            for table, cells in self._evidence
            if cells["process"] == process or cells["id"] in ids or cells["ref"] in refs
        )

    def grade(self, ids: tuple[str, ...]) -> Grade:
        """The grade of a statement carried by these rows."""
        rows = [row.cells for row in self.evidence("", ids, ())]
        return grading.grade(rows, [cells for _, cells in self._evidence], self.retracted)

    @cached_property
    def _evidence(self) -> list[tuple[str, dict[str, str]]]:
        data = self._data
        return [(table, cells) for table in EVIDENCE if table in data.resources for cells in data.rows(table)]

    @cached_property
    def _opponents(self) -> dict[str, tuple[str, ...]]:
        return grading.opponents([cells for _, cells in self._evidence], self.retracted)

    @cached_property
    def _vocabulary(self) -> dict[str, str]:
        rows = self._data.rows("vocabulary") if "vocabulary" in self._data.resources else []
        return {cells["term"]: cells["label"] for cells in rows}

    def _labels(self, cells: dict[str, str]) -> tuple[tuple[str, str], ...]:
        terms = sorted({term for cell in cells.values() for term in _split(cell)} & self._vocabulary.keys())
        return tuple((term, self._vocabulary[term]) for term in terms)


def _split(cell: str) -> list[str]:
    return [term.strip() for term in cell.split(";")]


def _unknown(kind: str, name: str, names: Iterable[str], expected: str) -> Unknown:
    mend = nearest(name, list(names), "correct the name, or add the row.")
    return Unknown(f"found no {kind} {quoted(name)}, expected {expected}; {mend}")
