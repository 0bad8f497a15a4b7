"""What detection and rival deaths would have to be to make a ratio of metastases that the tissue did not.

Two groups, one with the state that is asked about. Three ways to count: metastases found at diagnosis (they can be
missed), found later in those who had none (the missed come back), and found at autopsy (a death before them is a
rival). A group's true share with metastases at diagnosis is `prevalence`, the share of them that is found is
`sensitivity`, and of those truly free, `incidence` get them later. Nothing is found that is not there.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize

__all__ = ["at_autopsy", "both_times", "e_value", "incidence", "later_ratio", "risk_ratio"]


def risk_ratio(odds_ratio: float | np.ndarray, risk: float | np.ndarray) -> np.ndarray:
    """The risk ratio that an odds ratio is, where those without the state have the `risk` (from 0 to 1)."""
    odds_ratio, risk = np.asarray(odds_ratio, dtype=float), _share("risk", risk)
    return odds_ratio / (1 - risk + risk * odds_ratio)


def e_value(ratio: float | np.ndarray) -> np.ndarray:
    """How strong a hidden cause must be, as risk ratio with the state and with the outcome, to make this risk ratio.

    VanderWeele and Ding (2017); a ratio below 1 is turned around.
    """
    ratio = np.asarray(ratio, dtype=float)
    if not (ratio > 0).all():
        raise ValueError(f"found the ratio {ratio}, expected one above 0")
    away = np.maximum(ratio, 1 / ratio)
    return away + np.sqrt(away * (away - 1))


def at_autopsy(odds_ratio: float | np.ndarray, risk: float = 0.5, present: float = 0.0) -> np.ndarray:
    """The ratio of rival deaths that alone makes this odds ratio of metastases at autopsy; infinite if none does.

    Metastases come at the same constant hazard h in both groups, deaths before them at m and at k m. Those found to
    have metastases are then h / (h + m) of all, odds h / m, and of the others h / (k m): the odds ratio is 1 / k,
    whatever h and m are. If a share `present` of both groups has metastases at the start, the `risk` of those without
    the state at autopsy matters as well, and no ratio of deaths brings the other group below `present`.
    """
    odds_ratio = np.asarray(odds_ratio, dtype=float)
    if not (odds_ratio > 0).all():
        raise ValueError(f"found the odds ratio {odds_ratio}, expected one above 0")
    before, without = _share("present", present), _share("risk", risk)
    with_state = without * risk_ratio(odds_ratio, without)
    came = np.maximum(with_state - before, 0) / (1 - with_state)
    with np.errstate(divide="ignore"):
        return (without - before) / (1 - without) / came


def incidence(later: float, *, prevalence: float, sensitivity: float) -> float:
    """How often new metastases come, where `later` of those in whom none were found turn out to have some.

    The missed are among the later ones, so that what a series reports is more than what is new. Below 0 where the
    missed alone would be more than `later`: no series can then have reported it.
    """
    later, there = float(_share("share found later", later)), float(_share("prevalence", prevalence))
    found = there * float(_share("sensitivity", sensitivity))
    return (later * (1 - found) - (there - found)) / (1 - there)


def later_ratio(
    relative: float, true: float, *, prevalence: float, incidence: float, sensitivity: float, new: float = 1.0
) -> float:
    """The ratio of metastases found later, in those in whom none were found at diagnosis.

    With the state, `relative` of the sensitivity holds (from 0 to 1), metastases at diagnosis are `true` times as
    frequent, and new ones come `new` times as often. Raises ValueError where a share leaves 0 to 1.
    """
    found = []
    for with_state in (False, True):
        share = float(_share("prevalence", prevalence * (true if with_state else 1)))
        sees = float(_share("sensitivity", sensitivity * (relative if with_state else 1)))
        comes = float(_share("incidence", incidence * (new if with_state else 1)))
        found.append((share * (1 - sees) + (1 - share) * comes) / (1 - share * sees))
    return found[1] / found[0]


def both_times(
    early: float, late: float, *, prevalence: float, incidence: float, sensitivity: float, alike: bool = True
) -> tuple[float, float]:
    """The relative sensitivity and the true ratio at diagnosis that give both ratios.

    New metastases are `alike` in both groups, or else follow the true ratio too, as on a hostile soil.

    `early` is the ratio of metastases found at diagnosis, `late` that of those found later. The first is relative
    sensitivity times true ratio; of the pairs with this product, the one is chosen whose missed metastases make the
    second. If even perfect detection makes the later ratio higher than `late`, or if a true ratio of 1 makes it lower,
    the end of the range is returned.
    """
    settings = {"prevalence": prevalence, "incidence": incidence, "sensitivity": sensitivity}

    def excess(relative: float) -> float:
        true = early / relative
        return later_ratio(relative, true, **settings, new=1.0 if alike else true) - late

    lowest = min(early, 1.0)
    if excess(1.0) >= 0:
        return 1.0, early
    if excess(lowest) <= 0:
        return lowest, early / lowest
    relative = float(optimize.brentq(excess, lowest, 1.0, xtol=1e-10))
    return relative, early / relative


def _share(name: str, value: float | np.ndarray) -> np.ndarray:
    value = np.asarray(value, dtype=float)
    if not ((value >= 0) & (value <= 1)).all():
        raise ValueError(f"found the {name} {value}, expected a share from 0 to 1")
    return value
