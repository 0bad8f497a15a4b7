"""Pairs that share a name: by hand, planted and absent agreement, and the refusals."""

import numpy as np
import pytest

from seedsoil.analysis.repeats import interval, repeats


def test_by_hand():
    found = repeats([{"a"}, {"a", "b"}, {"b"}, {"c"}], ["x", "x", "y", "y"], ["1", "2", "3", "4"], draws=50)
    assert found[:4] == (1, 2, 1, 4)  # of 6 pairs: x-x share a, y-y nothing; between, the second and third share b
    assert found.difference == pytest.approx(1 / 2 - 1 / 4)


def test_a_group_is_not_held_against_itself():
    found = repeats([{"a"}, {"a"}, {"b"}, {"c"}], ["x", "x", "x", "y"], ["1", "1", "2", "3"], draws=50)
    assert found[:4] == (0, 2, 0, 3)


def test_planted_agreement_is_seen_and_chance_is_not():
    labels = np.repeat(list("abcd"), 6)
    groups = [str(i) for i in range(24)]
    assert repeats([{own} for own in labels], labels, groups, draws=300).p < 0.01
    rng = np.random.default_rng(3)
    p = [repeats([{str(n)} for n in rng.integers(0, 4, 24)], labels, groups, draws=60, seed=s).p for s in range(80)]
    assert np.mean(np.array(p) <= 0.1) < 0.2


def test_the_interval_leaves_nothing_out_by_chance_and_holds_a_planted_difference():
    labels = np.repeat(list("abcd"), 6)
    groups = [str(i) for i in range(24)]
    assert interval([{own} for own in labels], labels, groups) == pytest.approx((1, 1))
    rng, held = np.random.default_rng(4), []
    for seed in range(60):
        low, high = interval([{str(n)} for n in rng.integers(0, 3, 24)], labels, groups, draws=300, seed=seed)
        held.append(low <= 0 <= high)
    assert np.mean(held) > 0.85


def test_the_interval_leaves_out_pairs_within_a_group():
    assert interval([{"a"}, {"a"}, {"b"}, {"c"}], list("xxxy"), list("1123")) == (0, 0)


def test_the_same_seed_gives_the_same_p():
    arguments = [{"a"}, {"a"}, {"b"}, {"c"}, {"c"}], list("xxyyz"), list("12345")
    assert repeats(*arguments) == repeats(*arguments)


def test_refusals():
    with pytest.raises(ValueError, match="as many"):
        repeats([{"a"}], ["x", "y"], ["1"])
    with pytest.raises(ValueError, match="no pair"):
        repeats([{"a"}, {"b"}], ["x", "y"], ["1", "2"])
