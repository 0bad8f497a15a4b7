"""{living}: what the living layer shows to readers, all of it computed from `data/living`.

    ```{living} standings   # a row for each chapter: last search, next due, what waits
    ```{living} schedule    # how often each search is to be made, from which sources
    ```{living} flow        # records from the sources to the decisions, step by step, in all and by version
    ```{living} waiting     # what was found and not yet read, most worth reading first
    ```{living} decided     # what was decided, with the reasons
    ```{living} runs        # what came of each search, also nothing
    ```{living} minutes     # what it took of editors and machines

No page depends on the day of its build: a due day is printed, and the reader's own clock says when it is past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from seedsoil.living import ledger, queries, ranking, standing
from seedsoil.living.flow import Held
from seedsoil.living.ledger import Decision, Record
from seedsoil.site import living_flow
from seedsoil.site.citations import doi_link
from seedsoil.site.living_tables import link, table
from seedsoil.site.markup import html
from seedsoil.versions.changelog import CHANGELOG

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
    for path in sorted([*(root(env) / ledger.FOLDER).rglob("*"), root(env) / CHANGELOG]):
        if path.suffix in (".csv", ".yml", ".json") or path.name == CHANGELOG:
            env.note_dependency(str(path.relative_to(root(env))))


def line(env) -> nodes.Node:
    """Where the search of the page's chapter stands, for the line at its head; its day turns overdue by script."""
    note_files(env)
    chapter = env.docname.rsplit("/", 1)[-1]
    if chapter not in queries.chapters(root(env)):
        return nodes.Text("No standing literature search is planned for this page.")
    where = standing.standing(root(env), chapter, LONG_AGO)
    return turning(where.says(), where)


def turning(text: str, where: standing.Standing) -> nodes.Node:
    """A text behind which the reader's clock sets that a search is due or overdue."""
    days = {"data_due": where.due, "data_overdue": where.overdue}
    return html("span", text, **({name: day for name, day in days.items() if day}))


def standings(book: Path) -> list[nodes.Node]:
    rows, held = [], Held(book)
    for chapter in queries.chapters(book):
        where = standing.standing(book, chapter, LONG_AGO, held)
        last = [f"{standing.LABELS[source]} {day}" for source, day in sorted(where.last.items())]
        told = sorted((where.failed | where.skipped).items())
        last += [f"{standing.LABELS[source]}: {why}" for source, why in told]
        query = "draft" if where.draft else "signed"
        due = turning(where.due or where.state, where)
        cells = [query, "; ".join(last) or "none yet", due, str(where.waiting), str(where.included + where.excluded)]
        rows.append([link(chapter), *cells, f"{where.minutes:.0f}"])
    heads = ("Chapter", "Query", "Last good answers", "Next due", "Waiting", "Decided", "Editors' minutes")
    return [table(heads, rows)]


def schedule(book: Path) -> list[nodes.Node]:
    planned = [queries.load(book, chapter) for chapter in queries.chapters(book)]
    sources = ", ".join(standing.LABELS[source] for source in queries.SOURCES)
    rows = []
    for one in planned:
        every = f"every {one.every_days} days" if one.state == "living" else one.state
        rows.append([link(one.chapter), every, sources if one.state == "living" else "none", one.since])
    return [table(("Chapter", "Search", "Sources", "Searched from"), rows)]


def minutes(book: Path) -> list[nodes.Node]:
    return [nodes.paragraph("", standing.Spent.of(ledger.runs(book)).says())]


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


VIEWS: dict[str, Callable[[Path], list[nodes.Node]]] = {
    "standings": standings,
    "schedule": schedule,
    "flow": living_flow.views,
    "waiting": waiting,
    "decided": decided,
    "runs": runs,
    "minutes": minutes,
}


def setup(app):
    app.add_directive("living", Living)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
