"""Grades of small sets of rows, each rule once, and what one changed row does to them."""

import re

import pytest

from seedsoil.evidence.grading import RULES, grade, opponents

NONE = frozenset()


def finding(id, ref=None, **cells):
    """A finding in mice; by default about TGFB2 in marrow, from a reference of its own."""
    return {
        "id": id,
        "ref": ref or f"{id}2010",
        "factor": "TGFB2",
        "organ": "bone",
        "stage": "dormancy",
        "direction": "restrains",
        "model": "genetic",
        "human_data": "no",
        "read_at": "abstract",
    } | cells


def effect(id, low="0.60", high="0.90", **cells):
    return {
        "id": id,
        "ref": f"{id}2010",
        "intervention": "drug",
        "endpoint": "death",
        "estimate": "0.75",
        "ci_low": low,
        "ci_high": high,
        "read_at": "table",
    } | cells


def graded(*rows, evidence=(), retracted=NONE):
    return str(grade(rows, [*rows, *evidence], retracted))


THREE = [finding("a", factor="A"), finding("b", factor="B"), finding("c", factor="C")]


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([], "None: 0 studies"),
        ([finding("a")], "Weak: 1 study, animals only"),
        ([finding("a", model="in vitro")], "Weak: 1 study, cells only"),
        ([finding("a", human_data="yes")], "Weak: 1 study, human data"),
        ([effect("a")], "Weak: 1 study, human data"),
        (THREE[:2], "Weak: 2 studies, animals only"),
        ([finding("a"), finding("b")], "Moderate: 2 studies, animals only, replicated"),
        ([THREE[0], finding("b", human_data="yes", factor="B")], "Moderate: 2 studies, human data"),
        (THREE, "Moderate: 3 studies, animals only"),
        ([*THREE, effect("d")], "Strong: 4 studies, human data"),
        (
            [finding("a"), finding("b", direction="promotes")],
            "Weak: 2 studies, animals only, 2 contested, directions differ",
        ),
        ([effect("a"), effect("b", "1.10", "1.90")], "Weak: 2 studies, human data, 2 contested, directions differ"),
        ([effect("a"), effect("b", "0.80", "1.20")], "Moderate: 2 studies, human data"),
        ([effect("a"), effect("b", "", "")], "Moderate: 2 studies, human data"),
    ],
)
def test_rules(rows, expected):
    assert graded(*rows) == expected


def test_a_reference_counts_once():
    assert graded(finding("a", "same2010"), finding("b", "same2010")) == "Weak: 1 study, animals only"


@pytest.mark.parametrize("column", ["overlap", "shared_control"])
def test_groups_count_once(column):
    first, second, third = effect("a", **{column: "g"}), effect("b"), effect("c", **{column: "g"})
    assert graded(first, second, third).startswith("Moderate: 2 studies")


def test_a_row_that_joins_two_groups_makes_them_one():
    rows = [effect("a", overlap="g"), effect("b", shared_control="h"), effect("c", overlap="g", shared_control="h")]
    assert graded(*rows).startswith("Weak: 1 study")


def test_another_organ_or_stage_is_no_disagreement():
    for column in ("organ", "stage", "factor"):
        assert "differ" not in graded(finding("a"), finding("b", direction="promotes", **{column: "other"}))


def test_findings_without_a_factor_are_not_compared():
    assert "differ" not in graded(finding("a", factor="-"), finding("b", factor="-", direction="promotes"))


def test_retracted_and_unverified_rows_never_count():
    rows = [*THREE, finding("d", human_data="yes"), finding("e", human_data="yes", read_at="unverified")]
    assert graded(*rows, retracted={"d2010"}) == (
        "Moderate: 3 studies, animals only, 1 row retracted and not counted, 1 row unverified and not counted"
    )
    assert graded(rows[3], retracted={"d2010"}) == "None: 0 studies, 1 row retracted and not counted"


def test_contested_by_a_row_outside_the_statement_whichever_of_the_two_says_so():
    against = finding("x", factor="X", relation="contradicts", related_to="a")
    assert graded(*THREE, evidence=[against]) == "Moderate: 3 studies, animals only, 1 contested"
    stated = THREE[0] | {"relation": "contradicts", "related_to": "x"}
    assert (
        graded(stated, *THREE[1:], evidence=[finding("x", factor="X")])
        == "Moderate: 3 studies, animals only, 1 contested"
    )


def test_what_does_not_count_contests_nothing():
    against = finding("x", relation="contradicts", related_to="a; b")
    assert opponents([*THREE, against], NONE) == {"a": ("x",), "b": ("x",), "x": ("a", "b")}
    assert opponents([*THREE, against], {"x2010"}) == {}
    assert opponents([*THREE, against | {"read_at": "unverified"}], NONE) == {}


def test_replication_is_by_another_reference():
    replication = finding("x", factor="A2", relation="replicates", related_to="a")
    assert graded(THREE[0], evidence=[replication]) == "Weak: 1 study, animals only, replicated"
    assert "replicated" not in graded(THREE[0], evidence=[replication | {"ref": "a2010"}])
    assert "replicated" not in graded(THREE[0], evidence=[replication], retracted={"x2010"})


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, "Strong"),
        ({"read_at": "unverified"}, "Weak"),  # two studies without human data are left
        ({"human_data": "no"}, "Moderate"),
        ({"factor": "A", "direction": "promotes"}, "Weak"),  # two of three contested
        ({"relation": "contradicts", "related_to": "a"}, "Weak"),
        ({"ref": "a2010"}, "Moderate"),
    ],
)
def test_one_changed_row_changes_the_grade(changes, expected):
    rows = [THREE[0], THREE[1], finding("c", factor="C", human_data="yes") | changes]
    assert grade(rows, rows, NONE).word == expected


def test_the_rules_name_every_grade_there_is():
    words = [word for word, _ in RULES]
    assert words == ["Strong", "Moderate", "Weak", "None"]
    assert all(re.search(r"\w", rule) for _, rule in RULES)
