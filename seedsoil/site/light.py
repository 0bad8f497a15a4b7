"""Pages that are made of data alone, hundreds of them, written from a template of their own into the built site.

Each has the head and the style sheets of the book, and little around its text: Sphinx would take as long for them as
for all chapters together. They are written when what they are made of is another than at the last build, and stay else.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from sphinx.util import logging

from seedsoil.bibliography.printed import Reference
from seedsoil.site.citations import doi_link
from seedsoil.site.history import printed

TEMPLATES = Path(__file__).parent / "templates/light"
STYLES = ("sphinx-book-theme.css", "tables.css", "book.css", "light.css", "print.css")
MADE_FROM = ".made-from"  # the file of a folder that holds the digest of what it was made from
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Page:
    """A page of a folder: its name, its template, what the template shows, and its twin for machines, if it has one."""

    name: str
    template: str
    shown: dict[str, Any]
    twin: dict[str, Any] = field(default_factory=dict)


def write(app, folder: str, pages: Iterable[Page]) -> None:
    """Write `pages` into `folder` of the site: `NAME.html`, and `NAME.json` of those that have a twin."""
    target = Path(app.outdir, folder)
    target.mkdir(exist_ok=True)
    common = _common(app, up="../" * (folder.count("/") + 1) if folder else "")
    seen: set[str] = set()
    for page in pages:
        if page.name in seen:
            logger.warning(
                f"found a second page {folder}/{page.name}.html, expected an address for each; rename one of the rows "
                "or terms whose names differ in signs alone.",
                type="page",
            )
            continue
        seen.add(page.name)
        if not NAME.fullmatch(page.name):
            logger.warning(
                f"found {page.name!r} as the name of a page of {folder}, expected letters, digits and hyphens alone; "
                "mend the id of the row, or the term.",
                type="page",
            )
            continue
        place = f"{folder}/{page.name}".lstrip("/")
        address = f"{app.config.html_baseurl}{place}.html"
        html = _environment().get_template(page.template).render(common, **page.shown, address=address, name=page.name)
        put(target / f"{page.name}.html", html)
        if page.twin:
            put(target / f"{page.name}.json", as_json(page.twin))
        app.seedsoil_written.add(place)


def put(path: Path, text: str) -> None:
    """Write a file anew: the old one may be that of the site that stands (`seedsoil.site.build.take`)."""
    path.unlink(missing_ok=True)
    path.write_text(text, "utf-8")


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def is_made_from(app, folder: str, made_from: object) -> bool:
    """Whether the folder was made from the same; its pages then stay. Else keeps what it is now made from."""
    known, target = Path(app.outdir, folder, MADE_FROM), Path(app.outdir, folder)
    parts = repr((made_from, app.config.book_look, app.config.book_library, _common(app, "")))
    digest = hashlib.sha256(parts.encode()).hexdigest()
    if known.is_file() and known.read_text("utf-8") == digest:
        app.seedsoil_written.update(f"{folder}/{page.stem}" for page in target.glob("*.html"))
        return True
    target.mkdir(exist_ok=True)
    known.unlink(missing_ok=True)
    app.seedsoil_made_from[known] = digest
    return False


def keep_digests(app, exception: Exception | None) -> None:
    """What was begun is whole."""
    if not exception:
        for path, digest in app.seedsoil_made_from.items():
            put(path, digest)


def reference(work: Reference) -> dict[str, str]:
    """A work as the twins have it."""
    told = {"key": work.key, "cited_as": f"{work.cited_as}, {work.year}"}
    return told | {"title": work.title, "doi": work.doi, "pmid": work.pmid}


def report(app, template: str, **fields: str) -> str:
    """The address of a form of the repository with fields filled in."""
    repository = app.config.html_theme_options.get("repository_url", "")
    return f"{repository}/issues/new?{urlencode({'template': template} | fields)}"


def note_styles(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """The links to the style sheets, as the first page has them, which every build writes."""
    if pagename == app.config.root_doc:
        sheets = {Path(file.filename).name: file for file in context["css_files"] if file.filename}
        links = [context["css_tag"](sheets[name]) for name in STYLES if name in sheets]
        app.seedsoil_styles = tuple(links)


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.undefined = jinja2.StrictUndefined
    made.filters |= {"day": lambda day: printed(date.fromisoformat(day)), "doi": doi_link}
    return made


def _common(app, up: str) -> dict[str, Any]:
    """What all pages show, `up` being the way from them to the root of the site."""
    config = app.config
    return {
        "up": up,
        "language": config.language,
        "project": config.project,
        "author": config.author,
        "version": config.version,
        "icon": Path(config.html_favicon or "").name,
        "styles": tuple(link.replace(' href="', f' href="{up}') for link in app.seedsoil_styles),
        "doors": tuple(
            (app.env.titles[name].astext(), app.builder.get_target_uri(name))
            for name in ("chapters/evidence", "chapters/atlas", "chapters/data")
            if name in app.env.found_docs
        ),
    }


def setup(app):
    app.seedsoil_styles = ()
    app.seedsoil_made_from = {}
    app.add_css_file("light.css", priority=960)
    app.connect("html-page-context", note_styles, priority=800)  # before each page is left with what it needs
    app.connect("build-finished", keep_digests, priority=90)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
