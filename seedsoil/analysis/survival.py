"""Recurrence rates, hazard ratios and their crossing, from counts alone.

Every function takes a table of counts: one row for each follow-up interval and
stratum, with `start` and `stop` (years since surgery), `events` and
`person_years`, and one column for each variable that forms the strata. A Poisson
model of such counts, with the logarithm of person-years as offset and a baseline
free in each interval, is the piecewise-exponential survival model (Holford 1980; Laird
and Olivier 1981); with fine intervals it gives what a Cox model gives, and no
patient's record is needed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from seedsoil.analysis.intervals import garwood

__all__ = ["HazardRatios", "crossing_time", "piecewise_exponential", "rates"]

ADJUST = ("nodes", "size", "grade")


def rates(
    counts: pd.DataFrame,
    by: str | Sequence[str],
    breaks: Sequence[float] | None = None,
    per: float = 100,
    level: float = 0.95,
) -> pd.DataFrame:
    """Event rates per `per` person-years with exact Poisson intervals.

    Returns one row for each combination of `by` (and, with `breaks`, for each
    wider follow-up interval, as `start` and `stop`), with `events`,
    `person_years`, `rate`, `ci_low`, `ci_high`. Follow-up outside the breaks is
    left out. The interval is Garwood's (`intervals.garwood`).

    Raises ValueError if a column is missing, a value impossible, or a break cuts
    one of the table's own intervals.
    """
    by = [by] if isinstance(by, str) else list(by)
    _check(counts, by)
    if breaks is not None:
        counts, interval = _within(counts, breaks)
        edges = np.asarray(breaks, dtype=float)
        counts = counts.assign(start=edges[interval], stop=edges[interval + 1])
        by = ["start", "stop", *by]
    table = counts.groupby(by, as_index=False)[["events", "person_years"]].sum()
    low, high = garwood(table["events"], level)
    scale = per / table["person_years"]
    return table.assign(rate=table["events"] * scale, ci_low=low * scale, ci_high=high * scale)


@dataclass(frozen=True)
class HazardRatios:
    """Two models of the same counts: one ratio for all time, one for each interval.

    `overall`: hazard_ratio, ci_low, ci_high, p of the first model.
    `by_interval`: start, stop, hazard_ratio, ci_low, ci_high, p of the second.
    `lrt`: statistic, df, p of the likelihood-ratio test of the first against the
    second, that is, of proportional hazards.
    `models`: parameters, deviance and aic of both (deviance and AIC compare
    models of one table only).
    """

    overall: pd.Series
    by_interval: pd.DataFrame
    lrt: pd.Series
    models: pd.DataFrame


def piecewise_exponential(
    counts: pd.DataFrame,
    breaks: Sequence[float],
    exposure: str = "er",
    adjust: Sequence[str] = ADJUST,
    varying: Sequence[str] = (),
    level: float = 0.95,
) -> HazardRatios:
    """The ratio of two hazards, once for all time and once for each interval.

    The baseline is free in each of the table's own intervals; `breaks` only says
    where the ratio may change. `exposure` has two levels, and the ratio is that
    of the second to the first in sorted order ("positive" to "negative").
    Variables in `adjust` multiply the hazard by a constant; those named in
    `varying` too may change their effect from interval to interval, in both
    models. Confidence intervals and p-values are Wald's.

    Raises ValueError if a level of the exposure has no events in an interval:
    the ratio would be zero or infinite, and wider intervals are the remedy.
    """
    counts = _usable(counts, [exposure, *adjust])
    counts, interval = _within(counts, breaks)
    positive, levels = _indicator(counts, exposure)
    edges = np.asarray(breaks, dtype=float)
    totals = np.zeros((len(edges) - 1, 2))
    np.add.at(totals, (interval, positive.astype(int)), counts["events"])
    if not totals.all():
        i, j = np.argwhere(totals == 0)[0]
        raise ValueError(
            f"no events in years {edges[i]:g} to {edges[i + 1]:g} for {exposure} "
            f"{levels[j]!r}: its hazard ratio is not finite; join this interval to a "
            "neighbor in `breaks`"
        )

    steps = np.eye(len(edges) - 1)[interval]
    nuisance = _nuisance(counts, adjust, varying, steps)
    one = _fit(counts, positive[:, None], nuisance)
    free = _fit(counts, positive[:, None] * steps, nuisance)

    by_interval = _ratios(free, len(edges) - 1, level)
    by_interval.insert(0, "start", edges[:-1])
    by_interval.insert(1, "stop", edges[1:])
    statistic, df = one.deviance - free.deviance, len(edges) - 2
    return HazardRatios(
        overall=_ratios(one, 1, level).iloc[0].rename(exposure),
        by_interval=by_interval,
        lrt=pd.Series({"statistic": statistic, "df": df, "p": special.chdtrc(df, statistic)}),
        models=pd.DataFrame(
            {
                "parameters": [int(m.df_model) + 1 for m in (one, free)],
                "deviance": [m.deviance for m in (one, free)],
                "aic": [m.aic for m in (one, free)],
            },
            index=pd.Index(["one ratio", "a ratio for each interval"], name="model"),
        ),
    )


def crossing_time(
    counts: pd.DataFrame,
    exposure: str = "er",
    adjust: Sequence[str] = ADJUST,
    varying: Sequence[str] = (),
    level: float = 0.95,
) -> pd.DataFrame:
    """When two hazards are equal: years since surgery, with a confidence interval.

    The log hazard ratio is a smooth function of time, in three forms, one row
    each: `log time` and `linear time` (two parameters), and `spline` (a natural
    cubic spline in time with four parameters: knots at the ends of follow-up and
    at the terciles of the events). Time is the middle of each of the table's own
    intervals, in which the baseline is free. Columns: `form`, `crossing_years`,
    `ci_low`, `ci_high`, `aic`.

    With `adjust`, the crossing is where two patients alike in those variables
    have the same hazard; without (`adjust=()`), where the two groups as they are
    have the same rate. The two differ when the groups are unlike, and neither is
    the time when the survival curves meet, which is later. Among those still
    free of recurrence the groups are no longer what they were at surgery: the
    crossing describes rates, and no single patient's risk needs to turn.

    The interval holds the times around the crossing at which equal hazards are
    not rejected (Wald test). For the two-parameter forms this is Fieller's
    interval for a ratio of two estimates.
    `ci_low` is 0, or `ci_high` inf, where equal hazards cannot be rejected back to
    the first or on to the last interval: the data then set no bound on that side.
    `crossing_years` is the first crossing, and nan if the fitted curve has none
    within follow-up; the interval then holds all times at which equal hazards are
    not rejected, and is nan too if they are rejected throughout.
    """
    counts = _usable(counts, [exposure, *adjust])
    positive, _ = _indicator(counts, exposure)
    time = ((counts["start"] + counts["stop"]) / 2).to_numpy()
    grid = np.geomspace(time.min(), time.max(), 5000)
    z = special.ndtri((1 + level) / 2)
    rows = []
    for form, basis in _time_forms(time, counts["events"].to_numpy()).items():
        at = basis(time)
        size = at.shape[1]
        fit = _fit(counts, positive[:, None] * at, _nuisance(counts, adjust, varying, at))
        curve = basis(grid)
        log_ratio = curve @ fit.params[:size]
        variance = np.einsum("ij,jk,ik->i", curve, fit.cov_params()[:size, :size], curve)
        crossing = _crossing(grid, log_ratio, log_ratio**2 - z**2 * variance)
        rows.append((form, *crossing, fit.aic))
    return pd.DataFrame(rows, columns=["form", "crossing_years", "ci_low", "ci_high", "aic"])


def _check(counts: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = {*columns, "events", "person_years"} - set(counts.columns)
    if missing:
        raise ValueError(
            f"the table of counts lacks {', '.join(sorted(missing))}; it has {', '.join(map(str, counts.columns))}"
        )
    events, time = counts["events"], counts["person_years"]
    wrong = ~((events >= 0) & (time >= 0) & ((time > 0) | (events == 0)))
    if wrong.any():
        row = counts.index[wrong][0]
        raise ValueError(
            f"row {row} of the counts has events {events[row]} and person_years "
            f"{time[row]}; neither may be negative or missing, and an event needs "
            "time at risk"
        )


def _usable(counts: pd.DataFrame, variables: Sequence[str]) -> pd.DataFrame:
    """The rows that carry information: time at risk, in an interval with events."""
    _check(counts, ["start", "stop", *variables])
    eventful = counts.groupby("start")["events"].transform("sum") > 0
    return counts[eventful & (counts["person_years"] > 0)]


def _within(counts: pd.DataFrame, breaks: Sequence[float]) -> tuple[pd.DataFrame, np.ndarray]:
    """The rows inside the breaks, and the number of the wider interval of each."""
    _check(counts, ["start", "stop"])
    edges = np.asarray(breaks, dtype=float)
    if len(edges) < 2 or not (np.diff(edges) > 0).all():
        raise ValueError(f"breaks must be two or more increasing years, not {list(breaks)}")
    start, stop = counts["start"].to_numpy(), counts["stop"].to_numpy()
    cut = (start[:, None] < edges) & (edges < stop[:, None])
    if cut.any():
        row, edge = np.argwhere(cut)[0]
        raise ValueError(
            f"the break at {edges[edge]:g} years cuts the interval {start[row]:g} to "
            f"{stop[row]:g} of the table; breaks must be ends of its own intervals"
        )
    inside = (start >= edges[0]) & (stop <= edges[-1])
    return counts[inside], np.searchsorted(edges, start[inside], side="right") - 1


def _indicator(counts: pd.DataFrame, exposure: str) -> tuple[np.ndarray, list]:
    """1.0 where the exposure has its second level, and the two levels."""
    levels = sorted(counts[exposure].unique())
    if len(levels) != 2:
        raise ValueError(f"{exposure} must have two levels to compare; found {levels}")
    return (counts[exposure] == levels[1]).to_numpy(dtype=float), levels


def _nuisance(counts: pd.DataFrame, adjust: Sequence[str], varying: Sequence[str], basis: np.ndarray) -> np.ndarray:
    """Baseline of each interval and adjusting effects, as columns of a design."""
    stray = set(varying) - set(adjust)
    if stray:
        raise ValueError(f"{', '.join(sorted(stray))} in `varying` must be in `adjust` too")
    columns = [pd.get_dummies(counts["start"], dtype=float).to_numpy()]
    for name in adjust:
        effect = pd.get_dummies(counts[name], drop_first=True, dtype=float).to_numpy()
        times = basis if name in varying else np.ones((len(counts), 1))
        columns += [effect[:, [j]] * times for j in range(effect.shape[1])]
    return np.hstack(columns)


def _fit(counts: pd.DataFrame, effect: np.ndarray, nuisance: np.ndarray):
    """Poisson model; the coefficients of `effect` come first."""
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    model = GLM(
        counts["events"].to_numpy(dtype=float),
        np.hstack([effect, nuisance]),
        family=Poisson(),
        offset=np.log(counts["person_years"].to_numpy()),
    )
    # As many parameters as rows is a proper model of counts, but statsmodels divides by
    # the zero degrees of freedom and takes the perfect fit for separation.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = model.fit()
    if not fit.converged:
        raise ValueError(
            "the Poisson model did not converge: a stratum or interval has too few "
            "events for its own effect; use wider intervals or fewer adjusting variables"
        )
    return fit


def _ratios(fit, size: int, level: float) -> pd.DataFrame:
    log_ratio, se = fit.params[:size], fit.bse[:size]
    z = special.ndtri((1 + level) / 2)
    return pd.DataFrame(
        {
            "hazard_ratio": np.exp(log_ratio),
            "ci_low": np.exp(log_ratio - z * se),
            "ci_high": np.exp(log_ratio + z * se),
            "p": 2 * special.ndtr(-np.abs(log_ratio / se)),
        }
    )


def _time_forms(time: np.ndarray, events: np.ndarray) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    from scipy.interpolate import CubicSpline

    inner = np.quantile(np.repeat(time, events.astype(int)), [1 / 3, 2 / 3])
    knots = np.array([time.min(), *inner, time.max()])
    return {
        "log time": lambda t: np.column_stack([np.ones_like(t), np.log(t)]),
        "linear time": lambda t: np.column_stack([np.ones_like(t), t]),
        "spline": CubicSpline(knots, np.eye(4), bc_type="natural"),
    }


def _zeros(grid: np.ndarray, curve: np.ndarray) -> np.ndarray:
    """Where the curve changes sign, by linear interpolation on a fine grid."""
    i = np.flatnonzero(np.signbit(curve[1:]) != np.signbit(curve[:-1]))
    return grid[i] - curve[i] * (grid[i + 1] - grid[i]) / (curve[i + 1] - curve[i])


def _crossing(grid: np.ndarray, log_ratio: np.ndarray, excess: np.ndarray) -> tuple[float, float, float]:
    """The first crossing, and the times around it with no excess over the critical value."""
    before = [0.0] if excess[0] < 0 else []
    after = [np.inf] if excess[-1] < 0 else []
    stretches = np.array([*before, *_zeros(grid, excess), *after]).reshape(-1, 2)
    first = min(_zeros(grid, log_ratio), default=np.nan)
    if np.isfinite(first):
        stretches = stretches[(stretches[:, 0] < first) & (first < stretches[:, 1])]
    low, high = (stretches.min(), stretches.max()) if len(stretches) else (np.nan, np.nan)
    return first, low, high
