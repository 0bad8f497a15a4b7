"""The inside of a tumor spheroid: how large the dead core and the arrested region are in a sphere of given radius.

Radii are fractions of the spheroid's radius R: `necrotic`, where cells are dead, and `inhibited`, where they do not cycle
(the core included). Two one-parameter geometries are compared.

- rim: cells live, or cycle, in a rim of the same thickness d in every spheroid: fraction 1 - d/R, or 0 below R = d.
- diffusion: a nutrient diffuses in at a fixed outer concentration and living cells use it at a constant rate; they die, or
  stop, where it falls below a threshold. The boundary appears at R = c and then lies where its concentration is that of the
  threshold (the model of Greenspan, which the source of the data builds on); the rim thins from c to c/sqrt(3).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import optimize

__all__ = ["boundary", "compare_geometries", "cycling_share"]

GEOMETRIES = ("rim", "diffusion")
SHARE = np.linspace(1, 0, 4001)
FALLEN = 1 - 3 * SHARE**2 + 2 * SHARE**3


def boundary(
    radius: Sequence[float], scale: float, geometry: str, necrotic: Sequence[float] | None = None
) -> np.ndarray:
    """The boundary's fraction of the radius, in spheroids of `radius`, by one `geometry` with its length `scale`.

    `radius` and `scale` in the same unit. `necrotic`, the fractions of the dead core, is for the inhibited boundary of the
    diffusion geometry: the core uses no nutrient. Without it the boundary is that of the core itself.
    """
    radius = np.asarray(radius, dtype=float)
    if geometry == "rim":
        return np.clip(1 - scale / radius, 0, None)
    if geometry != "diffusion":
        raise ValueError(f"found the geometry {geometry!r}, expected one of {', '.join(GEOMETRIES)}")
    if necrotic is None:
        # 1 - 3x^2 + 2x^3 = (scale/R)^2, turned around by interpolation: its left side falls from 1 to 0.
        return np.interp((scale / radius) ** 2, FALLEN, SHARE, right=0.0)
    core = np.broadcast_to(np.asarray(necrotic, dtype=float), radius.shape)
    low, high, target = core.copy(), np.ones_like(radius), (scale / radius) ** 2
    for _ in range(20):  # to a millionth: the drop from the surface to the boundary falls as the boundary moves outward
        middle = (low + high) / 2
        deeper = 1 - middle**2 + 2 * core**3 * (1 - 1 / middle) > target
        low, high = np.where(deeper, middle, low), np.where(deeper, high, middle)
    return np.where(radius <= scale, 0.0, middle)


def compare_geometries(spheroids: pd.DataFrame, rng: np.random.Generator, draws: int = 100) -> pd.DataFrame:
    """Fit both geometries to both boundaries by least squares, and bootstrap spheroids.

    `spheroids` has radius, necrotic and inhibited, one row a spheroid. Each boundary has one length in each geometry; the
    inhibited boundary of the diffusion geometry is computed with the core that the geometry itself predicts. One row a
    boundary and geometry: scale (in the unit of radius) with its 95% percentile interval, rmse of the fraction, and
    `excess`, the rmse less that of the rim, with its interval. `floor` is the rmse about a straight line in each of ten
    classes of size with equal numbers: about what the best law of the radius alone could reach.
    """
    columns = {name: spheroids[name].to_numpy(dtype=float) for name in ("radius", "necrotic", "inhibited")}
    estimates = _fit_all(columns)
    resampled = []
    for _ in range(draws):
        chosen = rng.integers(len(spheroids), size=len(spheroids))
        resampled.append(_fit_all({name: column[chosen] for name, column in columns.items()}))
    classes = pd.qcut(columns["radius"], 10, labels=False)
    rows = []
    for what in ("necrotic", "inhibited"):
        about = np.zeros(len(spheroids))
        for number in range(10):
            own = classes == number
            line = np.polyfit(columns["radius"][own], columns[what][own], 1)
            about[own] = columns[what][own] - np.polyval(line, columns["radius"][own])
        for geometry in GEOMETRIES:
            scale, rmse = estimates[what, geometry]
            low, high = np.quantile([fit[what, geometry][0] for fit in resampled], [0.025, 0.975])
            excess = [fit[what, geometry][1] - fit[what, "rim"][1] for fit in resampled]
            rows.append(
                {
                    "boundary": what,
                    "geometry": geometry,
                    "spheroids": len(spheroids),
                    "scale": scale,
                    "ci_low": low,
                    "ci_high": high,
                    "rmse": rmse,
                    "excess": rmse - estimates[what, "rim"][1],
                    "excess_low": np.quantile(excess, 0.025),
                    "excess_high": np.quantile(excess, 0.975),
                    "floor": float(np.sqrt(np.mean(about**2))),
                }
            )
    return pd.DataFrame(rows)


def cycling_share(inhibited: Sequence[float]) -> np.ndarray:
    """Share of a spheroid's volume that lies outside the inhibited region."""
    return 1 - np.asarray(inhibited, dtype=float) ** 3


def _fit_all(columns: dict[str, np.ndarray]) -> dict[tuple[str, str], tuple[float, float]]:
    """Length and rmse of each boundary in each geometry."""
    radius = columns["radius"]
    fits: dict[tuple[str, str], tuple[float, float]] = {}
    for geometry in GEOMETRIES:
        core = None
        for what in ("necrotic", "inhibited"):

            def loss(scale: float, what: str = what, geometry: str = geometry, core: np.ndarray | None = core) -> float:
                return float(np.mean((boundary(radius, scale, geometry, core) - columns[what]) ** 2))

            best = optimize.minimize_scalar(
                loss, bounds=(1.0, float(radius.max())), method="bounded", options={"xatol": 0.3}
            )
            fits[what, geometry] = float(best.x), float(np.sqrt(best.fun))
            core = boundary(radius, best.x, geometry) if geometry == "diffusion" else None
    return fits
