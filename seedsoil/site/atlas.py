"""atlas/TERM.html: a page for each cell, factor, organ and cancer that stands in a row; {atlas} lists them all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from seedsoil.evidence.atlas import Atlas, pages, same_address
from seedsoil.evidence.library import Row
from seedsoil.evidence.questions import Question
from seedsoil.evidence.told import estimate
from seedsoil.evidence.vocabulary import HAVE_PAGES, address, slug
from seedsoil.site import light, questions
from seedsoil.site.addresses import to_term
from seedsoil.site.evidence_rows import statement
from seedsoil.site.light import Page
from seedsoil.site.markup import html
from seedsoil.site.uses import Uses
from seedsoil.tables.package import PACKAGE

FOLDER = "atlas"
TITLES = {"cell": "Cells", "factor": "Factors", "organ": "Organs", "cancer": "Cancers"}
DIRECTIONS = ("promotes", "restrains", "no effect")
UNSETTLED = ("Open", "Contested", "Not known", "None")  # how the grades of open questions begin
MANY = 15  # neighbors that are told
FACETS = {  # where the rows of a term are chosen in the table of all evidence
    "cell": "findings-words",
    "factor": "findings-words",
    "organ": "findings-organ",
    "cancer": "effects-cancer",
}

logger = logging.getLogger(__name__)


class AtlasList(SphinxDirective):
    """A section for each kind, with all its terms and how many rows each stands in."""

    def run(self):
        domain = self.env.get_domain("evidence")
        domain.ask("all_evidence"), domain.ask("vocabulary")  # what the list is made of
        atlas, sections = Atlas(domain.library), []
        for kind in HAVE_PAGES:
            terms = [(name, cells["label"]) for name, cells in atlas.terms.items() if cells["kind"] == kind]
            items = [html("li", to_term(label, name), f" ({len(atlas.rows(name))})") for name, label in terms]
            title = TITLES[kind]
            section = nodes.section("", nodes.title("", title), ids=[f"atlas-{kind}"], names=[title.lower()])
            section += html("ul", *items, class_="atlas-list")
            self.state.document.note_implicit_target(section)
            sections.append(section)
        return sections


# --- pages ---------------------------------------------------------------------------------------------------------


class AtlasPages:
    """The pages of all terms."""

    def __init__(self, app):
        self.app, self.env = app, app.env
        library = app.env.get_domain("evidence").library
        self.atlas, self.uses = Atlas(library), Uses(app.env, app.builder)
        self.genes = {gene["hgnc_id"]: gene for gene in library.rows("gene_names")}
        self.in_ontologies = {term["ontology_id"]: term for term in library.rows("ontology_names")}
        places = [dict(cells) for cells in library.vocabulary()]
        self._place = {cells["label"]: number for number, cells in reversed(list(enumerate(places)))}

    def made_from(self) -> object:
        rows = {row["id"]: row for name in self.atlas.terms for row in self.atlas.rows(name)}
        uses = [self.uses.of(name) for name in rows]
        return self.atlas.terms, self.genes, self.in_ontologies, rows, uses, self._said, self._questions

    def page(self, name: str) -> Page:
        term, rows = self.atlas.terms[name], self.atlas.rows(name)
        findings = [row for row in rows if row.table == "findings"]
        acts = [row for row in findings if term["kind"] in ("organ", "cancer") or acting(row, name)]
        said = self._said.get(name, [])
        shown = {
            "term": term,
            "kind": term["kind"],
            "synonyms": term["synonyms"].replace(";", ","),
            "identifier": term["ontology_id"],
            "gene": self.genes.get(term["ontology_id"]),
            "in_ontology": self.in_ontologies.get(term["ontology_id"]),
            "identified": address(term["ontology_id"]),
            "tables": [
                (title, self.by_place(name, found))
                for title, found in (
                    ("What was found" if term["kind"] in ("organ", "cancer") else "What it does", acts),
                    ("What acts on it", [row for row in findings if row not in acts]),
                )
                if found
            ],
            "findings": len(findings),
            "effects": [
                (row, statement(row), f"{row['measure']} {estimate(row)}") for row in rows if row.table == "effects"
            ],
            "chapters": self.chapters(rows),
            "settled": [said_one for said_one in said if not said_one["grade"].startswith(UNSETTLED)],
            "open": [said_one for said_one in said if said_one["grade"].startswith(UNSETTLED)],
            "questions": self.questions(name, rows),
            "neighbors": [
                (other, self.atlas.terms[other]["label"], count) for other, count in self.atlas.neighbors(name)[:MANY]
            ],
            "every": self.every(term),
            "suggest": light.report(self.app, "add-a-paper.yml", title=f"Paper on {term['label']}: "),
        }
        return Page(name, "term.html", shown)

    def every(self, term: dict[str, str]) -> str:
        """The address of the page with all rows, those of the term chosen."""
        chosen = urlencode({FACETS[term["kind"]]: term["label"]})
        return f"{self.uses.every}?{chosen}" if self.uses.every else ""

    def by_place(self, name: str, rows: Iterable[Row]) -> list[tuple[str, list[list[tuple[Row, str]]]]]:
        """Organ and stage, and the rows there in a list for each direction, each row with what it says."""
        places: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in rows:
            places[told(row, "organ"), told(row, "stage")].append(row)
        return [
            (
                ", ".join(part for part in place if part) or "place not stated",
                [
                    [(row, besides(row, name)) for row in places[place] if row.direction == direction]
                    for direction in DIRECTIONS
                ],
            )
            for place in sorted(places, key=self._order)
        ]

    def _order(self, place: tuple[str, str]) -> list[int]:
        return [self._place.get(part.partition(",")[0], len(self._place)) for part in place]

    def chapters(self, rows: Iterable[Row]) -> list[tuple[str, str, int]]:
        """The chapters that show rows of a term: title, address from the root of the site, and how many rows."""
        shown = [use for row in rows for use in self.uses.of(row["id"])]
        counts = Counter((use["title"], use["address"].partition("#")[0]) for use in shown)
        return [(title, to, count) for (title, to), count in counts.items()]

    def questions(self, name: str, rows: Iterable[Row]) -> list[tuple[str, str]]:
        """Open questions on an organ, or that name a row of a cell or factor: the question and its address."""
        kind, ids = self.atlas.terms[name]["kind"], {row["id"] for row in rows}
        to = self.app.builder.get_target_uri(questions.PAGE)
        return [
            (one["question"], f"{to}#{questions.anchor(one)}")
            for one in self._questions
            if (kind == "organ" and name in {slug(kind, organ) for organ in one.list("organs")})
            or (kind in ("cell", "factor") and ids & set(one.rows))
        ]

    @cached_property
    def _questions(self) -> list[Question]:
        if questions.PAGE not in self.env.found_docs:
            return []
        return [one for one in self.env.get_domain("evidence").library.questions() if one.is_open]

    @cached_property
    def _said(self) -> dict[str, list[dict[str, str]]]:
        """By name of a term: the clauses of key messages about it, with grade, chapter and its address."""
        found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
        for page, said in self.uses.clauses():
            for name in said.about:
                title, to = self.env.titles[page].astext(), self.app.builder.get_target_uri(page)
                found[name].append({"says": said.says, "grade": said.grade, "title": title, "address": to})
        return dict(found)


def acting(row: Row, name: str) -> bool:
    """Whether a term acts in a finding, as its factor or its source."""
    return any(name in pages(row, column) for column in ("factor", "source"))


def told(row: Row, column: str) -> str:
    return ", ".join(label for label in row.terms(column) if label not in ("not stated", "-"))


def besides(row: Row, name: str) -> str:
    """What was measured, and who acted beside the term."""
    others = [one.label for column in ("factor", "source") for one in row.names(column) if one.slug != name]
    return " · ".join([row["outcome_of"], *others[:1]])


def write(app, exception: Exception | None) -> None:
    if exception or app.builder.format != "html" or not Path(app.srcdir, PACKAGE).is_file():
        return
    made = AtlasPages(app)
    for first, second in same_address(app.env.get_domain("evidence").library.rows("vocabulary")):
        logger.warning(
            f"found {second['term']!r}, whose page has the address of {first['term']!r}, expected another one for each "
            f"{first['kind']}; write one of the two with other letters in data/vocabulary.csv.",
            type="page",
        )
    if not light.is_made_from(app, FOLDER, made.made_from()):
        light.write(app, FOLDER, map(made.page, made.atlas.terms))


def setup(app):
    app.setup_extension("seedsoil.site.light")
    app.setup_extension("seedsoil.site.addresses")
    app.add_directive("atlas", AtlasList)
    app.connect("build-finished", write, priority=50)  # before pages that are gone are removed
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
