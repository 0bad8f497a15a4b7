"""Melanoma spheroids cut open by the microscope (Browning 2021): one row a spheroid, each imaged once.

The file gives radii in micrometers and the inner boundaries as fractions of the radius: ϕ of the region where cells do
not cycle, η of the dead core. All rows are kept, numbered in an order of their own, rounded to a tenth of a micrometer
and a ten thousandth of the radius.
"""

from pathlib import Path

import pandas as pd

from seedsoil.tables import parse

REMEDY = "take the pinned file, or mend SCHEMA in seedsoil/derive/browning.py"


def _fraction(name: str) -> dict:
    return {"name": name, "type": "number", "constraints": {"required": True, "minimum": 0, "maximum": 1}}


SCHEMA = {
    "fields": [
        {"name": "CellLine", "type": "string", "constraints": {"required": True, "enum": ["793b", "983b"]}},
        {"name": "InitialCondition", "type": "integer", "constraints": {"required": True, "enum": [2500, 5000, 10000]}},
        {"name": "Day", "type": "integer", "constraints": {"required": True, "minimum": 0, "maximum": 60}},
        {"name": "R", "type": "number", "constraints": {"required": True, "minimum": 10, "maximum": 1000}},
        _fraction("ϕ"),
        _fraction("η"),
    ]
}


def read(path: Path) -> pd.DataFrame:
    """One row a spheroid."""
    return parse(path.read_bytes(), SCHEMA, str(path), REMEDY)


def browning_spheroids(spheroids: pd.DataFrame) -> pd.DataFrame:
    """Radius and inner boundaries of each spheroid."""
    names = {
        "CellLine": "cell_line",
        "InitialCondition": "cells",
        "Day": "day",
        "R": "radius",
        "ϕ": "inhibited",
        "η": "necrotic",
    }
    table = spheroids.rename(columns=names).round({"radius": 1, "inhibited": 4, "necrotic": 4})
    table = table.sort_values(list(names.values()))
    table.insert(0, "spheroid", range(1, len(table) + 1))
    return table
