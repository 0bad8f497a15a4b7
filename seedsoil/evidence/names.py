"""Cells that name something: what is not known, with the nearest name that is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pandas as pd

from seedsoil.problem import Problem, nearest, quoted

SUGGESTIONS = 20  # so many unknown names of a column get a suggestion; more are one mistake, and comparing is slow


def unknown(
    label: str, cells: pd.Series, expected: str, names: Iterable[str], otherwise: str, code: str = "unknown-name"
) -> Iterator[Problem]:
    """A problem for each of the `cells`, whose index is their lines, with the nearest of `names`."""
    mends = {name: nearest(name, names, otherwise) for name in cells.unique()[:SUGGESTIONS]}
    for line, name in cells.items():
        yield Problem(label, line, str(cells.name), quoted(name), expected, mends.get(name, otherwise), code)


def by_cell(
    label: str, cells: pd.Series, faults: Callable[[str], Iterable[tuple[str, str, str, str]]]
) -> Iterator[Problem]:
    """The faults of each different cell, found once, at every line that has it."""
    found = {cell: tuple(faults(cell)) for cell in cells.unique()}
    wrong = {cell for cell, parts in found.items() if parts}
    for line, cell in cells[cells.isin(wrong)].items():
        for parts in found[cell]:
            yield Problem(label, line, str(cells.name), *parts)
