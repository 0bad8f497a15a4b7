"""HTML elements as document nodes, for what docutils has no node for: controls, header cells with a scope, folds.

Text inside stays text until it is written, so that a cell of a table can hold a citation, and never markup.
"""

from __future__ import annotations

from docutils import nodes


class element(nodes.General, nodes.Element):
    """An HTML element with the tag `tag` and the attributes `html`."""


def html(tag: str, *children: nodes.Node | str, id: str = "", **attributes: str) -> element:
    """`html("th", "Organ", scope="col")`; `class_` stands for class, and `_` within a name for a hyphen."""
    node = element(tag=tag, html={name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()})
    node["ids"] = [id] if id else []
    node += [nodes.Text(child) if isinstance(child, str) else child for child in children]
    return node


def struck(*children: nodes.Node | str) -> element:
    return html("s", *children)


def visit(translator, node: element) -> None:
    translator.body.append(translator.starttag(node, node["tag"], "", **node["html"]))


def depart(translator, node: element) -> None:
    if node["tag"] != "input":
        translator.body.append(f"</{node['tag']}>")


def setup(app):
    app.add_node(element, html=(visit, depart))
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
