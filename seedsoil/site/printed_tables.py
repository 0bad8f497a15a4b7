"""Tables that code prints are numbered with those written in a page, so that text and readers can point to them.

A table of `seedsoil.display.tables` has a caption and the name of its download; it stands at `tab-NAME`, and
{numref}`tab-NAME` is its number in a sentence.
"""

from __future__ import annotations

import re
from html import unescape

from docutils import nodes
from sphinx.transforms import SphinxTransform

CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
NAME = re.compile(r'\sdownload="([^"]+)\.csv"')
HEAD = re.compile(r"<(?:summary|caption)[^>]*>")  # where a long table is folded, its summary is what is seen


class printed_table(nodes.General, nodes.Element):
    """A table as HTML, its only child, with the text of its caption."""


class NumberPrintedTables(SphinxTransform):
    default_priority = 700  # before the domains look for what can be referred to

    def apply(self, **kwargs):
        for raw in list(self.document.findall(nodes.raw)):
            text = raw.astext()
            caption, name = CAPTION.search(text), NAME.search(text)
            if 'class="dataframe' not in text or not caption or not name:
                continue
            label = nodes.fully_normalize_name(f"tab-{unescape(name[1])}")
            table = printed_table("", caption=unescape(re.sub(r"<[^>]+>", "", caption[1])), names=[label])
            raw.replace_self(table)
            table += raw
            self.document.note_explicit_target(table)


def visit(translator, node: printed_table) -> None:
    start = len(translator.body)
    translator.add_fignumber(node)
    number = "".join(translator.body[start:])
    text = HEAD.sub(lambda head: head[0] + number, node[0].astext(), count=1)
    translator.body[start:] = [translator.starttag(node, "div", "", CLASS="printed-table"), text, "</div>\n"]
    raise nodes.SkipNode


def depart(translator, node: printed_table) -> None:
    """Nothing is left to write."""


def setup(app):
    app.add_transform(NumberPrintedTables)
    app.add_enumerable_node(printed_table, "table", lambda node: node["caption"], html=(visit, depart))
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
