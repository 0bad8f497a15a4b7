"""{questions}: what is open, from `data/questions.csv`: of a chapter on its page, or all of them with `:every:`.

A chapter shows each question with the study that would decide it and both outcomes, and leads to the page of all, where
the statement at issue and the rows for and against it stand. There the reader chooses an organ and a process in two
fields; what does not fit is hidden by rules of style alone (`only`), so that it works without scripts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import PurePosixPath

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from seedsoil.evidence.library import Row, Unknown
from seedsoil.evidence.questions import OF_TERMS, Question
from seedsoil.evidence.vocabulary import slug
from seedsoil.site.addresses import to_row
from seedsoil.site.evidence_rows import statement
from seedsoil.site.history import printed
from seedsoil.site.markup import element, html, struck

PAGE = "chapters/questions"  # where all of them stand
ANYWHERE = "none in particular"  # of a question that is about no organ
LABELS = {"rows_for": "For it", "rows_against": "Against it", "closed_by": "Closed by"}

logger = logging.getLogger(__name__)


class Questions(SphinxDirective):
    option_spec = {"every": directives.flag}

    def run(self):
        domain = self.env.get_domain("evidence")
        if "every" not in self.options:
            found = domain.ask("questions", PurePosixPath(self.env.docname).name)
            return self.of_chapter([one for one in found if one.is_open])
        found = domain.ask("questions")
        try:
            rows = domain.ask("evidence", "", tuple(dict.fromkeys(name for one in found for name in one.rows)), ())
        except Unknown as unknown:
            logger.warning(str(unknown), location=self.get_location(), type="evidence")
            return []
        by_id = {row["id"]: row for row in rows}
        labels = {(cells["kind"], cells["term"]): cells["label"] for cells in map(dict, domain.ask("vocabulary"))}
        about = {one["id"]: places(one, labels) for one in found}
        domain.note(self.env.docname, only=only(about.values()))
        return [choice(about.values()), *(self.whole(one, about[one["id"]], by_id) for one in found)]

    def of_chapter(self, found: list[Question]) -> list[nodes.Node]:
        if not found:
            return [nodes.paragraph("", "Every question that this chapter asked is closed.")]
        page = self.env.app.builder.get_relative_uri(self.env.docname, PAGE)
        return [
            html(
                "details",
                html("summary", html("strong", one["question"])),
                html(
                    "p",
                    f"{one['study']} {one['supports']} {one['refutes']} ",
                    html("a", "The evidence on either side", href=f"{page}#{anchor(one)}", class_="reference internal"),
                    ".",
                ),
                class_="question",
            )
            for one in found
        ]

    def whole(self, one: Question, about: list[tuple[str, str]], rows: dict[str, Row]) -> element:
        """A question, folded, with all that the table says of it."""
        title = ", ".join(label for _, label in about if label != ANYWHERE)
        parts = [("Why it matters", one["why"])]
        parts += [(LABELS[column], listed(one.list(column), rows)) for column in LABELS if one.list(column)]
        parts += [
            ("What would decide it", one["study"]),
            ("What would support it", one["supports"]),
            ("What would refute it", one["refutes"]),
        ]
        since = f"{'' if one.is_open else 'Closed. '}Asked since {printed(date.fromisoformat(one['opened']))} in "
        asked = nodes.inline("", "", nodes.Text(since), self.chapter(one["chapter"]), nodes.Text("."))
        return html(
            "details",
            html("summary", html("strong", one["question"]), " ", html("small", title)),
            html("p", html("em", one["claim"])),
            html("dl", *(child for name, text in parts for child in (html("dt", name), html("dd", text)))),
            html("p", html("small", asked)),
            id=anchor(one),
            class_="question",
            data_about=" ".join(name for name, _ in about),
        )

    def chapter(self, name: str) -> nodes.Node:
        """The title of a chapter, as a link that is resolved once all pages are read."""
        link = addnodes.pending_xref(
            "", nodes.inline("", name), refdomain="std", reftype="doc", reftarget=f"/chapters/{name}", refexplicit=False
        )
        link["refdoc"] = self.env.docname
        return link


def anchor(one: Question) -> str:
    return f"question-{one['id']}"


def places(one: Question, labels: Mapping[tuple[str, str], str]) -> list[tuple[str, str]]:
    """What a question is about: a name that a style sheet can ask for, and how a reader calls it."""
    return [
        (slug(kind, term), labels.get((kind, term), term))
        for column, kind in OF_TERMS.items()
        for term in one.list(column) or ([ANYWHERE] if kind == "organ" else [])
    ]


def listed(names: Iterable[str], rows: dict[str, Row]) -> element:
    items = []
    for name in names:
        row = rows[name]
        mark = [" [retracted]"] if row.retracted else []
        text = f": {statement(row)}"
        items.append(html("li", to_row(name, row.short), *mark, struck(text) if row.retracted else text))
    return html("ul", *items)


def choice(every: Iterable[list[tuple[str, str]]]) -> element:
    """A field for each kind, with the questions of each of its values."""
    counts = Counter(pair for about in every for pair in about)
    fields = []
    for kind in reversed(OF_TERMS.values()):
        values = sorted(pair for pair in counts if pair[0].startswith(f"{kind}-"))
        options = [html("option", f"{label} ({counts[name, label]})", value=name) for name, label in values]
        fields.append(
            html("label", f"{kind.capitalize()} ", html("select", html("option", "all", value=""), *options, name=kind))
        )
    reset = html("button", "Clear", type="reset")
    return html("form", *fields, reset, class_="question-choice", aria_label="Choose questions")


def only(every: Iterable[list[tuple[str, str]]]) -> str:
    """Rules of style that hide the questions which are not about what is chosen."""
    names = sorted({name for about in every for name, _ in about})
    return "".join(
        f".question-choice:has([value={name}]:checked)~.question:not([data-about~={name}]){{display:none}}"
        for name in names
    )


def style(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """The rules of the page stand in its head, for they are made of its questions."""
    if rules := app.env.get_domain("evidence").noted(pagename).get("only"):
        context["metatags"] = f"{context.get('metatags', '')}<style>{rules}</style>"


def setup(app):
    app.setup_extension("seedsoil.site.bindings")
    app.add_directive("questions", Questions)
    app.add_css_file("questions.css", priority=950)
    app.connect("html-page-context", style)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
