"""Whether works on one subject name the same things more often than works on different subjects do.

Each work has a set of names (cells, factors), a label (an organ) and a group (a laboratory). Only pairs of works from
different groups count, for a laboratory repeats itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Repeats", "interval", "repeats"]


class Repeats(NamedTuple):
    """Pairs of works that share a name, within a label and between labels, and the P of the difference."""

    within: int
    of_within: int
    between: int
    of_between: int
    p: float

    @property
    def difference(self) -> float:
        """Share of pairs within a label that share a name, less that between labels."""
        return self.within / self.of_within - self.between / self.of_between


def repeats(
    names: Sequence[Collection[str]], labels: Sequence[str], groups: Sequence[str], draws: int = 2000, seed: int = 2026
) -> Repeats:
    """Counts the pairs, and asks how often shuffled labels give as large a difference (one-sided, with the data).

    Labels are shuffled among groups, each group's works keeping theirs together in their order, so that a laboratory
    which works on one organ stays on one. Raises ValueError where lengths differ or a label has no second group.
    """
    if not len(names) == len(labels) == len(groups):
        raise ValueError(
            f"found {len(names)} names, {len(labels)} labels, {len(groups)} groups, expected as many of each"
        )
    sets = [frozenset(own) for own in names]
    first, second = np.triu_indices(len(sets), 1)
    codes = {group: [i for i, own in enumerate(groups) if own == group] for group in dict.fromkeys(groups)}
    apart = np.array([groups[i] != groups[j] for i, j in zip(first, second, strict=True)])
    first, second = first[apart], second[apart]
    share = np.array([bool(sets[i] & sets[j]) for i, j in zip(first, second, strict=True)])
    where = np.unique(np.asarray(labels), return_inverse=True)[1]

    def counts(where: np.ndarray) -> tuple[int, int, int, int]:
        same = where[first] == where[second]
        return int(share[same].sum()), int(same.sum()), int(share[~same].sum()), int((~same).sum())

    found = counts(where)
    if not (found[1] and found[3]):
        raise ValueError("found no pair of groups within a label, or none between, expected both")
    rng, sizes = np.random.default_rng(seed), {}
    for members in codes.values():
        sizes.setdefault(len(members), []).append(members)
    observed, as_large = found[0] / found[1] - found[2] / found[3], 1
    for _ in range(draws):
        shuffled = where.copy()
        for alike in sizes.values():  # groups with as many works exchange their labels
            for own, other in zip(alike, rng.permutation(len(alike)), strict=True):
                shuffled[own] = where[alike[other]]
        within, of_within, between, of_between = counts(shuffled)
        if of_within and of_between:
            as_large += within / of_within - between / of_between >= observed - 1e-12
    return Repeats(*found, as_large / (draws + 1))


def interval(
    names: Sequence[Collection[str]], labels: Sequence[str], groups: Sequence[str], draws: int = 2000, seed: int = 2026
) -> tuple[float, float]:
    """The 95% interval of the difference of `repeats` when groups are drawn anew, with replacement.

    A pair of works counts as often as the groups of both were drawn, multiplied; a group makes no pair with itself.
    """
    group, own = np.unique(np.asarray(groups), return_inverse=True)
    first, second = np.triu_indices(len(own), 1)
    first, second = (ends[own[first] != own[second]] for ends in (first, second))
    same = np.asarray(labels)[first] == np.asarray(labels)[second]
    sets = [frozenset(one) for one in names]
    share = np.array([bool(sets[i] & sets[j]) for i, j in zip(first, second, strict=True)])
    drawn = np.random.default_rng(seed).multinomial(len(group), np.full(len(group), 1 / len(group)), draws)
    weight = drawn[:, own[first]] * drawn[:, own[second]]
    with np.errstate(invalid="ignore"):  # a draw without any pair of one sort tells nothing
        parts = [weight[:, which & share].sum(1) / weight[:, which].sum(1) for which in (same, ~same)]
    low, high = np.nanpercentile(parts[0] - parts[1], [2.5, 97.5])
    return float(low), float(high)
