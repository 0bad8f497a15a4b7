"""The inside of a tumor spheroid: how large the dead core and the arrested region are in a sphere of given radius.

Radii are fractions of the spheroid's radius R: `necrotic`, where cells are dead, and `inhibited`, where they do not
cycle (the core included). Two one-parameter geometries are compared.

- rim: cells live, or cycle, in a rim of the same thickness d in every spheroid: fraction 1 - d/R, or 0 below R = d.
- diffusion: a nutrient diffuses in at a fixed outer concentration and living cells use it at a constant rate; they die,
  or stop, where it falls below a threshold. The boundary appears at R = c and then lies where its concentration is that
  of the threshold (the model of Greenspan, which the source of the data builds on); the rim thins from c to c/sqrt(3).
  With the core c and t = (scale/R)^2, both boundaries are roots of a cubic: 1 - 3x^2 + 2x^3 = t for the core itself,
  and 1 - x^2 + 2c^3 (1 - 1/x) = t for the arrested region.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import optimize, stats

__all__ = ["age_beside_size", "boundary", "compare_geometries", "cycling_share"]

GEOMETRIES = ("rim", "diffusion")
BOUNDARIES = ("necrotic", "inhibited")
GROUP = ["cells", "day"]  # spheroids of one seeding, taken down on one day


def boundary(
    radius: Sequence[float], scale: float, geometry: str, necrotic: Sequence[float] | None = None
) -> np.ndarray:
    """The boundary's fraction of the radius, in spheroids of `radius`, by one `geometry` with its length `scale`.

    `radius` and `scale` in the same unit. `necrotic`, the fractions of the dead core, is for the inhibited boundary of
    the diffusion geometry: the core uses no nutrient. Without it the boundary is that of the core itself.
    """
    radius = np.asarray(radius, dtype=float)
    if geometry == "rim":
        return np.clip(1 - scale / radius, 0, None)
    if geometry != "diffusion":
        raise ValueError(f"found the geometry {geometry!r}, expected one of {', '.join(GEOMETRIES)}")
    used = np.minimum((scale / radius) ** 2, 1.0)
    if necrotic is None:
        return np.where(used < 1, 0.5 - np.sin(np.arcsin(2 * used - 1) / 3), 0.0)
    dead = np.asarray(necrotic, dtype=float) ** 3
    linear = np.maximum(1 - used + 2 * dead, 1e-12)  # x^3 - linear x + 2 c^3 = 0, and its largest root
    cosine = np.clip(-3 * dead / linear * np.sqrt(3 / linear), -1, 1)
    return np.where(used < 1, 2 * np.sqrt(linear / 3) * np.cos(np.arccos(cosine) / 3), 0.0)


def compare_geometries(spheroids: pd.DataFrame, rng: np.random.Generator, draws: int = 200) -> pd.DataFrame:
    """Fit both geometries to both boundaries by least squares, and bootstrap groups of spheroids.

    `spheroids` has radius, necrotic, inhibited, cells (seeded) and day, one row a spheroid. Spheroids of one seeding
    and day are alike in more than their size, so whole groups are drawn again, never single spheroids. Each boundary
    has one length in each geometry; the inhibited boundary of the diffusion geometry is computed with the core that the
    geometry itself predicts. One row a boundary and geometry: spheroids, groups, scale (in the unit of radius) with its
    95% percentile interval, rmse of the fraction, and `excess`, the rmse less that of the rim, with its interval.
    `floor` is the rmse about a straight line in each of ten classes of size with equal numbers: about what the best law
    of the radius alone reaches.
    """
    columns = {name: spheroids[name].to_numpy(dtype=float) for name in ("radius", *BOUNDARIES)}
    estimates = _fit_all(columns)
    members = list(spheroids.groupby(GROUP).indices.values())
    resampled = []
    for _ in range(draws):
        drawn = rng.integers(len(members), size=len(members))
        chosen = np.concatenate([members[number] for number in drawn])
        resampled.append(_fit_all({name: column[chosen] for name, column in columns.items()}))
    classes = pd.qcut(columns["radius"], 10, labels=False)
    rows = []
    for what in BOUNDARIES:
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
                    "groups": len(members),
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


def age_beside_size(spheroids: pd.DataFrame, what: str = "necrotic") -> pd.Series:
    """How much of a boundary its spheroid's day explains beside the radius.

    r2_size: of a cubic in the radius; r2_age: with the day added, over spheroids. The test is by group of seeding and
    day, which are the independent units: `partial`, the rank correlation of the groups' mean boundary with the day,
    both freed from a parabola in the mean radius, its `p`, and the number of `groups`.
    """
    size = spheroids["radius"].to_numpy(dtype=float) / 100
    terms = np.vander(size, 4)
    measured = spheroids[what].to_numpy(dtype=float)
    shares = []
    for design in (terms, np.column_stack([terms, spheroids["day"]])):
        left = measured - design @ np.linalg.lstsq(design, measured, rcond=None)[0]
        shares.append(1 - left.var() / measured.var())
    means = spheroids.assign(age=spheroids["day"]).groupby(GROUP)[["radius", "age", what]].mean()
    terms = np.vander(means["radius"] / 100, 3)
    freed = [
        y - terms @ np.linalg.lstsq(terms, y, rcond=None)[0] for y in (means[what].to_numpy(), means["age"].to_numpy())
    ]
    test = stats.spearmanr(*freed)
    return pd.Series(
        {"r2_size": shares[0], "r2_age": shares[1], "partial": test.statistic, "p": test.pvalue, "groups": len(means)}
    )


def cycling_share(inhibited: Sequence[float]) -> np.ndarray:
    """Share of a spheroid's volume that lies outside the inhibited region."""
    return 1 - np.asarray(inhibited, dtype=float) ** 3


def _fit_all(columns: dict[str, np.ndarray]) -> dict[tuple[str, str], tuple[float, float]]:
    """Length and rmse of each boundary in each geometry."""
    radius = columns["radius"]
    fits: dict[tuple[str, str], tuple[float, float]] = {}
    for geometry in GEOMETRIES:
        core = None
        for what in BOUNDARIES:

            def loss(scale: float, what: str = what, geometry: str = geometry, core: np.ndarray | None = core) -> float:
                miss = boundary(radius, scale, geometry, core) - columns[what]
                return float(miss @ miss) / len(miss)

            best = optimize.minimize_scalar(
                loss, bounds=(1.0, float(radius.max())), method="bounded", options={"xatol": 0.3}
            )
            fits[what, geometry] = float(best.x), float(np.sqrt(best.fun))
            core = boundary(radius, best.x, geometry) if geometry == "diffusion" else None
    return fits
