"""Atom feeds (RFC 4287) of the book and of each chapter, and the links that lead to them.

What they tell is of `seedsoil.versions.events`: the same from the same files, whatever the day of the build.
"""

from __future__ import annotations

import hashlib
import html
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.util.osutil import relative_uri

from seedsoil.site import markup
from seedsoil.versions import events
from seedsoil.versions.events import Event

FOLDER = "feeds"  # of the site
BOOK = "book"
ATOM = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml"
SINCE = "2026"  # the year in which the address of the book began to name its entries (RFC 4151)
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ET.register_namespace("", ATOM)


def feed(title: str, about: str, address: str, base: str, author: str, happened: list[Event]) -> str:
    """A feed at `address`, about the page `about`, both whole; `base` is the address of the book."""
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en"})
    _add(root, "title", title)
    _add(root, "id", address)
    _add(root, "updated", max(map(_moment, happened)))
    _add(_add(root, "author"), "name", author)
    _add(root, "link", rel="self", type=TYPE, href=address)
    _add(root, "link", rel="alternate", type="text/html", href=about)
    _add(root, "rights", "CC BY 4.0")
    for event in happened:
        entry = _add(root, "entry")
        _add(entry, "title", event.says)
        _add(entry, "id", f"tag:{urlsplit(base).netloc},{SINCE}:{event.kind}/{event.name}")
        _add(entry, "updated", _moment(event))
        _add(entry, "category", term=event.kind)
        _add(entry, "link", rel="alternate", type="text/html", href=f"{base}{event.page}.html")
        items = "".join(f"<li>{html.escape(line)}</li>" for line in event.more)
        _add(entry, "content", f"<ul>{items}</ul>" if items else html.escape(event.says), type="html")
    ET.indent(root, " ")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _add(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    child.text = NO_XML.sub("", text) if text is not None else None
    return child


def _moment(event: Event) -> str:
    """The beginning of its day, and a fraction of a second that is its own: readers sort by moments, and some take two
    entries of one moment for one."""
    own = int(hashlib.sha256(f"{event.kind}/{event.name}".encode()).hexdigest(), 16) % 10**6
    return f"{event.day}T00:00:00.{own:06}Z"


# --- Sphinx ------------------------------------------------------------------------------------------------------


def read(app) -> None:
    app.env.seedsoil_happened = events.events(Path(app.srcdir))


def told_by(env, name: str) -> list[Event]:
    """What a feed tells."""
    return env.seedsoil_happened if name == BOOK else events.of(name, env.seedsoil_happened)


def of_page(env, page: str) -> str:
    """The feed that a page is told by, empty where nothing has happened yet."""
    name = Path(page).name if page in env.seedsoil_authors else BOOK
    return name if told_by(env, name) else ""


def link(env) -> list[nodes.Node]:
    """A line that leads to the feed of the page that is read, or of the book."""
    if not (name := of_page(env, env.docname)):
        return []
    here = env.app.builder.get_target_uri(env.docname)
    what = "the book" if name == BOOK else "this chapter"
    follow = markup.html("a", f"Atom feed of {what}", href=relative_uri(here, f"{FOLDER}/{name}.atom"), type=TYPE)
    says = ": its versions, what its searches brought, conclusions that changed, retractions."
    return [nodes.paragraph("", "", follow, nodes.Text(says), classes=["feed"])]


def announce(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Tell readers of feeds where the feed of the page is."""
    if name := of_page(app.env, pagename):
        address = context["pathto"](f"{FOLDER}/{name}.atom", 1)
        told = f'<link rel="alternate" type="{TYPE}" title="What is new" href="{html.escape(address)}" />'
        context["metatags"] = f"{context.get('metatags', '')}\n{told}"


def write(app, exception) -> None:
    if exception or app.builder.format != "html":
        return
    env, base = app.env, app.config.html_baseurl
    pages = {BOOK: "index"} | {Path(page).name: page for page in env.seedsoil_authors}
    folder = Path(app.outdir, FOLDER)
    folder.mkdir(exist_ok=True)
    for name, page in pages.items():
        if happened := told_by(env, name):
            title = app.config.project + (f": {env.titles[page].astext()}" if name != BOOK else "")
            text = feed(title, f"{base}{page}.html", f"{base}{FOLDER}/{name}.atom", base, app.config.author, happened)
            (folder / f"{name}.atom").write_text(text, encoding="utf-8")


def setup(app):
    app.connect("builder-inited", read)
    app.connect("html-page-context", announce)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
