"""How much a primary tells of the organ: cases by hand, tables made up with a known answer, and every refusal."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from seedsoil.analysis import organotropism


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_information_of_a_table_that_tells_all_and_of_one_that_tells_nothing(rng):
    all_of_it = organotropism.information(pd.DataFrame(np.eye(4, dtype=int) * 500), rng, draws=200)
    assert all_of_it["entropy"] == pytest.approx(2)
    assert all_of_it["bits"] == pytest.approx(2, abs=0.01)
    assert all_of_it["p"] == pytest.approx(1 / 201)
    nothing = organotropism.information(pd.DataFrame(np.full((3, 4), 50)), rng, draws=200)
    # Exactly even counts share 0; the correction takes off what chance would share.
    assert nothing["bits"] == pytest.approx(-6 / (2 * 600 * np.log(2)))
    assert nothing["p"] == 1


def test_the_correction_takes_off_what_chance_shares(rng):
    """Counts without association, drawn often: corrected, they share nothing on average; uncorrected, as the null."""
    tables = rng.multinomial(400, np.outer([0.5, 0.3, 0.2], [0.4, 0.3, 0.2, 0.1]).ravel(), 400).reshape(-1, 3, 4)
    corrected = organotropism._shared(tables) - organotropism._bias(tables)
    assert corrected.mean() == pytest.approx(0, abs=0.001)
    assert organotropism._shared(tables).mean() == pytest.approx(6 / (2 * 400 * np.log(2)), rel=0.1)


def test_information_agrees_with_its_definition(rng):
    table = pd.DataFrame([[30, 10, 5], [4, 20, 16]])
    share = table.to_numpy() / 85
    by_hand = (share * np.log2(share / np.outer(share.sum(axis=1), share.sum(axis=0)))).sum()
    found = organotropism.information(table, rng, draws=500)
    assert found["bits"] == pytest.approx(by_hand - 2 / (2 * 85 * np.log(2)))
    assert found["ci_low"] < found["bits"] < found["ci_high"]


@pytest.mark.parametrize("counts", [[[1, 2]], [[1], [2]], [[1, -1], [2, 3]], [[0, 0], [0, 0]]])
def test_information_refuses_what_is_no_table_of_counts(counts, rng):
    with pytest.raises(ValueError, match="two rows and two columns"):
        organotropism.information(pd.DataFrame(counts), rng)


def test_specificity_is_zero_for_a_column_like_all_and_one_bit_for_half_of_the_rows():
    table = pd.DataFrame({"all": [50, 50], "one": [20, 0], "other": [0, 20]})
    found = organotropism.specificity(table)
    assert found["all"] == pytest.approx(0)
    assert found["one"] == pytest.approx(1)


def deaths(ratios):
    """Deaths that a hazard of 0.2 a year gives in 1000 years of follow-up, times the ratio of each type at one site."""
    rows = []
    for kind, ratio in ratios.items():
        for site, times in (("lymph node", 1), ("liver", ratio)):
            for start in (0, 1):
                rows.append((kind, site, start, round(200 * times), 1000.0))
    return pd.DataFrame(rows, columns=["tumor_type", "site", "start", "events", "person_years"])


def test_site_ratios_find_the_ratio_and_its_heterogeneity():
    each, pooled = organotropism.site_ratios(deaths({"a": 2.0, "b": 2.0, "c": 2.0}), "lymph node")
    assert each["estimate"].to_numpy() == pytest.approx(2)
    assert each["se"].to_numpy() == pytest.approx(np.sqrt(1 / 400 + 1 / 800))
    (row,) = pooled.to_dict("records")
    assert (row["k"], row["site"]) == (3, "liver")
    assert row["estimate"] == pytest.approx(2)
    assert row["i2"] == pytest.approx(0, abs=1e-6)
    _, apart = organotropism.site_ratios(deaths({"a": 1.0, "b": 2.0, "c": 4.0}), "lymph node")
    assert apart["i2"].iloc[0] > 90
    assert apart["estimate"].iloc[0] == pytest.approx(2, rel=0.01)


def test_site_ratios_leave_out_types_without_deaths_and_do_not_pool_two():
    counts = deaths({"a": 2.0, "b": 2.0, "c": 0.0})
    each, pooled = organotropism.site_ratios(counts, "lymph node")
    assert sorted(each["tumor_type"]) == ["a", "b"]
    assert pooled.empty


@pytest.fixture
def lines(rng):
    """Three groups of lines and two correlated measures whose means differ between groups."""
    group = np.repeat(["a", "b", "c"], [12, 20, 9])
    general = rng.normal(size=41)
    shift = pd.Series({"a": 0.0, "b": 1.0, "c": 2.0})[group].to_numpy()
    return pd.DataFrame({"lineage": group, "bone": general + shift, "lung": general + rng.normal(size=41)})


def sums(lines):
    rows = []
    for lineage, part in lines.groupby("lineage"):
        for one, other in itertools.combinations_with_replacement(("bone", "lung"), 2):
            covariance = np.cov(part[one], part[other], bias=True)[0, 1]
            rows.append((lineage, one, other, len(part), part[one].mean(), part[other].mean(), covariance))
    names = ["lineage", "organ", "other_organ", "lines", "mean", "other_mean", "covariance"]
    return pd.DataFrame(rows, columns=names)


def test_sums_within_groups_give_the_analysis_of_variance_of_the_lines(lines):
    for weights in ({"bone": 1.0}, {"bone": 0.5, "lung": -0.5}):
        values = sum(lines[name] * weight for name, weight in weights.items())
        expected = stats.f_oneway(*(part for _, part in values.groupby(lines["lineage"])))
        found = organotropism.between_groups(sums(lines), weights)
        assert (found["f"], found["p"]) == pytest.approx((expected.statistic, expected.pvalue))
        assert found["adjusted"] < found["share"]


def test_correlations_within_groups_are_those_of_the_lines_less_their_group(lines):
    left = lines[["bone", "lung"]] - lines.groupby("lineage")[["bone", "lung"]].transform("mean")
    found = organotropism.within_groups(sums(lines), ["bone", "lung"])
    assert found.to_numpy() == pytest.approx(left.corr().to_numpy())


def test_correlations_of_the_lines_left_out_are_those_of_the_lines(lines):
    """The choice renames a group, as a choice of lines does in which a lineage becomes small."""
    chosen = lines["lung"] > lines["lung"].median()
    part = lines[chosen].assign(lineage=lambda rows: rows["lineage"].replace("a", "c"))
    rest = lines.loc[~chosen, ["bone", "lung"]].corr()
    found = organotropism.left_out(sums(lines), sums(part), ["bone", "lung"])
    assert found.to_numpy() == pytest.approx(rest.to_numpy())
    assert lines[["bone", "lung"]].corr().iloc[0, 1] != pytest.approx(rest.iloc[0, 1], abs=0.05)


def test_exact_difference_counts_all_choices():
    found = organotropism.exact_difference([1, 2, 3, 10, 11, 12], [False] * 3 + [True] * 3)
    assert found["ways"] == 20
    assert found["p"] == pytest.approx(2 / 20)
    assert found["difference"] == 9
    same = stats.permutation_test(
        ([1.0, 5.0, 9.0], [2.0, 3.0, 12.0, 4.0]), lambda x, y: x.mean() - y.mean(), n_resamples=np.inf
    )
    ours = organotropism.exact_difference([1, 5, 9, 2, 3, 12, 4], [True] * 3 + [False] * 4)
    # scipy doubles the smaller tail; ours adds the choices as far away on either side.
    assert ours["difference"] == pytest.approx(same.statistic)
    assert ours["p"] == pytest.approx(same.pvalue, abs=0.12)


def test_composition_of_rows_alike_and_apart():
    alike = organotropism.composition(pd.DataFrame([[10, 20], [30, 60]]), most=2)
    assert alike["g2"] == pytest.approx(0)
    apart = organotropism.composition(pd.DataFrame([[10, 20], [60, 30]]), most=2)
    expected = stats.chi2_contingency([[10, 20], [60, 30]], correction=False, lambda_="log-likelihood")
    assert (apart["g2"], apart["p"]) == pytest.approx((expected.statistic, expected.pvalue))
    assert apart["p_bound"] > apart["p"]
