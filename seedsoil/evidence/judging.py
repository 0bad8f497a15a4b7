"""The grade of a clause, from what each of its rows says: voices are counted and compared, nothing else is asked.

Which way a row speaks, and with whom it is one voice, is found in `seedsoil.evidence.grading`. A reader's browser
judges by a twin of this module (`seedsoil/site/static/judging.js`), which gets its words from here (`FOR_BROWSER`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

Row = TypeVar("Row")

RULES = (
    ("Strong", "three independent voices or more agree on the subject, human data among them, and none speaks against"),
    ("Moderate", "two or more agree, and fewer than half as many speak against"),
    ("Weak", "one voice agrees, and none speaks against"),
    ("Contested", "some agree, and at least half as many speak against"),
    ("Open, well documented", "the clause states a disagreement, and two voices or more stand on either side"),
    ("Open", "the clause states a disagreement, with less than that on a side"),
    ("Not known", "the clause says no effect, and no interval excludes the effect that it names in advance"),
    ("None", "no row that counts, or none that agrees"),
)
LOWEST_FIRST = ("None", "Not known", "Contested", "Weak", "Open", "Open, well documented", "Moderate", "Strong")
SAYS = {
    "agree": "independent voice",
    "camp": "voice",
    "row": "row",
    "human": "human data",
    "cells": "cells only",
    "animals": "animals only",
    "against": "{} against",
    "silent": "{} that cannot tell",
    "nobody": "no row that speaks",
    "retracted": "{} not counted: its reference is retracted or a review",
    "unverified": "{} not counted: unverified",
    "falls": "falls without {}",
    "or": " or without ",
    "voice": "the voice of {}",
    "second": "a second group would lift it",
    "third": "a third group",
    "and": " and ",
    "lift": "{} would lift it",
    "excludes": "an interval that excludes {} would lift it",
    "changes": "This grade {}.",
}
FOR_BROWSER = {"says": SAYS, "lowestFirst": LOWEST_FIRST}


class Heard(NamedTuple):
    """A row as a grade hears it.

    `side`: `for` or `against` the claim, of an open clause the row's own way, or empty where it speaks neither way.
    `names`: what it has in common with the rows with which it is one voice. `voices`: for how many it counts.
    `uncounted`: `retracted` or `unverified`, where it does not count.
    """

    id: str
    side: str
    names: tuple[str, ...]
    voices: int = 1
    human: bool = False
    cells: bool = False
    uncounted: str = ""


@dataclass(frozen=True)
class Grade:
    """A word of `RULES`, the facts that led to it, and what would change it."""

    word: str
    reasons: tuple[str, ...]
    changes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.word}: {', '.join(self.reasons)}"


def judge(claim: str, rows: Iterable[Heard], excludes: str = "") -> Grade:
    """The grade of a claim, with what would change it; `excludes` is the ratio that a claim of no effect rules out."""
    rows = list(rows)
    voices = together((row for row in rows if not row.uncounted), lambda row: row.names)
    word, reasons = _judge(claim, voices)
    for why in ("retracted", "unverified"):
        if left_out := sum(row.uncounted == why for row in rows):
            reasons.append(SAYS[why].format(number(left_out, SAYS["row"])))
    return Grade(word, tuple(reasons), tuple(_changes(claim, word, voices, excludes)))


def lowest(grades: Iterable[Grade]) -> Grade:
    """The lowest of the grades of a message; a documented disagreement lowers no other clause."""
    grades = list(grades)
    settled = [one for one in grades if not one.word.startswith("Open")]
    return min(settled or grades, key=lambda one: LOWEST_FIRST.index(one.word))


def number(count: int, one: str) -> str:
    return f"{count} {one if count == 1 else one + 's'}"


def _judge(claim: str, voices: Sequence[Sequence[Heard]]) -> tuple[str, list[str]]:
    rows = [row for voice in voices for row in voice]
    if claim == "open":
        camps = {side: _count(voices, side) for side in {row.side for row in rows} - {""}}
        reasons = [f"{number(count, SAYS['camp'])} {side}" for side, count in sorted(camps.items())]
        documented = sum(count >= 2 for count in camps.values()) >= 2
        word = "Open, well documented" if documented else "Open" if camps else "None"
        return word, reasons or [SAYS["nobody"]]
    agree, against = (_count(voices, side) for side in ("for", "against"))
    agreeing = [row for row in rows if row.side == "for"]
    human = any(row.human for row in agreeing)
    reasons = [number(agree, SAYS["agree"])]
    if agree:
        reasons.append(SAYS["human" if human else "cells" if all(row.cells for row in agreeing) else "animals"])
    if against:
        reasons.append(SAYS["against"].format(against))
    if silent := sum(row.side == "" for row in rows):
        reasons.append(SAYS["silent"].format(number(silent, SAYS["row"])))
    if not agree:
        return ("Not known" if claim == "no effect" and rows else "None"), reasons
    if 2 * against >= agree:
        return ("Contested" if against else "Weak"), reasons
    if agree >= 3 and human and not against:
        return "Strong", reasons
    return ("Moderate" if agree >= 2 else "Weak"), reasons


def _changes(claim: str, word: str, voices: Sequence[Sequence[Heard]], excludes: str) -> Iterable[str]:
    """What would change a grade: voices without which it falls, and what would lift it."""
    if word in ("Strong", "Moderate", "Weak"):
        needed = []
        for voice in voices:
            rest, _ = _judge(claim, [other for other in voices if other is not voice])
            if LOWEST_FIRST.index(rest) < LOWEST_FIRST.index(word):
                needed.append(voice[0].id if len(voice) == 1 else SAYS["voice"].format(voice[0].id))
        if needed:
            yield SAYS["falls"].format(SAYS["or"].join(needed))
    rows = [row for voice in voices for row in voice]
    if word == "Weak":
        yield SAYS["second"]
    elif word == "Moderate" and not any(row.side == "against" for row in rows):
        human = any(row.side == "for" and row.human for row in rows)
        wanted = [SAYS[what] for what, lacks in (("third", _count(voices, "for") < 3), ("human", not human)) if lacks]
        yield SAYS["lift"].format(SAYS["and"].join(wanted))
    elif word == "Not known":
        yield SAYS["excludes"].format(excludes)


def _count(voices: Sequence[Sequence[Heard]], side: str) -> int:
    """How many voices have a row on this side; a published pool of several studies counts as several."""
    return sum(max((row.voices for row in voice if row.side == side), default=0) for voice in voices)


def together(rows: Iterable[Row], names: Callable[[Row], Iterable[str]]) -> list[list[Row]]:
    """Rows that have a name in common, together: each list is one voice."""
    voices: list[tuple[set[str], list[Row]]] = []
    for row in rows:
        own, members = set(names(row)), [row]
        for voice in [voice for voice in voices if voice[0] & own]:
            voices.remove(voice)
            own, members = own | voice[0], voice[1] + members
        voices.append((own, members))
    return [members for _, members in voices]
