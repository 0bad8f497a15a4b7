"""Where in the brain metastases of breast and lung cancer and melanoma lie, against blood flow and its arrival time.

Ten arrays of the repository: frequency of metastases in 400 parcels of the cortex (200 of each hemisphere, in the order
of their atlas) for three primaries; scores of cerebral blood flow and of arterial arrival time and replication maps in
432 parcels, of which the first 32 are cerebellar; and frequencies in 34 parts of the cerebellum. Two more hold the
distances along the cortex between the parcels of a hemisphere, in mm.

Neighboring parcels are alike, so a map is tested against surrogates that are as smooth as it is: Moran spectral
randomization (Wagner and Dray 2015, doi 10.1111/2041-210X.12407), which keeps how much of the map lies at each spatial
scale and draws the signs anew. The hemispheres are not independent either, for vessels are much the same on both sides:
one sign is drawn for a scale of both.

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
SURROGATES = 4_000
SEED = 1889


def read(*paths: Path) -> dict[str, np.ndarray]:
    """The arrays by their short names, flat; those of 432 parcels without the cerebellar ones."""
    sizes = {"surf": 2 * HALF, "cerebellum": 34, "cbf": 432, "att": 432, "head": 432}
    sizes |= {"left": HALF**2, "right": HALF**2}
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


def _scales(distances: np.ndarray) -> np.ndarray:
    """Patterns over the parcels of a hemisphere from smoothest to roughest, as columns: (parcels, parcels - 1).

    Eigenvectors of the doubly centered matrix of inverse distances, without the constant one.
    """
    near = np.zeros_like(distances)
    np.divide(1.0, distances, out=near, where=distances > 0)
    near = (near + near.T) / 2
    centered = near - near.mean(axis=0) - near.mean(axis=1, keepdims=True) + near.mean()
    values, vectors = np.linalg.eigh(centered)
    order = np.argsort(-values)
    return vectors[:, order[np.abs(vectors[:, order].sum(axis=0)) < 0.5]]  # the constant one sums to the root of HALF


def _surrogates(values: np.ndarray, scales: list[np.ndarray], number: int = SURROGATES) -> np.ndarray:
    """The map itself, then maps as smooth as it is and otherwise at random: (1 + number, 400)."""
    signs = np.random.default_rng(SEED).choice([-1.0, 1.0], (number, scales[0].shape[1]))
    halves = []
    for half, patterns in zip((values[:HALF], values[HALF:]), scales, strict=True):
        halves.append(half.mean() + (signs * (patterns.T @ (half - half.mean()))) @ patterns.T)
    return np.vstack([values, np.hstack(halves)])


def _correlations(rows: np.ndarray, other: np.ndarray) -> np.ndarray:
    rows, other = rows - rows.mean(axis=1, keepdims=True), other - other.mean()
    return rows @ other / np.sqrt((rows**2).sum(axis=1) * (other**2).sum())


def _blood(maps: dict[str, np.ndarray]) -> list[np.ndarray]:
    return [maps["parcellated_cbf"], -maps["parcellated_att"]]


def _pairs(maps: dict[str, np.ndarray]) -> list[tuple[str, str, np.ndarray, bool]]:
    """A primary, the name of the other map, its values, and whether flow and arrival are taken off."""
    flow, arrival = _blood(maps)
    cortex = {primary: maps[f"{primary}_400_surf"] for primary in PRIMARIES}
    pairs = [(one, other, cortex[other], off) for one, other in combinations(PRIMARIES, 2) for off in (False, True)]
    others = {"arrival time": arrival, "blood flow": flow}
    others |= {f"{name} again": maps[f"replication_{name}_head"] for name in ("breast", "lung")}
    return pairs + [(one, name, values, False) for name, values in others.items() for one in PRIMARIES]


def _explained(rows: np.ndarray, blood: list[np.ndarray]) -> np.ndarray:
    return 1 - _left(rows, blood).var(axis=1) / _ranks(rows).var(axis=1)


def _kept(off: bool) -> str:
    return "after flow and arrival" if off else "as they are"


def brain_maps(maps: dict[str, np.ndarray]) -> pd.DataFrame:
    """Rank correlations of maps, before and after blood flow and arrival time."""
    rows = []
    for one, other, values, off in _pairs(maps):
        blood = _blood(maps) if off else []
        rho = _correlations(_left(maps[f"{one}_400_surf"], blood), _left(values, blood)[0])[0]
        rows.append({"map": one, "other": other, "maps": _kept(off), "rho": rho})
    return pd.DataFrame(rows)


def brain_explained(maps: dict[str, np.ndarray]) -> pd.DataFrame:
    """Share of the ranks that flow and arrival time explain, and the cerebellum over the cortex, by map."""
    rows = []
    for primary in PRIMARIES:
        cortex = maps[f"{primary}_400_surf"]
        ratio = maps[f"{primary}_34_cerebellum"].mean() / cortex.mean()
        rows.append({"map": primary, "explained": _explained(cortex[None], _blood(maps))[0], "cerebellum": ratio})
    return pd.DataFrame(rows)


def brain_nulls(maps: dict[str, np.ndarray]) -> pd.DataFrame:
    """For each correlation and each share explained, what one in twenty surrogates exceeds, and the p value.

    Of two primaries either map may be replaced by its surrogates; the larger p value of the two is kept.
    """
    scales = [_scales(maps[f"distance_{side}"].reshape(HALF, HALF).astype(float)) for side in ("left", "right")]
    drawn = {primary: _surrogates(maps[f"{primary}_400_surf"], scales) for primary in PRIMARIES}

    def tested(found: np.ndarray) -> tuple[float, float]:
        """P value and limit of the first of `found` among the others."""
        found = np.abs(found)
        return (1 + (found[1:] >= found[0]).sum()) / len(found), np.quantile(found[1:], 0.95)

    rows = []
    for one, other, values, off in _pairs(maps):
        blood = _blood(maps) if off else []
        ways = [(drawn[one], values)]
        if other in drawn:
            ways.append((drawn[other], maps[f"{one}_400_surf"]))
        p, limit = max(tested(_correlations(_left(many, blood), _left(fixed, blood)[0])) for many, fixed in ways)
        rows.append({"map": one, "other": other, "maps": _kept(off), "null_limit": limit, "p": p})
    for primary in PRIMARIES:
        p, limit = tested(_explained(drawn[primary], _blood(maps)))
        row = {"map": primary, "other": "flow and arrival together", "maps": _kept(False)}
        rows.append({**row, "null_limit": limit, "p": p})
    return pd.DataFrame(rows)
