"""Two groups of trials compared: the arithmetic by hand, and what metafor said of the same rows."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from seedsoil.synthesis.contrast import between_groups, intervals_from_p
from seedsoil.synthesis.pooling import random_effects


def rows(logs, errors):
    half = stats.norm.ppf(0.975) * np.array(errors)
    names = [f"trial-{number}" for number in range(len(logs))]
    return pd.DataFrame(
        {
            "id": names,
            "ref": names,
            "study": names,
            "measure": "HR",
            "estimate": np.exp(logs),
            "ci_low": np.exp(logs - half),
            "ci_high": np.exp(logs + half),
            "ci_level": 95.0,
            "shared_control": None,
            "overlap": None,
            "read_at": "abstract",
        }
    )


SPREAD = rows(np.array([-0.5, -0.1, -0.4, 0.0, 0.3, -0.1, 0.1]), [0.1, 0.1, 0.15, 0.12, 0.1, 0.2, 0.1])
GROUP = pd.Series([False] * 4 + [True] * 3)


def test_what_metafor_said():
    # rma(yi, sei = sei, mods = ~ x, method = "PM", test = "adhoc", control = list(tol = 1e-12, maxiter = 10000))
    found = between_groups(SPREAD, GROUP, set())
    assert found.estimate == pytest.approx(1.4598853, rel=1e-5)
    assert (found.ci_low, found.ci_high) == pytest.approx((0.9425867, 2.2610814), rel=1e-5)
    assert found.p == pytest.approx(0.0768225, rel=1e-4)
    assert found.tau2 == pytest.approx(0.0341245, rel=1e-4)
    assert (found.k, found.k_group) == (7, 3)


def test_within_strata_only_differences_inside_them_count():
    # rma(yi, sei = sei, mods = ~ x + s, method = "PM", test = "adhoc", control = list(tol = 1e-12, maxiter = 10000))
    stratum = pd.Series(list("aabbabc"))
    found = between_groups(SPREAD, GROUP, set(), stratum)
    assert (found.estimate, found.p) == pytest.approx((1.4600365, 0.2321863), rel=1e-4)
    assert (found.ci_low, found.ci_high, found.tau2) == pytest.approx((0.6517658, 3.2706631, 0.0657461), rel=1e-4)
    # The trial of c stands alone in its stratum: whatever it found, the ratio is the same.
    moved = SPREAD.copy()
    moved.loc[6, ["estimate", "ci_low", "ci_high"]] *= 5
    assert between_groups(moved, GROUP, set(), stratum).estimate == pytest.approx(found.estimate)


def test_trials_that_agree_too_well_are_no_proof_of_precision():
    found = between_groups(
        rows(np.array([-0.2, -0.2, 0.1, 0.1]), [0.1] * 4), pd.Series([False, False, True, True]), set()
    )
    half = stats.t.ppf(0.975, 2) * 0.1  # the common effect: two variances of 0.01 / 2
    assert found.tau2 == 0
    assert (found.ci_low, found.ci_high) == pytest.approx((np.exp(0.3 - half), np.exp(0.3 + half)))


def test_the_order_of_the_groups_only_turns_the_ratio_around():
    one, other = between_groups(SPREAD, GROUP, set()), between_groups(SPREAD, ~GROUP, set())
    assert (one.estimate, one.ci_low) == pytest.approx((1 / other.estimate, 1 / other.ci_high))
    assert one.p == pytest.approx(other.p)


def test_the_group_is_aligned_with_the_rows_by_index():
    shuffled = SPREAD.sample(frac=1, random_state=1)
    assert between_groups(shuffled, GROUP, set()).estimate == pytest.approx(
        between_groups(SPREAD, GROUP, set()).estimate
    )


def test_a_study_is_not_compared_with_itself_unasked():
    twice = SPREAD.assign(study=["TRIAL-0", *SPREAD["study"][1:6], "trial 0"])
    with pytest.raises(ValueError, match="trial-0, trial-6: found 2 rows of the study"):
        between_groups(twice, GROUP, set())
    told = between_groups(twice, GROUP, set(), apart={"TRIAL-0": "two halves that share no patient"})
    assert told == between_groups(SPREAD, GROUP, set())


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [("read_at", "unverified", "read_at unverified"), ("ref", "gone2001", "the retracted reference")],
)
def test_rows_that_no_pool_takes_are_not_compared(column, value, said):
    spoiled = SPREAD.copy()
    spoiled.loc[2, column] = value
    with pytest.raises(ValueError, match=f"trial-2: found {said}"):
        between_groups(spoiled, GROUP, {"gone2001"})


def test_one_trial_in_a_group_is_too_few():
    with pytest.raises(ValueError, match="found 1 and 6 trials"):
        between_groups(SPREAD, pd.Series([True] + [False] * 6), set())


def test_an_interval_from_p_gives_back_that_p_and_a_bound_widens_it():
    given = pd.DataFrame(
        {
            "estimate": [0.8, 0.8, 0.8, 1.2],
            "ci_low": [np.nan, np.nan, np.nan, 1.0],
            "ci_high": [np.nan, np.nan, np.nan, 1.4],
            "ci_level": [np.nan, np.nan, np.nan, 95.0],
            "p": ["0.04", "<0.04", "", "0.05"],
        }
    )
    found = intervals_from_p(given)
    assert list(found["from_p"]) == [True, True, False, False]
    se = np.log(found["ci_high"] / found["ci_low"]) / (2 * stats.norm.ppf(0.975))
    assert 2 * stats.norm.sf(abs(np.log(0.8)) / se[0]) == pytest.approx(0.04)
    assert se[1] == pytest.approx(se[0])
    assert np.isnan(found.loc[2, "ci_low"]) and found.loc[3, "ci_low"] == 1.0
    assert given["ci_low"].isna().sum() == 3, "the rows that were given are not changed"


def test_without_a_moderator_the_mean_is_that_of_the_pool():
    logs = np.log(SPREAD["estimate"].to_numpy())[:4]
    errors = np.log(SPREAD["ci_high"] / SPREAD["ci_low"]).to_numpy()[:4] / (2 * stats.norm.ppf(0.975))
    mean, *_ = random_effects(logs, errors**2)
    assert min(logs) < mean < max(logs)
