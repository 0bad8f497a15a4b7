"""Densities of cells in pancreatic primaries that spread to the liver or only to the lung (Link 2025).

The workbook has one mean density a patient (12 patients), and, for nine kinds of cells, the p value and false discovery
rate that the authors print for a test over regions of the images. Both are kept; the patients are not told apart, for
within a kind of cell the densities are sorted.
"""

from pathlib import Path

import pandas as pd

from seedsoil.problem import DataError, Problem

REMEDY = "take the pinned file, or mend seedsoil/derive/link.py"
COHORTS = {"Liver": "liver", "Lung": "lung"}


def read(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sheet of patients (index: cohort) and the sheet of tests, their cells named alike."""
    sheets = pd.read_excel(path, sheet_name=None)
    patients, tests = sheets["sample_avg_density"], sheets["liver_vs_lung"]
    patients = patients.rename(columns=lambda name: str(name).replace(" ", ".").replace("-", "."))
    missing = set(tests["variable"]) - set(patients.columns)
    if missing or not patients["Cohort"].isin(COHORTS).all():
        found = f"no density of {', '.join(sorted(missing))}, or another cohort"
        raise DataError(Problem(str(path), 0, "", found, "one density a test", REMEDY, "unexpected-raw-file"))
    return patients.set_index(patients["Cohort"].map(COHORTS).rename("cohort")), tests


def _plain(names: pd.Series) -> pd.Series:
    return names.str.replace(".", " ").str.strip()


def pancreas_density(sheets: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    """One row a patient and kind of cell: cell, cohort, rank (1 the lowest) and density."""
    patients, tests = sheets
    long = patients[list(tests["variable"])].melt(ignore_index=False, var_name="cell", value_name="density")
    long = long.reset_index()[["cell", "cohort", "density"]].assign(cell=lambda rows: _plain(rows["cell"]))
    long = long.sort_values(["cell", "cohort", "density"])
    return long.assign(rank=long.groupby(["cell", "cohort"]).cumcount() + 1)[["cell", "cohort", "rank", "density"]]


def pancreas_regions(sheets: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    """One row a kind of cell: the p value and false discovery rate that the authors print, over regions."""
    tests = sheets[1]
    rows = pd.DataFrame({"cell": _plain(tests["variable"]), "p": tests["p.value"], "fdr": tests["FDR"]})
    return rows.sort_values("cell")
