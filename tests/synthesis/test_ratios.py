"""Ratios turned around, compared and read on their scale: by hand, by symmetry, and against the pooling by logarithms."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from seedsoil.synthesis.pooling import pool
from seedsoil.synthesis.ratios import pool_unlogged, ratio_of_ratios, scales, turned


def rows(*triples, level=95.0) -> pd.DataFrame:
    table = pd.DataFrame(triples, columns=["estimate", "ci_low", "ci_high"], dtype=float)
    return table.assign(intervention="drug", comparator="placebo", ci_level=level)


def test_a_ratio_for_the_control_is_turned_and_others_are_left():
    table = rows((1.25, 1.0, 2.0), (0.8, 0.5, 1.0))
    table.loc[0, ["intervention", "comparator"]] = ["placebo", "drug"]
    found = turned(table, {"placebo"})
    assert found.loc[0, ["intervention", "comparator"]].tolist() == ["drug", "placebo"]
    assert found.loc[0, ["estimate", "ci_low", "ci_high"]].tolist() == [0.8, 0.5, 1.0]
    pd.testing.assert_series_equal(found.loc[1], table.loc[1])
    assert table.loc[0, "estimate"] == 1.25  # the rows given stay as they are


def test_turning_needs_no_interval():
    table = rows((2.0, np.nan, np.nan)).assign(intervention="placebo", comparator="drug")
    assert turned(table, {"placebo"})["estimate"].tolist() == [0.5]


triples = st.tuples(st.floats(0.1, 10), st.floats(1.01, 5), st.floats(1.01, 5)).map(
    lambda drawn: (drawn[0], drawn[0] / drawn[1], drawn[0] * drawn[2])
)


@given(st.lists(triples, min_size=1, max_size=5))
def test_turned_twice_is_as_before_and_intervals_stay_ordered(drawn):
    table = rows(*drawn).assign(intervention="placebo", comparator="drug")
    once = turned(table, {"placebo"})
    assert (once["ci_low"] <= once["estimate"]).all() and (once["estimate"] <= once["ci_high"]).all()
    again = turned(once.assign(intervention="placebo", comparator="drug"), {"placebo"})
    np.testing.assert_allclose(again[["estimate", "ci_low", "ci_high"]], table[["estimate", "ci_low", "ci_high"]])


def ratio(log: float, se: float, level: float = 95) -> dict:
    half = stats.norm.ppf(0.5 + level / 200) * se
    low, middle, high = np.exp([log - half, log, log + half])
    return {"estimate": middle, "ci_low": low, "ci_high": high, "ci_level": level}


def test_a_ratio_of_ratios_by_hand():
    found = ratio_of_ratios(ratio(np.log(0.8), 0.3), ratio(np.log(0.5), 0.4))
    assert found["estimate"] == pytest.approx(1.6)
    assert found["z"] == pytest.approx(np.log(1.6) / 0.5)
    assert found["p"] == pytest.approx(2 * (1 - stats.norm.cdf(np.log(1.6) / 0.5)))
    assert np.log(found[["ci_low", "ci_high"]].to_numpy(float)) == pytest.approx(
        np.log(1.6) + np.array([-1, 1]) * 1.959964 * 0.5
    )


def test_the_level_of_an_interval_does_not_matter_and_is_95_where_none_is_given():
    wide = ratio_of_ratios(ratio(-0.3, 0.1, 98.4), ratio(0.1, 0.2, 96))
    assert wide.to_numpy(float) == pytest.approx(ratio_of_ratios(ratio(-0.3, 0.1), ratio(0.1, 0.2)).to_numpy(float))
    plain = {name: value for name, value in ratio(-0.3, 0.1).items() if name != "ci_level"}
    assert ratio_of_ratios(plain, ratio(0.1, 0.2, 90)).to_numpy(float) == pytest.approx(wide.to_numpy(float))


def test_a_ratio_the_other_way_around_is_the_reciprocal():
    there, back = (
        ratio_of_ratios(a, b) for a, b in [(ratio(0.4, 0.1), ratio(0, 0.2)), (ratio(0, 0.2), ratio(0.4, 0.1))]
    )
    assert back["estimate"] == pytest.approx(1 / there["estimate"])
    assert (back["ci_low"], back["ci_high"]) == pytest.approx((1 / there["ci_high"], 1 / there["ci_low"]))
    assert back["p"] == pytest.approx(there["p"])


def test_its_interval_covers_and_p_is_uniform_where_nothing_differs():
    random = np.random.default_rng(2026)
    drawn = random.normal(-0.4, [0.1, 0.15], size=(4000, 2))
    found = [ratio_of_ratios(ratio(a, 0.1), ratio(b, 0.15)) for a, b in drawn]
    covered = np.mean([row["ci_low"] < 1 < row["ci_high"] for row in found])
    assert covered == pytest.approx(0.95, abs=0.012)
    assert stats.kstest([row["p"] for row in found], "uniform").pvalue > 0.001


@pytest.mark.parametrize("broken", [{"ci_low": np.nan}, {"ci_low": 0.0}, {"ci_low": 2.0, "ci_high": 2.0}])
def test_it_refuses_what_has_no_interval(broken):
    with pytest.raises(ValueError, match="expected one above 0 of some width"):
        ratio_of_ratios({**ratio(0, 0.1), **broken}, ratio(0, 0.1))


def test_a_ratio_over_itself_is_one():
    same = rows((1.6, 1.26, 1.94)).iloc[0]
    found = ratio_of_ratios(same, same)
    assert found["estimate"] == 1 and found["ci_low"] == pytest.approx(1 / found["ci_high"])


def test_scales_tell_where_an_interval_is_symmetric():
    table = scales(rows((1.6, 1.2, 2.0), (2.0, 1.0, 4.0)))
    assert table["raw"].tolist() == pytest.approx([1, 2]) and table["log"][1] == pytest.approx(1)
    assert table["log"][0] < 1
    # Delta method: half a width of 0.4 around 1.6 is a quarter of it.
    assert table["log_low"][0] == pytest.approx(1.6 * math.exp(-0.25))
    assert table["log_high"][0] == pytest.approx(1.6 * math.exp(0.25))


def test_unlogged_pooling_by_hand():
    """Equal errors: the variance between is that of the ratios less the squared error, and the weights are equal."""
    ratios, error = np.array([0.6, 1.0, 1.7]), 0.1
    half = stats.norm.isf(0.025) * error
    found = pool_unlogged(rows(*((r, r - half, r + half) for r in ratios)))
    assert found["estimate"] == pytest.approx(ratios.mean(), rel=1e-5)
    width = stats.t.isf(0.025, 2) * math.sqrt(ratios.var(ddof=1) / 3)
    assert found["ci_high"] - found["estimate"] == pytest.approx(width, rel=1e-4)


def test_unlogged_pooling_uses_the_level_of_the_interval():
    wide, narrow = rows((0.9, 0.7, 1.1), (1.2, 1.0, 1.4), (1.0, 0.5, 1.5)), None
    narrow = wide.assign(ci_level=[95.0, 99.0, 95.0])
    assert pool_unlogged(narrow)["estimate"] > pool_unlogged(wide)["estimate"]


def test_without_logarithms_large_ratios_weigh_less():
    """Three studies of the same relative precision: on the log scale the mean is the geometric one."""
    table = rows(*((r, r / 1.5, r * 1.5) for r in (1.0, 1.1, 5.0))).assign(
        id=list("abc"), ref=list("abc"), measure="HR", shared_control=None, overlap=None, read_at="abstract"
    )
    logged = pool(table, set())
    assert logged.estimate == pytest.approx((1.0 * 1.1 * 5.0) ** (1 / 3), rel=1e-4)
    assert pool_unlogged(table)["estimate"] != pytest.approx(logged.estimate, rel=0.01)
    narrow = rows(*((r, r / 1.1, r * 1.1) for r in (1.0, 1.0, 1.02)))
    assert pool_unlogged(narrow)["estimate"] < np.mean([1.0, 1.0, 1.02])
