"""The cells, factors, organs and cancers that rows speak of, with the rows of each and what acts beside it in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property

from seedsoil.evidence.library import Library, Row
from seedsoil.evidence.vocabulary import HAVE_PAGES, slug
from seedsoil.tables.text import Cells

ACT = ("source", "factor", "target")  # columns of findings whose terms act on each other


class Atlas:
    """Terms by the names of their pages, those that stand in a row alone: by kind, then by label."""

    def __init__(self, library: Library):
        self._rows = library.all_evidence()
        self._vocabulary = library.vocabulary()

    @cached_property
    def terms(self) -> Mapping[str, Cells]:
        """The row of the vocabulary of each term."""
        known = [dict(cells) for cells in self._vocabulary if dict(cells)["slug"]]
        known.sort(key=lambda cells: (HAVE_PAGES.index(cells["kind"]), cells["label"].lower()))
        return {cells["slug"]: cells for cells in known}

    def rows(self, name: str) -> tuple[Row, ...]:
        """The findings, then the effects that a term stands in."""
        return tuple(self._rows_of[name].values())

    def neighbors(self, name: str) -> list[tuple[str, int]]:
        """Terms that act in findings together with this one, and in how many, those with the most first."""
        together = Counter(
            other for row in self.rows(name) for other in {found for column in ACT for found in pages(row, column)}
        )
        together.pop(name, None)
        return sorted(together.items(), key=lambda found: (-found[1], self.terms[found[0]]["label"].lower()))

    @cached_property
    def _rows_of(self) -> dict[str, dict[str, Row]]:
        found: dict[str, dict[str, Row]] = {}
        for row in self._rows:
            for column, _ in row.named:
                for name in pages(row, column):
                    found.setdefault(name, {})[row["id"]] = row
        return found


def pages(row: Row, column: str) -> Iterator[str]:
    """The names of the pages of the terms in a cell."""
    return (name.slug for name in row.names(column) if name.slug)


def same_address(vocabulary: list[Cells]) -> list[tuple[Cells, Cells]]:
    """Pairs of terms that one address would stand for: they differ in signs that an address does not have."""
    first: dict[str, Cells] = {}
    return [
        (first[slug(cells["kind"], cells["term"])], cells)
        for cells in vocabulary
        if first.setdefault(slug(cells["kind"], cells["term"]), cells) is not cells
    ]
