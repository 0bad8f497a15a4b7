"""The flow of records drawn: the way from the sources to the decisions, beside it what was chosen by hand, and tables.

A record that two chapters found is counted for each, for each decides of it.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from docutils import nodes

from seedsoil.evidence.references import READINGS
from seedsoil.living import flow, queries, ranking, standing
from seedsoil.living.flow import Flow, Held
from seedsoil.site.living_tables import link, table
from seedsoil.site.markup import html
from seedsoil.tables.text import Rows
from seedsoil.versions import changelog

HEADS = ("Identified", "Same identifier", "Duplicates", "Cited already", "Excluded", "Included")


def views(book: Path) -> list[nodes.Node]:
    """The two arms and the sum of both, the flow of each version, and that of each chapter."""
    held, chapters = Held(book), queries.chapters(book)
    flows = {chapter: held.flow(chapter) for chapter in chapters}
    total = sum(flows.values(), Flow())
    drawn = html("div", *_arms(book, chapters, total), class_="search-arms")
    by_chapter = [[link(chapter), *_cells(one), _told(one.waiting)] for chapter, one in flows.items()]
    return [
        drawn,
        nodes.paragraph("", "By version of the book, the newest first:"),
        table(("Version", *HEADS, "Waiting at its end"), list(_versions(book, held, chapters, total))),
        nodes.paragraph("", "By chapter, in all versions:"),
        table(("Chapter", *HEADS, "Waiting"), by_chapter),
    ]


def _arms(book: Path, chapters: list[str], total: Flow) -> list[nodes.Node]:
    cited = ranking.citations(book)
    keys = {key for chapter in chapters for key in cited.get(chapter, ())}
    arms = flow.arms(book, keys, {row["key"]: row["verified_on"] for row in Rows(book).rows(READINGS)})
    hand = html(
        "div",
        html("p", html("b", _told(len(arms.before))), " works chosen by hand before the first search"),
        html("p", html("b", _told(len(arms.since))), " works chosen by hand since, beside the searches"),
        html("p", html("b", _told(len(arms.searched))), " works that came by a search"),
        html("p", html("b", _told(len(keys))), " works cited on the chapters, in all"),
        class_="by-hand",
    )
    sources = ", ".join(f"{standing.LABELS[name]} {count:,}" for name, count in sorted(total.identified.items()))
    reasons = "; ".join(f"{count:,} {reason}" for reason, count in sorted(total.excluded.items()))
    steps = (
        _step(
            total.identified.total(),
            f"identified by the sources{f' ({sources})' if sources else ''}",
            f"{total.by_identifier:,} the same work from another source, by identifier",
            f"{total.duplicates:,} judged to be another record",
            f"{total.cited:,} judged to be a work that is cited already",
        ),
        _step(
            total.screened + total.waiting,
            "to be read by a person, by title and abstract",
            f"{total.waiting:,} waiting",
            f"{total.excluded.total():,} excluded{f': {reasons}' if reasons else ''}",
        ),
        _step(total.included, "included by the standing searches"),
    )
    return [html("ol", *steps, class_="search-flow"), hand]


def _step(count: int, name: str, *removed: str) -> nodes.Node:
    return html("li", html("b", _told(count)), f" {name}", *(html("p", f"− {text}") for text in removed))


def _versions(book: Path, held: Held, chapters: list[str], total: Flow):
    """What each version brought, and below it what all together did."""
    ends = [(one.version, one.day) for one in changelog.released(book)][::-1]
    until = [Flow(), *(held.total(chapters, day) for _, day in ends), total]
    names = [*(f"{version} ({day})" for version, day in ends), f"since {ends[-1][0]}" if ends else "so far"]
    rows = [
        [name, *_cells(after - before), _told(after.waiting)]
        for name, (before, after) in zip(names, pairwise(until), strict=True)
    ]
    yield from reversed(rows)
    yield ["all versions", *_cells(total), _told(total.waiting)]


def _cells(one: Flow) -> list[str]:
    counts = (
        one.identified.total(), one.by_identifier, one.duplicates, one.cited, one.excluded.total(), one.included
    )  # fmt: skip
    return list(map(_told, counts))


def _told(count: int) -> str:
    return f"{count:,}".replace("-", "−")
