"""What a forest plot carries for its reader: studies, who may be the same patients, and the words without scripts."""

import json

import numpy as np
import pandas as pd
import pytest

from seedsoil.synthesis import what_if
from seedsoil.synthesis.pooling import leave_one_out, pool
from tests.synthesis.test_pooling import effects


@pytest.fixture
def four() -> pd.DataFrame:
    return effects([-0.5, -0.2, 0.1, -0.3], [0.1, 0.15, 0.12, 0.2]).assign(endpoint="death")


def words_of(rows, **more) -> str:
    return what_if.panel(rows, rows["id"], **more)["told"]


def test_the_words_say_what_pool_and_leave_one_out_say(four):
    whole, without = pool(four, set()), leave_one_out(four, set()).set_index("omitted")["estimate"]
    words = words_of(four)
    assert words.startswith(f"4 pooled: {whole.estimate:.2f} (95% interval {whole.ci_low:.2f}–")
    assert f"between {without.min():.2f} (without {without.idxmin()}) and {without.max():.2f}" in words
    assert words.endswith("Its interval contains 1, whichever one is left out.")


def test_the_words_name_the_study_on_which_the_answer_hangs():
    rows = effects([-0.5, -0.5, -0.5, 0.5], [0.05, 0.05, 0.05, 0.05]).assign(endpoint="death")
    assert words_of(rows).endswith("Its interval contains 1, and would not without row3.")
    rows = effects([-0.5, -0.5, -0.5], [0.05, 0.05, 0.05]).assign(endpoint="death")
    assert words_of(rows).endswith(").")  # of three none can be left out


@pytest.mark.parametrize(
    ("column", "values", "told"),
    [
        ("measure", ["HR", "HR", "RR", "HR"], "Not pooled together: more than one measure (HR, RR)."),
        ("endpoint", ["death", "relapse", "death", "death"], "more than one endpoint (death, relapse)"),
        ("ref", ["a", "b", "a", "c"], "Not pooled together: row0 and row2 may share patients."),
        ("study", ["A-1", "b", "c", "A1"], "row0 and row3 may share patients"),
        ("overlap", ["x", None, None, "x"], "row0 and row3 may share patients"),
        ("shared_control", [None, "y", "y", None], "row1 and row2 may share patients"),
        ("ci_low", [None, None, 0.8, 0.5], "Fewer than 3 are not pooled."),
        ("read_at", ["unverified", "unverified", "table", "table"], "Fewer than 3 are not pooled."),
    ],
)
def test_what_the_book_does_not_pool_stays_apart(four, column, values, told):
    assert told in words_of(four.assign(**{column: values}))


def test_who_pools_has_judged_the_endpoints_to_be_alike(four):
    rows = four.assign(endpoint=["death", "relapse", "death", "death"])
    assert words_of(rows, alike=["measure"]) == words_of(four)


def test_a_reason_why_they_are_independent_is_heard(four):
    rows = four.assign(ref=["a", "b", "a", "c"])
    assert words_of(rows, apart={"a": "two trials in one report"}) == words_of(four)


def test_a_row_without_an_id_is_no_study(four):
    drawn = pd.concat([four, pd.DataFrame([vars(pool(four, set()))])])
    found = what_if.panel(drawn, [*four["id"], "pooled"])
    assert [study["id"] for study in found["studies"]] == list(four["id"])
    assert what_if.panel(four.drop(columns="id"), four["id"]) is None
    assert what_if.panel(four.set_index("id"), four["id"]) == what_if.panel(four, four["id"])


def test_what_is_carried_gives_the_pool_back(four):
    found = json.loads(json.dumps(what_if.panel(four, four["id"])))
    again, known = what_if.pooled(found["studies"], range(4)), pool(four, set())
    for name in ("estimate", "ci_low", "ci_high", "prediction_low", "prediction_high", "tau2", "i2"):
        assert getattr(again, name) == pytest.approx(getattr(known, name), rel=1e-9, abs=1e-9)
    assert np.isfinite(again.q)
