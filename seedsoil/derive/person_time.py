"""Reduce follow-up of individuals to events and person-years by interval and stratum."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

DAYS_PER_YEAR = 365.25


def person_time(time: np.ndarray, event: np.ndarray, breaks: Sequence[float], strata: pd.DataFrame) -> pd.DataFrame:
    """Split follow-up at `breaks` and add it up within strata.

    `time` (n,) is the follow-up of each individual in years, `event` (n,) whether it ended in
    the event, `breaks` increase from 0, `strata` (n rows) has one column for each
    classification. Returns one row for each interval and stratum with anyone at risk: `start`,
    `stop`, the columns of `strata`, `patients` (at risk at `start`), `events` (in
    (start, stop]) and `person_years`, sorted in that order (ordered categories by their order).

    For a hazard constant within intervals this loses nothing: the likelihood depends on the
    data through these sums alone (Holford, Biometrics 1980;36:299-305). Raises `ValueError`
    for follow-up that does not lie in (0, last break], which would be lost.
    """
    time, event = np.asarray(time, dtype=float), np.asarray(event, dtype=bool)
    if not len(time) == len(event) == len(strata):
        lengths = f"{len(time)}, {len(event)} and {len(strata)}"
        raise ValueError(f"found time, event and strata of {lengths} rows, expected one length")
    if breaks[0] != 0 or not (np.diff(breaks) > 0).all():
        raise ValueError(f"found breaks {list(breaks)}, expected them to increase from 0")
    for row in np.flatnonzero(~((time > 0) & (time <= breaks[-1]))):
        raise ValueError(
            f"row {row}: found a follow-up of {time[row]} years, expected more than 0 and at most "
            f"{breaks[-1]}; mend the row or extend the breaks"
        )
    pieces = [
        strata[time > start].assign(
            start=float(start),
            stop=float(stop),
            patients=1,
            events=(event & (time <= stop))[time > start].astype(int),
            person_years=np.minimum(time, stop)[time > start] - start,
        )
        for start, stop in pairwise(breaks)
    ]
    by = ["start", "stop", *strata.columns]
    sums = pd.concat(pieces).groupby(by, observed=True)[["patients", "events", "person_years"]].sum()
    return sums.reset_index()


def median_follow_up(time: np.ndarray, event: np.ndarray) -> float:
    """Median follow-up in the unit of `time`, by the reverse Kaplan-Meier method.

    Being censored is taken as the event and the event as censoring (Schemper and Smith,
    Control Clin Trials 1996;17:343-346): the first time at which that curve is below one half,
    NaN when it never is.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    return float(SurvfuncRight(np.asarray(time, dtype=float), 1 - np.asarray(event, dtype=int)).quantile(0.5))
