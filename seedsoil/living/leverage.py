"""What a record would change if it held: clauses of key messages whose grade would move, and pools it could enter.

A record is taken to be about a clause when its title or abstract names the clause's subject and, where the clause has
one, its organ and its cancer. One further voice for it and one against it are then graded as any row is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import numpy as np

from seedsoil.evidence import grading
from seedsoil.evidence.grading import SUBJECTS, Cells, Clause
from seedsoil.evidence.library import Library
from seedsoil.evidence.messages import Malformed, parse
from seedsoil.living.words import Words
from seedsoil.prose.contents import names
from seedsoil.prose.pages import bodies
from seedsoil.tables.text import Rows

PLACES = ("organ", "cancer")
FLIPPED = {"more": "less", "less": "more", "same": "more"}
TRIAL = ("randomized", "randomised")
RATIO = ("hazard ratio", "odds ratio", "risk ratio", "rate ratio", "HR")


@dataclass(frozen=True)
class Lever:
    """A clause, all that its subject and places are called, and what one more voice for or against it would do."""

    chapter: str
    clause: Clause
    named: tuple[tuple[str, ...], ...]
    now: str
    agreeing: str
    disagreeing: str

    def names_all(self, words: Words) -> np.ndarray:
        """Whether each text names the subject and every place."""
        return np.logical_and.reduce([words.naming(names) for names in self.named])

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


def of(words: Words, levers: Iterable[Lever], interventions: Iterable[str]) -> list[list[str]]:
    """For each text the grades and pools that it could move, in words."""
    told: list[list[str]] = [[] for _ in range(words.count)]
    for lever in levers:
        if lever.moves and lever.named:
            for row in np.flatnonzero(lever.names_all(words)):
                told[row].append(str(lever))
    trials = words.naming(TRIAL) & words.naming(RATIO)
    for name in interventions if trials.any() else ():
        for row in np.flatnonzero(trials & words.naming((name,))):
            told[row].append(f"a randomized ratio on {name} could enter a pool")
    return told


def levers(root: Path) -> list[Lever]:
    """Every graded clause of every key message."""
    library, vocabulary = Library(root), phrases(root)
    evidence = {row["id"]: (place, row.cells) for place, row in enumerate(library.all_evidence())}
    found = []
    for name in names(root):
        path = root / f"{name}.md"
        for body in bodies(path.read_text("utf8"), "key-messages") if path.is_file() else ():
            try:
                clauses = [clause for message in parse(body) for clause in message.clauses if not clause.computed]
            except Malformed:
                continue  # for the check of the pages to say
            found += [_lever(library.uncounted, evidence, vocabulary, path.stem, clause) for clause in clauses]
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


def _lever(
    uncounted: frozenset[str],
    evidence: Mapping[str, tuple[int, Cells]],
    vocabulary: Mapping[str, list[str]],
    chapter: str,
    clause: Clause,
) -> Lever:
    named = [clause.about[kind] for kind in (*SUBJECTS, *PLACES) if kind in clause.about]
    called = tuple(tuple(vocabulary.get(name, [name])) for name in named)
    rows = [
        cells for _, cells in sorted((evidence[name] for name in {*clause.rows} & evidence.keys()), key=itemgetter(0))
    ]
    now = grading.grade(clause, rows, uncounted).word
    agreeing = _with(uncounted, clause, rows, "for")
    disagreeing = _with(uncounted, clause, rows, "against")
    return Lever(chapter, clause, called, now, agreeing or now, disagreeing or now)


def _with(uncounted: frozenset[str], clause: Clause, rows: list[Cells], way: str) -> str:
    """The grade with one further voice, made after a row that the clause has; empty where it has none to go by."""
    voice = next((made for row in rows if (made := _voice(row, clause, way))), None)
    return "" if voice is None else grading.grade(clause, [*rows, voice], uncounted).word


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
