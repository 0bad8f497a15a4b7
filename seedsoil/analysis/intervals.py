"""Intervals and tests that need no model: of a proportion, of a Poisson count, of a mean, of a median.

All are two-sided and 95% unless `level` (a part of one) says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

__all__ = ["garwood", "mean_interval", "median_interval", "share", "sign_test", "wilson"]


def share(count: int, n: int) -> pd.Series:
    """A proportion with the exact interval of Clopper and Pearson (1934): share, ci_low, ci_high, n."""
    low = special.betaincinv(count, n - count + 1, 0.025) if count > 0 else 0.0
    high = special.betaincinv(count + 1, n - count, 0.975) if count < n else 1.0
    return pd.Series({"share": count / n, "ci_low": low, "ci_high": high, "n": n})


def wilson(counts: Sequence[int], n: Sequence[int], level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends of Wilson's (1927) interval of each proportion `counts` / `n`."""
    counts, n = np.asarray(counts, dtype=float), np.asarray(n, dtype=float)
    z2, p = special.ndtri((1 + level) / 2) ** 2, counts / n
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    # At 0 and n the ends are 0 and 1, which rounding may miss.
    return np.where(counts == 0, 0.0, middle - half), np.where(counts == n, 1.0, middle + half)


def garwood(events: Sequence[int], level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends of Garwood's (1936) interval of the mean of each Poisson count.

    It holds its level for any count, and for no events it runs from 0 to -log((1 - level) / 2).
    """
    events, tail = np.asarray(events, dtype=float), (1 - level) / 2
    low = np.where(events > 0, special.gammaincinv(np.maximum(events, 1), tail), 0.0)
    return low, special.gammaincinv(events + 1, 1 - tail)


def sign_test(values: Sequence[float]) -> pd.Series:
    """How many of `values` are above 0: above, n, their share and its interval, and p for as many above as below."""
    from scipy import stats  # slow to import

    values = np.asarray(values, dtype=float)
    above = int((values > 0).sum())
    return pd.Series({"above": above, **share(above, len(values)), "p": stats.binomtest(above, len(values)).pvalue})


def mean_interval(values: Sequence[float]) -> pd.Series:
    """The mean with its 95% interval by Student's t: mean, ci_low, ci_high, n, t."""
    from scipy import stats  # slow to import

    values = np.asarray(values, dtype=float)
    error = values.std(ddof=1) / np.sqrt(len(values))
    reach = stats.t.ppf(0.975, len(values) - 1) * error
    mean = values.mean()
    return pd.Series(
        {"mean": mean, "ci_low": mean - reach, "ci_high": mean + reach, "n": len(values), "t": mean / error}
    )


def median_interval(values: Sequence[float]) -> pd.Series:
    """The median with an interval from order statistics, which assumes no distribution: median, ci_low, ci_high, n.

    Raises ValueError for fewer than six values, which allow no such interval.
    """
    from scipy import stats  # slow to import

    values = np.sort(np.asarray(values, dtype=float))
    n = len(values)
    if n < 6:
        raise ValueError(f"found {n} values, expected at least 6 for an interval of the median")
    low = int(stats.binom.ppf(0.025, n, 0.5)) - 1  # from below, the last place that keeps 95% between it and its mirror
    low = max(low, 0)
    return pd.Series({"median": np.median(values), "ci_low": values[low], "ci_high": values[n - 1 - low], "n": n})
