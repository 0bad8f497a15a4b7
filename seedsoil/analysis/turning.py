"""Which way a direction turns with time: within one experiment, within one work, and over a literature.

Directions are `promotes`, `restrains` and `no effect`. A turn is towards the tumor (+1) if the later direction is
further towards promoting than the earlier one, against it (-1) if it is further towards restraining.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = ["Shift", "phase", "shift", "turns", "within_works"]

STEPS = {"restrains": -1, "no effect": 0, "promotes": 1}
ORDER = {
    "primary": 0,
    "dissemination": 1,
    "pre-metastatic": 1,
    "arrival": 2,
    "dormancy": 3,
    "outgrowth": 4,
    "established": 5,
}
EARLY, LATE = {"pre-metastatic", "arrival", "dormancy"}, {"outgrowth", "established"}
DRAWS = 2000
SEED = 2026


class Shift(NamedTuple):
    """Findings that promote and restrain, early and late, and the odds ratio of promoting, late over early.

    Above one: what is late promotes more often. Each group counts once within a phase, shared among its findings, and
    the interval is that of groups drawn anew; a half is added to each of the four sums. `logs` holds the drawn log
    ratios, for contrasts.
    """

    promotes_early: int
    restrains_early: int
    promotes_late: int
    restrains_late: int
    ratio: float
    ci_low: float
    ci_high: float
    logs: np.ndarray


def turns(early: pd.Series, late: pd.Series) -> pd.Series:
    """+1, 0 or -1 for each pair of directions."""
    return np.sign(late.map(STEPS) - early.map(STEPS)).astype(int)


def within_works(findings: pd.DataFrame) -> pd.DataFrame:
    """Works that read one factor of one source at an earlier and a later step of the disease: ref, early, late, turn.

    `findings` has ref, source, factor, stage (terms separated by "; ") and direction. A finding stands at the mean of
    its stages; a work's earliest and latest finding are compared, and a work with several factors gives their mean.
    """
    placed = findings.assign(step=findings["stage"].map(_step)).dropna(subset=["step"])
    found = []
    for (ref, source, factor), own in placed.groupby(["ref", "source", "factor"]):
        own = own.sort_values("step", kind="stable")
        first, last = own.iloc[0], own.iloc[-1]
        if last["step"] > first["step"]:
            found.append((ref, source, factor, first["id"], last["id"], first["direction"], last["direction"]))
    table = pd.DataFrame(found, columns=["ref", "source", "factor", "early_row", "late_row", "early", "late"])
    return table.assign(turn=turns(table["early"], table["late"]))


def _step(stage: str) -> float:
    known = [ORDER[term] for term in stage.split("; ") if term in ORDER]
    return float(np.mean(known)) if known else np.nan


def phase(stage: str) -> str:
    """`early` before or at arrival and in dormancy, `late` in outgrowth and after; neither where both or none."""
    stages = set(stage.split("; "))
    early, late = bool(stages & EARLY), bool(stages & LATE)
    return "neither" if early == late else "early" if early else "late"


def shift(rows: pd.DataFrame) -> Shift:
    """How promoting and restraining are shared between early and late; `rows` has phase, direction, group and ref.

    A group that is not stated is its work.
    """
    rows = rows[rows["phase"].isin(["early", "late"]) & rows["direction"].isin(["promotes", "restrains"])]
    group = rows["group"].where(rows["group"] != "not stated", rows["ref"])
    cell = (rows["phase"] == "late") * 2 + (rows["direction"] == "restrains")
    counts = np.bincount(cell, minlength=4)
    names, own = np.unique(group, return_inverse=True)
    per_group = np.zeros((len(names), 4))
    np.add.at(per_group, (own, cell.to_numpy()), 1)
    for half in (slice(0, 2), slice(2, 4)):  # a group's findings of one phase share one vote
        total = per_group[:, half].sum(axis=1, keepdims=True)
        per_group[:, half] = np.divide(
            per_group[:, half], total, out=np.zeros_like(per_group[:, half]), where=total > 0
        )
    drawn = np.random.default_rng(SEED).multinomial(len(names), np.full(len(names), 1 / len(names)), DRAWS)
    logs = _log_ratio(drawn @ per_group)
    low, high = np.exp(np.percentile(logs, [2.5, 97.5]))
    return Shift(*(int(count) for count in counts), float(np.exp(_log_ratio(per_group.sum(axis=0)))), low, high, logs)


def _log_ratio(sums: np.ndarray) -> np.ndarray:
    early_for, early_against, late_for, late_against = np.moveaxis(np.asarray(sums, dtype=float) + 0.5, -1, 0)
    return np.log(late_for / late_against) - np.log(early_for / early_against)
