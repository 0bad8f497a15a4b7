"""The growth-only clock: quadrature, closed form and simulation must agree."""

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from seedsoil import tables
from seedsoil.analysis import recurrence
from seedsoil.analysis.recurrence import Clock, Lognormal
from seedsoil.analysis.survival import rates

YEARS = np.arange(0, 15.5, 0.5)
CLOCKS = {
    "steady seeding": Clock(100, 1.6, 0.5),
    "late seeding": Clock(60, 2.5, 0.5, seeding=1),
    "between": Clock(80, 2.0, 0.5, seeding=0.1),
    "dormancy": Clock(30, 1.5, 0.6, dormant_fraction=0.6, awakening_rate=0.15),
    "brief dormancy": Clock(9, 1.5, 0.6, dormant_fraction=0.9, awakening_rate=8, seeding=1),
}


def interval_counts(years: np.ndarray, carrying_fraction: float, breaks: np.ndarray) -> pd.DataFrame:
    """Counts of a simulated cohort, followed without loss: what `survival.rates` reads.

    `years` are the carriers' recurrence times; patients without metastases are added
    to make the carriers this fraction. Columns: start, stop, events, person_years.
    """
    edges = np.asarray(breaks, dtype=float)
    start, stop = edges[:-1], edges[1:]
    at_risk = np.clip(np.asarray(years)[:, None] - start, 0, stop - start).sum(axis=0)
    never = len(years) * (1 / carrying_fraction - 1)
    return pd.DataFrame(
        {
            "start": start,
            "stop": stop,
            "events": np.histogram(years, edges)[0],
            "person_years": at_risk + never * (stop - start),
        }
    )


@pytest.mark.parametrize("clock", CLOCKS.values(), ids=CLOCKS.keys())
def test_quadrature_agrees_with_simulation(clock):
    n = 200_000
    sample = clock.sample(n, np.random.default_rng(1))
    seen = clock.carrying_fraction * np.searchsorted(np.sort(sample["years"]), YEARS) / n
    assert clock.recurred(YEARS) == pytest.approx(seen, abs=4 * 0.5 / np.sqrt(n))
    growing = sample["doublings_lacking"] * sample["doubling_days"] / 365.25
    assert np.allclose(sample["years"], sample["waiting_years"] + growing)


@pytest.mark.parametrize(("median", "gsd"), [(95, 1.49), (27, 2.9), (198, 1.86)])
def test_quadrature_agrees_with_the_closed_form(median, gsd):
    """Uniform doublings D: P(T <= t) = E[min(1, t / (30 DT))] under the lognormal."""
    days, sigma = YEARS[1:] * 365.25, np.log(gsd)
    a = np.log(days / 30) - np.log(median)
    partial = special.ndtr((-(sigma**2) - a) / sigma)
    closed = special.ndtr(a / sigma) + np.exp(a + sigma**2 / 2) * partial
    assert Clock(median, gsd).recurred(YEARS[1:]) == pytest.approx(closed, abs=3e-4)
    assert Clock(median, gsd).recurred([0.0]) == [0.0]


def test_seeding_in_proportion_to_cells_doubles_with_each_doubling():
    lacking = Clock(60, 2, seeding=1).sample(100_000, np.random.default_rng(9))["doublings_lacking"]
    last, before = lacking.between(29, 30).sum(), lacking.between(28, 29).sum()
    assert last / before == pytest.approx(2, rel=0.05)


def test_rates_are_those_of_a_simulated_cohort():
    clock = CLOCKS["dormancy"]
    years = clock.sample(300_000, np.random.default_rng(2))["years"].to_numpy()
    cohort = interval_counts(years, clock.carrying_fraction, YEARS)
    assert cohort["person_years"].iloc[0] <= 500_000 * 0.5
    seen = rates(cohort, ["start", "stop"], level=0.9999)
    told = clock.rates(YEARS)["rate"]
    assert told.between(seen["ci_low"], seen["ci_high"]).all()


def test_cohort_counts_by_hand():
    table = interval_counts(np.array([0.5, 1.5, 9.0]), 0.75, [0, 1, 2])
    assert list(table["events"]) == [1, 1]
    assert list(table["person_years"]) == pytest.approx([0.5 + 1 + 1 + 1, 0.5 + 1 + 1])


@pytest.mark.parametrize("seeding", [0, 1])
@pytest.mark.parametrize("seed", [1, 2])
def test_required_doubling_times_are_recovered(seeding, seed):
    truth = Clock(50, 2.2, 0.6, seeding=seeding)
    years = truth.sample(6_000, np.random.default_rng(seed))["years"].to_numpy()
    counts = interval_counts(years, truth.carrying_fraction, YEARS)
    fit = recurrence.fit(counts, Clock(150, 1.5, seeding=seeding), ["doubling_median", "doubling_gsd"])
    found = fit.estimates["estimate"]
    assert found["carrying_fraction"] == pytest.approx(0.6, abs=0.03)
    assert found["doubling_median"] == pytest.approx(50, rel=0.1)
    assert found["doubling_gsd"] == pytest.approx(2.2, rel=0.1)
    assert (fit.estimates["ci_low"] < found).all()
    assert (found < fit.estimates["ci_high"]).all()
    assert fit.df == len(YEARS) - 1 - 3
    assert fit.p > 0.001
    events, expected = fit.expected["events"], fit.expected["expected"]
    assert expected.sum() == pytest.approx(events.sum(), rel=0.01)
    likelihood, saturated = (stats.poisson.logpmf(events, m).sum() for m in (expected, events))
    assert fit.deviance == pytest.approx(2 * (saturated - likelihood))
    assert fit.aic == pytest.approx(2 * 3 - 2 * likelihood)


def test_intervals_of_the_estimates_cover_the_truth():
    rng = np.random.default_rng(5)
    truth = Clock(50, 2.2, 0.6, seeding=1)
    table = truth.rates(YEARS, per=1).assign(person_years=1_000.0)
    covered = []
    for _ in range(40):
        counts = table.assign(events=rng.poisson(table["rate"] * 1_000))
        fit = recurrence.fit(counts, truth, ["doubling_median", "doubling_gsd"])
        row = fit.estimates.loc["doubling_median"]
        covered.append(row.ci_low <= 50 <= row.ci_high)
    assert np.sum(covered) >= 34  # of 40: at 95% coverage fewer once in 300 runs


def test_a_wrong_clock_is_told_by_its_deviance():
    truth = Clock(30, 1.4, 0.7, dormant_fraction=0.6, awakening_rate=0.1, seeding=1)
    years = truth.sample(3_000, np.random.default_rng(3))["years"].to_numpy()
    counts = interval_counts(years, truth.carrying_fraction, YEARS)
    wrong = recurrence.fit(counts, Clock(30, 1.4, seeding=1))
    right = recurrence.fit(counts, truth)
    assert wrong.p < 1e-6 < 0.001 < right.p
    assert right.aic < wrong.aic


def test_only_the_product_of_doublings_and_doubling_time_is_seen():
    assert Clock(90, 1.7, doublings=20).recurred(YEARS) == pytest.approx(Clock(60, 1.7, doublings=30).recurred(YEARS))


def test_growth_rate_of_metastases_separates_what_the_curve_does_not():
    """A wide spread of growth fits a dormant clock well, yet ranks patients otherwise."""
    dormant = Clock(12, 1.5, 0.7, dormant_fraction=0.8, awakening_rate=0.15, seeding=1)
    years = dormant.sample(1_500, np.random.default_rng(6))["years"].to_numpy()
    counts = interval_counts(years, dormant.carrying_fraction, np.arange(0, 16))
    growth = recurrence.fit(counts, Clock(60, 2, seeding=1), ["doubling_median", "doubling_gsd"])
    told, true = (c.rates([0, 2, 5, 10, 15])["rate"] for c in (growth.clock, dormant))
    assert list(told) == pytest.approx(list(true), rel=0.2)

    def rank_correlation(clock):
        sample = clock.sample(20_000, np.random.default_rng(7)).query("years < 15")
        return stats.spearmanr(sample["doubling_days"], sample["years"]).statistic

    assert rank_correlation(growth.clock) > 0.9
    assert rank_correlation(dormant) < 0.5


def test_published_summaries_give_back_the_distribution():
    rng = np.random.default_rng(8)
    values = 120 * 1.8 ** rng.standard_normal(200_000)
    found = {
        "mean": Lognormal.from_mean_sd(values.mean(), values.std()),
        "quartiles": Lognormal.from_quantiles(*np.quantile(values, [0.25, 0.75])),
        "5 to 95%": Lognormal.from_quantiles(*np.quantile(values, [0.05, 0.95]), coverage=0.9),
    }
    for way, (median, gsd) in found.items():
        assert (median, gsd) == pytest.approx((120, 1.8), rel=0.02), way


@pytest.mark.parametrize(
    ("field", "value"),
    [("doubling_gsd", 1.0), ("carrying_fraction", 1.2), ("dormant_fraction", -0.1),
     ("awakening_rate", 0.0), ("doubling_median", np.nan)],
)  # fmt: skip
def test_impossible_clocks_are_refused(field, value):
    with pytest.raises(ValueError, match=f"{field} cannot be {value}"):
        Clock(**{"doubling_median": 90, "doubling_gsd": 1.5, field: value})


def test_unfit_input_is_refused():
    counts = pd.DataFrame({"start": [0, 2], "stop": [1, 3], "events": 5, "person_years": 50.0})
    with pytest.raises(ValueError, match="without gap"):
        recurrence.fit(counts, Clock(90, 1.5))
    with pytest.raises(ValueError, match="cannot fit doublings; free may name carrying"):
        recurrence.fit(counts, Clock(90, 1.5), ["doublings"])


GROWTH = ("doubling_median", "doubling_gsd")
DORMANCY = ("dormant_fraction", "awakening_rate")


@pytest.fixture(scope="module")
def rotterdam():
    counts = tables.load("rotterdam_recurrence").query("stop <= 15")
    return {er: group for er, group in counts.groupby("er")}


def clocks(group: pd.DataFrame, seeding: float, **more) -> tuple[recurrence.ClockFit, recurrence.ClockFit]:
    alone = recurrence.fit(group, Clock(60, 2, seeding=seeding), GROWTH, **more)
    asleep = Clock(40, 2, seeding=seeding, dormant_fraction=0.5, awakening_rate=0.2)
    return alone, recurrence.fit(group, asleep, GROWTH + DORMANCY, **more)


@pytest.mark.parametrize("seeding", [0, 1])
@pytest.mark.parametrize("er", ["negative", "positive"])
def test_fits_are_the_best_there_are(rotterdam, er, seeding):
    """Dormancy never fits worse than growth alone, and ten random starts find nothing better."""
    group = rotterdam[er]
    fits = clocks(group, seeding)
    assert fits[1].deviance <= fits[0].deviance + 1e-6
    known = {("negative", 0): 140.7, ("negative", 1): 127.6, ("positive", 0): 179.6, ("positive", 1): 172.8}
    assert fits[1].aic == pytest.approx(known[er, seeding], abs=0.1)  # by other code, in R
    rng = np.random.default_rng(11)
    for _ in range(10):
        median, gsd, share = 10 ** rng.uniform(0.5, 2.7), rng.uniform(1.1, 6), rng.uniform(0.05, 0.95)
        alone = Clock(median, gsd, share, seeding=seeding)
        asleep = Clock(median, gsd, share, rng.uniform(0.05, 0.95), 10 ** rng.uniform(-2, 1), seeding=seeding)
        for clock, free, best in [(alone, GROWTH, fits[0]), (asleep, GROWTH + DORMANCY, fits[1])]:
            again = recurrence.fit(group, clock, free, screened=2, starts=0)
            assert again.agreeing[1] == 1
            assert again.deviance > best.deviance - 0.05


@pytest.mark.parametrize(("er", "spread"), [("negative", 1.493), ("positive", 1.865)])
def test_seeding_that_is_chosen_fits_no_worse_than_seeding_that_is_given(rotterdam, er, spread):
    """Steady seeding is the limit of the search at zero, where the receptor-negative fit ends; by other code, in R."""
    group = rotterdam[er]
    given = [
        recurrence.fit(group, Clock(60, spread, seeding=power), ["doubling_median"]).deviance
        for power in (0, 0.01, 0.1, 1)
    ]
    chosen = recurrence.fit(group, Clock(60, spread, seeding=0.5), ["doubling_median", "seeding"])
    assert chosen.deviance < min(given) + 0.1
    assert chosen.deviance == pytest.approx({"negative": 141.6, "positive": 114.4}[er], abs=0.2)
    assert chosen.bounds == (("seeding",) if er == "negative" else ())


def test_one_start_alone_is_not_enough(rotterdam):
    """The start that once gave AIC 190 ends above the optimum: why many points are screened."""
    clock = Clock(40, 2, seeding=0, dormant_fraction=0.5, awakening_rate=0.2)
    alone = recurrence.fit(rotterdam["positive"], clock, GROWTH + DORMANCY, screened=2, starts=0)
    best = recurrence.fit(rotterdam["positive"], clock, GROWTH + DORMANCY)
    assert alone.aic > best.aic + 5 and best.agreeing[0] >= 2
    assert "doubling_gsd" in alone.bounds and best.bounds == ("dormant_fraction",)
    assert best.aic == pytest.approx(179.6, abs=0.1)


def test_a_fit_at_the_edge_says_so_and_gives_no_interval(rotterdam):
    _, fit = clocks(rotterdam["negative"], 1)
    assert fit.bounds == ("carrying_fraction",)
    assert fit.clock.carrying_fraction == pytest.approx(1, abs=1e-3)
    assert fit.estimates[["ci_low", "ci_high"]].isna().all(axis=None)
