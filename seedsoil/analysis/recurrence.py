"""The rival explanation: could slow growth alone, without dormancy, give this clock?

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

What recurrence times can tell, and what they cannot. Only the product of doublings
and doubling time is seen, so a required doubling time holds for the stated number of
doublings. A wide spread of doubling times and a dormant fraction draw much the same
curve: a good fit of either is no evidence against the other. What separates them lies
outside the curve: with growth alone the recurrence time follows the metastasis's own
doubling time closely (see `Clock.sample`), with dormancy it does not; and dormancy
leaves single cells that do not divide to be found, by label retention, years later.
Dormancy only delays: it cannot mend doubling times that are too long for the early
recurrences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, special
from scipy.stats import qmc

__all__ = ["Clock", "ClockFit", "Lognormal", "fit"]

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
        rate = per * _hazards(edges, **vars(self))
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


@dataclass(frozen=True)
class ClockFit:
    """A clock fitted to counts.

    `estimates`: one row for each fitted parameter (index), with estimate, ci_low,
    ci_high (95%, Wald on the fitting scale; nan at the edge of what is possible).
    They hold if the model does: see `deviance`, `df` and `p`, its goodness of fit.
    `expected`: start, stop, events, person_years, expected. `aic` compares clocks
    fitted to the same counts. `bounds` names the parameters that ended at the edge of
    the search, and `agreeing` counts the starts that ended at this optimum (within 0.1
    of its AIC) among all that were tried.
    """

    clock: Clock
    estimates: pd.DataFrame
    expected: pd.DataFrame
    deviance: float
    df: int
    p: float
    aic: float
    bounds: tuple[str, ...]
    agreeing: tuple[int, int]


def fit(counts: pd.DataFrame, clock: Clock, free: Sequence[str] = (), screened: int = 256, starts: int = 6) -> ClockFit:
    """Fit a clock to one group's events and person-years by Poisson likelihood.

    The fraction of carriers is always fitted, so that shapes are compared; `free` names
    what else is (doubling_median, doubling_gsd, dormant_fraction, awakening_rate). All
    else stays as in `clock`. With free=("doubling_median", "doubling_gsd") and no
    dormancy, the estimates are the doubling times that growth alone requires; set them
    beside published ones.

    Growth and dormancy freed together have several optima, for the counts hardly tell
    the two apart. So `screened` points spread evenly over what is possible (a Sobol
    sequence) are tried, and the search goes on from the best `starts` of them that are no
    neighbors and from `clock`; the best end is kept.

    `counts` needs start, stop, events and person_years; intervals follow one another
    from 0, and rows of one interval are added up.
    """
    free = ["carrying_fraction", *free]
    unknown = [name for name in free if name not in _SCALES]
    if unknown:
        raise ValueError(f"cannot fit {', '.join(unknown)}; free may name {', '.join(_SCALES)}")
    table, edges = _grouped(counts)
    events, person_years = table["events"].to_numpy(), table["person_years"].to_numpy()
    scales = [_SCALES[name] for name in free]
    low, high = np.array([(s.forward(s.low), s.forward(s.high)) for s in scales]).T

    def at(point: np.ndarray) -> Clock:
        values = (float(s.inverse(x)) for s, x in zip(scales, point, strict=True))
        return replace(clock, **dict(zip(free, values, strict=True)))

    def expected(points: np.ndarray) -> np.ndarray:
        """Of one point, or of several at once (points, intervals)."""
        values = {name: s.inverse(x)[..., None] for name, s, x in zip(free, scales, points.T, strict=True)}
        return np.maximum(_hazards(edges, **(vars(clock) | values)) * person_years, 1e-9)

    def deviance_residuals(points: np.ndarray) -> np.ndarray:
        """Their squares add up to the deviance: least squares on them maximizes the likelihood."""
        mean = expected(points)
        halves = special.xlogy(events, events / mean) - (events - mean)
        return np.sign(events - mean) * np.sqrt(np.maximum(2 * halves, 1e-12))

    def derivatives(point: np.ndarray) -> np.ndarray:
        nudges = np.where(point + NUDGE < high, NUDGE, -NUDGE)
        moved = deviance_residuals(np.vstack([point, point + np.diag(nudges)]))
        return (moved[1:] - moved[0]).T / nudges

    own = [s.forward(np.clip(getattr(clock, name), s.low, s.high)) for name, s in zip(free, scales, strict=True)]
    unit = qmc.Sobol(len(free), rng=np.random.default_rng(0)).random(screened)
    promise = (deviance_residuals(low + (high - low) * unit) ** 2).sum(axis=1)
    chosen = _best_apart(unit, promise, starts)
    points = [np.clip(own, low + 1e-6, high - 1e-6), *(low + (high - low) * chosen)]
    search = {"bounds": (low, high), "ftol": 1e-8, "xtol": 1e-8, "max_nfev": 100}
    ends = [optimize.least_squares(deviance_residuals, point, derivatives, **search) for point in points]
    deviances = np.array([2 * end.cost for end in ends])
    best = ends[int(deviances.argmin())].x

    def minus_log_likelihood(point: np.ndarray) -> float:
        mean = expected(point)
        return float(np.sum(mean - special.xlogy(events, mean) + special.gammaln(events + 1)))

    df, deviance = len(table) - len(free), float(deviances.min())
    edge = np.minimum(best - low, high - best) < 0.001 * (high - low)
    return ClockFit(
        clock=at(best),
        estimates=_estimates(free, scales, ~edge, best, minus_log_likelihood),
        expected=table.assign(expected=expected(best)),
        deviance=deviance,
        df=df,
        p=float(special.chdtrc(df, deviance)),
        aic=2 * (len(free) + minus_log_likelihood(best)),
        bounds=tuple(name for name, hit in zip(free, edge, strict=True) if hit),
        agreeing=(int((deviances < deviance + 0.1).sum()), len(ends)),
    )


def _grouped(counts: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Events and person-years by interval, and the edges of the intervals."""
    table = counts.groupby(["start", "stop"], as_index=False)[["events", "person_years"]].sum()
    edges = np.append(table["start"], table["stop"].iloc[-1])
    if edges[0] != 0 or not np.array_equal(edges[1:], table["stop"]):
        raise ValueError(
            "intervals of the counts must follow one another from 0 without gap or "
            f"overlap; they start at {list(table['start'])} and stop at {list(table['stop'])}"
        )
    return table, edges


def _best_apart(points: np.ndarray, promise: np.ndarray, number: int, apart: float = 0.4) -> np.ndarray:
    """The best points (smallest promise) no two of which are neighbors: one optimum must not take all the starts."""
    chosen: list[np.ndarray] = []
    for i in np.argsort(promise):
        if len(chosen) == number:
            break
        if all(np.linalg.norm(points[i] - other) > apart for other in chosen):
            chosen.append(points[i])
    return np.array(chosen).reshape(-1, points.shape[1])


class _Scale(NamedTuple):
    """Where a parameter is searched for: an unbounded scale, within sane limits."""

    forward: np.ufunc
    inverse: np.ufunc
    low: float
    high: float


_SCALES = {
    "carrying_fraction": _Scale(np.positive, np.positive, 0.001, 1),
    "doubling_median": _Scale(np.log, np.exp, 1, 5000),
    "doubling_gsd": _Scale(lambda x: np.log(np.log(x)), lambda x: np.exp(np.exp(x)), 1.05, 20),
    "dormant_fraction": _Scale(np.positive, np.positive, 0.001, 1),
    "awakening_rate": _Scale(np.log, np.exp, 0.005, 20),
    # Steady seeding is its limit at zero, and the lowest value must be as good as there: at 0.01 it is not.
    "seeding": _Scale(np.log, np.exp, 0.0001, 2),
}


def _estimates(free, scales, inside, point, minus_log_likelihood) -> pd.DataFrame:
    from statsmodels.tools.numdiff import approx_hess

    half = np.full(len(point), np.nan)
    if inside.all():
        variance = np.diag(np.linalg.pinv(approx_hess(point, minus_log_likelihood)))
        half = special.ndtri(0.975) * np.sqrt(np.where(variance > 0, variance, np.nan))
    rows = [
        (float(s.inverse(x)), float(s.inverse(x - h)), float(s.inverse(x + h)))
        for s, x, h in zip(scales, point, half, strict=True)
    ]
    return pd.DataFrame(rows, columns=["estimate", "ci_low", "ci_high"], index=pd.Index(free, name="parameter"))


# The clock's formulas. Parameters are numbers, or arrays of (clocks, 1) for as many clocks at once; the last axis of
# what is returned are the years or intervals.

NUDGE = 1e-7  # of a parameter on its scale, for derivatives
# 20 points place the fraction recurred within 0.0003 in every clock of the tests.
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_NODES, _WEIGHTS = (_NODES + 1) / 2, _WEIGHTS / 2
# Within half a year four points do as much for the moment of awakening.
_FEW_NODES, _FEW_WEIGHTS = np.polynomial.legendre.leggauss(4)
_FEW_NODES, _FEW_WEIGHTS = (_FEW_NODES + 1) / 2, _FEW_WEIGHTS / 2


def _hazards(edges: np.ndarray, **clock: float | np.ndarray) -> np.ndarray:
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
