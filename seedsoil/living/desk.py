"""What of the book needs work, the worst first, each thing with the file and the line to mend. A pure function of the
files: the check tells faults, this tells what is right and could be better."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from seedsoil.evidence import grading
from seedsoil.evidence.grading import Clause
from seedsoil.evidence.judging import Grade
from seedsoil.evidence.library import Library
from seedsoil.evidence.messages import Malformed, parse
from seedsoil.evidence.references import BIBLIOGRAPHY, entries
from seedsoil.files import read
from seedsoil.living import queries, standing
from seedsoil.prose import citations
from seedsoil.prose.manuscript import Manuscript
from seedsoil.prose.pages import pages
from seedsoil.tables.text import EVIDENCE, Rows

IDENTIFIED = ("organ", "cell", "factor")  # kinds of terms that public ontologies name
LONG_AGO = date(1, 1, 1)  # a day on which nothing is due: the reader's clock says what is


class Item(NamedTuple):
    """One thing to mend, and where; `due` is the day from which it is late, where it has one."""

    says: str
    file: str
    line: int
    due: str = ""


class Need(NamedTuple):
    """Things of one kind, why they matter, and the file in which most are mended."""

    title: str
    why: str
    file: str
    items: tuple[Item, ...]


def needs(root: Path) -> list[Need]:
    """Every kind of need, also those of which nothing is left."""
    book = _Book(root)
    rows = "data/findings.csv"
    return [
        Need(
            "Clauses of key messages graded None or Not known",
            "No row that counts agrees, or no interval can tell.",
            "chapters",
            tuple(book.clauses("None", "Not known")),
        ),
        Need(
            "Clauses of key messages that hang on one group",
            "One voice agrees and none speaks against: the next study may turn the message.",
            "chapters",
            tuple(book.clauses("Weak")),
        ),
        Need(
            "Rows under a key message that one reader read",
            "A second reader codes the paper without sight of the first coding, then sets readings to 2.",
            rows,
            tuple(book.rows_under_messages(lambda cells: cells.get("readings") == "1")),
        ),
        Need(
            "Contested rows without a sentence",
            "Other rows speak against them, and no page cites their work or names the row.",
            rows,
            tuple(book.contested()),
        ),
        Need(
            "Chapters by the day on which their search is due",
            "A chapter past its day, or never searched, is not living.",
            "data/living/searches",
            tuple(book.due()),
        ),
        Need(
            "Rows under a key message read no further than the abstract",
            "The full text may say in what the abstract is too strong.",
            rows,
            tuple(book.rows_under_messages(lambda cells: cells.get("read_at") in ("abstract", "summary"))),
        ),
        Need(
            "Terms without identifier",
            "Cells, factors and organs that rows name, the most used first: an identifier makes them findable.",
            "data/vocabulary.csv",
            tuple(book.terms()),
        ),
        Need(
            "Works that no page cites",
            "They were read for nothing yet, or a chapter has lost them.",
            BIBLIOGRAPHY,
            tuple(book.uncited()),
        ),
        Need(
            "Fields of references that nobody read",
            "./book cite complete asks the sources for them.",
            BIBLIOGRAPHY,
            tuple(book.unread()),
        ),
    ]


class _Book:
    """What the needs are counted from, each read once."""

    def __init__(self, root: Path):
        self.root, self.tables, self.library = root, Rows(root), Library(root)
        self.works, self.pages = entries(root) or {}, list(pages(root))

    @cached_property
    def under_messages(self) -> list[tuple[Manuscript, int, Clause]]:
        """Each graded clause with its page and line."""
        found = []
        for page in self.pages:
            for block in (part for part in page.directives if part.name == "key-messages"):
                try:
                    told = parse(block.body)
                except Malformed:
                    continue  # told by the check
                for clause in (clause for message in told for clause in message.clauses if not clause.computed):
                    start = page.source.find(clause.says, block.position)
                    found.append((page, page.place(max(start, block.position))[0], clause))
        return found

    @cached_property
    def grades(self) -> dict[Clause, Grade]:
        return {clause: self.library.clause(clause).grade for *_, clause in self.under_messages}

    def clauses(self, *words: str) -> Iterator[Item]:
        for page, line, clause in self.under_messages:
            if (grade := self.grades[clause]).word in words:
                yield Item(f"{Path(page.name).stem}: “{clause.says}”: {grade}", page.name, line)

    def rows_under_messages(self, needs_work) -> Iterator[Item]:
        """Rows that count and carry a message, those of most clauses first."""
        carried = Counter(name for *_, clause in self.under_messages for name in clause.rows)
        for (table, line, cells), count in sorted(
            ((row, carried[row[2]["id"]]) for row in self.rows if row[2]["id"] in carried),
            key=lambda found: (-found[1], found[0][2]["id"]),
        ):
            if grading.counts(cells, self.library.uncounted) and needs_work(cells):
                yield Item(f"{cells['id']} ({_of(count, 'clause')})", table, line)

    @cached_property
    def rows(self) -> list[tuple[str, int, dict[str, str]]]:
        """File, line and cells of each finding and each effect."""
        return [
            (file, line, cells)
            for table in EVIDENCE
            if table in self.tables.resources
            for file in [f"data/{self.tables.resources[table]['path']}"]
            for line, cells in lines(self.root, file)
        ]

    @cached_property
    def cited(self) -> set[str]:
        return {key for page in self.pages for role in page.roles for key in citations.keys(role)}

    def contested(self) -> Iterator[Item]:
        named = " ".join(role.text for page in self.pages for role in page.roles)
        against = grading.opponents([cells for *_, cells in self.rows], self.library.uncounted)
        for file, line, cells in self.rows:
            if cells["id"] in against and cells["ref"] not in self.cited and cells["id"] not in named:
                yield Item(f"{cells['id']}, against it {', '.join(against[cells['id']])}", file, line)

    def due(self) -> Iterator[Item]:
        found = [standing.standing(self.root, chapter, LONG_AGO) for chapter in queries.chapters(self.root)]
        for one in sorted(found, key=lambda one: (one.due, one.chapter)):
            if one.due or one.state == "never":
                says = f"{one.chapter}: {f'next due {one.due}' if one.due else 'never searched'}"
                says += "; its query is a draft that no editor has signed" if one.draft else ""
                yield Item(says, f"data/living/searches/{one.chapter}.yml", 1, one.due)

    def terms(self) -> Iterator[Item]:
        if "vocabulary" not in self.tables.resources:
            return
        used = Counter(
            term.strip()
            for *_, cells in self.rows
            for column in ("organ", "source", "target", "factor")
            for term in cells.get(column, "").split(";")
        )
        file = f"data/{self.tables.resources['vocabulary']['path']}"
        lacking = [
            (used[cells["term"]], cells, line)
            for line, cells in lines(self.root, file)
            if cells["kind"] in IDENTIFIED and not cells.get("ontology_id") and used[cells["term"]]
        ]
        for count, cells, line in sorted(lacking, key=lambda found: (-found[0], found[1]["kind"], found[1]["term"])):
            yield Item(f"{cells['kind']} {cells['label']} ({_of(count, 'row')})", file, line)

    def uncited(self) -> Iterator[Item]:
        bound = {cells["ref"] for *_, cells in self.rows}
        for key in sorted(self.works.keys() - self.cited):
            says = f"{key}, of which there are rows" if key in bound else key
            yield Item(says, BIBLIOGRAPHY, self.works[key].line)

    def unread(self) -> Iterator[Item]:
        for key, item in sorted(self.works.items()):
            if fields := [name for name, value in item.fields.items() if value.strip("{}") == "unread"]:
                yield Item(f"{key}: {', '.join(fields)}", BIBLIOGRAPHY, item.line)


def lines(root: Path, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table, each with the line on which it begins."""
    reader = csv.reader(io.StringIO(read(root / file, file), newline=""))
    head = next(reader)
    line = reader.line_num + 1
    for cells in reader:
        yield line, dict(zip_longest(head, cells[: len(head)], fillvalue=""))
        line = reader.line_num + 1


def _of(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
