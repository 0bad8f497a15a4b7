"""What burden tells: values by hand, independent fits, and known parameters from simulated cohorts."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, special, stats

import seedsoil as ss
from seedsoil.analysis import response
from seedsoil.analysis.response import (
    burden_classes,
    burden_odds_ratio,
    ridge_path,
    slope_heterogeneity,
    slopes_by_type,
    within_between,
)

TABLE = pd.DataFrame(
    {
        "cancer_type": ["A", "A", "B", "B"],
        "tmb": [0, 1, 0, 1],  # one doubling of tmb + 1
        "patients": [30, 40, 50, 60],
        "responders": [6, 16, 5, 20],
    }
)


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return ss.load("ici_response")


def cohort(rng, types=10, between=0.4, within=0.4, level=0.5, slope=0.3, patients=30):
    """Counts drawn from the model of `within_between`; slopes per doubling, as log odds ratios."""
    rows = []
    middles = np.linspace(1.5, 4.5, types)  # mean doublings of the types
    for number, middle in enumerate(middles):
        x = middle + np.linspace(-1.5, 1.5, 7)
        u, v = rng.normal(0, level), rng.normal(0, slope)
        log_odds = -1 + between * (middle - middles.mean()) + (within + v) * (x - middle) + u
        responders = rng.binomial(patients, special.expit(log_odds))
        names = {"cancer_type": f"type {number:02}", "tmb": 2**x - 1}
        rows.append(pd.DataFrame({**names, "patients": patients, "responders": responders}))
    return pd.concat(rows, ignore_index=True)


# Rates and ratios


def test_rates_by_hand():
    rates = response.rates(TABLE, "cancer_type")
    assert rates[["patients", "responders"]].to_numpy().tolist() == [[70, 22], [110, 25]]
    n, p, z = 70, 22 / 70, stats.norm.ppf(0.975)
    middle, half = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    wilson = [(middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)]
    assert rates.loc[0, ["rate", "ci_low", "ci_high"]].tolist() == pytest.approx([p, *wilson])
    wider = response.rates(TABLE, ["cancer_type"], level=0.99)
    assert (wider["ci_low"] < rates["ci_low"]).all()


def woolf(a, b, c, d):
    """Odds ratio of a fourfold table, and its interval."""
    half = stats.norm.ppf(0.975) * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    ratio = a * d / (b * c)
    return ratio, ratio * np.exp(-half), ratio * np.exp(half)


def test_one_doubling_is_a_fourfold_table():
    crude = burden_odds_ratio(TABLE)
    expected = woolf(36, 64, 11, 69)
    assert crude[["odds_ratio", "ci_low", "ci_high"]].tolist() == pytest.approx(expected)
    in_a = burden_odds_ratio(TABLE[TABLE["cancer_type"] == "A"])
    assert in_a["odds_ratio"] == pytest.approx(16 * 24 / (24 * 6))
    tenfold = burden_odds_ratio(TABLE, dose=lambda tmb: 10 * tmb)
    assert tenfold["odds_ratio"] == pytest.approx(crude["odds_ratio"] ** 0.1)
    assert tenfold["aic"] == pytest.approx(crude["aic"])


def test_adjusting_removes_what_only_types_differ_in():
    """Within each type the burden tells nothing; types with more of it respond more."""
    table = TABLE.assign(patients=[90, 10, 10, 90], responders=[9, 1, 5, 45])
    assert burden_odds_ratio(table)["odds_ratio"] > 3
    adjusted = burden_odds_ratio(table, ["cancer_type"])
    assert adjusted["odds_ratio"] == pytest.approx(1)
    assert adjusted["ci_low"] < 1 < adjusted["ci_high"]


def test_classes_by_hand():
    classes = burden_classes(TABLE, [0, 1, 5])  # the break itself belongs to the upper class
    assert classes[["low", "high", "patients", "responders"]].to_numpy().tolist() == [
        [0, 1, 80, 11],
        [1, 5, 100, 36],
    ]
    assert classes["odds_ratio"].tolist() == pytest.approx([1, 36 * 69 / (64 * 11)])
    assert classes["ci_low"].isna().tolist() == [True, False]
    row = burden_classes(TABLE, [0, 1, 5], ["cancer_type"]).iloc[1]
    expected = burden_odds_ratio(TABLE, ["cancer_type"])
    assert row["odds_ratio"] == pytest.approx(expected["odds_ratio"])
    assert row["ci_high"] == pytest.approx(expected["ci_high"])


@pytest.mark.parametrize("breaks", [[0.5, 2], [0, 1], [0, 1, 5, 9], [5, 1, 0]])
def test_classes_that_lose_patients_are_refused(breaks):
    with pytest.raises(ValueError, match="hold every burden from 0 to 1"):
        burden_classes(TABLE, breaks)


# Each type by itself


def test_slopes_and_profile_bounds_are_those_of_a_library_fit(counts):
    """At each bound the deviance of a logistic model with that slope is 3.84 above the least."""
    found = slopes_by_type(counts).set_index("cancer_type")
    for cancer in ("Melanoma", "NSCLC", "Ovarian", "Pancreatic"):
        group = counts[counts["cancer_type"] == cancer]
        x = np.log2(group["tmb"] + 1)
        y = np.column_stack([group["responders"], group["patients"] - group["responders"]])
        family = sm.families.Binomial()
        free = sm.GLM(y, sm.add_constant(x), family=family).fit()
        row = found.loc[cancer]
        assert np.log(row["odds_ratio"]) == pytest.approx(free.params["tmb"], abs=1e-4)
        for bound in (row["ci_low"], row["ci_high"]):
            held = sm.GLM(y, np.ones(len(x)), family=family, offset=np.log(bound) * x).fit()
            assert held.deviance - free.deviance == pytest.approx(3.841, abs=0.002)


def test_slopes_that_are_not_finite():
    table = pd.DataFrame(
        [("apart", 1, 20, 0), ("apart", 9, 20, 20), ("none", 1, 9, 0), ("none", 3, 9, 0),
         ("one", 4, 9, 3), ("turned", 1, 20, 20), ("turned", 9, 20, 0)],
        columns=["cancer_type", "tmb", "patients", "responders"],
    )  # fmt: skip
    found = slopes_by_type(table).set_index("cancer_type")
    assert found.loc["apart", "odds_ratio"] == found.loc["apart", "ci_high"] == np.inf
    assert 1 < found.loc["apart", "ci_low"] < np.inf
    assert found.loc["turned", "odds_ratio"] == found.loc["turned", "ci_low"] == 0
    assert found.loc["turned", "ci_high"] == pytest.approx(1 / found.loc["apart", "ci_low"], rel=1e-3)
    for cancer in ("none", "one"):
        assert np.isnan(found.loc[cancer, "odds_ratio"])
        assert found.loc[cancer, ["ci_low", "ci_high"]].tolist() == [0, np.inf]


cells = st.lists(
    st.tuples(st.sampled_from([0, 1, 3, 7, 15, 60]), st.integers(1, 30), st.floats(0, 1)),
    min_size=2,
    max_size=8,
)


@settings(max_examples=30, deadline=None)
@given(cells)
def test_calling_failure_success_turns_the_ratio_over(rows):
    table = pd.DataFrame(
        [("A", tmb, n, round(n * share)) for tmb, n, share in rows],
        columns=["cancer_type", "tmb", "patients", "responders"],
    )
    (one,) = slopes_by_type(table).itertuples()
    (two,) = slopes_by_type(table.assign(responders=table["patients"] - table["responders"])).itertuples()
    if np.isnan(one.odds_ratio):
        assert np.isnan(two.odds_ratio)
        return
    assert one.ci_low <= one.odds_ratio <= one.ci_high
    with np.errstate(divide="ignore"):  # the logarithm of a ratio of zero
        turned = [-np.log(two.odds_ratio), -np.log(two.ci_high), -np.log(two.ci_low)]
        assert np.log([one.odds_ratio, one.ci_low, one.ci_high]) == pytest.approx(turned, abs=2e-3)


def test_heterogeneity_is_the_gain_of_separate_fits(counts):
    found = slope_heterogeneity(counts)
    joint = burden_odds_ratio(counts, ["cancer_type"])["aic"] - 2 * 17
    apart = sum(burden_odds_ratio(g)["aic"] - 2 * 2 for _, g in counts.groupby("cancer_type"))
    assert found["statistic"] == pytest.approx(joint - apart, abs=1e-6)
    assert found["df"] == 15
    assert found["p"] == pytest.approx(stats.chi2.sf(found["statistic"], 15))


def test_a_type_without_a_slope_is_not_counted():
    table = pd.concat([TABLE, pd.DataFrame([("C", 3, 20, 9)], columns=TABLE.columns)])
    with_c, without = slope_heterogeneity(table.reset_index(drop=True)), slope_heterogeneity(TABLE)
    assert with_c["df"] == without["df"] == 1
    assert with_c["statistic"] == pytest.approx(without["statistic"], abs=1e-6)


def test_heterogeneity_is_found_where_it_is_and_seldom_elsewhere():
    p = {
        slope: [slope_heterogeneity(cohort(np.random.default_rng(s), slope=slope))["p"] for s in range(60)]
        for slope in (0, 0.6)
    }
    assert np.mean(np.array(p[0]) < 0.05) < 0.15  # of 60: more once in 350 runs
    assert np.mean(np.array(p[0.6]) < 0.05) > 0.9


# Within and between


def test_the_marginal_likelihood_is_the_integral_it_stands_for():
    """Against adaptive integration over both random effects, which knows nothing of modes."""
    table = cohort(np.random.default_rng(3), types=2, patients=6)
    model = response._Mixed(table, response.doublings, nodes=25)
    a, b, w, level, slope = params = np.array([-0.8, 0.3, 0.5, 0.7, 0.4])
    total = 0.0
    for number in range(2):
        rows = model.codes == number
        n, y, within = model.n[rows], model.y[rows], model.within[rows]
        fixed = a + b * model.design[rows, 1] + w * within

        def integrand(v, u, fixed=fixed, within=within, n=n, y=y):
            eta = fixed + u + v * within
            density = stats.norm.pdf(u, 0, level) * stats.norm.pdf(v, 0, slope)
            return np.exp((y * eta - n * np.logaddexp(0, eta)).sum()) * density

        value, _ = integrate.dblquad(integrand, -5, 5, -3, 3, epsabs=0, epsrel=1e-7)
        total += np.log(value)
    assert model.loglik(params, model.design)[0] == pytest.approx(total, abs=1e-5)
    seven = response._Mixed(table, response.doublings, nodes=7)
    assert seven.loglik(params, model.design)[0] == pytest.approx(total, abs=2e-3)


@pytest.mark.parametrize("level", [0.0, 0.6])
def test_the_gradient_is_that_of_the_likelihood(level):
    model = response._Mixed(cohort(np.random.default_rng(4), types=5), response.doublings, nodes=15)
    params = np.array([-1.1, 0.2, 0.5, level, 0.3])
    _, gradient = model.loglik(params, model.design)
    numeric = optimize.approx_fprime(params, lambda p: model.loglik(p, model.design)[0], 1e-6)
    assert gradient == pytest.approx(numeric, abs=5e-3)


def test_without_scatter_it_is_a_plain_logistic_model():
    table = cohort(np.random.default_rng(5), level=0, slope=0, patients=200)
    both = within_between(table)
    assert both.scatter["sd"].max() < 0.1
    assert both.scatter["ci_low"].tolist() == [0, 0]
    x = np.log2(table["tmb"] + 1)
    middle = x.groupby(table["cancer_type"]).transform("mean")
    design = np.column_stack([middle, x - middle, np.ones(len(x))])
    y = np.column_stack([table["responders"], table["patients"] - table["responders"]])
    plain = np.exp(sm.GLM(y, design, family=sm.families.Binomial()).fit().params)
    assert both.odds_ratios["odds_ratio"].iloc[:2].tolist() == pytest.approx(list(plain[:2]), rel=0.01)


def test_at_each_bound_the_likelihood_has_fallen_by_the_quantile(counts):
    both = within_between(counts)
    model = response._Mixed(counts, response.doublings, nodes=7)
    student, normal = stats.t.ppf(0.975, 14) ** 2, stats.norm.ppf(0.975) ** 2
    ratios = np.log(both.odds_ratios[["ci_low", "ci_high"]])
    for place, name in ((1, "between"), (2, "within")):
        for bound in ratios.loc[name]:
            _, loglik = model.fit(model.design, held={place: bound})
            assert 2 * (both.loglik - loglik) == pytest.approx(student, abs=0.02), name
    for place, bound in ((3, both.scatter.loc["level", "ci_low"]), (4, both.scatter.loc["slope", "ci_high"])):
        _, loglik = model.fit(model.design, held={place: bound})
        assert 2 * (both.loglik - loglik) == pytest.approx(normal, abs=0.02)
    _, without = model.fit(model.design, held={4: 0.0})
    assert 2 * (both.loglik - without) < normal and both.scatter.loc["slope", "ci_low"] == 0


TRUTH = {"between": 0.4, "within": 0.3, "contextual": 0.1}


@pytest.fixture(scope="module")
def recovered() -> list:
    """Fits to 24 cohorts whose parameters are known."""
    seeds = map(np.random.default_rng, range(24))
    return [within_between(cohort(rng, between=0.4, within=0.3)) for rng in seeds]


def test_known_slopes_are_recovered_and_covered(recovered):
    for name, truth in TRUTH.items():
        rows = pd.DataFrame([both.odds_ratios.loc[name] for both in recovered])
        assert np.log(rows["odds_ratio"]).mean() == pytest.approx(truth, abs=0.1), name
        held = (rows["ci_low"] < np.exp(truth)) & (np.exp(truth) < rows["ci_high"])
        assert held.sum() >= 20, name  # of 24: at 95% coverage fewer once in 160 runs


def test_known_scatter_is_recovered(recovered):
    for name, truth in {"level": 0.5, "slope": 0.3}.items():
        rows = pd.DataFrame([both.scatter.loc[name] for both in recovered])
        # Maximum likelihood takes scatter for too small where types are few: 10 here.
        assert 0.75 * truth < rows["sd"].mean() < 1.05 * truth, name
        held = (rows["ci_low"] < truth) & (truth < rows["ci_high"])
        assert held.sum() >= 18, name
        assert ((rows["ci_low"] <= rows["sd"]) & (rows["sd"] <= rows["ci_high"])).all()


def test_contextual_is_between_over_within(recovered):
    for both in recovered[:5]:
        ratio = both.odds_ratios["odds_ratio"]
        assert ratio["contextual"] == pytest.approx(ratio["between"] / ratio["within"], rel=1e-6)
        row = both.odds_ratios.loc["contextual"]
        assert row["ci_low"] < row["odds_ratio"] < row["ci_high"]


@pytest.mark.parametrize(("between", "within"), [(0.9, 0.0), (0.0, 0.7), (-0.7, 0.7)])
def test_the_two_questions_are_kept_apart(between, within):
    """One ratio for all would mix them; also where they point in opposite directions."""
    rng = np.random.default_rng(11)
    both = within_between(cohort(rng, 12, between, within, level=0.2, slope=0.1, patients=60))
    for name, truth in (("between", between), ("within", within)):
        row = both.odds_ratios.loc[name]
        assert np.log(row["odds_ratio"]) == pytest.approx(truth, abs=0.25), name
        if truth:
            assert row["ci_low"] > 1 if truth > 0 else row["ci_high"] < 1, name


def test_slopes_of_types_are_drawn_toward_the_common_one(counts):
    both = within_between(counts)
    alone = slopes_by_type(counts).set_index("cancer_type")["odds_ratio"]
    drawn = both.types.set_index("cancer_type")
    common = both.odds_ratios.loc["within", "odds_ratio"]
    assert (np.abs(np.log(drawn["odds_ratio"] / common)) < np.abs(np.log(alone / common))).mean() > 0.9
    assert ((drawn["ci_low"] < drawn["odds_ratio"]) & (drawn["odds_ratio"] < drawn["ci_high"])).all()
    assert drawn["odds_ratio"].min() < common < drawn["odds_ratio"].max()


def test_shares_are_those_of_the_simulated_log_odds():
    table = cohort(np.random.default_rng(7), 60, between=0.5, within=0.6, level=0.4, slope=0.3, patients=50)
    both = within_between(table)
    x = np.log2(table["tmb"] + 1)
    middle = x.groupby(table["cancer_type"]).transform("mean")
    spread, inside = middle.var(ddof=0), (x - middle).var(ddof=0)
    expected = [0.25 * spread, 0.16, 0.36 * inside, 0.09 * inside, np.pi**2 / 3]
    assert both.shares["variance"].tolist() == pytest.approx(expected, rel=0.35)
    assert both.shares["share"].sum() == pytest.approx(1)


def test_a_variational_fit_of_the_library_agrees(counts):
    """statsmodels has this model with priors and an approximation; it should not be far."""
    from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

    both = within_between(counts)
    single = counts.loc[counts.index.repeat(counts["patients"])]
    rank = single.groupby(level=0).cumcount()
    x = np.log2(single["tmb"] + 1)
    middle = x.groupby(single["cancer_type"]).transform("mean")
    types = pd.get_dummies(single["cancer_type"], dtype=float).to_numpy()
    other = BinomialBayesMixedGLM(
        (rank < single["responders"]).to_numpy(dtype=float),
        np.column_stack([np.ones(len(x)), middle - x.mean(), x - middle]),
        np.hstack([types, types * (x - middle).to_numpy()[:, None]]),
        np.repeat([0, 1], 16),
        vcp_p=0.5,
    ).fit_vb()
    found = np.log(both.odds_ratios["odds_ratio"])
    assert other.fe_mean[1:] == pytest.approx([found["between"], found["within"]], abs=0.08)
    level, slope = np.exp(other.vcp_mean)
    scatter = both.scatter
    assert scatter.loc["level", "ci_low"] < level < scatter.loc["level", "ci_high"]
    assert slope < scatter.loc["slope", "ci_high"]


def test_more_nodes_change_nothing(counts):
    seven, more = within_between(counts), within_between(counts, nodes=11)
    pd.testing.assert_frame_equal(seven.odds_ratios, more.odds_ratios, rtol=2e-3)
    pd.testing.assert_frame_equal(seven.scatter, more.scatter, atol=2e-3)


def test_too_few_types_are_refused():
    with pytest.raises(ValueError, match="2 cancer types; two slopes need at least four"):
        within_between(TABLE)


# The warning


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("penalty", [0.3, 1, 30])
def test_the_penalized_fit_is_that_of_the_common_library(counts, intercept, penalty):
    linear_model = pytest.importorskip("sklearn.linear_model")
    types = pd.get_dummies(counts["cancer_type"], dtype=float).to_numpy()
    design = np.column_stack([np.log2(counts["tmb"] + 1), types])
    n, y = counts["patients"], counts["responders"]
    other = linear_model.LogisticRegression(C=1 / penalty, fit_intercept=intercept, tol=1e-8, max_iter=10_000)
    label = np.repeat([1, 0], len(y))
    other.fit(np.vstack([design, design]), label, sample_weight=np.concatenate([y, n - y]))
    (row,) = ridge_path(counts, [penalty], intercept).itertuples()
    assert np.log(row.odds_ratio) == pytest.approx(other.coef_[0, 0], abs=1e-4)
    predicted = np.average(other.predict_proba(design)[:, 1], weights=n)
    assert row.predicted == pytest.approx(predicted, abs=1e-4)


def test_penalizing_baselines_turns_the_sign_and_a_free_intercept_does_not(counts):
    """What the chapter warns of, in its data."""
    penalties = [1e-6, 1, 10, 100]
    careless, centered, free = (
        ridge_path(counts, penalties, **form)["odds_ratio"]
        for form in ({"intercept": False}, {"intercept": False, "center": True}, {"intercept": True})
    )
    adjusted = burden_odds_ratio(counts, ["cancer_type"])
    for path in (careless, centered, free):
        assert path[0] == pytest.approx(adjusted["odds_ratio"], rel=1e-4)
    assert careless[1] < adjusted["ci_low"]
    assert careless[2] < 1 and careless[3] < 1
    assert free[1] == pytest.approx(adjusted["odds_ratio"], abs=0.01)
    assert (free > 1).all() and (centered > 1).all()
    observed = counts["responders"].sum() / counts["patients"].sum()
    assert ridge_path(counts, penalties, True)["predicted"].tolist() == pytest.approx([observed] * 4)
    assert ridge_path(counts, [10], False)["predicted"][0] > observed + 0.04


def test_the_sign_turns_because_the_penalty_draws_to_even_odds():
    """Where half the patients respond, penalized baselines do no such harm."""
    rng = np.random.default_rng(12)
    table = cohort(rng, level=0, slope=0)
    x = np.log2(table["tmb"] + 1)
    even = table.assign(responders=rng.binomial(30, special.expit(0.4 * (x - x.mean()))))
    for penalty in (1, 10, 100):
        rare = ridge_path(table.assign(responders=table["responders"] // 3), [penalty], False)
        half = ridge_path(even, [penalty], False)
        assert rare["odds_ratio"][0] < half["odds_ratio"][0]
        assert half["odds_ratio"][0] > 1


@pytest.mark.parametrize("penalty", [0, -1, np.nan])
def test_impossible_penalties_are_refused(penalty):
    with pytest.raises(ValueError, match="must be above 0"):
        ridge_path(TABLE, [penalty], True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"responders": [6, 41, 5, 20]}, "row 1 of the counts has 41 responders of 40 patients"),
        ({"responders": [-1, 4, 5, 20]}, "row 0 of the counts has -1 responders"),
        ({"patients": [0, 40, 50, 60], "responders": 0}, "row 0 of the counts has 0 responders of 0"),
    ],
)
@pytest.mark.parametrize(
    "act",
    [burden_odds_ratio, slopes_by_type, slope_heterogeneity, within_between,
     lambda table: response.rates(table, "cancer_type"), lambda table: ridge_path(table, [1], True),
     lambda table: burden_classes(table, [0, 1, 5])],
)  # fmt: skip
def test_impossible_counts_are_refused(act, change, message):
    with pytest.raises(ValueError, match=message):
        act(TABLE.assign(**change))


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="lacks msi; it has cancer_type, tmb"):
        burden_odds_ratio(TABLE, ["msi"])
    with pytest.raises(ValueError, match="lacks tmb"):
        slopes_by_type(TABLE.drop(columns="tmb"))
