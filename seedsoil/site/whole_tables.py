"""Each table of evidence stands whole on a page of its own, not on the page whose evidence it is.

Pages would else grow with every row; a long table has several for the same reason. `evidence.js` fetches a table when
it is asked for; without scripts links lead to it, and links to its rows there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from html import unescape

from seedsoil.site import light
from seedsoil.site.light import Page

MOST = 400  # rows of a page: more weigh more than a page should
WHOLE = re.compile(
    r'(?<= data-table=")(?P<addresses>[^"]+)(?P<before>".*?<noscript>)(?P<table>.*?)(?=</noscript>)', re.DOTALL
)
PARTS = re.compile(r"(?P<head>.*<tbody>)(?P<rows>.*)(?P<foot></tbody>.*)", re.DOTALL)
ROW = re.compile(r"<tr .*?</tr>", re.DOTALL)
TITLE = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
ID, LINK = re.compile(r' id="([^"]+)"'), re.compile(r'href="#([^"]+)"')


def pages(name: str, rows: int) -> list[str]:
    """The names of the pages of a table with so many rows."""
    return [name, *(f"{name}-page-{number}" for number in range(2, math.ceil(rows / MOST) + 1))]


def take_out(app, page: str, template: str, context: dict, doctree) -> None:
    """Keep the tables of a page for pages of their own, and leave links in the place of each."""
    tables: list[tuple[list[str], list[str]]] = []  # the addresses of the pages of each, and the text of each page
    places: dict[str, str] = {}  # the address of the page of each place in a table

    def leave(found: re.Match) -> str:
        addresses, texts = found["addresses"].split(), list(_parts(found["table"]))
        tables.append((addresses, texts))
        for address, text in zip(addresses, texts, strict=True):
            places.update(dict.fromkeys(ID.findall(text), address))
        first, *further = addresses
        links = [f'<a href="{first}">{_title(found["table"])}, on a page of their own</a>']
        links += [f'<a href="{address}">page {number}</a>' for number, address in enumerate(further, 2)]
        return f"{found['addresses']}{found['before']}{', '.join(links)}"

    left = WHOLE.sub(leave, context.get("body", ""))
    if not tables:
        return
    context["body"] = _lead(left, places)
    folder, _, last = page.rpartition("/")
    of = {"of": app.env.titles[page].astext(), "of_address": f"{last}.html"}
    for addresses, texts in tables:
        for address, text in zip(addresses, texts, strict=True):
            others, here = dict.fromkeys(LINK.findall(text), f"{last}.html"), dict.fromkeys(ID.findall(text), "")
            table = _lead(text, others | places | here)
            shown = {"title": unescape(_title(text)), "table": table, "pages": addresses, "here": address, **of}
            app.seedsoil_whole_tables.append((folder, Page(address.removesuffix(".html"), "table.html", shown)))


def _parts(table: str) -> Iterator[str]:
    """A table for each page, with its head."""
    found = PARTS.fullmatch(table)
    rows = ROW.findall(found["rows"])
    for start in range(0, len(rows), MOST):
        yield found["head"] + "".join(rows[start : start + MOST]) + found["foot"]


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
