"""The Rotterdam cohort: 2,982 patients with primary breast cancer, times in days from surgery.

The columns are described with the data set `rotterdam` of the R package survival. 43 patients
who died without recurrence have a death later than the end of their follow-up for recurrence
(the register learned of the death after the study had closed): they are censored at `rtime`,
since nobody looked for a recurrence in between.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from seedsoil.derive.person_time import DAYS_PER_YEAR, median_follow_up, person_time
from seedsoil.tables import parse

REMEDY = "take the pinned file, or mend SCHEMA in seedsoil/derive/rotterdam.py"
BREAKS = [*np.arange(0, 10, 0.5), *range(10, 16), 20]  # years


def _integer(name: str, **limits) -> dict:
    return {"name": name, "type": "integer", "constraints": {"required": True, **limits}}


SCHEMA = {
    "fields": [
        _integer("rownames"),
        _integer("pid"),
        _integer("year", minimum=1978, maximum=1993),
        _integer("age", minimum=18, maximum=110),
        _integer("meno", enum=[0, 1]),
        {
            "name": "size",
            "type": "string",
            "constraints": {"required": True, "enum": ["<=20", "20-50", ">50"]},
        },
        _integer("grade", enum=[2, 3]),
        _integer("nodes", minimum=0),
        _integer("pgr", minimum=0),
        _integer("er", minimum=0),
        _integer("hormon", enum=[0, 1]),
        _integer("chemo", enum=[0, 1]),
        _integer("rtime", minimum=1),
        _integer("recur", enum=[0, 1]),
        _integer("dtime", minimum=1),
        _integer("death", enum=[0, 1]),
    ],
    "primaryKey": ["pid"],
}


def read(path: Path) -> pd.DataFrame:
    """One row a patient, with `years` of follow-up for recurrence and receptor `status`."""
    cohort = parse(path.read_bytes(), SCHEMA, str(path), REMEDY)
    return cohort.assign(
        years=cohort["rtime"] / DAYS_PER_YEAR,
        # 10 fmol per mg protein is a cut-off of ours; the data set names none.
        status=np.where(cohort["er"] < 10, "negative", "positive"),
    )


def rotterdam_recurrence(cohort: pd.DataFrame) -> pd.DataFrame:
    """First recurrences and person-years by follow-up interval, receptor, nodes, size and grade."""
    strata = pd.DataFrame(
        {
            "er": cohort["status"],
            "nodes": pd.cut(cohort["nodes"], [-1, 0, 3, 9, np.inf], labels=["0", "1-3", "4-9", "10+"]),
            "size": pd.Categorical(cohort["size"], ["<=20", "20-50", ">50"], ordered=True),
            "grade": cohort["grade"],
        }
    )
    table = person_time(cohort["years"], cohort["recur"], BREAKS, strata)
    return table.round({"person_years": 6})


def rotterdam_sensitivity(cohort: pd.DataFrame) -> pd.DataFrame:
    """First recurrences and person-years by receptor, with other cut-offs and among fewer patients."""
    untreated = (cohort["hormon"] == 0) & (cohort["chemo"] == 0)
    choices = {f"cut-off {fmol}": (fmol, cohort["er"] >= 0) for fmol in (5, 10, 15, 20, 30)}
    choices |= {"no systemic therapy": (10, untreated), "node-negative": (10, cohort["nodes"] == 0)}
    tables = []
    for choice, (fmol, kept) in choices.items():
        group = cohort[kept]
        strata = pd.DataFrame({"er": np.where(group["er"] < fmol, "negative", "positive")}, index=group.index)
        table = person_time(group["years"], group["recur"], BREAKS, strata)
        tables.append(table.assign(choice=choice)[["choice", *table.columns]])
    return pd.concat(tables).round({"person_years": 6})


def rotterdam_cohort(cohort: pd.DataFrame) -> pd.DataFrame:
    """Patients, outcomes and treatment by receptor."""
    return pd.DataFrame(
        [
            {
                "er": status,
                "patients": len(group),
                "recurrences": group["recur"].sum(),
                "deaths": group["death"].sum(),
                "deaths_without_recurrence": (group["death"] * (1 - group["recur"])).sum(),
                "person_years": round(group["years"].sum(), 6),
                "endocrine_therapy": group["hormon"].sum(),
                "chemotherapy": group["chemo"].sum(),
                "node_negative": (group["nodes"] == 0).sum(),
                "median_age": group["age"].median(),
                "median_follow_up": round(median_follow_up(group["years"], group["recur"]), 6),
            }
            for status, group in cohort.groupby("status")
        ]
    )
