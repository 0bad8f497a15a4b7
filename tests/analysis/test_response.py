"""What burden and loss of HLA tell: values by hand, fits of single patients, known parameters from simulated cohorts."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import special, stats
from statsmodels.duration.hazard_regression import PHReg

import seedsoil as ss
from seedsoil.analysis import response
from seedsoil.analysis.response import auc, burden_classes, calibrated, doublings, hazard_ratios, odds_ratio

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
    crude = odds_ratio(TABLE, doublings(TABLE["tmb"]))
    assert crude[["estimate", "ci_low", "ci_high"]].tolist() == pytest.approx(woolf(36, 64, 11, 69))
    assert np.log(crude["ci_high"] / crude["ci_low"]) / 3.92 == pytest.approx(crude["se"], rel=1e-3)
    tenfold = odds_ratio(TABLE, 10 * TABLE["tmb"])
    assert tenfold["estimate"] == pytest.approx(crude["estimate"] ** 0.1)


def test_adjusting_removes_what_only_types_differ_in():
    """Within each type the burden tells nothing; types with more of it respond more."""
    table = TABLE.assign(patients=[90, 10, 10, 90], responders=[9, 1, 5, 45])
    assert odds_ratio(table, table["tmb"])["estimate"] > 3
    adjusted = odds_ratio(table, table["tmb"], ["cancer_type"])
    assert adjusted["estimate"] == pytest.approx(1)
    assert adjusted["ci_low"] < 1 < adjusted["ci_high"]


def test_classes_by_hand():
    classes = burden_classes(TABLE, [0, 1, 5])  # the break itself belongs to the upper class
    assert classes[["low", "high", "patients", "responders"]].to_numpy().tolist() == [
        [0, 1, 80, 11],
        [1, 5, 100, 36],
    ]
    assert classes["estimate"].tolist() == pytest.approx([1, 36 * 69 / (64 * 11)])
    assert classes["ci_low"].isna().tolist() == [True, False]
    row = burden_classes(TABLE, [0, 1, 5], ["cancer_type"]).iloc[1]
    expected = odds_ratio(TABLE, TABLE["tmb"], ["cancer_type"])
    assert row["estimate"] == pytest.approx(expected["estimate"])
    assert row["ci_high"] == pytest.approx(expected["ci_high"])


@pytest.mark.parametrize("breaks", [[0.5, 2], [0, 1], [0, 1, 5, 9], [5, 1, 0]])
def test_classes_that_lose_patients_are_refused(breaks):
    with pytest.raises(ValueError, match="hold every burden from 0 to 1"):
        burden_classes(TABLE, breaks)


# How well they rank


def test_auc_counts_pairs():
    """Of the pairs of a responder and another patient, those ranked right and half of the ties."""
    x = TABLE["tmb"].to_numpy()
    yes = np.repeat(x, TABLE["responders"])
    no = np.repeat(x, TABLE["patients"] - TABLE["responders"])
    pairs = yes[:, None] - no
    assert auc(TABLE, [], x) == pytest.approx((pairs > 0).mean() + (pairs == 0).mean() / 2)
    assert auc(TABLE, [], np.zeros(4)) == pytest.approx(0.5)
    assert auc(TABLE, [], -x) == pytest.approx(auc(TABLE, [], x))


# Counting error


def simulated(rng, slope=0.5, megabases=1.1, size=4000):
    """Patients whose response follows the true burden, and the burden that a panel counts."""
    burden = 2 ** rng.normal(2.5, 1.0, size)
    x = doublings(burden)
    response_ = rng.random(size) < special.expit(-1.5 + slope * (x - x.mean()))
    counted = rng.poisson(burden * megabases) / megabases
    table = pd.DataFrame({"cancer_type": "A", "tmb": counted, "patients": 1, "responders": response_.astype(int)})
    return table.groupby(["cancer_type", "tmb"], as_index=False).sum()


def test_calibration_restores_a_slope_that_counting_flattens():
    counted, restored = [], []
    for seed in range(12):
        table = simulated(np.random.default_rng(seed))
        counted.append(np.log(odds_ratio(table, doublings(table["tmb"]))["estimate"]))
        restored.append(np.log(odds_ratio(table, calibrated(table, 1.1))["estimate"]))
    assert np.mean(counted) < 0.44
    assert np.mean(restored) == pytest.approx(0.5, abs=0.04)


def test_calibration_by_hand_and_at_its_limits(counts):
    """Few mutations are drawn to the type; a panel of a thousand megabases counts without error."""
    near = calibrated(counts, 1.1)
    far = calibrated(counts, 1000.0)
    x = doublings(counts["tmb"])
    spread = counts["tmb"] >= 1
    assert np.abs(far - x)[spread].max() < 0.08
    lung = counts["cancer_type"] == "NSCLC"
    none = lung & (counts["tmb"] == 0)
    assert (near[none] > 0.5).all() and (x[none] == 0).all()
    order = counts[lung].assign(x=near[lung]).sort_values("tmb")["x"]
    assert (order.diff().dropna() >= -1e-9).all()


# Survival


@pytest.fixture(scope="module")
def people(shared) -> pd.DataFrame:
    path = shared / "sources" / "raw" / "chowell2022_ici_cohort.xlsx"
    return pd.concat(pd.read_excel(path, sheet_name=["Chowell_train", "Chowell_test"]).values(), ignore_index=True)


def test_sums_give_what_cox_gives_of_single_patients(people):
    """Death by loss of HLA, adjusted, within cancer types: Cox's partial likelihood of 1,479 patients."""
    deaths = ss.load("ici_survival")
    classes = ["5 to 10", "10 to 20", "20 or more"]
    ours = pd.DataFrame({name: deaths["burden"] == name for name in classes})
    ours.insert(0, "lost", deaths["hla_loh"] == "yes")
    size = people.groupby("CancerType")["TMB"].transform("size")
    burden = pd.cut(people["TMB"], [0, 5, 10, 20, 1000], right=False, labels=["below 5", *classes])
    design = pd.DataFrame({name: burden == name for name in classes}).astype(float)
    design.insert(0, "lost", people["HLA_LOH"].astype(float))
    for columns in (["lost"], list(design)):
        cox = PHReg(
            people["OS_Months"],
            design[columns],
            status=people["OS_Event"],
            strata=people["CancerType"].where(size >= 100, "Other"),
            ties="efron",
        ).fit()
        found = hazard_ratios(deaths, ours[columns], ["cancer_type", "start"])
        assert found["estimate"].to_numpy() == pytest.approx(np.exp(cox.params), rel=0.03)
        assert found.loc["lost", "estimate"] == pytest.approx(np.exp(cox.params[0]), rel=0.011)
        assert found["se"].to_numpy() == pytest.approx(cox.bse, rel=0.03)


def test_one_stratum_and_one_exposure_by_hand():
    """With one stratum the ratio is that of two rates, and its variance the sum of the reciprocals of the deaths."""
    table = pd.DataFrame({"start": 0, "events": [12, 30], "person_years": [40.0, 50.0]})
    row = hazard_ratios(table, pd.DataFrame({"x": [0, 1]}), ["start"]).iloc[0]
    assert row["estimate"] == pytest.approx((30 / 50) / (12 / 40))
    assert row["se"] == pytest.approx(np.sqrt(1 / 12 + 1 / 30))
    poisson = sm.GLM(
        table["events"], sm.add_constant([0.0, 1.0]), family=sm.families.Poisson(), offset=np.log(table["person_years"])
    ).fit()
    assert np.log(row["estimate"]) == pytest.approx(poisson.params.iloc[1])


def test_ratios_that_are_not_finite_are_refused():
    table = pd.DataFrame({"start": 0, "events": [0, 30], "person_years": [40.0, 50.0]})
    with pytest.raises((ValueError, np.linalg.LinAlgError)):
        hazard_ratios(table, pd.DataFrame({"x": [0, 1]}), ["start"])
    with pytest.raises(ValueError, match="lacks person_years"):
        hazard_ratios(table.drop(columns="person_years"), pd.DataFrame({"x": [0, 1]}), ["start"])


@pytest.mark.parametrize(
    ("change", "message"),
    [({"responders": [31, 16, 5, 20]}, "31 responders of 30 patients"), ({"patients": [0, 40, 50, 60]}, "of 0")],
)
def test_impossible_counts_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        odds_ratio(TABLE.assign(**change), TABLE["tmb"])
