"""Sentence fingerprints: where a row was read, so that a machine can look again and no word of the source is kept.

A row carries the number of a sentence of the abstract and a digest of its words; a person says which sentence it is. A
sentence that was chosen before its row was written is kept under the work, `pmid:…` or `doi:…`, and passes to the row
of the work that has none. `seedsoil.living.verifying` looks for the sentences again.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path

from seedsoil.bibliography.file import known
from seedsoil.evidence.references import entries
from seedsoil.files import alone
from seedsoil.literature import europepmc, pubmed_search
from seedsoil.literature.found import Found
from seedsoil.literature.http import NotFound, NotReached
from seedsoil.living import ledger
from seedsoil.living.ledger import Record, Sentence
from seedsoil.problem import DataError, Problem, nearest, quoted
from seedsoil.tables.text import EVIDENCE, Rows

FILE = "data/living/sentences.csv"
END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(\[])")
ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|vs|cf|Fig|no|al|approx|ca|Dr)|\b[A-Z])\.$")
WORK = re.compile(r"(pmid|doi):\S+")
PROMPT = "Which sentence carries the finding? Its number, or Enter for none: "


def split(abstract: str) -> list[str]:
    """The sentences of an abstract; an abbreviation ends none."""
    found: list[str] = []
    for part in END.split(abstract.strip()):
        if found and ABBREVIATED.search(found[-1]):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return [one for one in found if one]


def digest(sentence: str) -> str:
    """Sixteen signs that stand for the words of a sentence: case, spaces and punctuation do not count."""
    text = unicodedata.normalize("NFKC", sentence).casefold()
    return hashlib.sha256(" ".join(re.findall(r"\w+", text)).encode()).hexdigest()[:16]


def numbered(told: Iterable[str]) -> list[str]:
    return [f"{number} {text}" for number, text in enumerate(told, start=1)]


def number_of(told: Sequence[str], answer: str, name: str) -> int:
    """The sentence that a person names by its number or by its words. DataError where the abstract has none such."""
    answer = answer.strip()
    if re.fullmatch("[0-9]{1,4}", answer):
        number, found = int(answer), f"sentence {answer}"
    else:
        digests = [digest(text) for text in told]
        number = digests.index(digest(answer)) + 1 if digest(answer) in digests else 0
        found = f"the sentence {quoted(answer)}"
    if 1 <= number <= len(told):
        return number
    expected = f"one of the {len(told)} sentences of the abstract, by its number or word for word"
    mend = f"./book verify --mark {name} shows them; nothing was kept"
    raise DataError(Problem(FILE, 0, name, found, expected, mend, "no-such-sentence"))


def asked(told: Sequence[str], ask: Callable[[str], str], say: Callable[[str], None]) -> int:
    """What a person answers who is shown the sentences: the number of one, or 0 for none.

    An answer comes key by key, or as a line with its end."""
    say("\n".join(numbered(told)))
    while True:
        answer = typed = ask(PROMPT)
        while not typed.endswith("\n") and answer.isdigit() and 10 * int(answer) <= len(told):
            typed = ask("")
            answer += typed
        answer = answer.strip()
        if not answer.isdigit():
            return 0
        if 1 <= int(answer) <= len(told):
            return int(answer)


def keep(root: Path, name: str, told: Sequence[str], number: int, kind: str, today: date) -> str:
    """Keep the digest of a sentence under a row or a work; what it says is returned, to be seen."""
    one = Sentence(name, "abstract", str(number), kind, digest(told[number - 1]), "found", today.isoformat())
    with alone(root / ledger.FOLDER):
        book = Book(root)
        waiting = works(book.fields(name))  # of a work one sentence waits; the one that its row takes waits no longer
        others = [
            other
            for other in ledger.load(root, Sentence)
            if (other.row, other.sentence) != (name, one.sentence)
            and not (other.row in waiting and (name not in book.rows or other.digest == one.digest))
        ]
        ledger.save(root, Sentence, [*others, one])
    return told[number - 1]


def forget(root: Path, name: str) -> None:
    """Take back what was kept under a row or a work."""
    with alone(root / ledger.FOLDER):
        ledger.save(root, Sentence, (one for one in ledger.load(root, Sentence) if one.row != name))


def mark(root: Path, name: str, answer: str, kind: str, today: date) -> str:
    """Keep the sentence that a person names, by its number or its words, of the abstract as a source has it today."""
    found = told(root, name)
    if not found:
        raise ValueError(f"{name}: found no abstract at PubMed or Europe PMC, expected one; nothing was kept.")
    return keep(root, name, found, number_of(found, answer, name), kind, today)


def told(root: Path, name: str) -> list[str]:
    """The sentences of the abstract of a row's work, or of a work, as they are today. ValueError where nothing has that
    name."""
    book = Book(root)
    if not book.knows(name):
        raise ValueError(f"found no finding or effect {name!r}, expected the id of one; correct the name.")
    return of(book.fields(name))


def of(fields: Mapping[str, str]) -> list[str]:
    """The sentences of the abstract of a work with these identifiers; none where no source has it."""
    found = record(fields)
    return split(found.abstract) if found else []


def record(fields: Mapping[str, str]) -> Found | None:
    """The record of a work at PubMed by its number, else at Europe PMC by its DOI."""
    pmid, doi = fields.get("pmid", ""), fields.get("doi", "")
    try:
        if known(pmid):
            return next(iter(pubmed_search.records([pmid])), None)
        if known(doi):
            return next((one for one in europepmc.search(f'DOI:"{doi}"').records if one.doi == doi.lower()), None)
    except NotFound:
        return None
    return None


def at_hand(fields: Mapping[str, str]) -> list[str]:
    """The same as `of`, and none where no source is reached."""
    try:
        return of(fields)
    except (NotReached, OSError):
        return []


def works(fields: Mapping[str, str]) -> list[str]:
    """The names under which a sentence of a work waits for its row."""
    return [f"{kind}:{fields[kind].lower()}" for kind in ("pmid", "doi") if known(fields.get(kind, ""))]


def held(root: Path, book: Book | None = None) -> list[Sentence]:
    """All that is kept, each under its row: what was kept under a work is of its only row without a sentence."""
    book, found = book or Book(root), ledger.load(root, Sentence)
    own = {one.row for one in found}
    lacking: dict[str, list[str]] = {}
    for row in book.rows.keys() - own if any(WORK.fullmatch(name) for name in own) else ():
        for work in works(book.fields(row)):
            lacking.setdefault(work, []).append(row)
    homes = {work: rows[0] for work, rows in lacking.items() if len(rows) == 1}
    return ledger.each_once(Sentence, (replace(one, row=homes.get(one.row, one.row)) for one in found))


def problems(root: Path) -> list[Problem]:
    """Sentences that are of no row and of no work."""
    if not ledger.load(root, Sentence):
        return []
    book, found = Book(root), []
    for line, cells in enumerate(Rows(root).rows(ledger.TABLES[Sentence]), start=2):
        if not book.knows(name := cells["row"]):
            expected = "the id of a finding or an effect, or pmid: or doi: of a work that is cited or was found"
            mend = nearest(name, list(book.rows), "correct it, or remove the line and mark the row again")
            found.append(Problem(FILE, line, "row", quoted(name), expected, mend, "sentence-of-no-row"))
    return found


class Book:
    """The rows, the bibliography and the records, by which a row or a work is known."""

    def __init__(self, root: Path):
        tables = Rows(root)
        self._root, self._entries = root, entries(root) or {}
        self.rows = {
            cells["id"]: cells["ref"] for table in EVIDENCE if table in tables.resources for cells in tables.rows(table)
        }
        self._works = {work: item.fields for item in self._entries.values() for work in works(item.fields)}

    @cached_property
    def _records(self) -> dict[str, dict[str, str]]:
        return {
            name: {"pmid": one.pmid, "doi": one.doi, "title": one.title}
            for one in ledger.load(self._root, Record)
            for name in one.names()
        }

    def knows(self, name: str) -> bool:
        return name in self.rows or bool(WORK.fullmatch(name) and self.fields(name))

    def fields(self, name: str) -> Mapping[str, str]:
        """DOI, PMID and title of the work of a row, or of a work; nothing where there is none of this name."""
        if name in self.rows:
            item = self._entries.get(self.rows[name])
            return item.fields if item else {}
        return self._works.get(name) or self._records.get(name) or {}
