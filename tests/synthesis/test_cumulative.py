"""The pool after each year."""

import numpy as np
import pandas as pd
import pytest

from seedsoil.synthesis.pooling import cumulative, pool

YEARS = [2009, 2005, 2011, 2009, 2005, 2015]


@pytest.fixture
def rows():
    logs = np.log([0.7, 0.5, 1.2, 0.9, 0.8, 1.0])
    return pd.DataFrame(
        {
            "id": list("abcdef"),
            "ref": [f"ref{i}" for i in range(6)],
            "measure": "HR",
            "estimate": np.exp(logs),
            "ci_low": np.exp(logs - 0.2),
            "ci_high": np.exp(logs + 0.2),
            "ci_level": 95.0,
            "shared_control": None,
            "overlap": None,
            "read_at": "abstract",
        },
        index=range(10, 16),
    )


def test_each_look_pools_all_that_was_known(rows):
    years = pd.Series(YEARS, index=rows.index)
    looks = cumulative(rows, set(), years)
    assert list(looks["year"]) == [2009, 2011, 2015]  # two rows of 2005 are too few to pool
    assert list(looks["added"]) == ["a, b, d, e", "c", "f"]
    assert list(looks["k"]) == [4, 5, 6]
    for look in looks.itertuples():
        known = pool(rows[years <= look.year], set())
        assert (look.estimate, look.ci_low, look.ci_high) == (known.estimate, known.ci_low, known.ci_high)


def test_years_are_matched_by_index_and_not_by_place(rows):
    years = pd.Series(YEARS, index=rows.index)
    pd.testing.assert_frame_equal(cumulative(rows, set(), years[::-1]), cumulative(rows, set(), years))


def test_a_row_without_a_year(rows):
    years = pd.Series(YEARS, index=rows.index).drop(12)
    with pytest.raises(ValueError, match="found no year for c, expected one for each row"):
        cumulative(rows, set(), years)


def test_it_refuses_what_pool_refuses(rows):
    years = pd.Series(YEARS, index=rows.index)
    with pytest.raises(ValueError, match="retracted reference ref0"):
        cumulative(rows, {"ref0"}, years)
    with pytest.raises(ValueError, match="expected at least 3"):
        cumulative(rows.head(2), set(), years)
