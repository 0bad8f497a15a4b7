"""Leukocytes and death in the TCGA: the compositions, stages as strata, and raw files not as they say."""

import numpy as np
import pandas as pd
import pytest

from seedsoil.derive import tcga
from seedsoil.problem import DataError
from seedsoil.tables import package as tables


@pytest.fixture
def raw(shared):
    return (
        shared / "sources" / "raw" / "tcga_cibersort_fractions.rda",
        shared / "sources" / "raw" / "liu2018_tcga_cdr.xlsx",
    )


def test_log_ratios_sum_to_zero_and_keep_ratios_of_what_is_there():
    fractions = np.array([[0.2, 0.3, 0.5], [0.0, 0.25, 0.75]])
    logs = tcga.log_ratios(fractions, 0.001)
    assert logs.sum(axis=1) == pytest.approx([0, 0])
    assert logs[1, 2] - logs[1, 1] == pytest.approx(np.log(3))
    assert logs[1, 1] - logs[1, 0] == pytest.approx(np.log(0.25 * 0.999 / 0.001))


def test_patients_and_deaths_of_a_cancer_are_those_of_the_files(raw):
    import pyreadr

    (cells,) = pyreadr.read_r(raw[0]).values()
    people = pd.read_excel(raw[1], sheet_name="TCGA-CDR")
    with_cells = people["bcr_patient_barcode"].isin(cells.dropna()["PATIENT_BARCODE"])
    known = with_cells & (people["OS.time"] > 0) & people["age_at_initial_pathologic_diagnosis"].notna()
    kidney = people[known & (people["type"] == "KIRC") & people["Redaction"].isna()]
    row = tables.load("immune_cohorts").set_index("cancer").loc["KIRC"]
    assert (row["patients"], row["deaths"]) == (len(kidney), kidney["OS"].sum())


def test_cancers_and_cells_are_those_of_the_rules():
    survival, cohorts = tables.load("immune_survival"), tables.load("immune_cohorts")
    assert cohorts["deaths"].min() >= tcga.FEWEST_DEATHS
    assert set(survival["cancer"]) == set(cohorts["cancer"])
    staged = cohorts[cohorts["staged"] >= tcga.FEWEST_STAGED * cohorts["patients"]]["cancer"]
    assert set(survival[survival["model"] == "stage"]["cancer"]) == set(staged)


def test_with_a_stratum_for_each_stage_some_ratios_are_significant_and_none_opposite(raw):
    """What the chapter says of stage taken as a number, by statsmodels, in the same cancers and patients."""
    from scipy import stats
    from statsmodels.duration.hazard_regression import PHReg

    everyone = tcga.read(*raw)
    staged = tables.load("immune_survival").query("model == 'stage'").groupby("cancer")["cell"].unique()
    logs, z = [], []
    for cancer, cells in staged.items():
        patients = everyone[(everyone["cancer"] == cancer) & everyone["stage"].notna()]
        measures = pd.DataFrame(tcga.log_ratios(patients[list(tcga.CELLS.values())].to_numpy(), tcga.ZERO))
        measures.columns = list(tcga.CELLS.values())
        for cell in cells:
            x = np.column_stack([stats.zscore(measures[cell]), stats.zscore(patients["age"])])
            model = PHReg(patients["years"], x, status=patients["death"], strata=patients["stage"], ties="efron")
            fit = model.fit()
            logs.append((cell, fit.params[0]))
            z.append(fit.params[0] / fit.bse[0])
    kept = stats.false_discovery_control(2 * stats.norm.sf(np.abs(z))) < 0.05
    assert kept.sum() == 5  # and in R, survival::coxph
    above = {cell for (cell, log), keep in zip(logs, kept, strict=True) if keep and log > 0}
    below = {cell for (cell, log), keep in zip(logs, kept, strict=True) if keep and log < 0}
    assert not above & below


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda cells: cells.drop(columns="Neutrophils"), "expected one with B.Cells.Memory"),
        (lambda cells: cells.assign(Neutrophils=cells["Neutrophils"] + 0.1), "do not sum to one"),
        (lambda cells: cells.assign(PATIENT_BARCODE="TCGA-01-0001"), "a patient twice"),
    ],
    ids=["cell missing", "no fractions", "patient twice"],
)
def test_fractions_that_are_not_as_they_say(spoil, found, raw, monkeypatch):
    import pyreadr

    whole = pyreadr.read_r(raw[0])
    monkeypatch.setattr(pyreadr, "read_r", lambda path: {name: spoil(table) for name, table in whole.items()})
    with pytest.raises(DataError, match=found):
        tcga.read(*raw)
