"""What mutational burden and loss of HLA tell of response and survival on checkpoint blockade.

Response: tables of counts with one row for each combination of `cancer_type`, `tmb` (mutations per megabase) and
whatever else is adjusted for, with `patients` and `responders`. The burden enters as log2(tmb + 1), and the odds ratio
is that of one doubling of tmb + 1: the one is added because in some tumors no mutation was counted. From 1 to 2 per
megabase that is 0.58 of a doubling, from 10 to 20 it is 0.93.

Survival: tables of `events` and `person_years` by interval and stratum (see `seedsoil.derive.person_time`).
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import special

from seedsoil.analysis.intervals import wilson

__all__ = ["auc", "burden_classes", "calibrated", "doublings", "hazard_ratios", "odds_ratio", "rates"]

Dose = Callable[[np.ndarray], np.ndarray]


def doublings(tmb: Sequence[float] | np.ndarray) -> np.ndarray:
    """log2(tmb + 1)."""
    return np.log2(np.asarray(tmb, dtype=float) + 1)


def rates(counts: pd.DataFrame, by: str | Sequence[str], level: float = 0.95) -> pd.DataFrame:
    """Share of patients who respond, with Wilson's interval, for each combination of `by`.

    Columns: those of `by`, patients, responders, rate, ci_low, ci_high.
    """
    by = [by] if isinstance(by, str) else list(by)
    _check(counts, by)
    table = counts.groupby(by, as_index=False, observed=True)[["patients", "responders"]].sum()
    low, high = wilson(table["responders"], table["patients"], level)
    return table.assign(rate=table["responders"] / table["patients"], ci_low=low, ci_high=high)


def odds_ratio(
    counts: pd.DataFrame, exposure: np.ndarray, adjust: Sequence[str] = (), level: float = 0.95
) -> pd.Series:
    """Odds ratio of response for one unit of `exposure` (one value a row), one ratio for all patients.

    A logistic model; each variable in `adjust` has a free effect for each of its values.
    Returns estimate, ci_low, ci_high, se (of the log ratio) and p (Wald).
    """
    _check(counts, adjust)
    fit = _glm(counts, np.asarray(exposure, dtype=float)[:, None], _dummies(counts, adjust))
    ratio = _ratios(fit, 1, level).iloc[0]
    return pd.Series({**ratio, "se": fit.bse[0], "p": fit.pvalues[0]})


def burden_classes(
    counts: pd.DataFrame,
    breaks: Sequence[float],
    adjust: Sequence[str] = (),
    level: float = 0.95,
) -> pd.DataFrame:
    """Odds ratios of classes of burden to the lowest class, free of any form of the dose.

    A class reaches from one break, inclusive, to the next, exclusive; the breaks must hold
    every patient. Columns: low, high, patients, responders, estimate, ci_low, ci_high
    (Wald; nan for the lowest class, whose ratio is 1).
    """
    _check(counts, adjust)
    edges = np.asarray(breaks, dtype=float)
    place = np.searchsorted(edges, counts["tmb"], side="right") - 1
    steps = np.eye(len(edges))[place][:, :-1]
    held = np.array([counts.loc[place == i, "patients"].sum() for i in range(len(edges) - 1)])
    if place.min() < 0 or place.max() >= len(edges) - 1 or not held.all():
        raise ValueError(
            f"breaks {list(breaks)} must increase, hold every burden from {counts['tmb'].min()} "
            f"to {counts['tmb'].max()} and leave no class empty; the classes hold {list(held)}"
        )
    fit = _glm(counts, steps[:, 1:], _dummies(counts, adjust))
    first = pd.DataFrame({"estimate": [1.0], "ci_low": [np.nan], "ci_high": [np.nan]})
    ratios = pd.concat([first, _ratios(fit, len(edges) - 2, level)], ignore_index=True)
    responders = steps.T @ counts["responders"].to_numpy()
    classes = {"low": edges[:-1], "high": edges[1:], "patients": held, "responders": responders}
    return pd.DataFrame(classes).astype({"responders": int}).join(ratios)


def auc(counts: pd.DataFrame, terms: Sequence[str], dose: np.ndarray | None = None) -> float:
    """How often a responder is ranked above another patient by a logistic model of `terms` and `dose`, ties as half.

    In the patients that the model was fitted to, so that it flatters a model with many terms.
    """
    _check(counts, terms)
    columns = [np.empty((len(counts), 0)) if dose is None else np.asarray(dose, dtype=float)[:, None]]
    fit = _glm(counts, columns[0], _dummies(counts, terms))
    yes = counts["responders"].to_numpy(dtype=float)
    no = counts["patients"].to_numpy(dtype=float) - yes
    score = np.round(fit.fittedvalues, 12)
    order = np.argsort(score, kind="stable")
    groups = np.unique(score[order], return_index=True)[1]
    yes, no = (np.add.reduceat(v[order], groups) for v in (yes, no))
    return float((yes * (np.cumsum(no) - no / 2)).sum() / (yes.sum() * no.sum()))


MEANS, SPREADS = np.linspace(0, 6, 25), np.linspace(0.2, 3, 15)  # of log2 burden; a grid that holds every type
GRID = np.linspace(-5, 10, 121)  # log2 of the true burden, mutations per megabase


def calibrated(counts: pd.DataFrame, megabases: float) -> pd.Series:
    """The burden that is expected, given the mutations counted: the mean of log2(burden + 1), a value a row.

    Regression calibration. A panel that reads `megabases` finds a number of mutations, Poisson about burden times
    megabases. The true burdens of a cancer type are log-normal; their mean and spread are the most likely of a grid. A
    coefficient of the expected burden is free, to first order, of the attenuation that counting error brings.
    """
    _check(counts, ["cancer_type"])
    found = np.rint(counts["tmb"].to_numpy(dtype=float) * megabases)
    weight = counts["patients"].to_numpy(dtype=float)
    means, spreads = (axis.ravel() for axis in np.meshgrid(MEANS, SPREADS))
    priors = np.exp(-(((GRID - means[:, None]) / spreads[:, None]) ** 2) / 2)
    priors /= priors.sum(axis=1, keepdims=True)
    burden = 2.0**GRID
    expected = np.empty(len(counts))
    for rows in counts.reset_index(drop=True).groupby("cancer_type").indices.values():
        values, back = np.unique(found[rows], return_inverse=True)
        n = values[:, None]
        likelihood = np.exp(special.xlogy(n, burden * megabases) - burden * megabases - special.gammaln(n + 1))
        times = np.bincount(back, weight[rows])
        best = priors[np.argmax(times @ np.log(np.maximum(likelihood @ priors.T, 1e-300)))]
        posterior = likelihood * best
        expected[rows] = (posterior @ np.log2(burden + 1) / posterior.sum(axis=1))[back]
    return pd.Series(expected, index=counts.index)


def hazard_ratios(
    counts: pd.DataFrame, exposures: pd.DataFrame, strata: Sequence[str], level: float = 0.95
) -> pd.DataFrame:
    """Hazard ratios of `exposures` (a column each, one row a row of `counts`), the baseline free in each stratum.

    With an interval of follow-up among the strata this is the piecewise-exponential model. The deaths of a stratum fall
    on its rows in proportion to person-years times exp(exposures @ b), so that the baseline drops out, as in Cox's
    partial likelihood. Newton's method; Wald intervals. Columns: estimate, ci_low, ci_high, se, p; index: exposures.
    Raises ValueError where a column is missing and where the ratios are not finite.
    """
    missing = {*strata, "events", "person_years"} - set(counts.columns)
    if missing:
        raise ValueError(f"the table of counts lacks {', '.join(sorted(missing))}; it has {', '.join(counts.columns)}")
    x = exposures.to_numpy(dtype=float)
    events, years = (counts[name].to_numpy(dtype=float) for name in ("events", "person_years"))
    stratum = counts.groupby(list(strata), observed=True).ngroup().to_numpy()
    deaths = np.bincount(stratum, events)
    b = np.zeros(x.shape[1])
    for _ in range(50):
        risk = years * np.exp(x @ b)
        total = np.bincount(stratum, risk)
        mean = np.column_stack([np.bincount(stratum, risk * column) for column in x.T]) / total[:, None]
        slope = events @ x - deaths @ mean
        bend = (x * (risk * (deaths / total)[stratum])[:, None]).T @ x - (mean * deaths[:, None]).T @ mean
        step = np.linalg.solve(bend, slope)
        b = b + step
        if np.abs(step).max() < 1e-10:
            break
    else:
        raise ValueError("the hazard ratios are not finite: an exposure has no deaths, or none without it")
    se, z = np.sqrt(np.diag(np.linalg.inv(bend))), special.ndtri((1 + level) / 2)
    values = {"estimate": np.exp(b), "ci_low": np.exp(b - z * se), "ci_high": np.exp(b + z * se)}
    return pd.DataFrame({**values, "se": se, "p": 2 * special.ndtr(-np.abs(b / se))}, index=exposures.columns)


def _check(counts: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = {*columns, "tmb", "patients", "responders"} - set(counts.columns)
    if missing:
        raise ValueError(
            f"the table of counts lacks {', '.join(sorted(missing))}; it has {', '.join(map(str, counts.columns))}"
        )
    patients, responders = counts["patients"], counts["responders"]
    wrong = ~((responders >= 0) & (responders <= patients) & (patients > 0))
    if wrong.any():
        row = counts.index[wrong][0]
        raise ValueError(
            f"row {row} of the counts has {responders[row]} responders of {patients[row]} "
            "patients; there must be patients, and no more responders than patients"
        )


def _dummies(counts: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    columns = [np.empty((len(counts), 0))]
    columns += [pd.get_dummies(counts[n], drop_first=True, dtype=float).to_numpy() for n in names]
    return np.hstack(columns)


def _glm(counts: pd.DataFrame, effect: np.ndarray, nuisance: np.ndarray):
    """Logistic model; the coefficients of `effect` come first."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    n, y = (counts[name].to_numpy(dtype=float) for name in ("patients", "responders"))
    design = np.hstack([effect, np.ones((len(counts), 1)), nuisance])
    # As many parameters as rows is a proper model of counts, but statsmodels divides by
    # the zero degrees of freedom and takes the perfect fit for separation.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return GLM(np.column_stack([y, n - y]), design, family=Binomial()).fit()


def _ratios(fit, size: int, level: float) -> pd.DataFrame:
    slope, half = fit.params[:size], special.ndtri((1 + level) / 2) * fit.bse[:size]
    bounds = {"estimate": slope, "ci_low": slope - half, "ci_high": slope + half}
    return pd.DataFrame({name: np.exp(value) for name, value in bounds.items()})
