"""Leukocytes and death in the TCGA: the fits against statsmodels, the compositions, and raw files not as they say."""

import numpy as np
import pandas as pd
import pytest

from seedsoil.derive import tcga
from seedsoil.derive.cox import log_hazard_ratio
from seedsoil.problem import DataError
from seedsoil.tables import package as tables


@pytest.fixture
def raw(shared):
    return (
        shared / "sources" / "raw" / "tcga_cibersort_fractions.rda",
        shared / "sources" / "raw" / "liu2018_tcga_cdr.xlsx",
    )


def cohort(seed: int, ties: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((200, 3))
    time = rng.exponential(np.exp(-x @ [0.5, -0.3, 0.0]))
    return np.ceil(time * 4) if ties else time, rng.random(200) < 0.6, x


@pytest.mark.parametrize("ties", [False, True], ids=["no ties", "ties"])
def test_the_model_is_that_of_statsmodels(ties):
    from statsmodels.duration.hazard_regression import PHReg

    time, event, x = cohort(3, ties)
    fit = PHReg(time, x, status=event.astype(int), ties="efron").fit()
    assert log_hazard_ratio(time, event, x) == pytest.approx((fit.params[0], fit.bse[0]), abs=1e-5)


def test_a_constant_covariate_has_no_ratio():
    time, event, x = cohort(4, False)
    x[:, 0] = 1.0
    with pytest.raises(ValueError, match="tell nothing apart"):
        log_hazard_ratio(time, event, x)


def test_a_covariate_that_parts_the_dead_has_no_ratio():
    _, event, x = cohort(5, False)
    x[:, 0] = event
    with (
        np.errstate(all="ignore"),
        pytest.raises(ValueError, match="no convergence|tell nothing apart"),
    ):
        log_hazard_ratio(np.where(event, 1.0, 2.0), event, x)


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
