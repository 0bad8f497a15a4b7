"""What the search can find, in the order in which it is shown: terms, rows, passages, references.

`search/index.json` says by which words each is found; what is shown of those found stands in files of a few dozen,
which are fetched when they are asked for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from seedsoil.bibliography.printed import Reference
from seedsoil.evidence.described import in_whom
from seedsoil.evidence.library import NAMED, Row
from seedsoil.evidence.vocabulary import NO_IDENTIFIER, SEPARATOR, slug
from seedsoil.site.addresses import ROWS
from seedsoil.site.evidence_rows import statement
from seedsoil.site.search_bits import packed
from seedsoil.site.search_words import TABLES, Names, key, tokens
from seedsoil.tables.text import Cells

PLACES = ("organ", "stage", "process", "model")  # kinds by which rows are chosen: only their columns say them
HUMAN = "data-human"  # the word of a row with human data
OFTEN = 6  # so many times in a section that it is about the word
COMMON = 0.1  # of the passages: a word in more of them chooses none
FEW = 8  # passages in which a word may stand in a small book
TOGETHER = 32  # documents in a file
SHORTEST = 3  # signs of a symbol that a question may use
NOBODY = Names({})  # authors are no terms, whatever they are called

Shown = tuple[str, str, str]  # address, heading and what stands below


@dataclass(frozen=True)
class Found:
    """Something that the search can find: the words that it is found by, and what is shown of it."""

    words: frozenset[str]
    shown: Shown


@dataclass(frozen=True)
class Passage:
    """A section of a page, without the sections in it."""

    address: str
    page: str
    title: str
    text: str
    excerpt: str


def about(word: str) -> str:
    """The word that says that a document is about another word."""
    return f"^{word}"


class Terms:
    """The terms of the vocabulary, by the words that stand for them."""

    def __init__(self, vocabulary: Iterable[Cells], genes: Iterable[Cells] = (), in_ontologies: Iterable[Cells] = ()):
        self.cells = {slug(cells["kind"], cells["term"]): cells for cells in vocabulary}
        self.genes = self._identified({gene["hgnc_id"]: gene for gene in genes})
        self.in_ontologies = self._identified({term["ontology_id"]: term for term in in_ontologies})
        self.names = {
            name: names_of(cells, self.genes[name]["name"] if name in self.genes else "")
            for name, cells in self.cells.items()
        }

    def _identified(self, known: Mapping[str, Cells]) -> dict[str, Cells]:
        """By name of a term what is known by its identifier."""
        found = {name: known.get(cells.get("ontology_id", "")) for name, cells in self.cells.items()}
        return {name: told for name, told in found.items() if told}

    @cached_property
    def all(self) -> Names:
        return Names(self.names)

    @cached_property
    def but_places(self) -> Names:
        return Names({name: names for name, names in self.names.items() if self.cells[name]["kind"] not in PLACES})

    def symbols(self, name: str) -> Iterator[str]:
        """Previous symbols and aliases of a gene, and the names that an ontology has for a term, each key once.

        Only a question may use them: in a text, many are another word.
        """
        gene, term = self.genes.get(name, {}), self.in_ontologies.get(name, {})
        told = [gene.get("previous"), gene.get("aliases"), term.get("name"), term.get("synonyms")]
        symbols = {key(symbol): symbol for cell in told if cell for symbol in cell.split(SEPARATOR)}
        for said, symbol in symbols.items():
            if len(said) >= SHORTEST and said not in self.all.bearers:
                yield symbol

    def of(self, row: Row) -> Iterator[str]:
        """The terms in the cells of a row."""
        for column, kinds in NAMED.items():
            for term in row[column].split(SEPARATOR):
                yield from [name for kind in kinds if (name := slug(kind, term)) in self.cells][:1]


def names_of(cells: Cells, approved: str = "") -> list[str]:
    """The label, what stands in parentheses behind it, the term where it is a name of its own, synonyms, the approved
    name of a gene, and the identifier."""
    label = re.fullmatch(r"(.*?)(?: \((.*)\))?", cells["label"])
    own = [] if cells["kind"] == "cancer" else [cells["term"]]
    synonyms = cells.get("synonyms", "").split(SEPARATOR)
    told = [*label.groups(), *own, *synonyms, approved, cells.get("ontology_id", "")]
    return list(dict.fromkeys(name for name in told if name and name != NO_IDENTIFIER))


# --- documents -----------------------------------------------------------------------------------------------------


def of_reference(work: Reference, address: str, last: str, terms: Terms) -> Found:
    """A work is found by its title, its first and last author, its year and its identifiers."""
    people = f"{work.cited_as.removesuffix(' et al.')} {last}"
    own = {work.year[:4], work.doi.lower(), work.pmid} - {""}
    words = {*tokens(work.title, terms.all), *tokens(people, NOBODY), *own}
    below = f"{work.journal} {work.details}".strip()
    return Found(frozenset(words), (address, f"{work.cited_as}, {work.year}: {work.title}", below))


def of_row(row: Row, terms: Terms, work: Found | None) -> Found:
    """A row is found by its terms and what it says; words of its reference are looked up there."""
    told = [row[column] for column in ("finding", "study", "setting", "intervention", "comparator", "endpoint")]
    words = set(tokens(" ".join(told), terms.but_places)) - (work.words - terms.cells.keys() if work else set())
    words |= {*terms.of(row), *map(about, acting(row))}
    if row.table == "findings":
        words.add(slug("sign", row.direction))
    if row["human_data"] == "yes" or row.table == "effects":
        words.add(HUMAN)
    return Found(frozenset(words), (f"{ROWS}/{row['id']}.html", statement(row), f"{row.short} · {in_whom(row)}"))


def acting(row: Row) -> Iterator[str]:
    for column, kind in (("factor", "factor"), ("source", "cell")):
        yield from (slug(kind, term) for term in row[column].split(SEPARATOR))


def standing(row: Row) -> tuple:
    """Sorts rows, those that count most first; in this order they stand where nothing else tells them apart."""
    return row.retracted, row.unverified, row["readings"] != "2", row["read_at"] == "abstract"


def of_passage(passage: Passage, terms: Terms) -> Found:
    """A section is about the words of its heading, and about those that it repeats."""
    heads, counts = set(tokens(passage.title, terms.all)), Counter(tokens(passage.text, terms.all))
    often = {word for word, count in counts.items() if count >= OFTEN}
    heading = passage.title if passage.title == passage.page else f"{passage.page}: {passage.title}"
    words = heads | counts.keys() | {about(word) for word in heads | often}
    return Found(frozenset(words), (passage.address, heading, passage.excerpt))


# --- files ---------------------------------------------------------------------------------------------------------


class Index:
    """All that can be found, by kind; `works` are references with their addresses and their last authors."""

    def __init__(
        self,
        terms: Terms,
        rows: Iterable[Row],
        passages: Iterable[Passage],
        works: Iterable[tuple[Reference, str, str]],
    ):
        listed = {work.key: of_reference(work, address, last, terms) for work, address, last in works}
        ordered, number = sorted(rows, key=standing), {key: place for place, key in enumerate(listed)}
        self.terms = terms
        self.origins = [number.get(row["ref"], -1) for row in ordered]  # by row: which reference it is from
        self.kinds = (
            [of_row(row, terms, listed.get(row["ref"])) for row in ordered],
            [of_passage(passage, terms) for passage in passages],
            [*listed.values()],
        )

    def told(self, places: Mapping[str, str | int]) -> dict[str, object]:
        """What is fetched before a question is answered; `places` has the addresses of
        terms, 1 standing for a page of the atlas."""
        words: defaultdict[str, tuple[list[int], ...]] = defaultdict(lambda: tuple([] for _ in self.kinds))
        for kind, documents in enumerate(self.kinds):
            for number, document in enumerate(documents):
                for word in document.words:
                    words[word][kind].append(number)
        rows, passages, works = sizes = tuple(map(len, self.kinds))
        terms = [
            [name, places.get(name, 0), cells["label"], *self.terms.names[name], *self.terms.symbols(name)]
            for name, cells in self.terms.cells.items()
        ]
        told = {"tables": TABLES, "terms": terms, "together": TOGETHER, "origins": self.origins}
        return told | packed(words, sizes, (rows, max(FEW, int(passages * COMMON)), works))

    def shown(self) -> Iterator[tuple[str, list[Shown]]]:
        """The files with what is shown, by name: the kind, and which of its dozens."""
        for kind, documents in enumerate(self.kinds):
            for start in range(0, len(documents), TOGETHER):
                found = documents[start : start + TOGETHER]
                yield f"{kind}-{start // TOGETHER}", [document.shown for document in found]
