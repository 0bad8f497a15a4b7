"""Twenty-two kinds of leukocytes and death in the cancers of the TCGA: log hazard ratios by cell and cancer.

The measures are the relative fractions that CIBERSORT gives to leukocytes (Newman 2015): they sum to one in each tumor,
so that one can only rise if others fall, and many are zero. In the main model each is therefore its log over the mean
log of all, after zeros were replaced (`ZERO`, the others shrunk to keep the sum). Other models: the fractions as they
are; smaller zeros; stage, as a number from one to four, besides age. The unit is the patient, the time from diagnosis,
the event death of any cause.

Rules, set before a ratio was seen by this module: cancers with at least `FEWEST_DEATHS`; a measure in a cancer if at
least `FEWEST_PRESENT` of its tumors have any; stage if at least `FEWEST_STAGED` of a cancer's patients have one. Of the
patients withdrawn from the resource ("Redacted") none is used. No patient can be told from the tables.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from seedsoil.problem import DataError, Problem

REMEDY = "take the pinned file, or mend seedsoil/derive/tcga.py"
CELLS = {
    "B.Cells.Memory": "memory B cell",
    "B.Cells.Naive": "naive B cell",
    "Plasma.Cells": "plasma cell",
    "T.Cells.CD8": "CD8 T cell",
    "T.Cells.CD4.Naive": "naive CD4 T cell",
    "T.Cells.CD4.Memory.Activated": "activated memory CD4 T cell",
    "T.Cells.CD4.Memory.Resting": "resting memory CD4 T cell",
    "T.Cells.Follicular.Helper": "follicular helper T cell",
    "T.Cells.Regulatory.Tregs": "regulatory T cell",
    "T.Cells.gamma.delta": "gamma-delta T cell",
    "NK.Cells.Activated": "activated NK cell",
    "NK.Cells.Resting": "resting NK cell",
    "Monocytes": "monocyte",
    "Macrophages.M0": "macrophage M0",
    "Macrophages.M1": "macrophage M1",
    "Macrophages.M2": "macrophage M2",
    "Dendritic.Cells.Resting": "resting dendritic cell",
    "Dendritic.Cells.Activated": "activated dendritic cell",
    "Mast.Cells.Activated": "activated mast cell",
    "Mast.Cells.Resting": "resting mast cell",
    "Eosinophils": "eosinophil",
    "Neutrophils": "neutrophil",
}
OUTCOMES = {
    "bcr_patient_barcode": "patient",
    "type": "cancer",
    "age_at_initial_pathologic_diagnosis": "age",
    "OS": "death",
    "OS.time": "days",
}
STAGE = r"^Stage (IV|III|II|I)(?:[ABC]\d?)?$"
FEWEST_DEATHS, FEWEST_PRESENT, FEWEST_STAGED = 50, 0.1, 0.9
ZERO = 0.001  # what stands for a fraction of zero
SMALL_ZERO = 0.00001
MODELS = ("main", "fractions", "zeros", "stage")
LAST_STEP = 1e-4  # where Newton's steps end: the error left is of its square, and the table has four decimals


def read(fractions: Path, outcomes: Path) -> pd.DataFrame:
    """One row a patient with all that a model needs: cancer, years, death, age, stage (1 to 4 or nan), 22 fractions."""
    import pyreadr  # slow to import

    tables = list(pyreadr.read_r(fractions).values())
    if len(tables) != 1 or set(CELLS) - set(tables[0].columns):
        found = f"{len(tables)} tables, the first with {', '.join(tables[0].columns)}"
        raise _unexpected(fractions, found, f"one with {', '.join(CELLS)}")
    cells = tables[0].rename(columns={"PATIENT_BARCODE": "patient", **CELLS}).dropna()
    if not np.allclose(cells[list(CELLS.values())].sum(axis=1), 1, atol=1e-6):
        raise _unexpected(fractions, "fractions that do not sum to one", "fractions of all leukocytes")
    people = _outcomes(outcomes)
    for frame, path in ((cells, fractions), (people, outcomes)):
        if frame["patient"].duplicated().any():
            raise _unexpected(path, "a patient twice", "one row a patient")
    people = people[people["Redaction"].isna()]
    staged = [
        people[column].str.extract(STAGE)[0].map({"I": 1, "II": 2, "III": 3, "IV": 4})
        for column in ("ajcc_pathologic_tumor_stage", "clinical_stage")
    ]
    people = people.assign(stage=staged[0].fillna(staged[1]), years=people["days"] / 365.25)
    people = people[(people["years"] > 0) & people["death"].notna() & people["age"].notna()]
    cohort = people[["patient", "cancer", "years", "death", "age", "stage"]].merge(cells, on="patient")
    deaths = cohort.groupby("cancer")["death"].transform("sum")
    return cohort[deaths >= FEWEST_DEATHS].drop(columns="patient").sort_values("cancer", kind="stable")


@cache  # the workbook takes seconds to open, and three tables are made of it
def _outcomes(path: Path) -> pd.DataFrame:
    return pd.read_excel(path, sheet_name="TCGA-CDR").rename(columns=OUTCOMES)


def _unexpected(path: Path, found: str, expected: str) -> DataError:
    return DataError(Problem(str(path), 0, "", found, expected, REMEDY, "unexpected-raw-file"))


def log_ratios(fractions: np.ndarray, zero: float) -> np.ndarray:
    """Centered log-ratios of compositions (n, parts); zeros become `zero`, the other parts shrink to keep the sum."""
    none = fractions == 0
    filled = np.where(none, zero, fractions * (1 - zero * none.sum(axis=1, keepdims=True)))
    logs = np.log(filled)
    return logs - logs.mean(axis=1, keepdims=True)


def _standardized(values: np.ndarray) -> np.ndarray:
    return (values - values.mean(axis=0)) / values.std(axis=0)


def immune_survival(cohort: pd.DataFrame) -> pd.DataFrame:
    """A row for each model, cell and cancer: the log hazard ratio of death per standard deviation, and its error."""
    from statsmodels.duration.hazard_regression import PHReg

    rows = []
    for cancer, everyone in cohort.groupby("cancer"):
        present = (everyone[list(CELLS.values())] > 0).mean() >= FEWEST_PRESENT
        for model in MODELS:
            patients = everyone[everyone["stage"].notna()] if model == "stage" else everyone
            if len(patients) < FEWEST_STAGED * len(everyone) or patients["death"].sum() < FEWEST_DEATHS:
                continue
            fractions = patients[list(CELLS.values())].to_numpy()
            zero = SMALL_ZERO if model == "zeros" else ZERO
            measures = fractions if model == "fractions" else log_ratios(fractions, zero)
            others = [_standardized(patients["age"].to_numpy())]
            if model == "stage":
                others.append(_standardized(patients["stage"].to_numpy()))
            for number, cell in enumerate(CELLS.values()):
                if present[cell]:
                    x = np.column_stack([_standardized(measures[:, number]), *others])
                    fit = PHReg(patients["years"], x, status=patients["death"], ties="efron").fit(tol=LAST_STEP)
                    rows.append((model, cell, cancer, fit.params[0], fit.bse[0]))
    return pd.DataFrame(rows, columns=["model", "cell", "cancer", "log_ratio", "se"]).round(4)


def immune_cohorts(cohort: pd.DataFrame) -> pd.DataFrame:
    """A row for each cancer: its patients, deaths, patients with a stage, and median age."""
    by = cohort.groupby("cancer")
    return pd.DataFrame(
        {
            "patients": by.size(),
            "deaths": by["death"].sum().astype(int),
            "staged": by["stage"].count(),
            "median_age": by["age"].median(),
        }
    ).reset_index()


def immune_correlations(cohort: pd.DataFrame) -> pd.DataFrame:
    """How far two measures go together within cancers: the correlation of their log-ratios, by size of the cancer."""
    measures = log_ratios(cohort[list(CELLS.values())].to_numpy(), ZERO)
    within = np.vstack(
        [_standardized(measures[(cohort["cancer"] == cancer).to_numpy()]) for cancer in cohort["cancer"].unique()]
    )
    correlation = np.corrcoef(within, rowvar=False)
    names = list(CELLS.values())
    rows = [(names[i], names[j], correlation[i, j]) for i in range(len(names)) for j in range(i)]
    return pd.DataFrame(rows, columns=["cell", "other", "correlation"]).round(4)
