"""Searches that are written down: those behind a statement of absence, three different queries at least for the same
claim of the same page; and those for either side of each kind of cell, family of factors and organ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from seedsoil.evidence.findings import FINDINGS
from seedsoil.evidence.names import unknown
from seedsoil.evidence.vocabulary import SEPARATOR, VOCABULARY
from seedsoil.problem import Problem, quoted

SEARCHES, TABLE = "data/tables/absence_searches.csv", "absence_searches"
QUERIES = 3  # different ones, before a page may say that nothing was found
SIDES, OF_SIDES = "data/tables/sides_searched.csv", "sides_searched"
OTHER_SIDE = {"promoting": "restraining", "restraining": "promoting"}
BOTH = ("both sides", "no effect")  # a search that says so speaks to either side
KINDS = ("cell", "factor", "organ")
# Sources that no search by kind of cell can be for: tumor cells, and cells of the host whose kind is not told.
NO_KIND = {
    *("tumor cell", "cancer stem cell", "metastasis-initiating cell"),
    *("host tissue", "stromal cell", "adaptive immune cell", "innate immune cell"),
}


def claims(searches: pd.DataFrame) -> Iterator[Problem]:
    for claim, rows in searches.groupby("claim_id"):
        first = rows.index[0]
        if (asked := rows["query"].str.casefold().nunique()) < QUERIES:
            found = f"{asked} queries for {quoted(claim)}" if asked > 1 else f"one query for {quoted(claim)}"
            mend = "search again in other words, or say what was read instead"
            yield Problem(SEARCHES, first, "query", found, f"{QUERIES} different ones at least", mend, "few-queries")
        for column in ("chapter", "claim"):
            for line in rows.index[rows[column] != rows[column][first]]:
                found = f"{quoted(rows[column][line])} beside {quoted(rows[column][first])} in line {first}"
                mend = "make them the same, or give the claim a name of its own"
                yield Problem(SEARCHES, line, column, found, "one for each claim", mend, "claim-of-two-kinds")


def sides(
    subjects: pd.DataFrame, findings: pd.DataFrame, vocabulary: pd.DataFrame, frames: Mapping[str, pd.DataFrame]
) -> Iterator[Problem]:
    """Each side of a subject rests on searches of the tables in `frames`, and each cell that acts is of a subject.

    That neither side is empty, the schema says.
    """
    known = set(vocabulary.loc[vocabulary["kind"].isin(KINDS), "term"])
    terms = subjects["terms"].str.split(SEPARATOR).explode()
    strange = terms[~terms.isin(known | {"-"})]
    expected = f"a term of kind {' or '.join(KINDS)} in {VOCABULARY}"
    yield from unknown(SIDES, strange, expected, sorted(known), "add the term, or correct it", "unknown-term")
    purposes = {
        f"{name}/{row}": purpose
        for name, frame in frames.items()
        if {"id", "query", "purpose"} <= set(frame)
        for row, purpose in zip(frame["id"], frame["purpose"], strict=True)
    }
    for side, other in OTHER_SIDE.items():
        cited = subjects[side].str.split(SEPARATOR).explode()
        expected = "a search, as its table and id"
        strange = cited[~cited.isin(purposes)]
        yield from unknown(SIDES, strange, expected, sorted(purposes), "write the search down", "unknown-search")
        for line, name in cited[cited.isin(purposes)].items():
            purpose = purposes[name]
            if other in purpose and not any(word in purpose for word in (side, *BOTH)):
                found = f"{quoted(name)}, whose purpose is {quoted(purpose)}"
                mend = "name a search for this side, or search for it"
                yield Problem(SIDES, line, side, found, f"a search for the {side} side", mend, "search-of-other-side")
    cells = set(vocabulary.loc[vocabulary["kind"] == "cell", "term"]) - NO_KIND - set(terms)
    sources = findings["source"].str.split(SEPARATOR).explode()
    for line, cell in sources[sources.isin(cells)].items():
        mend = f"search for both sides of the cell, and name it in {SIDES}"
        yield Problem(FINDINGS, line, "source", quoted(cell), "a cell that was searched for", mend, "cell-not-searched")
