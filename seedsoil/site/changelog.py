"""{book-changes}: how much came on each day, in the whole book."""

from __future__ import annotations

from datetime import date

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from seedsoil.site import feeds
from seedsoil.site.history import number, printed


class BookChanges(SphinxDirective):
    """A line for each day on which works were read or rows added, the last day first."""

    def run(self):
        days = self.env.get_domain("evidence").ask("days")
        lines = [f"{printed(date.fromisoformat(day))}: {', '.join(counted(kinds))}." for day, kinds in days]
        items = (nodes.list_item("", nodes.paragraph("", line)) for line in lines)
        return [*feeds.link(self.env), nodes.bullet_list("", *items)]


def counted(kinds: tuple[tuple[str, int], ...]) -> list[str]:
    words = {"works": "work read", "findings": "finding added", "effects": "effect added"}
    told = []
    for kind, count in kinds:
        noun, verb = words[kind].split()
        told.append(f"{number(count, noun)} {verb}")
    return told


def setup(app):
    app.add_directive("book-changes", BookChanges)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
