"""The checkpoint-blockade cohort: nothing is lost in the counts, and a wrong workbook is named."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from openpyxl import Workbook

from seedsoil.analysis.response import doublings, hazard_ratios, odds_ratio
from seedsoil.derive import loris
from seedsoil.derive.registry import SOURCES
from seedsoil.problem import DataError
from seedsoil.tables import package as tables

(SOURCE,) = [source for source in SOURCES if source.name == "loris"]
COLUMNS = [field["name"] for field in loris.SCHEMA["fields"]]
PATIENT = ["Melanoma", 4.9, 0, 1, 1, 61.5, 0.2, 3.9, 4.0, 0, 1, 1, 9.0]


@pytest.fixture(scope="module")
def people(shared) -> pd.DataFrame:
    """Both sheets, read in another way than the library does."""
    path = shared / "sources" / "raw" / SOURCE.file
    sheets = pd.read_excel(path, sheet_name=["Chowell_train", "Chowell_test"])
    return pd.concat(sheets.values(), ignore_index=True)


def test_every_patient_and_responder_is_in_the_counts(people):
    counts, cohort = tables.load("ici_response"), tables.load("ici_cohort")
    assert counts["patients"].sum() == cohort["patients"].sum() == len(people) == 1479
    responders = people["Response"].sum()
    assert counts["responders"].sum() == cohort["responders"].sum() == responders == 409
    assert sorted(counts["tmb"].unique()) == sorted(people["TMB"].unique())
    by_type = counts.groupby("cancer_type")[["patients", "responders"]].sum()
    assert by_type.to_numpy().tolist() == cohort[["patients", "responders"]].to_numpy().tolist()


def test_one_row_counted_as_pandas_does(people):
    row = tables.load("ici_response").sort_values("patients").iloc[-1]
    same = people[
        (people["CancerType"] == row["cancer_type"])
        & (people["TMB"] == row["tmb"])
        & (people["MSI"] == (row["msi"] == "unstable"))
        & (people["Systemic_therapy_history"] == (row["prior_therapy"] == "yes"))
        & ((people["Drug"] == 1) == (row["combination"] == "yes"))
        & ((people["HLA_LOH"] == 1) == (row["hla_loh"] == "yes"))
    ]
    assert (row["patients"], row["responders"]) == (len(same), same["Response"].sum())
    assert row["patients"] > 10


def test_who_the_patients_are(people):
    cohort = tables.load("ici_cohort").set_index("cancer_type")
    for cancer, group in people.groupby("CancerType"):
        row = cohort.loc[cancer]
        assert row["median_tmb"] == group["TMB"].median()
        assert row["tmb_zero"] == (group["TMB"] == 0).sum()
        assert row["tmb_10_or_more"] == (group["TMB"] >= 10).sum()
        assert row["msi_unstable"] == group["MSI"].sum()
        assert row["prior_therapy"] == group["Systemic_therapy_history"].sum()
        assert row["combination"] == (group["Drug"] == 1).sum()
        assert row["hla_loh"] == group["HLA_LOH"].sum()
        assert row["deaths"] == group["OS_Event"].sum()
        assert row["median_age"] == pytest.approx(group["Age"].median(), abs=0.006)


@pytest.mark.parametrize(
    ("adjust", "columns"),
    [
        ([], []),
        (["cancer_type"], ["CancerType"]),
        (["cancer_type", "msi", "prior_therapy"], ["CancerType", "MSI", "Systemic_therapy_history"]),
    ],
    ids=["crude", "type", "type and covariates"],
)
def test_counts_give_what_the_patients_themselves_give(people, adjust, columns):
    """The counts lose nothing: a logistic model of 1,479 single patients, fitted apart."""
    design = pd.DataFrame({"burden": np.log2(people["TMB"] + 1)})
    for name in columns:
        design = design.join(pd.get_dummies(people[name], name, drop_first=True, dtype=float))
    single = sm.Logit(people["Response"], sm.add_constant(design)).fit(disp=0)
    low, high = np.exp(single.conf_int().loc["burden"])
    counts = tables.load("ici_response")
    grouped = odds_ratio(counts, doublings(counts["tmb"]), adjust)
    assert grouped["estimate"] == pytest.approx(np.exp(single.params["burden"]), rel=1e-7)
    assert grouped[["ci_low", "ci_high"]].tolist() == pytest.approx([low, high], rel=1e-6)


def test_every_death_and_year_is_in_the_survival_table(people):
    table = tables.load("ici_survival")
    assert table["events"].sum() == people["OS_Event"].sum()
    assert table["person_years"].sum() == pytest.approx(people["OS_Months"].sum() / 12, abs=0.2)
    assert table.loc[table["start"] == 0, "patients"].sum() == len(people)
    lost = table["hla_loh"] == "yes"
    assert table[lost]["events"].sum() == people.loc[people["HLA_LOH"] == 1, "OS_Event"].sum()
    assert (table["patients"] == 1).mean() < 0.06, "hardly a row may be of one patient"
    assert table.loc[table["start"] == 0, "patients"].min() >= 2, "nobody stands alone when follow-up begins"


def test_sums_and_single_patients_tell_the_same_of_hla():
    """The table of Cox models, against the sums, whose smaller types share a baseline."""
    deaths, cox = tables.load("ici_survival"), tables.load("ici_hla_cox").set_index(["among", "adjusted_for"])
    lost = pd.DataFrame({"lost": deaths["hla_loh"] == "yes"})
    strata = ["cancer_type", "start"]
    for among, rows, adjusted in [
        ("all", deaths["events"] >= 0, "-"),
        ("burden below 10", deaths["burden"].isin(["below 5", "5 to 10"]), "prior therapy"),
        ("burden 10 or more", deaths["burden"].isin(["10 to 20", "20 or more"]), "prior therapy"),
    ]:
        found = hazard_ratios(deaths[rows], lost[rows], strata).loc["lost", "estimate"]
        assert cox.loc[(among, adjusted), "estimate"] == pytest.approx(found, rel=0.06)
    more = cox.loc["burden 10 or more", "estimate"].iloc[0] / cox.loc["burden below 10", "estimate"].iloc[0]
    assert cox.loc["10 or more to below 10", "estimate"].iloc[0] == pytest.approx(more, rel=0.05)
    assert cox.loc["lung", "patients"].iloc[0] + cox.loc["other types", "patients"].iloc[0] == 1479


def test_zero_holds_those_with_nothing_to_lose(people):
    """What the docstring of the module says of the column: nobody is missing, and the homozygous are 0 but for one."""
    assert people["HLA_LOH"].notna().all()
    homozygous = people[people["HED"] == 0]
    assert (len(homozygous), homozygous["HLA_LOH"].sum()) == (27, 1)


def workbook(tmp_path, rows=(PATIENT,), columns=COLUMNS, sheets=loris.SHEETS):
    book = Workbook()
    book.remove(book.active)
    for name in sheets:
        sheet = book.create_sheet(name)
        sheet.append(columns)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "cohort.xlsx"
    book.save(path)
    return path


def test_codes_become_words(tmp_path):
    rows = [PATIENT, ["NSCLC", 0, 1, 0, 2, 70, 0.2, 3.9, 4.0, 1, 0, 0, 24]]
    cohort = loris.read(workbook(tmp_path, rows))
    assert cohort.drop(columns=["age", "altered", "albumin", "nlr"]).to_numpy().tolist() == 2 * [
        ["Melanoma", 4.9, "stable", "yes", "yes", "yes", 0, 0.75, 1],
        ["NSCLC", 0.0, "unstable", "no", "no", "no", 1, 2.0, 0],
    ]
    counts = loris.ici_response(cohort)
    assert counts[["patients", "responders"]].to_numpy().tolist() == [[2, 0], [2, 2]]


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (0, "Melanom", "CancerType: found 'Melanom', expected one of Bladder"),
        (1, -0.1, "TMB: found '-0.1', expected at least 0"),
        (1, None, "TMB: found an empty cell, expected a value"),
        (2, 2, "MSI: found '2', expected one of 0, 1"),
        (9, "yes", "Response: found 'yes', expected a whole number"),
    ],
)
def test_an_impossible_value_is_named_by_sheet_and_row(tmp_path, place, value, message):
    wrong = [*PATIENT]
    wrong[place] = value
    path = workbook(tmp_path, [PATIENT, wrong])
    with pytest.raises(DataError) as caught:
        loris.read(path)
    assert str(caught.value).startswith(f"{path}[Chowell_train]:3:{message}")
    assert str(caught.value).endswith(loris.REMEDY)


def test_a_missing_column_or_sheet_is_named(tmp_path):
    path = workbook(tmp_path, [PATIENT[1:]], COLUMNS[1:])
    with pytest.raises(DataError, match="1:CancerType: found no such column"):
        loris.read(path)
    path = workbook(tmp_path, sheets=["Chowell_train"])
    with pytest.raises(DataError, match="found no sheet 'Chowell_test', expected"):
        loris.read(path)
