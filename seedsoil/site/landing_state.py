"""Parts of the first page that come from the data alone: the verdicts of the theses, what came last, where to start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from docutils import nodes

from seedsoil.site.changelog import counted
from seedsoil.site.history import printed
from seedsoil.site.markup import element, html
from seedsoil.site.theses import verdict

THESES = "chapters/theses"
Link = Callable[[str, str], element]  # of a page, or of a place on one, with a text
DOORS = {  # for whom, and what each finds where, with numbers and [links](pages)
    "A student": (
        "begins with the [first chapter](chapters/growth), looks up any of {terms} words in the "
        "[glossary](chapters/glossary), and sees in the [theses](chapters/theses) how a claim is tested."
    ),
    "A researcher": (
        "finds {findings} findings in the [evidence](chapters/evidence) and its gaps on the [map](chapters/map), "
        "{open} [open questions](chapters/questions) with the study that would decide each, and every table as "
        "[data](chapters/data)."
    ),
    "A clinician": (
        "reads [what treatment does, site by site](chapters/therapy): {effects} published effects stand behind the "
        "book, {by_site} of them by site of metastasis. It advises on no patient."
    ),
    "A contributor": (
        "sees on [people](chapters/people) who does what and how to join: {once} rows wait for a second reader, and "
        "an error or a missing study is told by the buttons above each page."
    ),
}


def verdicts(domain, link: Link) -> list[nodes.Node]:
    items = [
        html("li", link(f"{THESES}#{one['id']}", one["name"]), ": ", verdict(one.verdict), f". {one.says}")
        for one in domain.ask("theses")
    ]
    return [html("ul", *items, class_="verdicts")]


def last(domain, link: Link) -> list[nodes.Node]:
    """What came on the last day on which something came."""
    days = domain.ask("days")
    if not days:
        return []
    day, kinds = days[0]
    came = f"Came last, on {printed(date.fromisoformat(day))}: {', '.join(counted(kinds))}. "
    return [html("p", came, link("chapters/changes", "All changes"), ".")]


def start(domain, link: Link) -> list[nodes.Node]:
    numbers = {name: f"{count:,}" for name, count in counts(domain).items()}
    parts = []
    for who, text in DOORS.items():
        parts += [html("dt", who), html("dd", *linked(text.format(**numbers), link))]
    return [html("dl", *parts, class_="doors")]


def counts(domain) -> dict[str, int]:
    """How much there is to find."""
    rows = [row for row in domain.ask("all_evidence") if not (row.retracted or row.unverified)]
    effects = [row for row in rows if row.table == "effects"]
    return {
        "terms": len(domain.ask("defined")),
        "findings": len(rows) - len(effects),
        "effects": len(effects),
        "by_site": sum(bool(row["site"]) for row in effects),
        "open": sum(one.is_open for one in domain.ask("questions")),
        "once": sum(row["readings"] == "1" for row in rows),
    }


def linked(text: str, link: Link) -> list[nodes.Node | str]:
    """The text with its [links](pages)."""
    first, *rest = text.split("[")
    parts: list[nodes.Node | str] = [first]
    for piece in rest:
        title, _, after = piece.partition("](")
        page, _, more = after.partition(")")
        parts += [link(page, title), more]
    return parts


PARTS = {"verdicts": verdicts, "last": last, "start": start}
