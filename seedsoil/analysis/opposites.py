"""Do measures change sign between cancers more often than one effect for all allows? Log hazard ratios against nulls.

A measure (here: `cell`) is opposite if, after false discovery control over all its and the others' ratios, it is
significant above one in some cancer and below one in another. The first null gives each measure one effect in all
cancers, the mean weighted by precision; what differs is then chance, with the standard errors that were observed. The
second lets true effects vary about a mean with the variance that each measure shows: it says how many opposite measures
ordinary heterogeneity would bring.

Measures of one cancer share its patients and, as parts of one whole, move together; a correlation of the measures
makes the draws share that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from seedsoil.synthesis.pooling import random_effects

__all__ = ["Null", "controlled", "draw", "opposite", "spread"]

LEVEL = 0.05
DRAWS = 2000
SEED = 1889


@dataclass(frozen=True)
class Null:
    """Measures with significant ratios on both sides: observed, and in draws from a null.

    `expected` is the mean over draws, `limit` the 95th percentile, `p` one-sided, as many or more. `significant` counts
    ratios and not measures, `expected_significant` its mean over draws.
    """

    observed: int
    expected: float
    limit: float
    p: float
    significant: int
    expected_significant: float


def controlled(rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` (cell, cancer, log_ratio, se) with p, two-sided by Wald, and q by Benjamini and Hochberg over all."""
    z = (rows["log_ratio"] / rows["se"]).to_numpy()
    p = 2 * special.ndtr(-np.abs(z))
    return rows.assign(p=p, q=_adjusted(p[None, :])[0])


def opposite(rows: pd.DataFrame, by: str = "q") -> list[str]:
    """The cells with a ratio above and one below one whose `by` is below 0.05, by name."""
    signs = rows[rows[by] < LEVEL].groupby("cell")["log_ratio"].agg(["min", "max"])
    return sorted(signs.index[(signs["min"] < 0) & (signs["max"] > 0)])


def spread(rows: pd.DataFrame) -> pd.DataFrame:
    """For each cell: the mean ratio over cancers with its interval, and how far true ratios differ.

    ratio, ci_low, ci_high by random effects; tau2, i2 (percent), q and its p; `turned`, the share of cancers expected
    on the other side of one than the mean if true log ratios are normal.
    """
    found = []
    for cell, own in rows.groupby("cell"):
        logs, variance = own["log_ratio"].to_numpy(), own["se"].to_numpy() ** 2
        mean, half, tau2, q = random_effects(logs, variance)
        freedom, tau = len(own) - 1, np.sqrt(tau2)
        turned = special.ndtr(-abs(mean) / tau) if tau > 0 else 0.0
        low, high = np.exp([mean - half, mean + half])
        i2 = 100 * max(0.0, (q - freedom) / q) if q > 0 else 0.0
        p = special.chdtrc(freedom, q)
        found.append((cell, len(own), np.exp(mean), low, high, tau2, i2, q, p, turned))
    columns = ["cell", "cancers", "ratio", "ci_low", "ci_high", "tau2", "i2", "q", "p", "turned"]
    return pd.DataFrame(found, columns=columns)


def draw(
    rows: pd.DataFrame, correlations: pd.DataFrame | None = None, *, vary: bool = False, draws: int = DRAWS
) -> Null:
    """Draw the ratios of `rows` anew under one effect a cell, or (`vary`) effects that vary between cancers.

    `correlations` (cell, other, correlation), if given, ties the chance errors of the cells within a cancer.
    """
    cells, cancers = (np.unique(rows[column]) for column in ("cell", "cancer"))
    at = np.searchsorted(cells, rows["cell"]), np.searchsorted(cancers, rows["cancer"])
    se = rows["se"].to_numpy()
    weight = 1 / se**2
    sums = np.bincount(at[0], weight * rows["log_ratio"]), np.bincount(at[0], weight)
    centers, tau = (sums[0] / sums[1])[at[0]], np.zeros(len(rows))
    if vary:
        by_cell = spread(rows).set_index("cell").loc[cells]
        centers, tau = np.log(by_cell["ratio"].to_numpy())[at[0]], np.sqrt(by_cell["tau2"].to_numpy())[at[0]]
    rng = np.random.default_rng(SEED)
    chance = rng.standard_normal((draws, len(cancers), len(cells)))
    if correlations is not None:
        chance = chance @ _root(correlations, cells).T
    true = rng.standard_normal((draws, len(rows)))
    drawn = centers + tau * true + se * chance[:, at[1], at[0]]
    significant = _adjusted(2 * special.ndtr(-np.abs(drawn / se))) < LEVEL
    counts = _opposite(drawn, significant, at[0], len(cells))
    seen = controlled(rows)
    observed = len(opposite(seen))
    return Null(
        observed=observed,
        expected=float(counts.mean()),
        limit=float(np.quantile(counts, 0.95)),
        p=float((np.sum(counts >= observed) + 1) / (draws + 1)),
        significant=int((seen["q"] < LEVEL).sum()),
        expected_significant=float(significant.sum(axis=1).mean()),
    )


def _adjusted(p: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg along the last axis of p (draws, tests)."""
    order = np.argsort(p, axis=1)
    tests = p.shape[1]
    scaled = np.take_along_axis(p, order, axis=1) * tests / np.arange(1, tests + 1)
    q = np.minimum(np.minimum.accumulate(scaled[:, ::-1], axis=1)[:, ::-1], 1)
    back = np.empty_like(q)
    np.put_along_axis(back, order, q, axis=1)
    return back


def _opposite(drawn: np.ndarray, significant: np.ndarray, cell: np.ndarray, cells: int) -> np.ndarray:
    """How many cells in each draw have significant ratios on both sides."""
    member = np.zeros((len(cell), cells))
    member[np.arange(len(cell)), cell] = 1
    above, below = (significant & side for side in (drawn > 0, drawn < 0))
    return ((above @ member > 0) & (below @ member > 0)).sum(axis=1)


def _root(correlations: pd.DataFrame, cells: np.ndarray) -> np.ndarray:
    """A square root of the correlation matrix; log-ratios sum to zero, so that it may lack one rank."""
    matrix = np.eye(len(cells))
    first, second = (np.searchsorted(cells, correlations[column]) for column in ("cell", "other"))
    matrix[first, second] = matrix[second, first] = correlations["correlation"]
    values, vectors = np.linalg.eigh(matrix)
    return vectors * np.sqrt(np.clip(values, 0, None))
