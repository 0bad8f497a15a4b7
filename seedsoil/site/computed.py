"""Numbers that a page computed: {glue:text}`name` is a link to the cell that computed it, with the tables behind it.

Which cell and which tables is read off the code (`seedsoil.notebooks.lineage`); `cards.js` tells it where one reads.
"""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from myst_nb.ext.glue.domain import NbGlueDomain
from myst_nb.ext.glue.roles import PasteTextRole

from seedsoil.notebooks import execution
from seedsoil.notebooks.lineage import origins
from seedsoil.site.markup import element, html
from seedsoil.tables.package import PACKAGE, package

SCHEME = "cell:"  # of a link whose cell is not yet known


class Computed(PasteTextRole):
    def run(self):
        found, messages = super().run()
        name = self.text.partition(":")[0]
        return [
            html("a", *node.children, href=f"{SCHEME}{name}", class_="bound") if is_text(node) else node
            for node in found
        ], messages


def is_text(node: nodes.Node) -> bool:
    return "pasted-text" in node.get("classes", ())


def lead(app, doctree) -> None:
    """Give the links the anchors of their cells; where a page does not show a cell, the text is no link."""
    links = [node for node in doctree.findall(element) if node["html"].get("href", "").startswith(SCHEME)]
    if not links:
        return
    cells = {
        cell["cell_index"]: cell for cell in doctree.findall(nodes.container) if cell.get("nb_element") == "cell_code"
    }
    page = execution.current.page(Path(app.env.doc2path(app.env.docname)))
    place = [number for number, cell in enumerate(page.notebook.cells) if cell.cell_type == "code"]
    names = {node: node["html"]["href"].removeprefix(SCHEME) for node in links}
    known = origins([cell.source for cell in page.code], tables(app), names.values())
    for node, name in names.items():
        origin = known.get(name)
        cell = cells.get(place[origin.cell]) if origin else None
        if cell is None:
            node.replace_self(node.children)
            continue
        anchor = f"cell-{origin.cell + 1}"
        if anchor not in cell["ids"]:
            cell["ids"].append(anchor)
        behind = "data-among" if origin.together else "data-from"
        node["html"] |= {"href": f"#{anchor}", behind: " ".join(sorted(origin.tables))}


def tables(app) -> list[str]:
    root = Path(app.srcdir)
    return [resource["name"] for resource in package(root)["resources"]] if (root / PACKAGE).is_file() else []


def setup(app):
    NbGlueDomain.roles["text"] = Computed()
    app.connect("doctree-read", lead)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
