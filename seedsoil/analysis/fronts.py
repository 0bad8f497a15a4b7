"""Spreading cell fronts of a scratch assay: the models of `front_equation` fitted to counts, and how fast they go.

Each well starts from its own counts at the first hour. In a fit all wells, and all their perturbations, are solved
together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from scipy.optimize import OptimizeResult, least_squares

from seedsoil.analysis.front_equation import Front

__all__ = ["Estimate", "Front", "FrontFit", "Profiles", "drift", "each", "fit", "gap", "profiles", "trend"]

BOUNDS = {  # of the search; wide for rates and scales, exponents within what stays a smooth front
    "diffusivity": (1, 1e6),
    "growth_rate": (1e-4, 1),
    "capacity": (100, 1e5),
    "crowding": (1e-3, 6),
    "cooperation": (1e-3, 6),
    "lag": (1e-3, 11.9),  # shorter than the first interval, which must see some of the spread
}
NUDGE = 1e-4  # of a logarithm, for the derivatives


class Profiles(NamedTuple):
    """Counted cells: `cells` of (hours, wells, strips), `wells` one row each, strips `width` um wide of `area` mm2."""

    cells: np.ndarray
    wells: pd.DataFrame
    hours: np.ndarray
    positions: np.ndarray
    width: float
    area: float

    @property
    def density(self) -> np.ndarray:
        """Cells per mm2."""
        return self.cells / self.area

    def select(self, chosen: np.ndarray) -> Profiles:
        """The wells for which the boolean array `chosen` is true."""
        return self._replace(cells=self.cells[:, chosen], wells=self.wells[chosen].reset_index(drop=True))


def profiles(counts: pd.DataFrame, height: float) -> Profiles:
    """Profiles from one row per well (`seeded`, `replicate`), `hours` and `position` (um), with `cells`.

    `height` (um) of the counted strips gives their area. Raises ValueError where a count is missing.
    """
    wells = ["seeded", "replicate"]
    wide = counts.pivot(index=["hours", *wells], columns="position", values="cells")
    hours = wide.index.get_level_values("hours").unique()
    if wide.isna().to_numpy().any() or len(wide) % len(hours):
        raise ValueError("each well needs a count at each hour and position")
    positions = wide.columns.to_numpy(float)
    width = float(positions[1] - positions[0])
    return Profiles(
        wide.to_numpy(float).reshape(len(hours), -1, len(positions)),
        wide.loc[hours[0]].index.to_frame(index=False),
        hours.to_numpy(float),
        positions,
        width,
        width * height / 1e6,
    )


@dataclass(frozen=True)
class FrontFit:
    """A fitted front: its constants in each well, the `expected` cells, and how well they fit.

    `logs` holds the fitted coefficients of the logarithm of each constant. `dispersion` is the mean squared residual, 1
    for counts that scatter as Poisson counts do around the model. `aic` counts residuals as independent; neighboring
    strips and hours are not, so differences of it look too sure. `bounds` names the constants that ended at the edge
    of the search. `agreeing` of the starts that were tried ended within 1 of the lowest AIC.
    """

    front: Front
    logs: dict[str, np.ndarray]
    expected: np.ndarray
    dispersion: float
    parameters: int
    aic: float
    bounds: tuple[str, ...]
    agreeing: tuple[int, int]


def each(groups: Sequence) -> np.ndarray:
    """The design in which each group of wells has a value of its own: (wells, groups)."""
    return pd.get_dummies(pd.Series(groups)).to_numpy(float)


def trend(seeded: Sequence[float]) -> np.ndarray:
    """The design in which a constant is multiplied by one factor with each doubling of the seeding: (wells, 2)."""
    doublings = np.log2(np.asarray(seeded, float))
    return np.column_stack([np.ones_like(doublings), doublings - doublings.mean()])


def fit(
    data: Profiles,
    starts: Front | Sequence[Front],
    free: Sequence[str],
    designs: Mapping[str, np.ndarray] | None = None,
    root: bool = True,
) -> FrontFit:
    """Least squares on the square root of the counts, which steadies their scatter, from each of `starts`; the best.

    The starts hold what is not `free`. The logarithms of a constant in the wells are its design times its
    coefficients; without a design it is the same in all wells (`each`, `trend`). With `root` false the counts
    themselves are fitted, so that dense strips weigh more; then `dispersion` is relative to the mean count.

    Each well starts from its own counts at the first hour, taken as exact. Derivatives are differences of the solved
    equation; all of them are solved together.
    """
    starts = [starts] if isinstance(starts, Front) else list(starts)
    problem = _Problem(data, starts[0], tuple(free), dict(designs or {}), root)
    ends = [problem.search(start) for start in starts]
    return problem.result(ends)


class Estimate(NamedTuple):
    """A constant with its 95% interval; of a trend, the factor by which each doubling of the seeding multiplies it."""

    value: float
    ci_low: float
    ci_high: float


def drift(
    data: Profiles,
    found: FrontFit,
    free: Sequence[str],
    names: Sequence[str] = ("diffusivity", "growth_rate"),
    root: bool = True,
) -> tuple[FrontFit, dict[str, Estimate]]:
    """The fit `found` again with a `trend` in `names`, all of `free` estimated together with it.

    Returned are the fit and an estimate of each of `free`: of `names` the trend, of the others the constant itself.
    What `free` leaves out stays as it was found. Intervals are by the jackknife over wells, which are the independent
    units: each is left out once and everything fitted again, and t has one degree of freedom less than there are wells.
    """
    design = {name: trend(data.wells["seeded"]) for name in names}
    whole = fit(data, found.front, free, design, root)
    wells = len(data.wells)
    ends = []
    for well in range(wells):
        kept = np.arange(wells) != well
        part = {name: columns[kept] for name, columns in design.items()}
        front = replace(found.front, **{name: _mean(getattr(whole.front, name)) for name in free})
        problem = _Problem(data.select(kept), front, tuple(free), part, root)
        end = problem.split(problem.search(front, whole.logs, 1e-6).x)
        ends.append([end[name][-1] for name in free])
    ends = np.array(ends)
    error = np.sqrt((wells - 1) / wells * ((ends - ends.mean(axis=0)) ** 2).sum(axis=0))
    reach = stats.t.ppf(0.975, wells - 1) * error
    last = np.array([whole.logs[name][-1] for name in free])
    limits = np.exp([last, last - reach, last + reach]).T
    return whole, {name: Estimate(*map(float, row)) for name, row in zip(free, limits, strict=True)}


@dataclass
class _Problem:
    """Least squares over the logarithms of the free constants."""

    data: Profiles
    base: Front
    free: tuple[str, ...]
    designs: dict[str, np.ndarray]
    root: bool

    def __post_init__(self):
        wells = len(self.data.wells)
        self.matrices = {name: self.designs.get(name, np.ones((wells, 1))) for name in self.free}
        self.sizes = [matrix.shape[1] for matrix in self.matrices.values()]
        self.observed = self.data.cells[1:]
        self.later = self.data.hours[1:] - self.data.hours[0]
        self.last = None  # the point that was evaluated last, and what was found

    def split(self, x: np.ndarray) -> dict[str, np.ndarray]:
        return dict(zip(self.free, np.split(x, np.cumsum(self.sizes)[:-1]), strict=True))

    def per_well(self, x: np.ndarray) -> np.ndarray:
        """Logarithms of the free constants, (free, wells)."""
        return np.array([self.matrices[name] @ part for name, part in self.split(x).items()])

    def cells(self, logs: np.ndarray) -> np.ndarray:
        """Expected counts of (hours, sets x wells, strips) for logarithms of (free, sets x wells)."""
        sets = logs.shape[1] // len(self.data.wells)
        held = {
            field.name: np.tile(np.broadcast_to(getattr(self.base, field.name), (len(self.data.wells),)), sets)
            for field in fields(self.base)
        }
        front = Front(**{**held, **dict(zip(self.free, np.exp(logs), strict=True))})
        density = np.tile(self.data.density[0], (sets, 1))
        return np.maximum(front.spread(density, self.data.width, self.later), 0) * self.data.area

    def scaled(self, cells: np.ndarray) -> np.ndarray:
        return 2 * np.sqrt(cells) if self.root else cells / np.sqrt(self.observed.mean())

    def evaluate(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Residuals and their derivatives, solved for together: the search asks for both, one after the other.

        A well depends on its own constants alone: one nudge of each constant in all wells gives every derivative.
        """
        if np.array_equal(x, self.last):
            return self.found
        logs, wells = self.per_well(x), len(self.data.wells)
        nudges = np.vstack([np.zeros(len(self.free)), NUDGE * np.eye(len(self.free))])
        sets = (logs[:, None, :] + nudges.T[:, :, None]).reshape(len(self.free), -1)
        scaled = self.scaled(self.cells(sets)).reshape(len(self.later), len(nudges), wells, -1)
        slopes = (scaled[:, 1:] - scaled[:, :1]) / NUDGE  # (hours, free, wells, strips)
        columns = [
            slopes[:, number, :, :, None] * self.matrices[name][None, :, None, :]
            for number, name in enumerate(self.free)
        ]
        jacobian = np.concatenate(columns, axis=-1).reshape(-1, sum(self.sizes))
        self.last, self.found = x.copy(), ((scaled[:, 0] - self.scaled(self.observed)).ravel(), jacobian)
        return self.found

    def search(
        self, start: Front, logs: Mapping[str, np.ndarray] | None = None, tolerance: float = 1e-8
    ) -> OptimizeResult:
        """The nearest minimum to `start`, or to the coefficients `logs`; `tolerance` is relative, of the squares."""
        first = np.concatenate(
            [
                logs[name]
                if logs
                else np.linalg.lstsq(matrix, np.full(len(matrix), np.log(_mean(getattr(start, name)))))[0]
                for name, matrix in self.matrices.items()
            ]
        )
        low, high = self.limits()
        first = np.clip(first, low + 1e-6, high - 1e-6)
        return least_squares(
            lambda x: self.evaluate(x)[0],
            first,
            lambda x: self.evaluate(x)[1],
            bounds=(low, high),
            x_scale="jac",
            xtol=10 * tolerance,
            ftol=tolerance,
            max_nfev=200,
        )

    def limits(self) -> np.ndarray:
        """Lower and upper bounds: those of the constants, and for a trend a factor of 100 for each doubling."""
        sides = []
        for side, sign in ((0, -1), (1, 1)):
            parts = []
            for name, matrix in self.matrices.items():
                own = np.log(BOUNDS[name][side])
                is_trend = matrix.shape[1] == 2 and np.ptp(matrix[:, 0]) == 0
                parts += [own, sign * np.log(100)] if is_trend else [own] * matrix.shape[1]
            sides.append(parts)
        return np.array(sides)

    def result(self, ends: Sequence[OptimizeResult]) -> FrontFit:
        count = self.observed.size
        aics = [count * np.log(2 * end.cost / count) + 2 * (len(end.x) + 1) for end in ends]
        best = ends[int(np.argmin(aics))]
        low, high = self.limits()
        edge = (best.x - low < 1e-3) | (high - best.x < 1e-3)
        names = np.repeat(self.free, self.sizes)
        values = dict(zip(self.free, np.exp(self.per_well(best.x)), strict=True))
        shared = {
            name: float(value[0]) if self.matrices[name].shape[1] == 1 else value for name, value in values.items()
        }
        return FrontFit(
            replace(self.base, **shared),
            self.split(best.x),
            self.cells(self.per_well(best.x)),
            2 * best.cost / count,
            len(best.x),
            min(aics),
            tuple(sorted(set(names[edge]))),
            (sum(aic < min(aics) + 1 for aic in aics), len(aics)),
        )


def gap(density: np.ndarray, width: float, threshold: float) -> np.ndarray:
    """Length (um) over which the density, drawn straight between strip centers (last axis), lies below `threshold`."""
    left, right = density[..., :-1], density[..., 1:]
    low, high = np.minimum(left, right), np.maximum(left, right)
    steep = np.where(high > low, high - low, 1)
    below = np.clip((threshold - low) / steep, 0, 1)
    return width * np.where(high > low, below, low < threshold).sum(axis=-1)


def _mean(value: float | np.ndarray) -> float:
    """The geometric mean over wells."""
    return float(np.exp(np.mean(np.log(value))))
