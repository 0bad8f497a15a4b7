"""{status} and {changes}: how much evidence stands behind a page, and when it came.

Both are computed when the page is read, from the rows and the readings of the references that it cites: nobody keeps
them, and nobody can forget to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from seedsoil.evidence.library import Row, Unknown
from seedsoil.site import feeds, living
from seedsoil.site.bindings import EvidenceDomain
from seedsoil.site.citations import cite, keys_cited
from seedsoil.site.evidence_rows import row_link
from seedsoil.site.markup import element, html
from seedsoil.tables.text import EVIDENCE

MANY = 25  # references, findings or effects

logger = logging.getLogger(__name__)


class history(nodes.General, nodes.Element):
    """Stands for a status line or a list of changes until the page is read and it is known what it cites."""


@dataclass
class Day:
    """What came on one day: keys of references read, ids of findings and of effects."""

    references_read: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Record:
    """The rows behind a page, and how and when each of its references was read."""

    rows: tuple[Row, ...]
    readings: dict[str, Row]

    def days(self) -> dict[date, Day]:
        """What came on each day, the last day first."""
        found: defaultdict[date, Day] = defaultdict(Day)
        for key, reading in self.readings.items():
            found[date.fromisoformat(reading["verified_on"])].references_read.append(key)
        for row in self.rows:
            getattr(found[date.fromisoformat(row["added"])], row.table).append(row["id"])
        return dict(sorted(found.items(), reverse=True))


def record(domain: EvidenceDomain, refs: list[str], ids: tuple[str, ...]) -> Record:
    """What the data say of the references `refs` and the rows `ids`. Raises `Unknown` for a reference not read."""
    readings = {key: domain.ask("value", "references_read", key, "verified_on")[0] for key in refs}
    return Record(domain.ask("evidence", "", ids, ()), readings)


def status(found: Record, version: str, searched: nodes.Node) -> list[nodes.Node]:
    """One line: how much, how well read, how fresh, and where the standing search stands."""
    rows = [row for row in found.rows if not (row.retracted or row.unverified)]
    text = f"Behind this page: {number(len(found.readings), 'reference')}, " + " and ".join(
        number(sum(row.table == table for row in rows), table.removesuffix("s")) for table in EVIDENCE
    )
    if rows:
        text += (
            f"; {sum(row['readings'] == '2' for row in rows)} of {number(len(rows), 'row')} read twice, independently"
        )
    shown = [
        number(len(left), f"{word} row")
        for word, left in (
            ("retracted", [row for row in found.rows if row.retracted]),
            ("unverified", [row for row in found.rows if row.unverified and not row.retracted]),
        )
        if left
    ]
    if shown:
        text += f"; {' and '.join(shown)} shown and not counted"
    latest = f" Last change: {printed(next(iter(found.days())))}." if found.readings else ""
    end = f" Version {version}."
    return [
        nodes.paragraph("", "", nodes.Text(f"{text}.{latest} "), searched, nodes.Text(end), classes=["page-status"])
    ]


def changes(found: Record, env, document) -> list[nodes.Node]:
    """A fold for each day, with what came on it; a line alone for a day on which too much came to be read."""
    folds, called = [], {row["id"]: row.short for row in found.rows}
    for day, came in found.days().items():
        heading = ", ".join(_counts(came))
        if max(map(len, vars(came).values())) > MANY:
            folds.append(nodes.paragraph("", f"{printed(day)}: {heading}."))
            continue
        body = []
        if came.references_read:
            links = _joined([cite(document, env, key, "bare") for key in came.references_read], "; ")
            body.append(nodes.paragraph("", "", nodes.Text("Read: "), *links))
        for table in EVIDENCE:
            if names := getattr(came, table):
                links = _joined([row_link(name, called[name]) for name in names], ", ")
                body.append(nodes.paragraph("", "", nodes.Text(f"{table.capitalize()}: "), *links))
        folds.append(html("details", html("summary", f"{printed(day)}: {heading}"), *body, class_="changes"))
    return folds


def _counts(came: Day) -> Iterator[str]:
    if came.references_read:
        yield f"{number(len(came.references_read), 'reference')} read"
    for table in EVIDENCE:
        if names := getattr(came, table):
            yield f"{number(len(names), table.removesuffix('s'))} added"


def _joined(links: list[nodes.Node], separator: str) -> list[nodes.Node]:
    return [part for link in links for part in (nodes.Text(separator), link)][1:]


def printed(day: date) -> str:
    """`25 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def number(count: int, one: str) -> str:
    return f"{count} {one if count == 1 else one + 's'}"


# --- Sphinx ------------------------------------------------------------------------------------------------------


class History(SphinxDirective):
    """Either of the two, told apart by the name it is used by."""

    def run(self):
        node = history(kind=self.name)
        self.set_source_info(node)
        return [node]


def rows_shown(doctree: nodes.document) -> tuple[str, ...]:
    """The rows that the tables of evidence of the page show."""
    names = (name for node in doctree.findall(element) for name in node["ids"])
    return tuple(name.removeprefix("row-") for name in names if name.startswith("row-"))


def fill(app, doctree) -> None:
    """The page is read, and its tables of evidence have cited what they cite."""
    requests = list(doctree.findall(history))
    if not requests:
        return
    env, refs = app.env, sorted(keys_cited(app.env))
    try:
        found = record(env.get_domain("evidence"), refs, rows_shown(doctree))
    except Unknown as unknown:
        logger.warning(str(unknown), location=requests[0], type="evidence")
        found = Record((), {})
    if found.readings:
        env.get_domain("evidence").note(env.docname, changed=next(iter(found.days())).isoformat())
    for node in requests:
        if node["kind"] == "status":
            node.replace_self(status(found, app.config.version, living.line(env)))
        else:
            node.replace_self([*changes(found, env, doctree), *feeds.link(env)])


def setup(app):
    app.setup_extension("seedsoil.site.evidence_table")
    app.add_directive("status", History)
    app.add_directive("changes", History)
    app.add_node(history)
    app.connect("doctree-read", fill, priority=600)  # after the tables of evidence
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
