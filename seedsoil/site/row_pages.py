"""evidence/ROW.html and ROW.json: an address for each row of the evidence, with what led to it and what rests on it.

A withdrawn row keeps its address, and says which row stands in its place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from seedsoil.evidence.described import facts, in_whom, read, subject
from seedsoil.evidence.effects import EFFECTS
from seedsoil.evidence.findings import FINDINGS
from seedsoil.evidence.library import Row
from seedsoil.evidence.references import READINGS
from seedsoil.evidence.told import estimate
from seedsoil.living import verifying
from seedsoil.site import cell_pages, light
from seedsoil.site.addresses import ROWS
from seedsoil.site.evidence_rows import others, statement
from seedsoil.site.light import Page
from seedsoil.site.uses import Uses
from seedsoil.tables import history
from seedsoil.tables.history import Change
from seedsoil.tables.package import PACKAGE

NETWORK = "data/network.graphml"
TOGETHER = "data/evidence.json"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"


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
        self.readings = {cells["key"]: cells for cells in self.library.rows(READINGS)}
        self.sentences = verifying.shown(self.library.root)
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
        cells = [(page.name, page.shown) for page in cell_pages.pages(self.app, self.library, self.uses)]
        return (
            self.rows,
            self.works,
            self.sentences,
            tables,
            uses,
            cells,
            history.newest(self.library.root, FINDINGS, EFFECTS),
        )

    def named(self, names: Iterable[str]) -> list[tuple[str, str]]:
        return [(name, self.short[name]) for name in names if name in self.short]

    def address(self, name: str) -> str:
        return f"{self.app.config.html_baseurl}{ROWS}/{name}.html"

    def page(self, row: Row) -> Page:
        name = row["id"]
        says = f"{row['measure']} {estimate(row)}" if row.table == "effects" else statement(row)
        shown = {
            "row": row,
            "subject": subject(row),
            "says": says,
            "facts": list(facts(row)),
            "work": self.works[row["ref"]],
            "read": f"{read(row.cells, self.readings.get(row['ref'], {}))} {self.sentence(name)}",
            "opponents": self.named(row.contested_by),
            "related": self.named(others(row)),
            "uses": self.uses.of(name),
            "every": self.uses.every,
            "history": told(self.changes.get(name, ())),
            "former": self.former[name],
            "report": self.report(row),
        }
        return Page(name, "row.html", shown, self.record(row))

    def sentence(self, name: str) -> str:
        """Whether a machine found again where the row was read."""
        return self.sentences.get(name, verifying.UNKEPT)

    def report(self, row: Row) -> str:
        """The address of the form that reports an error, filled in."""
        says = f"{row['measure']} {estimate(row)}" if row.table == "effects" else statement(row)
        title, page = f"Correct: {row['id']}", self.address(row["id"])
        return light.report(self.app, "correct-a-number.yml", title=title, page=page, found=says)

    def record(self, row: Row) -> dict[str, Any]:
        """A row for machines: its cells as typed, and all that is computed of it."""
        name, base = row["id"], self.app.config.html_baseurl
        return {
            "id": name,
            "url": self.address(name),
            "table": row.table,
            "subject": subject(row),
            "says": statement(row),
            "in_whom": in_whom(row),
            **({"direction": row.direction} if row.table == "findings" else {"ratio": estimate(row)}),
            "cells": row.cells,
            "labels": {column: [found.label for found in names] for column, names in row.named},
            "reference": light.reference(self.works[row["ref"]]),
            "read": read(row.cells, self.readings.get(row["ref"], {})),
            "sentence": self.sentence(name),
            "retracted": row.retracted,
            "unverified": row.unverified,
            "contested_by": list(row.contested_by),
            "contested_by_names": [self.short[name] for name in row.contested_by if name in self.short],
            "used_in": [
                {"title": use["title"], "url": base + use["address"], "how": use["how"], "clauses": use["clauses"]}
                for use in self.uses.of(name)
            ],
            "history": [change._asdict() for change in self.changes.get(name, ())],
            "former_ids": self.former[name],
            "license": LICENSE,
            "report": self.report(row),
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
    if not light.is_made_from(app, ROWS, made.made_from()):
        pages = [made.page(row) for row in made.rows]
        light.write(app, ROWS, (*pages, *made.former_pages(), *cell_pages.pages(app, made.library, made.uses)))
        write_together(app, [page.twin for page in pages])
        from seedsoil.site import network  # only now: it takes longer to load than a build after a change has to spare

        network.write(Path(app.outdir, NETWORK), made.rows)


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
