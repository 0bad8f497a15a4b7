"""Scratch assays of PC-3 cells at six seedings: cells counted in strips across three wells, every 12 hours.

The raw file holds densities (cells per um2) in 38 strips, 50 um wide, of images 1430 um high: each density is a whole
number of cells over that area. As the authors of the file do, the first strip is left out; then, to have whole pairs,
the last one.

No license is stated for the raw file. What is kept of it are measured facts, reduced: sums over pairs of strips.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from seedsoil.problem import DataError, Problem

REMEDY = "take the pinned file, or mend seedsoil/derive/jin.py"
WIDTH, HEIGHT = 50, 1430  # um, of a strip
SEEDED = range(10_000, 20_001, 2_000)  # cells per well
HOURS = (0, 12, 24, 36, 48)
REPLICATES = (1, 2, 3)
STRIPS = 38


def read(path: Path) -> pd.DataFrame:
    """One row per strip of 50 um: seeded, replicate, hours, position (um, of its middle) and cells."""
    # The file is a pickle, which can run code when it is loaded: `fetch` has compared its digest before.
    raw = np.load(path, allow_pickle=True).item()
    if list(raw) != [f"dens_{seeded}" for seeded in SEEDED]:
        raise _unexpected(path, f"the assays {', '.join(map(str, raw))}", "dens_10000 to dens_20000")
    frames = []
    for seeded in SEEDED:
        assay = raw[f"dens_{seeded}"]
        positions, hours = assay["x"].ravel(), assay["t"].ravel()
        if not np.array_equal(positions, (np.arange(STRIPS) + 0.5) * WIDTH) or not np.array_equal(hours, HOURS):
            expected = f"{STRIPS} strips of {WIDTH} um at the hours {', '.join(map(str, HOURS))}"
            raise _unexpected(path, f"other positions or hours in dens_{seeded}", expected)
        for replicate in REPLICATES:
            cells = assay[f"U{replicate}"] * WIDTH * HEIGHT
            if (
                cells.shape != (STRIPS, len(HOURS))
                or not np.allclose(cells, np.rint(cells), atol=1e-6)
                or (cells < 0).any()
            ):
                found = f"densities in dens_{seeded}, U{replicate} that are not whole cells per {WIDTH} x {HEIGHT} um"
                raise _unexpected(path, found, "whole numbers")
            grid = pd.MultiIndex.from_product([positions, HOURS], names=["position", "hours"])
            counted = pd.DataFrame({"cells": np.rint(cells).astype(int).ravel()}, index=grid).reset_index()
            frames.append(counted.assign(seeded=seeded, replicate=replicate))
    return pd.concat(frames, ignore_index=True)


def _unexpected(path: Path, found: str, expected: str) -> DataError:
    return DataError(Problem(str(path), 0, "", found, expected, REMEDY, "unexpected-raw-file"))


def jin_scratch(strips: pd.DataFrame) -> pd.DataFrame:
    """Cells in strips of 100 um: pairs of neighbors, without the first and the last strip."""
    inner = strips[strips["position"].between(WIDTH, (STRIPS - 1) * WIDTH)]
    middle = (inner["position"] / (2 * WIDTH)).round().astype(int) * 2 * WIDTH
    return (
        inner.assign(position=middle)
        .groupby(["seeded", "replicate", "hours", "position"], as_index=False)["cells"]
        .sum()
    )
