"""The tables with all rows of the book stand on pages of their own, not on the page where readers choose among them.

That page would else grow with every row. `evidence.js` fetches a table when its fold is opened; without scripts a link
leads to it.
"""

from __future__ import annotations

import re
from html import unescape

from seedsoil.site import light
from seedsoil.site.light import Page

WHOLE = re.compile(
    r'<details class="evidence" (?P<rest>[^>]*)>(?P<before>.*?)<noscript>(?P<table>.*?)</noscript>', re.DOTALL
)
TITLE = re.compile(r"<caption>(.*?)</caption>", re.DOTALL)
KIND = re.compile(r'id="evidence-(\w+)"')


def take_out(app, page: str, template: str, context: dict, doctree) -> None:
    """Of a page with all rows: keep each table for a page of its own, and leave a link in its place."""
    if not app.env.get_domain("evidence").noted(page).get("every"):
        return

    def leave(found: re.Match) -> str:
        kind, title = KIND.search(found["rest"])[1], TITLE.search(found["table"])[1]
        name = f"{page}-{kind}"
        app.seedsoil_whole_tables[name] = (unescape(title), found["table"])
        address = f"{name.rpartition('/')[2]}.html"
        link = f'<noscript><a href="{address}">{title}, on a page of their own</a></noscript>'
        return f'<details class="evidence" data-table="{address}" {found["rest"]}>{found["before"]}{link}'

    context["body"] = WHOLE.sub(leave, context["body"])


def write(app, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    for page, noted in app.env.get_domain("evidence").data["noted"].items():
        if noted.get("every"):  # also those of an earlier build
            app.seedsoil_written |= {f"{page}-{table}" for table in ("findings", "effects")}
    for name, (title, table) in app.seedsoil_whole_tables.items():
        folder, _, last = name.rpartition("/")
        light.write(app, folder, [Page(last, "table.html", {"title": title, "table": table})])


def setup(app):
    app.seedsoil_whole_tables = {}
    app.setup_extension("seedsoil.site.light")
    app.connect("html-page-context", take_out, priority=950)  # when it is chosen which files the page loads
    app.connect("build-finished", write, priority=50)  # before pages that are gone are removed
    return {"parallel_read_safe": True, "parallel_write_safe": True}
