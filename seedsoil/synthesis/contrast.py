"""Do two groups of trials differ? Meta-regression with one two-valued moderator, and standard errors from P values."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special

from seedsoil.synthesis.refusal import APART, refuse

__all__ = ["Contrast", "between_groups", "intervals_from_p"]


@dataclass(frozen=True)
class Contrast:
    """How the mean ratio of one group of trials compares with that of the others.

    `estimate`, `ci_low`, `ci_high`: the ratio of the two mean ratios with its 95% interval; `p`: two-sided; `tau2`: the
    variance of true log ratios within the groups; `k`, `k_group`: trials in all, and in the group.
    """

    estimate: float
    ci_low: float
    ci_high: float
    p: float
    tau2: float
    k: int
    k_group: int


def intervals_from_p(rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` of the effects, those without an interval given the 95% one that ratio and P imply; `from_p` says which.

    The standard error of a log ratio is |log ratio| / z, z the normal quantile of the two-sided P (Cochrane Handbook
    6.5.2.3). Of a P given as a bound ("<0.001") the bound is taken: the error is then too large, and the trial counts
    for less than it should, never for more. Rows without a P, and rows with P = 1, stay as they are.
    """
    rows = rows.copy()
    p = pd.to_numeric(rows["p"].astype(object).astype(str).str.lstrip("<"), errors="coerce").astype(float)
    log = np.log(rows["estimate"].astype(float))
    rows["from_p"] = rows["ci_low"].isna() & (p > 0) & (p < 1) & (log != 0)
    found = rows["from_p"]
    half = special.ndtri(0.975) * (log.abs() / special.ndtri(1 - p / 2))[found]
    rows.loc[found, "ci_low"], rows.loc[found, "ci_high"] = np.exp(log - half), np.exp(log + half)
    rows.loc[found, "ci_level"] = 95.0
    return rows


def between_groups(
    rows: pd.DataFrame,
    of_group: pd.Series,
    retracted: Set[str],
    within: pd.Series | None = None,
    *,
    apart: Mapping[str, str] = APART,
) -> Contrast:
    """Meta-regression of the log ratios of `rows` on `of_group` (boolean, aligned with `rows`).

    Both groups share one variance between trials, Paule and Mandel's; the interval is Knapp and Hartung's on k - 2
    degrees of freedom, never narrower than with a factor of 1. In metafor:
    `rma(yi, sei = sei, mods = ~ group, method = "PM", test = "adhoc")`.

    `within` (aligned too) is a second moderator, say the cancer: each of its values has a mean of its own, and a value
    that occurs in one group alone tells nothing of the ratio.

    Rows are refused as `pooling.pool` refuses them, whose `retracted` and `apart` these are: a study in both groups
    would be compared with itself.

    Raises ValueError as `pooling.pool` does, and for fewer than two trials in either group.
    """
    refuse(rows, retracted, apart, least=4)
    group = of_group.reindex(rows.index).to_numpy(dtype=bool)
    k = len(rows)
    if min(group.sum(), k - group.sum()) < 2:
        raise ValueError(f"found {group.sum()} and {k - group.sum()} trials, expected at least 2 in each group")
    low, high, level = (rows[name].to_numpy(dtype=float) for name in ("ci_low", "ci_high", "ci_level"))
    variance = (np.log(high / low) / (2 * special.ndtri(0.5 + level / 200))) ** 2
    log = np.log(rows["estimate"].to_numpy(dtype=float))
    strata = np.ones((k, 1)) if within is None else pd.get_dummies(within.reindex(rows.index)).to_numpy(dtype=float)
    design = np.column_stack([group, strata])
    free = k - design.shape[1]

    def fit(tau2: float) -> tuple[np.ndarray, np.ndarray, float]:
        weight = 1 / (variance + tau2)
        covariance = np.linalg.inv(design.T * weight @ design)
        mean = covariance @ (design.T * weight @ log)
        return mean, covariance, float(weight @ (log - design @ mean) ** 2)

    spare, tau2 = fit(0)[2] - free, 0.0
    if spare > 0:
        tau2 = optimize.brentq(lambda tau2: fit(tau2)[2] - free, 0, 10, xtol=1e-14)
    mean, covariance, q = fit(tau2)
    se = np.sqrt(covariance[0, 0] * max(1, q / free))
    half = special.stdtrit(free, 0.975) * se
    p = 2 * special.stdtr(free, -abs(mean[0] / se))
    estimate, ci_low, ci_high = np.exp(mean[0] + np.array([0, -half, half])).tolist()
    return Contrast(estimate, ci_low, ci_high, float(p), tau2, k, int(group.sum()))
