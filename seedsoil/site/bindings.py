"""Prose bound to rows: roles that print what a row of the data says, and pages read again when it says something else.

- {effect}`mansi2016-death` is "HR 1.46 (95% CI 1.12–1.90)" and the citation of its reference.
- {estimate}`mansi2016-death` is "1.46 (95% CI 1.12–1.90)" alone, for a sentence that names the measure and cites.
- {searched}`name-of-claim` is "(searched 28 November 2026)", with a link to the searches that found nothing of a claim.
- {value}`proportions/braun2005-positive/percent` is "30.6", a cell by table, primary key (several values joined by
  commas) and column; after a bar stands a format for its number: {value}`proportions/braun2005-positive/patients|,`.

Numbers are printed as they were typed into the file: 0.90 stays 0.90. Rows whose reference is retracted are struck and
marked, and so are unverified ones. An unknown name is a warning at its line, with the nearest name that is known.

A page depends on answers and not on files: with the environment stays a digest of each answer that the page got from
the `Library`, and a page is read again when it would now get another.
"""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

from seedsoil.evidence.library import Library, Row, Unknown
from seedsoil.evidence.told import estimate, formatted, row_page
from seedsoil.site.addresses import ROWS
from seedsoil.site.citations import cite
from seedsoil.site.markup import element, html, struck
from seedsoil.tables.text import path_of_value

SEARCHES = "/data/tables/absence_searches.csv"  # from the root of the book

logger = logging.getLogger(__name__)


class EvidenceDomain(Domain):
    """Keeps what each page asked of the library, and a digest of what it was told."""

    name = "evidence"
    label = "Evidence"
    data_version = 1
    initial_data = {"asked": {}, "noted": {}}  # by page: digests of answers by question; what it says of itself

    @cached_property
    def library(self) -> Library:
        return Library(Path(self.env.srcdir))

    def ask(self, kind: str, *about):
        """What the library answers to `kind`, for the page that is being read. Raises `Unknown`."""
        answer = self._answer((kind, *about))
        self.data["asked"].setdefault(self.env.docname, {})[kind, *about] = _digest(answer)
        if isinstance(answer, Unknown):
            raise answer
        return answer

    def note(self, page: str, **about) -> None:
        """Keep what a page says of itself, for pages that tell of others."""
        self.data["noted"].setdefault(page, {}).update(about)

    def noted(self, page: str) -> dict:
        return self.data["noted"].get(page, {})

    def outdated(self) -> list[str]:
        """The pages that would be told something else than when they were read."""
        digests = {
            question: _digest(self._answer(question)) for asked in self.data["asked"].values() for question in asked
        }
        return [
            page
            for page, asked in self.data["asked"].items()
            if any(digests[question] != digest for question, digest in asked.items())
        ]

    def _answer(self, question: tuple):
        kind, *about = question
        try:
            return getattr(self.library, kind)(*about)
        except Unknown as unknown:
            return unknown

    def clear_doc(self, docname: str) -> None:
        for kept in ("asked", "noted"):
            self.data[kept].pop(docname, None)

    def merge_domaindata(self, docnames, otherdata) -> None:
        for kept in ("asked", "noted"):
            self.data[kept].update({page: told for page, told in otherdata[kept].items() if page in docnames})


def _digest(answer) -> str:
    return hashlib.sha256(repr(answer).encode()).hexdigest()


# --- printing ----------------------------------------------------------------------------------------------------


def marked(row: Row, key: str, text: str) -> element:
    """The text as a link to its row, struck where its reference is retracted, and with a word where it does not count
    as evidence."""
    mark = " [unverified]" if row.unverified and not row.retracted else ""
    content = [struck(text), nodes.Text(" [retracted]")] if row.retracted else [nodes.Text(text + mark)]
    return html("a", *content, href=f"{ROWS}:{row_page(row.table, key)}", class_="bound")


class BoundRole(SphinxRole):
    """Prints what the library says about its text."""

    def run(self):
        try:
            return self.printed(self.env.get_domain("evidence")), []
        except Unknown as unknown:
            logger.warning(str(unknown), location=self.get_location(), type="evidence")
            return [nodes.literal("", self.text)], []

    def printed(self, domain: EvidenceDomain) -> list[nodes.Node]:
        raise NotImplementedError


class Effect(BoundRole):
    def printed(self, domain):
        row = domain.ask("effect", self.text)
        citation = cite(self.inliner.document, self.env, row["ref"])
        self.set_source_info(citation)
        return [marked(row, row["id"], f"{row['measure']} {estimate(row)}"), nodes.Text(" "), citation]


class Estimate(BoundRole):
    def printed(self, domain):
        row = domain.ask("effect", self.text)
        return [marked(row, row["id"], estimate(row))]


class Value(BoundRole):
    def printed(self, domain):
        path, _, form = self.text.partition("|")
        table, key, column = path_of_value(path)
        if not (table and key and column):
            raise Unknown(
                f"found the path {path!r}, expected table/key/column, as proportions/braun2005-positive/percent."
            )
        row, text = domain.ask("value", table, key, column)
        if not text:
            raise Unknown(f"found an empty cell at {path!r}, expected a value; fill it in, or name another cell.")
        return [marked(row, key, formatted(text, form))]


class Searched(BoundRole):
    def printed(self, domain):
        days = [date.fromisoformat(row["searched_on"]) for row in domain.ask("searched", self.text)]
        link = addnodes.download_reference("", f"searched {max(days).day} {max(days):%B %Y}", reftarget=SEARCHES)
        return [nodes.Text("("), link, nodes.Text(")")]


def stay_on_page(app, doctree) -> None:
    """A number whose row a table of the page shows leads there, and not to the page of the row."""
    elements = list(doctree.findall(element))
    shown = {name for node in elements for name in node["ids"]}
    for node in elements:
        if node["html"].get("class") == "bound":
            name = f"row-{node['html']['href'].partition(':')[2]}"
            if name in shown:
                node["html"]["href"] = f"#{name}"


def outdated(app, env, added, changed, removed) -> list[str]:
    return env.get_domain("evidence").outdated()


def setup(app):
    app.setup_extension("seedsoil.site.addresses")
    app.add_domain(EvidenceDomain)
    for name, role in {"effect": Effect, "estimate": Estimate, "value": Value, "searched": Searched}.items():
        app.add_role(name, role())
    app.connect("doctree-read", stay_on_page, priority=650)  # when the tables are in their places
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
