"""Claims against expression: by hand, by counting every dealing, with a known answer, and the refusals."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from seedsoil.analysis import placing

LEVELS = pd.DataFrame(
    {"lung": [9.0, 1, 5, 0.1], "liver": [1.0, 9, 5, 0.2], "brain": [2.0, 2, 7, 0.3]}, index=["A", "B", "C", "low"]
)
NAMED = pd.DataFrame({"gene": ["A", "A", "B", "C", "low"], "organ": ["lung", "lung", "liver", "lung", "brain"]})


def test_claims_are_every_gene_and_organ_of_a_row():
    findings = pd.DataFrame(
        {"factor": ["A; B", "-", "X"], "organ": ["lung; liver", "lung", "lung"], "sign": list("abc")}
    )
    rows = placing.claims(findings, {"A", "B"}, {"lung", "liver"})
    assert sorted(zip(rows["gene"], rows["organ"], rows["sign"], strict=True)) == [
        ("A", "liver", "a"), ("A", "lung", "a"), ("B", "liver", "a"), ("B", "lung", "a"),
    ]  # fmt: skip


def test_by_hand_and_by_every_dealing():
    """A in lung is top, B in liver is top, C in lung ties for the lower ranks: 1, 1 and 1/4."""
    placed = placing.place(NAMED, LEVELS)
    assert (placed.claims, placed.genes) == (3, 3)  # one claim twice, one gene that no organ expresses
    assert placed.rank == pytest.approx(2.25 / 3) and placed.top == pytest.approx(2 / 3)
    rank = {"A": {"lung": 1, "liver": 0}, "B": {"lung": 0, "liver": 1}, "C": {"lung": 0.25, "liver": 0.25}}
    dealt = [
        np.mean([rank[gene][organ] for gene, organ in zip("ABC", organs, strict=True)])
        for organs in permutations(["lung", "liver", "lung"])
    ]
    assert placed.rank_null == pytest.approx(np.mean(dealt), abs=0.02)
    assert placed.rank_p == pytest.approx(np.mean(np.array(dealt) >= 0.75 - 1e-9), abs=0.02)


@pytest.mark.parametrize("follow, found", [(0.8, True), (0.0, False)], ids=["the organ's own", "any organ"])
def test_made_up_claims(follow, found):
    rng = np.random.default_rng(7)
    organs = ["lung", "liver", "brain", "bone", "node", "fat"]
    levels = pd.DataFrame(rng.lognormal(3, 1, (60, 6)), columns=organs, index=[f"G{i}" for i in range(60)])
    own = levels.idxmax(axis=1)
    organ = [own[gene] if rng.random() < follow else rng.choice(organs) for gene in levels.index]
    placed = placing.place(pd.DataFrame({"gene": levels.index, "organ": organ}), levels)
    assert (placed.rank_p < 0.001 and placed.top_p < 0.001) is found
    assert (placed.top > placed.top_limit) is found


def test_two_kinds_apart():
    rng = np.random.default_rng(8)
    levels = pd.DataFrame(rng.lognormal(3, 1, (80, 6)), columns=list("abcdef"), index=[f"G{i}" for i in range(80)])
    high = pd.DataFrame({"gene": levels.index, "organ": levels.idxmax(axis=1).to_numpy()})
    any_ = pd.DataFrame({"gene": levels.index, "organ": rng.choice(list("abcdef"), 80)})
    difference, p = placing.apart(high[:40], any_[40:], levels)
    assert difference > 0.3 and p < 0.001
    assert placing.apart(any_[:40], any_[40:], levels)[1] > 0.05


def test_too_few_genes():
    with pytest.raises(ValueError, match="found 2 genes"):
        placing.place(NAMED[:3], LEVELS)
