"""What rests on a row: the pages that show it or print a number of it, and the key messages that it carries.

Read off what the pages asked of the library and noted of themselves while they were read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from seedsoil.evidence.references import READINGS
from seedsoil.evidence.told import row_page
from seedsoil.site.citations import order_of_pages
from seedsoil.site.evidence_rows import row_anchor
from seedsoil.site.key_messages import Said


class Uses:
    """Which pages show a row, print a number of it, and rest a key message on it."""

    def __init__(self, env, builder):
        domain = env.get_domain("evidence")
        self._noted, self._builder, self._titles = domain.data["noted"], builder, env.titles
        self._order = order_of_pages(env)
        self.numbers = {  # pages, and the rows of which they print a number: table and key
            (page, *row)
            for page, asked in domain.data["asked"].items()
            for question in asked
            if (row := _row_printed(question))
        }

    @cached_property
    def every(self) -> str:
        """The address of the page with all rows, from the root of the site."""
        return next((self._address(page) for page, noted in self._noted.items() if noted.get("every")), "")

    @cached_property
    def _of(self) -> dict[str, dict[str, dict[str, Any]]]:
        found: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

        def use(name: str, page: str) -> dict[str, Any]:
            return found[name].setdefault(page, {"shown": False, "number": False, "clauses": []})

        for page in self._noted:
            for name in self._noted[page].get("shown", ()):
                use(name, page)["shown"] = True
        for page, said in self.clauses():
            for name in said.rows:
                use(name, page)["clauses"].append({"says": said.says, "grade": said.grade})
        for page, table, key in self.numbers:
            use(row_page(table, key), page)["number"] = True
        return found

    def clauses(self) -> Iterator[tuple[str, Said]]:
        """The clauses of all key messages, each with its page, in the order of the contents."""
        for page in sorted(self._noted, key=self._order):
            yield from ((page, said) for said in self._noted[page].get("clauses", ()))

    def of(self, name: str) -> list[dict[str, Any]]:
        """Each page with its title, its address from the root of the site, and how it uses the row."""
        told = []
        for page, use in sorted(self._of.get(name, {}).items(), key=lambda item: self._order(item[0])):
            how = [word for word, holds in (("in its table", use["shown"]), ("as a number", use["number"])) if holds]
            address = self._address(page) + (f"#{row_anchor(name)}" if use["shown"] else "")
            told.append(
                {
                    "title": self._titles[page].astext(),
                    "address": address,
                    "how": " and ".join(how),
                    "clauses": use["clauses"],
                }
            )
        return told

    def _address(self, page: str) -> str:
        return self._builder.get_target_uri(page)


def _row_printed(question: tuple) -> tuple[str, str] | None:
    """Table and key of the row of which a role of prose prints a cell."""
    kind, *about = question
    if kind == "effect":
        return "effects", about[0]
    return (about[0], about[1]) if kind == "value" and about[0] != READINGS else None
