"""What the numbers of an effect owe to each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from statistics import NormalDist

import numpy as np
import pandas as pd

from seedsoil.evidence.names import unknown
from seedsoil.evidence.vocabulary import SEPARATOR, VOCABULARY
from seedsoil.problem import Problem, quoted

EFFECTS = "data/effects.csv"
SAYS_P = re.compile(r"\bp\b|P value", re.IGNORECASE)
WHOLE = re.compile(r"\bn is (?:the whole|that of (?:the|all)|all)\b[^;]*", re.IGNORECASE)
SLACK = 0.1  # of z, for tests that are not Wald's
ASYMMETRY = 0.12  # largest difference of the arms of an interval on the log scale, as a share of their mean


def intervals(effects: pd.DataFrame) -> Iterator[Problem]:
    """Confidence intervals are whole, the right way round, about their estimate, and symmetric on the log scale."""
    estimate, low, high, level = (effects[column] for column in ("estimate", "ci_low", "ci_high", "ci_level"))
    for column, other in (("ci_low", high), ("ci_high", low)):
        for line in effects.index[effects[column].isna() & other.notna()]:
            yield Problem(
                EFFECTS,
                line,
                column,
                "one end of an interval",
                "both ends or none",
                "fill in the other end",
                "half-interval",
            )
    some, whole = low.notna() | high.notna(), low.notna() & high.notna()
    for line in effects.index[some & level.isna()]:
        yield Problem(
            EFFECTS,
            line,
            "ci_level",
            "an interval without its level",
            "a level in percent, as 95",
            "fill it in",
            "interval-without-level",
        )
    for line in effects.index[~some & level.notna()]:
        yield Problem(
            EFFECTS,
            line,
            "ci_level",
            "a level without an interval",
            "an interval",
            "fill it in, or remove the level",
            "level-without-interval",
        )

    reversed_ = whole & (low > high)
    for line in effects.index[reversed_]:
        found = f"the reversed interval {low[line]:g} to {high[line]:g}"
        yield Problem(EFFECTS, line, "ci_low", found, "the lower end first", "exchange the two", "reversed-interval")
    outside = whole & ~reversed_ & ((estimate < low) | (estimate > high))
    for line in effects.index[outside]:
        found = f"{estimate[line]:g} outside its interval {low[line]:g} to {high[line]:g}"
        yield Problem(
            EFFECTS,
            line,
            "estimate",
            found,
            "ci_low ≤ estimate ≤ ci_high",
            "correct it from the source",
            "estimate-outside",
        )

    for line in effects.index[whole & (low == high)]:
        found = f"an interval of no width at {low[line]:g}"
        mend = "correct it from the source, or empty the interval and say in the note what is printed"
        yield Problem(EFFECTS, line, "ci_low,ci_high", found, "two ends that differ", mend, "interval-of-no-width")

    with np.errstate(divide="ignore", invalid="ignore"):
        above, below = np.log(high / estimate), np.log(estimate / low)
        difference = (above - below).abs() / ((above + below) / 2)
    # An interval from 0 has no lower arm on the log scale, and one of no width has no arms.
    skew = whole & ~reversed_ & ~outside & effects["note"].isna() & (low < high) & ~(difference <= ASYMMETRY)
    for line in effects.index[skew]:
        found = f"an interval that reaches {above[line]:.2g} up and {below[line]:.2g} down on the log scale"
        mend = "correct it from the source, or say in the note that it is printed so"
        yield Problem(
            EFFECTS,
            line,
            "ci_low,ci_high",
            found,
            f"arms within {ASYMMETRY:.0%} of each other, or a note",
            mend,
            "skew-interval",
        )


def p_values(effects: pd.DataFrame) -> Iterator[Problem]:
    """The printed P fits the interval, or the note has a word on P: the z of both agree within rounding.

    z of the interval is log(estimate) over its standard error, arms / (2 z of the level); the estimate, both ends and
    an exact P each stand for all numbers that are printed so.
    """
    whole = effects.dropna(subset=["ci_low", "ci_high", "ci_level", "p"])
    for line, row in whole[(whole["ci_low"] > 0) & (whole["ci_low"] < whole["ci_high"])].iterrows():
        if SAYS_P.search(row["note"] if isinstance(row["note"], str) else ""):
            continue
        half = {name: _half_unit(row[name]) for name in ("estimate", "ci_low", "ci_high")}
        level = _upper((1 - row["ci_level"] / 100) / 2)
        zs = []
        for way in (-1, 1):  # nearest to 1 and narrowest against farthest and widest
            log = abs(np.log(row["estimate"])) + way * half["estimate"] / row["estimate"]
            widest = np.log((row["ci_high"] - way * half["ci_high"]) / max(row["ci_low"] + way * half["ci_low"], 1e-9))
            zs.append(max(log, 0) / (widest / (2 * level)) if widest > 0 else np.inf)
        printed = row["p"].removeprefix("<")
        below = 1.0 if row["p"].startswith("<") else float(printed) + _half_unit_of(printed)
        above = 0.0 if row["p"].startswith("<") else max(float(printed) - _half_unit_of(printed), 0)
        if row["p"].startswith("<"):
            below = float(printed)
        least, most = _upper(min(below, 1) / 2), _upper(above / 2) if above else np.inf
        if most < min(zs) - SLACK or least > max(zs) + SLACK:
            z = abs(np.log(row["estimate"])) / (np.log(row["ci_high"] / row["ci_low"]) / (2 * level))
            from_interval = 2 * NormalDist().cdf(-z)
            yield Problem(
                EFFECTS,
                line,
                "p",
                f"P {row['p']} beside an interval that gives {from_interval:.2g}",
                "a P that fits the interval, or a note with a word on P",
                "look at the source again; if it is printed so, say in the note that P does not fit",
                "p-against-interval",
            )


def told_twice(effects: pd.DataFrame) -> Iterator[Problem]:
    """The same ratio with the same interval in two rows is a slip between rows until a note says why."""
    numbers = ["measure", "estimate", "ci_low", "ci_high"]
    whole = effects.dropna(subset=numbers)
    for _, rows in whole[whole.duplicated(numbers, keep=False)].groupby(numbers):
        if not rows["note"].fillna("").str.contains(r"\bsame (?:numbers|ratio)\b", case=False).any():
            for line in rows.index[1:]:
                yield Problem(
                    EFFECTS,
                    line,
                    "estimate",
                    f"the ratio and interval of line {rows.index[0]}",
                    "numbers of its own, or a note with the words same ratio",
                    "look at both sources again",
                    "same-ratio",
                )


def studies(effects: pd.DataFrame) -> Iterator[Problem]:
    """Two works under one study name and endpoint are two studies, or overlap and say so."""
    works = effects.groupby(["study", "endpoint"])["ref"].transform("nunique")
    for (name, _), rows in effects[works > 1].groupby(["study", "endpoint"]):
        if rows[["overlap", "shared_control"]].isna().all(axis=None):
            for line in rows.index[rows["ref"] != rows["ref"].iloc[0]]:
                yield Problem(
                    EFFECTS,
                    line,
                    "study",
                    f"{quoted(name)}, also the study of another reference in line {rows.index[0]}",
                    "a name of its own, or a shared overlap group",
                    "name the study so that the two are told apart",
                    "study-of-two-works",
                )


def patients(effects: pd.DataFrame) -> Iterator[Problem]:
    """n is of the ratio; what a note says of the whole review or trial stands in n_whole."""
    for line, note in effects["note"].dropna().items():
        if (said := WHOLE.search(note)) and pd.notna(effects["n"][line]):
            yield Problem(
                EFFECTS,
                line,
                "n",
                f"{effects['n'][line]} with the note {quoted(said[0])}",
                "the patients in this ratio, or nothing",
                "move the number to n_whole",
                "n-of-the-whole",
            )
    for line in effects.index[effects["n"].notna() & effects["n_whole"].notna() & (effects["n"] > effects["n_whole"])]:
        found = f"n {effects['n'][line]} above n_whole {effects['n_whole'][line]}"
        yield Problem(EFFECTS, line, "n", found, "a part of the whole", "exchange or correct them", "n-of-the-whole")


def errors_from_p(effects: pd.DataFrame) -> Iterator[Problem]:
    """A standard error comes from P where P is exact and no interval was printed."""
    marked = effects["se_from"] == "p"
    for line in effects.index[marked & (effects["ci_low"].notna() | ~effects["p"].fillna("<").str.match(r"0?\.\d"))]:
        yield Problem(
            EFFECTS,
            line,
            "se_from",
            "p beside an interval or without an exact P",
            "an exact P and no interval",
            "empty the cell",
            "no-exact-p",
        )


def compared(effects: pd.DataFrame) -> Iterator[Problem]:
    """An intervention is compared with something else."""
    for line in effects.index[effects["intervention"].str.casefold() == effects["comparator"].str.casefold()]:
        found = f"{quoted(effects['comparator'][line])}, the intervention itself"
        yield Problem(
            EFFECTS, line, "comparator", found, "what it was compared with", "correct one of the two", "own-comparator"
        )


def sites(effects: pd.DataFrame) -> Iterator[Problem]:
    for line in effects.index[effects["site_versus"].notna() & effects["site"].isna()]:
        yield Problem(
            EFFECTS, line, "site", "no site beside a site that it is compared with", "both", "fill it in", "half-site"
        )


def terms(effects: pd.DataFrame, vocabulary: pd.DataFrame) -> Iterator[Problem]:
    """Cancers are terms of the vocabulary."""
    known = set(vocabulary.loc[vocabulary["kind"] == "cancer", "term"])
    cells = effects["cancer"].str.split(SEPARATOR).explode()
    expected = f"a term of kind cancer in {VOCABULARY}"
    yield from unknown(
        EFFECTS, cells[~cells.isin(known)], expected, known, "add the term there, or correct it", "unknown-term"
    )


def _half_unit(value: float) -> float:
    return _half_unit_of(f"{value:g}")


def _half_unit_of(printed: str) -> float:
    """Half of the last decimal place that a number is printed with, at least two places for ratios such as 0.9."""
    places = max(len(printed.partition(".")[2]), 2) if "." in printed else 2
    return 0.5 * 10.0**-places


def _upper(probability: float) -> float:
    """The standard normal value that is exceeded with this probability."""
    return -NormalDist().inv_cdf(probability)
