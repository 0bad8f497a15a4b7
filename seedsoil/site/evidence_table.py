"""{evidence-table}: the rows behind a page, as a table that one can read, sort, filter and take along.

Without options, the findings and effects of the references that the page cites, and those that its key messages link;
with `:process: dormancy`,
`:ids: a, b` or `:refs: key, key`, the rows that fit any of these. Findings and effects have a table each. Everything
is in the HTML; `evidence.js` adds sorting, filtering and a download of the rows shown. Each row has the anchor
`row-ID`, and its reference counts as cited by the page.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from seedsoil.display.download import csv_uri
from seedsoil.evidence import grading
from seedsoil.evidence.library import Row, Unknown
from seedsoil.evidence.told import estimate
from seedsoil.site.citations import cite, keys_cited
from seedsoil.site.markup import element, html, struck
from seedsoil.tables.cells import runs_as_formula
from seedsoil.tables.text import EVIDENCE

SIGNS = {"promotes": "↑", "restrains": "↓", "no effect": "="}

logger = logging.getLogger(__name__)


class request(nodes.General, nodes.Element):
    """Stands for a table until the page is read and it is known what it cites."""


class EvidenceTable(SphinxDirective):
    option_spec = {
        "process": directives.unchanged_required,
        "ids": directives.unchanged_required,
        "refs": directives.unchanged_required,
    }

    def run(self):
        ids, refs = (tuple(re.findall(r"[^,;\s]+", self.options.get(name, ""))) for name in ("ids", "refs"))
        about = f"on {self.options['process']}" if self.options.keys() == {"process"} else "behind this page"
        node = request(process=self.options.get("process", ""), by_id=ids, by_ref=refs, about=about)
        self.set_source_info(node)
        return [node]


def row_anchor(name: str) -> str:
    return f"row-{name}"


def row_link(name: str, text: str = "") -> element:
    return html("a", text or name, href=f"#{row_anchor(name)}", class_="reference internal")


# --- cells -------------------------------------------------------------------------------------------------------

Cell = tuple[list, str]  # what the cell shows, and what it is sorted by ("" for its text)


def direction(row: Row) -> Cell:
    sign = html("span", SIGNS[row.direction], aria_hidden="true")
    return [_text(row, html("span", sign, f" {row.direction} {row['outcome_of']}", class_="direction"))], ""


def source_and_factor(row: Row) -> Cell:
    source, factor = (row.terms(column) if row[column] not in ("", "-") else "" for column in ("source", "factor"))
    return [_text(row, ": ".join(part for part in (source, factor) if part))], ""


def place(row: Row) -> Cell:
    return [_text(row, f"{row.terms('organ')}, {row.terms('stage')}".removeprefix("-, "))], ""


def model(row: Row) -> Cell:
    human = "; human data" if row["human_data"] == "yes" else ""
    return [_text(row, f"{row.terms('model')} ({row['species'].replace(';', ',')}){human}")], ""


def study(row: Row) -> Cell:
    return [_text(row, f"{row['study']}, {row['setting']}")], ""


def patients(row: Row) -> Cell:
    return [_text(row, row["n"])], row["n"]


def ratio(row: Row) -> Cell:
    return [_text(row, f"{row['measure']} {estimate(row)}")], row["estimate"]


def _text(row: Row, content: nodes.Node | str) -> nodes.Node:
    return struck(content) if row.retracted else html("span", content)


def statement(row: Row) -> str:
    if row.table == "findings":
        return row["finding"]
    return f"{row['intervention']}, against {row['comparator']}: {row['endpoint']}"


COLUMNS: dict[str, dict[str, Callable[[Row], Cell]]] = {
    "findings": {
        "Direction": direction,
        "Source and factor": source_and_factor,
        "Organ and stage": place,
        "Model": model,
    },
    "effects": {"Study and setting": study, "Patients": patients, "Effect": ratio},
}
HEADINGS = {"findings": "Finding", "effects": "Comparison and endpoint"}


# --- tables ------------------------------------------------------------------------------------------------------


def fill(app, doctree) -> None:
    """The page is read: put the tables in their places. Anchors go to the first table that shows a row."""
    domain = app.env.get_domain("evidence")
    answers: dict[request, tuple[Row, ...]] = {}
    linked = dict.fromkeys(
        link["html"]["href"].removeprefix("#row-")
        for link in doctree.findall(element)
        if link["html"].get("href", "").startswith("#row-")
    )
    for node in doctree.findall(request):
        answers[node] = _answer(domain, node, tuple(linked), tuple(keys_cited(app.env)))
    shown = {row["id"] for rows in answers.values() for row in rows}
    anchored: set[str] = set()
    for node, rows in answers.items():
        tables = []
        for table in EVIDENCE:
            if here := [row for row in rows if row.table == table]:
                tables.append(_box(app.env, doctree, table, here, shown, anchored, node["about"]))
        node.replace_self(tables)


def _answer(domain, node: request, ids: tuple[str, ...], refs: tuple[str, ...]) -> tuple[Row, ...]:
    asked = node["process"], node["by_id"], node["by_ref"]
    try:
        rows = domain.ask("evidence", *(asked if any(asked) else ("", ids, refs)))
    except Unknown as unknown:
        logger.warning(str(unknown), location=node, type="evidence")
        return ()
    if not rows:
        what = f"the process {node['process']!r} or these rows" if any(asked) else "the references that this page cites"
        logger.warning(
            f"found no finding and no effect for {what}, expected at least one; correct the options, or add rows "
            "to data/findings.csv or data/effects.csv.",
            location=node,
            type="evidence",
        )
    return rows


def _box(env, document, table: str, rows: list[Row], shown: set[str], anchored: set[str], about: str) -> element:
    caption = f"{table.capitalize()} {about}"
    headings = [HEADINGS[table], *COLUMNS[table], "Reference"]
    head = html("tr", *(html("th", html("button", text, type="button", disabled=""), scope="col") for text in headings))
    body = [_row(env, document, row, shown, anchored) for row in rows]
    return html(
        "div",
        html(
            "div",
            html("label", f"Filter {table} ", html("input", type="search", autocomplete="off"), class_="pst-js-only"),
            html("p", _tally(rows), role="status"),
            class_="evidence-tools",
        ),
        html(
            "div",
            html("table", html("caption", caption), html("thead", head), html("tbody", *body), class_="table"),
            class_="pst-scrollable-table-container",
        ),
        html(
            "a",
            "Download the rows shown as CSV",
            html("span", f": {caption}", class_="sr-only"),
            class_="download-csv",
            download=f"{env.docname.rpartition('/')[2]}-{table}.csv",
            href=_data(rows),
        ),
        class_="evidence",
    )


def _tally(rows: list[Row]) -> str:
    """`evidence.js` writes the same when the rows are filtered. Retracted rows are told apart and not counted."""
    retracted = sum(row.retracted for row in rows)
    count = len(rows) - retracted
    return f"{count} rows" + (f", and {retracted} retracted" if retracted else "")


def _row(env, document, row: Row, shown: set[str], anchored: set[str]) -> element:
    cells = [cell(row) for cell in COLUMNS[row.table].values()]
    name = row["id"]
    anchor = "" if name in anchored else row_anchor(name)
    anchored.add(name)
    node = html(
        "tr",
        html("th", _text(row, statement(row)), *_marks(row, shown), *_small(row["note"]), scope="row"),
        *(html("td", *content, **({"data_sort": key} if key else {})) for content, key in cells),
        html("td", cite(document, env, row["ref"], "bare"), *_small(f"read: {row['read_at']}")),
        id=anchor,
    )
    if row.retracted:
        node["classes"].append("retracted")
    return node


def _marks(row: Row, shown: set[str]) -> Iterable[nodes.Node]:
    """What else the data say about a row, each with a sign and a word."""
    if row.retracted:
        yield html("strong", "✕ Retracted", class_="mark")
    if row.unverified:
        yield html("strong", "? Unverified", class_="mark")
    if row.contested_by:
        yield html("span", html("strong", "≠ Contested"), " by ", *_links(row.contested_by, shown), class_="mark")
    others = [name for name in grading.related(row.cells) if name not in row.contested_by]
    if others:
        yield html("span", f"{row['relation'].capitalize()} ", *_links(others, shown), class_="mark")


def _links(names: Iterable[str], shown: set[str]) -> Iterable[nodes.Node]:
    for number, name in enumerate(names):
        if number:
            yield nodes.Text(", ")
        yield row_link(name) if name in shown else nodes.Text(name)


def _small(text: str) -> list[nodes.Node]:
    return [html("small", text)] if text else []


def _data(rows: list[Row]) -> str:
    """The rows whole, as a data URI: their columns in the file, and whether they are retracted."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    directed = rows[0].table == "findings"
    writer.writerow([*rows[0].cells, *(["direction"] if directed else []), "retracted"])
    for row in rows:
        computed = [row.direction] if directed else []
        writer.writerow([*map(_inert, row.cells.values()), *computed, "yes" if row.retracted else "no"])
    return csv_uri(file.getvalue())


def _inert(cell: str) -> str:
    """A cell that a spreadsheet takes for text."""
    return f"'{cell}" if runs_as_formula(cell) else cell


def setup(app):
    app.setup_extension("seedsoil.site.bindings")
    app.add_directive("evidence-table", EvidenceTable)
    app.add_node(request)
    app.add_js_file("evidence.js", priority=900)
    app.connect("doctree-read", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
