"""{evidence-table}: the rows behind a page, folded behind their count, to be chosen, sorted and taken along.

Without options, the findings and effects of the references that the page cites, and those that its key messages link;
with `:process: dormancy`, `:ids: a, b` or `:refs: key, key`, the rows that fit any of these; with `:every:`, all rows
of the book, whose papers are then those of the list of all references.
Findings and effects have a table each. Each row has the anchor `row-ID`, and its reference counts as cited by the page.

The table is made whole, in a <noscript>; `seedsoil.site.whole_tables` gives it a page of its own, and `evidence.js`
fetches it and shows the rows that a reader chooses. Hundreds of rows would otherwise make a page heavy that shows ten.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from seedsoil.evidence.library import Row, Unknown
from seedsoil.site import whole_tables
from seedsoil.site.citations import cite, cite_again, cite_in_book, keys_cited
from seedsoil.site.evidence_rows import COLUMNS, facets, others, row_anchor, table_row
from seedsoil.site.markup import element, html
from seedsoil.tables.cells import runs_as_formula
from seedsoil.tables.text import EVIDENCE

FILES = "data/pages"  # of the site: what the tables of each page show

logger = logging.getLogger(__name__)


class request(nodes.General, nodes.Element):
    """Stands for a table until the page is read and it is known what it cites."""


class EvidenceTable(SphinxDirective):
    option_spec = {
        "process": directives.unchanged_required,
        "ids": directives.unchanged_required,
        "refs": directives.unchanged_required,
        "every": directives.flag,
    }

    def run(self):
        ids, refs = (tuple(re.findall(r"[^,;\s]+", self.options.get(name, ""))) for name in ("ids", "refs"))
        every = "every" in self.options
        about = "behind this page"
        if self.options.keys() == {"process"}:
            about = f"on {self.options['process']}"
        elif every:
            about = "of the book"
        node = request(process=self.options.get("process", ""), by_id=ids, by_ref=refs, every=every, about=about)
        self.set_source_info(node)
        return [node]


def fill(app, doctree) -> None:
    """The page is read: put the tables in their places. Anchors go to the first table that shows a row."""
    requests = list(doctree.findall(request))
    if not requests:
        return
    domain = app.env.get_domain("evidence")
    linked = dict.fromkeys(
        link["html"]["href"].removeprefix("#row-")
        for link in doctree.findall(element)
        if link["html"].get("href", "").startswith("#row-")
    )
    cited = set(keys := keys_cited(app.env))
    answers = {node: _answer(domain, node, tuple(linked), tuple(keys)) for node in requests}
    rows = [row for found in answers.values() for row in found]
    shown, anchored = {row["id"] for row in rows}, set()
    names = _names(domain, rows)
    if any(node["every"] for node in requests):
        domain.note(app.env.docname, every=True)
    else:
        domain.note(app.env.docname, shown=tuple(dict.fromkeys(row["id"] for row in rows)))
    tables: list[str] = []
    whole: list[str] = []  # the names of the pages on which they stand
    for node, found in answers.items():
        boxes = []
        for table in EVIDENCE:
            if here := [row for row in found if row.table == table]:
                body = []
                for row in here:
                    key, anchor = row["ref"], "" if row["id"] in anchored else row_anchor(row["id"])
                    anchored.add(row["id"])
                    if node["every"]:
                        paper = cite_in_book(app.env, key)
                    else:
                        paper = cite_again(key, "bare") if key in cited else cite(doctree, app.env, key, "bare")
                        cited.add(key)
                    body.append(table_row(row, anchor, paper, names, shown))
                before = sum(name.startswith(f"{app.env.docname}-{table}") for name in tables)
                tables.append(f"{app.env.docname}-{table}{f'-{before + 1}' if before else ''}")
                whole += (pages := whole_tables.pages(tables[-1], len(here)))
                boxes.append(_box(domain, app.env.docname, pages, here, body, node))
        node.replace_self(boxes)
    domain.note(app.env.docname, whole_tables=tuple(whole))


def _answer(domain, node: request, ids: tuple[str, ...], refs: tuple[str, ...]) -> tuple[Row, ...]:
    if node["every"]:
        return domain.ask("all_evidence")
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


def _names(domain, rows: list[Row]) -> dict[str, str]:
    """How the rows, and those that they name, are called in a sentence."""
    named = {name for row in rows for name in (*row.contested_by, *others(row))} - {row["id"] for row in rows}
    return {row["id"]: row.short for row in rows} | dict(domain.ask("names", tuple(sorted(named))))


# --- boxes -------------------------------------------------------------------------------------------------------


def _box(domain, page: str, pages: list[str], rows: list[Row], body: list[element], node: request) -> element:
    table = rows[0].table
    caption = f"{table.capitalize()} {node['about']}"
    headings = [*COLUMNS[table], "Paper"]
    head = html("tr", *(html("th", html("button", text, type="button", disabled=""), scope="col") for text in headings))
    whole = html("table", html("caption", caption), html("thead", head), html("tbody", *body), class_="table")
    count = html("span", _tally(rows), class_="count")
    return html(
        "details",
        html("summary", f"{caption}: ", count),
        _facets(rows, table),
        html("noscript", whole),
        html("button", "Show all", type="button", class_="more pst-js-only", hidden=""),
        _download(domain, page, pages[0], rows, caption) if not node["every"] else _file(table),
        class_="evidence",
        id=f"evidence-{table}",
        data_table=" ".join(f"{name.rpartition('/')[2]}.html" for name in pages),
    )


def _tally(rows: list[Row]) -> str:
    """`evidence.js` writes the same when rows are chosen. Retracted rows are told apart and not counted."""
    retracted = sum(row.retracted for row in rows)
    count = len(rows) - retracted
    return f"{count} {'row' if count == 1 else 'rows'}" + (f", and {retracted} retracted" if retracted else "")


def _facets(rows: list[Row], table: str) -> element:
    """A choice for each facet in which the rows differ, with the rows of each value, and a field for words."""
    fields = []
    for name in facets(rows[0]):
        counts = Counter(value for row in rows for value in facets(row)[name])
        if not counts or (len(counts) == 1 and counts.total() == len(rows)):
            continue
        options = [html("option", f"{value} ({counts[value]})", value=value) for value in sorted(counts, key=str.lower)]
        choice = html("select", html("option", "all", value=""), *options, name=f"{table}-{name.lower()}")
        fields.append(html("label", f"{name} ", choice))
    words = html("input", type="search", autocomplete="off", name=f"{table}-words")
    return html(
        "form",
        *fields,
        html("label", "Words ", words),
        html("button", "Clear", type="reset"),
        html("p", "", role="status"),
        class_="facets pst-js-only",
        aria_label=f"Choose {table}",
    )


def _download(domain, page: str, name: str, rows: list[Row], caption: str) -> element:
    """The rows of the table as a file of the site; within the page they would make it a fifth heavier."""
    name, files = f"{name}.csv", domain.noted(page).get("files", ())
    domain.note(page, files=(*files, (name, tuple(row["id"] for row in rows))))
    return html(
        "a",
        "Download these rows as CSV",
        html("span", f": {caption}", class_="sr-only"),
        class_="download-csv",
        download=f"{page.rpartition('/')[2]}-{rows[0].table}.csv",
        href=relative_uri(page, f"{FILES}/{name}"),
        data_rows="",
    )


def _file(table: str) -> element:
    """The whole table at its address: as a data URI it would double the page."""
    return html("a", f"Download all {table} as CSV", href=f"../data/{table}.csv", download="", class_="download-csv")


def _data(rows: list[Row]) -> str:
    """The rows whole, as CSV: their columns in the file, and whether they are retracted."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    directed = rows[0].table == "findings"
    writer.writerow([*rows[0].cells, *(["direction"] if directed else []), "retracted"])
    for row in rows:
        computed = [row.direction] if directed else []
        writer.writerow([*map(_inert, row.cells.values()), *computed, "yes" if row.retracted else "no"])
    return file.getvalue()


def _inert(cell: str) -> str:
    """A cell that a spreadsheet takes for text."""
    return f"'{cell}" if runs_as_formula(cell) else cell


def write(app, exception: Exception | None) -> None:
    """The files behind the tables of all pages."""
    if exception or app.builder.format != "html":
        return
    domain, folder = app.env.get_domain("evidence"), Path(app.outdir, FILES)
    shutil.rmtree(folder, ignore_errors=True)
    for noted in domain.data["noted"].values():
        for name, ids in noted.get("files", ()):
            path, known = folder / name, {row["id"]: row for row in domain.library.evidence("", ids, ())}
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_data([known[one] for one in ids]), "utf-8")


def setup(app):
    app.setup_extension("seedsoil.site.bindings")
    app.add_directive("evidence-table", EvidenceTable)
    app.add_node(request)
    app.add_css_file("evidence.css", priority=950)
    app.add_js_file("evidence.js", priority=800)  # before `book.js`, which opens what a link leads to
    app.connect("doctree-read", fill)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 3}
