"""Pooling: metafor's answers, an independent estimator, what must not matter, and every refusal.

`pooling_sets.csv` holds published ratios to compute with. Several were read in secondary tables or in the news: they
test arithmetic and are no evidence. `pooling_metafor.csv` is what metafor 3.8-1 makes of them, written by `metafor.R`.
"""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from seedsoil.synthesis.pooling import METHODS, Pooled, between_studies, leave_one_out, pool
from seedsoil.tables import load
from tests.metafor import NUMBERS, ask_metafor, assert_agrees

HERE = Path(__file__).parent
SETS = pd.read_csv(HERE / "pooling_sets.csv")
METAFOR = pd.read_csv(HERE / "pooling_metafor.csv")


def as_effects(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of numbers as a table of effects with nothing against them."""
    none = pd.array([None] * len(rows), dtype="str")
    refs = [f"ref{i}" for i in range(len(rows))]
    return rows.assign(ref=refs, read_at="abstract", shared_control=none, overlap=none)


def effects(log_ratios, ses, levels=95.0) -> pd.DataFrame:
    """Effects with the given log ratios and standard errors."""
    y, se = np.asarray(log_ratios, dtype=float), np.asarray(ses, dtype=float)
    half = stats.norm.isf((1 - np.asarray(levels) / 100) / 2) * se
    table = {
        "id": [f"row{i}" for i in range(len(y))],
        "measure": "HR",
        "estimate": np.exp(y),
        "ci_low": np.exp(y - half),
        "ci_high": np.exp(y + half),
        "ci_level": levels,
    }
    return as_effects(pd.DataFrame(table))


@pytest.fixture
def four() -> pd.DataFrame:
    return effects([-0.5, -0.2, 0.1, -0.3], [0.1, 0.15, 0.12, 0.2])


# Agreement


@pytest.mark.parametrize("answer", METAFOR.to_dict("records"), ids=METAFOR["set"])
def test_agrees_with_the_recorded_answers_of_metafor(answer):
    assert_agrees(pool(as_effects(SETS[SETS["set"] == answer["set"]]), set()), pd.Series(answer))


def test_recorded_sets_reach_what_can_differ():
    assert set(METAFOR["set"]) == set(SETS["set"]) and len(METAFOR) >= 5
    assert METAFOR["k"].min() == 3 and (METAFOR["tau2"] == 0).any() and METAFOR["i2"].max() > 85
    assert {96, 98.4} <= set(SETS["ci_level"])
    assert set(SETS["measure"]) == {"HR", "RR"}


def test_recorded_answers_are_what_metafor_says_now(tmp_path):
    now = ask_metafor(SETS, tmp_path)
    assert list(now["set"]) == list(METAFOR["set"])
    np.testing.assert_allclose(now[NUMBERS], METAFOR[NUMBERS], rtol=1e-6, atol=1e-8)


def test_agrees_with_metafor_on_drawn_and_extreme_sets(tmp_path):
    rng = np.random.default_rng(7)
    sets = {
        "three": effects([-0.4, 0.0, 0.3], [0.1, 0.2, 0.3]),
        "equal": effects([-0.2] * 3, [0.1, 0.2, 0.3]),
        "nearly equal": effects(np.log([0.80, 0.80, 0.81]), [0.1, 0.2, 0.3]),
        "torn": effects(np.log([0.05, 0.9, 1.1, 20]), [0.02, 0.05, 0.05, 0.1]),
        "levels": effects([-0.4, 0.0, 0.3], [0.1, 0.2, 0.3], [96.0, 98.4, 99.0]),
    }
    for i in range(60):
        k = int(rng.integers(3, 20))
        se = rng.uniform(0.05, 0.6, k)
        y = rng.normal(-0.2, np.sqrt(se**2 + rng.choice([0, 0.01, 0.1, 1])))
        sets[f"drawn {i}"] = effects(y, se, rng.choice([90, 95, 96, 98.4], k))
    together = pd.concat([rows.assign(set=name) for name, rows in sets.items()])
    for method in METHODS:
        for cautious, test in ((True, "adhoc"), (False, "knha")):
            answers = ask_metafor(together, tmp_path, method.upper(), test)
            for (_, answer), (name, rows) in zip(answers.iterrows(), sets.items(), strict=True):
                assert answer["set"] == name
                assert_agrees(pool(rows, set(), method=method, cautious=cautious), answer)


# What it is, and what must not matter

studies = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(0.03, 1.0), st.sampled_from([90.0, 95.0, 96.0, 98.4])),
    min_size=3,
    max_size=12,
)


@given(studies)
@settings(max_examples=150, deadline=None)
def test_tau2_solves_the_equation_of_paule_and_mandel(drawn):
    y, se, levels = map(np.array, zip(*drawn, strict=True))

    def excess(tau2):
        weight = 1 / (se**2 + tau2)
        return weight @ (y - weight @ y / weight.sum()) ** 2 - (len(y) - 1)

    expected = optimize.brentq(excess, 0, 1000, xtol=1e-13) if excess(0) > 0 else 0
    found = pool(effects(y, se, levels), set())
    assert found.tau2 == pytest.approx(expected, rel=1e-4, abs=1e-4)
    assert 0 <= found.i2 < 100 and found.q >= 0
    low_to_high = [found.prediction_low, found.ci_low, found.estimate, found.ci_high, found.prediction_high]
    assert low_to_high == sorted(low_to_high)
    common = stats.norm.isf(0.025) / math.sqrt((1 / se**2).sum())
    assert math.log(found.ci_high / found.ci_low) / 2 > common


@given(studies)
@settings(max_examples=100, deadline=None)
def test_tau2_of_the_restricted_likelihood_is_nowhere_less_likely_than_beside_it(drawn):
    y, se, _ = map(np.array, zip(*drawn, strict=True))

    def likelihood(tau2):
        weight = 1 / (se**2 + tau2)
        squares = weight @ (y - weight @ y / weight.sum()) ** 2
        return (np.log(weight).sum() - np.log(weight.sum()) - squares) / 2

    found = between_studies(y, se**2, "reml")
    beside = np.array([0.9 * found, 0.99 * found, 1.01 * found + 1e-6, 1.1 * found + 1e-4])
    assert all(likelihood(found) >= likelihood(tau2) - 1e-9 for tau2 in beside)


@given(studies, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_order_index_and_direction_do_not_matter(drawn, random):
    y, se, levels = map(np.array, zip(*drawn, strict=True))
    found = pool(effects(y, se, levels), set())

    order = random.sample(range(len(y)), len(y))
    shuffled = effects(y, se, levels).iloc[order].set_axis([0] * len(y))
    upside_down = pool(effects(-y, se, levels), set())
    for name in NUMBERS:
        assert getattr(pool(shuffled, set()), name) == pytest.approx(getattr(found, name), rel=1e-6, abs=1e-9)
    assert 1 / upside_down.estimate == pytest.approx(found.estimate, rel=1e-6)
    assert 1 / upside_down.prediction_low == pytest.approx(found.prediction_high, rel=1e-6)


def test_a_worked_example():
    """Equal errors: tau2 is the variance of the log ratios less the squared error, and all weights are equal."""
    y, se = np.array([-0.6, -0.1, 0.1]), 0.1
    found = pool(effects(y, [se] * 3), set())
    spread, t = y.var(ddof=1), stats.t.isf(0.025, 2)
    assert found.tau2 == pytest.approx(spread - se**2, abs=1e-5)
    assert found.i2 == pytest.approx(100 * (spread - se**2) / spread, abs=1e-3)
    assert found.q == pytest.approx(2 * spread / se**2)
    assert found.ci_high == pytest.approx(math.exp(y.mean() + t * math.sqrt(spread / 3)), rel=1e-5)
    assert found.prediction_low == pytest.approx(math.exp(y.mean() - t * math.sqrt(found.tau2 + spread / 3)), rel=1e-5)


def test_the_level_of_an_interval_counts():
    """The same printed interval means a smaller error, and so more weight, the higher its level."""
    rows = effects([-0.5, 0.0, 0.1], [0.3] * 3)
    as_printed = pool(rows, set())
    rows.loc[0, "ci_level"] = 99.0
    assert pool(rows, set()).estimate < as_printed.estimate
    same = effects([-0.5, 0.0, 0.1], [0.3] * 3, [96.0, 98.4, 90.0])
    assert pool(same, set()).estimate == pytest.approx(as_printed.estimate)


@pytest.mark.parametrize("ratio", [0.8, 1.0])
def test_equal_estimates_are_no_more_precise_than_their_intervals(ratio, recwarn):
    found = pool(effects(np.log([ratio] * 3), [0.1, 0.2, 0.3]), set())
    assert (found.tau2, found.i2) == (0, 0)
    assert found.q == pytest.approx(0, abs=1e-12) and found.q >= 0
    half = stats.t.isf(0.025, 2) / math.sqrt(1 / 0.1**2 + 1 / 0.2**2 + 1 / 0.3**2)
    assert found.ci_low == pytest.approx(ratio * math.exp(-half)) == found.prediction_low
    assert not recwarn.list  # a warning makes the build red


def test_numbers_are_plain():
    found = pool(effects([-0.4, 0.0, 0.3], [0.1, 0.2, 0.3]), set())
    assert found.measure == "HR" and found.k == 3
    assert {type(getattr(found, name)) for name in NUMBERS} == {float}


def test_leave_one_out_pools_the_rest(four):
    table = leave_one_out(four, set())
    assert list(table["omitted"]) == ["row0", "row1", "row2", "row3"]
    assert set(table["k"]) == {3}
    for i, row in table.iterrows():
        assert pool(four.drop(index=i), set()) == Pooled(**row.drop("omitted"))


# Refusals


def refusal(rows: pd.DataFrame, retracted=frozenset(), function=pool) -> list[str]:
    with pytest.raises(ValueError) as caught:
        function(rows, retracted)
    first, *problems = str(caught.value).split("\n")
    assert first == "these rows cannot be pooled:"
    return problems


def test_two_rows_are_not_pooled(four):
    problem = "found 2 rows (row0, row1), expected at least 3; show them one by one"
    assert refusal(four.head(2)) == [problem]
    assert refusal(four.head(0)) == ["found 0 rows (), expected at least 3; show them one by one"]


def test_leave_one_out_needs_four(four):
    problem = "found 3 rows (row0, row1, row2), expected at least 4; show them one by one"
    assert refusal(four.head(3), function=leave_one_out) == [problem]


def test_retracted(four):
    problem = "row2: found the retracted reference ref2, expected one that stands; leave the row out"
    assert refusal(four, {"ref2", "another"}) == [problem]
    assert refusal(four, {"ref2"}, leave_one_out) == [problem]
    with pytest.raises(TypeError):
        pool(four, "ref2")  # the letters of a key are no keys


CELLS = [
    ("read_at", "unverified", "found read_at unverified, expected a number read at its source; read it, or leave the row out"),
    ("read_at", "", "found no read_at, expected a value; fill it in"),
    ("read_at", None, "found no read_at, expected a value; fill it in"),
    ("ref", None, "found no ref, expected a value; fill it in"),
    ("measure", None, "found no measure, expected a value; fill it in"),
    *((column, None, f"found no {column}, expected an interval and its level; find it at the source, or leave the row "
       "out and say so") for column in ("ci_low", "ci_high", "ci_level")),
    *(("ci_level", level, f"found ci_level {level:g}, expected percent from 50 to below 100, as 95; correct it")
      for level in (0.95, 9.5, 100.0)),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "problem"), CELLS)
def test_cells_that_bar_a_row(four, column, cell, problem):
    four.loc[1, column] = cell
    assert refusal(four) == [f"row1: {problem}"]


@pytest.mark.parametrize(("estimate", "low", "high"), [
    (0.7, 0.8, 0.9), (1.0, 0.8, 0.9), (0.7, 0.9, 0.6), (0.7, 0.0, 0.9), (0.7, -0.1, 0.9), (0.7, 0.7, 0.7),
    (0.7, 0.6, np.inf), (np.nan, 0.6, 0.9),
])  # fmt: skip
def test_intervals_one_cannot_compute_with(four, estimate, low, high):
    four.loc[1, ["estimate", "ci_low", "ci_high"]] = estimate, low, high
    assert refusal(four) == [
        f"row1: found {estimate:g} ({low:g} to {high:g}), expected a ratio above 0 inside an interval of some width; "
        "correct it from the source"
    ]


@pytest.mark.parametrize("column", ["shared_control", "overlap"])
def test_two_rows_of_one_group(four, column):
    four[column] = ["avado", "", "avado", None]
    problem = f"row0, row2: found 2 rows of the {column} group avado, expected one of a group; keep one"
    assert refusal(four) == [problem]
    four[column] = ["avado", "ribbon", "", ""]
    assert pool(four, set()).k == 4


def test_mixed_measures(four):
    four["measure"] = ["HR", "OR", "HR", "RR"]
    assert refusal(four) == [
        "found more than one measure, HR (row0, row2), OR (row1), RR (row3), expected one; pool each measure apart"
    ]


def test_a_row_twice(four):
    assert refusal(four.iloc[[0, 1, 2, 3, 1]]) == ["row1: found 2 times, expected once; drop the copies"]


def test_all_problems_at_once(four):
    four.loc[0, "read_at"] = "unverified"
    four.loc[1, ["ci_low", "ci_high", "ci_level"]] = np.nan
    four.loc[[1, 2], "shared_control"] = "avado"
    four.loc[3, "measure"] = "OR"
    problems = refusal(four, {"ref3"})
    assert [problem.split(",")[0].split(":")[0] for problem in problems] == [
        "row0", "row1", "row3", "found more than one measure", "row1"
    ]  # fmt: skip
    assert "found no ci_low, ci_high, ci_level" in problems[1]


def test_a_missing_column(four):
    with pytest.raises(ValueError, match="found no column overlap, read_at, expected"):
        pool(four.drop(columns=["overlap", "read_at"]), set())


def test_a_spread_far_beyond_the_intervals_has_its_variance():
    """An iteration without a bracket gives up on it: tau2 0.2 where the equation says 5.3."""
    rows = effects(np.log([0.1, 1, 10]), [1e-8, 1.4e-8, 1.7e-8])
    assert pool(rows, set()).tau2 == pytest.approx(np.log(10) ** 2)


def test_a_method_that_nobody_knows_is_refused(four):
    with pytest.raises(ValueError, match="found the method 'dl', expected one of pm, reml"):
        pool(four, set(), method="dl")


# The package


def test_importing_it_does_not_import_statsmodels():
    code = (
        "import sys, seedsoil.synthesis.pooling; sys.exit('statsmodels' in sys.modules or 'scipy.stats' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_effects_of_the_book_can_be_asked():
    """Whatever the rows are, they are either pooled or refused with a reason; nothing else happens."""
    table = load("effects")
    for _, rows in table.groupby("measure"):
        try:
            assert pool(rows, set()).k == len(rows)
        except ValueError as error:
            assert str(error).startswith("these rows cannot be pooled:\n")


# One voice of each study


@pytest.mark.parametrize(
    ("column", "names"),
    [("ref", ["one", "one", "two", "three"]), ("study", ["ATLAS-7", "Atlas 7", "B", "C"])],
)
def test_two_rows_of_one_study_are_refused_until_a_group_or_a_reason_is_given(four, column, names):
    rows = four.assign(study=["A", "B", "C", "D"])
    rows[column] = names
    [problem] = refusal(rows)
    assert problem.startswith("row0, row1: found 2 rows of the ") and "without a group" in problem
    assert refusal(rows, function=leave_one_out) == [problem]
    assert pool(rows, set(), apart={names[0]: "two cohorts, randomized apart"}).k == 4
    assert "row0, row1" in refusal(rows, function=lambda table, marked: pool(table, marked, apart={names[0]: " "}))[0]
    assert pool(rows.assign(overlap=["a", "b", "c", "d"]), set()).k == 4
    half = rows.assign(overlap=pd.array(["a", None, None, None], dtype="str"))
    assert refusal(half) == [problem]
    strata = rows.assign(overlap=["a", "a", "c", "d"])
    assert refusal(strata)[0].startswith("row0, row1: found 2 rows of the overlap")
    assert pool(strata, set(), apart={"a": "women with and without residuum"}).k == 4
    with pytest.raises(ValueError, match="shared_control group a"):
        pool(rows.assign(shared_control=strata["overlap"]), set(), apart={"a": "a control that both arms share"})
