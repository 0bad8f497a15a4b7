"""Reaction-diffusion models of a spreading cell front, solved.

The density u of cells (per mm2) on a strip of length L, at position x (um) and time t (h), follows

    du/dt = d/dx (D (u/K)^m du/dx) + r (u/K)^a u (1 - u/K),    no flux through either end.

With m = a = 0 this is the equation of Fisher (1937) and of Kolmogorov, Petrovsky and Piskunov (1937): one diffusivity
D and one growth rate r at all densities. m > 0 lets motility rise with density (porous Fisher), a > 0 lets growth per
cell rise with density (an Allee effect); D and r are then the values at capacity. Nothing happens before `lag`.

Scheme: method of lines. Finite volumes of equal width, second order in space, whose fluxes cancel between neighbors, so
that growth alone changes the number of cells. In time the two-stage Rosenbrock method of second order that is L-stable
(gamma = 1 - 1/sqrt 2) and keeps its order with an approximate Jacobian (Verwer and others 1999), here the tridiagonal
one in which the diffusivity of each face is that of the step's start. All wells, and in a fit all their perturbations,
are blocks of one tridiagonal system.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
from scipy.linalg.lapack import dpttrf, dpttrs

GAMMA = 1 - 1 / np.sqrt(2)
STEP = 1.5  # hours; halving it moves the root of no count of the scratch assays by more than 0.02


@dataclass(frozen=True)
class Front:
    """The constants of a spreading population; each a number, or an array with one value per well.

    `diffusivity` in um2/h and `growth_rate` per hour, both at capacity; `capacity` in cells per mm2; `crowding` the
    exponent m of motility, `cooperation` the exponent a of growth; `lag` in hours.
    """

    diffusivity: float | np.ndarray
    growth_rate: float | np.ndarray
    capacity: float | np.ndarray
    crowding: float | np.ndarray = 0.0
    cooperation: float | np.ndarray = 0.0
    lag: float | np.ndarray = 0.0

    @property
    def speed(self) -> float | np.ndarray:
        """Speed (um/h) of the front far behind and long after a sharp edge, 2 sqrt(D r); for m = a = 0 only."""
        if np.any(self.crowding) or np.any(self.cooperation):
            raise ValueError("the speed 2 sqrt(D r) holds for crowding and cooperation of 0")
        return 2 * np.sqrt(self.diffusivity * self.growth_rate)

    def spread(
        self, density: np.ndarray, width: float, hours: Sequence[float], parts: int = 2, step: float = STEP
    ) -> np.ndarray:
        """Densities of (hours, wells, strips) that grow from `density` of (wells, strips) at hour 0.

        `width` (um) is that of a strip. Each strip is solved in `parts` cells and averaged. `hours` are in order and
        not negative; between two of them no step in time is longer than `step` (h).
        """
        wells = len(density)
        d, r, k, m, a, now = (
            np.broadcast_to(np.asarray(getattr(self, field.name), float), (wells,))[:, None] for field in fields(self)
        )
        d = d / (width / parts) ** 2
        equation = _Equation(d, r, m if np.any(m) else None, a if np.any(a) else None)
        u = np.repeat(np.asarray(density, float) / k, parts, axis=1)
        states = []
        for hour in hours:
            left = np.maximum(hour - now, 0)
            count = int(np.ceil(left.max() / step - 1e-9))
            for _ in range(count):
                u = equation.step(u, left / count)
            now = np.maximum(now, hour)
            states.append(u)
        return np.stack(states).reshape(len(states), wells, -1, parts).mean(axis=-1) * k


class _Equation(NamedTuple):
    """The right-hand side for all wells, and one step of it, with u in parts of the capacity.

    Constants of (wells, 1), d per squared cell width; `m` and `a` are None where they are 0 in all wells.
    """

    d: np.ndarray
    r: np.ndarray
    m: np.ndarray | None
    a: np.ndarray | None

    def motility(self, u: np.ndarray) -> np.ndarray:
        """Of each face between two cells; (wells, 1) where it is the same at all of them."""
        return self.d if self.m is None else self.d * np.maximum((u[:, 1:] + u[:, :-1]) / 2, 0) ** self.m

    def growth(self, u: np.ndarray) -> np.ndarray:
        """Per cell and hour, without crowding."""
        return self.r if self.a is None else self.r * np.maximum(u, 0) ** self.a

    def change(self, u: np.ndarray, motility: np.ndarray) -> np.ndarray:
        flux = motility * (u[:, 1:] - u[:, :-1])
        change = self.growth(u) * u * (1 - u)
        change[:, :-1] += flux
        change[:, 1:] -= flux
        return change

    def step(self, u: np.ndarray, hours: np.ndarray) -> np.ndarray:
        """The densities `hours` (wells, 1) later."""
        motility = self.motility(u)
        weight = GAMMA * hours
        face = weight * motility
        diagonal = 1 - weight * (self.growth(u) * (1 - 2 * u))
        diagonal[:, :-1] += face
        diagonal[:, 1:] += face
        beside = np.zeros_like(u)
        beside[:, :-1] = -face
        # Symmetric, and positive definite as long as a step is shorter than a doubling: no pivots are needed.
        *factors, failed = dpttrf(diagonal.ravel(), beside.ravel()[:-1])
        if failed:
            raise ValueError("found a step in time that is too long for the growth rate, expected a shorter one")
        first = dpttrs(*factors, self.change(u, motility).ravel())[0].reshape(u.shape)
        ahead = u + hours * first
        second = self.change(ahead, self.motility(ahead)) - 2 * first
        second = dpttrs(*factors, second.ravel())[0].reshape(u.shape)
        return u + hours * (1.5 * first + 0.5 * second)
