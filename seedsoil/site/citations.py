"""Author-year citations that stay on their page, and the lists of references they point to.

sphinxcontrib-bibtex reads `data/references.bib` and collects the citations of each page. What it would do next, one
bibliography filtered and formatted for every page, grows with pages × entries × citations; this domain replaces it.
A citation links to the list on its own page, which `{references}` makes from that page's citations alone;
`{references}` with `:all:` lists the whole file. Each entry is formatted once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.domain import BibtexDomain
from sphinxcontrib.bibtex.roles import CitationRef, CiteRole

from seedsoil.bibliography import printed
from seedsoil.bibliography import rules as bibliography
from seedsoil.bibliography.printed import Reference, sort_key
from seedsoil.evidence.references import corrections, read_at
from seedsoil.site import exports
from seedsoil.site.markup import element, html, struck

DOI_SIGNS = "/:;.,()[]@!$&'*+=~_-"  # of a DOI, which an address may hold as they are

logger = logging.getLogger(__name__)


class Cite(CiteRole):
    """The role of sphinxcontrib-bibtex, with a text that is no list of keys named at its place."""

    def run(self):
        try:
            list(parse_citation_targets(self.target))
        except ValueError:
            logger.warning(
                f"found the citation {self.target!r}, expected keys separated by commas.",
                location=self.get_location(),
                type="citation",
            )
            return [nodes.literal("", self.target)], []
        return super().run()


class CitationDomain(BibtexDomain):
    """{cite:p}`key` is "(Paget, 1889)", {cite:t}`key` is "Paget (1889)"; several keys are separated by commas."""

    roles = {"p": Cite(), "t": Cite()}
    initial_data = BibtexDomain.initial_data | {"printed": {}}
    data_version = BibtexDomain.data_version + 1000

    def env_updated(self):
        """All pages are read: note who cites what, and report pages that cite and list nothing."""
        self.references = self._references()
        self.read_at = read_at(Path(self.env.srcdir))
        self.cited: defaultdict[str, dict[str, str]] = defaultdict(dict)  # page: key: id of its first citation
        for ref in self.citation_refs:
            for target in ref.targets:
                self.cited[ref.docname].setdefault(target.key, ref.citation_ref_id)
        for page in sorted(self.cited.keys() - self.env.seedsoil_lists):
            logger.warning(
                "found citations but no list of references, expected a {references} directive at the end of the page.",
                location=page,
                type="citation",
            )
        return []

    def _references(self) -> dict[str, Reference]:
        return printed.references(self.bibdata.data.entries, corrections(Path(self.env.srcdir)))

    def outdated(self) -> list[str]:
        """Pages that show an entry whose printed form is another than when they were read."""
        now = {key: repr(reference) for key, reference in self._references().items()}
        before, self.data["printed"] = self.data["printed"], now
        changed = {key for key in now.keys() | before.keys() if now.get(key) != before.get(key)}
        citing = {ref.docname for ref in self.citation_refs if any(target.key in changed for target in ref.targets)}
        return sorted(citing | {page for page in self.env.seedsoil_full_lists if changed})

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        targets = []
        for item in parse_citation_targets(target):
            if item.key in self.references:
                targets.append(item)
            else:
                logger.warning(
                    f"found a citation of {item.key!r}, expected a key of data/references.bib; "
                    "add the reference or mend the key.",
                    location=node,
                    type="citation",
                )
        result = nodes.inline("", "", classes=["citation"])
        for number, item in enumerate(targets):
            reference = self.references[item.key]
            before, after = (f"{item.pre} " if item.pre else ""), (f", {item.post}" if item.post else "")
            if typ == "t":
                text = f"{before}{reference.cited_as} ({reference.year}{after})"
            else:
                text = f"{before}{reference.cited_as}, {reference.year}{after}"
            if number:
                result += nodes.Text("; " if typ != "t" else ", " if number < len(targets) - 1 else " and ")
            place = {"refid": anchor(item.key)} if typ != "book" else {"refuri": self._in_book(fromdocname, item.key)}
            result += nodes.reference("", "", *marked(reference, text), internal=True, **place)
        if typ == "p":
            result.insert(0, nodes.Text("("))
            result += nodes.Text(")")
        return result if targets else contnode

    def _in_book(self, page: str, key: str) -> str:
        lists = self.env.seedsoil_full_lists.items()
        listing = next((name for name, letters in lists if stands_in(self.references[key], letters)), "")
        return f"{self.env.app.builder.get_relative_uri(page, listing)}#{anchor(key)}" if listing else ""

    def resolve_any_xref(self, env, fromdocname, builder, target, node, contnode):
        return []


def anchor(key: str) -> str:
    """Of an entry in its list; two keys never have one anchor."""
    return "ref-" + re.sub(r"[^A-Za-z0-9-]", lambda sign: f"_{ord(sign[0]):x}_", key)


def marked(reference: Reference, text: str) -> list[nodes.Node]:
    """The text, struck and called retracted where the reference is."""
    if reference.status != "retracted":
        return [nodes.Text(text)]
    return [struck(text), nodes.Text(" [retracted]")]


def cite(document: nodes.document, env: BuildEnvironment, key: str, style: str = "p") -> pending_xref:
    """What the role `style` makes of `key`, for citations that other code writes; "bare" is p without parentheses."""
    node = cite_again(key, style)
    document.note_explicit_target(node)  # gives it the id that the list of references points back to
    targets = list(parse_citation_targets(key))
    env.get_domain("cite").citation_refs.append(CitationRef(node["ids"][0], env.docname, document.line, targets))
    return node


def cite_again(key: str, style: str) -> pending_xref:
    """The same of a work that the page has cited before: the list leads back to the first place alone."""
    return pending_xref("", nodes.inline("", key), refdomain="cite", reftype=style, reftarget=key, refexplicit=False)


def cite_in_book(env: BuildEnvironment, key: str) -> pending_xref:
    """A link by author and year to the list of the whole book, for pages that show works and discuss none."""
    return pending_xref(
        "",
        nodes.inline("", key),
        refdomain="cite",
        reftype="book",
        reftarget=key,
        refexplicit=False,
        refdoc=env.docname,
    )


def keys_cited(env: BuildEnvironment) -> list[str]:
    """The keys that the page being read has cited so far, in the order of their first citations."""
    refs = env.get_domain("cite").citation_refs
    return list(dict.fromkeys(target.key for ref in refs if ref.docname == env.docname for target in ref.targets))


# --- lists -------------------------------------------------------------------------------------------------------


class reference_list(nodes.General, nodes.Element):
    """Stands for a list until all pages are read; `every` tells whether it shows the whole file."""


def letters(given: str | None) -> str:
    """The first and last letter of a list, as `AZ`; ValueError for anything else."""
    found = re.fullmatch(r"([A-Z])\s*([A-Z])", given or "AZ")
    if not found or found[1] > found[2]:
        raise ValueError("expected nothing, or the first and the last letter, as A K")
    return found[1] + found[2]


def stands_in(reference: Reference, letters: str) -> bool:
    """Whether a list of these letters has the reference; what begins with no letter stands before A."""
    return letters[0] <= max(sort_key(reference)[0][:1].upper(), "A") <= letters[1]


class References(SphinxDirective):
    """The references that this page cites, or with `:all:` every reference of the book; `:all: L Z` from L to Z."""

    option_spec = {"all": letters}

    def run(self):
        every = self.options.get("all")
        if every:
            self.env.seedsoil_full_lists[self.env.docname] = every
        else:
            self.env.seedsoil_lists.add(self.env.docname)
        return [reference_list(every=every)]


class FillLists(SphinxPostTransform):
    default_priority = 5

    def run(self, **kwargs):
        domain = self.env.get_domain("cite")
        for node in list(self.document.findall(reference_list)):
            cited = domain.cited[self.env.docname]
            every = node["every"]
            keys = [
                key
                for key, reference in domain.references.items()
                if (stands_in(reference, every) if every else key in cited)
            ]
            items = [self.item(domain, key, None if node["every"] else cited[key]) for key in keys]
            taken = exports.links(self.app, self.env.docname)
            listed = [nodes.bullet_list("", *items, classes=["references"]), taken] if items else []
            if listed and not node["every"]:
                count = f"{len(items)} references" if len(items) > 1 else "One reference"
                listed = [html("details", html("summary", count), *listed, class_="folded-references")]
            node.replace_self(listed)

    def item(self, domain: CitationDomain, key: str, first_citation: str | None) -> nodes.list_item:
        entry = list_item(domain.references[key], first_citation)
        if where := domain.read_at.get(key):
            entry.insert(-1 if first_citation else len(entry), nodes.Text(f" Read: {where}."))
        if not first_citation:
            entry += used_in(self.app.builder, self.env, key)
        return entry


def used_in(builder, env: BuildEnvironment, key: str) -> list[nodes.Node]:
    """Links to the pages that cite a work, each to its entry there."""
    cited = env.get_domain("cite").cited
    pages = sorted((page for page in cited if key in cited[page]), key=order_of_pages(env))
    links = [
        html("a", env.titles[page].astext(), href=f"{builder.get_relative_uri(env.docname, page)}#{anchor(key)}")
        for page in pages
    ]
    return [part for number, link in enumerate(links) for part in (nodes.Text(", " if number else " In: "), link)]


def order_of_pages(env: BuildEnvironment):
    """A key that sorts pages as the table of contents does."""
    order = {page: number for number, page in enumerate(_below(env, env.config.root_doc))}
    return lambda page: order.get(page, len(order))


def _below(env: BuildEnvironment, page: str) -> list[str]:
    return [page, *(name for below in env.toctree_includes.get(page, ()) for name in _below(env, below))]


def list_item(reference: Reference, first_citation: str | None) -> nodes.list_item:
    """Authors (year). Title. Journal volume(issue): pages. doi, PMID, and the way back to the text."""
    item = nodes.list_item("", nodes.Text(f"{reference.authors} ({reference.year}). "), ids=[anchor(reference.key)])
    item += [*marked(reference, reference.title.rstrip(".")), nodes.Text(". ")]
    if reference.journal:
        item += nodes.emphasis("", reference.journal)
        item += nodes.Text(f" {reference.details}. " if reference.details else ". ")
    if reference.correction:
        item += nodes.inline("", f"{reference.correction.rstrip('.')}. ", classes=["correction"])
    if reference.design:
        item += nodes.Text(f"{reference.design.rstrip('.')}. ")
    if reference.doi:
        item += link(doi_link(reference.doi), f"doi:{reference.doi}")
    elif reference.url.startswith(("https://", "http://")):
        item += link(reference.url, reference.url)
    if reference.pmid:
        item += nodes.Text(" ")
        item += link(f"https://pubmed.ncbi.nlm.nih.gov/{quote(reference.pmid)}/", f"PMID {reference.pmid}")
    if first_citation:
        back = html("a", "↩", class_="backlink", href=f"#{first_citation}", aria_label="Back to the text")
        item += [nodes.Text(" "), back]
    return item


def doi_link(doi: str) -> str:
    """https://doi.org with the signs encoded that an address would take for its own: `#`, `%`, `?`, `<`."""
    return f"https://doi.org/{quote(doi, safe=DOI_SIGNS)}"


def link(address: str, text: str) -> element:
    return html("a", text, href=address, class_="reference external")


# --- Sphinx ------------------------------------------------------------------------------------------------------


def check_file(app):
    for name in app.config.bibtex_bibfiles:
        for problem in bibliography.problems(Path(app.confdir) / name, name):
            logger.warning(problem, type="citation")


def remember_pages(app, env, *args):
    """The pages with lists are kept with the environment, for a page that is not read again has its list still."""
    for name, empty in {"seedsoil_lists": set(), "seedsoil_full_lists": {}}.items():
        if not hasattr(env, name):
            setattr(env, name, empty)


def forget_page(app, env, page):
    remember_pages(app, env)
    env.seedsoil_lists.discard(page)
    env.seedsoil_full_lists.pop(page, None)


def outdated(app, env, added, changed, removed):
    remember_pages(app, env)
    return env.get_domain("cite").outdated()


def setup(app):
    app.setup_extension("seedsoil.site.markup")
    app.setup_extension("seedsoil.site.exports")
    app.setup_extension("sphinxcontrib.bibtex")
    app.add_domain(CitationDomain, override=True)
    app.add_role("cite", CitationDomain.roles["p"], override=True)  # by the name that everybody knows
    app.add_directive("references", References)
    app.add_node(reference_list)
    app.add_post_transform(FillLists)
    app.connect("builder-inited", check_file)
    app.connect("env-get-outdated", outdated)
    app.connect("env-purge-doc", forget_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
