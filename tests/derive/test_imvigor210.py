"""The urothelial cohort on atezolizumab: who is counted, and models that other code gives as well."""

import csv

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from seedsoil.analysis.response import hazard_ratios
from seedsoil.derive import imvigor210
from seedsoil.derive.registry import SOURCES
from seedsoil.problem import DataError
from seedsoil.tables import package as tables

(SOURCE,) = [source for source in SOURCES if source.name == "imvigor210"]
COLUMNS = [field["name"] for field in imvigor210.SCHEMA["fields"]]
SAMPLE = ["1", "Liver", "CR/PR", "1", "Y", "desert", "5", "6.0", "1"]


@pytest.fixture(scope="module")
def samples(shared) -> pd.DataFrame:
    return pd.read_csv(shared / "sources" / "raw" / SOURCE.file)


def test_each_patient_counts_once(samples):
    people = samples.drop_duplicates("ANONPT_ID")
    told = people[people["Met.Disease.Status"].notna()]
    sites = tables.load("imvigor210_sites")
    assert (len(samples), len(people), len(told)) == (348, 347, 315)
    assert sites["patients"].sum() == 315
    assert sites["deaths"].sum() == told["censOS"].sum() == 218
    assert sites["responders"].sum() == (told["binaryResponse"] == "CR/PR").sum() == 52
    assert sites["evaluable"].sum() == told["binaryResponse"].notna().sum() == 271
    repeated = samples[samples["ANONPT_ID"].duplicated(keep=False)]
    assert repeated[["Met.Disease.Status", "os", "censOS"]].drop_duplicates().shape[0] == 1


def test_one_means_death(samples):
    """The file names no code: follow-up that ends early must end in death more often than follow-up that ends late."""
    early = samples["os"] < samples["os"].median()
    assert samples.loc[early, "censOS"].mean() > 0.8 > 0.6 > samples.loc[~early, "censOS"].mean()


def test_every_death_and_year_is_in_the_survival_table(samples):
    table = tables.load("imvigor210_survival")
    told = samples.drop_duplicates("ANONPT_ID").dropna(subset="Met.Disease.Status")
    assert table["events"].sum() == 218
    assert table["person_years"].sum() == pytest.approx(told["os"].sum() / 12, abs=0.1)
    assert (table["patients"] == 1).sum() == 0, "no row may be of one patient"


def test_sums_give_nearly_what_single_patients_give():
    deaths, models = tables.load("imvigor210_survival"), tables.load("imvigor210_models")
    exposed = pd.DataFrame({site: deaths["site"] == site for site in ("visceral", "liver")}).astype(float)
    found = hazard_ratios(deaths, exposed, ["start", "performance"])["estimate"]
    whole = models.query("outcome == 'death' and among == 'all' and against == 'lymph node only'")
    cox = whole.query("adjusted_for == 'performance status'")
    assert found.tolist() == pytest.approx(cox.set_index("site")["estimate"][found.index].tolist(), rel=0.08)


def test_odds_ratios_of_response_by_hand(samples):
    told = samples.drop_duplicates("ANONPT_ID")
    counts = pd.crosstab(told["Met.Disease.Status"], told["binaryResponse"])
    odds = counts["CR/PR"] / counts["SD/PD"]
    models = tables.load("imvigor210_models").query("outcome == 'response' and adjusted_for == '-' and among == 'all'")
    found = models.set_index(["site", "against"])["estimate"]
    assert found["liver", "lymph node only"] == pytest.approx(odds["Liver"] / odds["LN Only"], abs=1e-3)
    assert found["liver", "visceral"] == pytest.approx(odds["Liver"] / odds["Visceral"], abs=1e-3)


def test_a_cox_model_by_its_partial_likelihood(samples):
    """Liver against visceral without covariates, maximized here with the ties of Efron written out."""
    told = samples.drop_duplicates("ANONPT_ID").dropna(subset="Met.Disease.Status")
    x = np.column_stack([told["Met.Disease.Status"] == site for site in ("LN Only", "Liver")]).astype(float)
    time, death = told["os"].to_numpy(), told["censOS"].to_numpy() == 1

    def minus(b):
        risk, total = np.exp(x @ b), 0.0
        for moment in np.unique(time[death]):
            dying = death & (time == moment)
            for place in range(dying.sum()):
                total -= np.log(risk[time >= moment].sum() - place / dying.sum() * risk[dying].sum())
            total += (x @ b)[dying].sum()
        return -total

    best = optimize.minimize(minus, [0.0, 0.0]).x
    models = tables.load("imvigor210_models").query(
        "outcome == 'death' and adjusted_for == '-' and site == 'liver' and among == 'all'"
    )
    found = models.set_index("against")["estimate"]
    assert found["visceral"] == pytest.approx(np.exp(best[1]), rel=1e-3)
    assert found["lymph node only"] == pytest.approx(np.exp(best[1] - best[0]), rel=1e-3)


def test_the_complete_are_the_same_in_every_model_and_in_the_last_of_all():
    models = tables.load("imvigor210_models")
    complete = models.query("among == 'complete'")
    assert (complete.groupby("outcome")[["patients", "events"]].nunique() == 1).all(axis=None)
    last = models["adjusted_for"] == models["adjusted_for"].unique()[-1]
    columns = ["outcome", "site", "against", "patients", "estimate"]
    both = [
        models.loc[last & (models["among"] == group), columns].reset_index(drop=True) for group in ("all", "complete")
    ]
    pd.testing.assert_frame_equal(*both)


def written(tmp_path, *rows, columns=COLUMNS):
    path = tmp_path / "clinical.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def test_codes_become_words_and_a_second_sample_is_dropped(tmp_path):
    other = ["2", "LN Only", "NA", "0", "N", "NA", "NA", "12", "0"]
    untold = ["3", "NA", "SD/PD", "0", "N", "NA", "NA", "12", "0"]
    cohort = imvigor210.read(written(tmp_path, SAMPLE, SAMPLE, other, untold))
    assert cohort["site"].tolist() == ["liver", "lymph node only"]
    assert cohort["years"].tolist() == [0.5, 1.0]
    assert cohort.loc[0, ["performance", "platinum", "burden", "phenotype", "response", "death"]].tolist() == [
        "1 or 2", "yes", 5.0, "desert", 1.0, 1,
    ]  # fmt: skip
    assert cohort.loc[1, ["burden", "phenotype", "response"]].isna().all()


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (1, "Lung", "Met.Disease.Status: found 'Lung', expected one of NA, LN Only"),
        (6, "many", "FMOne.mutation.burden.per.MB: found 'many'"),
        (7, "-1", "os: found '-1', expected at least 0"),
        (8, "2", "censOS: found '2', expected one of 0, 1"),
    ],
)
def test_an_impossible_value_is_named(tmp_path, place, value, message):
    wrong = [*SAMPLE]
    wrong[place] = value
    with pytest.raises(DataError) as caught:
        imvigor210.read(written(tmp_path, SAMPLE, wrong))
    assert f":3:{message}" in str(caught.value)


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(DataError, match="ANONPT_ID: found no such column"):
        imvigor210.read(written(tmp_path, SAMPLE[1:], columns=COLUMNS[1:]))
