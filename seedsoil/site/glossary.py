"""{vocabulary}: the terms that have a definition; and on every chapter, the first use of a term leads to its page.

A term of `data/vocabulary.csv` is found by its label and its synonyms, in running text alone: not in headings, links,
captions, tables or code. Its first use on a page is a link to its page in the atlas, or to the glossary where it has
none; `cards.js` opens the definition in place.
"""

from __future__ import annotations

import re
from collections import defaultdict

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from seedsoil.evidence.vocabulary import address
from seedsoil.site.markup import element, html

SHORTEST = 4  # letters of a name that may begin a sentence; shorter ones must stand as they are written
MARKED = ("cell", "factor", "stage", "organ", "cancer")  # kinds of which a chapter links the first use
TOLD = ("cell", "factor", "stage")  # of these opens a card; a lung needs no definition where it is read
UNNAMED = ("several", "primary site")  # terms that name nothing of their own
TITLES = {"process": "Processes"}

Term = dict[str, str]  # a row of the vocabulary


class Glossary(SphinxDirective):
    """A definition list for each kind of term."""

    def run(self):
        self.env.seedsoil_glossary = self.env.docname
        kinds: defaultdict[str, list[Term]] = defaultdict(list)
        for term in self.env.get_domain("evidence").ask("defined"):
            kinds[dict(term)["kind"]].append(dict(term))
        sections = []
        for kind, terms in sorted(kinds.items()):
            title = TITLES.get(kind, f"{kind.capitalize()}s")
            section = nodes.section("", nodes.title("", title), ids=[f"kind-{kind}"], names=[title.lower()])
            section += nodes.definition_list("", *map(item, sorted(terms, key=lambda term: term["label"].lower())))
            self.state.document.note_implicit_target(section)
            sections.append(section)
        return sections


def item(term: Term) -> nodes.definition_list_item:
    text = nodes.paragraph("", term["definition"])
    if term["synonyms"]:
        text += nodes.Text(f" Also: {term['synonyms'].replace(';', ',')}.")
    if to := address(term["ontology_id"]):
        text += [nodes.Text(" "), nodes.reference("", term["ontology_id"], refuri=to, internal=False)]
    return nodes.definition_list_item("", nodes.term("", term["label"], ids=[anchor(term)]), nodes.definition("", text))


def anchor(term: Term) -> str:
    return nodes.make_id(f"term-{term['kind']}-{term['term']}")


# --- first uses --------------------------------------------------------------------------------------------------


def mark(app, doctree) -> None:
    """Link the first use of each term in the running text of a chapter."""
    env = app.env
    if "authors" not in env.metadata[env.docname]:
        return  # a page that is no chapter
    known = map(dict, env.get_domain("evidence").ask("vocabulary"))
    terms = [
        term
        for term in known
        if term["kind"] in MARKED and term["term"] not in UNNAMED and (term["slug"] or term["definition"])
    ]
    names = {name: term for term in reversed(terms) for name in names_of(term)}
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])({'|'.join(longest_first)})(?=s?(?![\w-]))", re.IGNORECASE)
    seen: set[str] = set()
    for text in list(doctree.findall(nodes.Text)) if names else ():
        parts, last = [], 0
        for found in pattern.finditer(text) if is_running(text) else ():
            term = named(names, found[0])
            if term and anchor(term) not in seen:
                seen.add(anchor(term))
                parts += [nodes.Text(text[last : found.start()]), link(term, found[0])]
                last = found.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[last:])])


def names_of(term: Term) -> list[str]:
    """The label, what stands in parentheses behind it, and synonyms that are no everyday word; no single letters."""
    special = [name for name in term["synonyms"].split(";") if not re.fullmatch("[a-z]+", name.strip())]
    return [name.strip() for name in [*re.split(r"[()]", term["label"]), *special] if len(name.strip()) > 1]


def named(names: dict[str, Term], text: str) -> Term | None:
    """The term of a name as it stands, or of a longer one that begins a sentence."""
    if text in names or len(text) < SHORTEST:
        return names.get(text)
    return names.get(text[0].lower() + text[1:])


def is_running(text: nodes.Text) -> bool:
    """Whether a text stands in a paragraph, and this neither in a table, figure, list of definitions nor message."""
    within = text.parent
    if not isinstance(within, nodes.paragraph | nodes.emphasis | nodes.strong):
        return False
    while within is not None:
        if isinstance(within, nodes.table | nodes.figure | nodes.container | nodes.reference | nodes.definition_list):
            return False
        if isinstance(within, element) or "key-messages" in within.get("classes", ()):
            return False
        within = within.parent
    return True


def link(term: Term, text: str) -> element:
    """To the page of the term in the atlas, or else to the glossary."""
    definition = term["definition"] if term["kind"] in TOLD else ""
    card = {"data_definition": definition} if definition else {}
    href = f"atlas:{term['slug']}" if term["slug"] else f"#{anchor(term)}"
    return html("a", text, href=href, class_="term", **card)


def lead(app, doctree, page) -> None:
    """Give the links the address of the glossary, which may be read after the page."""
    address = app.builder.get_relative_uri(page, getattr(app.env, "seedsoil_glossary", page))
    for node in doctree.findall(element):
        if node["html"].get("class") == "term" and node["html"]["href"].startswith("#"):
            node["html"]["href"] = f"{address}#{node['html']['href'].partition('#')[2]}"


def setup(app):
    app.add_directive("vocabulary", Glossary)
    app.connect("doctree-read", mark, priority=700)
    app.connect("doctree-resolved", lead)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
