"""What no finished page may hold: markup that nobody rendered, and keys of references for names.

The check reads the sources; this reads what was made of them, whatever code, glue or a table printed.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from sphinx.util import logging

NO_TEXT = {"code", "pre", "script", "style", "kbd", "samp", "textarea"}
RAW = re.compile(
    r"\{(?:cite|glue|effect|estimate|value|searched|ref|numref|doc|term|eq|math|abbr|sub|sup)\b[\w:]*\}|\[@[\w:.-]+"
)

logger = logging.getLogger(__name__)


class Reader(HTMLParser):
    """The text of a page outside of code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.inside, self.parts = 0, list[str]()

    def handle_starttag(self, tag, attrs):
        self.inside += tag in NO_TEXT

    def handle_endtag(self, tag):
        self.inside -= tag in NO_TEXT and self.inside > 0

    def handle_data(self, data):
        if not self.inside:
            self.parts.append(data)


def text_of(html: str) -> str:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


def faults(body: str, titles: str, keys) -> list[str]:
    """What is raw in the body of a page, and which keys stand in its title and its contents."""
    found = [f"found {raw[0]!r} as text of the page" for raw in RAW.finditer(text_of(body))]
    words = set(re.findall(r"[\w:.-]+", text_of(titles)))
    return found + [f"found the key {key!r} in a title" for key in sorted(words & set(keys))]


def check(app, page: str, template: str, context: dict, doctree) -> None:
    if doctree is None:
        return
    keys = app.env.get_domain("cite").bibdata.data.entries.keys()
    for fault in faults(context.get("body", ""), f"{context.get('title', '')} {context.get('toc', '')}", keys):
        logger.warning(
            f"{fault}, expected what readers should see; write a role as {{name}}`text` in the text of the page, and "
            "no citation in a heading.",
            location=page,
            type="page",
        )


def setup(app):
    app.connect("html-page-context", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
