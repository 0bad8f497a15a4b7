"""What a prognostic ratio promises of a drug when not every patient has the marker.

Patients with the marker (a `share` of all) die at `ratio` times the rate of those without, which is set to 1; the
marker is one of poor outcome, so the ratio is not below 1. A drug that undoes the whole effect of the marker brings all
to the rate 1. Lifetimes are exponential, the arms equal in size, and all patients are followed to the end.

At the start the treated arm dies at 1 / (1 - share + share * ratio) of the rate of the other. This is the boldest
promise. As the patients with the marker die first, the control arm is left with those whom the drug cannot help, and
the hazards draw together; what a trial reports is one ratio for all time, the limit of Cox's partial likelihood, which
is nearer to 1. At a share of 1 both are 1 / ratio.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize

__all__ = ["at_start", "over_time"]

STEPS = 2000


def at_start(ratio: float | np.ndarray, share: float | np.ndarray) -> np.ndarray:
    """The hazard ratio of the drug before anyone has died; `ratio` of at least 1, `share` from 0 to 1, broadcast.

    Raises ValueError outside these ranges.
    """
    ratio, share = np.asarray(ratio, dtype=float), np.asarray(share, dtype=float)
    if not ((ratio >= 1) & np.isfinite(ratio)).all() or not ((share >= 0) & (share <= 1)).all():
        raise ValueError(
            f"found the ratio {ratio} and the share {share}, expected one of at least 1, and one from 0 to 1"
        )
    return 1 / (1 - share + share * ratio)


def over_time(ratio: float, share: float) -> float:
    """The one hazard ratio that a trial of this drug converges to: the root of the expected score of Cox's model.

    An event at time t falls into the treated arm with the odds of the two densities; the model with the ratio e^b gives
    it the odds e^b times those of the survivors. The expected difference, over all events of both arms, is 0 at b.
    """
    first = float(at_start(ratio, share))
    if share in (0, 1) or ratio == 1:
        return first
    # times at which these fractions of those without the marker are alive: the middles of equal steps
    left = (np.arange(STEPS) + 0.5) / STEPS
    t = -np.log(left)
    marked, unmarked, treated = share * np.exp(-ratio * t), (1 - share) * left, left
    alive, dying = marked + unmarked, ratio * marked + unmarked

    def score(b: float) -> float:
        expected = np.exp(b) * treated / (alive + np.exp(b) * treated)
        return float(np.sum((treated - (dying + treated) * expected) / left))  # dt = d left / left

    return float(np.exp(optimize.brentq(score, np.log(first) - 1, 1, xtol=1e-10)))  # falls with b: one root
