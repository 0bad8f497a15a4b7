"""Searches behind statements of absence: three different queries at least, for the same claim of the same page."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from seedsoil.problem import Problem, quoted

SEARCHES, TABLE = "data/tables/absence_searches.csv", "absence_searches"
QUERIES = 3  # different ones, before a page may say that nothing was found


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
