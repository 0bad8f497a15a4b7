"""{landing}: what the first page says of the whole book, computed: its size, three answers, a card for each chapter.

`status` is a line of totals; `verdicts`, `last` and `start` are those of `seedsoil.site.landing_state`; `answers` are
three clauses of key messages, the best supported, the most contested and the widest open; `chapters` is a list of cards
with the question of each chapter's analysis, its best supported clause and its last change. What the
chapters say of themselves is gathered while they are read (`note`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from seedsoil.evidence.judging import LOWEST_FIRST
from seedsoil.site import landing_state
from seedsoil.site.citations import order_of_pages
from seedsoil.site.history import printed
from seedsoil.site.key_messages import Said
from seedsoil.site.markup import element, html

CITATION = "CITATION.cff"  # its title is "Name: subtitle"
PARTS = ("subtitle", "status", "answers", "chapters", *landing_state.PARTS)
QUESTION = "Mini-analysis: "  # how the heading of a chapter's question begins


class landing(nodes.General, nodes.Element):
    """Stands for a part of the first page until all pages are read."""


class Landing(SphinxDirective):
    required_arguments = 1

    def run(self):
        part = directives.choice(self.arguments[0], PARTS)
        if part == "subtitle":
            self.env.note_dependency(str(Path(self.env.srcdir, CITATION)))
            return [nodes.paragraph("", subtitle(Path(self.env.srcdir)), classes=["subtitle"])]
        if part in landing_state.PARTS:
            return landing_state.PARTS[part](self.env.get_domain("evidence"), self.link)
        totals = self.env.get_domain("evidence").ask("totals") if part == "status" else ()
        return [landing(part=part, totals=dict(totals))]

    def link(self, target: str, text: str) -> element:
        """A link to a page, or to a place on one."""
        page, _, place = target.partition("#")
        address = self.env.app.builder.get_relative_uri(self.env.docname, page)
        return html("a", text, href=f"{address}{'#' if place else ''}{place}", class_="reference internal")


def subtitle(root: Path) -> str:
    """What stands behind the name of the book in the title by which it is cited; empty where there is none."""
    if not (root / CITATION).is_file():
        return ""
    told = yaml.safe_load((root / CITATION).read_text("utf8"))["title"].partition(": ")[2]
    return told[:1].upper() + told[1:]


def tell_subtitle(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Give the first page's template the subtitle, for the name of its tab."""
    context["subtitle"] = subtitle(Path(app.srcdir)) if pagename == app.config.root_doc else ""


def note(app, doctree) -> None:
    """Keep the question of a page, where its headings ask one."""
    titles = (title.astext() for title in doctree.findall(nodes.title))
    question = next((title.removeprefix(QUESTION) for title in titles if title.startswith(QUESTION)), "")
    if question:
        app.env.get_domain("evidence").note(app.env.docname, question=question[0].upper() + question[1:])


class Fill(SphinxPostTransform):
    default_priority = 5

    def run(self, **kwargs):
        for node in list(self.document.findall(landing)):
            node.replace_self(
                {"status": status, "answers": self.answers, "chapters": self.chapters}[node["part"]](node)
            )

    def pages(self) -> dict[str, dict]:
        """What the chapters said of themselves, in the order of the contents."""
        noted = self.env.get_domain("evidence").data["noted"]
        pages = sorted((page for page in noted if noted[page].get("question")), key=order_of_pages(self.env))
        return {page: noted[page] for page in pages}

    def link(self, page: str, text: str = "") -> element:
        numbers = self.env.toc_secnumbers.get(page, {}).get("")
        number = ".".join(map(str, numbers)) + ". " if numbers else ""
        address = self.app.builder.get_relative_uri(self.env.docname, page)
        return html("a", text or number + self.env.titles[page].astext(), href=address, class_="reference internal")

    def answers(self, node: landing) -> list[nodes.Node]:
        every = [said for noted in self.pages().values() for said in noted.get("clauses", ()) if said.says]
        items = []
        for heading, found in (
            ("Best supported", best(every)),
            ("Most contested", most_rows(every, "Contested")),
            ("Widest open", most_rows(every, "Open, well documented") or most_rows(every, "Open")),
        ):
            if found:
                why = html("small", f"{found.grade}: {', '.join(found.reasons)}. ", self.link(found.page))
                items.append(html("li", html("strong", f"{heading}: "), f"{sentence(found.says)} ", why))
        return [html("ul", *items, class_="answers")] if items else []

    def chapters(self, node: landing) -> list[nodes.Node]:
        cards = []
        for page, noted in self.pages().items():
            card = html("li", html("strong", self.link(page)), html("span", noted["question"], class_="question"))
            if found := best(said for said in noted.get("clauses", ()) if said.says):
                card += html("span", html("strong", found.grade), f": {found.says}", class_="finding")
            if noted.get("changed"):
                card += html("small", f"Last change {printed(date.fromisoformat(noted['changed']))}")
            cards.append(card)
        return [html("ul", *cards, class_="chapter-cards")] if cards else []


def best(every: Iterable[Said]) -> Said | None:
    """The clause of the highest grade, and of these the one that most rows carry."""
    settled = [said for said in every if not said.grade.startswith("Open")]
    return max(settled, key=lambda said: (LOWEST_FIRST.index(said.grade), len(said.rows)), default=None)


def most_rows(every: Iterable[Said], grade: str) -> Said | None:
    return max((said for said in every if said.grade == grade), key=lambda said: len(said.rows), default=None)


def sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def status(node: landing) -> list[nodes.Node]:
    totals = node["totals"]
    latest = printed(date.fromisoformat(totals["latest"]))
    text = (
        f"As of {latest}: {totals['works']:,} works, {totals['findings']:,} findings and {totals['effects']:,} "
        f"published effects; {totals['retracted']:,} works are retracted, shown as such and not counted."
    )
    return [nodes.paragraph("", text, classes=["page-status"])]


def write_again(app, env) -> list[str]:
    """The first page tells of all others, and is written whenever one of them may say something else."""
    return [env.config.root_doc]


def setup(app):
    app.setup_extension("seedsoil.site.history")
    app.add_directive("landing", Landing)
    app.add_node(landing)
    app.add_post_transform(Fill)
    app.add_css_file("landing.css", priority=950)
    app.connect("doctree-read", note)
    app.connect("env-updated", write_again)
    app.connect("html-page-context", tell_subtitle)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
