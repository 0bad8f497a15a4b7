"""{living}: what the living layer shows to readers, all of it computed from `data/living`.

    ```{living} standings   # a row for each chapter: last search, next due, what waits
    ```{living} flow        # records from the sources to the decisions, step by step
    ```{living} waiting     # what was found and not yet read, most worth reading first
    ```{living} decided     # what was decided, with the reasons
    ```{living} runs        # what came of each search, also nothing

No page depends on the day of its build: a due day is printed, and the reader's own clock says when it is past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from seedsoil.evidence.references import entries
from seedsoil.living import ledger, queries, ranking, standing
from seedsoil.living.ledger import Decision, Record
from seedsoil.site.citations import doi_link
from seedsoil.site.markup import html

SHOWN = 50  # records of a chapter that the waiting room lists
LONG_AGO = date(1, 1, 1)  # a day on which nothing is due: the reader's clock says what is


class Living(SphinxDirective):
    """One of the views above."""

    required_arguments = 1

    def run(self):
        note_files(self.env)
        view = VIEWS.get(self.arguments[0])
        if view is None:
            raise self.error(f"found the view {self.arguments[0]!r}, expected one of {', '.join(VIEWS)}.")
        return view(root(self.env))


def root(env) -> Path:
    return Path(env.srcdir)


def note_files(env) -> None:
    """A page is read again when one of the files that it shows has changed."""
    for path in sorted((root(env) / ledger.FOLDER).rglob("*")):
        if path.suffix in (".csv", ".yml", ".json"):
            env.note_dependency(str(path.relative_to(root(env))))


def line(env) -> nodes.Node:
    """Where the search of the page's chapter stands, for the line at its head; its day turns overdue by script."""
    note_files(env)
    chapter = env.docname.rsplit("/", 1)[-1]
    if chapter not in queries.chapters(root(env)):
        return nodes.Text("No standing literature search is planned for this page.")
    where = standing.standing(root(env), chapter, LONG_AGO)
    return html("span", where.says(), **({"data_due": where.due} if where.due else {}))


def standings(book: Path) -> list[nodes.Node]:
    rows = []
    for chapter in queries.chapters(book):
        where = standing.standing(book, chapter, LONG_AGO)
        last = [f"{standing.LABELS[source]} {day}" for source, day in sorted(where.last.items())]
        last += [f"{standing.LABELS[source]}: {why}" for source, why in sorted(where.failed.items())]
        state = "" if where.state in ("living", "due", "overdue") else where.state
        query = "draft" if where.draft else "signed"
        due = html("span", where.due or state, **({"data_due": where.due} if where.due else {}))
        cells = [query, "; ".join(last) or "none yet", due, str(where.waiting), str(where.included + where.excluded)]
        rows.append([link(chapter), *cells, f"{where.minutes:.0f}"])
    heads = ("Chapter", "Query", "Last good answers", "Next due", "Waiting", "Decided", "Editors' minutes")
    return [table(heads, rows)]


def flow(book: Path) -> list[nodes.Node]:
    works, cited = entries(book) or {}, ranking.citations(book)
    chosen = works.keys() & {key for chapter in queries.chapters(book) for key in cited.get(chapter, ())}
    flows = [standing.flow(book, chapter) for chapter in queries.chapters(book)]

    def total(count: Callable[[standing.Flow], int]) -> str:
        return f"{sum(map(count, flows)):,}"

    def step(count: str, name: str, *removed: str) -> nodes.Node:
        return html("li", html("b", count), f" {name}", *(html("p", f"− {text}") for text in removed))

    steps = [
        step(
            total(lambda one: sum(one.identified.values())),
            "identified by the sources",
            f"{total(lambda one: one.by_identifier)} the same work from another source, by identifier",
            f"{total(lambda one: one.duplicates)} judged to be another record, or cited already",
        ),
        step(
            total(lambda one: one.screened + one.waiting),
            "to be read by a person",
            f"{total(lambda one: one.waiting)} waiting",
            f"{total(lambda one: sum(one.excluded.values()))} excluded with a reason",
        ),
        step(total(lambda one: one.included), "included by the standing searches"),
    ]
    hand = f"{len(chosen):,} of the {len(works):,} works of the bibliography are cited on a chapter, chosen by hand."
    heads = ("Chapter", "Identified", "By identifier", "Duplicates", "Excluded", "Included", "Waiting")
    rows = [
        [
            link(one.chapter),
            *map(
                str,
                (
                    sum(one.identified.values()),
                    one.by_identifier,
                    one.duplicates,
                    sum(one.excluded.values()),
                    one.included,
                    one.waiting,
                ),
            ),
        ]
        for one in flows
    ]
    arms = html(
        "div", html("ol", *steps, class_="search-flow"), html("p", hand, class_="by-hand"), class_="search-arms"
    )
    return [arms, table(heads, rows)]


def waiting(book: Path) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    for chapter in queries.chapters(book):
        records = [one for one in ledger.load(book, Record) if chapter in one.chapters.split("; ")]
        if not records:
            continue
        queue = ranking.queue(book, chapter, {})
        items = [html("li", *_waiting(one)) for one in queue.waiting[:SHOWN]]
        more = len(queue.waiting) - len(items)
        summary = html("summary", f"{chapter}: {len(queue.waiting):,} waiting, ranked by {queue.how}")
        rest = [nodes.paragraph("", f"And {more:,} more, in data/living/records.csv.")] if more > 0 else []
        found.append(html("details", summary, html("ol", *items), *rest, class_="waiting-room"))
    return found or [nodes.paragraph("", "Nothing waits: no standing search has brought a record yet.")]


def _waiting(one: ranking.Waiting) -> Iterator[nodes.Node | str]:
    record = one.record
    yield html("a", record.title, href=address(record), class_="reference external")
    parts = [", ".join(part for part in (record.journal, record.year) if part), f"found {record.first_seen}"]
    parts += [record.kind] if record.kind != "article" else []
    parts += ["retracted"] if record.state == "retracted" else []
    parts += ["put off"] if one.maybe else []
    parts += ["drawn at random"] if one.drawn else []
    parts += [f"relevance {one.relevance:.2f}", f"leverage {one.leverage}"]
    yield f" ({'; '.join(part for part in parts if part)})"
    for text in one.would_change:
        yield html("br")
        yield text


def decided(book: Path) -> list[nodes.Node]:
    records = {one.id: one for one in ledger.load(book, Record)}
    rows = []
    for (name, chapter), one in sorted(ledger.standing(ledger.load(book, Decision)).items()):
        if name in records:
            title = html("a", records[name].title, href=address(records[name]), class_="reference external")
            rows.append([title, link(chapter), one.decision, one.reason, one.by, one.decided_at[:10]])
    if not rows:
        return [nodes.paragraph("", "No record has been decided on yet.")]
    return [table(("Record", "Chapter", "Decision", "Reason", "By", "On"), rows)]


def runs(book: Path) -> list[nodes.Node]:
    rows = []
    for run in reversed([one for one in ledger.runs(book) if one["kind"] == "search"]):
        sources = [
            f"{standing.LABELS[name]} {answer['received']:,} of {answer['announced']:,}"
            + (f" ({answer['error'] or answer['skipped']})" if answer["error"] or answer["skipped"] else "")
            for name, answer in sorted(run["sources"].items())
        ]
        rows.append([run["began_at"][:10], link(run["chapter"]), "; ".join(sources), str(run["new"])])
    if not rows:
        return [nodes.paragraph("", "No standing search has been made yet.")]
    return [table(("Day", "Chapter", "Received of announced", "New"), rows)]


def address(record: Record) -> str:
    """Where a reader finds a record; only the two hosts below, whatever its identifiers hold."""
    if record.doi:
        return doi_link(record.doi)
    if record.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/"
    return "https://europepmc.org/"


def link(chapter: str) -> nodes.Node:
    """A link to a chapter by its title."""
    target = {"refdomain": "std", "reftype": "doc", "reftarget": f"/chapters/{chapter}", "refdoc": "chapters/living"}
    xref = addnodes.pending_xref("", nodes.inline("", chapter), **target, refexplicit=False, refwarn=True)
    return nodes.inline("", "", xref)  # Sphinx wants a link to stand in text


def table(heads: tuple[str, ...], rows: list[list]) -> nodes.Node:
    """A table whose rows are cards on a phone (`tables.css`)."""
    head = html("tr", *(html("th", name, scope="col") for name in heads))
    body = [
        html(
            "tr",
            html("th", row[0], scope="row"),
            *(html("td", cell, data_label=name) for name, cell in zip(heads[1:], row[1:], strict=True)),
        )
        for row in rows
    ]
    shown = html("table", html("thead", head), html("tbody", *body), class_="table wide")
    return html("div", shown, class_="pst-scrollable-table-container")


VIEWS: dict[str, Callable[[Path], list[nodes.Node]]] = {
    "standings": standings,
    "flow": flow,
    "waiting": waiting,
    "decided": decided,
    "runs": runs,
}


def setup(app):
    app.add_directive("living", Living)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
