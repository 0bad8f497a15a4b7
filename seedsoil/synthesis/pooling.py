"""Meta-analysis of published ratios: one summary, how far the studies disagree, and where the next one may fall.

Rows are effects as in `data/effects.csv`: hazard, odds, risk or rate ratios with confidence intervals. All is
computed on the log scale and given back as ratios.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import special

from seedsoil.synthesis.refusal import APART, ids, refuse

__all__ = ["Pooled", "combine", "cumulative", "leave_one_out", "log_and_variance", "pool", "random_effects"]

METHODS = ("pm", "reml")  # of the variance between studies
LEAST = 3  # rows of a pool
PLACES = 200  # between which peaks of the restricted likelihood are looked for


@dataclass(frozen=True)
class Pooled:
    """A random-effects summary of `k` ratios of one `measure`, with 95% intervals.

    `estimate`, `ci_low`, `ci_high`: the mean ratio. `prediction_low`, `prediction_high`: where the true ratio of a
    further study of the same kind is expected. `tau2`: variance of the true log ratios between studies. `i2`: percent
    of the total variance that `tau2` makes up. `q`: Cochran's statistic, on k - 1 degrees of freedom.
    """

    measure: str
    k: int
    estimate: float
    ci_low: float
    ci_high: float
    prediction_low: float
    prediction_high: float
    tau2: float
    i2: float
    q: float


def pool(
    rows: pd.DataFrame,
    retracted: Set[str],
    *,
    apart: Mapping[str, str] = APART,
    method: str = "pm",
    cautious: bool = True,
) -> Pooled:
    """Pool the ratios of `rows`, one row per independent study; `retracted` holds the keys of retracted references.

    Standard errors come from the width of each row's interval and its `ci_level` (percent). The variance between
    studies is Paule and Mandel's (1982), the interval Hartung and Knapp's (2001) with the modification named below; I2
    is that of Higgins and Thompson (2002) for this variance. The prediction interval is estimate ± t √(tau2 + se²),
    with the se of the interval and, like it, t on k - 1 degrees of freedom. In metafor: `rma(yi, sei=sei, method="PM",
    test="adhoc")` and `predict()`.

    Estimates that lie closer together than chance would have them are no proof of precision. There `tau2` is 0, and the
    se of Hartung and Knapp would be smaller than the studies' own intervals allow (for equal estimates it would be 0);
    the se of the common effect, 1 / √Σ(1 / variance), is taken in its place. So no interval is narrower than that of
    the common effect, and with `tau2` 0 the prediction interval is the confidence interval.

    A reader may ask for others: `method` "reml" for the variance of the restricted likelihood, and `cautious` False for
    the se of Hartung and Knapp as it is (`test="knha"`). The book's own answers are of the first kind.

    Rows of one reference, or of one `study` by its name, may be the same patients twice. They are refused until each
    has a `shared_control` or `overlap` group, or `apart` gives the reason why they are independent, by reference or
    study. Of such a group one row is pooled, unless `apart` says why those of an `overlap` group do not overlap, as two
    strata of one trial.

    Raises ValueError, naming each row by its id, for fewer than three rows, a row twice, an unverified row, a retracted
    reference, two rows of one `shared_control` or `overlap` group, two rows of one reference or study without group or
    reason, more than one measure, and a row without an interval to compute with. No row is
    ever left out in silence.
    """
    refuse(rows, retracted, apart, least=LEAST)
    return _combine(rows, method, cautious)


def leave_one_out(rows: pd.DataFrame, retracted: Set[str], *, apart: Mapping[str, str] = APART) -> pd.DataFrame:
    """Pool all rows but one, each in turn: a row for each id `omitted`, with the fields of `Pooled` as columns.

    Raises ValueError as `pool` does, and for fewer than four rows.
    """
    refuse(rows, retracted, apart, least=LEAST + 1)
    return pd.DataFrame([{"omitted": name, **asdict(_combine(rows[rows["id"] != name]))} for name in rows["id"]])


def cumulative(
    rows: pd.DataFrame, retracted: Set[str], years: pd.Series, *, apart: Mapping[str, str] = APART
) -> pd.DataFrame:
    """What the pool would have said after each year: a row for each `year` from the third study on, as columns the
    fields of `Pooled` and `added`, the ids of the rows that the year brought (and, in the first row, of those before
    it).

    `years` says when each row became known, aligned with `rows`. The looks are not corrected for their number: the
    table shows how an answer came about, and tests nothing. Raises ValueError as `pool` does, and for a row without a
    year.
    """
    refuse(rows, retracted, apart, least=LEAST)
    years = years.reindex(rows.index)
    if years.isna().any():
        raise ValueError(f"found no year for {ids(rows, years.isna())}, expected one for each row")
    looks, seen = [], 0
    for year in sorted(years.unique()):
        known = rows[years <= year]
        if len(known) >= LEAST:
            added = rows.loc[(years <= year) & (years > seen), "id"]
            looks.append({"year": year, "added": ", ".join(added), **asdict(_combine(known))})
            seen = year
    return pd.DataFrame(looks)


def random_effects(
    estimates: np.ndarray, variances: np.ndarray, *, method: str = "pm", cautious: bool = True
) -> tuple[float, float, float, float]:
    """Mean, its half 95% interval, variance between studies, and Cochran's Q, by the methods that `pool` names.

    `estimates` and their `variances` within studies are on one additive scale, as the log of a ratio.
    """
    free = len(estimates) - 1
    tau2 = between_studies(estimates, variances, method)
    weights = 1 / (variances + tau2)
    mean = weights @ estimates / weights.sum()
    factor = weights @ (estimates - mean) ** 2 / free
    half = special.stdtrit(free, 0.975) * np.sqrt((max(1, factor) if cautious else factor) / weights.sum())
    return float(mean), float(half), tau2, _fit(estimates, variances, 0)[0]


def between_studies(estimates: np.ndarray, variances: np.ndarray, method: str = "pm") -> float:
    """The variance between studies, which is 0 or where an equation is fulfilled.

    That of Paule and Mandel ("pm") asks that the squared distances from the mean, weighted, sum to the degrees of
    freedom. That of the restricted likelihood ("reml") asks that it has no slope; it may have several peaks, and the
    highest is taken.
    """
    # SciPy's solvers take longer to import than to pool.
    from scipy import optimize

    if method not in METHODS:
        raise ValueError(f"found the method {method!r}, expected one of {', '.join(METHODS)}")
    free = len(estimates) - 1

    def surplus(tau2: float) -> float:
        spread, slope, _ = _fit(estimates, variances, tau2)
        return spread - free if method == "pm" else slope

    # Above half of the last of these places neither equation has a solution.
    spread = np.var(estimates, ddof=1)
    highest = spread + np.sqrt(spread**2 + 4 * spread * variances.max())
    places = highest * np.linspace(0, 1, 2 if method == "pm" else PLACES + 1) ** 2
    over = [surplus(place) > 0 for place in places]
    found = [0.0]
    for place, (low, high) in enumerate(pairwise(places)):
        if over[place] and not over[place + 1]:
            found.append(float(optimize.bisect(surplus, low, high, xtol=1e-300, rtol=1e-15, maxiter=2000)))
    return found[-1] if method == "pm" else max(found, key=lambda tau2: _fit(estimates, variances, tau2)[2])


def _fit(estimates: np.ndarray, variances: np.ndarray, tau2: float) -> tuple[float, float, float]:
    """The weighted squared distances from the mean; of twice the restricted log likelihood the slope, and itself up
    to a constant."""
    weights = 1 / (variances + tau2)
    total = weights.sum()
    squares = (estimates - weights @ estimates / total) ** 2
    spread = float(weights @ squares)
    slope = float(weights**2 @ squares - total + (weights**2).sum() / total)
    return spread, slope, float(np.log(weights).sum() - np.log(total) - spread)


def log_and_variance(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The log ratios and their variances, from the width of each row's interval at its level."""
    low, high, level = (rows[name].to_numpy(dtype=float) for name in ("ci_low", "ci_high", "ci_level"))
    variance = (np.log(high / low) / (2 * special.ndtri(0.5 + level / 200))) ** 2
    return np.log(rows["estimate"].to_numpy(dtype=float)), variance


def _combine(rows: pd.DataFrame, method: str = "pm", cautious: bool = True) -> Pooled:
    return combine(rows["measure"].iloc[0], *log_and_variance(rows), method, cautious)


def combine(measure: str, log: np.ndarray, variance: np.ndarray, method: str = "pm", cautious: bool = True) -> Pooled:
    """The pool of log ratios with their variances, nothing of which is refused here."""
    mean, half, tau2, q = random_effects(log, variance, method=method, cautious=cautious)
    k, weight = len(log), 1 / variance
    typical = (k - 1) * weight.sum() / (weight.sum() ** 2 - (weight**2).sum())
    further = np.hypot(half, special.stdtrit(k - 1, 0.975) * np.sqrt(tau2))
    logs = mean + np.array([0, -half, half, -further, further])
    return Pooled(measure, k, *np.exp(logs).tolist(), tau2=tau2, i2=float(100 * tau2 / (tau2 + typical)), q=q)
