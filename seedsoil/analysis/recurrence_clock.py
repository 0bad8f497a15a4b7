"""When metastases are found: a clock of recurrence, from growth alone or with dormancy.

A metastasis that lacks D doublings at surgery and doubles every DT days is found
D x DT days later. Doubling times are lognormal between patients. D depends on when
the metastasis was seeded: grown like its primary, one seeded when the primary was s
doublings old still lacks s of the `doublings` (30: from one cell to 1e9 cells, about
1 cm3). A fraction of the metastases may first lie dormant for an exponential waiting
time. Only a fraction of the patients carries a metastasis at all.

Assumed, and worth doubting: growth is exponential at one speed from the first cell
on (growth that slows with size makes doubling times measured in large tumors too
long for small ones); the first metastasis found is the only one; treatment changes
the fraction of carriers and not the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

DAYS_PER_YEAR = 365.25


class Lognormal(NamedTuple):
    """A lognormal distribution: its median and its geometric standard deviation.

    Published summaries are converted as if the values were exactly lognormal.
    """

    median: float
    gsd: float

    @classmethod
    def from_mean_sd(cls, mean: float, sd: float) -> Lognormal:
        """From the arithmetic mean and standard deviation (method of moments)."""
        variance = np.log1p((sd / mean) ** 2)
        return cls(float(mean / np.exp(variance / 2)), float(np.exp(np.sqrt(variance))))

    @classmethod
    def from_quantiles(cls, low: float, high: float, coverage: float = 0.5) -> Lognormal:
        """From two symmetric quantiles with `coverage` between them (0.5: quartiles)."""
        width = 2 * special.ndtri((1 + coverage) / 2)
        gsd = (high / low) ** (1 / width)
        return cls(float(np.sqrt(low * high)), float(gsd))


@dataclass(frozen=True)
class Clock:
    """When metastases become detectable after surgery.

    `doubling_median` is in days and `doubling_gsd` is the geometric standard deviation
    of the lognormal doubling time; `awakening_rate` is per year, of the fraction
    `dormant_fraction` of the metastases.

    `seeding` says when a primary seeds: at a rate proportional to its number of cells
    to this power. At 0 (default) it seeds steadily over its life, and the doublings
    still lacking are uniform; at 1 it seeds late, when it is large, and nearly all
    `doublings` are lacking. The two bracket the growth-only explanation.
    """

    doubling_median: float
    doubling_gsd: float
    carrying_fraction: float = 1.0
    dormant_fraction: float = 0.0
    awakening_rate: float = 1.0
    doublings: float = 30.0
    seeding: float = 0.0

    def __post_init__(self) -> None:
        possible = {
            "doubling_median": self.doubling_median > 0,
            "doubling_gsd": self.doubling_gsd > 1,
            "carrying_fraction": 0 < self.carrying_fraction <= 1,
            "dormant_fraction": 0 <= self.dormant_fraction <= 1,
            "awakening_rate": self.awakening_rate > 0,
            "doublings": self.doublings > 0,
            "seeding": self.seeding >= 0,
        }
        for name in (name for name, holds in possible.items() if not holds):
            raise ValueError(
                f"{name} cannot be {getattr(self, name)}: fractions lie between 0 and 1, "
                "a geometric standard deviation above 1, seeding at 0 or above, and "
                "times, rates and doublings above 0"
            )

    def recurred(self, years: Sequence[float] | np.ndarray) -> np.ndarray:
        """Fraction of all patients with a recurrence by these years since surgery.

        By Gauss-Legendre quadrature over the doublings lacking, and over the moment of
        awakening within steps of half a year or less.
        """
        years = np.asarray(years, dtype=float)
        return _recurred(years, **vars(self))

    def rates(self, breaks: Sequence[float], per: float = 100) -> pd.DataFrame:
        """Mean hazard in each interval, per `per` person-years: start, stop, rate."""
        edges = np.asarray(breaks, dtype=float)
        rate = per * hazards(edges, **vars(self))
        return pd.DataFrame({"start": edges[:-1], "stop": edges[1:], "rate": rate})

    def sample(self, n: int, rng: np.random.Generator) -> pd.DataFrame:
        """n metastases: doublings_lacking, doubling_days, waiting_years, years.

        `years` runs from surgery to detection. The rank correlation of doubling_days
        with years is what a study of metastases' growth rates could measure, and what
        differs between clocks with the same recurrence curve.
        """
        lacking = _doublings_lacking(rng.random(n), self.doublings, self.seeding)
        days = self.doubling_median * self.doubling_gsd ** rng.standard_normal(n)
        waits = rng.random(n) < self.dormant_fraction
        waiting = np.where(waits, rng.exponential(1 / self.awakening_rate, n), 0.0)
        return pd.DataFrame(
            {
                "doublings_lacking": lacking,
                "doubling_days": days,
                "waiting_years": waiting,
                "years": waiting + lacking * days / DAYS_PER_YEAR,
            }
        )


# The clock's formulas. Parameters are numbers, or arrays of (clocks, 1) for as many clocks at once; the last axis of
# what is returned are the years or intervals.

# 20 points place the fraction recurred within 0.0003 in every clock of the tests.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
# Within half a year four points do as much for the moment of awakening.
_FEW_NODES, _FEW_WEIGHTS = np.polynomial.legendre.leggauss(4)
_FEW_NODES, _FEW_WEIGHTS = (_FEW_NODES + 1) / 2, _FEW_WEIGHTS / 2


def hazards(edges: np.ndarray, **clock: float | np.ndarray) -> np.ndarray:
    """Mean hazard per year in each interval between `edges`."""
    return np.diff(-np.log1p(-np.minimum(_recurred(edges, **clock), 1 - 1e-9))) / np.diff(edges)


def _recurred(years, carrying_fraction, dormant_fraction, awakening_rate, **growth) -> np.ndarray:
    """Fraction of all patients with a recurrence by these years."""
    found = _grown(years, **growth)
    if np.any(dormant_fraction):
        woken = _woken(years, awakening_rate, **growth)
        found = (1 - dormant_fraction) * found + dormant_fraction * woken
    return carrying_fraction * found


def _woken(years, awakening_rate, **growth) -> np.ndarray:
    """Fraction of dormant metastases detectable by these years: growth after an exponential wait.

    W(t + h) = exp(-kh) W(t) + the integral over u in (0, h) of k exp(-k(h - u)) G(t + u),
    with G the fraction grown and k the awakening rate.
    """
    edges = np.union1d(years, np.arange(0, years.max(), 0.5))
    steps = np.diff(edges, prepend=0.0)
    moments = (edges - steps)[:, None] + steps[:, None] * _FEW_NODES
    grown = _grown(moments.ravel(), **growth)
    rates = awakening_rate * steps
    kept = np.exp(-rates[..., None] * (1 - _FEW_NODES))
    gained = rates * ((grown.reshape(*grown.shape[:-1], *moments.shape) * kept) @ _FEW_WEIGHTS)
    woken = np.zeros_like(gained)
    share = np.exp(-rates)
    for i in range(1, len(edges)):
        woken[..., i] = share[..., i] * woken[..., i - 1] + gained[..., i]
    return woken[..., np.searchsorted(edges, years)]


def _grown(years, doubling_median, doubling_gsd, doublings, seeding) -> np.ndarray:
    """Fraction of metastases detectable this long after they began to grow."""
    with np.errstate(divide="ignore"):  # nothing is found at time 0: log(0) = -inf
        log_days = np.log(np.maximum(years, 0) * DAYS_PER_YEAR)
    log_needed = np.log(_doublings_lacking(_NODES, doublings, seeding) * doubling_median)
    z = (log_days[:, None] - log_needed[..., None, :]) / np.log(doubling_gsd)[..., None]
    return special.ndtr(z) @ _WEIGHTS


def _doublings_lacking(share, doublings, seeding) -> np.ndarray:
    """Quantiles of the doublings lacking at surgery."""
    if np.all(seeding == 0):
        return doublings * share
    power = seeding * np.log(2)
    return np.log1p(share * np.expm1(power * doublings)) / power
