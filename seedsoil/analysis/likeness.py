"""Is likeness of cells a matter of their kind or of their place?

Pairs of cell types are compared by two labels that each cell bears, as lineage and organ. A label is tested by dealing
it anew among the cells (Mantel's test), for pairs that share a cell are not independent. To ask of the organ what the
lineage does not explain, organs are dealt within each lineage and only pairs of two lineages are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Contrast", "square", "within"]

DRAWS = 2_000
BATCH = 500  # dealings at once, for memory
SEED = 1889


@dataclass(frozen=True)
class Contrast:
    """Mean likeness of pairs that share the label, and of those that do not.

    `same_pairs` and `other_pairs` are the pairs counted. `low` and `high` hold 95 of 100 differences of dealt labels,
    and `p`, two-sided, is the share of dealings at least as far from their mean as what was found.
    """

    same: float
    other: float
    difference: float
    low: float
    high: float
    p: float
    same_pairs: int
    other_pairs: int


def square(pairs: pd.DataFrame, value: str = "correlation") -> pd.DataFrame:
    """A symmetric matrix with ones on its diagonal, of pairs (`cell`, `other`) that each stand once.

    Raises ValueError where a pair is wanting or stands twice.
    """
    cells = sorted({*pairs["cell"], *pairs["other"]})
    both = pd.concat([pairs, pairs.rename(columns={"cell": "other", "other": "cell"})])[["cell", "other", value]]
    if len(pairs) != len(cells) * (len(cells) - 1) // 2 or both.duplicated(["cell", "other"]).any():
        raise ValueError(f"found {len(pairs)} pairs of {len(cells)} cells, expected each pair of two cells once")
    matrix = both.pivot(index="cell", columns="other", values=value).reindex(index=cells, columns=cells)
    return matrix.fillna(1.0)  # a pair of a cell with itself


def within(
    matrix: pd.DataFrame,
    label: pd.Series,
    strata: pd.Series | None = None,
    *,
    untold: str = "other",
    draws: int = DRAWS,
) -> Contrast:
    """Mean likeness of pairs with the same `label` less that of pairs with another, against dealt labels.

    `label` and `strata` are indexed by cell. With `strata`, labels are dealt within a stratum and pairs of one stratum
    are left out. A label `untold` is the same as no other.
    """
    cells = list(matrix.index)
    names = pd.factorize(label.loc[cells].where(label.loc[cells] != untold))[0]  # -1 where it is not told
    likeness = matrix.to_numpy()
    stratum = np.zeros(len(cells), int) if strata is None else pd.factorize(strata.loc[cells])[0]
    one, two = np.triu_indices(len(cells), 1)
    if strata is not None:
        kept = stratum[one] != stratum[two]
        one, two = one[kept], two[kept]
    values = likeness[one, two]

    total = values.sum()

    def means(names: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each row of `names`: the mean of pairs with one label, that of the others, how many have one."""
        same = (names[:, one] == names[:, two]) & (names[:, one] >= 0)
        number, summed = same.sum(axis=1), same @ values
        return summed / number, (total - summed) / (len(values) - number), number

    same, other, number = (float(found[0]) for found in means(names[None]))
    rng = np.random.default_rng(SEED)
    members = [np.flatnonzero(stratum == value) for value in np.unique(stratum)]
    dealt = []
    for begun in range(0, draws, BATCH):
        shuffled = np.tile(names, (min(BATCH, draws - begun), 1))
        for index in members:
            shuffled[:, index] = rng.permuted(shuffled[:, index], axis=1)
        alike, unlike, _ = means(shuffled)
        dealt.append(alike - unlike)
    dealt = np.concatenate(dealt)
    found = same - other
    p = (1 + np.sum(np.abs(dealt - dealt.mean()) >= abs(found - dealt.mean()))) / (draws + 1)
    low, high = np.quantile(dealt, [0.025, 0.975])
    return Contrast(same, other, found, float(low), float(high), float(p), int(number), len(values) - int(number))
