"""Running head and foot of a printed page: title, book and version, its date, the address, and the number of the page.

Margin boxes of `@page` hold them; a style sheet cannot read a page's title, so each page brings its own few rules.
"""

from __future__ import annotations

import html
import re

MARGINS = "size:A4;margin:14mm 13mm 13mm;"
BOX = "font:7.5pt sans-serif;color:#444"


def add_running_head(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    texts = {
        "top-left": _string(html.unescape(re.sub("<[^>]*>", "", context.get("title", "")))),
        "top-right": _string(f"{app.config.project}, {app.config.book_edition.says()}"),
        "bottom-left": _string(context.get("pageurl") or ""),
        "bottom-right": 'counter(page) " / " counter(pages)',
    }
    boxes = "".join(f"@{place}{{content:{text};{BOX}}}" for place, text in texts.items())
    context["metatags"] = f"{context.get('metatags', '')}\n<style>@page{{{MARGINS}{boxes}}}</style>"


def _string(text: str) -> str:
    """Text as a string of CSS within HTML: all but letters, digits and plain signs as escapes."""
    return '"' + re.sub(r"[^\w ,.:/()-]", lambda sign: f"\\{ord(sign[0]):06x}", text) + '"'


def setup(app):
    app.add_css_file("print.css", priority=990, media="print")
    app.connect("html-page-context", add_running_head)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
