"""What a finding owes to the vocabulary and to the findings that it is related to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from seedsoil.evidence.direction import direction
from seedsoil.evidence.effects import EFFECTS
from seedsoil.evidence.names import by_cell, unknown
from seedsoil.evidence.vocabulary import SEPARATOR, VOCABULARY
from seedsoil.problem import Problem, nearest, quoted

FINDINGS = "data/findings.csv"
NONE, NOT_STATED = "-", "not stated"
# The columns of a finding that hold terms, and the kinds of term that each may hold.
KINDS = {
    "process": ("process",),
    "source": ("cell",),
    "factor": ("factor",),
    "target": ("cell", "factor", "target"),
    "organ": ("organ",),
    "stage": ("stage",),
    "model": ("model",),
    "cancer": ("cancer",),
}
MAY_BE_NONE = ("source", "factor", "target", "organ", "stage", "cancer", "model")
SILENT = r"not (?:in the abstract|stated|told|given|named|printed)|inferred|assumed"
GAPS = {
    "species": "[Ss]pecies",
    "model": "[Mm]odel",
    "organ": "[Oo]rgan|[Ss]ite",
    "cancer": "[Cc]ancer",
    "stage": "[Ss]tage",
}
MAY_BE_SILENT = ("organ", "stage", "cancer", "model", "species")  # where what was read does not say
OF_PATIENTS = ("survival of patients", "recurrence")  # outcomes with which what is seen in a tumor may go
PRIMARY_SITE = "primary site"
AWAY = ("pre-metastatic", "arrival", "outgrowth", "established")  # stages that no tumor has where it arose


def own_ids(findings: pd.DataFrame, effects: pd.DataFrame) -> Iterator[Problem]:
    """Prose binds to findings and effects by id alone."""
    lines = {name: line for line, name in effects["id"].items()}
    for line, name in findings.loc[findings["id"].isin(lines), "id"].items():
        found = f"{quoted(name)}, the id of line {lines[name]} of {EFFECTS}"
        yield Problem(FINDINGS, line, "id", found, "an id of its own", "rename one of the two", "id-of-two-rows")


def terms(findings: pd.DataFrame, vocabulary: pd.DataFrame) -> Iterator[Problem]:
    """Every term is in the vocabulary, under the right kind; `-` and `not stated` are no terms."""
    for column in KINDS.keys() & set(findings):
        yield from by_cell(FINDINGS, findings[column], _TermFaults(column, KINDS[column], vocabulary))


class _TermFaults:
    """What is wrong with a cell of `column`, whose terms are of `kinds`."""

    def __init__(self, column: str, kinds: tuple[str, ...], vocabulary: pd.DataFrame):
        self.column = column
        self.kind_of = dict(zip(vocabulary["term"], vocabulary["kind"], strict=True))
        self.proposals = proposals(vocabulary[vocabulary["kind"].isin(kinds)])
        self.known = set(self.proposals.values()) | ({NOT_STATED} if column in MAY_BE_SILENT else set())
        self.expected = f"a term of kind {' or '.join(kinds)} in {VOCABULARY}"

    def __call__(self, cell: str) -> Iterator[tuple[str, str, str, str]]:
        if cell == NONE and self.column in MAY_BE_NONE:
            return
        for term, count in Counter(cell.split(SEPARATOR)).items():
            if term not in self.known:
                is_other = f", of kind {self.kind_of[term]}" if term in self.kind_of else ""
                add = f"add the term to {VOCABULARY}, or correct it"
                mend = nearest(term, self.proposals, add, f"A new term goes to {VOCABULARY}")
                if ";" in term:
                    mend = f'separate terms with "{SEPARATOR}"'
                yield quoted(term) + is_other, self.expected, mend, "unknown-term"
            elif count > 1:
                yield f"{quoted(term)} {count} times", "each term once", "remove the others", "repeated-term"


def noted_gaps(findings: pd.DataFrame) -> Iterator[Problem]:
    """A note that says what the abstract lacks beside a cell that holds it all the same."""
    for line, note in findings["note"].dropna().items():
        for column, words in GAPS.items():
            told = re.search(rf"(?:{words})[^.;]{{0,40}}\b(?:{SILENT})", note)
            if told and findings.loc[line, column] not in (NOT_STATED, NONE):
                found = f"{quoted(findings.loc[line, column])} beside the note {quoted(told[0])}"
                mend = "write not stated, or correct the note"
                yield Problem(FINDINGS, line, column, found, "a value that was read", mend, "value-not-read")


def one_name(findings: pd.DataFrame) -> Iterator[Problem]:
    """A group has one name: with more or fewer initials it would be two voices."""
    groups = sorted(set(findings["group"]))
    longer = {short: long for short, long in pairwise(groups) if " " in short and long.startswith(short)}
    for line, name in findings.loc[findings["group"].isin(longer), "group"].items():
        found = f"{quoted(name)} beside {quoted(longer[name])}"
        mend = "write one of the two in every row, or more of the first name if they are two people"
        yield Problem(FINDINGS, line, "group", found, "one name for a group", mend, "group-of-two-names")


def entered_twice(findings: pd.DataFrame) -> Iterator[Problem]:
    """One experiment is one row: the same work, source, factor, target, organ, stage and outcome."""
    subject = ["ref", "source", "factor", "target", "organ", "stage", "outcome_of", "outcome", "perturbation"]
    twins = findings[findings.duplicated(subject, keep=False)]
    for _, rows in twins.groupby(subject):
        first, *others = rows.index
        for line in others:
            found = f"the subject and outcome of {quoted(rows.loc[first, 'id'])} (line {first}) in another row"
            mend = "merge the two, and keep the withdrawn id in data/former_ids.csv; or say in the columns what differs"
            yield Problem(FINDINGS, line, "id", found, "one row for each experiment", mend, "experiment-entered-twice")


def proposals(terms: pd.DataFrame) -> dict[str, str]:
    """The term to propose for each term, label and synonym."""
    proposals: dict[str, str] = {}
    for row in terms.fillna("").itertuples():
        for name in (*row.synonyms.split(SEPARATOR), row.label):
            proposals.setdefault(name, row.term)
    return proposals | {term: term for term in terms["term"]}


def relations(findings: pd.DataFrame) -> Iterator[Problem]:
    """A relation and its rows come together, exist, and are told in both rows when they contradict each other."""
    told, to = findings["relation"].notna(), findings["related_to"].notna()
    for line in findings.index[told & ~to]:
        found = f"{quoted(findings['relation'][line])} without a finding"
        yield Problem(
            FINDINGS,
            line,
            "related_to",
            found,
            "the id of a finding",
            "fill it in, or remove the relation",
            "half-relation",
        )
    for line in findings.index[to & ~told]:
        yield Problem(
            FINDINGS,
            line,
            "relation",
            "a related finding without a relation",
            "one of contradicts, replicates, extends",
            "fill it in, or empty related_to",
            "half-relation",
        )

    ids = set(findings["id"])
    related = findings[told & to].assign(other=lambda rows: rows["related_to"].str.split(SEPARATOR)).explode("other")
    itself = related["other"] == related["id"]
    for line in related.index[itself]:
        yield Problem(
            FINDINGS,
            line,
            "related_to",
            "the row itself",
            "the id of another finding",
            "correct it",
            "related-to-itself",
        )
    missing = ~related["other"].isin(ids)
    strangers = related.loc[missing, "other"].rename("related_to")
    yield from unknown(FINDINGS, strangers, f"an id of {FINDINGS}", ids, "correct the id")

    against = related[(related["relation"] == "contradicts") & ~itself & ~missing]
    pairs = set(zip(against["id"], against["other"], strict=True))
    lines = {name: line for line, name in findings["id"].items()}
    for line, name, other in zip(against.index, against["id"], against["other"], strict=True):
        if (other, name) not in pairs:
            yield Problem(
                FINDINGS,
                line,
                "related_to",
                f"{quoted(other)}, whose row does not say that it contradicts this one",
                "contradictions told in both rows",
                f"add contradicts and {name} to line {lines[other]}",
                "one-sided-contradiction",
            )


def replications(findings: pd.DataFrame) -> Iterator[Problem]:
    """A row that replicates another points the same way."""
    rows = {row["id"]: row for row in findings.to_dict("records")}
    for line, row in zip(findings.index, rows.values(), strict=True):
        if row["relation"] != "replicates":
            continue
        for other in str(row["related_to"]).split(SEPARATOR):
            if other in rows and direction(rows[other]) != direction(row):
                found = f"{direction(row)} in a replication of {quoted(other)}, which says {direction(rows[other])}"
                mend = "write contradicts in both rows, or correct what was done and what came of it"
                yield Problem(FINDINGS, line, "relation", found, "the same direction", mend, "replication-against")


def knockouts(findings: pd.DataFrame) -> Iterator[Problem]:
    """A mouse whose own cells lack a gene is a genetic model, whatever else was done to it."""
    host = ~findings["source"].str.contains("tumor cell") & ~findings["source"].isin((NONE, NOT_STATED))
    mice = (findings["perturbation"] == "knockout") & host & findings["species"].str.contains("mouse")
    for line in findings.index[mice & ~findings["model"].str.contains("genetic")]:
        found = f"{quoted(findings['model'][line])} with a knockout in the {findings['source'][line]} of mice"
        mend = "add genetic, or correct what was done to the factor"
        yield Problem(FINDINGS, line, "model", found, "genetic among the models", mend, "knockout-without-genetic")


def human_data(findings: pd.DataFrame) -> Iterator[Problem]:
    """Human data are of people, who are then among the species, and of patients, who are among the models."""
    told = findings[findings["human_data"] == "yes"]
    for column, word in (("species", "human"), ("model", "patients")):
        for line, cell in told.loc[~told[column].str.contains(word), column].items():
            found = f"{quoted(cell)} in a row with human data"
            mend = f"add {word}, or write no for the human data"
            yield Problem(FINDINGS, line, column, found, f"{word} among them", mend, "human-data-without-patients")


def stages(findings: pd.DataFrame) -> Iterator[Problem]:
    """A tumor where it arose or was implanted has not arrived anywhere, and is no established metastasis."""
    for line, organ, stages_of, outcome_of in findings[["organ", "stage", "outcome_of"]].itertuples():
        is_primary = organ == PRIMARY_SITE
        never = AWAY if is_primary else AWAY[:2] if outcome_of == "tumor growth" else ()
        for stage in stages_of.split(SEPARATOR):
            if stage in never:
                found = f"{quoted(stage)} {'at the primary site' if is_primary else 'of a growing tumor'}"
                mend = "write primary, or correct the organ or the outcome"
                yield Problem(FINDINGS, line, "stage", found, "a stage of the primary", mend, "spread-at-the-primary")


def associations(findings: pd.DataFrame, vocabulary: pd.DataFrame) -> Iterator[Problem]:
    """What goes with the survival of patients does not show on what it acts: a target is one that the finding names."""
    names = [(name.lower(), term) for name, term in proposals(vocabulary).items() if name]
    seen = (findings["perturbation"] == "none") & (findings["model"] == "patients")
    for line, row in findings[seen & findings["outcome_of"].isin(OF_PATIENTS)].iterrows():
        finding = row["finding"].lower()
        told = {term for name, term in names if name in finding}
        for target in row["target"].split(SEPARATOR):
            if target not in {NONE, *told}:
                found = f"{quoted(target)}, which the finding does not name, in an association with {row['outcome_of']}"
                mend = f"write {NONE}, or say in the finding what was seen of it"
                yield Problem(FINDINGS, line, "target", found, "a target that was read", mend, "target-not-told")
