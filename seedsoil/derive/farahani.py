"""Where in the brain metastases of breast and lung cancer and melanoma lie, against blood flow and its arrival time.

Ten arrays of the repository: frequency of metastases in 400 parcels of the cortex (200 of each hemisphere, in the order
of their atlas) for three primaries; scores of cerebral blood flow and of arterial arrival time and replication maps in
432 parcels, of which the first 32 are cerebellar; and frequencies in 34 parts of the cerebellum.

The files hold no coordinates, so no null that knows distances can be made of them. The surrogates here turn one map
around along the file, each hemisphere within itself: they keep its order, in which many neighbors on the cortex follow
one another and many do not. They are therefore smoother than noise and rougher than the cortex, and their p values too
small.

Flow and arrival time are scores of a first principal component, whose sign means nothing by itself. That of arrival
time is turned here, as the authors turn it in their code, so that more is later; that of flow is as in the file.

No license is stated for the raw files. Kept are correlations and their nulls.
"""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from seedsoil.problem import DataError, Problem

REMEDY = "take the pinned files, or mend seedsoil/derive/farahani.py"
PRIMARIES = ("breast", "lung", "melanoma")
HALF = 200  # parcels of a hemisphere
CEREBELLAR = 32  # of the 432 parcels, the first


def read(*paths: Path) -> dict[str, np.ndarray]:
    """The arrays by their short names, those of 432 parcels without the cerebellar ones."""
    sizes = {"surf": 2 * HALF, "cerebellum": 34, "cbf": 432, "att": 432, "head": 432}
    maps = {}
    for path in paths:
        name = path.stem.removeprefix("farahani2026_")
        values = np.load(path).ravel()
        if len(values) != sizes[name.rpartition("_")[2]] or not np.isfinite(values).all():
            found = f"{len(values)} values, or some that are not finite"
            raise DataError(Problem(str(path), 0, "", found, "one a parcel", REMEDY, "unexpected-raw-file"))
        maps[name] = values[CEREBELLAR:] if len(values) == 432 else values
    return maps


def _ranks(values: np.ndarray) -> np.ndarray:
    return stats.rankdata(values, axis=-1)


def _left(rows: np.ndarray, blood: list[np.ndarray]) -> np.ndarray:
    """Ranks of each row of maps, what ranks of `blood` explain of them taken off."""
    design = np.column_stack([np.ones(2 * HALF), *map(_ranks, blood)])
    ranks = _ranks(np.atleast_2d(rows))
    return ranks - (design @ np.linalg.lstsq(design, ranks.T, rcond=None)[0]).T


def _turned(values: np.ndarray) -> np.ndarray:
    """The map itself, then each of its 199 turns: (200, 400)."""
    steps = range(HALF)
    return np.array([np.r_[np.roll(values[:HALF], step), np.roll(values[HALF:], step)] for step in steps])


def _correlations(rows: np.ndarray, other: np.ndarray) -> np.ndarray:
    rows, other = rows - rows.mean(axis=1, keepdims=True), other - other.mean()
    return rows @ other / np.sqrt((rows**2).sum(axis=1) * (other**2).sum())


def brain_maps(maps: dict[str, np.ndarray]) -> pd.DataFrame:
    """Rank correlations of maps, before and after blood flow and arrival time, with the width of the turned null."""
    cortex = {primary: maps[f"{primary}_400_surf"] for primary in PRIMARIES}
    flow, arrival = maps["parcellated_cbf"], -maps["parcellated_att"]
    pairs = [(one, other, cortex[other], blood) for one, other in combinations(PRIMARIES, 2) for blood in (0, 1)]
    pairs += [(one, "arrival time", arrival, 0) for one in PRIMARIES]
    pairs += [(one, "blood flow", flow, 0) for one in PRIMARIES]
    again = {name: maps[f"replication_{name}_head"] for name in ("breast", "lung")}
    pairs += [(one, f"{other} again", values, 0) for one in PRIMARIES for other, values in again.items()]
    rows = []
    for one, other, values, blood in pairs:
        explained = [flow, arrival] if blood else []
        found = _correlations(_left(_turned(cortex[one]), explained), _left(values, explained)[0])
        p = (1 + (np.abs(found[1:]) >= abs(found[0])).sum()) / HALF
        kept = "after flow and arrival" if blood else "as they are"
        limit = np.quantile(np.abs(found[1:]), 0.95)
        rows.append({"map": one, "other": other, "maps": kept, "rho": found[0], "null_limit": limit, "p": p})
    return pd.DataFrame(rows)


def brain_explained(maps: dict[str, np.ndarray]) -> pd.DataFrame:
    """Share of the ranks that flow and arrival time explain, its null, and the cerebellum over the cortex, by map."""
    blood = [maps["parcellated_cbf"], maps["parcellated_att"]]
    rows = []
    for primary in PRIMARIES:
        cortex = maps[f"{primary}_400_surf"]
        turned = _turned(cortex)
        explained = 1 - _left(turned, blood).var(axis=1) / _ranks(turned).var(axis=1)
        ratio = maps[f"{primary}_34_cerebellum"].mean() / cortex.mean()
        limit = np.quantile(explained[1:], 0.95)
        rows.append({"map": primary, "explained": explained[0], "null_limit": limit, "cerebellum": ratio})
    return pd.DataFrame(rows)
