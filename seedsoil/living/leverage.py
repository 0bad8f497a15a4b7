"""What a record would change if it held: clauses of key messages whose grade would move, and pools it could enter.

A record is taken to be about a clause when its title or abstract names the clause's subject and, where the clause has
one, its organ and its cancer. One further voice for it and one against it are then graded as any row is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from seedsoil.evidence import grading
from seedsoil.evidence.grading import SUBJECTS, Cells, Clause
from seedsoil.evidence.library import Library
from seedsoil.evidence.messages import Malformed, parse
from seedsoil.prose.pages import pages
from seedsoil.tables.text import Rows

PLACES = ("organ", "cancer")
FLIPPED = {"more": "less", "less": "more", "same": "more"}
TRIAL = re.compile(r"\brandomi[sz]ed\b", re.IGNORECASE)
WORD = re.compile(r"\w+")
RATIO = re.compile(r"\b(?:hazard|odds|risk|rate) ratio\b|\bHR\b")


@dataclass(frozen=True)
class Lever:
    """A clause, all that its subject and places are called, and what one more voice for or against it would do."""

    chapter: str
    clause: Clause
    named: tuple[tuple[str, ...], ...]
    now: str
    agreeing: str
    disagreeing: str

    def is_of(self, text: Text) -> bool:
        return all(text.names(names) for names in self.named)

    @property
    def moves(self) -> bool:
        return self.now not in (self.agreeing, self.disagreeing) or self.agreeing != self.disagreeing

    def __str__(self) -> str:
        turns = [
            f"{way}, it would be {word}"
            for way, word in (("one more voice agreeing", self.agreeing), ("one disagreeing", self.disagreeing))
            if word != self.now
        ]
        return (
            f"{self.chapter}: “{self.clause.says}” is {self.now}; {'; '.join(turns) or 'one voice would not move it'}"
        )


def of(text: str, levers: Iterable[Lever], interventions: Iterable[str]) -> tuple[int, list[str]]:
    """How many grades and pools a text could move, and what it could do in words."""
    read = Text(text)
    told = [str(lever) for lever in levers if lever.moves and lever.is_of(read)]
    if TRIAL.search(text) and RATIO.search(text):
        told += [f"a randomized ratio on {name} could enter a pool" for name in interventions if read.names((name,))]
    return len(told), told


class Text:
    """A text by its words, so that hundreds of names can be looked for in thousands of texts."""

    def __init__(self, text: str):
        words = WORD.findall(text)
        self._as_written = set(words)
        small = [word.lower() for word in words]
        self._words = set(small)
        self._line = f" {' '.join(small)} "

    def names(self, names: Iterable[str]) -> bool:
        """Whether one of the names stands in the text: short symbols as they are written, others in any case and
        with an s."""
        return any(self._has(*_parts(name)) for name in names)

    def _has(self, symbol: bool, first: str, phrase: str) -> bool:
        if symbol:
            return phrase in self._as_written
        if first == phrase:
            return phrase in self._words or f"{phrase}s" in self._words
        return first in self._words and (f" {phrase} " in self._line or f" {phrase}s " in self._line)


@cache
def _parts(name: str) -> tuple[bool, str, str]:
    """Whether a name is a short symbol, its first word, and the name as its words."""
    words = WORD.findall(name)
    if len(words) == 1 and len(name) <= 4 and name.upper() == name:
        return True, name, name
    small = [word.lower() for word in words]
    return False, small[0] if small else "", " ".join(small)


def levers(root: Path) -> list[Lever]:
    """Every graded clause of every key message."""
    library, vocabulary = Library(root), phrases(root)
    found = []
    for page in pages(root):
        chapter = Path(page.name).stem
        for block in (part for part in page.directives if part.name == "key-messages"):
            try:
                clauses = [clause for message in parse(block.body) for clause in message.clauses if not clause.computed]
            except Malformed:
                continue  # for the check of the pages to say
            found += [_lever(library, vocabulary, chapter, clause) for clause in clauses]
    return found


def interventions(root: Path) -> list[str]:
    """What the effects of the book treat with."""
    names = {row["intervention"] for row in Rows(root).rows("effects") if row["setting"] != "prognostic"}
    return sorted(name for name in names if name and len(name) < 40)


def phrases(root: Path) -> dict[str, list[str]]:
    """For each term of the vocabulary all that it is called; `TGF-β2 (TGFB2)` is two names."""
    found: dict[str, list[str]] = {}
    for row in Rows(root).rows("vocabulary"):
        label = re.sub(r" \(([^()]+)\)$", r"; \1", row["label"])
        names = [row["term"], *label.split("; "), *row["synonyms"].split("; ")]
        found.setdefault(row["term"], []).extend(dict.fromkeys(name for name in names if name))
    return found


def _lever(library: Library, vocabulary: Mapping[str, list[str]], chapter: str, clause: Clause) -> Lever:
    named = [clause.about[kind] for kind in (*SUBJECTS, *PLACES) if kind in clause.about]
    called = tuple(tuple(vocabulary.get(name, [name])) for name in named)
    rows = [row.cells for row in library.evidence("", clause.rows, ())]
    now = library.clause(clause).grade.word
    agreeing = _with(library, clause, rows, "for")
    disagreeing = _with(library, clause, rows, "against")
    return Lever(chapter, clause, called, now, agreeing or now, disagreeing or now)


def _with(library: Library, clause: Clause, rows: list[dict[str, str]], way: str) -> str:
    """The grade with one further voice, made after a row that the clause has; empty where it has none to go by."""
    voice = next((made for row in rows if (made := _voice(row, clause, way))), None)
    return "" if voice is None else grading.grade(clause, [*rows, voice], library.uncounted).word


def _voice(row: Cells, clause: Clause, way: str) -> dict[str, str] | None:
    alone = dict.fromkeys(("overlap", "shared_control", "relation", "related_to"), "")
    made = {**row, **alone, "id": "new", "ref": "new", "group": "new", "read_at": "abstract"}
    for candidate in (made, _turned(made)):
        if grading.side(candidate, clause) == way:
            return candidate
    return None


def _turned(row: dict[str, str]) -> dict[str, str]:
    """The row with the opposite result."""
    if "estimate" not in row:
        return {**row, "outcome": FLIPPED[row["outcome"]]}
    if not (row["ci_low"] and row["ci_high"]):
        return row
    return {**row, "ci_low": f"{1 / float(row['ci_high']):.4g}", "ci_high": f"{1 / float(row['ci_low']):.4g}"}
