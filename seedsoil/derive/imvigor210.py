"""The patients of IMvigor210 whose tumors were sequenced (Mariathasan et al. 2018): atezolizumab, one arm.

One row of the file is one sample. One patient has two, with the same clinical values, and counts once: 347 patients.
`Met.Disease.Status` says where the metastases were: lymph nodes only, viscera without liver (taken so, since liver has
a class of its own), or liver; in 32 patients it is not told, and they are left out. `os` is in months, `censOS` 1 at
death: the file names no code, but in the group with liver metastases those with 1 have the short times. Response is
known for 297 patients; 1 is complete or partial. Of the others the file says NE.
"""

import csv
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from seedsoil.derive.person_time import person_time
from seedsoil.tables import Records, check

REMEDY = "take the pinned file, or mend SCHEMA in seedsoil/derive/imvigor210.py"
SITES = {"LN Only": "lymph node only", "Visceral": "visceral", "Liver": "liver"}
BREAKS = [0, 0.25, 0.5, 1, 1.5, 2.5]  # years of follow-up
CONTRASTS = [("visceral", "lymph node only"), ("liver", "lymph node only"), ("liver", "visceral")]


def _coded(name: str, codes: list[str]) -> dict:
    return {"name": name, "type": "string", "constraints": {"required": True, "enum": codes}}


SCHEMA = {
    "fields": [
        {"name": "ANONPT_ID", "type": "string", "constraints": {"required": True}},
        _coded("Met.Disease.Status", ["NA", *SITES]),
        _coded("binaryResponse", ["NA", "CR/PR", "SD/PD"]),
        _coded("Baseline.ECOG.Score", ["0", "1", "2"]),
        _coded("Received.platinum", ["Y", "N"]),
        _coded("Immune.phenotype", ["NA", "desert", "excluded", "inflamed"]),
        {
            "name": "FMOne.mutation.burden.per.MB",
            "type": "string",
            "constraints": {"required": True, "pattern": r"NA|\d+(\.\d+)?"},
        },
        {"name": "os", "type": "number", "constraints": {"required": True, "minimum": 0, "maximum": 30}},
        {"name": "censOS", "type": "integer", "constraints": {"required": True, "enum": [0, 1]}},
    ]
}


def read(path: Path) -> pd.DataFrame:
    """One row a patient whose site is told: site, performance, platinum, burden, phenotype, response, years, death.

    Response is 1, 0 or missing; burden (mutations per megabase) and phenotype may be missing.
    """
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    places = [header.index(field["name"]) for field in SCHEMA["fields"] if field["name"] in header]
    records = Records(
        [header[place] for place in places],
        [[row[place] for place in places] for row in rows],
        1,
        list(range(2, 2 + len(rows))),
    )
    samples = check(records, SCHEMA, str(path), REMEDY)
    patients = samples.drop_duplicates("ANONPT_ID")
    patients = patients[patients["Met.Disease.Status"] != "NA"]
    told = patients.replace("NA", np.nan)
    return pd.DataFrame(
        {
            "site": told["Met.Disease.Status"].map(SITES),
            "performance": np.where(told["Baseline.ECOG.Score"] == "0", "0", "1 or 2"),
            "platinum": np.where(told["Received.platinum"] == "Y", "yes", "no"),
            "burden": told["FMOne.mutation.burden.per.MB"].astype(float),
            "phenotype": told["Immune.phenotype"],
            "response": told["binaryResponse"].map({"CR/PR": 1.0, "SD/PD": 0.0}),
            "years": told["os"] / 12,
            "death": told["censOS"],
        }
    ).reset_index(drop=True)


def imvigor210_sites(cohort: pd.DataFrame) -> pd.DataFrame:
    """Patients, deaths, patients with a known response and responders, by site and performance status."""
    table = cohort.groupby(["site", "performance"], as_index=False).agg(
        patients=("death", "size"),
        deaths=("death", "sum"),
        evaluable=("response", "count"),
        responders=("response", "sum"),
    )
    return table.astype({"responders": int})


def imvigor210_survival(cohort: pd.DataFrame) -> pd.DataFrame:
    """Deaths and person-years by interval of follow-up, site and performance status."""
    table = person_time(cohort["years"], cohort["death"], BREAKS, cohort[["site", "performance"]])
    return table.round({"person_years": 2})


def imvigor210_models(cohort: pd.DataFrame) -> pd.DataFrame:
    """Site against site in single patients: hazard ratio of death (Cox, ties by Efron), odds ratio of response.

    One row for each outcome, contrast, set of covariates and `among`: patients, events, estimate, ci_low, ci_high (95%,
    Wald). Among `all`, patients without a value of a covariate are left out of the models that hold it; among
    `complete` are those with a value of each, the same in every model, so that what changes is not who is in it. Burden
    enters as log2(burden + 1).
    """
    from statsmodels.api import Logit, add_constant
    from statsmodels.duration.hazard_regression import PHReg

    x = pd.DataFrame(
        {
            "performance": (cohort["performance"] != "0").astype(float),
            "platinum": (cohort["platinum"] == "yes").astype(float),
            "burden": np.log2(cohort["burden"] + 1),
            "excluded": (cohort["phenotype"] == "excluded").astype(float).where(cohort["phenotype"].notna()),
            "inflamed": (cohort["phenotype"] == "inflamed").astype(float).where(cohort["phenotype"].notna()),
        }
    )
    sets = {
        "-": [],
        "performance status": ["performance"],
        "performance status; platinum; burden": ["performance", "platinum", "burden"],
        "performance status; platinum; burden; phenotype": list(x),
    }
    complete = x.notna().all(axis=1)
    among = {"all": complete | True, "complete": complete}
    rows = []
    for outcome, (group, chosen), (adjusted, names) in product(("death", "response"), among.items(), sets.items()):
        for one, other in CONTRASTS:
            sites = [site for site in SITES.values() if site != other]
            design = pd.DataFrame({site: (cohort["site"] == site).astype(float) for site in sites}).join(x[names])
            known = chosen & design.notna().all(axis=1) & cohort[outcome].notna()
            if outcome == "death":
                fit = PHReg(cohort["years"][known], design[known], cohort["death"][known], ties="efron").fit()
                found = np.asarray([fit.params, *np.transpose(fit.conf_int())])[:, sites.index(one)]
            else:
                fit = Logit(cohort["response"][known], add_constant(design[known])).fit(disp=0)
                found = np.asarray([fit.params[one], *fit.conf_int().loc[one]])
            events = int(cohort[outcome][known].sum())
            rows.append((outcome, one, other, adjusted, group, int(known.sum()), events, *np.exp(found)))
    names = [
        "outcome",
        "site",
        "against",
        "adjusted_for",
        "among",
        "patients",
        "events",
        "estimate",
        "ci_low",
        "ci_high",
    ]
    return pd.DataFrame(rows, columns=names).round(4)
