"""What chapters conclude in words, from numbers that rows move: each conclusion beside the numbers that it needs.

A number follows its rows, and the sentence beside it does not. Where a row turns what a sentence says, its test is red,
and the sentence is to be written anew. The words are those of the chapter, and a seed is a value that makes them untrue.
Pools, counts and signs that a chapter's own test works out once more are held there.
"""

import re
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import NamedTuple

import nbformat
import pytest

import seedsoil as ss
from seedsoil.evidence.direction import directions
from seedsoil.notebooks.execution import Runs
from seedsoil.notebooks.outputs import bound
from tests.conftest import ROOT

NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?")
LEVEL = re.compile(r"95% (CI|interval)|,|(?<=\d)–(?=\d)")  # what stands between numbers and is none


class Told(float):
    """The first number of a bound text; the two behind it are its interval, or both of two; the last may be a P."""

    def __new__(cls, text: str) -> "Told":
        plain = LEVEL.sub(lambda found: " " if found[0] == "–" else "", text.replace("−", "-"))
        numbers = [float(number) for number in NUMBER.findall(plain)]
        told = super().__new__(cls, numbers[0])
        told.low, told.high = numbers[1:3] if len(numbers) > 2 else (numbers[0], numbers[-1])
        told.p = numbers[-1]
        return told

    def holds(self, number: float) -> bool:
        return self.low <= number <= self.high


class Verdict(NamedTuple):
    chapter: str
    words: str
    holds: Callable[[SimpleNamespace], bool]
    seed: dict[str, str]


VERDICTS = [
    Verdict("signals", "so firm a sign would have shown",
            lambda n: n.factor_own < n.factor_expected.low, {"factor_own": "30"}),
    Verdict("signals", "does not restore a sign",
            lambda n: all(both >= dealt.low for both, dealt in (
                (n.maker_both, n.maker_expected), (n.molecule_both, n.molecule_expected),
                (n.alone_both, n.alone_expected), (n.hand_both, n.hand_expected))), {"hand_both": "9"}),
    Verdict("signals", "are thus rarely closed",
            lambda n: n.net_answered < n.net_calls / 4, {"net_answered": "12"}),
    Verdict("signals", "Promoting and restraining factors were not seen to differ in rank",
            lambda n: n.signs_apart.p > 0.05 and n.stages_apart.p > 0.05, {"signs_apart": "difference 0.30, p = 0.01"}),
    Verdict("signals", "was not seen to stand out for it in health",
            lambda n: n.soil_rank < n.soil_rank_limit and n.soil_top_p > 0.05, {"soil_rank": "0.70"}),
    Verdict("signals", "which does not stand a correction for their number",
            lambda n: n.lowest_p * n.tests_run > 0.05, {"lowest_p": "p < 0.001"}),
    Verdict("signals", "Most factors are heard once",
            lambda n: n.one_paper > n.all_factors / 2, {"one_paper": "90"}),
    Verdict("cells", "most carry findings both ways",
            lambda n: n.n_both > n.n_kinds / 2, {"n_both": "6"}),
    Verdict("cells", "The first hypothesis fails.",
            lambda n: n.n_both_dealt.holds(n.n_both), {"n_both": "7"}),
    Verdict("cells", "just below what dealing gives",
            lambda n: n.n_both_dealt.low - 1 <= n.n_both_if < n.n_both_dealt.low, {"n_both_if": "4.0"}),
    Verdict("cells", "What tells the sign is how the row was found",
            lambda n: n.hand_promotes > n.hand_restrains and n.search_promotes < n.search_restrains
            and n.search_p < 0.05, {"search_promotes": "40"}),
    Verdict("niches", "what has been shown by timing is mostly that",
            lambda n: n.n_added > n.n_before / 2, {"n_added": "4"}),
    Verdict("niches", "too few pairs share one to compare",
            lambda n: n.factors_within < 5 and n.factors_between < 5, {"factors_within": "20%"}),
    Verdict("niches", "as far as few pairs tell",
            lambda n: n.cells_difference.holds(0), {"cells_difference": "−14 points (95% CI −22 to −4)"}),
    Verdict("double-agents", "Most double agents of this book are two papers",
            lambda n: n.n_same < n.n_pairs / 2, {"n_same": "50"}),
    Verdict("double-agents", "The condition that the codings name most often is another cell",
            lambda n: n.n_subset > max(n.n_stage, n.n_cancer), {"n_stage": "20"}),
    Verdict("double-agents", "Time turns the sign in some experiments and not by a law",
            lambda n: 0 < n.n_towards <= n.n_away + n.n_constant, {"n_towards": "9"}),
    Verdict("double-agents", "the interval leaves room for most of what one may believe",
            lambda n: n.towards_share.p > 75 and n.towards_p > 0.05, {"towards_p": "p = 0.01"}),
    Verdict("double-agents", "The numbers lie as the hypothesis has them",
            lambda n: n.ratio_hand > 1 >= n.ratio_balance, {"ratio_balance": "2.10 (0.70–5.10)"}),
    Verdict("double-agents", "a firm answer is not to be had from so few",
            lambda n: n.searched_ratio.holds(1) and n.model_ratio.holds(1), {"model_ratio": "3.10 (1.20–9.10)"}),
    Verdict("double-agents", "It leaves the question open as well",
            lambda n: n.entered_ratio.holds(1), {"entered_ratio": "3.10 (1.20–9.10)"}),
    Verdict("therapy", "By this pool a treatment does on average less against death where the organ is poorer",
            lambda n: n.pool_death.low > 1, {"pool_death": "1.08 (95% CI 0.98–1.19)"}),
    Verdict("therapy", "decides whether the interval covers one",
            lambda n: n.pool_without_sclc.holds(1) and n.pool_unread_liver.holds(1),
            {"pool_without_sclc": "1.12 (95% CI 1.01–1.24)"}),
    Verdict("therapy", "Neither most of it nor hardly any of it is excluded",
            lambda n: n.kept_death.low < 50 and n.kept_death.high >= 90, {"kept_death": "65% (95% CI 55–75%)"}),
    Verdict("therapy", "The hypothesis that both measure the same is refuted for these pairs together, and for those of "
            "one outcome just not",
            lambda n: n.pool_design.high < 1 < n.pool_same.high < 1.05, {"pool_same": "0.68 (95% CI 0.50–0.92)"}),
    Verdict("therapy", "The estimates scatter no more than chance would have them",
            lambda n: n.i2_failed == 0 and n.pool_failed.holds(1), {"i2_failed": "40%"}),
    Verdict("therapy", "alt: Forest plot of eighteen trials by target.",
            lambda n: n.k_failed == 18, {"k_failed": "19"}),
    Verdict("therapy", "Two within PREVAIL exclude it, both against progression",
            lambda n: min(n.sclc_liver.low, n.prevail_liver_lung.low, n.prevail_node.low) > 1
            and n.n_organ - n.n_cover == 3, {"n_cover": "21"}),
    Verdict("therapy", "On the right all ratios but that of metformin matched in time lie below one.",
            lambda n: n.design_nearest < 1, {"design_nearest": "1.05"}),
    Verdict("angiogenesis", "After surgery bevacizumab has not lowered deaths, and in advanced disease it has",
            lambda n: n.os.high < 1 and n.adj_os.holds(1), {"adj_os": "0.88 (95% CI 0.80–0.97)"}),
    Verdict("angiogenesis", "The hypothesis is refuted as stated",
            lambda n: n.rr_os.low > 1, {"rr_os": "1.05 (95% CI 0.95–1.16)"}),
    Verdict("angiogenesis", "How firmly depends on one trial",
            lambda n: n.rr_os_without.holds(1), {"rr_os_without": "1.12 (95% CI 1.01–1.24)"}),
    Verdict("angiogenesis", "gives no sign of an interaction, and excludes one as large as the ratio found between "
            "trials for this event, though not its lower limit",
            lambda n: n.rr_icon7.holds(1) and n.rr_pfs.low < n.rr_icon7.high < n.rr_pfs,
            {"rr_pfs": "1.25 (95% CI 1.10–1.42)"}),
    Verdict("angiogenesis", "Both lie inside",
            lambda n: n.late_low <= 1.22 <= n.late_high and n.whole_low <= 0.93 <= n.whole_high, {"late_high": "1.20"}),
    Verdict("angiogenesis", "After surgery six trials lie around one",
            lambda n: n.adj_os_k == 6, {"adj_os_k": "7"}),
    Verdict("ecm-remodeling", "drugs directed at the matrix did not lengthen life on average",
            lambda n: n.os_pooled.holds(1), {"os_pooled": "0.88 (95% CI 0.79–0.98)"}),
    Verdict("ecm-remodeling", "a benefit of this class is not excluded",
            lambda n: n.mmp_pooled.low < 0.9 and n.mmp_pooled.holds(1), {"mmp_pooled": "1.05 (95% CI 0.95–1.16)"}),
    Verdict("ecm-remodeling", "on the other side of one",
            lambda n: n.os_pooled < 1 < n.printed, {"printed": "0.97 (95% CI 0.85–1.10)"}),
    Verdict("ecm-remodeling", "The intervals of all seven that have one include no effect.",
            lambda n: n.os_k == 7, {"os_k": "8"}),
    Verdict("immune-escape", "which includes no effect",
            lambda n: n.next_adjuvant.holds(1), {"next_adjuvant": "0.55–0.96"}),
    Verdict("immune-escape", "So on average life was longer, by less than recurrence was delayed",
            lambda n: n.pool_adjuvant < n.pool_adjuvant_death and n.pool_adjuvant_death.high < 1,
            {"pool_adjuvant_death": "0.86 (95% CI 0.72–1.03)"}),
    Verdict("immune-escape", "Much of the difference runs with the organ",
            lambda n: n.apart.high < 1, {"apart": "0.85 (95% CI 0.70–1.03)"}),
    Verdict("immune-escape", "that the benefit is smaller with them is neither shown nor excluded",
            lambda n: n.interaction.holds(1), {"interaction": "1.20 (95% CI 1.02–1.41)"}),
    Verdict("immune-escape", "alt: Two forest plots of eighteen trials.",
            lambda n: n.k_adjuvant == 18, {"k_adjuvant": "19"}),
    Verdict("organs", "A danger of the liver common to all cancers is refuted",
            lambda n: n.liver_next.holds(1), {"liver_next": "1.20–2.70"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def results(site) -> Callable[[str], dict[str, str]]:
    """Names and texts that a chapter as it is now gave to its prose."""

    @cache
    def of(chapter: str) -> dict[str, str]:
        runs = Runs(ROOT)
        run = runs.find(runs.page(ROOT / f"chapters/{chapter}.md").notebook)
        assert run, f"found no run of {chapter} as it is now; ./book build runs it"
        return {name: text for cell in nbformat.read(run, as_version=4).cells for name, text in bound(cell)}

    return of


def told(texts: dict[str, str]) -> SimpleNamespace:
    return SimpleNamespace(**{name: Told(text) for name, text in texts.items() if NUMBER.search(text)})


@pytest.mark.parametrize("chapter", sorted({verdict.chapter for verdict in VERDICTS}))
def test_what_the_chapter_concludes_follows_from_its_numbers(chapter, results):
    prose = (ROOT / f"chapters/{chapter}.md").read_text("utf8")
    numbers = told(results(chapter))
    verdicts = [verdict for verdict in VERDICTS if verdict.chapter == chapter]
    assert [verdict.words for verdict in verdicts if verdict.words not in prose] == [], "no longer said"
    assert [verdict.words for verdict in verdicts if not verdict.holds(numbers)] == [], "no longer true"


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: f"{verdict.chapter}: {verdict.words}")
def test_a_number_that_turns_a_verdict_is_seen(verdict, results):
    texts = results(verdict.chapter)
    assert set(verdict.seed) <= set(texts)
    assert not verdict.holds(told(texts | verdict.seed))


@pytest.fixture(scope="module")
def findings():
    rows = ss.load("findings").set_index("id")
    return rows.assign(sign=directions(rows))


SUPPLIES = {
    "ngo2020-phgdh-brain": "ngo2020-phgdh-extracranial",
    "bu2018-aldob-liver": "bu2018-aldob-primary",
    "ferraro2021-fasn-brain": "ferraro2021-fasn-extracranial",
}

MOVED_TWICE = {
    "matsumura2014-kupffer": ("before", "after"),
    "maglioco2017-bcell": ("before", "after"),
    "casanovaacebes2021-macrophage": ("early", "late"),
    "qian2009-macrophage": ("seeding", "established"),
}
TURNS = [("restrains", "no effect"), ("restrains", "promotes"), ("promotes", "no effect"), ("promotes", "promotes")]


def borne_by_rows(rows) -> dict[tuple[str, str], bool]:
    """Conclusions of chapters on rows that no bound number carries, and whether the rows bear them."""
    neutrophils = rows[rows["source"].str.split("; ").map(lambda cells: "neutrophil" in cells)]
    in_bone = rows[rows["organ"].str.split("; ").map(lambda organs: "bone" in organs)]
    in_bone = in_bone[in_bone["factor"].str.split("; ").map(lambda factors: "interferon" in factors)]
    turns = [tuple(rows.loc[[f"{name}-{time}" for time in times], "sign"]) for name, times in MOVED_TWICE.items()]
    return {
        ("cells", "one turns that way, two fade from either side, and one does not change"): turns == TURNS,
        ("double-agents", "Most rows promote"): neutrophils["sign"].eq("promotes").mean() > 0.5,
        ("double-agents", "In bone every row restrains"): set(in_bone["sign"]) == {"restrains"},
        ("double-agents", "all of these are from one laboratory"): in_bone["group"].nunique() == 1,
        ("growth", "found an effect in one of them only"): set(rows.loc[list(SUPPLIES), "sign"]) == {"promotes"}
        and set(rows.loc[list(SUPPLIES.values()), "sign"]) == {"no effect"},
    }


def test_what_chapters_conclude_from_rows_alone_is_borne_by_them(findings):
    for (chapter, words), borne in borne_by_rows(findings).items():
        assert words in (ROOT / f"chapters/{chapter}.md").read_text("utf8"), words
        assert borne, words


def test_a_row_that_turns_a_conclusion_is_seen(findings):
    turned = findings.assign(
        sign=findings["sign"].map({"promotes": "restrains", "restrains": "promotes"}), group="a new one"
    )
    turned.loc["bidwell2012-irf7-bone", "group"] = "another"
    assert not any(borne_by_rows(turned).values())
