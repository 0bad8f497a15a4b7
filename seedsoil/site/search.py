"""search.html: terms, rows, passages and references, found by a script from an index that is fetched when it is asked.

It stands in the place of Sphinx's own search, whose index of words knows no synonyms, no rows and no references, and
whose script marks what was looked for on every page that is opened afterwards.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.search.en import SearchEnglish

from seedsoil.bibliography import printed
from seedsoil.evidence.library import Row
from seedsoil.evidence.vocabulary import slug
from seedsoil.site import glossary, light
from seedsoil.site.citations import anchor, order_of_pages, stands_in
from seedsoil.site.evidence_rows import SIGNS
from seedsoil.site.markup import element
from seedsoil.site.search_index import HUMAN, PLACES, Index, Passage, Terms
from seedsoil.tables.package import PACKAGE

FOLDER = "search"
EXCERPT = 160  # letters of a passage that are shown
LISTS = ("changes", "checks", "data", "functions", "people")  # pages of which the beginnings of sections tell enough


def note_passages(app, doctree: nodes.document) -> None:
    """Keep the sections of a page with the environment: title, id, text, and how its prose begins."""
    sections = [
        (section["ids"][0] if number else "", heading(section), *text(section))
        for number, section in enumerate(doctree.findall(nodes.section))
    ]
    app.env.get_domain("evidence").note(app.env.docname, passages=sections)


def heading(section: nodes.section) -> str:
    return section.next_node(nodes.title).astext()


def text(section: nodes.section) -> tuple[str, str]:
    """The prose of a section without its subsections, citations, code, output and tables of evidence; its beginning."""
    parts, first = [], ""
    for child in section.children:
        if isinstance(child, nodes.container):
            parts += [caption.astext() for caption in child.findall(nodes.caption)]
        elif not isinstance(child, nodes.section | nodes.title | element):
            parts.append(said := prose(child))
            first = first or (said if isinstance(child, nodes.paragraph) else "")
    return " ".join(parts), shortened(first)


def prose(node: nodes.Node) -> str:
    """The text of a node but for the keys that stand where citations will be."""
    found = node.findall(lambda one: isinstance(one, nodes.Text) and not isinstance(one.parent.parent, pending_xref))
    return " ".join("".join(found).split())


def shortened(said: str) -> str:
    return said if len(said) <= EXCERPT else f"{said[:EXCERPT].rpartition(' ')[0]} …"


# --- files ---------------------------------------------------------------------------------------------------------


def write(app, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    terms, rows = evidence(app)
    passages, listed = list(all_passages(app)), list(references(app))
    if light.is_made_from(app, FOLDER, (terms.cells, terms.genes, terms.in_ontologies, passages, rows, listed)):
        return
    folder = Path(app.outdir, FOLDER)
    shutil.rmtree(folder)
    folder.mkdir()
    index = Index(terms, rows, passages, listed)
    for name, told in [("index", index.told(dict(places(app, terms)))), *index.shown()]:
        (folder / f"{name}.json").write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")), "utf-8")


def evidence(app) -> tuple[Terms, tuple[Row, ...]]:
    """The terms and all rows; none in a book without tables."""
    if not Path(app.srcdir, PACKAGE).is_file():
        return Terms(()), ()
    library = app.env.get_domain("evidence").library
    terms = Terms(map(dict, library.vocabulary()), library.rows("gene_names"), library.rows("ontology_names"))
    return terms, library.all_evidence()


def write_stemmer(app, exception: Exception | None) -> None:
    """Porter's stemmer in JavaScript, as Sphinx ships it for its own search."""
    if not exception and app.builder.format == "html":
        light.put(Path(app.outdir, "_static", "stemmer.js"), SearchEnglish.js_stemmer_code)


def all_passages(app) -> Iterator[Passage]:
    """The sections of all pages, in the order of the contents."""
    env, domain = app.env, app.env.get_domain("evidence")
    for page in sorted(env.found_docs, key=order_of_pages(env)):
        title, address = env.titles[page].astext(), app.builder.get_target_uri(page)
        for name, head, said, begins in domain.noted(page).get("passages", ()):
            if said or not name:
                found = begins if page.rpartition("/")[2] in LISTS else said
                yield Passage(address + (f"#{name}" if name else ""), title, head, found, begins)


def references(app) -> Iterator[tuple[printed.Reference, str, str]]:
    """Each work that a list of the book has, its address there, and the name of its last author."""
    cite, lists = app.env.get_domain("cite"), app.env.seedsoil_full_lists.items()
    for key, work in cite.references.items():
        page = next((name for name, letters in lists if stands_in(work, letters)), "")
        if page:
            people = printed.persons(cite.bibdata.data.entries[key])
            last = printed.surname(people[-1]) if people else ""
            yield work, f"{app.builder.get_target_uri(page)}#{anchor(key)}", last


def places(app, terms: Terms) -> Iterator[tuple[str, str | int]]:
    """Terms and their addresses: 1 for a page of the atlas, or else the place in the glossary."""
    page = getattr(app.env, "seedsoil_glossary", "")
    for name, cells in terms.cells.items():
        if cells["slug"]:
            yield name, 1
        elif cells.get("definition") and page:
            address = f"{app.builder.get_target_uri(page)}#{glossary.anchor(cells)}"
            yield name, address


# --- page ----------------------------------------------------------------------------------------------------------


def pages(app):
    if app.builder.format == "html":
        yield "search", {"title": "Search", "facets": facets(app), "human": HUMAN}, "search.html"


def facets(app) -> list[tuple[str, list[tuple[str, str]]]]:
    """What rows are chosen by, with the values that a row has: the word of the index, and what is read."""
    terms, rows = evidence(app)
    met = {name for row in rows for name in terms.of(row)}
    found = [
        (kind, [(name, cells["label"]) for name, cells in terms.cells.items() if cells["kind"] == kind and name in met])
        for kind in PLACES
    ]
    signs = [(slug("sign", name), f"{sign} {name}") for name, sign in SIGNS.items()]
    return [*found, ("sign", signs)] if rows else []


def leave_out_sphinx(app) -> None:
    app.builder.search = False


def setup(app):
    app.setup_extension("seedsoil.site.light")
    app.setup_extension("seedsoil.site.bindings")
    app.connect("builder-inited", leave_out_sphinx)
    app.connect("doctree-read", note_passages, priority=800)  # when all is in its place
    app.connect("html-collect-pages", pages)
    app.connect("build-finished", write, priority=50)
    app.connect("build-finished", write_stemmer)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
