"""{checks}: what each code of the check means, with a message that has it (`seedsoil.codes`)."""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from seedsoil.codes import PARTS, Explained


class Checks(SphinxDirective):
    """A section for each part of the book that is checked."""

    def run(self):
        sections = [part(title, codes) for title, codes in PARTS.items()]
        for section in sections:
            self.state.document.note_implicit_target(section)
        return sections


def part(title: str, codes: dict[str, Explained]) -> nodes.section:
    listed = nodes.definition_list("", *(item(code, explained) for code, explained in codes.items()))
    return nodes.section("", nodes.title("", title), listed, ids=[nodes.make_id(title)], names=[title.lower()])


def item(code: str, explained: Explained) -> nodes.definition_list_item:
    """A code with an address of its own, what it means, and its message."""
    term = nodes.term("", "", nodes.literal("", code), ids=[code])
    # As one element: of a literal, Sphinx would make an element for each word.
    message = nodes.raw("", f'<code class="literal message">{escape(explained.example)}</code>', format="html")
    example = nodes.paragraph("", "", message)
    return nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph("", explained.why), example))


def setup(app):
    app.add_directive("checks", Checks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
