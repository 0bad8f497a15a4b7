"""How much evidence stands behind a statement: a grade computed from the rows that carry it.

The rules are few and mechanical, so that anyone can compute a grade by hand and see what would change it (`RULES`).
They count and compare rows; they do not judge how well a study was done, and are no GRADE assessment.

- A row counts unless its reference is retracted or it is `unverified`.
- Counted rows that share a reference, an `overlap` or a `shared_control` group are one study: independent evidence is
  counted once.
- Two findings disagree when factor, organ and stage are the same and the direction is not; two effects, when
  intervention and endpoint are the same and their intervals lie on opposite sides of 1. The same factor acting
  otherwise in another organ or at another stage is no disagreement.
- A study is contested when one of its rows disagrees with another row of the statement, or when a row that counts is
  recorded as contradicting it (`relation`, `related_to`), wherever that row is used.
- A statement is replicated when one of its rows replicates, or is replicated by, a counted row of another reference,
  or when two of its studies agree on the same subject.
- Human data: an effect, or a finding with `human_data` yes.

Rows are mappings of column to text, as in `findings.csv` and `effects.csv`; a column that a row lacks is empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

Row = Mapping[str, str]

RULES = (
    ("Strong", "at least three independent studies, human data among them, none contested"),
    (
        "Moderate",
        "at least three independent studies, more than half of them not contested; "
        "or two, neither contested, with human data or replicated",
    ),
    ("Weak", "any other evidence that counts"),
    ("None", "no row that counts: none given, or all retracted or unverified"),
)


@dataclass(frozen=True)
class Grade:
    """A word of `RULES`, and the facts that led to it; printed as "Moderate: 4 studies, animals only, 1 contested"."""

    word: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.word}: {', '.join(self.reasons)}"


def grade(rows: Iterable[Row], evidence: Iterable[Row], retracted: Collection[str]) -> Grade:
    """The grade of a statement carried by `rows`.

    `evidence` holds all rows of the book, for those that contradict or replicate; `retracted` the keys of retracted
    references.
    """
    rows, evidence = list(rows), list(evidence)
    counted = [row for row in rows if counts(row, retracted)]
    studies = _studies(counted)
    disagreeing = _disagreeing(counted)
    doubted = disagreeing | opponents(evidence, retracted).keys()
    contested = sum(any(row["id"] in doubted for row in study) for study in studies)
    human = any(_is_human(row) for row in counted)
    replicated = _is_replicated(counted, studies, [row for row in evidence if counts(row, retracted)])

    reasons = [_number(len(studies), "study", "studies")]
    if counted:
        reasons.append("human data" if human else "cells only" if all(map(_is_culture, counted)) else "animals only")
    if replicated:
        reasons.append("replicated")
    if contested:
        reasons.append(f"{contested} contested")
    if disagreeing:
        reasons.append("directions differ")
    for word, left_out in (
        ("retracted", [row for row in rows if row["ref"] in retracted]),
        ("unverified", [row for row in rows if row["ref"] not in retracted and not counts(row, retracted)]),
    ):
        if left_out:
            reasons.append(f"{_number(len(left_out), 'row')} {word} and not counted")
    return Grade(_word(len(studies), contested, human, replicated), tuple(reasons))


def counts(row: Row, retracted: Collection[str]) -> bool:
    """Whether a row is evidence: read at its source, and its reference not retracted."""
    return row.get("read_at") != "unverified" and row["ref"] not in retracted


def opponents(evidence: Iterable[Row], retracted: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Ids of the contradicted rows, each with the ids of the counted rows against it, whichever of the two says so."""
    counted = {row["id"]: row for row in evidence if counts(row, retracted)}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, row in counted.items():
        if row.get("relation") == "contradicts":
            for other in related(row):
                if other in counted:
                    found[name].add(other)
                    found[other].add(name)
    return {name: tuple(sorted(others)) for name, others in sorted(found.items())}


def related(row: Row) -> list[str]:
    """The ids in `related_to`."""
    return [name.strip() for name in row.get("related_to", "").split(";") if name.strip()]


def _word(studies: int, contested: int, human: bool, replicated: bool) -> str:
    if studies >= 3 and human and not contested:
        return "Strong"
    if (studies >= 3 and contested < studies / 2) or (studies == 2 and not contested and (human or replicated)):
        return "Moderate"
    return "Weak" if studies else "None"


def _studies(rows: list[Row]) -> list[list[Row]]:
    """Rows that share a reference or a group, together."""
    studies: list[tuple[set, list[Row]]] = []
    for row in rows:
        names = {(column, row[column]) for column in ("ref", "overlap", "shared_control") if row.get(column)}
        members = [row]
        for study in [study for study in studies if study[0] & names]:
            studies.remove(study)
            names, members = names | study[0], study[1] + members
        studies.append((names, members))
    return [members for _, members in studies]


def _subject(row: Row) -> tuple[str, ...] | None:
    """What a direction is about; None where the row does not say enough to be compared."""
    columns = ("intervention", "endpoint") if _is_effect(row) else ("factor", "organ", "stage")
    subject = tuple(row.get(column, "") for column in columns)
    return subject if subject[0] not in ("", "-") else None


def _direction(row: Row) -> str:
    """The direction of a finding; of an effect, the side of 1 on which its whole interval lies, if there is one."""
    if not _is_effect(row):
        return row.get("direction", "")
    if not (row.get("ci_low") and row.get("ci_high")):
        return ""
    return "above 1" if float(row["ci_low"]) > 1 else "below 1" if float(row["ci_high"]) < 1 else ""


def _pairs(rows: list[Row]) -> Iterable[tuple[Row, Row, bool]]:
    """Pairs of rows on the same subject, and whether their directions agree."""
    for one, other in combinations(rows, 2):
        if _subject(one) and _subject(one) == _subject(other) and _direction(one) and _direction(other):
            yield one, other, _direction(one) == _direction(other)


def _disagreeing(rows: list[Row]) -> set[str]:
    return {row["id"] for one, other, agree in _pairs(rows) if not agree for row in (one, other)}


def _is_replicated(rows: list[Row], studies: list[list[Row]], evidence: list[Row]) -> bool:
    study = {row["id"]: number for number, members in enumerate(studies) for row in members}
    if any(agree and study[one["id"]] != study[other["id"]] for one, other, agree in _pairs(rows)):
        return True
    by_id = {row["id"]: row for row in evidence}
    replications = [
        (row, by_id[name])
        for row in evidence
        if row.get("relation") == "replicates"
        for name in related(row)
        if name in by_id and by_id[name]["ref"] != row["ref"]
    ]
    return any(row["id"] in study for pair in replications for row in pair)


def _is_effect(row: Row) -> bool:
    return "estimate" in row


def _is_human(row: Row) -> bool:
    return _is_effect(row) or row.get("human_data") == "yes"


def _is_culture(row: Row) -> bool:
    return row.get("model") == "in vitro"


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
