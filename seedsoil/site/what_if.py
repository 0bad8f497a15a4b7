"""What if some of the evidence were left out? A fold below each forest plot and each key message.

The picture of a forest plot carries its studies (`seedsoil.display.figures.picture`). The fold holds what is to be said
without scripts; when it is opened, `what-if.js` fetches the scripts that compute, and these the studies.
"""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

from docutils import nodes

from seedsoil.site.markup import element, html

CARRIED = re.compile("<dc:description>(.*?)</dc:description>", re.DOTALL)


def carried(picture: Path) -> dict[str, Any] | None:
    """What the picture of a forest plot carries; None of another picture."""
    found = CARRIED.search(picture.read_text("utf-8")) if picture.suffix == ".svg" else None
    return json.loads(unescape(found[1])) if found else None


def fold(kind: str, name: str, *content: nodes.Node) -> element:
    """The fold; its choices stand in the address under its name, which is that of the figure where there is one.
    `what-if-KIND.js` makes its form."""
    own = "" if kind == "plot" else name
    shown = "what-if" if content else "what-if pst-js-only"  # without words of its own it needs the script
    summary = html("summary", "What if …")
    return html("details", summary, *content, id=own, class_=shown, data_kind=kind, data_name=name)


def add_folds(app, doctree) -> None:
    """Below each figure that is a forest plot: what it says with and without each study."""
    for number, figure in enumerate(list(doctree.findall(nodes.figure)), 1):
        image = next(iter(figure.findall(nodes.image)), None)
        plot = carried(Path(app.srcdir, image["uri"])) if image else None
        if plot:
            told = [html("p", *title(panel), panel["told"]) for panel in plot["panels"]]
            name = (figure["names"] or figure["ids"] or [f"forest-{number}"])[0]
            figure.parent.insert(figure.parent.index(figure) + 1, fold("plot", name, *told))


def title(panel: dict[str, Any]) -> list[nodes.Node]:
    return [html("strong", f"{panel['title']}."), nodes.Text(" ")] if panel["title"] else []


def setup(app):
    app.add_css_file("what-if.css", priority=950)
    app.add_js_file("what-if.js", priority=900)
    app.connect("doctree-read", add_folds)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
