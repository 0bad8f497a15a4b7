"""A tumor and the vessels that feed it: what a blockade of vessels does to a large mass, and to a lesion without any.

The model is that of Hahnfeldt and colleagues (1999): a tumor of volume V grows toward the volume K that its vessels can
feed, and K grows with the tumor's stimulus, shrinks with the tumor's brake, which reaches through a volume by its
surface, and shrinks with a drug,

    dV/dt = -growth V ln(V / (floor + K))
    dK/dt = stimulus V - brake K V^(2/3) - drug K

with one term added: `floor`, the volume that diffusion from outside feeds without vessels of the lesion's own. Without
it a lesion that has not sprouted could not exist, and the model would have nothing to say of micrometastases. With
`floor` 0 it is theirs. A lesion before the angiogenic switch has no stimulus, K is 0 and V rests at `floor`.

Equations and the default rates (Lewis lung carcinoma in mice, per day, mm³) are those of two public programs that
re-implement the paper (the package canceR, github.com/radivot/canceR, and a script with the constants as Świerniak
cites them), which agree; the paper itself was read as its abstract only.

Assumed, and worth doubting: one lesion a patient; vessels of the host are not taken over (a lesion that co-opts them
is not bound by its own K); the drug acts on vessels alone, at once and without resistance; patients differ in nothing
but the day of the switch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import integrate, optimize

__all__ = ["Lesion", "rate_ratio", "relapses"]


@dataclass(frozen=True)
class Lesion:
    """Rates per day, volumes in mm³; `brake` is per day and mm² (of V^(2/3))."""

    growth: float = 0.192
    stimulus: float = 5.85
    brake: float = 0.00873
    floor: float = 1.0

    def rates(self, volume: np.ndarray, capacity: np.ndarray, drug: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
        """Change per day of the volume and of the capacity of the vessels, after the switch."""
        return (
            -self.growth * volume * np.log(volume / (self.floor + capacity)),
            self.stimulus * volume - self.brake * capacity * volume ** (2 / 3) - drug * capacity,
        )

    def rest(self, drug: float = 0.0) -> float:
        """The volume at which a lesion that has switched comes to rest under a constant `drug` (per day).

        There is one such volume, because the capacity per volume falls as the volume rises. With `floor` 0 it is
        ((stimulus - drug) / brake)^(3/2), and 0 for a drug at least as strong as the stimulus.
        """
        if self.floor == 0:
            return float((max(self.stimulus - drug, 0) / self.brake) ** 1.5)

        def shortfall(log_volume: float) -> float:
            volume = np.exp(log_volume)
            capacity = self.stimulus * volume / (self.brake * volume ** (2 / 3) + drug)
            return float(np.log((self.floor + capacity) / volume))

        highest = np.log(self.floor + (self.stimulus / self.brake) ** 1.5) + 1
        return float(np.exp(optimize.brentq(shortfall, np.log(self.floor) - 1e-9, highest, xtol=1e-12)))

    def course(
        self, days: np.ndarray, volume: np.ndarray, capacity: np.ndarray, drug: float = 0.0
    ) -> tuple[np.ndarray, np.ndarray]:
        """Volumes and capacities on `days` (rising, from 0), of shape (lesions, days) each, from those on day 0."""
        volume, capacity = np.broadcast_arrays(np.atleast_1d(volume).astype(float), capacity)
        half = len(volume)

        def change(_: float, state: np.ndarray) -> np.ndarray:
            # On the scale of log volume, where steps of the solver cannot take a volume below 0.
            grown, fed = self.rates(np.exp(state[:half]), state[half:], drug)
            return np.concatenate([grown / np.exp(state[:half]), fed])

        start = np.concatenate([np.log(volume), capacity])
        fit = integrate.solve_ivp(change, (0, days[-1]), start, "RK45", days, rtol=1e-7, atol=1e-9)
        return np.exp(fit.y[:half]), fit.y[half:]

    def seen(self, switch: np.ndarray, size: float, drug: float = 0.0, until: float = 0.0) -> np.ndarray:
        """The day on which a lesion that rests at `floor` and switches on day `switch` reaches `size` (mm³).

        The drug is given from day 0 to day `until` and then stopped. inf for a lesion that never reaches `size`.
        """
        switch = np.asarray(switch, dtype=float)
        if size >= self.rest() or size <= self.floor:
            raise ValueError(
                f"found the size {size:g}, expected one above the floor {self.floor:g} and below the volume "
                f"at rest {self.rest():.0f}"
            )
        day = switch + self._lacking(size, np.array([self.floor]), np.array([0.0]))[0]
        early = switch < until
        if not drug or not early.any():
            return day
        # All lesions that switch under the drug take the same course, each from its own day on.
        ages = np.linspace(0, until, 201)
        volume, capacity = (state[0] for state in self.course(ages, self.floor, 0.0, drug))
        grown = volume >= size
        found = _first(size, volume, ages) if grown.any() else np.inf
        lacking = np.where(grown, 0.0, self._lacking(size, volume, capacity))
        age = until - switch[early]
        day[early] = np.where(age >= found, switch[early] + found, until + np.interp(age, ages, lacking))
        return day

    def _lacking(self, size: float, volume: np.ndarray, capacity: np.ndarray) -> np.ndarray:
        """Days that lesions in these states still need to reach `size` without a drug."""
        horizon = 20 / self.growth
        while True:
            days = np.linspace(0, horizon, 2001)
            grown = self.course(days, volume, capacity)[0]
            if (grown.max(axis=1) >= size).all():
                return np.array([_first(size, row, days) for row in grown])
            horizon *= 2


def _first(size: float, volume: np.ndarray, days: np.ndarray) -> float:
    """The first day on which a volume that is known on `days` reaches `size`."""
    return float(np.interp(np.log(size), np.log(np.maximum.accumulate(volume)), days))


def relapses(
    lesion: Lesion, size: float, lag: float, rate: float, drug: float, months: float, patients: int = 2000
) -> dict[str, np.ndarray]:
    """Months from surgery to a lesion of `size` (mm³) in carriers of one lesion that has yet to switch.

    The switch comes at `rate` per month, and without a drug the lesion is seen `lag` months later, which sets how many
    days of the model a month has. Three arms: "none"; "held", a `drug` (per day, see `Lesion`) for the first `months`;
    "stopped", no switch at all in these months. The waiting times are the quantiles of their distribution, no sample.
    """
    days = lesion.seen(np.zeros(1), size)[0] / lag
    switch = -np.log((np.arange(patients) + 0.5) / patients) / rate
    held = lesion.seen(switch * days, size, drug, months * days) / days
    return {"none": switch + lag, "held": held, "stopped": switch + months + lag}


def rate_ratio(treated: np.ndarray, control: np.ndarray, start: float, stop: float, carrying: float = 1.0) -> float:
    """Ratio of the rates of events between `start` and `stop`, treated to control: what a hazard ratio of that window
    is.

    `treated` and `control` hold the times of the carriers of a lesion; the share `carrying` of the patients carry one,
    and the others are at risk without an event.
    """
    rates = []
    for times in (treated, control):
        times = np.asarray(times, dtype=float)
        events = np.count_nonzero((times >= start) & (times < stop))
        at_risk = np.clip(times - start, 0, stop - start).sum() + len(times) * (1 / carrying - 1) * (stop - start)
        rates.append(events / at_risk)
    return rates[0] / rates[1]
