"""Turns of direction with time: which way, which pairs, and the odds over a literature."""

import pandas as pd
import pytest

from seedsoil.analysis import turning


def test_a_turn_is_towards_promoting_or_away():
    early = pd.Series(["restrains", "restrains", "promotes", "promotes", "no effect"])
    late = pd.Series(["promotes", "no effect", "no effect", "promotes", "promotes"])
    assert list(turning.turns(early, late)) == [1, 1, -1, 0, 1]


@pytest.mark.parametrize(
    ("stage", "expected"),
    [("arrival", "early"), ("dormancy; pre-metastatic", "early"), ("outgrowth", "late"), ("arrival; outgrowth", "neither"),
     ("primary", "neither"), ("not stated", "neither")],
)  # fmt: skip
def test_phases(stage, expected):
    assert turning.phase(stage) == expected


def finding(number: int, **columns: str) -> dict[str, str]:
    return {"id": f"row-{number}", "ref": "work", "source": "tumor cell", "factor": "SPARC", "group": "Doe J"} | columns


def test_a_work_is_read_at_its_earliest_and_latest_step():
    rows = pd.DataFrame(
        [
            finding(1, stage="primary", direction="restrains"),
            finding(2, stage="outgrowth", direction="promotes"),
            finding(3, stage="dissemination", direction="no effect"),
            finding(4, stage="not stated", direction="restrains"),
            finding(5, ref="other", stage="arrival", direction="promotes"),
        ]
    )
    (only,) = turning.within_works(rows).to_dict("records")
    assert (only["early_row"], only["late_row"], only["turn"]) == ("row-1", "row-2", 1)


def test_odds_are_those_of_the_table_and_groups_are_the_unit():
    rows = []
    for group, (phase, direction, times) in enumerate(
        [("early", "restrains", 1)] * 10 + [("early", "promotes", 1)] * 10 + [("late", "promotes", 1)] * 15
        + [("late", "restrains", 1)] * 5 + [("late", "restrains", 30)]
    ):  # fmt: skip
        rows += [{"phase": phase, "direction": direction, "group": f"Doe {group}", "ref": "work"}] * times
    found = turning.shift(pd.DataFrame(rows))
    assert found[:4] == (10, 10, 15, 35)
    # thirty findings of one group are one vote: 15 against 6, a half added to each
    assert found.ratio == pytest.approx((15.5 / 6.5) / (10.5 / 10.5))
    assert found.ci_low < found.ratio < found.ci_high
