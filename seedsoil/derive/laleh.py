"""Lesions of patients on treatment in five trials (Ghaffari Laleh 2022): one row a lesion and scan.

Volumes in the file are 0.52 times the cube of one diameter, so the diameter is what was measured, and it is what the
courses below are told by. Seven lesions have two rows of one day; both stay, in the order of the file. Only counts
leave this module; no lesion's record is in the book.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from seedsoil.tables import parse

REMEDY = "take the pinned file, or mend SCHEMA in seedsoil/derive/laleh.py"
# Cut-offs of ours. A lesion falls when a diameter is more than this below the largest before it,
FALL = 0.30
# and rises when one is more than this above the smallest before it, and by this many millimeters or more.
RISE = 0.20
RISE_MM = 5.0
CHANGE_MM = 1.0  # smaller differences between the first two scans count as no change


def _number(name: str, low: float, high: float) -> dict:
    return {"name": name, "type": "number", "constraints": {"required": True, "minimum": low, "maximum": high}}


def _integer(name: str, low: int, high: int) -> dict:
    return {"name": name, "type": "integer", "constraints": {"required": True, "minimum": low, "maximum": high}}


SCHEMA = {
    "fields": [
        {"name": "Pt_hashID", "type": "string", "constraints": {"required": True}},
        {"name": "Study_Arm", "type": "string", "constraints": {"required": True}},
        _integer("Study_id", 1, 5),
        _integer("Arm_id", 1, 6),
        _number("T_weeks", 0, 200),
        _number("T_days", -100, 1000),
        _number("Lesion_diam", 0, 500),
        _number("Lesion_vol", 0, 1e8),
        _number("Lesion_normvol", 0, 1),
        {"name": "response", "type": "string", "constraints": {"required": True, "enum": ["up", "down", "flux"]}},
        _integer("readings", 3, 50),
    ]
}


def read(path: Path) -> pd.DataFrame:
    """One row a lesion and scan, in the order of the scans."""
    scans = parse(path.read_bytes(), SCHEMA, str(path), REMEDY)
    return scans.sort_values(["Pt_hashID", "T_days"], kind="stable")


def course(diameters: np.ndarray) -> tuple[str, str]:
    """How a lesion goes: its first step (rise, fall or same) and its whole course (up, down, both or stable)."""
    diameters = np.asarray(diameters, dtype=float)
    largest, smallest = np.maximum.accumulate(diameters), np.minimum.accumulate(diameters)
    falls = (diameters < (1 - FALL) * largest).any()
    rises = ((diameters > (1 + RISE) * smallest) & (diameters >= smallest + RISE_MM)).any()
    step = diameters[1] - diameters[0]
    first = "same" if abs(step) < CHANGE_MM else "rise" if step > 0 else "fall"
    return first, {(True, True): "both", (True, False): "down", (False, True): "up"}.get(
        (bool(falls), bool(rises)), "stable"
    )


def laleh_courses(scans: pd.DataFrame) -> pd.DataFrame:
    """Lesions by trial, arm, number of scans, the label in the file, first step and course."""
    lesions = scans.groupby("Pt_hashID").agg(
        study=("Study_id", "first"),
        arm=("Arm_id", "first"),
        scans=("readings", "size"),
        label=("response", "first"),
        diameters=("Lesion_diam", lambda column: tuple(column)),
    )
    lesions[["first", "course"]] = [course(diameters) for diameters in lesions["diameters"]]
    lesions["scans"] = np.where(lesions["scans"] < 6, "3-5", "6+")
    by = ["study", "arm", "scans", "label", "first", "course"]
    return lesions.groupby(by).size().rename("lesions").reset_index()
