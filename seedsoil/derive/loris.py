"""The cohort of Chowell et al. (2022): 1,479 patients on checkpoint blockade, 16 cancer types.

Two sheets of the workbook that Chang et al. (2024) analyzed hold it, one to train their model and
one to test it; here they are one cohort, for nothing is predicted. Both sheets have every value.
`Response` is taken as the file codes it. `MSI` is 1 where unstable and 0 where stable or not
determined, `Systemic_therapy_history` 1 after chemotherapy or targeted therapy, `Drug` 1 for a
combination of checkpoint inhibitors (2, in five patients, has no legend in the file and counts as none).
`HLA_LOH` is 1 where an allele of HLA class I was lost in the tumor. Nobody is without a value, and of
27 patients who have nothing to lose (`HED` of 0: the same two alleles at each locus) all but one are 0:
0 holds "none lost" and "none to lose". It may hold "not determined": the repository explains no code, though the sheet
of another cohort, where the loss was not measured, leaves the column empty. `FCNA` is the share of the genome with an
altered copy number.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from seedsoil.derive.person_time import person_time
from seedsoil.problem import DataError, Problem
from seedsoil.tables import Records, check

REMEDY = "take the pinned file, or mend SCHEMA in seedsoil/derive/loris.py"
BREAKS = [0, 0.25, 0.5, 1, 2, 5]  # years of follow-up
CLASSES = {"below 5": 0, "5 to 10": 5, "10 to 20": 10, "20 or more": 20}  # mutations per megabase, from
FEW = 100  # types with fewer patients are one stratum of the survival table
SHEETS = ("Chowell_train", "Chowell_test")
TYPES = [
    "Bladder",
    "Breast",
    "Colorectal",
    "Endometrial",
    "Esophageal",
    "Gastric",
    "Head & Neck",
    "Hepatobiliary",
    "Melanoma",
    "Mesothelioma",
    "NSCLC",
    "Ovarian",
    "Pancreatic",
    "Renal",
    "SCLC",
    "Sarcoma",
]


def _coded(name: str, codes: list[int]) -> dict:
    return {"name": name, "type": "integer", "constraints": {"required": True, "enum": codes}}


def _measured(name: str, low: float, high: float) -> dict:
    return {"name": name, "type": "number", "constraints": {"required": True, "minimum": low, "maximum": high}}


SCHEMA = {
    "fields": [
        {
            "name": "CancerType",
            "type": "string",
            "constraints": {"required": True, "enum": TYPES},
        },
        _measured("TMB", 0, 1000),
        _coded("MSI", [0, 1]),
        _coded("Systemic_therapy_history", [0, 1]),
        _coded("Drug", [0, 1, 2]),
        _measured("Age", 0, 110),
        _measured("FCNA", 0, 1),
        _measured("Albumin", 0.5, 10),
        _measured("NLR", 0.01, 200),
        _coded("Response", [0, 1]),
        _coded("HLA_LOH", [0, 1]),
        _coded("OS_Event", [0, 1]),
        _measured("OS_Months", 0, 240),
    ]
}


def read(path: Path) -> pd.DataFrame:
    """One row a patient: cancer_type, tmb, yes-or-no covariates, measurements, response, years and death."""
    from openpyxl import load_workbook  # slow to import

    workbook = load_workbook(path, read_only=True, data_only=True)
    for sheet in SHEETS:
        if sheet not in workbook.sheetnames:
            expected = " and ".join(SHEETS)
            raise DataError(Problem(str(path), 0, "", f"no sheet {sheet!r}", expected, REMEDY, "unexpected-raw-file"))
    cohort = pd.concat([_sheet(workbook[name], f"{path}[{name}]") for name in SHEETS])
    workbook.close()
    return pd.DataFrame(
        {
            "cancer_type": cohort["CancerType"],
            "tmb": cohort["TMB"],
            "msi": np.where(cohort["MSI"] == 1, "unstable", "stable"),
            "prior_therapy": np.where(cohort["Systemic_therapy_history"] == 1, "yes", "no"),
            "combination": np.where(cohort["Drug"] == 1, "yes", "no"),
            "hla_loh": np.where(cohort["HLA_LOH"] == 1, "yes", "no"),
            "age": cohort["Age"],
            "altered": cohort["FCNA"],
            "albumin": cohort["Albumin"],
            "nlr": cohort["NLR"],
            "response": cohort["Response"],
            "years": cohort["OS_Months"] / 12,
            "death": cohort["OS_Event"],
        }
    ).reset_index(drop=True)


def _sheet(sheet, label: str) -> pd.DataFrame:
    header, *rows = sheet.iter_rows(values_only=True)
    places = [header.index(f["name"]) for f in SCHEMA["fields"] if f["name"] in header]
    records = Records(
        [header[place] for place in places],
        [["" if row[p] is None else str(row[p]) for p in places] for row in rows],
        1,
        list(range(2, 2 + len(rows))),
    )
    return check(records, SCHEMA, label, REMEDY)


def ici_response(cohort: pd.DataFrame) -> pd.DataFrame:
    """Patients and responders by cancer type, mutational burden and four yes-or-no covariates.

    A logistic model depends on patients with the same covariates through these two numbers
    alone, and the burden takes few values: nothing is lost and nothing is put into bins.
    """
    by = ["cancer_type", "tmb", "msi", "prior_therapy", "combination", "hla_loh"]
    return cohort.groupby(by, as_index=False).agg(patients=("response", "size"), responders=("response", "sum"))


def ici_survival(cohort: pd.DataFrame) -> pd.DataFrame:
    """Deaths and person-years by interval, cancer type, class of burden and loss of HLA.

    Types with fewer than `FEW` patients are one stratum, the intervals are few and the burden is in classes, so that
    hardly a row is of one patient. What needs finer strata is in `ici_hla_cox`.
    """
    size = cohort.groupby("cancer_type")["death"].transform("size")
    strata = pd.DataFrame(
        {
            "cancer_type": cohort["cancer_type"].where(size >= FEW, "Other"),
            "burden": _classes(cohort),
            "hla_loh": cohort["hla_loh"],
        }
    )
    table = person_time(cohort["years"], cohort["death"], BREAKS, strata)
    return table.astype({"burden": str}).round({"person_years": 2})


def _classes(cohort: pd.DataFrame) -> pd.Series:
    return pd.cut(cohort["tmb"], [*CLASSES.values(), np.inf], right=False, labels=list(CLASSES))


def ici_hla_cox(cohort: pd.DataFrame) -> pd.DataFrame:
    """Hazard ratio of death for loss of HLA, by Cox models of the single patients, each cancer type a stratum.

    One row for each group of patients and set of covariates: `among`, `adjusted_for`, patients, deaths, estimate,
    ci_low, ci_high (95%, Wald, ties by Efron). The last row is the ratio of the two ratios by burden.
    """
    from statsmodels.duration.hazard_regression import PHReg

    many, lung = cohort["tmb"] >= CLASSES["10 to 20"], cohort["cancer_type"] == "NSCLC"
    x = pd.get_dummies(_classes(cohort), dtype=float).iloc[:, 1:]
    x.insert(0, "lost", (cohort["hla_loh"] == "yes").astype(float))
    x["prior"] = (cohort["prior_therapy"] == "yes").astype(float)
    x["grows"] = x["lost"] * many
    x = x.join(cohort[["altered", "albumin", "age"]]).assign(nlr=np.log(cohort["nlr"]))
    burden, all_of_them = list(CLASSES)[1:], many | True
    basic = ["burden", "prior therapy"]
    columns = {
        "burden": burden, "prior therapy": ["prior"], "copy number": ["altered"], "albumin": ["albumin"],
        "neutrophils to lymphocytes": ["nlr"], "age": ["age"],
    }  # fmt: skip
    models = [
        ("all", all_of_them, []),
        ("all", all_of_them, basic),
        ("all", all_of_them, [*basic, "copy number"]),
        ("all", all_of_them, list(columns)),
        ("burden below 10", ~many, ["prior therapy"]),
        ("burden 10 or more", many, ["prior therapy"]),
        ("lung", lung, basic),
        ("other types", ~lung, basic),
        ("10 or more to below 10", all_of_them, basic),
    ]
    rows = []
    for among, who, adjusted in models:
        names = ["lost", *(column for name in adjusted for column in columns[name])]
        if among == models[-1][0]:
            names.insert(0, "grows")
        fit = PHReg(
            cohort["years"][who],
            x.loc[who, names],
            cohort["death"][who],
            strata=cohort["cancer_type"][who],
            ties="efron",
        ).fit()
        rows.append((among, "; ".join(adjusted) or "-", who.sum(), cohort["death"][who].sum(),
                     *np.exp([fit.params[0], *fit.conf_int()[0]])))  # fmt: skip
    names = ["among", "adjusted_for", "patients", "deaths", "estimate", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=names).round(4)


def ici_cohort(cohort: pd.DataFrame) -> pd.DataFrame:
    """Who the patients are, by cancer type."""
    return pd.DataFrame(
        [
            {
                "cancer_type": cancer,
                "patients": len(group),
                "responders": group["response"].sum(),
                "median_tmb": round(group["tmb"].median(), 6),
                "tmb_zero": (group["tmb"] == 0).sum(),
                "tmb_10_or_more": (group["tmb"] >= 10).sum(),
                "msi_unstable": (group["msi"] == "unstable").sum(),
                "prior_therapy": (group["prior_therapy"] == "yes").sum(),
                "combination": (group["combination"] == "yes").sum(),
                "hla_loh": (group["hla_loh"] == "yes").sum(),
                "deaths": group["death"].sum(),
                "median_age": round(group["age"].median(), 2),
            }
            for cancer, group in cohort.groupby("cancer_type")
        ]
    )
