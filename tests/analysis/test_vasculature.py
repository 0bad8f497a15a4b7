"""Tumor and vessels: the volumes at rest, the course toward them, and the days on which lesions are seen."""

import numpy as np
import pytest
from scipy import optimize

from seedsoil.analysis.vasculature import Lesion, rate_ratio, relapses

FLOORS = [0.5, 1.0, 10.0]
DRUGS = [0.0, 2.0, 5.85, 20.0]


@pytest.mark.parametrize("drug", [0.0, 1.0, 5.0])
def test_without_a_floor_it_rests_where_the_published_model_rests(drug):
    lesion = Lesion(floor=0)
    expected = ((5.85 - drug) / 0.00873) ** 1.5
    assert lesion.rest(drug) == pytest.approx(expected, rel=1e-12)
    assert lesion.rates(expected, expected, drug) == pytest.approx((0, 0), abs=1e-7)


def test_a_small_floor_goes_over_into_none():
    assert Lesion(floor=1e-9).rest(3) == pytest.approx(Lesion(floor=0).rest(3), rel=1e-9)
    assert Lesion(floor=0).rest(6) == 0


@pytest.mark.parametrize("floor", FLOORS)
@pytest.mark.parametrize("drug", DRUGS)
def test_nothing_changes_at_rest_and_small_pushes_die_out(floor, drug):
    lesion = Lesion(floor=floor)
    volume = lesion.rest(drug)
    capacity = volume - floor
    assert np.abs(lesion.rates(volume, capacity, drug)) == pytest.approx(0, abs=1e-6 * volume)
    jacobian = optimize.approx_fprime(
        np.array([volume, capacity]), lambda state: np.array(lesion.rates(*state, drug)), 1e-6 * volume
    )
    assert np.linalg.eigvals(jacobian).real.max() < 0


@pytest.mark.parametrize("floor", FLOORS)
@pytest.mark.parametrize("drug", [0.0, 2.0, 20.0])  # at 5.85, the stimulus itself, the last part of the way is slow
def test_every_course_ends_at_rest(floor, drug):
    lesion = Lesion(floor=floor)
    volume, capacity = lesion.course(np.array([0, 400.0]), np.array([floor, 100, 30_000]), np.array([0, 10, 1]), drug)
    assert volume[:, -1] == pytest.approx(lesion.rest(drug), rel=1e-4)
    assert capacity[:, -1] == pytest.approx(lesion.rest(drug) - floor, rel=1e-3, abs=1e-3)


def test_a_stronger_drug_rests_lower_and_never_below_the_floor():
    lesion = Lesion()
    rests = [lesion.rest(drug) for drug in np.linspace(0, 200, 60)]
    assert (np.diff(rests) < 0).all() and rests[-1] > lesion.floor
    assert lesion.rest(1e6) == pytest.approx(lesion.floor, rel=1e-4)


def test_a_lesion_without_vessels_does_not_feel_the_drug():
    lesion = Lesion()
    for drug in DRUGS:
        assert lesion.rates(lesion.floor, 0.0, drug)[0] == 0
    assert Lesion(stimulus=0).course(np.array([0, 500.0]), 1.0, 0.0, 20.0)[0] == pytest.approx(1.0)


def test_without_a_drug_all_wait_alike_and_the_wait_is_that_of_the_course():
    lesion = Lesion()
    wait = lesion.seen(np.array([0.0, 7, 300]), 524) - np.array([0, 7, 300])
    assert wait == pytest.approx(wait[0])
    assert lesion.course(np.array([0, wait[0]]), 1.0, 0.0)[0][0, -1] == pytest.approx(524, rel=1e-4)


@pytest.mark.parametrize("drug", [1.0, 3.0, 8.0])
def test_the_day_it_is_seen_is_that_of_one_lesion_followed_through_drug_and_after(drug):
    lesion, until, size = Lesion(), 40.0, 524.0
    for switch in (0.0, 13.0, 39.0, 60.0):
        day = lesion.seen(np.array([switch]), size, drug, until)[0]
        on = max(min(day, until) - switch, 0)
        volume, capacity = np.array([1.0]), np.array([0.0])
        if on > 0:
            volume, capacity = (state[:, -1] for state in lesion.course(np.array([0, on]), volume, capacity, drug))
        if day > until:
            start = max(until, switch)
            volume = lesion.course(np.array([0, day - start]), volume, capacity)[0][:, -1]
        assert volume == pytest.approx(size, rel=2e-3)


def test_the_drug_delays_only_those_that_switch_under_it():
    lesion = Lesion()
    switch = np.linspace(0, 80, 161)
    delay = lesion.seen(switch, 524, 5.0, 40.0) - lesion.seen(switch, 524)
    assert (delay[switch < 25] > 0).all() and delay[switch >= 40] == pytest.approx(0)


def test_a_size_that_is_never_reached_is_refused():
    with pytest.raises(ValueError, match="found the size 20000"):
        Lesion().seen(np.array([0.0]), 20_000)
    with pytest.raises(ValueError, match="above the floor 1"):
        Lesion().seen(np.array([0.0]), 0.5)


def test_rate_ratio_by_hand():
    treated, control = np.array([1.0, 3, 9]), np.array([1.0, 2, 3])
    # In [0, 2): one event in 1 + 2 + 2 years; one in 1 + 2 + 2.
    assert rate_ratio(treated, control, 0, 2) == pytest.approx(1)
    # In [2, 4): one event in 0 + 1 + 2 years; two in 0 + 0 + 1.
    assert rate_ratio(treated, control, 2, 4) == pytest.approx((1 / 3) / 2)
    # Half of the patients carry none: three more in each arm, at risk for all of the window.
    assert rate_ratio(treated, control, 2, 4, carrying=0.5) == pytest.approx((1 / 9) / (2 / 7))


def test_rate_ratio_of_exponential_times_is_the_hazard_ratio():
    share = (np.arange(100_000) + 0.5) / 100_000
    slow, fast = -np.log(share) / 0.1, -np.log(share) / 0.2
    for window in ((0, 2), (2, 5)):
        assert rate_ratio(slow, fast, *window) == pytest.approx(0.5, rel=1e-3)


def test_without_a_floor_it_follows_the_untreated_mice():
    """Mean volumes (mm³) of Lewis lung carcinoma that the README of radivot/canceR lists, and its starting capacity."""
    days = np.array([0, 4, 7, 10, 13, 16, 19])
    seen = np.array([192, 728, 2319, 3590, 5852, 8591, 10438])
    assert Lesion(floor=0).course(days, 192, 625)[0][0] == pytest.approx(seen, rel=0.2)


def test_relapses_wait_for_the_switch_and_the_lag():
    arms = relapses(Lesion(), 524, lag=6, rate=0.05, drug=5.85, months=12, patients=4000)
    assert arms["none"].min() == pytest.approx(6, abs=0.01)
    assert np.mean(arms["none"] - 6) == pytest.approx(20, rel=0.01)  # one over the rate
    assert arms["stopped"] == pytest.approx(arms["none"] + 12)
    late = arms["none"] >= 18  # these switch after the drug
    assert arms["held"][late] == pytest.approx(arms["none"][late])
    assert (arms["held"][~late] > arms["none"][~late]).all()
    nothing = relapses(Lesion(), 524, lag=6, rate=0.05, drug=0, months=12)
    assert nothing["held"] == pytest.approx(nothing["none"])
