"""How much evidence stands behind a statement: a grade for each of its clauses, computed from the rows that carry it.

A clause says one thing of one subject: a factor, a cell or an intervention, where it is said so in one organ, cancer or
setting. Only rows on that subject count, so single studies of different things never add up to support for one
sentence. The rules are few and mechanical, so that anyone can compute a grade by hand (`RULES` in
`seedsoil.evidence.judging`); they count and compare rows, do not judge how well a study was done, and are no GRADE
assessment.

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

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from seedsoil.evidence.direction import direction, is_about_spread
from seedsoil.evidence.judging import Grade, Heard, judge, together

Cells = Mapping[str, str]  # of a row, by column

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


def grade(clause: Clause, rows: Iterable[Cells], uncounted: Collection[str]) -> Grade:
    """The grade of a clause carried by `rows`; `uncounted` holds the references that are retracted or reviews."""
    return judge(clause.claim, heard(clause, rows, uncounted), ratio(clause))


def heard(clause: Clause, rows: Iterable[Cells], uncounted: Collection[str]) -> list[Heard]:
    """What the rows say of the clause."""
    return [
        Heard(
            row["id"],
            side(row, clause) if counts(row, uncounted) else "",
            _shared(row),
            POOLED_VOICES if _is_effect(row) and int(row.get("studies") or 1) >= POOLED_VOICES else 1,
            _is_effect(row) or row.get("human_data") == "yes",
            row.get("model") == "in vitro",
            "" if counts(row, uncounted) else "retracted" if row["ref"] in uncounted else "unverified",
        )
        for row in rows
    ]


def voices(rows: Iterable[Cells]) -> list[list[Cells]]:
    """Rows that share a laboratory, a reference or patients, together: each list is one voice."""
    return together(rows, _shared)


def _shared(row: Cells) -> tuple[str, ...]:
    """What makes rows one voice."""
    return tuple(
        f"{column} {row[column]}" for column in ("ref", "group", "overlap", "shared_control") if row.get(column)
    )


def ratio(clause: Clause) -> str:
    """The ratio that a clause of no effect rules out, as it is printed."""
    return "" if clause.excludes is None else f"{clause.excludes:g}"


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
