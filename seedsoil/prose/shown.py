"""On which pages each finding and effect is shown, from the sources of the pages.

A table of evidence without options shows the rows of the works that its page cites and those that its key messages
link; a role prints a row, and code that names one draws it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from seedsoil.evidence.messages import Malformed, parse
from seedsoil.prose import citations
from seedsoil.prose.anatomy import headings
from seedsoil.prose.manuscript import Manuscript
from seedsoil.prose.names import split
from seedsoil.prose.pages import pages
from seedsoil.tables.changed import changed
from seedsoil.tables.text import EVIDENCE, Cells, Rows, path_of_value


def new_rows(root: Path) -> Iterator[tuple[str, int, str]]:
    """File and line of each row that is new or changed on this branch, with where a reader meets it."""
    data = Rows(root)
    new = [(table, line, cells) for table in EVIDENCE for line, cells in changed(root, table)]
    if not new:
        return
    on = shown_on(root, [cells for _, _, cells in new])
    for table, line, cells in new:
        name = cells.get("id", "")
        where = (
            f"is shown on: {', '.join(on[name])}"
            if on.get(name)
            else f"is shown nowhere; cite {cells.get('ref')} on a page, or link the row in a key message"
        )
        yield f"data/{data.resources[table]['path']}", line, f"{name} {where}"


def shown_on(root: Path, rows: Iterable[Cells]) -> dict[str, list[str]]:
    """The titles of the pages that show each of the rows, by its id, in the order of the contents."""
    found: dict[str, list[str]] = {cells.get("id", ""): [] for cells in rows}
    effects = Rows(root).keyed("effects")
    for page in pages(root):
        title = next((heading.text for heading in headings(page)), page.name)
        is_shown = _Shown(page, effects)
        for cells in rows:
            if cells in is_shown:
                found[cells.get("id", "")].append(title)
    return found


class _Shown:
    """Which rows a page shows."""

    def __init__(self, page: Manuscript, effects: dict[str, Cells]):
        self.ids, self.processes = set(_drawn(page)), set[str]()
        cited: set[str] = set()
        for role in page.roles:
            cited.update(citations.keys(role))
            if role.name in ("effect", "estimate"):
                self.ids.add(role.text)
                cited.update([effects[role.text]["ref"]] if role.name == "effect" and role.text in effects else ())
            elif role.name == "value" and path_of_value(role.text)[0] in EVIDENCE:
                self.ids.add(path_of_value(role.text)[1])
        self.refs: set[str] = set()
        for table in (part for part in page.directives if part.name == "evidence-table"):
            if table.options:
                self.ids.update(split(table.options.get("ids", "")))
                self.refs.update(split(table.options.get("refs", "")))
                self.processes.add(table.options.get("process", ""))
            else:
                self.ids.update(_linked(page))
                self.refs |= cited

    def __contains__(self, cells: Cells) -> bool:
        return cells["id"] in self.ids or cells["ref"] in self.refs or cells["process"] in self.processes


def _linked(page: Manuscript) -> Iterator[str]:
    """The rows that the key messages of a page link."""
    for block in (part for part in page.directives if part.name == "key-messages"):
        try:
            for message in parse(block.body):
                yield from (name for clause in message.clauses for name in clause.rows)
        except Malformed:
            return  # told as such


def _drawn(page: Manuscript) -> Iterator[str]:
    """The texts that the code of a page holds, ids of rows among them."""
    for code in page.code.values():
        for node in ast.walk(code):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
