"""Links to pages that are made of data: they are written as `atlas:NAME` or `evidence:ROW`, before it is known on which
page they stand, and get their address when that page is written."""

from __future__ import annotations

from docutils import nodes

from seedsoil.site.markup import element, html

ROWS = "evidence"  # the folder of the pages of rows
FOLDERS = ("atlas", ROWS)  # of the site, and the schemes of links to their pages


def to_term(label: str, name: str) -> element | nodes.Text:
    """A term as a link to its page in the atlas, where it has one."""
    return html("a", label, href=f"atlas:{name}") if name else nodes.Text(label)


def to_row(name: str, text: str) -> element:
    return html("a", text, href=f"evidence:{name}")


def lead(app, doctree, page: str) -> None:
    up = "../" * app.builder.get_target_uri(page).count("/")
    for node in doctree.findall(element):
        scheme, _, name = node["html"].get("href", "").partition(":")
        if scheme in FOLDERS:
            node["html"]["href"] = f"{up}{scheme}/{name}.html"


def setup(app):
    app.connect("doctree-resolved", lead)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
