"""What a forest plot would say without some of its studies: the numbers that a reader's browser needs to compute it.

A row with an `id` is a study; one without, as a pool that is drawn below the others, is none. What `pool` refuses stays
refused, and so do studies of several endpoints, which the book never pools: then the words say why. The browser's twin
is `seedsoil/site/static/pooling.js`, which gets all of its words from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from seedsoil.synthesis.pooling import LEAST, METHODS, PLACES, Pooled, combine, log_and_variance
from seedsoil.synthesis.refusal import APART, COLUMNS, same_patients

__all__ = ["RULES", "WORDS", "panel", "pooled_words", "refusal"]

DIGITS = 12  # of a logarithm: the same on every machine
ALIKE = ("measure", "endpoint")  # columns of which all studies of a pool have one value
DIFFER = ("endpoint", "cancer", "setting", "intervention")  # columns in which they may differ, and a reader is told
WORDS = {
    "few": f"Fewer than {LEAST} are not pooled.",
    "unlike": "Not pooled together: more than one {column} ({values}).",
    "same": "Not pooled together: {one} and {other} may share patients.",
    "pooled": "{k} pooled: {estimate} (95% interval {ci_low}–{ci_high}; prediction interval "
    "{prediction_low}–{prediction_high}; I² {i2}%).",
    "differ": "They differ in {columns}.",
    "range": "Without any one of them it lies between {low} (without {lowest}) and {high} (without {highest}).",
    "holds": "Its interval {lies}, whichever one is left out.",
    "falls": "Its interval {lies}, and would not without {needed}.",
    "leaves out": "leaves out 1",
    "contains": "contains 1",
    "pm": "Paule–Mandel",
    "reml": "restricted likelihood (REML)",
    "cautious": "Hartung–Knapp, cautious",
    "plain": "Hartung–Knapp",
    "note": "Cautious: never narrower than the interval of a common effect.",
}
RULES = {"words": WORDS, "least": LEAST, "parts": PLACES, "differ": DIFFER}  # for the browser


def panel(
    rows: pd.DataFrame, labels: Sequence[str], apart: Mapping[str, str] = APART, alike: Sequence[str] = ALIKE
) -> dict[str, Any] | None:
    """The studies among `rows` and which of them may be the same patients; None where no row is a study.

    `rows` has estimate, ci_low and ci_high, and id as a column or index; of the other columns of the table of effects
    those that it has. `apart` is as in `pool`; studies that differ in one of the columns `alike` are not pooled.
    """
    rows = (rows if "id" in rows else rows.reset_index()).assign(label=list(labels))
    if "id" not in rows or rows["id"].isna().all():
        return None
    rows = rows[rows["id"].notna()].reset_index(drop=True)
    described = dict.fromkeys([*alike, *DIFFER])
    rows = rows.reindex(columns=list(dict.fromkeys([*rows.columns, *COLUMNS, "study", *described])))
    rows["ci_level"] = rows["ci_level"].fillna(95.0)
    known = rows[["estimate", "ci_low", "ci_high"]].notna().all(axis=1) & (rows["read_at"] != "unverified")
    log, variance = log_and_variance(rows)
    studies = [
        {
            "id": str(row.id),
            "label": " ".join(str(row.label).split()),
            **({"log": _short(log[place]), "variance": _short(variance[place])} if known[place] else {}),
            **{name: str(getattr(row, name)) for name in described if pd.notna(getattr(row, name))},
        }
        for place, row in enumerate(rows.itertuples())
    ]
    found = {"alike": list(alike), "studies": studies, "same": [list(pair) for pair in same_patients(rows, apart)]}
    return found | {"told": told(found)}


def refusal(found: Mapping[str, Any], chosen: Sequence[int]) -> str:
    """Why the studies of a panel at the places `chosen` are not pooled; empty where they are."""
    studies = found["studies"]
    if len(chosen) < LEAST:
        return WORDS["few"]
    for column in found["alike"]:
        values = sorted({studies[place][column] for place in chosen if column in studies[place]})
        if len(values) > 1:
            return WORDS["unlike"].format(column=column, values=", ".join(values))
    for one, other in found["same"]:
        if one in chosen and other in chosen:
            return WORDS["same"].format(one=studies[one]["label"], other=studies[other]["label"])
    return ""


def told(found: Mapping[str, Any]) -> str:
    """What a page says of a plot without scripts: all studies together, and what each of them does to that."""
    studies = found["studies"]
    chosen = [place for place, study in enumerate(studies) if "log" in study]
    if no := refusal(found, chosen):
        return no
    whole = pooled(studies, chosen)
    if len(chosen) == LEAST:
        return pooled_words(whole)
    without = {place: pooled(studies, [other for other in chosen if other != place]) for place in chosen}
    lowest, highest = (end(without, key=lambda place: without[place].estimate) for end in (min, max))
    spread = WORDS["range"].format(
        low=f"{without[lowest].estimate:.2f}",
        lowest=studies[lowest]["label"],
        high=f"{without[highest].estimate:.2f}",
        highest=studies[highest]["label"],
    )
    needed = [studies[place]["label"] for place, one in without.items() if leaves_out_1(one) != leaves_out_1(whole)]
    lies = WORDS["leaves out" if leaves_out_1(whole) else "contains"]
    interval = WORDS["falls" if needed else "holds"].format(lies=lies, needed=" or without ".join(needed))
    return f"{pooled_words(whole)} {spread} {interval}"


def pooled(
    studies: Sequence[Mapping[str, Any]], chosen: Sequence[int], method: str = METHODS[0], cautious: bool = True
) -> Pooled:
    """The pool of the chosen studies."""
    log, variance = (np.array([studies[place][name] for place in chosen]) for name in ("log", "variance"))
    return combine("", log, variance, method, cautious)


def pooled_words(pool: Pooled) -> str:
    """A pool in one sentence: ratio, interval, prediction interval, I²."""
    names = ("estimate", "ci_low", "ci_high", "prediction_low", "prediction_high")
    ratios = {name: f"{getattr(pool, name):.2f}" for name in names}
    return WORDS["pooled"].format(k=pool.k, i2=f"{pool.i2:.0f}", **ratios)


def leaves_out_1(pool: Pooled) -> bool:
    """Whether the interval lies on one side of 1."""
    return pool.ci_low > 1 or pool.ci_high < 1


def _short(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")
