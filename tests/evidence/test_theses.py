"""The tests of the theses: every rule and measure computed by hand, and rows flipped until each verdict has come."""

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from seedsoil.evidence import theses
from seedsoil.evidence.results import named
from seedsoil.evidence.thesis_measures import Evidence, Measured, pooled_odds, share
from seedsoil.files import ROOT

ROW = {
    "group": "not stated",
    "source": "macrophage",
    "factor": "-",
    "organ": "lung",
    "stage": "arrival",
    "perturbation": "depletion",
    "outcome_of": "metastasis",
    "found_by": "hand",
    "read_at": "abstract",
    "added": "2026-01-02",
}
TEST = dict.fromkeys(("page", "result", "chance", "of", "subject"), "") | {"id": "test", "thesis": "t"}
THESIS = {"id": "t"} | {f"if_{word}": word for word, _ in theses.OF_THESIS}


class Kept(dict):
    """Results of chapters, as the tests of theses ask for them."""

    def get(self, page, name):
        return super().get(name)


def row(number: int, promotes: bool, **cells) -> dict[str, str]:
    """A finding of a laboratory of its own; what lowers metastasis when it is depleted promotes it."""
    own = {"id": f"row-{number}", "ref": f"work{number}", "group": f"Group {number}"}
    return ROW | own | {"outcome": "less" if promotes else "more"} | cells


def outcome(rows, *tests, uncounted=(), results=None) -> theses.Thesis:
    evidence = Evidence(tuple(rows), frozenset(uncounted))
    (thesis,) = theses.theses([THESIS], [TEST | test for test in tests], evidence, Kept(results or {}))
    assert thesis.says == thesis.verdict
    return thesis


# Rules


@pytest.mark.parametrize(
    ("rule", "low", "high", "met"),
    [
        ("above 1", 1.1, 2, True),
        ("above 1", 1, 2, False),  # the whole interval lies above
        ("below 50%", 0.2, 0.49, True),
        ("below 50%", 0.2, 0.5, False),
        ("within 0.80 to 1.25", 0.9, 1.2, True),
        ("within 0.80 to 1.25", 0.7, 1.2, False),
        ("outside 0.80 to 1.25", 1.3, 2, True),
        ("outside 0.80 to 1.25", 0.2, 0.7, True),
        ("outside 0.80 to 1.25", 1.2, 2, False),
        ("above chance", 0.31, 0.31, True),
        ("above chance", 0.25, 0.25, False),
        ("below chance", 0.05, 0.05, True),
        ("above -0.5", -0.4, 2, True),
    ],
)
def test_an_interval_meets_a_rule_where_all_of_it_lies_there(rule, low, high, met):
    measured = Measured((low + high) / 2, low, high, "", {"chance": (0.1, 0.3)})
    assert theses.parse(rule).met(measured) is met
    assert theses.verdict_of(measured, rule, "never") == ("holds" if met else "undecided")
    assert theses.verdict_of(measured, "never", rule) == ("fails" if met else "undecided")
    assert theses.verdict_of(None, rule, rule) == "undecided"


@pytest.mark.parametrize("text", ["", "over 1", "above", "within 1", "between 1 to 2"])
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(ValueError, match="expected above or below"):
        theses.parse(text)


@pytest.mark.parametrize(
    ("of_tests", "expected"),
    [
        ([], "undecided"),
        (["undecided", "undecided"], "undecided"),
        (["undecided", "holds", "holds"], "holds"),
        (["fails", "undecided"], "fails"),
        (["holds", "undecided", "fails"], "contested"),
    ],
)
def test_a_thesis_has_the_verdict_on_which_its_decided_tests_agree(of_tests, expected):
    assert theses.verdict(of_tests) == expected


# Measures, against what is computed by hand or by a library


def test_odds_are_pooled_as_statsmodels_does():
    tables = [[[23, 7], [38, 19]], [[2, 5], [4, 12]], [[0, 0], [0, 0]]]
    library = StratifiedTable([np.array(table, float) for table in tables[:2]])
    expected = [library.oddsratio_pooled, *library.oddsratio_pooled_confint()]
    assert pooled_odds(tables) == pytest.approx(expected, rel=1e-6)
    assert pooled_odds([[[3, 0], [2, 0]]]) is None and pooled_odds([]) is None


def test_a_share_has_the_exact_interval():
    # Clopper and Pearson: of ten without one, the upper bound b satisfies (1 - b)^10 = 0.025.
    assert (1 - share(0, 10).high) ** 10 == pytest.approx(0.025) and share(0, 10).low == 0
    assert share(10, 10).low ** 10 == pytest.approx(0.025) and share(10, 10).high == 1
    assert share(39, 353).told == "39 of 353, 11% (95% CI 8–15%)"


@pytest.mark.parametrize(
    ("texts", "names", "told", "low", "high"),
    [
        (["1.09 (95% CI 0.97–1.22)"], {"result": "x"}, "1.09 (95% CI 0.97–1.22)", 0.97, 1.22),
        (["20% (95% CI 20–21)"], {"result": "x"}, "20% (95% CI 20–21)", 0.2, 0.21),
        (["−4 points (95% CI −17 to +13)"], {"result": "x"}, "−4 points (95% CI −17 to +13)", -17, 13),
        (
            ["0.016", "−0.015 to 0.008"],
            {"result": "x", "chance": "y"},
            "0.016, by chance −0.015 to 0.008",
            0.016,
            0.016,
        ),
        (["39", "353"], {"result": "x", "of": "y"}, "39 of 353, 11% (95% CI 8–15%)", 0.0798, 0.1480),
        (["11%", "1,000"], {"result": "x", "of": "y"}, "110 of 1000, 11% (95% CI 9–13%)", 0.0913, 0.1311),
        (["6 of 11, 55% (23%–83%)"], {"result": "x"}, "6 of 11, 55% (23%–83%)", 0.23, 0.83),
        (["1.88 (0.84–4.78)"], {"result": "x"}, "1.88 (0.84–4.78)", 0.84, 4.78),
        (["20%"], {"result": "x"}, None, 0, 0),
        (["a third"], {"result": "x"}, None, 0, 0),
        (["0.016"], {"result": "x", "chance": "y"}, None, 0, 0),
        ([], {"result": "x"}, None, 0, 0),
    ],
)
def test_a_result_of_a_chapter_is_read_with_its_interval(texts, names, told, low, high):
    rules = {"kind": "result", "holds": "above 1", "fails": "below 1"}
    thesis = outcome([], rules | names, results=dict(zip("xy", texts, strict=False)))
    measured = thesis.tests[0].measured
    if told is None:
        assert measured is None and thesis.verdict == "undecided"
    else:
        assert measured.told == told and (measured.low, measured.high) == pytest.approx((low, high), abs=1e-4)


def test_names_of_results_are_read_off_the_code():
    code = "import seedsoil as ss\nss.bind(a=f'{1}', b='2')\n"
    assert list(named(code, ["1", "2"])) == [("a", "1"), ("b", "2")]
    among = "bind(a='1', **{name: '2' for name in 'xy'}, b='3')"
    assert list(named(among, ["1", "2", "2", "3"])) == [("a", "1"), ("b", "3")]
    assert list(named("%magic", ["1"])) == []
    # Results that are older than the code tell nothing rather than something else.
    assert list(named(code, ["1"])) == list(named(code, ["1", "2", "3"])) == list(named(among, ["1"])) == []


# Rows flipped until each verdict has come

ODDS = {"kind": "late over early", "holds": "above 1", "fails": "below 1"}


def of_two_times(late: tuple[int, int], early: tuple[int, int]) -> list[dict[str, str]]:
    """As many voices that promote and restrain late, and early."""
    wanted = [
        (stage, promotes)
        for stage, counts in (("outgrowth", late), ("arrival", early))
        for promotes, count in zip((True, False), counts, strict=True)
        for _ in range(count)
    ]
    return [row(number, promotes, stage=stage) for number, (stage, promotes) in enumerate(wanted)]


@pytest.mark.parametrize(
    ("late", "early", "verdict"),
    [
        ((12, 2), (2, 12), "holds"),
        ((2, 12), (12, 2), "fails"),
        ((7, 7), (7, 7), "undecided"),
        ((0, 0), (0, 0), "undecided"),
        ((5, 0), (5, 0), "undecided"),
    ],
)
def test_early_and_late(late, early, verdict):
    assert outcome(of_two_times(late, early), ODDS).verdict == verdict


def test_how_a_row_was_found_is_counted_apart():
    # Each search alone shows nothing; counted together they would show that late promotes (odds ratio 9).
    hand = of_two_times((27, 3), (9, 1))
    searched = [one | {"found_by": "balance search"} for one in of_two_times((1, 9), (3, 27))]
    searched = [one | {"ref": f"s{one['ref']}", "group": f"S {one['group']}"} for one in searched]
    thesis = outcome(hand + searched, ODDS)
    assert thesis.verdict == "undecided" and thesis.tests[0].measured.value == pytest.approx(1)
    together = [one | {"found_by": "hand"} for one in hand + searched]
    assert outcome(together, ODDS).verdict == "holds"


def test_voices_count_and_not_papers():
    rows = of_two_times((12, 2), (2, 12))
    one_voice = [one | {"group": "One A"} if one["stage"] == "outgrowth" else one for one in rows]
    assert outcome(rows, ODDS).verdict == "holds"
    assert outcome(one_voice, ODDS).verdict == "undecided"


def test_a_retracted_row_turns_no_verdict():
    rows = of_two_times((12, 2), (2, 12))
    gone = [row(100 + number, False, stage="outgrowth") for number in range(40)]
    assert outcome(rows + gone, ODDS).verdict == "undecided"
    assert outcome(rows + gone, ODDS, uncounted={one["ref"] for one in gone}).verdict == "holds"
    assert outcome([*rows, *(one | {"read_at": "unverified"} for one in gone)], ODDS).verdict == "holds"


def test_rows_without_a_place_in_the_test_turn_no_verdict():
    rows = of_two_times((12, 2), (2, 12))
    other = [
        {"source": "tumor cell"},  # no part of the soil
        {"stage": "outgrowth; arrival"},  # early and late
        {"outcome_of": "tumor growth"},  # no spread
        {"outcome": "same"},
    ]
    for cells in other:
        more = [row(100 + number, False, stage="outgrowth") | cells for number in range(40)]
        assert outcome(rows + more, ODDS).verdict == "holds", cells


SIGNS = {"kind": "both signs", "subject": "factor", "holds": "above firm sign", "fails": "below firm sign"}


def factors(both: int, steady: int, voices: int = 2) -> list[dict[str, str]]:
    return [
        row(voices * number + voice, number >= both or voice == 0, factor=f"factor {number}")
        for number in range(both + steady)
        for voice in range(voices)
    ]


@pytest.mark.parametrize(
    ("both", "steady", "verdict"),
    [(8, 2, "holds"), (0, 20, "fails"), (3, 7, "undecided"), (0, 0, "undecided")],
)
def test_both_signs(both, steady, verdict):
    thesis = outcome(factors(both, steady), SIGNS)
    assert thesis.verdict == verdict
    if both + steady:
        # Two voices that keep to a sign nine times in ten differ in 1 - 0.9² - 0.1² of the cases.
        assert thesis.tests[0].measured.beside["firm sign"][0] == pytest.approx(0.18)
        assert len(thesis.tests[0].measured.rows_for) == 2 * both


def test_what_was_searched_for_makes_no_double_agent():
    rows = [one | {"found_by": "balance search" if one["outcome"] == "more" else "hand"} for one in factors(8, 2)]
    assert outcome(rows, SIGNS).tests[0].measured.told.startswith("0 of 2,")


ORGANS = {"kind": "two organs", "holds": "never", "fails": "below 50%"}


def in_two_organs(differ: int, agree: int) -> list[dict[str, str]]:
    apart = [
        row(number, organ == "lung", organ=organ) | {"id": f"{number}-{organ}"}
        for number in range(differ)
        for organ in ("lung", "liver")
    ]
    return apart + [row(100 + number, True, organ="lung; liver") for number in range(agree)]


@pytest.mark.parametrize(
    ("differ", "agree", "verdict"),
    [(1, 12, "fails"), (6, 6, "undecided"), (12, 0, "undecided"), (0, 0, "undecided")],
)
def test_two_organs(differ, agree, verdict):
    assert outcome(in_two_organs(differ, agree), ORGANS).verdict == verdict


def pair(number: int, **of_both: tuple[str, str]) -> list[dict[str, str]]:
    """Two rows of one work: lung promotes, liver restrains, and what else differs between them."""
    rows = [row(number, organ == "lung", organ=organ) | {"id": f"{number}-{organ}"} for organ in ("lung", "liver")]
    return [one | {name: values[place] for name, values in of_both.items()} for place, one in enumerate(rows)]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (pair(1), "1 of 1,"),
        (pair(1, factor=("CLEC4N",) * 2, source=("alveolar macrophage", "Kupffer cell")), "1 of 1,"),
        (pair(1, factor=("CCL2",) * 2, source=("tumor cell", "macrophage")), None),  # of the seed, and of the soil
        (pair(1, factor=("-", "-"), source=("CD8 T cell", "NK cell")), None),
        (pair(1, outcome_of=("dissemination", "outgrowth")), None),  # two steps
        (pair(1, organ=("bone", "bone marrow")), None),  # one organ
    ],
)
def test_organs_are_compared_by_one_thing_and_one_outcome(rows, told):
    measured = outcome(rows, ORGANS).tests[0].measured
    assert measured is None if told is None else measured.told.startswith(told)


def test_tests_that_disagree_make_a_thesis_contested():
    organs = [one | {"stage": "primary"} for one in in_two_organs(0, 12)]  # neither early nor late
    rows = of_two_times((12, 2), (2, 12)) + organs
    assert outcome(rows, ODDS, ORGANS).verdict == "contested"


# The book


def test_what_the_book_had_on_a_day():
    rows = [
        *of_two_times((12, 2), (2, 12)),
        *(row(100 + n, False, stage="outgrowth", added="2026-02-01") for n in range(40)),
    ]
    before = Evidence(tuple(rows), frozenset()).until("2026-01-31")
    assert len(before.findings) == 28 and outcome(before.findings, ODDS).verdict == "holds"


def test_every_thesis_of_the_book_is_tested():
    from seedsoil.evidence.library import Library

    found = Library(ROOT).theses()
    assert len(found) == 4 and all(thesis.tests for thesis in found)
    assert all(test.measured for thesis in found for test in thesis.tests)
