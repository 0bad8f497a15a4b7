"""The rules of the evidence base that a schema cannot say: what rows owe to each other, to the references and to sense.

`problems` checks every table of the data package. Rows of retracted references may be in the tables, are shown struck
and never count. A table that breaks its schema is told by its schema alone, and the rules that need it wait until it is
mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pandas as pd

from seedsoil.evidence import effects, findings, references, searches, vocabulary
from seedsoil.evidence.names import unknown
from seedsoil.evidence.references import BIBLIOGRAPHY
from seedsoil.files import ROOT
from seedsoil.problem import DataError, Problem
from seedsoil.tables import form, package


def problems(root: Path = ROOT) -> list[Problem]:
    """Everything that is wrong with the tables below `root`, in the order of files and lines."""
    try:
        resources = {table["name"]: table for table in package.package(root)["resources"]}
    except DataError as error:
        return list(error.problems)
    found: list[Problem] = []
    frames: dict[str, pd.DataFrame] = {}
    for name, table in resources.items():
        try:
            found += form.saved(f"data/{table['path']}", root)
            frames[name] = package.located(name, root)
        except DataError as error:
            found += error.problems
    entries = references.entries(root)
    for name, frame in frames.items():
        label = f"data/{resources[name]['path']}"
        found += form.dates(label, frame)
        found += _notes(label, frame)
        found += _foreign_keys(label, frame, resources[name]["schema"].get("foreignKeys", ()), frames, entries or ())
    rules: dict[Callable[..., Iterator[Problem]], tuple[str, ...]] = {
        effects.intervals: ("effects",),
        effects.p_values: ("effects",),
        effects.told_twice: ("effects",),
        effects.studies: ("effects",),
        effects.patients: ("effects",),
        effects.errors_from_p: ("effects",),
        effects.sites: ("effects",),
        effects.terms: ("effects", "vocabulary"),
        findings.own_ids: ("findings", "effects"),
        findings.terms: ("findings", "vocabulary"),
        findings.relations: ("findings",),
        findings.noted_gaps: ("findings",),
        findings.entered_twice: ("findings",),
        findings.one_name: ("findings",),
        searches.claims: (searches.TABLE,),
        vocabulary.vocabulary_terms: ("vocabulary",),
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
    if {"read_at", "note"} <= set(frame.columns):
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
