"""Which rows of the effects enter a pool, and why the others do not.

`pool` refuses rows that do not belong together; this decides beforehand, by one rule for all pools of a chapter, and
keeps the rows it leaves out, each with the reason.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

__all__ = ["screen"]

AT_THE_SOURCE = ("abstract", "full text", "table")


def screen(rows: pd.DataFrame, studies: Collection[str], read_at: Collection[str] = AT_THE_SOURCE) -> pd.DataFrame:
    """`rows` of the effects with a column `left_out`: empty for those to pool, else the one reason against the row.

    `studies` holds the arms and reports that were chosen, as named in the column `study`: one of each trial, so that no
    patient is counted twice. `read_at` says how a row must have been read. The reasons, the first that holds: "not
    read" (`read_at` is unverified), "no interval", "other arm or report" (not among `studies`), "read in a summary
    only" (any other reading that is not in `read_at`).

    Raises ValueError for a name in `studies` that no row bears, and if `read_at` admits unverified rows.
    """
    if unknown := set(studies) - set(rows["study"]):
        raise ValueError(f"found no rows of {', '.join(sorted(unknown))}, expected names of the column study")
    if "unverified" in read_at:
        raise ValueError("found unverified in read_at, expected ways of reading; an unverified row is never pooled")
    reasons = {
        "not read": rows["read_at"] == "unverified",
        "no interval": rows[["ci_low", "ci_high"]].isna().any(axis=1),
        "other arm or report": ~rows["study"].isin(studies),
        "read in a summary only": ~rows["read_at"].isin(read_at),
    }
    left_out = pd.Series("", index=rows.index)
    for reason, holds in reversed(reasons.items()):
        left_out[holds] = reason
    return rows.assign(left_out=left_out)
