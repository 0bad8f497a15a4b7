"""How a page is cited: with its version, the day and the address of that version, and as BibTeX and RIS."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sphinx.util.osutil import relative_uri

from seedsoil.bibliography.file import Item
from seedsoil.evidence.library import Library
from seedsoil.site import exports
from seedsoil.tables.package import PACKAGE
from seedsoil.versions import changelog
from seedsoil.versions.changelog import Edition

FOLDER = "cite"  # of the site


class Citation(NamedTuple):
    """A page as it is cited; `authors` as people write them, `address` whole."""

    authors: tuple[str, ...]
    title: str
    book: str
    edition: Edition
    address: str

    def item(self) -> Item:
        """As an entry of a bibliography; the authors are groups or names as one writes them, so they stand whole."""
        fields = {
            "author": " and ".join(f"{{{name}}}" for name in self.authors),
            "title": f"{{{self.title}}}",
            "booktitle": f"{{{self.book}}}",
            "edition": self.edition.says(),
            "year": self.edition.day[:4],
            "url": self.address,
        }
        key = f"seedsoil{self.edition.day[:4]}{Path(self.address).stem.replace('-', '')}"
        return Item("incollection", key, fields, 0, 0, 0, 0)


def cited(app, page: str) -> Citation:
    base, place, edition = app.config.html_baseurl, app.builder.get_target_uri(page), app.config.book_edition
    within = f"v/{edition.version}/" if edition.released else ""
    authors = app.env.seedsoil_authors.get(page) or (app.config.author,)
    return Citation(authors, app.env.titles[page].astext(), app.config.project, edition, f"{base}{within}{place}")


def tell(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Give the foot of the page what it shows."""
    if doctree is not None:
        here, path = app.builder.get_target_uri(pagename), f"{FOLDER}/{pagename}"
        context["cited"] = cited(app, pagename)
        context["cited_files"] = {
            name: relative_uri(here, f"{path}.{ending}") for ending, name in exports.FORMATS.items()
        }


def configure(app, config) -> None:
    """Every page is written again when the book is cited otherwise."""
    root = Path(app.srcdir)
    latest = dict(Library(root).totals())["latest"] if (root / PACKAGE).is_file() else ""
    config.book_edition = changelog.edition(root, config.version, str(latest))


def write(app, exception) -> None:
    if exception or app.builder.format != "html":
        return
    for page in app.env.found_docs:
        path, item = Path(app.outdir, FOLDER, page), cited(app, page).item()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f"{path.name}.bib").write_text(exports.bibtex([item]), encoding="utf-8")
        path.with_name(f"{path.name}.ris").write_text(exports.ris([item]), encoding="utf-8")


def setup(app):
    app.add_config_value("book_edition", None, "html", types=[Edition])
    app.connect("config-inited", configure, priority=900)  # when the version is set
    app.connect("html-page-context", tell)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
