"""Grades by clause: each rule by hand, and the row that changes each grade."""

import pytest

from seedsoil.evidence.grading import Clause, fits, grade, opponents, unlinked
from seedsoil.evidence.judging import LOWEST_FIRST, RULES, Grade, lowest


def finding(name, **cells):
    return {
        "id": name,
        "ref": f"{name}2020work",
        "group": f"{name.title()} A",
        "source": "osteoblast",
        "factor": "TGFB2",
        "target": "tumor cell",
        "organ": "bone marrow",
        "stage": "dormancy",
        "cancer": "breast",
        "perturbation": "knockout",
        "outcome": "more",
        "outcome_of": "outgrowth",
        "model": "genetic",
        "human_data": "no",
        "read_at": "abstract",
    } | cells


def effect(name, low="0.60", high="0.90", **cells):
    return {
        "id": name,
        "ref": f"{name}2020trial",
        "intervention": "denosumab, 60 mg",
        "cancer": "breast",
        "setting": "adjuvant",
        "endpoint": "recurrence in bone",
        "estimate": "0.75",
        "ci_low": low,
        "ci_high": high,
        "studies": "",
        "overlap": "",
        "shared_control": "",
        "read_at": "abstract",
    } | cells


HOLDS = Clause("TGF-β2 holds cells asleep in marrow", {"factor": "TGFB2", "organ": "bone marrow"}, "restrains")
LOWERS = Clause("denosumab lowers recurrence", {"intervention": "denosumab", "cancer": "breast"}, "lower")
NOTHING = Clause("denosumab: no fifth", {"intervention": "denosumab"}, "no effect", excludes=0.8)
OPEN = Clause("it is disputed", {"factor": "TGFB2"}, "open")
AGAINST = {"outcome": "less"}


@pytest.mark.parametrize(
    ("clause", "rows", "told"),
    [
        (HOLDS, [], "None: 0 independent voices"),
        (HOLDS, [finding("a")], "Weak: 1 independent voice, animals only"),
        (HOLDS, [finding("a", model="in vitro")], "Weak: 1 independent voice, cells only"),
        (HOLDS, [finding("a"), finding("b")], "Moderate: 2 independent voices, animals only"),
        (HOLDS, [finding("a"), finding("b"), finding("c")], "Moderate: 3 independent voices, animals only"),
        (
            HOLDS,
            [finding("a"), finding("b"), finding("c", human_data="yes")],
            "Strong: 3 independent voices, human data",
        ),
        (
            HOLDS,
            [finding("a"), finding("b"), finding("c", human_data="yes"), finding("d", **AGAINST)],
            "Moderate: 3 independent voices, human data, 1 against",
        ),
        # A null is against; and half as many against as for is contested.
        (
            HOLDS,
            [finding("a"), finding("b"), finding("d", outcome="same")],
            "Contested: 2 independent voices, animals only, 1 against",
        ),
        (HOLDS, [finding("d", **AGAINST)], "None: 0 independent voices, 1 against"),
        (LOWERS, [effect("a")], "Weak: 1 independent voice, human data"),
        (
            LOWERS,
            [effect("a"), effect("b", "0.80", "1.20")],
            "Weak: 1 independent voice, human data, 1 row that cannot tell",
        ),
        (LOWERS, [effect("a"), effect("b", "1.10", "1.40")], "Contested: 1 independent voice, human data, 1 against"),
        (LOWERS, [effect("pool", studies="18")], "Strong: 3 independent voices, human data"),
        (LOWERS, [effect("pool", studies="2")], "Weak: 1 independent voice, human data"),
        (NOTHING, [effect("a", "0.85", "1.10")], "Weak: 1 independent voice, human data"),
        (NOTHING, [effect("a", "0.65", "2.31")], "Not known: 0 independent voices, 1 row that cannot tell"),
        (NOTHING, [effect("a", "0.60", "0.90")], "Not known: 0 independent voices, 1 against"),
        (OPEN, [finding("a"), finding("b", **AGAINST)], "Open: 1 voice promotes, 1 voice restrains"),
        (
            OPEN,
            [finding("a"), finding("b"), finding("c", **AGAINST), finding("d", **AGAINST)],
            "Open, well documented: 2 voices promotes, 2 voices restrains",
        ),
    ],
)
def test_rules(clause, rows, told):
    assert str(grade(clause, rows, ())) == told


def strong(**last):
    return [finding("a"), finding("b"), finding("c", **({"human_data": "yes"} | last))]


@pytest.mark.parametrize(
    ("last", "word"),
    [
        ({}, "Strong"),
        ({"human_data": "no"}, "Moderate"),
        ({"group": "A A"}, "Moderate"),  # two papers of one laboratory are one voice
        ({"ref": "a2020work"}, "Moderate"),
        ({"read_at": "unverified"}, "Moderate"),
        ({"outcome": "less"}, "Contested"),
        ({"perturbation": "overexpression"}, "Contested"),  # more outgrowth from more of it: it promotes
    ],
)
def test_one_changed_row_changes_the_grade(last, word):
    assert grade(HOLDS, strong(**last), ()).word == word


def test_laboratories_that_were_not_read_are_one_voice():
    rows = [finding(name, group="not stated") for name in "abc"]
    assert grade(HOLDS, rows, ()).reasons[0] == "1 independent voice"


@pytest.mark.parametrize("column", ["overlap", "shared_control"])
def test_patients_count_once(column):
    assert grade(LOWERS, [effect("a", **{column: "x"}), effect("b", **{column: "x"})], ()).word == "Weak"


def test_retracted_works_and_reviews_never_count_and_are_told():
    told = grade(HOLDS, [finding("a"), finding("b")], {"b2020work"})
    assert str(told) == (
        "Weak: 1 independent voice, animals only, 1 row not counted: its reference is retracted or a review"
    )


@pytest.mark.parametrize(
    ("row", "about", "why"),
    [
        (finding("a"), {"factor": "TGFB2"}, ""),
        (finding("a"), {"cell": "osteoblast", "organ": "bone marrow"}, ""),
        (finding("a"), {"factor": "TGFB2", "organ": "lung"}, "organ bone marrow, not lung"),
        (finding("a"), {"factor": "TGFB"}, "factor TGFB2, not TGFB"),  # a part of a name is another name
        (finding("a", outcome_of="vessel growth"), {"factor": "TGFB2"}, "outcome vessel growth, which is not spread"),
        (finding("a", outcome_of="vessel growth"), {"factor": "TGFB2", "outcome": "vessel growth"}, ""),
        (finding("a"), {"intervention": "denosumab"}, "a finding, and the clause names no factor or cell"),
        (effect("a"), {"intervention": "Denosumab", "endpoint": "bone"}, ""),
        (effect("a"), {"intervention": "denosumab", "cancer": "lung"}, "cancer breast, not lung"),
        (effect("a"), {"factor": "TGFB2"}, "an effect, and the clause names no intervention"),
    ],
)
def test_only_rows_on_the_subject_fit(row, about, why):
    assert fits(row, about) == why


def test_no_row_on_the_subject_stays_unseen():
    rows = [finding("a"), finding("late", stage="outgrowth"), finding("lung", organ="lung"), effect("trial")]
    clause = Clause("x", HOLDS.about | {"stage": "dormancy"}, "restrains", ("a",))
    assert unlinked(clause, rows, ()) == ["late"]
    assert unlinked(clause, rows, {"late2020work"}) == []
    dismissed = Clause("x", clause.about, "restrains", ("a",), {"late": "another stage"})
    assert unlinked(dismissed, rows, ()) == []


def test_what_would_change_a_grade():
    assert grade(HOLDS, strong(), ()).changes == ("falls without a or without b or without c",)
    assert grade(HOLDS, [finding("a")], ()).changes == ("falls without a", "a second group would lift it")
    two = [finding("a", group="One"), finding("b", group="One")]  # without the first row alone nothing falls
    assert grade(HOLDS, two, ()).changes[0] == "falls without the voice of a"
    lifted = grade(HOLDS, [finding("a"), finding("b")], ()).changes
    assert lifted == ("falls without a or without b", "a third group and human data would lift it")
    assert grade(NOTHING, [effect("a", "0.65", "2.31")], ()).changes == ("an interval that excludes 0.8 would lift it",)


def test_a_message_shows_its_lowest_clause_and_a_disagreement_lowers_no_other():
    words = ["Strong", "Open, well documented", "Moderate"]
    assert lowest(Grade(word, ()) for word in words).word == "Moderate"
    assert lowest([Grade("Open, well documented", ())]).word == "Open, well documented"
    assert lowest(Grade(word, ()) for word in ["Weak", "Not known"]).word == "Not known"


def test_the_rules_name_every_grade_there_is():
    assert {word for word, _ in RULES} == set(LOWEST_FIRST)


def test_contested_rows_are_told_whichever_of_the_two_says_so():
    rows = [finding("a", relation="contradicts", related_to="b"), finding("b"), finding("c", related_to="a")]
    assert opponents(rows, ()) == {"a": ("b",), "b": ("a",)}
    assert opponents(rows, {"b2020work"}) == {}
