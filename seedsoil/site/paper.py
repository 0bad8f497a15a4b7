"""Running head and foot of a printed page: title, book and version, its date, the address, and the number of the page.

Margin boxes of `@page` hold them; a style sheet cannot read a page's title, so each page brings its own few rules.
"""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path

import yaml

from seedsoil.site.landing import CITATION

MARGINS = "size:A4;margin:14mm 13mm 13mm;"
BOX = "font:7.5pt sans-serif;color:#444"


def add_running_head(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    day = released(Path(app.srcdir))
    texts = {
        "top-left": _string(html.unescape(re.sub("<[^>]*>", "", context.get("title", "")))),
        "top-right": _string(f"{app.config.project}, version {app.config.version}{day and f', {day}'}"),
        "bottom-left": _string(context.get("pageurl") or ""),
        "bottom-right": 'counter(page) " / " counter(pages)',
    }
    boxes = "".join(f"@{place}{{content:{text};{BOX}}}" for place, text in texts.items())
    context["metatags"] = f"{context.get('metatags', '')}\n<style>@page{{{MARGINS}{boxes}}}</style>"


@cache
def released(root: Path) -> str:
    """The day of this version, as `2026-11-25`; empty where the book has no record of it."""
    path = root / CITATION
    return str(yaml.safe_load(path.read_text("utf8"))["date-released"]) if path.is_file() else ""


def _string(text: str) -> str:
    """Text as a string of CSS within HTML: all but letters, digits and plain signs as escapes."""
    return '"' + re.sub(r"[^\w ,.:/()-]", lambda sign: f"\\{ord(sign[0]):06x}", text) + '"'


def setup(app):
    app.add_css_file("print.css", priority=990, media="print")
    app.connect("html-page-context", add_running_head)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
