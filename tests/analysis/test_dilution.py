"""The promise of a marker that not all patients have: by hand, by simulation, and its refusals."""

import numpy as np
import pytest

from seedsoil.analysis import dilution


def test_by_hand():
    assert dilution.at_start(1.6, 0.5) == pytest.approx(1 / 1.3)
    assert dilution.at_start(1.6, np.array([0, 1])) == pytest.approx([1, 0.625])


@pytest.mark.parametrize("ratio", [1.25, 1.6, 6.04])
def test_at_the_ends_both_are_the_same(ratio):
    for share in (0, 1):
        assert dilution.over_time(ratio, share) == pytest.approx(float(dilution.at_start(ratio, share)))
    assert dilution.over_time(ratio, 0.9999) == pytest.approx(1 / ratio, rel=1e-2)


@pytest.mark.parametrize("ratio", [1.25, 1.6, 6.04])
@pytest.mark.parametrize("share", [0.162, 0.5, 0.812])
def test_the_ratio_over_time_lies_between_the_first_and_none(ratio, share):
    assert float(dilution.at_start(ratio, share)) < dilution.over_time(ratio, share) < 1


def test_more_marked_patients_and_a_higher_ratio_promise_more():
    shares = [dilution.over_time(1.6, share) for share in np.linspace(0, 1, 11)]
    ratios = [dilution.over_time(ratio, 0.5) for ratio in (1.2, 1.6, 2, 6)]
    assert (np.diff(shares) < 0).all() and (np.diff(ratios) < 0).all()


def cox_of_two_arms(control: np.ndarray, treated: np.ndarray) -> float:
    """Cox's ratio of the treated arm, by Newton's method on the partial likelihood; all events seen, none tied."""
    times = np.concatenate([control, treated])
    arm = np.concatenate([np.zeros(len(control)), np.ones(len(treated))])[np.argsort(times)]
    at_risk = np.cumsum(np.ones_like(arm)[::-1])[::-1]
    in_treated = np.cumsum(arm[::-1])[::-1]
    b = 0.0
    for _ in range(20):
        expected = np.exp(b) * in_treated / (at_risk - in_treated + np.exp(b) * in_treated)
        b += np.sum(arm - expected) / np.sum(expected * (1 - expected))
    return float(np.exp(b))


@pytest.mark.parametrize(("ratio", "share"), [(1.6, 0.5), (6.04, 0.5), (6.04, 0.162)])
def test_simulated_patients_agree(ratio, share):
    random, n = np.random.default_rng(20261128), 400_000
    marked = random.random(n) < share
    control = random.exponential(1 / np.where(marked, ratio, 1.0))
    found = cox_of_two_arms(control, random.exponential(size=n))
    assert found == pytest.approx(dilution.over_time(ratio, share), abs=4 * np.sqrt(2 / n))


@pytest.mark.parametrize(("ratio", "share"), [(0, 0.5), (0.9, 0.5), (1.6, -0.1), (1.6, 1.1), (np.nan, 0.5)])
def test_impossible_values_are_refused(ratio, share):
    with pytest.raises(ValueError, match="expected one of at least 1, and one from 0 to 1"):
        dilution.at_start(ratio, share)
    with pytest.raises(ValueError, match="expected one of at least 1, and one from 0 to 1"):
        dilution.over_time(ratio, share)
