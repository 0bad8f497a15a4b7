"""The network that findings draw: cell, factor, target, with signs.

An edge joins a cell to a factor that it acts through, and a factor to what it acts on. Rows of one laboratory on one
subject with one sign are one voice; a laboratory that found both signs is two. A row whose group is not told speaks for
its reference.

Whether a sign belongs to the factor, to the cell or to the organ is asked by dealing: were the signs dealt anew among
the voices, how many subjects with two voices or more would carry both?
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd

__all__ = ["Mixed", "both_if", "graph", "mixed", "voices"]

DRAWS = 10_000
SEED = 1889
UNTOLD = ("-", "not stated")


@dataclass(frozen=True)
class Mixed:
    """Subjects heard twice or more, those that carry both signs, and how many would by chance.

    `low` and `high` hold 95 of 100 dealings; `p` is one-sided, for as few as observed or fewer.
    """

    subjects: int
    both: int
    expected: float
    low: float
    high: float
    p: float


def voices(findings: pd.DataFrame, by: str) -> pd.DataFrame:
    """A row for each subject, laboratory and sign: `subject`, `voice`, `sign`.

    `findings` has `ref`, `group`, `sign` (promotes, restrains, no effect) and the column `by`, a list separated by
    "; ". Subjects that are not told fall away, and so do findings of no effect.
    """
    rows = findings[findings["sign"] != "no effect"].copy()
    rows["voice"] = rows["group"].where(rows["group"] != "not stated", rows["ref"])
    rows["subject"] = rows[by].str.split("; ")
    rows = rows.explode("subject")
    rows = rows[~rows["subject"].isin(UNTOLD)]
    return rows[["subject", "voice", "sign"]].drop_duplicates().sort_values(["subject", "voice", "sign"])


def mixed(heard: pd.DataFrame, draws: int = DRAWS) -> Mixed:
    """Deal the signs of `heard` (of `voices`) among its rows, and count the subjects that carry both."""
    subject, names = pd.factorize(heard["subject"], sort=True)
    promotes = (heard["sign"] == "promotes").to_numpy()
    size = np.bincount(subject)

    def count(signs: np.ndarray) -> np.ndarray:
        """Subjects with both signs in each row of `signs`."""
        cell = subject + len(names) * np.arange(len(signs))[:, None]
        ups = np.bincount(cell[signs], minlength=len(signs) * len(names)).reshape(len(signs), -1)
        return ((ups > 0) & (ups < size)).sum(axis=1)

    rng = np.random.default_rng(SEED)
    null = count(rng.permuted(np.tile(promotes, (draws, 1)), axis=1))
    observed = int(count(promotes[None])[0])
    low, high = np.quantile(null, [0.025, 0.975])
    return Mixed(
        subjects=int(np.sum(size > 1)),
        both=observed,
        expected=float(null.mean()),
        low=float(low),
        high=float(high),
        p=float((np.sum(null <= observed) + 1) / (draws + 1)),
    )


def both_if(heard: pd.DataFrame, agreement: float) -> float:
    """How many subjects would carry both signs if each voice spoke its subject's own sign with this probability."""
    if not 0.5 <= agreement <= 1:
        raise ValueError(f"found an agreement of {agreement}, expected one from 0.5 to 1")
    size = heard.groupby("subject").size().to_numpy()
    return float(np.sum(1 - agreement**size - (1 - agreement) ** size))


def graph(findings: pd.DataFrame) -> nx.DiGraph:
    """Nodes with `kind` (cell, factor, target); edges with the findings that promote, restrain or do neither.

    `findings` has `source`, `factor`, `target` (lists separated by "; ") and `sign`. A term may be a factor in one row
    and a target in another: it is then one node, of the kind factor.
    """
    drawn = nx.DiGraph()
    for row in findings.itertuples():
        cells, factors, targets = (_told(part) for part in (row.source, row.factor, row.target))
        for kind, terms in (("target", targets), ("cell", cells), ("factor", factors)):
            for term in terms:
                drawn.add_node(term)
                if drawn.nodes[term].get("kind") != "factor":
                    drawn.nodes[term]["kind"] = kind
        for start, end in [*((a, b) for a in cells for b in factors), *((a, b) for a in factors for b in targets)]:
            if start == end:
                continue
            if not drawn.has_edge(start, end):
                drawn.add_edge(start, end, promotes=0, restrains=0, neither=0)
            drawn.edges[start, end][row.sign if row.sign != "no effect" else "neither"] += 1
    return drawn


def _told(text: str) -> list[str]:
    return [term for term in text.split("; ") if term not in UNTOLD]
