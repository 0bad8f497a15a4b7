"""How much a primary tells of the organ: information in tables of counts, death by site, colonization by lineage.

The estimators are the usual ones: mutual information with Miller's correction (Miller, in Quastler, Information theory
in psychology, 1955), permutation nulls over tables with both margins fixed, stratified hazard ratios, and sums of
squares within and between groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import special, stats

from seedsoil.analysis.response import hazard_ratios
from seedsoil.synthesis.pooling import LEAST, combine

__all__ = [
    "between_groups",
    "composition",
    "exact_difference",
    "information",
    "left_out",
    "site_ratios",
    "specificity",
    "within_groups",
]


def _entropy(counts: np.ndarray) -> np.ndarray:
    """Entropy in bits of the counts along the last axis, uncorrected."""
    total = counts.sum(axis=-1)
    return np.log2(total) - special.xlogy(counts, counts).sum(axis=-1) / np.log(2) / total


def _shared(tables: np.ndarray) -> np.ndarray:
    """Mutual information in bits of tables (..., rows, columns), uncorrected."""
    flat = tables.reshape(*tables.shape[:-2], -1)
    return _entropy(tables.sum(axis=-1)) + _entropy(tables.sum(axis=-2)) - _entropy(flat)


def _bias(tables: np.ndarray) -> np.ndarray:
    """Miller's correction of `_shared`, in bits: what a table of independent counts shares on average."""
    rows = (tables.sum(axis=-1) > 0).sum(axis=-1)
    columns = (tables.sum(axis=-2) > 0).sum(axis=-1)
    cells = (tables > 0).sum(axis=(-2, -1))
    return (cells - rows - columns + 1) / (2 * tables.sum(axis=(-2, -1)) * np.log(2))


def information(table: pd.DataFrame, rng: np.random.Generator, draws: int = 1000) -> pd.Series:
    """What the rows of a table of counts tell of its columns, in bits and as a share of the entropy of the columns.

    Returns `patients`; `entropy` of the columns; `bits` shared, corrected for bias, with `ci_low` and `ci_high` (95%,
    patients drawn again, each draw corrected twice: for its own bias and for that of the table it was drawn from);
    `share`, `share_low`, `share_high` of the entropy; and of `draws` tables with the same margins and no association
    the mean `null_mean`, uncorrected, and the p value `p`. Counts are of patients, one each.
    """
    counts = table.to_numpy(dtype=int)
    if (counts < 0).any() or min(counts.shape) < 2 or not counts.sum():
        raise ValueError("expected counts with two rows and two columns or more")
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    found, bias = _shared(counts), _bias(counts)
    null = _shared(stats.random_table(counts.sum(axis=1), counts.sum(axis=0)).rvs(draws, random_state=rng))
    again = rng.multinomial(counts.sum(), counts.ravel() / counts.sum(), draws).reshape(draws, *counts.shape)
    low, high = np.quantile(_shared(again) - _bias(again) - bias, [0.025, 0.975])
    entropy, bits = _entropy(counts.sum(axis=0)), found - bias
    values = {"patients": counts.sum(), "entropy": entropy, "bits": bits, "ci_low": low, "ci_high": high}
    shares = {"share": bits / entropy, "share_low": low / entropy, "share_high": high / entropy}
    p = (1 + (null >= found).sum()) / (draws + 1)
    return pd.Series({**values, **shares, "null_mean": null.mean(), "p": p})


def specificity(table: pd.DataFrame) -> pd.Series:
    """For each column, how far its rows are from those of the whole table, in bits (Kullback-Leibler, uncorrected)."""
    within, whole = table / table.sum(), table.sum(axis=1) / table.to_numpy().sum()
    return (special.xlogy(within, within.div(whole, axis=0)).sum() / np.log(2)).sort_values(ascending=False)


def site_ratios(deaths: pd.DataFrame, reference: str, adjust: Sequence[str] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Hazard ratios of death by `site` against `reference` within each `tumor_type`, and taken together over types.

    `deaths` has events and person_years by tumor_type, site, start and the columns of `adjust`, whose baselines are
    free. A group without a death is left out. Returns one row a type and site (estimate, ci_low, ci_high, se, deaths),
    and one row a site: k types, the mean ratio of random effects (Paule and Mandel, Hartung and Knapp) with its
    interval, tau2, i2 (percent) and the interval in which a further type is expected. Sites of fewer than three types
    are not pooled.
    """
    rows = []
    for kind, group in deaths.groupby("tumor_type", observed=True):
        dead = group.groupby("site", observed=True)["events"].sum()
        sites = [site for site in dead.index[dead > 0] if site != reference]
        if not dead.get(reference, 0) or not sites:
            continue
        group = group[group["site"].isin([reference, *sites])]
        exposures = pd.DataFrame({site: (group["site"] == site).astype(float) for site in sites})
        found = hazard_ratios(group, exposures, ["start", *adjust]).rename_axis("site").reset_index()
        rows.append(found.assign(tumor_type=kind, deaths=dead[found["site"]].to_numpy()))
    each = pd.concat(rows, ignore_index=True)
    pooled = []
    for site, group in each.groupby("site"):
        if len(group) >= LEAST:
            found = combine("HR", np.log(group["estimate"].to_numpy()), group["se"].to_numpy() ** 2)
            pooled.append({"site": site, **asdict(found)})
    return each, pd.DataFrame(pooled)


def between_groups(sums: pd.DataFrame, weights: dict[str, float]) -> pd.Series:
    """What groups explain of a weighted sum of measures, from sums within groups.

    `sums` has one row a group (`lineage`) and pair of measures (`organ`, `other_organ`): lines, mean, other_mean and
    covariance (divided by the lines), as `metmap_lineages`. Returns `share` of the variance between groups (eta
    squared), `adjusted` for the number of groups (epsilon squared), `f` and `p`, and the numbers `lines` and `groups`.
    """
    names = list(weights)
    vector = np.array([weights[name] for name in names])
    size, means, products = _moments(sums, names)
    mean, inside = means @ vector, np.einsum("i,gij,j->g", vector, products, vector)
    n, k = size.sum(), len(size)
    within = (size * inside).sum()
    between = (size * (mean - size @ mean / n) ** 2).sum()
    f = between / (k - 1) / (within / (n - k))
    share = between / (between + within)
    adjusted = 1 - (1 - share) * (n - 1) / (n - k)
    return pd.Series(
        {"share": share, "adjusted": adjusted, "f": f, "p": stats.f.sf(f, k - 1, n - k), "lines": n, "groups": k}
    )


def within_groups(sums: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Correlations of measures within groups, pooled over groups (see `between_groups`)."""
    size, _, products = _moments(sums, list(names))
    pooled = np.einsum("g,gij->ij", size, products)
    scale = np.sqrt(np.diag(pooled))
    return pd.DataFrame(pooled / np.outer(scale, scale), index=list(names), columns=list(names))


def left_out(sums: pd.DataFrame, part: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Correlations of measures over the lines of `sums` that are not in `part`, both as in `between_groups`.

    Groups are not told apart, for a line may change its group with the choice of lines.
    """
    size, mean, products = 0, 0, 0
    for sign, table in ((1, sums), (-1, part)):
        lines, means, inside = _moments(table, list(names))
        size = size + sign * lines.sum()
        mean = mean + sign * lines @ means
        products = products + sign * np.einsum("g,gij->ij", lines, inside + means[:, :, None] * means[:, None, :])
    products = products - np.outer(mean, mean) / size
    scale = np.sqrt(np.diag(products))
    return pd.DataFrame(products / np.outer(scale, scale), index=list(names), columns=list(names))


def _moments(sums: pd.DataFrame, names: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sizes (groups,), means (groups, names) and covariances (groups, names, names)."""
    both = pd.concat([sums, sums.rename(columns={"organ": "other_organ", "other_organ": "organ"})])
    both = both.drop_duplicates(["lineage", "organ", "other_organ"])
    products = [
        block.pivot(index="organ", columns="other_organ", values="covariance") for _, block in both.groupby("lineage")
    ]
    alone = sums[sums["organ"] == sums["other_organ"]]
    means = alone.pivot(index="lineage", columns="organ", values="mean")[names]
    size = alone.groupby("lineage")["lines"].first()
    return size.to_numpy(), means.to_numpy(), np.array([block.loc[names, names].to_numpy() for block in products])


def exact_difference(values: Sequence[float], group: Sequence[bool]) -> pd.Series:
    """Exact permutation test of a difference in means between two groups of individuals.

    Returns the `difference` (inside minus outside `group`), two-sided `p` over all ways to choose as many, `ways`, and
    the smallest p that so many individuals allow, `least`.
    """
    values, inside = np.asarray(values, dtype=float), np.asarray(group, dtype=bool)
    chosen = np.array(list(combinations(range(len(values)), int(inside.sum()))))
    sums = values[chosen].sum(axis=1)
    away = np.abs(sums - sums.mean())
    found = abs(values[inside].sum() - sums.mean())
    p = (away >= found * (1 - 1e-12)).mean()
    difference = values[inside].mean() - values[~inside].mean()
    return pd.Series({"difference": difference, "p": p, "ways": len(chosen), "least": 1 / len(chosen)})


def composition(counts: pd.DataFrame, most: int) -> pd.Series:
    """Do the rows of a table of events differ in their composition? Log-linear model without interaction.

    `counts` holds events by group (rows) and kind (columns); one individual may have up to `most` events, one of each
    kind, so that the deviance `g2` is inflated at most `most` times. Returns g2, `df`, `p` as if events were
    individuals, and `p_bound` with g2 divided by `most`.
    """
    observed = counts.to_numpy(dtype=float)
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0)) / observed.sum()
    g2 = 2 * (special.xlogy(observed, observed / expected)).sum()
    df = (observed.shape[0] - 1) * (observed.shape[1] - 1)
    return pd.Series({"g2": g2, "df": df, "p": stats.chi2.sf(g2, df), "p_bound": stats.chi2.sf(g2 / most, df)})
