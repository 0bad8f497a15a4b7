"""An address for each row of another table of which prose prints a number: evidence/TABLE-KEY.html, with its twin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seedsoil.evidence.described import read
from seedsoil.evidence.library import Library
from seedsoil.evidence.told import row_page
from seedsoil.site import light
from seedsoil.site.addresses import ROWS
from seedsoil.site.light import Page
from seedsoil.site.uses import Uses
from seedsoil.tables.text import EVIDENCE, Cells, Rows

UNTOLD = ("ref", "read_at", "id")  # columns that a page tells in other words


def pages(app, library: Library, uses: Uses) -> Iterator[Page]:
    """Pages of the rows, in the order of their tables and keys."""
    tables = Rows(library.root)
    for table, key in sorted({(table, key) for _, table, key in uses.numbers if table not in EVIDENCE}):
        cells = tables.keyed(table).get(key) if table in tables.resources else None
        if cells:
            yield page(app, tables.resources[table], key, cells, uses)


def page(app, resource: dict[str, Any], key: str, cells: Cells, uses: Uses) -> Page:
    name, work = row_page(resource["name"], key), app.env.get_domain("cite").references.get(cells.get("ref", ""))
    library: Library = app.env.get_domain("evidence").library
    reading = next((known for known in library.rows("references_read") if known["key"] == cells.get("ref")), {})
    fields = {field["name"]: field for field in resource["schema"].get("fields", ())}
    told = [
        (
            column.replace("_", " "),
            " ".join([text, fields.get(column, {}).get("unit", "")]).strip(),
            meaning(fields, column),
        )
        for column, text in cells.items()
        if text and column not in UNTOLD
    ]
    says = "; ".join(f"{heading}: {text}" for heading, text, _ in told)
    address = f"{app.config.html_baseurl}{ROWS}/{name}.html"
    shown = {
        "subject": f"{resource.get('title', resource['name'])}: {work.cited_as + ', ' + work.year if work else key}",
        "says": says,
        "cells": told,
        "table": resource["name"],
        "path": resource["path"],
        "work": work,
        "read": read(cells, reading),
        "uses": uses.of(name),
        "report": light.report(app, "correct-a-number.yml", title=f"Correct: {name}", page=address, found=says[:200]),
    }
    twin = {
        "id": name,
        "url": address,
        "table": resource["name"],
        "key": key,
        "subject": shown["subject"],
        "says": says,
        "cells": cells,
        "reference": light.reference(work) if work else None,
        "read": shown["read"],
        "retracted": bool(work and work.status == "retracted"),
        "unverified": cells.get("read_at") == "unverified",
        "report": shown["report"],
    }
    return Page(name, "cells.html", shown, twin)


def meaning(fields: dict[str, Any], column: str) -> str:
    return str(fields.get(column, {}).get("description", ""))
