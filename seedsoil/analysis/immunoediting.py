"""Elimination, equilibrium and escape as regions of one diagram: effector and tumor cells.

The model of Kuznetsov, Makalkin, Taylor and Perelson (1994). Effector cells E flow in at the
rate s, are recruited by the tumor, are used up by it, and die; tumor cells T grow to
a capacity 1/b and are killed:

    dE/dt = s + p E T / (g + T) - m E T - d E
    dT/dt = a T (1 - b T) - n E T

Counted in units of C cells (a million here), and time in units of 1 / (n C), with
sigma = s / (n C^2), rho = p / (n C), eta = g / C, mu = m / n, delta = d / (n C),
alpha = a / (n C) and beta = b C, the same in fewer symbols:

    dx/dt = sigma + rho x y / (eta + y) - mu x y - delta x
    dy/dt = alpha y (1 - beta y) - x y

What follows from the equations alone:

- The tumor-free point (sigma / delta, 0) is stable if alpha < sigma / delta: if the effectors
  there without a tumor kill faster than it grows. Recruitment (rho) has no part in it.
- With tumor, x = alpha (1 - beta y) and y is a root of a cubic in (0, 1 / beta): there are at
  most three such points. Their Jacobian has the trace -sigma / x - alpha beta y, below zero,
  so that none of them is a source and they lose stability only by meeting each other.
- Multiplied by 1 / (x y), the flow has the divergence -sigma / (x^2 y) - alpha beta / x, below
  zero everywhere: there are no closed orbits (Dulac), and every course ends at a point.

The model holds what it holds: one kind of effector, one kind of tumor cell, no space, no
evolution. A tumor of less than one cell is a number to it and not the end of the tumor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

__all__ = ["FATES", "TumorImmune", "fate_map"]

# What stable points there are, in the order of tumor size.
FATES = (
    "elimination",
    "elimination or equilibrium",
    "elimination or escape",
    "equilibrium",
    "equilibrium or escape",
    "escape",
    "elimination, equilibrium or escape",
)


@dataclass(frozen=True)
class TumorImmune:
    """The two equations in dimensionless form; x effector and y tumor cells, in `cells`.

    The values set here are those that Kuznetsov et al. fitted to a B-cell lymphoma (BCL1) in
    chimeric mice, as the curated model BIOMD0000000762 of BioModels and other published code
    state them. `rate` is n C, per day: one unit of time lasts 1 / rate days. Values of all
    parameters must be above 0.
    """

    sigma: float = 0.1181
    rho: float = 1.131
    eta: float = 20.19
    mu: float = 0.00311
    delta: float = 0.3743
    alpha: float = 1.636
    beta: float = 0.002
    cells: float = 1e6
    rate: float = 0.1101

    def __post_init__(self) -> None:
        for field in fields(self):
            if not getattr(self, field.name) > 0:
                raise ValueError(f"{field.name} cannot be {getattr(self, field.name)}; it must be above 0")

    @classmethod
    def from_rates(
        cls, s: float, p: float, g: float, m: float, d: float, a: float, b: float, n: float,
        cells: float = 1e6,
    ) -> TumorImmune:  # fmt: skip
        """From rates per day and numbers of cells, as in the equations with dimensions."""
        rate = n * cells
        return cls(
            sigma=s / (rate * cells),
            rho=p / rate,
            eta=g / cells,
            mu=m / n,
            delta=d / rate,
            alpha=a / rate,
            beta=b * cells,
            cells=cells,
            rate=rate,
        )

    def flow(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """dx/dt and dy/dt."""
        recruited = self.rho * x * y / (self.eta + y)
        dx = self.sigma + recruited - self.mu * x * y - self.delta * x
        return dx, self.alpha * y * (1 - self.beta * y) - x * y

    def jacobian(self, x: float, y: float) -> np.ndarray:
        """Derivatives of the flow: rows dx/dt and dy/dt, columns x and y."""
        return np.array(
            [
                [
                    self.rho * y / (self.eta + y) - self.mu * y - self.delta,
                    self.rho * x * self.eta / (self.eta + y) ** 2 - self.mu * x,
                ],
                [-y, self.alpha * (1 - 2 * self.beta * y) - x],
            ]
        )

    def fixed_points(self) -> pd.DataFrame:
        """Where nothing changes, in the order of tumor size.

        Columns: effectors, tumor (in units of `cells`), kind (stable node, stable focus or
        saddle), stable, and period_days of the oscillation (nan where there is none).
        """
        size = _tumor_sizes(_parameters(self))
        rows = []
        for y in [0.0, *size[np.isfinite(size)]]:
            x = self.alpha * (1 - self.beta * y) if y else self.sigma / self.delta
            values = np.linalg.eigvals(self.jacobian(x, y))
            turning = abs(values[0].imag)
            stable = bool(values.real.max() < 0)
            kind = "saddle" if not stable else "stable focus" if turning else "stable node"
            period = 2 * np.pi / turning / self.rate if turning else np.nan
            rows.append((x, y, kind, stable, period))
        names = ["effectors", "tumor", "kind", "stable", "period_days"]
        return pd.DataFrame(rows, columns=names)

    def fate(self, large: float = 0.5) -> str:
        """One of `FATES`: see `fate_map`."""
        return FATES[int(_fates(_parameters(self), large))]


def fate_map(model: TumorImmune, axes: Mapping[str, Sequence[float]], large: float = 0.5) -> pd.DataFrame:
    """The fate at each combination of two parameters, the others as in `model`.

    `axes` names two parameters and their values, the horizontal one first. Returns numbers
    of `FATES`, one column for each value of the first and one row for each of the second.

    A fate names the stable points that there are: elimination is the tumor-free one, escape
    one with a tumor above `large` of its capacity, equilibrium one with a smaller tumor. With
    two of them it depends on the beginning where a course ends.
    """
    (across, columns), (up, rows) = axes.items()
    grid = dict(zip((across, up), np.meshgrid(columns, rows), strict=True))
    for name, values in axes.items():
        replace(model, **{name: np.min(values)})  # refuses what no model can have
    parameters = {**_parameters(model), **grid}
    index, header = pd.Index(rows, name=up), pd.Index(columns, name=across)
    return pd.DataFrame(_fates(parameters, large), index=index, columns=header)


# Places in FATES by what is stable: 4 for no tumor, 2 for a small one, 1 for a large one.
_CODES = np.array([-1, 5, 3, 4, 0, 2, 1, 6])
_NAMES = ("sigma", "rho", "eta", "mu", "delta", "alpha", "beta")


def _parameters(model: TumorImmune) -> dict[str, np.ndarray]:
    return {name: np.asarray(getattr(model, name), dtype=float) for name in _NAMES}


def _cubic(parameters: Mapping[str, np.ndarray]) -> np.ndarray:
    """Coefficients, highest first, of the cubic in z = beta y whose roots are fixed points.

    dx/dt = 0 with x = alpha (1 - z), times (eta + y) / alpha.
    """
    sigma, rho, eta, mu, delta, alpha, beta = np.broadcast_arrays(*(parameters[name] for name in _NAMES))
    gain = rho - mu * eta - delta
    return np.stack(
        [
            mu / beta**2,
            -mu / beta**2 - gain / beta,
            gain / beta + delta * eta + sigma / (alpha * beta),
            eta * (sigma / alpha - delta),
        ],
        axis=-1,
    )


def _tumor_sizes(parameters: Mapping[str, np.ndarray]) -> np.ndarray:
    """The y of the fixed points with tumor, along the last axis, increasing; nan where none."""
    cubic = _cubic(parameters)
    companion = np.zeros((*cubic.shape[:-1], 3, 3))
    companion[..., 0, :] = -cubic[..., 1:] / cubic[..., :1]
    companion[..., 1, 0] = companion[..., 2, 1] = 1
    roots = np.linalg.eigvals(companion).astype(complex)
    real = (np.abs(roots.imag) < 1e-9) & (roots.real > 0) & (roots.real < 1)
    sizes = np.where(real, roots.real, np.nan) / parameters["beta"][..., None]
    return np.sort(sizes, axis=-1)


def _fates(parameters: Mapping[str, np.ndarray], large: float) -> np.ndarray:
    share = _tumor_sizes(parameters) * parameters["beta"][..., None]
    cubic = _cubic(parameters)
    # Trace below zero: a point with tumor is stable where its determinant is above zero, and
    # that has the sign of the slope of the cubic.
    slope = (3 * cubic[..., :1] * share + 2 * cubic[..., 1:2]) * share + cubic[..., 2:3]
    stable = slope > 0
    free = parameters["alpha"] < parameters["sigma"] / parameters["delta"]
    small = (stable & (share <= large)).any(axis=-1)
    grown = (stable & (share > large)).any(axis=-1)
    return _CODES[4 * free + 2 * small + grown]
