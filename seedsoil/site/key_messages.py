"""{key-messages}: what a page says in a few sentences, each with its clauses, their rows and grades computed from them.

The form is that of `seedsoil.evidence.messages`, the rules are those of `seedsoil.evidence.grading`. A message shows
the lowest grade of its clauses; below it, folded, stands each clause with its own grade, rows, and what would change
it. Rows are those that an {evidence-table} on the page shows. A clause that overlooks a row on its subject is a
warning.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from seedsoil.evidence import judging
from seedsoil.evidence.grading import Clause, ratio
from seedsoil.evidence.judging import FOR_BROWSER, SAYS, Grade, Heard
from seedsoil.evidence.library import Unknown
from seedsoil.evidence.messages import Malformed, Message, parse
from seedsoil.evidence.vocabulary import HAVE_PAGES, slug
from seedsoil.site.evidence_rows import row_link
from seedsoil.site.markup import element, html
from seedsoil.site.what_if import fold

logger = logging.getLogger(__name__)


class Said(NamedTuple):
    """A clause of a key message, with its grade, what led to it, and the rows that carry it.

    A clause that prints a number of its own page says nothing elsewhere.
    """

    page: str
    says: str
    grade: str
    reasons: tuple[str, ...]
    rows: tuple[str, ...]
    about: tuple[str, ...] = ()  # names of pages of the atlas


class KeyMessages(SphinxDirective):
    has_content = True

    def run(self):
        try:
            messages = parse("\n".join(self.content))
        except Malformed as error:
            self.warn(str(error), error.line)
            return []
        return [nodes.enumerated_list("", *map(self.item, messages), classes=["key-messages"]), rules()]

    def item(self, message: Message) -> nodes.list_item:
        sentence = nodes.paragraph("", "", *self.inline(message.text, message.line))
        told = [self.clause(clause, line) for clause, line in zip(message.clauses, message.lines, strict=True)]
        grades = [grade for grade, _ in told if grade]
        count = f"{len(told)} clauses" if len(told) > 1 else "one clause"
        if grades:
            lowest = judging.lowest(grades)
            summary = [html("strong", lowest.word), f": {'the lowest of ' if len(grades) > 1 else ''}{count}"]
        else:
            summary = ["Computed on this page, not graded"]
        clauses = html("ul", *(node for _, node in told))
        what_if = [fold("grade", f"message-{self.env.new_serialno('message') + 1}")] if grades else []
        return nodes.list_item(
            "", sentence, html("details", html("summary", *summary), clauses, *what_if, class_="grade")
        )

    def clause(self, clause: Clause, line: int) -> tuple[Grade | None, element]:
        """The grade of a clause, if it has one, and how it is shown."""
        says = nodes.inline("", "", *self.inline(clause.says, line), nodes.Text(": "))
        if clause.computed:
            return None, html(
                "li", says, "computed on this page, ", nodes.inline("", "", *self.inline(clause.computed, line)), "."
            )
        domain = self.env.get_domain("evidence")
        try:
            verdict = domain.ask("clause", clause)
            rows = domain.ask("evidence", "", clause.rows, ())
        except Unknown as unknown:
            self.warn(str(unknown), line)
            return None, html("li", says)
        for name, why in verdict.misplaced:
            self.warn(
                f"found the row {name!r} ({why}), expected rows on the subject of the clause {clause.says!r}.", line
            )
        for name in verdict.unlinked:
            self.warn(
                f"found the row {name!r} on the subject of the clause {clause.says!r}, expected it among its rows, or "
                "dismissed with the reason why it does not bear on it.",
                line,
            )
        self.note(domain, clause, verdict.grade)
        links = [row_link(row["id"], row.short) for row in rows]
        for link in links:
            self.locate(link, line)
        grade, listed = verdict.grade, [part for link in links for part in (", ", link)][1:]
        changes = f" {SAYS['changes'].format('; '.join(grade.changes))}" if grade.changes else ""
        for row in sorted(rows, key=lambda row: -len(row["id"])):  # an id may begin another
            changes = changes.replace(row["id"], row.short)
        text = [says, html("strong", grade.word), f" ({', '.join(grade.reasons)}): ", *listed, f".{changes}"]
        return grade, html("li", *text, data_clause=for_browser(clause, verdict.heard))

    def note(self, domain, clause: Clause, grade: Grade) -> None:
        """Keep the clause for pages that tell of others."""
        page, says = self.env.docname, "" if "{" in clause.says else clause.says
        said = Said(page, says, grade.word, grade.reasons, clause.rows, subjects(clause))
        domain.note(page, clauses=(*domain.noted(page).get("clauses", ()), said))

    def inline(self, text: str, line: int) -> list[nodes.Node]:
        return self.parse_inline(str(text), lineno=self.line(line) - 1)[0]  # MyST counts from the line before

    def warn(self, message: str, line: int) -> None:
        node = nodes.paragraph()
        self.locate(node, line)
        logger.warning(f"key-messages: {message}", location=node, type="evidence")

    def locate(self, node: nodes.Node, line: int) -> None:
        node.source, node.line = self.get_source_info()[0], self.line(line)

    def line(self, line: int) -> int:
        """The line on the page of line `line` of the block, both from 0 and from below the opening fence."""
        return self.lineno + self.content_offset + line + 1


def for_browser(clause: Clause, heard: tuple[Heard, ...]) -> str:
    """What the reader's browser needs to judge the clause with some of its rows; the list of the links names these."""
    names = list(dict.fromkeys(name for row in heard for name in row.names))
    rows = [
        [row.side, [names.index(name) for name in row.names], row.voices, int(row.human), int(row.cells), row.uncounted]
        for row in heard
    ]
    told = {"claim": clause.claim, "excludes": ratio(clause), "rows": rows}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def subjects(clause: Clause) -> tuple[str, ...]:
    """The names in the atlas of what a clause is about."""
    kinds = {"site": ("organ",), "target": ("cell", "factor")}
    return tuple(
        slug(kind, term)
        for name, term in clause.about.items()
        for kind in kinds.get(name, (name,))
        if kind in HAVE_PAGES
    )


class GradingRules(SphinxDirective):
    """The rules of the grades, open, for the page of methods."""

    def run(self):
        return rules().children[1:]


def rules() -> element:
    """The rules of the grades, folded."""
    head = html("tr", html("th", "Grade of a clause", scope="col"), html("th", "Given where", scope="col"))
    body = [html("tr", html("th", word, scope="row"), html("td", rule)) for word, rule in judging.RULES]
    table = html("table", html("thead", head), html("tbody", *body), class_="table")
    text = (
        "A message shows the lowest grade of its clauses. A clause has one subject, and only rows on that subject "
        "count. Rows of one laboratory, one work or the same patients are one voice, and findings whose laboratory "
        "was not read are one voice together; a published pooled ratio of three studies or more is three. Reviews, "
        "retracted and unverified rows do not count. An interval that contains 1 speaks neither way. Grades do not "
        "judge how well a study was done."
    )
    summary = html("summary", "How the grades are computed")
    words = json.dumps(FOR_BROWSER, ensure_ascii=False, separators=(",", ":"))
    return html("details", summary, html("p", text), table, class_="grading-rules", data_words=words)


def check_anchors(app, doctree) -> None:
    """A message that names a row which no table of the page shows would link to nowhere."""
    nodes_here = list(doctree.findall(element))
    anchors = {f"#{name}" for node in nodes_here for name in node["ids"]}
    for node in nodes_here:
        target = node["html"].get("href", "")
        if target.startswith("#row-") and target not in anchors:
            logger.warning(
                f"key-messages: found the row {target.removeprefix('#row-')!r}, expected one that a table of this page "
                "shows; add it to the {evidence-table}, as with its option ids.",
                location=node,
                type="evidence",
            )


def setup(app):
    app.setup_extension("seedsoil.site.evidence_table")
    app.add_directive("key-messages", KeyMessages)
    app.add_directive("grading-rules", GradingRules)
    app.connect("doctree-read", check_anchors, priority=900)  # after the tables are in their places
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 2}
