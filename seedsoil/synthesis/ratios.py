"""Published ratios turned around, compared with one another, and read on the scale that they were pooled on.

Rows are effects as in `data/effects.csv`, with estimate, ci_low, ci_high and, where not all intervals are 95%,
ci_level.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special, stats

from seedsoil.synthesis.pooling import random_effects

__all__ = ["log_and_se", "pool_unlogged", "ratio_of_ratios", "scales", "turned"]


def turned(rows: pd.DataFrame, controls: frozenset[str] | set[str]) -> pd.DataFrame:
    """The rows as treatment against control: those whose `intervention` is one of `controls` are turned around.

    Some reports give the hazard of the control over that of the treatment, so that a ratio above 1 favors the
    treatment. Turning exchanges intervention and comparator and takes the reciprocals of the ratio and its bounds.
    """
    rows = rows.copy()
    other_way = rows["intervention"].isin(controls)
    turn = rows[other_way]
    rows.loc[other_way, ["intervention", "comparator"]] = turn[["comparator", "intervention"]].to_numpy()
    rows.loc[other_way, ["estimate", "ci_low", "ci_high"]] = 1 / turn[["estimate", "ci_high", "ci_low"]].to_numpy(
        dtype=float
    )
    return rows


def ratio_of_ratios(one: Mapping | pd.Series, other: Mapping | pd.Series) -> pd.Series:
    """The ratio `one` over the ratio `other`: estimate, ci_low and ci_high (95%), z and two-sided p.

    "Significant in one group and not in the other" is no answer to whether they differ; this is.
    Each has estimate, ci_low, ci_high and, if it is not 95, ci_level (percent), and its standard error is the width of
    its interval on the log scale. The two are taken to be independent: no patient may be in both.
    Raises ValueError where an interval is missing or has no width.
    """
    log, se = zip(*(log_and_se(row) for row in (one, other)), strict=True)
    difference, error = log[0] - log[1], float(np.hypot(*se))
    z = difference / error
    half = stats.norm.ppf(0.975) * error
    low, middle, high = np.exp([difference - half, difference, difference + half])
    return pd.Series({"estimate": middle, "ci_low": low, "ci_high": high, "z": z, "p": 2 * stats.norm.sf(abs(z))})


def scales(rows: pd.DataFrame) -> pd.DataFrame:
    """On which scale an interval is symmetric, and what the same relative precision gives on the log scale.

    `raw` and `log` are the upper arm of the interval over the lower one, on each scale: 1 where it is symmetric. For a
    ratio that was pooled without logarithms, `log_low` and `log_high` bound the interval with the log standard error
    that the delta method gives, se / estimate.
    """
    estimate, low, high = (rows[name].to_numpy(dtype=float) for name in ("estimate", "ci_low", "ci_high"))
    half = (high - low) / 2 / estimate
    return rows.assign(
        raw=(high - estimate) / (estimate - low),
        log=np.log(high / estimate) / np.log(estimate / low),
        log_low=estimate * np.exp(-half),
        log_high=estimate * np.exp(half),
    )


def pool_unlogged(rows: pd.DataFrame) -> dict[str, float]:
    """Pool ratios as if they were differences: `estimate`, `ci_low`, `ci_high`. Shown to be compared, not to be used.

    All is as in `seedsoil.pool` (Paule and Mandel, Hartung and Knapp) but the logarithm: the standard error is the
    width of the interval on the raw scale. It grows with the ratio itself, so that the larger a ratio, the less it
    weighs.
    """
    z = special.ndtri(0.5 + rows["ci_level"].to_numpy(dtype=float) / 200)
    variance = ((rows["ci_high"] - rows["ci_low"]).to_numpy(dtype=float) / (2 * z)) ** 2
    mean, half, _, _ = random_effects(rows["estimate"].to_numpy(dtype=float), variance)
    return {"estimate": mean, "ci_low": mean - half, "ci_high": mean + half}


def log_and_se(row: Mapping | pd.Series) -> tuple[float, float]:
    """The log ratio of a row and its standard error, from the width of its interval at its own level."""
    low, high, level = float(row["ci_low"]), float(row["ci_high"]), float(row.get("ci_level", 95))
    if not 0 < low < high < np.inf:
        raise ValueError(f"found an interval from {low:g} to {high:g}, expected one above 0 of some width")
    return float(np.log(row["estimate"])), float(np.log(high / low) / (2 * special.ndtri(0.5 + level / 200)))
