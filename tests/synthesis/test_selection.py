"""Rows that enter a pool, and the reasons against the others."""

import pandas as pd
import pytest

from seedsoil.synthesis.selection import screen


@pytest.fixture
def rows():
    return pd.DataFrame(
        [
            ("a", "A", 0.5, 0.9, "abstract"),
            ("b-low", "B low", 0.6, 1.1, "abstract"),
            ("b-high", "B high", 0.7, 1.2, "full text"),
            ("c", "C", 0.7, 1.2, "summary"),
            ("d", "D", None, None, "abstract"),
            ("e", "E", 0.4, 0.8, "unverified"),
            ("f", "F", None, None, "unverified"),
        ],
        columns=["id", "study", "ci_low", "ci_high", "read_at"],
    )


STUDIES = ["A", "B high", "C", "D", "E", "F"]


def test_each_row_is_kept_or_has_the_first_reason_that_holds(rows):
    found = screen(rows, STUDIES).set_index("id")["left_out"].to_dict()
    assert found == {
        "a": "",
        "b-low": "other arm or report",
        "b-high": "",
        "c": "read in a summary only",
        "d": "no interval",
        "e": "not read",
        "f": "not read",
    }


def test_summaries_come_in_where_they_are_admitted_and_unread_rows_never(rows):
    found = screen(rows, STUDIES, ["abstract", "full text", "summary"])
    assert list(found.loc[found["left_out"] == "", "id"]) == ["a", "b-high", "c"]


def test_no_row_is_lost_and_the_rows_given_stay_as_they_were(rows):
    before = rows.copy()
    found = screen(rows, STUDIES)
    pd.testing.assert_frame_equal(found.drop(columns="left_out"), before)
    pd.testing.assert_frame_equal(rows, before)


def test_other_index_same_answer(rows):
    shifted = rows.set_index(rows.index + 100).iloc[::-1]
    expected = screen(rows, STUDIES).set_index("id")["left_out"]
    pd.testing.assert_series_equal(
        screen(shifted, STUDIES).set_index("id")["left_out"].sort_index(), expected.sort_index()
    )


def test_a_study_without_rows_is_a_mistake(rows):
    with pytest.raises(ValueError, match="found no rows of Z, expected names of the column study"):
        screen(rows, ["A", "Z"])


def test_unread_rows_cannot_be_asked_for(rows):
    with pytest.raises(ValueError, match="never pooled"):
        screen(rows, STUDIES, ["abstract", "unverified"])
