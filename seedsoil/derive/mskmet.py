"""Metastases biopsied for sequencing (MSK-MET, Nguyen 2022): which site in which tumor type, and deaths since.

One sample a patient. The site is the one that was biopsied: it says nothing of the other sites involved, of which the
file gives the number alone. "Lymph" and "Distant LN" are one site here; "Unspecified" is left out, and so are sites and
tumor types with fewer than `FEWEST` biopsies. Some nodes are of patients in whom the file counts no metastatic site:
presumably nodes of the region, which the file does not tell from others. Follow-up is counted from sequencing; one of 0
months is taken as half a day. Kept are counts and sums.
"""

from pathlib import Path

import pandas as pd

from seedsoil.derive.person_time import person_time
from seedsoil.problem import DataError, Problem

REMEDY = "take the pinned file, or mend seedsoil/derive/mskmet.py"
COLUMNS = ["sample", "tumor_type", "OS_MONTHS", "OS_STATUS", "SAMPLE_TYPE", "METASTATIC_SITE", "MET_SITE_COUNT"]
SITES = {
    "Lymph": "lymph node",
    "Distant LN": "lymph node",
    "Liver": "liver",
    "Lung": "lung",
    "Bone": "bone",
    "Intra-Abdominal": "intra-abdominal",
    "CNS/Brain": "brain",
    "Pleura": "pleura",
    "Bowel": "bowel",
    "Ovary": "ovary",
    "Skin": "skin",
    "Adrenal Gland": "adrenal gland",
}
FEWEST = 100  # biopsies of a site, and of a tumor type
BREAKS = [0, 0.5, 1, 2, 7]  # years since sequencing
FEW = 20  # patients of a type and site: the table of deaths leaves smaller ones out, and parts the others by burden
HALF_A_DAY = 0.5 / 365.25
BURDEN = {"none": 0, "1": 1, "2": 2, "3 or 4": 3, "5 or more": 5}  # metastatic sites that the file counts, from


def read(path: Path) -> pd.DataFrame:
    """One row a biopsied metastasis: tumor_type, site, burden, years (nan where not known) and death."""
    import pyreadr  # slow to import

    tables = list(pyreadr.read_r(path).values())
    if len(tables) != 1 or set(COLUMNS) - set(tables[0].columns):
        found = f"{len(tables)} tables, the first with {', '.join(tables[0].columns)}"
        raise _unexpected(path, found, f"one with {', '.join(COLUMNS)}")
    samples = tables[0]
    if samples["sample"].duplicated().any():
        raise _unexpected(path, "a sample twice", "one row a sample")
    taken = samples[samples["SAMPLE_TYPE"] == "Metastasis"]
    taken = taken.assign(site=taken["METASTATIC_SITE"].map(SITES)).dropna(subset=["site", "tumor_type"])
    for column in ("site", "tumor_type"):
        taken = taken[taken.groupby(column)[column].transform("size") >= FEWEST]
    burden = pd.cut(taken["MET_SITE_COUNT"], [*BURDEN.values(), 1000], right=False, labels=list(BURDEN))
    years = (taken["OS_MONTHS"] / 12).clip(lower=HALF_A_DAY)
    return taken[["tumor_type", "site"]].assign(burden=burden, years=years, death=taken["OS_STATUS"] == 1)


def _unexpected(path: Path, found: str, expected: str) -> DataError:
    return DataError(Problem(str(path), 0, "", found, expected, REMEDY, "unexpected-raw-file"))


def mskmet_sites(biopsies: pd.DataFrame) -> pd.DataFrame:
    """Biopsies by tumor type, site and the number of sites involved."""
    by = ["tumor_type", "site", "burden"]
    return biopsies.groupby(by, as_index=False, observed=True).size().rename(columns={"size": "biopsies"})


def mskmet_death(biopsies: pd.DataFrame) -> pd.DataFrame:
    """Deaths and person-years since sequencing, by tumor type, site and the number of sites involved.

    Groups of a type and site with fewer than `FEW` patients are left out; person-years have two decimals.
    """
    known = biopsies.dropna(subset=["years"])
    known = known[known.groupby(["tumor_type", "site"])["years"].transform("size") >= FEW]
    known = known[known.groupby("tumor_type")["site"].transform("nunique") > 1]
    sums = person_time(known["years"], known["death"], BREAKS, known[["tumor_type", "site", "burden"]])
    return sums.round({"person_years": 2})
