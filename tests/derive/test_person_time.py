"""Splitting follow-up into intervals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedsoil.derive.person_time import median_follow_up, person_time

BREAKS = [0, 1, 3, 10]


def test_three_patients_by_hand():
    table = person_time([0.5, 1.0, 4.0], [1, 1, 0], BREAKS, pd.DataFrame({"er": ["n", "p", "p"]}))
    expected = pd.DataFrame(
        [
            (0.0, 1.0, "n", 1, 1, 0.5),
            (0.0, 1.0, "p", 2, 1, 2.0),  # an event at 1.0 belongs to (0, 1]
            (1.0, 3.0, "p", 1, 0, 2.0),
            (3.0, 10.0, "p", 1, 0, 1.0),
        ],
        columns=["start", "stop", "er", "patients", "events", "person_years"],
    )
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)


patients = st.lists(
    st.tuples(
        st.floats(min_value=1e-6, max_value=10),
        st.booleans(),
        st.sampled_from(["negative", "positive"]),
        st.integers(0, 3),
    ),
    min_size=1,
)
inner_breaks = st.lists(st.floats(min_value=0.01, max_value=9.99), unique=True, max_size=8)


@given(patients, inner_breaks)
def test_splitting_conserves_events_and_person_years(rows, inner):
    cohort = pd.DataFrame(rows, columns=["time", "event", "er", "nodes"])
    table = person_time(cohort["time"], cohort["event"], [0, *sorted(inner), 10], cohort[["er", "nodes"]])
    assert table["events"].sum() == cohort["event"].sum()
    assert table["person_years"].sum() == pytest.approx(cohort["time"].sum())
    assert table.loc[table["start"] == 0, "patients"].sum() == len(cohort)
    assert (table["patients"] > 0).all() and (table["events"] <= table["patients"]).all()
    assert (table["person_years"] <= table["patients"] * (table["stop"] - table["start"]) + 1e-9).all()
    # and within each stratum
    by = ["er", "nodes"]
    pd.testing.assert_series_equal(
        table.groupby(by)["person_years"].sum(), cohort.groupby(by)["time"].sum(), check_names=False
    )


@pytest.mark.parametrize(
    ("time", "breaks", "message"),
    [
        ([1, 0], BREAKS, "row 1: found a follow-up of 0.0 years, expected more than 0 and at most"),
        ([11, 1], BREAKS, "row 0: found a follow-up of 11.0 years"),
        ([1, np.nan], BREAKS, "row 1: found a follow-up of nan years"),
        ([1, 2], [1, 2], "expected them to increase from 0"),
        ([1, 2], [0, 2, 2], "expected them to increase from 0"),
        ([1, 2, 3], BREAKS, "found time, event and strata of 3, 2 and 2 rows, expected one length"),
    ],
)
def test_follow_up_that_would_be_lost_is_refused(time, breaks, message):
    with pytest.raises(ValueError, match=message):
        person_time(time, [0, 0], breaks, pd.DataFrame({"er": ["n", "p"]}))


def test_median_follow_up_by_hand():
    # Six at risk, a recurrence at 3, the others censored: the reverse curve falls to 5/6 at 1,
    # to 4/6 at 2 and, with three left, to 4/6 x 2/3 < 1/2 at 4.
    assert median_follow_up([1, 2, 3, 4, 5, 6], [0, 0, 1, 0, 0, 0]) == 4
    assert median_follow_up([2, 4, 6], [0, 0, 0]) == 4
    assert np.isnan(median_follow_up([1, 2, 3], [1, 1, 1]))
