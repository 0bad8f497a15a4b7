"""What the numbers of an effect owe to each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from seedsoil.problem import Problem

EFFECTS = "data/effects.csv"
ASYMMETRY = 0.12  # largest difference of the arms of an interval on the log scale, as a share of their mean


def intervals(effects: pd.DataFrame) -> Iterator[Problem]:
    """Confidence intervals are whole, the right way round, about their estimate, and symmetric on the log scale."""
    estimate, low, high, level = (effects[column] for column in ("estimate", "ci_low", "ci_high", "ci_level"))
    for column, other in (("ci_low", high), ("ci_high", low)):
        for line in effects.index[effects[column].isna() & other.notna()]:
            yield Problem(
                EFFECTS,
                line,
                column,
                "one end of an interval",
                "both ends or none",
                "fill in the other end",
                "half-interval",
            )
    some, whole = low.notna() | high.notna(), low.notna() & high.notna()
    for line in effects.index[some & level.isna()]:
        yield Problem(
            EFFECTS,
            line,
            "ci_level",
            "an interval without its level",
            "a level in percent, as 95",
            "fill it in",
            "interval-without-level",
        )
    for line in effects.index[~some & level.notna()]:
        yield Problem(
            EFFECTS,
            line,
            "ci_level",
            "a level without an interval",
            "an interval",
            "fill it in, or remove the level",
            "level-without-interval",
        )

    reversed_ = whole & (low > high)
    for line in effects.index[reversed_]:
        found = f"the reversed interval {low[line]:g} to {high[line]:g}"
        yield Problem(EFFECTS, line, "ci_low", found, "the lower end first", "exchange the two", "reversed-interval")
    outside = whole & ~reversed_ & ((estimate < low) | (estimate > high))
    for line in effects.index[outside]:
        found = f"{estimate[line]:g} outside its interval {low[line]:g} to {high[line]:g}"
        yield Problem(
            EFFECTS,
            line,
            "estimate",
            found,
            "ci_low ≤ estimate ≤ ci_high",
            "correct it from the source",
            "estimate-outside",
        )

    with np.errstate(divide="ignore", invalid="ignore"):
        above, below = np.log(high / estimate), np.log(estimate / low)
        difference = (above - below).abs() / ((above + below) / 2)
    # An interval from 0 has no lower arm on the log scale, and one of no width has no arms.
    skew = whole & ~reversed_ & ~outside & effects["note"].isna() & (low < high) & ~(difference <= ASYMMETRY)
    for line in effects.index[skew]:
        found = f"an interval that reaches {above[line]:.2g} up and {below[line]:.2g} down on the log scale"
        mend = "correct it from the source, or say in the note that it is printed so"
        yield Problem(
            EFFECTS,
            line,
            "ci_low,ci_high",
            found,
            f"arms within {ASYMMETRY:.0%} of each other, or a note",
            mend,
            "skew-interval",
        )
