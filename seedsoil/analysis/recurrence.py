"""The rival explanation: could slow growth alone, without dormancy, give the clock of recurrence?

The clock and what it assumes is in `recurrence_clock`; here it is fitted.

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

from seedsoil.analysis.recurrence_clock import Clock, Lognormal, hazards

__all__ = ["Clock", "ClockFit", "Lognormal", "fit"]

NUDGE = 1e-7  # of a parameter on its scale, for derivatives


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
    problem = _Problem(clock, free, *_grouped(counts))
    low, high = problem.low, problem.high
    own = [
        scale.forward(np.clip(getattr(clock, name), scale.low, scale.high)) for name, scale in problem.scales.items()
    ]
    unit = qmc.Sobol(len(free), rng=np.random.default_rng(0)).random(screened)
    promise = (problem.residuals(low + (high - low) * unit) ** 2).sum(axis=1)
    chosen = _best_apart(unit, promise, starts)
    points = [np.clip(own, low + 1e-6, high - 1e-6), *(low + (high - low) * chosen)]
    search = {"bounds": (low, high), "ftol": 1e-8, "xtol": 1e-8, "max_nfev": 100}
    ends = [optimize.least_squares(problem.residuals, point, problem.derivatives, **search) for point in points]
    return problem.result(ends)


@dataclass
class _Problem:
    """The likelihood of a clock whose parameters `free` are sought; points are parameters on their scales."""

    clock: Clock
    free: list[str]
    table: pd.DataFrame
    edges: np.ndarray

    def __post_init__(self) -> None:
        self.events, self.person_years = (self.table[name].to_numpy() for name in ("events", "person_years"))
        self.scales = {name: _SCALES[name] for name in self.free}
        self.low, self.high = np.array([(s.forward(s.low), s.forward(s.high)) for s in self.scales.values()]).T

    def values(self, points: np.ndarray) -> dict[str, np.ndarray]:
        return {name: scale.inverse(x) for (name, scale), x in zip(self.scales.items(), points.T, strict=True)}

    def expected(self, points: np.ndarray) -> np.ndarray:
        """Of one point, or of several at once (points, intervals)."""
        values = {name: value[..., None] for name, value in self.values(points).items()}
        return np.maximum(hazards(self.edges, **(vars(self.clock) | values)) * self.person_years, 1e-9)

    def residuals(self, points: np.ndarray) -> np.ndarray:
        """Their squares add up to the deviance: least squares on them maximizes the likelihood."""
        mean = self.expected(points)
        halves = special.xlogy(self.events, self.events / mean) - (self.events - mean)
        return np.sign(self.events - mean) * np.sqrt(np.maximum(2 * halves, 1e-12))

    def derivatives(self, point: np.ndarray) -> np.ndarray:
        nudges = np.where(point + NUDGE < self.high, NUDGE, -NUDGE)
        moved = self.residuals(np.vstack([point, point + np.diag(nudges)]))
        return (moved[1:] - moved[0]).T / nudges

    def minus_log_likelihood(self, point: np.ndarray) -> float:
        mean = self.expected(point)
        return float(np.sum(mean - special.xlogy(self.events, mean) + special.gammaln(self.events + 1)))

    def result(self, ends: Sequence[optimize.OptimizeResult]) -> ClockFit:
        deviances = np.array([2 * end.cost for end in ends])
        best, deviance = ends[int(deviances.argmin())].x, float(deviances.min())
        df = len(self.table) - len(self.free)
        edge = np.minimum(best - self.low, self.high - best) < 0.001 * (self.high - self.low)
        return ClockFit(
            clock=replace(self.clock, **{name: float(value) for name, value in self.values(best).items()}),
            estimates=_estimates(self.scales, ~edge, best, self.minus_log_likelihood),
            expected=self.table.assign(expected=self.expected(best)),
            deviance=deviance,
            df=df,
            p=float(special.chdtrc(df, deviance)),
            aic=2 * (len(self.free) + self.minus_log_likelihood(best)),
            bounds=tuple(name for name, hit in zip(self.free, edge, strict=True) if hit),
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


def _estimates(scales, inside, point, minus_log_likelihood) -> pd.DataFrame:
    from statsmodels.tools.numdiff import approx_hess

    half = np.full(len(point), np.nan)
    if inside.all():
        variance = np.diag(np.linalg.pinv(approx_hess(point, minus_log_likelihood)))
        half = special.ndtri(0.975) * np.sqrt(np.where(variance > 0, variance, np.nan))
    rows = [
        (float(s.inverse(x)), float(s.inverse(x - h)), float(s.inverse(x + h)))
        for s, x, h in zip(scales.values(), point, half, strict=True)
    ]
    return pd.DataFrame(rows, columns=["estimate", "ci_low", "ci_high"], index=pd.Index(scales, name="parameter"))
