"""Is what papers name for an organ high in that organ? Ranks of expression against permuted claims.

A claim is a gene and an organ in which a finding places it. Each gene is ranked over the organs, so that nothing but
its own pattern counts, and the claims say which of its ranks are read. The null deals the genes' sets of organs anew
among the genes: how often an organ is claimed, and how many organs a gene has, stay as they are, and what falls is only
that these organs were claimed for this gene.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["Placed", "apart", "claims", "place"]

DRAWS = 10_000
SEED = 1889


@dataclass(frozen=True)
class Placed:
    """How high the claimed organs stand among the organs of their genes, and in claims dealt at random.

    `rank` is the mean of (rank - 1) / (organs - 1), 0 where the gene is lowest and 1 where it is highest; `top` the
    share of claims in which the organ is the highest of all. P values are one-sided: as high as observed, or higher.
    The limits are the least that would have had a P below 0.05.
    """

    claims: int
    genes: int
    rank: float
    rank_null: float
    rank_limit: float
    rank_p: float
    top: float
    top_null: float
    top_limit: float
    top_p: float


def claims(findings: pd.DataFrame, genes: set[str], organs: set[str]) -> pd.DataFrame:
    """A row for each gene and organ that a finding names together, with the finding's other columns.

    `findings` has `factor` and `organ`, each a list separated by "; "; what is not in `genes` or `organs` falls away.
    """
    rows = findings.assign(gene=findings["factor"].str.split("; "), organ=findings["organ"].str.split("; "))
    rows = rows.explode("gene").explode("organ")
    return rows[rows["gene"].isin(genes) & rows["organ"].isin(organs)].reset_index(drop=True)


def place(named: pd.DataFrame, levels: pd.DataFrame, least: float = 1.0, draws: int = DRAWS) -> Placed:
    """Rank the organs of the claims `named` (columns gene, organ) in `levels` (genes by organs).

    A gene and organ claimed more than once counts once. Genes that no organ expresses at `least` are left out, for
    their ranks are noise. Ties get their mean rank, and a tie for the top is no top. Raises ValueError where fewer than
    three genes are left.
    """
    table, claimed = _claimed(named, levels, least)
    if len(table) < 3:
        raise ValueError(f"found {len(table)} genes with a claim that an organ expresses, expected at least three")
    rank, top = _ranks(table)
    rng = np.random.default_rng(SEED)
    dealt = rng.permuted(np.tile(np.arange(len(table)), (draws, 1)), axis=1)
    n = claimed.sum()
    # claimed[dealt] is draws x genes x organs: the set of organs that each gene was dealt
    ranks = np.einsum("dgo,go->d", claimed[dealt], rank, optimize=True) / n
    tops = np.einsum("dgo,go->d", claimed[dealt], top.astype(float), optimize=True) / n
    observed_rank, observed_top = rank[claimed].mean(), top[claimed].mean()
    return Placed(
        claims=int(n),
        genes=len(table),
        rank=float(observed_rank),
        rank_null=float(ranks.mean()),
        rank_limit=float(np.quantile(ranks, 0.95)),
        rank_p=_p(ranks, observed_rank),
        top=float(observed_top),
        top_null=float(tops.mean()),
        top_limit=float(np.quantile(tops, 0.95)),
        top_p=_p(tops, observed_top),
    )


def apart(one: pd.DataFrame, other: pd.DataFrame, levels: pd.DataFrame, least: float = 1.0) -> tuple[float, float]:
    """The difference of the mean ranks of two kinds of claims (`one` less `other`), and its two-sided P.

    The null deals the two kinds anew among all their claims.
    """
    ranks = []
    for named in (one, other):
        table, claimed = _claimed(named, levels, least)
        ranks.append(_ranks(table)[0][claimed])
    every, first = np.concatenate(ranks), len(ranks[0])
    observed = ranks[0].mean() - ranks[1].mean()
    rng = np.random.default_rng(SEED)
    dealt = rng.permuted(np.tile(every, (DRAWS, 1)), axis=1)
    null = dealt[:, :first].mean(axis=1) - dealt[:, first:].mean(axis=1)
    return float(observed), _p(np.abs(null), abs(observed))


def _claimed(named: pd.DataFrame, levels: pd.DataFrame, least: float) -> tuple[pd.DataFrame, np.ndarray]:
    """The levels of the genes that are claimed and expressed, and which of their organs are claimed."""
    pairs = named[["gene", "organ"]].drop_duplicates()
    genes = [gene for gene in sorted(set(pairs["gene"])) if gene in levels.index and levels.loc[gene].max() >= least]
    pairs = pairs[pairs["gene"].isin(genes)]
    table = levels.loc[genes]
    claimed = np.zeros(table.shape, dtype=bool)
    claimed[table.index.get_indexer(pairs["gene"]), table.columns.get_indexer(pairs["organ"])] = True
    return table, claimed


def _ranks(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Where each organ stands for each gene, 0 lowest and 1 highest, and where it is highest alone."""
    rank = (table.rank(axis=1).to_numpy() - 1) / (table.shape[1] - 1)
    return rank, rank == 1


def _p(null: np.ndarray, observed: float) -> float:
    return float((np.sum(null >= observed - 1e-12) + 1) / (len(null) + 1))
