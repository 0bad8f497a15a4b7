"""Which way a finding speaks: computed from what was done to the factor and what became of the outcome, never typed.

A row says how the factor (or the source cell, where no factor is named) was changed, and whether there was then more or
less of what the row is about. What follows is the direction of the factor itself: towards the tumor or against it. So
an antibody against PD-1 that helped patients says that PD-1 promotes, and cannot be entered the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

CHANGES = {  # what was done to the factor
    **dict.fromkeys(("knockout", "knockdown", "antibody", "inhibitor", "depletion", "lowered"), "lowered"),
    **dict.fromkeys(("overexpression", "addition", "agonist", "raised"), "raised"),
    **dict.fromkeys(("none", "not stated"), "observed"),
}
SPREAD = ("metastasis", "dissemination", "outgrowth", "dormancy")  # outcomes that count for or against metastasis
GOOD = (  # outcomes of which the host wants more
    "dormancy",
    "survival of patients",
    "survival of animals",
    "response to treatment",
    "immune attack",
)
SIGNS = {1: "promotes", -1: "restrains", 0: "no effect"}


def change(row: Mapping[str, str]) -> str:
    """Whether the factor of a finding was raised, lowered or only observed."""
    return CHANGES[row["perturbation"]]


def direction(row: Mapping[str, str]) -> str:
    """`promotes`, `restrains` or `no effect`: what the factor of a finding does for the tumor, on its outcome.

    An observation speaks of what goes with more of the factor.
    """
    sign = {"more": 1, "less": -1, "same": 0}[row["outcome"]]
    if change(row) == "lowered":
        sign = -sign
    return SIGNS[-sign if row["outcome_of"] in GOOD else sign]


def is_about_spread(row: Mapping[str, str]) -> bool:
    """Whether a finding counts for or against metastasis: vessel growth, EMT or a marker is not metastasis."""
    return row["outcome_of"] in SPREAD


def directions(findings: pd.DataFrame) -> pd.Series:
    """The direction of each row of `findings`."""
    return findings.apply(direction, axis=1)
