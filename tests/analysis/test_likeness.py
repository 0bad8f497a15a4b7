"""Likeness by label: by hand, with a known answer in either direction, and the refusals."""

import numpy as np
import pandas as pd
import pytest

from seedsoil.analysis import likeness

CELLS = [f"{kind}{place}" for kind in "ABC" for place in "wxyz"]
KIND = pd.Series([cell[0] for cell in CELLS], index=CELLS)
PLACE = pd.Series([cell[1] for cell in CELLS], index=CELLS)


def matrix(kind: float, place: float, noise: float = 0.02) -> pd.DataFrame:
    """Likeness 0.5, more by `kind` and by `place` where two cells share them, and a little noise."""
    rng = np.random.default_rng(4)
    table = pd.DataFrame(1.0, index=CELLS, columns=CELLS)
    for a, one in enumerate(CELLS):
        for two in CELLS[a + 1 :]:
            value = 0.5 + kind * (one[0] == two[0]) + place * (one[1] == two[1]) + rng.normal(0, noise)
            table.at[one, two] = table.at[two, one] = value
    return table


def test_by_hand():
    table = pd.DataFrame(
        [[1, 0.9, 0.2, 0.4], [0.9, 1, 0.3, 0.1], [0.2, 0.3, 1, 0.7], [0.4, 0.1, 0.7, 1]], list("abcd"), list("abcd")
    )
    label = pd.Series(["one", "one", "two", "two"], index=list("abcd"))
    found = likeness.within(table, label, draws=200)
    assert (found.same, found.other) == (pytest.approx(0.8), pytest.approx(0.25))
    assert (found.same_pairs, found.other_pairs) == (2, 4)
    assert found.difference == pytest.approx(0.55)

    place = pd.Series(["left", "right", "left", "other"], index=list("abcd"))
    across = likeness.within(table, place, label, draws=50)
    assert (across.same, across.other) == (pytest.approx(0.2), pytest.approx((0.4 + 0.3 + 0.1) / 3))


def test_a_kind_is_seen_and_a_place_that_does_nothing_is_not():
    table = matrix(kind=0.3, place=0)
    assert likeness.within(table, KIND, draws=500).p < 0.01
    found = likeness.within(table, PLACE, KIND, draws=500)
    assert found.p > 0.05 and found.low < found.difference < found.high


def test_a_place_is_seen_beside_a_stronger_kind():
    found = likeness.within(matrix(kind=0.3, place=0.1), PLACE, KIND, draws=500)
    assert found.p < 0.01 and found.difference == pytest.approx(0.1, abs=0.03)


def test_a_place_that_is_not_told_is_no_place():
    table = matrix(kind=0, place=0.2, noise=0)
    place = PLACE.replace({"z": "other"})
    assert likeness.within(table, place, KIND, draws=50).same_pairs == 3 * 3
    assert likeness.within(table, place, KIND, draws=50).same == pytest.approx(0.7)


def test_pairs_become_a_square():
    pairs = pd.DataFrame({"cell": ["a", "a", "b"], "other": ["b", "c", "c"], "correlation": [0.1, 0.2, 0.3]})
    table = likeness.square(pairs)
    assert table.at["c", "a"] == table.at["a", "c"] == 0.2 and table.at["b", "b"] == 1


@pytest.mark.parametrize("spoil", [lambda p: p.iloc[1:], lambda p: pd.concat([p, p.iloc[[0]]])])
def test_a_missing_or_repeated_pair_is_refused(spoil):
    pairs = pd.DataFrame({"cell": ["a", "a", "b"], "other": ["b", "c", "c"], "correlation": [0.1, 0.2, 0.3]})
    with pytest.raises(ValueError, match="each pair of two cells once"):
        likeness.square(spoil(pairs))


def test_a_pair_entered_for_another_is_refused():
    pairs = pd.DataFrame({"cell": ["a", "a", "a"], "other": ["b", "c", "b"], "correlation": [0.1, 0.2, 0.3]})
    with pytest.raises(ValueError, match="each pair of two cells once"):
        likeness.square(pairs)
