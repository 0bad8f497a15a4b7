"""The rules of the evidence base that a schema cannot say: what rows owe to each other, to the references and to sense.

`problems` checks every table of the data package. Rows of retracted references may be in the tables, are shown struck
and never count. In a table that breaks its schema, rules on single rows are applied to the rows whose cells they need
are right; rules across rows wait until it is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from seedsoil.evidence import effects, findings, questions, references, searches, theses, thesis_rules, vocabulary
from seedsoil.evidence.names import unknown
from seedsoil.evidence.references import BIBLIOGRAPHY
from seedsoil.files import ROOT
from seedsoil.problem import DataError, Problem
from seedsoil.tables import form, package

NOTES = ("read_at", "note")
# Rules on single rows: the table, the rule, and the columns that it reads.
OF_ROWS: tuple[tuple[str, Callable[[pd.DataFrame], Iterator[Problem]], tuple[str, ...]], ...] = (
    ("effects", effects.intervals, ("estimate", "ci_low", "ci_high", "ci_level", "note")),
    ("effects", effects.p_values, ("estimate", "ci_low", "ci_high", "ci_level", "p", "note")),
    ("effects", effects.patients, ("n", "n_whole", "note")),
    ("effects", effects.errors_from_p, ("se_from", "ci_low", "p")),
    ("effects", effects.compared, ("intervention", "comparator")),
    ("effects", effects.sites, ("site", "site_versus")),
    ("findings", findings.knockouts, ("source", "perturbation", "species", "model")),
    ("findings", findings.noted_gaps, (*findings.GAPS, "note")),
    ("findings", findings.human_data, ("species", "model", "human_data")),
    ("findings", findings.stages, ("organ", "stage", "outcome_of")),
)
# The same, for rules that also need the vocabulary.
OF_TERMS: tuple[tuple[str, Callable[..., Iterator[Problem]], tuple[str, ...]], ...] = (
    ("effects", effects.terms, ("cancer",)),
    *(("findings", findings.terms, (column,)) for column in findings.KINDS),
    ("findings", findings.associations, ("target", "perturbation", "outcome_of", "model", "finding")),
)


def problems(root: Path = ROOT) -> list[Problem]:
    """Everything that is wrong with the tables below `root`, in the order of files and lines."""
    try:
        resources = {table["name"]: table for table in package.package(root)["resources"]}
    except DataError as error:
        return list(error.problems)
    found: list[Problem] = []
    frames: dict[str, pd.DataFrame] = {}  # tables in which every cell is right
    broken: dict[str, DataError] = {}
    for name, table in resources.items():
        try:
            found += form.saved(f"data/{table['path']}", root)
            frames[name] = package.located(name, root)
        except DataError as error:
            found += error.problems
            broken[name] = error
    rest = frames | {name: error.rest for name, error in broken.items() if error.rest is not None}
    entries = references.entries(root)
    for name, frame in rest.items():
        label = f"data/{resources[name]['path']}"
        found += form.dates(label, frame)
        found += _notes(label, right(frame, NOTES, broken.get(name)))
        found += _foreign_keys(label, frame, resources[name]["schema"].get("foreignKeys", ()), frames, entries or ())
    for name, rule, columns in OF_ROWS:
        if name in rest:
            found += rule(right(rest[name], columns, broken.get(name)))
    for name, rule, columns in OF_TERMS:
        if name in rest and "vocabulary" in frames:
            found += rule(right(rest[name], columns, broken.get(name)), frames["vocabulary"])
    rules: dict[Callable[..., Iterator[Problem]], tuple[str, ...]] = {
        effects.told_twice: ("effects",),
        effects.studies: ("effects",),
        findings.own_ids: ("findings", "effects"),
        findings.relations: ("findings",),
        findings.replications: ("findings",),
        findings.one_name: ("findings",),
        findings.entered_twice: ("findings",),
        searches.claims: (searches.TABLE,),
        partial(searches.sides, frames=rest): (searches.OF_SIDES, "findings", "vocabulary"),
        questions.outcomes: (questions.TABLE,),
        questions.rows: (questions.TABLE, "findings", "effects"),
        questions.terms: (questions.TABLE, "vocabulary"),
        partial(questions.chapters, root=root): (questions.TABLE,),
        thesis_rules.rules: (theses.TESTS,),
        partial(thesis_rules.pages, root=root): (theses.TESTS,),
        thesis_rules.questions: (theses.THESES, questions.TABLE),
        vocabulary.vocabulary_terms: ("vocabulary",),
        vocabulary.names: ("vocabulary",),
        vocabulary.identifiers: ("vocabulary",),
        partial(vocabulary.double_agents, retracted=references.retracted(root)): ("findings", "vocabulary"),
    }
    for rule, names in rules.items():
        needed = [frames.get(name) for name in names]
        if all(frame is not None for frame in needed):
            found += rule(*needed)
    if "references_read" in frames and entries is not None:
        found += references.read_somewhere(frames["references_read"], entries)
        found += references.notices(frames["references_read"], references.retracted(root))
    return sorted(found)


def right(frame: pd.DataFrame, columns: Iterable[str], error: DataError | None) -> pd.DataFrame:
    """The columns alone, without the rows that have a wrong cell in one of them."""
    shown = [column for column in columns if column in frame]
    if error is None:
        return frame[shown]
    wrong = {problem.line for problem in error.problems if problem.column in shown}
    return frame.loc[~frame.index.isin(wrong), shown]


def _foreign_keys(
    label: str, frame: pd.DataFrame, keys: Iterable[dict], frames: Mapping[str, pd.DataFrame], references: Iterable[str]
) -> Iterator[Problem]:
    """What a column says of another table is in that table."""
    for key in keys:
        (column,), target, (other,) = key["fields"], key["reference"]["resource"], key["reference"]["fields"]
        if target not in frames:
            continue
        known, expected, mend = (
            set(frames[target][other]),
            f"a {other} of the table {target}",
            "add it, or correct the cell",
        )
        if target == "references_read":
            # A reference that nobody read is reported once, and not for each row that cites it.
            known.update(references)
            expected, mend = f"a key of {BIBLIOGRAPHY}", "add the reference, or correct the key"
        strangers = frame.loc[~frame[column].isin(known), column].dropna()
        yield from unknown(label, strangers, expected, known, mend)


def _notes(label: str, frame: pd.DataFrame) -> Iterator[Problem]:
    if set(NOTES) <= set(frame.columns):
        for line in frame.index[(frame["read_at"] == "unverified") & frame["note"].isna()]:
            yield Problem(
                label,
                line,
                "note",
                "an unverified row without a note",
                "the reason",
                "say what could not be checked",
                "unverified-without-note",
            )
