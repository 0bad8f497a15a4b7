"""Rates, hazard ratios and crossings: known values, independent fits, simulations."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from seedsoil.analysis.survival import crossing_time, piecewise_exponential, rates

YEARS = [*np.arange(0, 10, 0.5), *range(10, 16)]


def count(patients: pd.DataFrame, edges) -> pd.DataFrame:
    """Events and person-years of patients (`time`, `event`, strata) by interval."""
    strata = [name for name in patients if name not in ("time", "event")]
    tables = []
    for start, stop in pairwise(edges):
        at_risk = patients[patients["time"] > start]
        cells = at_risk[strata].assign(
            start=start,
            stop=stop,
            events=at_risk["event"] * (at_risk["time"] <= stop),
            person_years=at_risk["time"].clip(upper=stop) - start,
        )
        tables.append(cells.groupby(["start", "stop", *strata], as_index=False).sum())
    return pd.concat(tables, ignore_index=True)


@pytest.fixture(scope="module")
def rotterdam(shared) -> pd.DataFrame:
    raw = pd.read_csv(shared / "sources" / "raw" / "rotterdam.csv")
    return pd.DataFrame(
        {
            "er": np.where(raw["er"] < 10, "negative", "positive"),
            "nodes": pd.cut(raw["nodes"], [-1, 0, 3, 9, 99], labels=["0", "1-3", "4-9", "10+"]).astype(str),
            "size": raw["size"],
            "grade": raw["grade"],
            "time": raw["rtime"] / 365.25,
            "event": raw["recur"],
        }
    )


@pytest.fixture(scope="module")
def counts(rotterdam) -> pd.DataFrame:
    return count(rotterdam, YEARS)


def simulated(rng, log_ratio, edges=YEARS, size=40_000.0) -> pd.DataFrame:
    """Counts of two groups with baseline 0.1 a year and a given log hazard ratio."""
    start, stop = np.array(edges[:-1]), np.array(edges[1:])
    rows = []
    for er in ("negative", "positive"):
        rate = 0.1 * np.exp(log_ratio((start + stop) / 2) * (er == "positive"))
        time = size * (stop - start) / 20
        rows.append(
            pd.DataFrame(
                {
                    "start": start,
                    "stop": stop,
                    "er": er,
                    "events": rng.poisson(rate * time),
                    "person_years": time,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


# rates ------------------------------------------------------------------------------


@pytest.mark.parametrize(("events", "low", "high"), [(0, 0, 3.689), (1, 0.0253, 5.572), (10, 4.795, 18.390)])
def test_exact_interval_has_the_tabulated_values(events, low, high):
    table = pd.DataFrame({"er": ["positive"], "events": [events], "person_years": [1.0]})
    row = rates(table, "er", per=1).iloc[0]
    assert (row.ci_low, row.ci_high) == pytest.approx((low, high), abs=5e-4)


@settings(deadline=None)
@given(st.integers(1, 5000), st.floats(0.5, 0.999))
def test_exact_interval_leaves_equal_tails(events, level):
    table = pd.DataFrame({"g": [1], "events": [events], "person_years": [1.0]})
    row = rates(table, "g", per=1, level=level).iloc[0]
    tail = (1 - level) / 2
    assert stats.poisson.sf(events - 1, row.ci_low) == pytest.approx(tail, rel=1e-6)
    assert stats.poisson.cdf(events, row.ci_high) == pytest.approx(tail, rel=1e-6)


def test_rates_add_up_within_breaks_and_strata(counts):
    wide = rates(counts, "er", breaks=[0, 1, 2, 5, 15])
    assert len(wide) == 8
    assert wide["events"].sum() == counts["events"].sum()
    assert wide["person_years"].sum() == pytest.approx(counts["person_years"].sum())
    assert rates(counts, "er", breaks=[0, 5])["events"].sum() < wide["events"].sum()
    assert wide["rate"].between(wide["ci_low"], wide["ci_high"]).all()


def test_rates_of_rotterdam(counts):
    """The rates of the data notes, from the raw file: per 100 person-years."""
    table = rates(counts, "er", breaks=[0, 1, 2, 3, 4, 5, 7, 10, 15])
    by_er = {er: list(group["rate"].round(1)) for er, group in table.groupby("er")}
    assert by_er == {
        "negative": [15.2, 20.3, 12.9, 8.0, 6.1, 3.2, 3.5, 3.9],
        "positive": [6.8, 12.9, 11.7, 9.5, 8.5, 6.4, 6.5, 5.3],
    }


def test_a_break_inside_an_interval_is_refused(counts):
    with pytest.raises(ValueError, match="break at 0.7 years cuts the interval 0 to 0.5|0.5 to 1"):
        rates(counts, "er", breaks=[0, 0.7, 2])
    with pytest.raises(ValueError, match="increasing"):
        rates(counts, "er", breaks=[0, 2, 2])


def test_impossible_counts_are_refused_by_row(counts):
    with pytest.raises(ValueError, match="lacks subtype; it has start"):
        rates(counts, "subtype")
    broken = counts.copy()
    broken.loc[7, "person_years"] = 0.0
    broken.loc[7, "events"] = 1
    with pytest.raises(ValueError, match="row 7 .* events 1 and person_years 0.0"):
        rates(broken, "er")


# piecewise_exponential --------------------------------------------------------------


def cox(patients: pd.DataFrame, start=0.0, stop=np.inf) -> float:
    """The Cox hazard ratio of receptor status among those at risk from start to stop."""
    at_risk = patients[patients["time"] > start]
    design = pd.get_dummies(at_risk[["er", "nodes", "size"]], drop_first=True, dtype=float)
    design["grade"] = at_risk["grade"]
    model = sm.PHReg(
        at_risk["time"].clip(upper=stop),
        design,
        status=at_risk["event"] * (at_risk["time"] <= stop),
        entry=np.full(len(at_risk), start),
    )
    return float(np.exp(model.fit().params[design.columns.get_loc("er_positive")]))


def test_it_agrees_with_cox_on_the_patients(rotterdam, counts):
    fit = piecewise_exponential(counts, breaks=[0, 2, 5, 15])
    assert fit.overall.hazard_ratio == pytest.approx(cox(rotterdam), rel=0.01)
    # Each split Cox model also frees the adjusting effects, hence the wider margin.
    split = [cox(rotterdam, 0, 2), cox(rotterdam, 2, 5), cox(rotterdam, 5)]
    assert list(fit.by_interval["hazard_ratio"]) == pytest.approx(split, rel=0.06)
    varying = piecewise_exponential(counts, breaks=[0, 2, 5, 15], varying=["nodes", "size", "grade"])
    assert list(varying.by_interval["hazard_ratio"]) == pytest.approx(split, rel=0.01)


def test_one_ratio_hides_what_the_intervals_reveal(counts):
    fit = piecewise_exponential(counts, breaks=[0, 1, 2, 3, 4, 5, 7, 10, 15])
    assert fit.overall.ci_low < 1 < fit.overall.ci_high
    assert fit.by_interval["ci_high"].iloc[:2].max() < 1 < fit.by_interval["ci_low"].max()
    assert fit.lrt["df"] == 7
    assert fit.lrt["p"] < 1e-10
    gain = fit.models["deviance"].diff().iloc[1]
    assert fit.models["parameters"].diff().iloc[1] == 7
    assert fit.models["aic"].diff().iloc[1] == pytest.approx(gain + 2 * 7)


def test_without_adjustment_the_ratios_are_those_of_the_rates(counts):
    """In a table of the two intervals alone, estimates and errors have a closed form."""
    table = rates(counts, "er", breaks=[0, 5, 15])
    fit = piecewise_exponential(table, breaks=[0, 5, 15], adjust=())
    negative, positive = (group.reset_index() for _, group in table.groupby("er"))
    ratio = positive["rate"] / negative["rate"]
    error = np.sqrt(1 / positive["events"] + 1 / negative["events"])
    assert np.allclose(fit.by_interval["hazard_ratio"], ratio)
    assert np.allclose(fit.by_interval["ci_low"], ratio * np.exp(-1.959964 * error))
    assert np.allclose(fit.by_interval["p"], 2 * stats.norm.sf(abs(np.log(ratio) / error)))


def confounded(rng, nodal_effects) -> pd.DataFrame:
    """Ratios 0.5, 1 and 2 in three intervals; positive tumors have fewer nodes."""
    rows = [
        (start, start + 1, er, nodes, rng.poisson(rate * time), time)
        for start, (ratio, nodal) in enumerate(zip([0.5, 1, 2], nodal_effects, strict=True))
        for er, times in (("negative", (2e4, 6e4)), ("positive", (6e4, 2e4)))
        for nodes, time in zip(("0", "1-3"), times, strict=True)
        for rate in [0.05 * (ratio if er == "positive" else 1) * (nodal if nodes == "1-3" else 1)]
    ]
    return pd.DataFrame(rows, columns=["start", "stop", "er", "nodes", "events", "person_years"])


def test_known_ratios_are_recovered_through_confounding():
    def found(table, **how):
        return list(piecewise_exponential(table, [0, 1, 2, 3], **how).by_interval["hazard_ratio"])

    rng = np.random.default_rng(5)
    steady = confounded(rng, (3, 3, 3))
    assert found(steady, adjust=["nodes"]) == pytest.approx([0.5, 1, 2], rel=0.05)
    assert found(steady, adjust=())[1] < 0.8
    waning = confounded(rng, (4, 2, 1))
    varying = found(waning, adjust=["nodes"], varying=["nodes"])
    assert varying == pytest.approx([0.5, 1, 2], rel=0.05)
    assert found(waning, adjust=["nodes"])[2] > 2.2


def test_rows_without_time_at_risk_change_nothing(counts):
    idle = counts.iloc[[3]].assign(events=0, person_years=0.0)
    with_idle = pd.concat([counts, idle], ignore_index=True)
    pd.testing.assert_frame_equal(crossing_time(with_idle), crossing_time(counts))


def test_an_interval_without_events_is_named():
    table = simulated(np.random.default_rng(0), np.zeros_like)
    table.loc[(table["er"] == "negative") & (table["start"] >= 10), "events"] = 0
    with pytest.raises(ValueError, match="no events in years 10 to 15 for er 'negative'"):
        piecewise_exponential(table, breaks=[0, 10, 15], adjust=())
    with pytest.raises(ValueError, match="two levels"):
        piecewise_exponential(table.assign(er="positive"), breaks=[0, 15], adjust=())
    with pytest.raises(ValueError, match="nodes in `varying`"):
        piecewise_exponential(table, breaks=[0, 15], adjust=(), varying=["nodes"])


# crossing_time ----------------------------------------------------------------------


def formula_fit(table: pd.DataFrame, effect: str):
    """The same model written as a formula, as an independent check."""
    eventful = table.groupby("start")["events"].transform("sum") > 0
    return smf.glm(
        "events ~ 0 + C(start) + C(nodes) + C(size) + C(grade) + " + effect,
        data=table[eventful],
        family=sm.families.Poisson(),
        offset=np.log(table["person_years"][eventful]),
    ).fit()


def test_crossing_is_fiellers_ratio_and_agrees_with_profile_likelihood(counts):
    row = crossing_time(counts).set_index("form").loc["log time"]
    table = counts.assign(
        positive=(counts["er"] == "positive").astype(float),
        logt=np.log((counts["start"] + counts["stop"]) / 2),
    )
    fit = formula_fit(table, "positive + positive:logt")
    a, b = fit.params.iloc[-2:]
    (vaa, vab), (_, vbb) = fit.cov_params().to_numpy()[-2:, -2:]
    # Fieller: the times x = log t with (a + b x)^2 = z^2 (vaa + 2 x vab + x^2 vbb).
    z2 = stats.chi2.ppf(0.95, 1)
    roots = np.roots([b**2 - z2 * vbb, 2 * (a * b - z2 * vab), a**2 - z2 * vaa])
    assert row.crossing_years == pytest.approx(np.exp(-a / b), rel=1e-5)
    assert [row.ci_low, row.ci_high] == pytest.approx(sorted(np.exp(roots)), rel=1e-4)
    assert row.aic == pytest.approx(fit.aic)

    def excess(years):
        fixed = table.assign(tilt=table["positive"] * (table["logt"] - np.log(years)))
        return formula_fit(fixed, "tilt").deviance - fit.deviance - z2

    # Each end of the profile-likelihood interval lies within 2% of ours: between, the excess changes its sign.
    assert excess(0.98 * row.ci_low) > 0 > excess(1.02 * row.ci_low)
    assert excess(0.98 * row.ci_high) < 0 < excess(1.02 * row.ci_high)


def test_crossing_of_rotterdam_barely_depends_on_intervals_or_adjustment(rotterdam, counts):
    fine = crossing_time(count(rotterdam, np.arange(0, 15.01, 0.25)))
    coarse = crossing_time(counts)
    free = crossing_time(counts, varying=["nodes", "size", "grade"])
    assert list(fine["crossing_years"]) == pytest.approx(list(coarse["crossing_years"]), rel=0.03)
    assert list(free["crossing_years"]) == pytest.approx(list(coarse["crossing_years"]), rel=0.03)


@pytest.mark.parametrize(
    ("form", "log_ratio"),
    [
        ("log time", lambda t: 0.6 * np.log(t / 3)),
        ("linear time", lambda t: 0.2 * (t - 4)),
        ("spline", lambda t: 0.8 * np.tanh((t - 2.5) / 2)),
    ],
)
def test_a_known_crossing_is_recovered(form, log_ratio):
    truth = optimize.brentq(log_ratio, 0.5, 10)
    for seed in range(3):
        table = simulated(np.random.default_rng(seed), log_ratio, size=2e6)
        row = crossing_time(table, adjust=()).set_index("form").loc[form]
        # The last curve is none that the spline can follow exactly.
        assert row.crossing_years == pytest.approx(truth, rel=0.05)


def test_intervals_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(11)
    covered = []
    for _ in range(150):
        table = simulated(rng, lambda t: 0.5 * np.log(t / 3), edges=range(16), size=8_000)
        row = crossing_time(table, adjust=()).iloc[0]
        covered.append(row.ci_low <= 3 <= row.ci_high)
    assert 0.9 < np.mean(covered) < 0.99


def test_no_crossing_and_no_bound_are_said_so():
    rng = np.random.default_rng(3)

    def first_row(log_ratio, size):
        return crossing_time(simulated(rng, log_ratio, size=size), adjust=()).iloc[0]

    apart = first_row(lambda t: np.full_like(t, 0.7), 40_000)
    assert apart[["crossing_years", "ci_low", "ci_high"]].isna().all()
    alike = first_row(np.zeros_like, 4_000)
    assert (alike.ci_low, alike.ci_high) == (0, np.inf)
    unbounded = first_row(lambda t: 0.4 * np.log(t / 6), 800)
    assert 0 < unbounded.ci_low < unbounded.crossing_years < unbounded.ci_high == np.inf
    beyond = first_row(lambda t: 0.5 * np.log(t / 25), 10_000)
    assert np.isnan(beyond.crossing_years)
    assert 5 < beyond.ci_low < beyond.ci_high == np.inf


def test_a_late_convergence_does_not_widen_the_interval_of_a_crossing():
    """Hazards that cross at 2 years and are alike again after 12 still crossed at 2."""

    def log_ratio(t):
        return np.where(t < 12, np.minimum(0.8 * (t - 2), (12 - t) / 5), 0)

    table = simulated(np.random.default_rng(2), log_ratio, size=40_000)
    row = crossing_time(table, adjust=()).set_index("form").loc["spline"]
    assert 1.5 < row.ci_low < row.crossing_years < row.ci_high < 2.5
