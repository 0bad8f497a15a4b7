"""{theses}: each thesis in a section, with its verdict, the tests behind it and the rows on either side; with an
argument the `rules` of verdicts, or the `course` of verdicts over the versions.

Each test is told in words, with a small drawing of its interval against the bounds of its rules (`thesis_interval`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from seedsoil.evidence.theses import NEVER, OF_TEST, OF_THESIS, Test, Thesis
from seedsoil.evidence.thesis_measures import terms
from seedsoil.site import questions
from seedsoil.site.addresses import to_row
from seedsoil.site.citations import cite
from seedsoil.site.history import number, printed
from seedsoil.site.markup import element, html
from seedsoil.site.thesis_interval import interval
from seedsoil.versions import changelog, course

SIGNS = {"holds": "●", "fails": "✕", "contested": "≠", "undecided": "○"}
LOOKED = {
    "before": "before the result was seen",
    "chapter": "after the result was seen; the bound is the chapter's, which says that it set it before",
    "after": "after the result was first seen",
}
TOLD = {"holds": "hold", "fails": "fail", "undecided": "undecided"}  # of several tests
TURNS = {  # what would turn a verdict, by the rules of `OF_THESIS`
    "holds": "It would be contested once one test fails.",
    "fails": "It would be contested once one test holds.",
    "contested": "It would hold once no test fails, and fail once none holds.",
    "undecided": "It would turn with the first test that is decided.",
}


class Theses(SphinxDirective):
    optional_arguments = 1

    def run(self):
        part = directives.choice(self.arguments[0] if self.arguments else "tests", ("tests", "rules", "course"))
        domain = self.env.get_domain("evidence")
        if part == "rules":
            return rules()
        found = domain.ask("theses")
        if part == "course":
            return self.course(found)
        names = dict(domain.ask("names", tuple(dict.fromkeys(name for one in found for name in rows_of(one)))))
        return [self.section(one, names) for one in found]

    def section(self, one: Thesis, names: dict[str, str]) -> nodes.section:
        section = nodes.section("", nodes.title("", one["name"]), ids=[one["id"]], names=[one["name"].lower()])
        claim = nodes.paragraph(
            "", "", nodes.Text(f"{one['claim'].rstrip('.')} "), self.paper(one["ref"]), nodes.Text(".")
        )
        section += [
            nodes.block_quote("", claim),
            html("p", verdict(one.verdict), f" {one.says} {tally(one)}", class_="verdict"),
            html("ul", *(self.test(test, names) for test in one.tests), class_="thesis-tests"),
            *self.turns(one),
        ]
        self.state.document.note_implicit_target(section)
        return section

    def turns(self, one: Thesis) -> list[nodes.Node]:
        """What would turn the verdict: by the rule, and by the studies that open questions ask for."""
        by_id = {question["id"]: question for question in self.env.get_domain("evidence").ask("questions")}
        asked = [by_id[name] for name in terms(one["questions"]) if name in by_id]
        page = self.env.app.builder.get_relative_uri(self.env.docname, questions.PAGE)
        items = [
            html(
                "li",
                html("a", question["question"], href=f"{page}#{questions.anchor(question)}"),
                f" {question['study']}",
            )
            for question in asked
            if question.is_open
        ]
        lead = f"What would turn it: {lower(TURNS[one.verdict])}"
        if items:
            lead += " These studies would weigh most:"
        return [nodes.paragraph("", lead), *([html("ul", *items)] if items else [])]

    def paper(self, key: str) -> nodes.Node:
        return cite(self.state.document, self.env, key)

    def test(self, test: Test, names: dict[str, str]) -> element:
        measured = test.measured
        told = measured.told if measured else "not measured in this build"
        facts = nodes.paragraph("", f"{test['measure']}: ")
        facts += [html("strong", told), nodes.Text(" ("), *self.where(test), nodes.Text(").")]
        rule = f"{placed('Holds', test['holds'])}; {placed('fails', test['fails'])}. "
        written = f"The rules were written on {printed(date.fromisoformat(test['written']))}, {LOOKED[test['looked']]}."
        drawing = [interval(test)] if measured else []
        parts = [html("p", verdict(test.verdict), f" {test['statement']}"), facts, *drawing]
        parts += [html("p", html("small", f"{rule}{written} {test['note']}"))]
        if measured and measured.rows_for + measured.rows_against:
            parts.append(self.rows(test, names))
        return html("li", *parts)

    def where(self, test: Test) -> list[nodes.Node]:
        """Links to the page and the figure that show what is measured."""
        page, figure = f"/chapters/{test['page']}", test["figure"]
        links: list[nodes.Node] = [self.link("doc", page)]
        return [*links, nodes.Text(", "), self.link("numref", figure)] if figure else links

    def link(self, kind: str, target: str) -> nodes.Node:
        link = addnodes.pending_xref(
            "", nodes.inline("", target), refdomain="std", reftype=kind, reftarget=target, refexplicit=False
        )
        link["refdoc"] = self.env.docname
        return link

    def rows(self, test: Test, names: dict[str, str]) -> element:
        """The rows for and against the statement, folded behind their count."""
        sides = {"For": test.measured.rows_for, "Against": test.measured.rows_against}
        lists = [
            html("p", f"{side}: ", *(part for name in sorted(ids) for part in (to_row(name, names[name]), " ")))
            for side, ids in sides.items()
            if ids
        ]
        counts = f"Rows: {len(sides['For'])} for it, {len(sides['Against'])} against it; what is counted are voices"
        return html("details", html("summary", counts), *lists, class_="thesis-rows")

    def course(self, found: tuple[Thesis, ...]) -> list[nodes.Node]:
        """A table of the verdicts by version; the last column is the book as it stands."""
        root = Path(self.env.srcdir)
        for path in (root / changelog.CHANGELOG, *(root / changelog.KEPT).glob("*.json")):
            self.env.note_dependency(str(path))
        points = list(course.course(root, self.env.get_domain("evidence").library))
        heads = [
            html("th", one.version, html("small", f" {printed(date.fromisoformat(one.day))}"), scope="col")
            for one in points
        ]
        head = html("tr", html("th", "Thesis", scope="col"), *heads, html("th", "Now", scope="col"))
        body = [
            html(
                "tr",
                html("th", html("a", one["name"], href=f"#{one['id']}"), scope="row"),
                *(html("td", verdict(p.verdicts.get(one["name"], "")), data_version=p.version) for p in points),
                html("td", verdict(one.verdict), data_version="now"),
            )
            for one in found
        ]
        late = [point.version for point in points if point.afterwards]
        caption = "Verdicts by version."
        if late:
            caption += (
                f" For {' and '.join(late)} the tests that count rows were run afterwards, on the rows that the book "
                "then had, as they are coded today; what chapters computed then does not enter."
            )
        table = html(
            "table", html("caption", caption), html("thead", head), html("tbody", *body), class_="table course"
        )
        return [table]


# --- parts -------------------------------------------------------------------------------------------------------


def verdict(word: str) -> element:
    """A verdict with its sign."""
    if not word:
        return html("span", "not tested")
    sign = html("span", SIGNS[word], aria_hidden="true")
    return html("strong", sign, f" {word.capitalize()}", class_=f"is-{word}")


def tally(one: Thesis) -> str:
    """How many tests came out how."""
    told = []
    for word, many in TOLD.items():
        if count := len(one.with_verdict(word)):
            told.append(f"{count} {word if count == 1 else many}")
    return f"Of {number(len(one.tests), 'test')}, {', '.join(told)}."


def placed(word: str, rule: str) -> str:
    """A rule in words; what it names beside numbers is spelled out."""
    for name, meant in (("chance", "what chance gives"), ("firm sign", "what a firm sign would give")):
        rule = rule.replace(name, meant)
    return f"{word} never" if rule == NEVER else f"{word} with the whole interval {rule}"


def lower(text: str) -> str:
    return text[0].lower() + text[1:]


def rows_of(one: Thesis) -> tuple[str, ...]:
    measured = [test.measured for test in one.tests if test.measured]
    return tuple(name for found in measured for name in found.rows_for + found.rows_against)


def rules() -> list[nodes.Node]:
    """How verdicts follow, as two tables, folded."""
    tables: list[nodes.Node] = []
    for what, table in (("A test", OF_TEST), ("A thesis", OF_THESIS)):
        head = html("tr", html("th", what, scope="col"), html("th", "where", scope="col"))
        body = [html("tr", html("th", verdict(word), scope="row"), html("td", rule)) for word, rule in table]
        tables.append(html("table", html("thead", head), html("tbody", *body), class_="table"))
    how = (
        "Each test has one interval (95%) and two rules: who knows the interval can give its verdict by hand. Where it "
        "is chance that has the interval, the measured value must lie beyond it. Fails says where a measure lies, and "
        "not that the opposite of a thesis is shown: a mean may hide places that differ both ways."
    )
    return [
        html(
            "details",
            html("summary", "How a verdict follows"),
            html("p", how),
            *tables,
            class_="grading-rules",
            open="",
        )
    ]


def setup(app):
    app.setup_extension("seedsoil.site.bindings")
    app.setup_extension("seedsoil.site.addresses")
    app.add_directive("theses", Theses)
    app.add_css_file("theses.css", priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
