"""How much evidence stands behind a statement: a grade for each of its clauses, computed from the rows that carry it.

A clause says one thing of one subject: a factor, a cell or an intervention, where it is said so in one organ, cancer or
setting. Only rows on that subject count, so single studies of different things never add up to support for one
sentence. The rules are few and mechanical, so that anyone can compute a grade by hand (`RULES`); they count and compare
rows, do not judge how well a study was done, and are no GRADE assessment.

- A row counts unless its reference is retracted or a review, or the row is `unverified`.
- Rows that share a senior author, a reference, patients (`overlap`) or a control arm are one voice. Findings whose
  laboratory was not read are one voice together. A published pooled ratio of three or more studies is three voices.
- A finding agrees with its direction (`seedsoil.evidence.direction`). It bears on metastasis only where its outcome is
  metastasis, dissemination, outgrowth or dormancy; on another outcome only in a clause about that outcome.
- An effect agrees when its whole interval lies on the side of 1 that the clause claims. An interval that contains 1
  speaks neither way, except for a clause of no effect: there it agrees when it excludes the ratio that the clause names
  in advance (`excludes`), and says nothing when it does not.
- Human data: an effect, or a finding with `human_data` yes, that agrees with the clause itself.

Rows are mappings of column to text, as in `findings.csv` and `effects.csv`; a column that a row lacks is empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from seedsoil.evidence.direction import direction, is_about_spread

Cells = Mapping[str, str]  # of a row, by column

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
CLAIMS = ("promotes", "restrains", "no effect", "higher", "lower", "open")
OPPOSITE = {"promotes": "restrains", "restrains": "promotes", "higher": "lower", "lower": "higher"}
BY_FINDING = {"factor": "factor", "cell": "source", "target": "target", "organ": "organ", "stage": "stage"}
BY_EFFECT = {"intervention": "intervention", "setting": "setting", "endpoint": "endpoint", "site": "site"}
BY_BOTH = {"cancer": "cancer", "process": "process"}
SUBJECTS = ("factor", "cell", "intervention")  # what a clause is about; one of them at least
POOLED_VOICES = 3  # of a published pooled ratio of as many studies or more


@dataclass(frozen=True)
class Clause:
    """One thing that a message says: `claim` about a subject, the rows that carry it, and those that do not bear on it.

    `about` maps factor, cell, intervention, organ, stage, cancer, setting, endpoint, site, process or outcome to a
    term. `excludes` is the ratio that a clause of no effect rules out. `computed` names what on the page it rests on.
    """

    says: str
    about: Mapping[str, str] = field(default_factory=dict)
    claim: str = ""
    rows: tuple[str, ...] = ()
    dismissed: Mapping[str, str] = field(default_factory=dict)
    excludes: float | None = None
    computed: str = ""

    def __hash__(self) -> int:
        return hash(repr(self))


@dataclass(frozen=True)
class Grade:
    """A word of `RULES`, the facts that led to it, and what would change it."""

    word: str
    reasons: tuple[str, ...]
    changes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.word}: {', '.join(self.reasons)}"


def grade(clause: Clause, rows: Iterable[Cells], uncounted: Collection[str]) -> Grade:
    """The grade of a clause carried by `rows`; `uncounted` holds the references that are retracted or reviews."""
    rows = list(rows)
    counted = [row for row in rows if counts(row, uncounted)]
    sides = {id(row): side(row, clause) for row in counted}
    heard = voices(counted)
    word, reasons = _judge(clause, counted, heard, sides)
    for text, left_out in (
        ("not counted: its reference is retracted or a review", [row for row in rows if row["ref"] in uncounted]),
        (
            "not counted: unverified",
            [row for row in rows if row["ref"] not in uncounted and not counts(row, uncounted)],
        ),
    ):
        if left_out:
            reasons.append(f"{_number(len(left_out), 'row')} {text}")
    return Grade(word, tuple(reasons), tuple(_changes(clause, word, counted, heard, sides)))


def lowest(grades: Iterable[Grade]) -> Grade:
    """The lowest of the grades of a message; a documented disagreement lowers no other clause."""
    grades = list(grades)
    settled = [one for one in grades if not one.word.startswith("Open")]
    return min(settled or grades, key=lambda one: LOWEST_FIRST.index(one.word))


def counts(row: Cells, uncounted: Collection[str]) -> bool:
    """Whether a row is evidence: read at its source, and its reference neither retracted nor a review."""
    return row.get("read_at") != "unverified" and row["ref"] not in uncounted


def side(row: Cells, clause: Clause) -> str:
    """`for` or `against` the claim, or empty where the row speaks neither way; of an open clause, the row's own way."""
    says = _says(row)
    if clause.claim == "open":
        return says
    if clause.claim == "no effect":
        if not _is_effect(row):
            return "against" if says in ("promotes", "restrains") else ""
        if says:
            return "against"
        return "for" if _excludes(row, clause.excludes) else ""
    if says == clause.claim:
        return "for"
    return "against" if says == OPPOSITE.get(clause.claim) or says == "no effect" else ""


def fits(row: Cells, about: Mapping[str, str]) -> str:
    """Empty where a row is on the subject `about`; else what differs, as "organ lung, not bone"."""
    columns = BY_BOTH | (BY_EFFECT if _is_effect(row) else BY_FINDING)
    for name, wanted in about.items():
        if name == "outcome":
            if not _is_effect(row) and row["outcome_of"] != wanted:
                return f"outcome {row['outcome_of']}, not {wanted}"
        elif name in columns:
            cell = row.get(columns[name], "")
            has = wanted.lower() in cell.lower() if name in ("intervention", "endpoint") else wanted in _terms(cell)
            if not has:
                return f"{name} {cell or 'empty'}, not {wanted}"
    if not _is_effect(row):
        if not set(about) & {"factor", "cell"}:
            return "a finding, and the clause names no factor or cell"
        if "outcome" not in about and not is_about_spread(row):
            return f"outcome {row['outcome_of']}, which is not spread"
    elif "intervention" not in about:
        return "an effect, and the clause names no intervention"
    return ""


def unlinked(clause: Clause, evidence: Iterable[Cells], uncounted: Collection[str]) -> list[str]:
    """Counted rows on the subject of a clause that it neither links nor dismisses: same factor or cell and organ, or
    same intervention and cancer, whatever their stage, setting or endpoint."""
    broad = {name: term for name, term in clause.about.items() if name not in ("stage", "setting", "endpoint")}
    known = {*clause.rows, *clause.dismissed}
    return [row["id"] for row in evidence if row["id"] not in known and counts(row, uncounted) and not fits(row, broad)]


def opponents(evidence: Iterable[Cells], uncounted: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Ids of the contradicted rows, each with the ids of the counted rows against it, whichever of the two says so."""
    counted = {row["id"]: row for row in evidence if counts(row, uncounted)}
    found: dict[str, set[str]] = {}
    for name, row in counted.items():
        if row.get("relation") == "contradicts":
            for other in related(row):
                if other in counted:
                    found.setdefault(name, set()).add(other)
                    found.setdefault(other, set()).add(name)
    return {name: tuple(sorted(others)) for name, others in sorted(found.items())}


def related(row: Cells) -> list[str]:
    """The ids in `related_to`."""
    return _terms(row.get("related_to", ""))


def _judge(
    clause: Clause, rows: list[Cells], voices: list[list[Cells]], sides: Mapping[int, str]
) -> tuple[str, list[str]]:
    if clause.claim == "open":
        camps = {name: _heard(voices, sides, name) for name in set(sides.values()) - {""}}
        reasons = [f"{_number(count, 'voice')} {name}" for name, count in sorted(camps.items())]
        documented = sum(count >= 2 for count in camps.values()) >= 2
        word = "Open, well documented" if documented else "Open" if camps else "None"
        return word, reasons or ["no row that speaks"]
    agree, against = (_heard(voices, sides, name) for name in ("for", "against"))
    human = any(sides[id(row)] == "for" and _is_human(row) for row in rows)
    reasons = [_number(agree, "independent voice")]
    if agree:
        cells = all(row.get("model") == "in vitro" for row in rows if sides[id(row)] == "for")
        reasons.append("human data" if human else "cells only" if cells else "animals only")
    if against:
        reasons.append(f"{against} against")
    if silent := sum(sides[id(row)] == "" for row in rows):
        reasons.append(f"{_number(silent, 'row')} that cannot tell")
    if not agree:
        return ("Not known" if clause.claim == "no effect" and rows else "None"), reasons
    if 2 * against >= agree:
        return ("Contested" if against else "Weak"), reasons
    if agree >= 3 and human and not against:
        return "Strong", reasons
    return ("Moderate" if agree >= 2 else "Weak"), reasons


def _changes(
    clause: Clause, word: str, rows: list[Cells], voices: list[list[Cells]], sides: Mapping[int, str]
) -> Iterable[str]:
    """What would change a grade: voices without which it falls, and what would lift it."""
    if word in ("Strong", "Moderate", "Weak"):
        needed = []
        for voice in voices:
            rest = [row for row in rows if all(row is not member for member in voice)]
            others = [other for other in voices if other is not voice]
            if LOWEST_FIRST.index(_judge(clause, rest, others, sides)[0]) < LOWEST_FIRST.index(word):
                needed.append(voice[0]["id"])
        if needed:
            yield f"falls without {' or without '.join(needed)}"
    agree = _heard(voices, sides, "for")
    human = any(sides[id(row)] == "for" and _is_human(row) for row in rows)
    if word == "Weak":
        yield "a second group would lift it"
    elif word == "Moderate" and not any(value == "against" for value in sides.values()):
        wanted = [text for text, lacks in (("a third group", agree < 3), ("human data", not human)) if lacks]
        yield f"{' and '.join(wanted)} would lift it"
    elif word == "Not known":
        yield f"an interval that excludes {clause.excludes:g} would lift it"


def _heard(voices: list[list[Cells]], sides: Mapping[int, str], name: str) -> int:
    """How many voices have a row on this side; a published pool of several studies counts as several."""
    total = 0
    for voice in voices:
        here = [row for row in voice if sides[id(row)] == name]
        if here:
            pooled = any(_is_effect(row) and int(row.get("studies") or 1) >= POOLED_VOICES for row in here)
            total += POOLED_VOICES if pooled else 1
    return total


def voices(rows: Sequence[Cells]) -> list[list[Cells]]:
    """Rows that share a laboratory, a reference or patients, together."""
    voices: list[tuple[set, list[Cells]]] = []
    for row in rows:
        names = {(column, row[column]) for column in ("ref", "group", "overlap", "shared_control") if row.get(column)}
        members = [row]
        for voice in [voice for voice in voices if voice[0] & names]:
            voices.remove(voice)
            names, members = names | voice[0], voice[1] + members
        voices.append((names, members))
    return [members for _, members in voices]


def _says(row: Cells) -> str:
    """The direction of a finding; of an effect, the side of 1 on which its whole interval lies, if it lies on one."""
    if not _is_effect(row):
        return direction(row)
    if not (row.get("ci_low") and row.get("ci_high")):
        return ""
    return "higher" if float(row["ci_low"]) > 1 else "lower" if float(row["ci_high"]) < 1 else ""


def _excludes(row: Cells, ratio: float | None) -> bool:
    if ratio is None or not (row.get("ci_low") and row.get("ci_high")):
        return False
    return float(row["ci_low"]) > ratio if ratio < 1 else float(row["ci_high"]) < ratio


def _terms(cell: str) -> list[str]:
    return [term.strip() for term in cell.split(";") if term.strip()]


def _is_effect(row: Cells) -> bool:
    return "estimate" in row


def _is_human(row: Cells) -> bool:
    return _is_effect(row) or row.get("human_data") == "yes"


def _number(count: int, one: str) -> str:
    return f"{count} {one if count == 1 else one + 's'}"
