"""What the views of the living layer are made of: a link to a chapter, and a table."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes

from seedsoil.site.markup import html


def link(chapter: str) -> nodes.Node:
    """A link to a chapter by its title."""
    target = {"refdomain": "std", "reftype": "doc", "reftarget": f"/chapters/{chapter}", "refdoc": "chapters/living"}
    xref = addnodes.pending_xref("", nodes.inline("", chapter), **target, refexplicit=False, refwarn=True)
    return nodes.inline("", "", xref)  # Sphinx wants a link to stand in text


def table(heads: tuple[str, ...], rows: list[list]) -> nodes.Node:
    """A table whose rows are cards on a phone (`tables.css`)."""
    head = html("tr", *(html("th", name, scope="col") for name in heads))
    body = [
        html(
            "tr",
            html("th", row[0], scope="row"),
            *(html("td", cell, data_label=name) for name, cell in zip(heads[1:], row[1:], strict=True)),
        )
        for row in rows
    ]
    shown = html("table", html("thead", head), html("tbody", *body), class_="table wide")
    return html("div", shown, class_="pst-scrollable-table-container")
