"""Opposite signs between cancers: known answers, and nulls that hold their level."""

import numpy as np
import pandas as pd
import pytest

from seedsoil.analysis import opposites


def ratios(true: np.ndarray, se: float, seed: int) -> pd.DataFrame:
    """Log ratios of cells (rows of `true`) in cancers (columns) with chance errors of `se`."""
    rng = np.random.default_rng(seed)
    cells, cancers = np.indices(true.shape)
    return pd.DataFrame(
        {
            "cell": [f"cell {number:02}" for number in cells.ravel()],
            "cancer": [f"cancer {number:02}" for number in cancers.ravel()],
            "log_ratio": (true + se * rng.standard_normal(true.shape)).ravel(),
            "se": se,
        }
    )


def test_adjusted_p_are_those_of_scipy():
    from scipy import stats

    rows = opposites.controlled(ratios(np.zeros((5, 8)), 0.1, 1))
    assert rows["q"].to_numpy() == pytest.approx(stats.false_discovery_control(rows["p"].to_numpy()))


def test_a_cell_with_both_signs_is_found():
    true = np.zeros((6, 10))
    true[2, 0], true[2, 1] = 0.8, -0.8
    rows = opposites.controlled(ratios(true, 0.1, 2))
    assert opposites.opposite(rows) == ["cell 02"]
    found = opposites.draw(rows)
    assert found.observed == 1
    assert found.p < 0.01


def test_one_effect_for_all_is_not_called_opposite():
    pvalues = [opposites.draw(ratios(np.full((8, 10), 0.2), 0.1, seed), draws=200).p for seed in range(20)]
    assert np.mean(np.array(pvalues) < 0.05) <= 0.1


def test_effects_that_vary_explain_what_one_effect_cannot():
    true = 0.5 * np.random.default_rng(5).standard_normal((8, 12))
    rows = ratios(true, 0.1, 6)
    assert opposites.draw(rows).p < 0.01
    assert opposites.draw(rows, vary=True).p > 0.05


def test_correlated_cells_are_drawn_together():
    rows = ratios(np.zeros((2, 200)), 0.1, 7)
    tied = pd.DataFrame({"cell": ["cell 01"], "other": ["cell 00"], "correlation": [0.9]})
    root = opposites._root(tied, np.array(["cell 00", "cell 01"]))
    assert (root @ root.T)[0, 1] == pytest.approx(0.9)
    assert opposites.draw(rows, tied, draws=50).observed == 0


def test_spread_tells_heterogeneity_from_none():
    rng = np.random.default_rng(8)
    true = np.vstack([np.full(19, 0.1), 0.4 * rng.standard_normal(19)])
    by = opposites.spread(ratios(true, 0.1, 9)).set_index("cell")
    assert by.loc["cell 00", "turned"] < 0.05
    assert by.loc["cell 01", "i2"] > 60
    assert by.loc["cell 01", "p"] < 0.001
