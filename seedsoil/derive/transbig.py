"""The TRANSBIG series: 198 patients with node-negative breast cancer, times in days."""

from pathlib import Path

import pandas as pd

from seedsoil.derive.person_time import DAYS_PER_YEAR, median_follow_up, person_time
from seedsoil.tables import Records, check

REMEDY = "take the pinned file, or mend SCHEMA in seedsoil/derive/transbig.py"
BREAKS = [*range(16), 25]  # years

SCHEMA = {
    "fields": [
        {
            "name": "age",
            "type": "number",
            "constraints": {"required": True, "minimum": 18, "maximum": 110},
        },
        {
            "name": "er",
            "type": "string",
            "constraints": {"required": True, "enum": ["negative", "positive"]},
        },
        {
            "name": "grade",
            "type": "string",
            "constraints": {
                "required": True,
                "enum": ["well differentiated", "intermediate", "poorly differentiated", "unkown"],
            },
        },
        {
            "name": "size",
            "type": "number",
            "constraints": {"required": True, "minimum": 0.1, "maximum": 20},
        },
        {"name": "e.tdm", "type": "integer", "constraints": {"required": True, "enum": [0, 1]}},
        {
            "name": "t.tdm",
            "type": "number",
            "constraints": {"required": True, "minimum": 1, "maximum": 36525},
        },
    ]
}


def read(path: Path) -> pd.DataFrame:
    """The clinical columns, one row a patient, with `years` free of distant metastasis."""
    from sksurv.io import loadarff  # slow to import

    frame = loadarff(path)
    wanted = [field["name"] for field in SCHEMA["fields"]]
    columns = [name for name in wanted if name in frame]
    # A record of an ARFF file is the line so many after @data.
    lines = path.read_text(encoding="utf-8").lower().splitlines()
    first = lines.index("@data") + 2
    records = Records(
        columns,
        frame[columns].astype(str).values.tolist(),
        first - 1,
        list(range(first, first + len(frame))),
    )
    series = check(records, SCHEMA, str(path), REMEDY)
    return series.assign(years=series["t.tdm"] / DAYS_PER_YEAR)


def transbig_metastasis(series: pd.DataFrame) -> pd.DataFrame:
    """Distant metastases and person-years by follow-up interval and receptor."""
    return person_time(series["years"], series["e.tdm"], BREAKS, series[["er"]]).round({"person_years": 6})


def transbig_cohort(series: pd.DataFrame) -> pd.DataFrame:
    """Patients and outcomes by receptor."""
    return pd.DataFrame(
        [
            {
                "er": er,
                "patients": len(group),
                "events": group["e.tdm"].sum(),
                "person_years": round(group["years"].sum(), 6),
                "median_age": group["age"].median(),
                "median_size": group["size"].median(),
                "poorly_differentiated": (group["grade"] == "poorly differentiated").sum(),
                "median_follow_up": round(median_follow_up(group["years"], group["e.tdm"]), 6),
            }
            for er, group in series.groupby("er")
        ]
    )
