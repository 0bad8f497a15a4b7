"""What a page says of itself to reference managers and search engines, in its head.

Chapters have the tags `citation_…` of HighWire Press, which Zotero and Google Scholar read, and a ScholarlyArticle of
https://schema.org with all that they cite, as JSON-LD; the page of the data has a Dataset with a download for each
table.
"""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from seedsoil.bibliography.printed import Reference
from seedsoil.site.citations import doi_link
from seedsoil.site.data_files import FOLDER
from seedsoil.tables.package import package

SCHEMA = "https://schema.org"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"


def tell(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Add to the head of a page what it is."""
    if doctree is None:
        return
    page, tags = Page(app, pagename, context), ""
    if authors := app.env.seedsoil_authors.get(pagename):
        tags, told = page.citation_tags(authors), page.article(authors)
    elif app.env.get_domain("evidence").noted(pagename).get("tables"):
        told = page.dataset()
    else:
        return
    context["metatags"] = f"{context.get('metatags', '')}\n{tags}{script(told)}"


def script(told: dict[str, Any]) -> str:
    """JSON-LD in an element that no text within it can end."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


class Page:
    """A page of the site, and what is said of it."""

    def __init__(self, app, name: str, context: dict):
        self.app, self.config, self.name = app, app.config, name
        self.title = app.env.titles[name].astext()
        self.url = app.config.html_baseurl + app.builder.get_target_uri(name)
        self.description = context.get("description", "")
        self.released = app.config.book_edition.day

    def citation_tags(self, authors: tuple[str, ...]) -> str:
        told = [
            ("title", self.title),
            *(("author", name) for name in authors),
            ("publication_date", self.released.replace("-", "/")),
            ("inbook_title", self.config.project),
            ("book_title", self.config.project),
            ("language", self.config.language),
            ("fulltext_html_url", self.url),
            ("public_url", self.url),
        ]
        return "".join(
            f'<meta name="citation_{name}" content="{html.escape(text)}" />\n' for name, text in told if text
        )

    def article(self, authors: tuple[str, ...]) -> dict[str, Any]:
        domain = self.app.env.get_domain("cite")
        cited = [domain.references[key] for key in sorted(domain.cited[self.name]) if key in domain.references]
        changed = self.app.env.get_domain("evidence").noted(self.name).get("changed", "")
        return self._known(
            {
                "@context": SCHEMA,
                "@type": "ScholarlyArticle",
                "@id": self.url,
                "headline": self.title,
                "abstract": self.description,
                "author": [self._author(name) for name in authors],
                "datePublished": self.released,
                "dateModified": changed,
                "version": self.config.version,
                "isPartOf": self._book(),
                "inLanguage": self.config.language,
                "license": LICENSE,
                "url": self.url,
                "citation": list(map(work, cited)),
            }
        )

    def dataset(self) -> dict[str, Any]:
        root = Path(self.app.srcdir)
        described = package(root)
        every = described.get("licenses", [])
        base = f"{self.config.html_baseurl}{FOLDER}/"
        downloads = [
            {
                "@type": "DataDownload",
                "name": resource.get("title", resource["name"]),
                "encodingFormat": "text/csv",
                "contentUrl": base + resource["path"],
                "license": [known.get("path", known["name"]) for known in resource.get("licenses", every)],
            }
            for resource in described["resources"]
        ]
        return self._known(
            {
                "@context": SCHEMA,
                "@type": "Dataset",
                "@id": self.url,
                "name": described.get("title", self.title),
                "description": described.get("description", "") or self.description,
                "creator": self._author(self.config.author),
                "dateModified": dict(self.app.env.get_domain("evidence").library.totals())["latest"],
                "version": self.config.version,
                "isPartOf": self._book(),
                "license": LICENSE,
                "url": self.url,
                "distribution": downloads,
            }
        )

    def _book(self) -> dict[str, str]:
        return {"@type": "Book", "name": self.config.project, "url": self.config.html_baseurl}

    def _author(self, name: str) -> dict[str, str]:
        return {"@type": "Organization" if name == self.config.author else "Person", "name": name}

    @staticmethod
    def _known(told: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in told.items() if value}


def work(reference: Reference) -> dict[str, str]:
    """A cited work by its DOI, or by its title."""
    if reference.doi:
        return {"@type": "ScholarlyArticle", "@id": doi_link(reference.doi)}
    return {"@type": "CreativeWork", "name": reference.title}


def setup(app):
    app.connect("html-page-context", tell, priority=600)  # when the page is described
    return {"parallel_read_safe": True, "parallel_write_safe": True}
