"""Spreading cell fronts: reaction-diffusion models of a scratch assay, solved, fitted and timed.

The density u of cells (per mm2) on a strip of length L, at position x (um) and time t (h), follows

    du/dt = d/dx (D (u/K)^m du/dx) + r (u/K)^a u (1 - u/K),    no flux through either end.

With m = a = 0 this is the equation of Fisher (1937) and of Kolmogorov, Petrovsky and Piskunov (1937): one diffusivity
D and one growth rate r at all densities. m > 0 lets motility rise with density (porous Fisher), a > 0 lets growth per
cell rise with density (an Allee effect); D and r are then the values at capacity. Nothing happens before `lag`.

Scheme: method of lines. Finite volumes of equal width, second order in space, whose fluxes cancel between neighbors, so
that growth alone changes the number of cells; in time LSODA with a banded Jacobian and its own step (`scipy`). All
wells are one system of uncoupled blocks, solved together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from scipy.integrate import solve_ivp
from scipy.optimize import least_squares
from scipy.sparse import lil_matrix

__all__ = ["Drift", "Front", "FrontFit", "Profiles", "drift", "fit", "gap", "profiles"]

BOUNDS = {  # of the search; wide for rates and scales, exponents within what stays a smooth front
    "diffusivity": (1, 1e6),
    "growth_rate": (1e-4, 1),
    "capacity": (100, 1e5),
    "crowding": (1e-3, 6),
    "cooperation": (1e-3, 6),
    "lag": (1e-3, 11.9),  # shorter than the first interval, which must see some of the spread
}


@dataclass(frozen=True)
class Front:
    """The constants of a spreading population; each a number, or (all but `lag`) an array with one value per well.

    `diffusivity` in um2/h and `growth_rate` per hour, both at capacity; `capacity` in cells per mm2; `crowding` the
    exponent m of motility, `cooperation` the exponent a of growth; `lag` in hours.
    """

    diffusivity: float | np.ndarray
    growth_rate: float | np.ndarray
    capacity: float | np.ndarray
    crowding: float | np.ndarray = 0.0
    cooperation: float | np.ndarray = 0.0
    lag: float = 0.0

    @property
    def speed(self) -> float | np.ndarray:
        """Speed (um/h) of the front far behind and long after a sharp edge, 2 sqrt(D r); for m = a = 0 only."""
        if np.any(self.crowding) or np.any(self.cooperation):
            raise ValueError("the speed 2 sqrt(D r) holds for crowding and cooperation of 0")
        return 2 * np.sqrt(self.diffusivity * self.growth_rate)

    def spread(self, density: np.ndarray, width: float, hours: Sequence[float], parts: int = 2) -> np.ndarray:
        """Densities of (hours, wells, strips) that grow from `density` of (wells, strips) at hour 0.

        `width` (um) is that of a strip. Each strip is solved in `parts` cells and averaged. `hours` are not negative.
        """
        density = np.asarray(density, float)
        wells, strips = density.shape
        cells, step = strips * parts, width / parts
        d, r, k, m, a = (
            _per_well(value, wells)
            for value in (self.diffusivity, self.growth_rate, self.capacity, self.crowding, self.cooperation)
        )
        crowding, cooperation = np.any(m), np.any(a)

        def rate(_, flat):
            u = flat.reshape(wells, cells)
            share = u / k
            slope = d / step**2 * np.diff(u, axis=1)
            if crowding:
                slope *= np.maximum((share[:, 1:] + share[:, :-1]) / 2, 0) ** m
            change = r * u * (1 - share)
            if cooperation:
                change *= np.maximum(share, 0) ** a
            change[:, :-1] += slope
            change[:, 1:] -= slope
            return change.ravel()

        # Hours within the lag all show the start; the solver wants each time once.
        since, place = np.unique(np.maximum(np.asarray(hours, float) - self.lag, 0), return_inverse=True)
        start = np.repeat(density, parts, axis=1)
        if since[-1] == 0:
            states = np.repeat(start[None], len(since), axis=0)
        else:
            scale = float(np.max(k))
            solved = solve_ivp(
                rate,
                (0, since[-1]),
                start.ravel(),
                method="LSODA",
                t_eval=since,
                lband=1,
                uband=1,
                rtol=1e-6,
                atol=1e-8 * scale,
            )
            if not solved.success:
                raise ArithmeticError(f"the front could not be solved: {solved.message}")
            states = solved.y.T.reshape(len(since), wells, cells)
        return states[place].reshape(len(place), wells, strips, parts).mean(axis=-1)


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
    """A fitted front: its constants, one row per group of `estimates`, the `expected` cells and how well they fit.

    `dispersion` is the mean squared residual, 1 for counts that scatter as Poisson counts do around the model. `aic`
    counts residuals as independent; neighboring strips and hours are not, so differences of it look too sure.
    """

    front: Front
    estimates: pd.DataFrame
    expected: np.ndarray
    dispersion: float
    parameters: int
    aic: float


def fit(
    data: Profiles,
    start: Front,
    free: Sequence[str],
    by: Sequence[str] = (),
    groups: str | None = None,
    root: bool = True,
) -> FrontFit:
    """Least squares on the square root of the counts, which steadies their scatter; `start` holds what is not `free`.

    With `root` false the counts themselves are fitted, so that dense strips weigh more; then `dispersion` is relative
    to the mean count.

    Constants named in `by` get one value for each value of the column `groups` of the wells ("well": each its own),
    the others in `free` one for all. Each well starts from its own counts at the first hour, taken as exact.
    """
    wells = len(data.wells)
    label = (
        np.zeros(wells, int)
        if not by
        else (np.arange(wells) if groups == "well" else pd.factorize(data.wells[groups], sort=True)[0])
    )
    size = {name: label.max() + 1 if name in by else 1 for name in free}
    ends = np.cumsum([size[name] for name in free])
    observed = data.cells[1:]
    later = data.hours[1:] - data.hours[0]

    def front(logs: np.ndarray) -> Front:
        values = dict(zip(free, np.split(np.exp(logs), ends[:-1])))
        return replace(
            start, **{name: value[label] if name in by else float(value[0]) for name, value in values.items()}
        )

    def expected(logs: np.ndarray) -> np.ndarray:
        return front(logs).spread(data.density[0], data.width, later) * data.area

    def residuals(logs: np.ndarray) -> np.ndarray:
        counted = np.maximum(expected(logs), 0)
        if root:
            return 2 * (np.sqrt(counted) - np.sqrt(observed)).ravel()
        return ((counted - observed) / np.sqrt(observed.mean())).ravel()

    first = np.concatenate([np.full(size[name], np.log(np.mean(getattr(start, name)))) for name in free])
    low, high = (np.concatenate([np.full(size[name], np.log(BOUNDS[name][side])) for name in free]) for side in (0, 1))
    solution = least_squares(
        residuals,
        first,
        bounds=(low, high),
        diff_step=1e-4,
        xtol=1e-5,
        ftol=1e-6,
        jac_sparsity=_pattern(label, free, by, size, observed.shape) if by else None,
    )
    squares, count, parameters = 2 * solution.cost, observed.size, len(first)
    best = front(solution.x)
    estimates = (
        (data.wells if groups == "well" else data.wells[[groups]].drop_duplicates()).copy()
        if by
        else (pd.DataFrame(index=[0]))
    )
    rows = np.unique(label, return_index=True)[1]
    for name in free:
        estimates[name] = _per_well(getattr(best, name), wells)[rows, 0]
    return FrontFit(
        best,
        estimates.reset_index(drop=True),
        expected(solution.x),
        squares / count,
        parameters,
        count * np.log(squares / count) + 2 * (parameters + 1),
    )


class Drift(NamedTuple):
    """How a constant changes with seeding: `ratio` for each doubling with its 95% interval, and an F test of no change.

    `f` compares the seedings on `df` (between, within) degrees of freedom, whatever the form of a change.
    """

    ratio: float
    ci_low: float
    ci_high: float
    f: float
    df: tuple[int, int]
    p: float


def drift(estimates: pd.DataFrame, constant: str) -> Drift:
    """Whether `constant`, estimated in each well, is the same at all seedings; wells are the independent units.

    `estimates` has a row per well with `seeded`. The ratio is from a line through the logarithms, by least squares.
    """
    logs = np.log(estimates[constant])
    line = stats.linregress(np.log2(estimates["seeded"]), logs)
    reach = stats.t.ppf(0.975, len(logs) - 2) * line.stderr
    samples = [rows.to_numpy() for _, rows in logs.groupby(estimates["seeded"])]
    test = stats.f_oneway(*samples)
    return Drift(
        *(float(np.exp(value)) for value in (line.slope, line.slope - reach, line.slope + reach)),
        float(test.statistic),
        (len(samples) - 1, len(logs) - len(samples)),
        float(test.pvalue),
    )


def gap(density: np.ndarray, width: float, threshold: float) -> np.ndarray:
    """Length (um) over which the density, drawn straight between strip centers (last axis), lies below `threshold`."""
    left, right = density[..., :-1], density[..., 1:]
    low, high = np.minimum(left, right), np.maximum(left, right)
    steep = np.where(high > low, high - low, 1)
    below = np.clip((threshold - low) / steep, 0, 1)
    return width * np.where(high > low, below, low < threshold).sum(axis=-1)


def _per_well(value: float | np.ndarray, wells: int) -> np.ndarray:
    return np.broadcast_to(np.asarray(value, float), (wells,))[:, None]


def _pattern(
    label: np.ndarray, free: Sequence[str], by: Sequence[str], size: dict[str, int], shape: tuple
) -> lil_matrix:
    """Which residual depends on which constant, so that one step tries all groups at once."""
    well = np.broadcast_to(np.arange(len(label))[None, :, None], shape).ravel()
    pattern = lil_matrix((well.size, sum(size.values())), dtype=np.int8)
    column = 0
    for name in free:
        for group in range(size[name]):
            touched = label[well] == group if name in by else np.ones(well.size, bool)
            pattern[np.flatnonzero(touched), column] = 1
            column += 1
    return pattern
