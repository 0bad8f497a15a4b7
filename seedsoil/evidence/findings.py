"""What a finding owes to the vocabulary and to the findings that it is related to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from seedsoil.evidence.effects import EFFECTS
from seedsoil.evidence.names import by_cell, unknown
from seedsoil.evidence.vocabulary import VOCABULARY
from seedsoil.problem import Problem, nearest, quoted

FINDINGS = "data/findings.csv"
NONE, SEPARATOR = "-", "; "
# The columns of a finding that hold terms, and the kinds of term that each may hold.
KINDS = {
    "process": ("process",),
    "source": ("cell",),
    "factor": ("factor",),
    "target": ("cell", "factor", "target"),
    "organ": ("organ",),
    "stage": ("stage",),
    "model": ("model",),
}
MAY_BE_NONE = ("source", "factor", "target")


def own_ids(findings: pd.DataFrame, effects: pd.DataFrame) -> Iterator[Problem]:
    """Prose binds to findings and effects by id alone."""
    lines = {name: line for line, name in effects["id"].items()}
    for line, name in findings.loc[findings["id"].isin(lines), "id"].items():
        found = f"{quoted(name)}, the id of line {lines[name]} of {EFFECTS}"
        yield Problem(FINDINGS, line, "id", found, "an id of its own", "rename one of the two", "id-of-two-rows")


def terms(findings: pd.DataFrame, vocabulary: pd.DataFrame) -> Iterator[Problem]:
    """Every term is in the vocabulary, under the right kind."""
    kind_of = dict(zip(vocabulary["term"], vocabulary["kind"], strict=True))
    for column, kinds in KINDS.items():
        proposed = proposals(vocabulary[vocabulary["kind"].isin(kinds)])
        known = set(proposed.values())
        expected = f"a term of kind {' or '.join(kinds)} in {VOCABULARY}"

        def faults(cell: str) -> Iterator[tuple[str, str, str, str]]:
            terms = cell.split(SEPARATOR)
            if cell == NONE and column in MAY_BE_NONE:
                return
            for term, count in Counter(terms).items():
                if term not in known:
                    is_other = f", of kind {kind_of[term]}" if term in kind_of else ""
                    mend = nearest(
                        term,
                        proposed,
                        f"add the term to {VOCABULARY}, or correct it",
                        f"A new term goes to {VOCABULARY}",
                    )
                    if ";" in term:
                        mend = f'separate terms with "{SEPARATOR}"'
                    yield quoted(term) + is_other, expected, mend, "unknown-term"
                elif count > 1:
                    yield f"{quoted(term)} {count} times", "each term once", "remove the others", "repeated-term"

        yield from by_cell(FINDINGS, findings[column], faults)


def proposals(terms: pd.DataFrame) -> dict[str, str]:
    """The term to propose for each term, label and synonym."""
    proposals = {}
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
