"""Each table of evidence stands whole on a page of its own, not on the page whose evidence it is.

Pages would else grow with every row, the one with all rows first. `evidence.js` fetches a table when it is asked for;
without scripts a link leads to it, and so do links to its rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from seedsoil.site import light
from seedsoil.site.light import Page

WHOLE = re.compile(
    r'(?<= data-table=")(?P<address>[^"]+)(?P<before>".*?<noscript>)(?P<table>.*?)(?=</noscript>)', re.DOTALL
)
TITLE = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
ID, LINK = re.compile(r' id="([^"]+)"'), re.compile(r'href="#([^"]+)"')


def take_out(app, page: str, template: str, context: dict, doctree) -> None:
    """Keep the tables of a page for pages of their own, and leave a link in the place of each."""
    tables: dict[str, str] = {}  # by the address of the page of each, seen from its folder
    places: dict[str, str] = {}  # the address of the page of each place in a table

    def leave(found: re.Match) -> str:
        address, tables[address] = found["address"], found["table"]
        places.update(dict.fromkeys(ID.findall(found["table"]), address))
        link = f'<a href="{address}">{_title(found["table"])}, on a page of their own</a>'
        return f"{address}{found['before']}{link}"

    left = WHOLE.sub(leave, context.get("body", ""))
    if not tables:
        return
    context["body"] = _lead(left, places)
    folder, _, last = page.rpartition("/")
    for address, table in tables.items():
        others, here = dict.fromkeys(LINK.findall(table), f"{last}.html"), dict.fromkeys(ID.findall(table), "")
        shown = {"title": unescape(_title(table)), "table": _lead(table, others | places | here)}
        shown |= {"of": app.env.titles[page].astext(), "of_address": f"{last}.html"}
        app.seedsoil_whole_tables.append((folder, Page(address.removesuffix(".html"), "table.html", shown)))


def _title(table: str) -> str:
    return TITLE.search(table)[1]


def _lead(text: str, places: Mapping[str, str]) -> str:
    """Links within a page that lead to these places lead to the pages where they are now."""
    return LINK.sub(lambda found: f'href="{places.get(found[1], "")}#{found[1]}"', text)


def write(app, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    for noted in app.env.get_domain("evidence").data["noted"].values():
        app.seedsoil_written.update(noted.get("whole_tables", ()))  # also those of an earlier build
    for folder, page in app.seedsoil_whole_tables:
        light.write(app, folder, [page])


def setup(app):
    app.seedsoil_whole_tables = []
    app.setup_extension("seedsoil.site.light")
    app.connect("html-page-context", take_out, priority=950)  # when it is chosen which files the page loads
    app.connect("build-finished", write, priority=50)  # before pages that are gone are removed
    return {"parallel_read_safe": True, "parallel_write_safe": True}
