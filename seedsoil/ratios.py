"""Published ratios turned around, compared with one another, and read on the scale that they were pooled on.

Rows are effects as in `data/effects.csv`, with estimate, ci_low, ci_high and, where not all intervals are 95%, ci_level.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special

__all__ = ["pool_unlogged", "ratio_of_ratios", "scales", "turned"]


def turned(rows: pd.DataFrame, controls: frozenset[str] | set[str]) -> pd.DataFrame:
    """The rows as treatment against control: those whose `intervention` is one of `controls` are turned around.

    Some reports give the hazard of the control over that of the treatment, so that a ratio above 1 favors the treatment.
    Turning exchanges intervention and comparator and takes the reciprocals of the ratio and its bounds.
    """
    rows = rows.copy()
    other_way = rows["intervention"].isin(controls)
    turn = rows[other_way]
    rows.loc[other_way, ["intervention", "comparator"]] = turn[["comparator", "intervention"]].to_numpy()
    rows.loc[other_way, ["estimate", "ci_low", "ci_high"]] = 1 / turn[["estimate", "ci_high", "ci_low"]].to_numpy(dtype=float)
    return rows


def ratio_of_ratios(row: Mapping, other: Mapping) -> dict[str, float]:
    """`row` over `other`, two independent ratios: estimate, ci_low and ci_high (95%).

    The standard error on the log scale is the root of the sum of the two squared ones.
    """
    log = np.log(row["estimate"] / other["estimate"])
    half = special.ndtri(0.975) * np.hypot(_log_error(row), _log_error(other))
    return {"estimate": float(np.exp(log)), "ci_low": float(np.exp(log - half)), "ci_high": float(np.exp(log + half))}


def scales(rows: pd.DataFrame) -> pd.DataFrame:
    """On which scale an interval is symmetric, and what the same relative precision gives on the log scale.

    `raw` and `log` are the upper arm of the interval over the lower one, on each scale: 1 where it is symmetric. For a
    ratio that was pooled without logarithms, `log_low` and `log_high` bound the interval with the log standard error that
    the delta method gives, se / estimate.
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

    All is as in `seedsoil.pool` (Paule and Mandel, Hartung and Knapp) but the logarithm: the standard error is the width
    of the interval on the raw scale. It grows with the ratio itself, so that the larger a ratio, the less it weighs.
    """
    from statsmodels.stats.meta_analysis import combine_effects  # slow to import

    z = special.ndtri(0.5 + rows["ci_level"].to_numpy(dtype=float) / 200)
    variance = ((rows["ci_high"] - rows["ci_low"]).to_numpy(dtype=float) / (2 * z)) ** 2
    fit = combine_effects(rows["estimate"].to_numpy(dtype=float), variance, method_re="pm")
    half = special.stdtrit(len(rows) - 1, 0.975) * np.sqrt(fit.var_hksj_re)
    mean = float(fit.mean_effect_re)
    return {"estimate": mean, "ci_low": mean - float(half), "ci_high": mean + float(half)}


def _log_error(row: Mapping) -> float:
    level = row.get("ci_level", 95)
    return float(np.log(row["ci_high"] / row["ci_low"]) / (2 * special.ndtri(0.5 + level / 200)))
