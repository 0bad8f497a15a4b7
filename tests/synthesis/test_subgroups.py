"""What remains of a trial without a subgroup, and what a comparison of subgroups could have told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedsoil.synthesis.pooling import pool
from seedsoil.synthesis.ratios import log_and_se
from seedsoil.synthesis.subgroups import compare, detectable, kept, power, ratios_by_pair, rest


def row(log, se):
    return {"estimate": np.exp(log), "ci_low": np.exp(log - 1.959964 * se), "ci_high": np.exp(log + 1.959964 * se)}


@given(st.floats(-1, 1), st.floats(0.1, 0.5), st.floats(-1, 1), st.floats(0.1, 0.5))
def test_two_strata_pooled_and_one_taken_away_leave_the_other(a, se_a, b, se_b):
    weights = np.array([se_a**-2, se_b**-2])
    whole = row(np.average([a, b], weights=weights), weights.sum() ** -0.5)
    left, se = log_and_se(rest(whole, row(a, se_a)))
    assert (left, se) == (pytest.approx(b, abs=1e-5), pytest.approx(se_b, rel=1e-5))
    by_whole, by_stratum = compare(row(a, se_a), whole, other_is="whole"), compare(row(a, se_a), row(b, se_b))
    assert by_whole["estimate"] == pytest.approx(by_stratum["estimate"], rel=1e-5)
    by_part = compare(whole, row(b, se_b), other_is="part")
    assert by_part["estimate"] == pytest.approx(by_stratum["estimate"], rel=1e-5)
    assert (by_part["log_one"], by_part["se_one"]) == (pytest.approx(a, abs=1e-5), pytest.approx(se_a, rel=1e-5))


def test_what_a_report_prints_of_the_others_is_found_again():
    """PALOMA-3, progression or death: all, with and without visceral metastases, as a later report prints them."""
    names = ("estimate", "ci_low", "ci_high")
    everybody, visceral, others = (0.50, 0.40, 0.62), (0.50, 0.38, 0.65), (0.48, 0.33, 0.71)
    found = rest(dict(zip(names, everybody, strict=True)), dict(zip(names, visceral, strict=True)))
    assert found[list(names)].tolist() == pytest.approx(others, abs=0.04)


def test_a_part_more_precise_than_its_whole_is_named():
    with pytest.raises(ValueError, match="found a part with a standard error of 0.1 in a whole with 0.2"):
        rest(row(0, 0.2), row(0, 0.1))


def test_what_the_other_is_has_to_be_one_of_three_words():
    with pytest.raises(ValueError, match="found 'all', expected stratum, whole or part"):
        compare(row(0, 0.2), row(0, 0.3), other_is="all")


def test_the_detectable_ratio_is_detected_with_its_chance():
    """By simulation: the share of positive tests where the true ratio is the detectable one."""
    rng = np.random.default_rng(1)
    for chance, se in ((0.8, 0.15), (0.9, 0.4)):
        true = np.log(detectable(se, chance))
        positive = np.abs(rng.normal(true, se, 40_000) / se) > 1.959964
        assert positive.mean() == pytest.approx(chance, abs=0.01)
        assert power(np.exp(true), se) == pytest.approx(chance, abs=1e-3)
    assert power(1, 0.3) == pytest.approx(0.05)
    assert power(0.5, 0.3) == pytest.approx(power(2, 0.3))


def test_the_share_of_an_effect_that_is_kept():
    """By simulation: the interval holds the true share in 95 of 100, and a common factor of the ratios leaves none."""
    rng = np.random.default_rng(2)
    share, ses = 0.6, np.array([0.1, 0.15, 0.2, 0.12])
    others = np.array([-0.4, -0.3, -0.5, -0.35])
    held = []
    for _ in range(400):
        drawn = [row(rng.normal(share * log, se), se) for log, se in zip(others, ses, strict=True)]
        against = [row(rng.normal(log, se / 2), se / 2) for log, se in zip(others, ses, strict=True)]
        found = kept(pd.DataFrame([compare(one, other) for one, other in zip(drawn, against, strict=True)]))
        held.append(found["ci_low"] < share < found["ci_high"])
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)
    with pytest.raises(ValueError, match="found an effect in the other patients that chance can make"):
        kept(pd.DataFrame([compare(row(-0.3, 0.1), row(-0.05, 0.1))]))


def test_pairs_become_rows_that_can_be_pooled():
    """Three pairs, pooled by inverse variance by hand; where they agree there is no variance between them."""
    logs, ses = [0.1, 0.15, 0.05], [0.2, 0.1, 0.3]
    effects = pd.DataFrame(
        [
            {"id": f"one-{i}", "ref": f"trial{i}", **row(log, se * 0.8)}
            for i, (log, se) in enumerate(zip(logs, ses, strict=True))
        ]
        + [{"id": f"other-{i}", "ref": f"trial{i}", **row(0, se * 0.6)} for i, se in enumerate(ses)]
    ).assign(read_at="abstract", shared_control=None, overlap=None)
    pairs = pd.DataFrame(
        [{"id": f"pair-{i}", "one": f"one-{i}", "other": f"other-{i}", "other_is": "stratum"} for i in range(3)]
    )
    table = ratios_by_pair(pairs, effects)
    assert table["se"].tolist() == pytest.approx(ses)
    assert table["ref"].tolist() == ["trial0", "trial1", "trial2"]
    pooled = pool(table, set())
    assert pooled.estimate == pytest.approx(np.exp(np.average(logs, weights=np.power(ses, -2.0))))
    assert pooled.tau2 == 0
