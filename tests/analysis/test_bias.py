"""Detection and rival deaths: by hand, by simulation, and their refusals."""

import numpy as np
import pytest

from seedsoil.analysis import bias

SETTINGS = {"prevalence": 0.2, "incidence": 0.1, "sensitivity": 0.85}


def test_by_hand():
    assert bias.risk_ratio(0.5, 0.2) == pytest.approx(0.5 / 0.9)
    assert bias.e_value([2, 0.5, 1]) == pytest.approx([2 + 2**0.5, 2 + 2**0.5, 1])
    assert bias.at_autopsy(0.4) == pytest.approx(2.5)
    # 40 of 100 and, at odds of 1/4 against 2/3, 20 of 100; 10 of each were there at the start: 30 to 60, 10 to 80
    assert bias.at_autopsy(0.375, risk=0.4, present=0.1) == pytest.approx((30 / 60) / (10 / 80))
    assert bias.at_autopsy(0.375, risk=0.4, present=0.25) == np.inf
    # 100 with, 100 without the state, 20 metastases each: found 17 and 8.5; later 3 and 11.5 missed, 8 new in each
    assert bias.later_ratio(0.5, 1, **SETTINGS) == pytest.approx((19.5 / 91.5) / (11 / 83))


def test_the_missed_are_among_the_later_ones():
    # 100 people, 20 metastases, 17 found; of the 83 others 11 later have some: 3 missed, 8 new in 80
    assert bias.incidence(11 / 83, prevalence=0.2, sensitivity=0.85) == pytest.approx(0.1)
    assert bias.incidence(2 / 83, prevalence=0.2, sensitivity=0.85) < 0  # 3 were missed
    with pytest.raises(ValueError, match="found later"):
        bias.incidence(1.1, prevalence=0.2, sensitivity=0.85)


@pytest.mark.parametrize("sensitivity", [0.85, 0.9, 1.0])
def test_how_much_the_missed_make_later_does_not_depend_on_the_sensitivity(sensitivity):
    """Half of 23 in 100 hidden: 11.5 more show later, whatever else was missed. Taking all later ones for new fails."""
    there, later = 0.23 / sensitivity, 0.06
    new = bias.incidence(later, prevalence=there, sensitivity=sensitivity)
    ratio = bias.later_ratio(0.5, 1, prevalence=there, incidence=new, sensitivity=sensitivity)
    expected = (0.115 + 0.06 * 0.77) / 0.885 / 0.06
    assert ratio == pytest.approx(expected)
    if sensitivity < 1:
        fault = bias.later_ratio(0.5, 1, prevalence=there, incidence=later, sensitivity=sensitivity)
        assert fault != pytest.approx(expected, rel=0.01)


def test_no_bias_and_no_difference_is_one():
    assert bias.later_ratio(1, 1, **SETTINGS) == pytest.approx(1)
    assert bias.both_times(1, 1, **SETTINGS) == pytest.approx((1, 1))


@pytest.mark.parametrize("relative", [0.6, 0.8, 0.95])
@pytest.mark.parametrize("alike", [True, False])
def test_both_times_finds_what_made_the_ratios(relative, alike):
    true = 0.7
    late = bias.later_ratio(relative, true, **SETTINGS, new=1 if alike else true)
    assert bias.both_times(relative * true, late, **SETTINGS, alike=alike) == pytest.approx((relative, true))


def test_a_ratio_out_of_reach_ends_at_the_edge():
    assert bias.both_times(0.5, 5, **SETTINGS) == pytest.approx((0.5, 1))
    assert bias.both_times(0.5, 0.5, **SETTINGS) == pytest.approx((1, 0.5))


def test_rival_deaths_make_the_odds_ratio_of_an_autopsy_series():
    rng = np.random.default_rng(1)
    n, hazard, death, ratio = 400_000, 0.2, 0.3, 2.4
    odds = []
    for rate in (death, ratio * death):
        first = rng.exponential(1 / hazard, n) < rng.exponential(1 / rate, n)
        odds.append(first.mean() / (1 - first.mean()))
    assert bias.at_autopsy(odds[1] / odds[0]) == pytest.approx(ratio, rel=0.02)


def test_later_metastases_as_simulated():
    rng = np.random.default_rng(2)
    n, rates = 400_000, []
    for share, sees, comes in ((0.2, 0.85, 0.1), (0.2 * 0.7, 0.85 * 0.6, 0.1 * 1.3)):
        ill = rng.random(n) < share
        found = ill & (rng.random(n) < sees)
        later = (ill & ~found) | (~ill & (rng.random(n) < comes))
        rates.append(later[~found].mean())
    assert bias.later_ratio(0.6, 0.7, **SETTINGS, new=1.3) == pytest.approx(rates[1] / rates[0], rel=0.02)


def test_refusals():
    with pytest.raises(ValueError, match="risk"):
        bias.risk_ratio(0.5, 1.2)
    with pytest.raises(ValueError, match="above 0"):
        bias.e_value(0)
    with pytest.raises(ValueError, match="above 0"):
        bias.at_autopsy(-1)
    with pytest.raises(ValueError, match="prevalence"):
        bias.later_ratio(1, 6, **SETTINGS)
