"""Volumes of tumors implanted in mice (Vaghi 2020): two files, one for each kind of tumor, columns parted by tabs.

Every observation is kept, under its animal's number in the file, rounded to a hundredth of a cubic millimeter, which is
far finer than a tumor in a mouse can be measured. Two breast volumes are 0: the tumor was not yet to be measured.
"""

from pathlib import Path

import pandas as pd

from seedsoil.tables import parse

REMEDY = "take the pinned file, or mend SCHEMA in seedsoil/derive/vaghi.py"

SCHEMA = {
    "fields": [
        {"name": "ID", "type": "integer", "constraints": {"required": True, "minimum": 0}},
        {"name": "Time", "type": "number", "constraints": {"required": True, "minimum": 0, "maximum": 100}},
        {"name": "Observation", "type": "number", "constraints": {"required": True, "minimum": 0, "maximum": 5000}},
    ],
    "primaryKey": ["ID", "Time"],
}


def read(path: Path) -> pd.DataFrame:
    """One row an observation: animal, day (since implantation) and volume (mm3)."""
    volumes = parse(path.read_bytes().replace(b"\t", b","), SCHEMA, str(path), REMEDY)
    return volumes.rename(columns={"ID": "animal", "Time": "day", "Observation": "volume"})


def vaghi_breast(volumes: pd.DataFrame) -> pd.DataFrame:
    """Breast cancer in mice."""
    return volumes.round({"volume": 2}).sort_values(["animal", "day"])


def vaghi_lung(volumes: pd.DataFrame) -> pd.DataFrame:
    """Lewis lung carcinoma in mice."""
    return vaghi_breast(volumes)
