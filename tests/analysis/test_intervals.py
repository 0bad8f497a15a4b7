"""Intervals without a model: by hand, and how often they hold what they promise."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from seedsoil.analysis.intervals import garwood, median_interval, share, sign_test, wilson


def test_sign_test_and_median_by_hand():
    result = sign_test([1, 2, 3, -1])
    assert result[["above", "n", "share"]].tolist() == [3, 4, 0.75] and result["p"] == pytest.approx(0.625)
    values = np.arange(1, 101)
    interval = median_interval(values)
    # Ranks 40 and 61 are the textbook limits for a hundred values.
    assert interval.tolist() == [50.5, 40, 61, 100]
    with pytest.raises(ValueError, match="found 5 values"):
        median_interval(values[:5])


def test_a_share_has_the_exact_interval():
    # Clopper and Pearson: with none of ten the upper limit is 1 - 0.025^(1/10).
    assert share(0, 10).tolist() == pytest.approx([0, 0, 1 - 0.025**0.1, 10])


def test_median_intervals_hold_the_median_in_95_of_100():
    rng = np.random.default_rng(5)
    draws = [median_interval(rng.exponential(size=25)) for _ in range(600)]
    held = np.mean([row["ci_low"] <= np.log(2) <= row["ci_high"] for row in draws])
    assert 0.94 < held < 0.985


@pytest.mark.parametrize("n", [1, 7, 40])
def test_shares_agree_with_statsmodels_at_every_count(n):
    counts = np.arange(n + 1)
    for method, found in [
        ("beta", np.array([share(count, n)[["ci_low", "ci_high"]] for count in counts]).T),
        ("wilson", wilson(counts, np.full(n + 1, n))),
    ]:
        np.testing.assert_allclose(found, proportion_confint(counts, n, method=method), atol=1e-12)
    narrow, wide = wilson([3], [7], 0.8), wilson([3], [7], 0.99)
    assert wide[0] < narrow[0] < 3 / 7 < narrow[1] < wide[1]


def test_counts_have_the_exact_interval():
    low, high = garwood([0, 1, 10])
    assert high[0] == pytest.approx(-np.log(0.025)) and low[0] == 0
    # At each end the count that was found, or one further off, has a chance of 2.5%.
    assert stats.poisson.sf([0, 9], low[1:]) == pytest.approx([0.025] * 2)
    assert stats.poisson.cdf([1, 10], high[1:]) == pytest.approx([0.025] * 2)
    assert garwood([10], 0.99)[0] < low[2]
