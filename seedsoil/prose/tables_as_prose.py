"""Tables whose cells a page prints as prose: what they say is held to the rules of the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from seedsoil.problem import Problem
from seedsoil.prose.manuscript import Fault, Manuscript
from seedsoil.prose.pages import read
from seedsoil.tables.text import Rows

PROSE = {  # columns by table
    "questions": ("question", "claim", "why", "study", "supports", "refutes"),
    "theses": ("name", "claim", "if_holds", "if_fails", "if_contested", "if_undecided"),
    "thesis_tests": ("statement", "measure", "note"),
}


def problems(root: Path, checks: Iterable[Callable[[Manuscript], Iterator[Fault]]]) -> Iterator[Problem]:
    """What the checks say of the cells, each read as a paragraph; by file, line and column of the table."""
    try:
        tables = Rows(root)
        held = {name: tables.rows(name) for name in PROSE if name in tables.resources}
    except (OSError, ValueError, KeyError):  # tables that only their own check can read
        return
    for name, rows in held.items():
        file = f"data/{tables.resources[name]['path']}"
        cells = [(line, column, row.get(column, "")) for line, row in enumerate(rows, 2) for column in PROSE[name]]
        page = read(file, "\n\n".join(text for *_, text in cells) + "\n")
        for check in checks:
            for position, *what in check(page):
                line, column, _ = cells[page.place(position)[0] // 2]
                yield Problem(file, line, column, *what)
