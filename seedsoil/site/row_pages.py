"""evidence/ROW.html and ROW.json: an address for each row of the evidence, with what led to it and what rests on it.

A withdrawn row keeps its address, and says which row stands in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from seedsoil.evidence.direction import CHANGES
from seedsoil.evidence.effects import EFFECTS
from seedsoil.evidence.findings import FINDINGS
from seedsoil.evidence.library import Library, Named, Row
from seedsoil.evidence.told import estimate
from seedsoil.site import light
from seedsoil.site.citations import order_of_pages
from seedsoil.site.evidence_rows import others, row_anchor, statement
from seedsoil.site.key_messages import Said
from seedsoil.site.light import Page
from seedsoil.tables import history
from seedsoil.tables.history import Change
from seedsoil.tables.package import PACKAGE

FOLDER = "evidence"
TOGETHER = "data/evidence.json"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
COLUMNS = {  # headings of the cells that a page shows as they are, by column
    "process": "Subject",
    "factor": "Factor",
    "source": "Source",
    "target": "Acts on",
    "organ": "Organ",
    "stage": "Stage",
    "cancer": "Cancer",
    "model": "Model",
    "species": "Species",
    "setting": "Setting",
    "endpoint": "Endpoint",
    "site": "Site of metastasis",
    "site_versus": "Compared with the site",
    "n": "Patients",
    "n_whole": "Patients of the whole trial or review",
    "studies": "Studies pooled",
    "p": "P as printed",
    "group": "Laboratory",
}
READ = {  # `read_at` of a row, in words
    "abstract": "Read in the abstract",
    "full text": "Read in the full text",
    "table": "Read in a table of the article",
    "summary": "Read in a report on the article by others",
    "unverified": "Not read at its source, and so not counted",
}


class Uses:
    """Which pages show a row, print a number of it, and rest a key message on it."""

    def __init__(self, env, builder):
        domain = env.get_domain("evidence")
        self._noted, self._builder, self._titles = domain.data["noted"], builder, env.titles
        self._order = order_of_pages(env)
        self._numbers = {
            (page, _row_asked_for(question)) for page, asked in domain.data["asked"].items() for question in asked
        } - {(page, "") for page in domain.data["asked"]}

    def every(self, table: str) -> str:
        """The address of the page with all rows of a table, from the root of the site."""
        pages = (page for page, noted in self._noted.items() if table in noted.get("every", ()))
        return next(map(self._address, pages), "")

    @cached_property
    def _of(self) -> dict[str, dict[str, dict[str, Any]]]:
        found: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

        def use(name: str, page: str) -> dict[str, Any]:
            return found[name].setdefault(page, {"shown": False, "number": False, "clauses": []})

        for page in self._noted:
            for name in self._noted[page].get("shown", ()):
                use(name, page)["shown"] = True
        for page, said in self.clauses():
            for name in said.rows:
                use(name, page)["clauses"].append({"says": said.says, "grade": said.grade})
        for page, name in self._numbers:
            use(name, page)["number"] = True
        return found

    def clauses(self) -> Iterator[tuple[str, Said]]:
        """The clauses of all key messages, each with its page, in the order of the contents."""
        for page in sorted(self._noted, key=self._order):
            yield from ((page, said) for said in self._noted[page].get("clauses", ()))

    def of(self, name: str) -> list[dict[str, Any]]:
        """Each page with its title, its address from the root of the site, and how it uses the row."""
        told = []
        for page, use in sorted(self._of.get(name, {}).items(), key=lambda item: self._order(item[0])):
            how = [word for word, holds in (("in its table", use["shown"]), ("as a number", use["number"])) if holds]
            address = self._address(page) + (f"#{row_anchor(name)}" if use["shown"] else "")
            told.append(
                {
                    "title": self._titles[page].astext(),
                    "address": address,
                    "how": " and ".join(how),
                    "clauses": use["clauses"],
                }
            )
        return told

    def _address(self, page: str) -> str:
        return self._builder.get_target_uri(page)


def _row_asked_for(question: tuple) -> str:
    """The row that a role of prose prints."""
    kind, *about = question
    if kind == "effect":
        return about[0]
    return about[1] if kind == "value" and about[0] in ("findings", "effects") else ""


# --- a row in words ------------------------------------------------------------------------------------------------


def subject(row: Row) -> str:
    """What a row is about, in a few words."""
    if row.table == "effects":
        return f"{row['intervention']} against {row['comparator']}, {row['endpoint']}"
    told = [", ".join(row.terms(column)) for column in ("factor", "source") if row.terms(column)]
    place = ", ".join(name for name in row.terms("organ") if name != "not stated")
    return ", ".join([*told[:1], *([place] if place else [])]) or row["process"]


def facts(row: Row) -> Iterator[tuple[str, tuple[Named, ...]]]:
    """Headings, and what stands under each; terms that have a page lead there."""
    if row.table == "effects":
        yield "Compared", (Named(f"{row['intervention']} against {row['comparator']}", ""),)
        yield "Study", (Named(row["study"], ""),)
    else:
        done = f"{row['perturbation']} ({CHANGES.get(row['perturbation'], '')})"
        yield "Direction", (Named(f"{row.direction} {row['outcome_of']}", ""),)
        yield "Computed from", (Named(f"{done}: {row['outcome']} {row['outcome_of']}", ""),)
    for column, heading in COLUMNS.items():
        if row[column] not in ("", "-"):
            yield heading, row.names(column) or (Named(row[column].replace(";", ","), ""),)
    if row.table == "findings":
        yield "Human data", (Named(row["human_data"], ""),)


def read(row: Row, library: Library) -> str:
    """How, where and how often a row was read, in a sentence or two."""
    known = {cells["key"]: cells for cells in library.rows("references_read")}.get(row["ref"], {})
    where = f" ({known['source']}, {known['verified_on']})" if known.get("source") else ""
    often = "Two independent readings agree." if row["readings"] == "2" else "One reading so far."
    return f"{READ.get(row['read_at'], row['read_at'])}{where}. {often}"


def told(changes: Iterable[Change]) -> list[tuple[str, list[str]]]:
    """By day, what became of the row."""
    days: defaultdict[str, list[str]] = defaultdict(list)
    for change in changes:
        if change.column == "readings" and change.after == "2":
            days[change.day].append("read again, independently")
        else:
            days[change.day].append(f"{change.column.replace('_', ' ')} was “{change.before or 'empty'}”")
    return list(days.items())


# --- pages ---------------------------------------------------------------------------------------------------------


class RowPages:
    """The pages of all rows, and their records."""

    def __init__(self, app):
        self.app, self.library = app, app.env.get_domain("evidence").library
        self.rows = self.library.all_evidence()
        self.short = {row["id"]: row.short for row in self.rows}
        self.uses = Uses(app.env, app.builder)
        self.works = app.env.get_domain("cite").references
        self.former: defaultdict[str, list[str]] = defaultdict(list)
        for cells in self.library.rows("former_ids"):
            self.former[cells["id"]].append(cells["former"])

    @cached_property
    def changes(self) -> dict[str, tuple[Change, ...]]:
        root = self.library.root
        return history.changes(root, FINDINGS) | history.changes(root, EFFECTS)

    def made_from(self) -> object:
        """What the pages show; another value, other pages."""
        tables = [self.library.rows(table) for table in ("references_read", "former_ids")]
        uses = [self.uses.of(name) for name in self.short]
        return self.rows, self.works, tables, uses, history.newest(self.library.root, FINDINGS, EFFECTS)

    def named(self, names: Iterable[str]) -> list[tuple[str, str]]:
        return [(name, self.short[name]) for name in names if name in self.short]

    def address(self, name: str) -> str:
        return f"{self.app.config.html_baseurl}{FOLDER}/{name}.html"

    def page(self, row: Row) -> Page:
        name = row["id"]
        says = f"{row['measure']} {estimate(row)}" if row.table == "effects" else statement(row)
        shown = {
            "row": row,
            "subject": subject(row),
            "says": says,
            "facts": list(facts(row)),
            "work": self.works[row["ref"]],
            "read": read(row, self.library),
            "opponents": self.named(row.contested_by),
            "related": self.named(others(row)),
            "uses": self.uses.of(name),
            "every": self.uses.every(row.table),
            "history": told(self.changes.get(name, ())),
            "former": self.former[name],
            "report": light.report(
                self.app, "correct-a-number.yml", title=f"Correct: {name}", page=self.address(name), found=says
            ),
        }
        return Page(name, "row.html", shown, self.record(row))

    def record(self, row: Row) -> dict[str, Any]:
        """A row for machines: its cells as typed, and all that is computed of it."""
        name, work, base = row["id"], self.works[row["ref"]], self.app.config.html_baseurl
        return {
            "id": name,
            "url": self.address(name),
            "table": row.table,
            "says": statement(row),
            **({"direction": row.direction} if row.table == "findings" else {"ratio": estimate(row)}),
            "cells": row.cells,
            "labels": {column: [found.label for found in names] for column, names in row.named},
            "reference": {
                "key": work.key,
                "cited_as": f"{work.cited_as}, {work.year}",
                "title": work.title,
                "doi": work.doi,
                "pmid": work.pmid,
            },
            "read": read(row, self.library),
            "retracted": row.retracted,
            "unverified": row.unverified,
            "contested_by": list(row.contested_by),
            "used_in": [
                {"title": use["title"], "url": base + use["address"], "how": use["how"], "clauses": use["clauses"]}
                for use in self.uses.of(name)
            ],
            "history": [change._asdict() for change in self.changes.get(name, ())],
            "former_ids": self.former[name],
            "license": LICENSE,
        }

    def former_pages(self) -> Iterator[Page]:
        for cells in self.library.rows("former_ids"):
            if cells["id"] in self.short:
                shown = {
                    "now": cells["id"],
                    "title": self.short[cells["id"]],
                    "on": cells["withdrawn_on"],
                    "reason": cells["reason"],
                }
                twin = {**cells, "url": self.address(cells["id"])}
                yield Page(cells["former"], "former.html", shown, twin)


def write(app, exception: Exception | None) -> None:
    if exception or app.builder.format != "html" or not Path(app.srcdir, PACKAGE).is_file():
        return
    made = RowPages(app)
    if not light.is_made_from(app, FOLDER, made.made_from()):
        pages = [made.page(row) for row in made.rows]
        light.write(app, FOLDER, (*pages, *made.former_pages()))
        write_together(app, [page.twin for page in pages])


def write_together(app, records: list[dict[str, Any]]) -> None:
    """All records in one file."""
    told = {
        "title": f"The evidence of {app.config.project}",
        "version": app.config.version,
        "url": f"{app.config.html_baseurl}{TOGETHER}",
        "license": LICENSE,
        "rows": records,
    }
    path = Path(app.outdir, TOGETHER)
    path.parent.mkdir(exist_ok=True)
    path.write_text(light.as_json(told), "utf-8")


def setup(app):
    app.setup_extension("seedsoil.site.light")
    app.setup_extension("seedsoil.site.evidence_table")
    app.connect("build-finished", write, priority=50)  # before pages that are gone are removed
    return {"parallel_read_safe": True, "parallel_write_safe": True}
