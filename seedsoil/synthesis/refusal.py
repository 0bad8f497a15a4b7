"""Which rows cannot be taken together, each told by its id: the rules of `seedsoil.synthesis.pooling.pool`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from itertools import combinations
from types import MappingProxyType

import numpy as np
import pandas as pd

__all__ = ["APART", "COLUMNS", "ids", "refuse", "same_patients"]

APART: Mapping[str, str] = MappingProxyType({})  # nothing was said of rows that look like one study
COLUMNS = ("id", "ref", "measure", "estimate", "ci_low", "ci_high", "ci_level", "shared_control", "overlap", "read_at")
NAMES = ("id", "ref", "study", "shared_control", "overlap")  # columns by which rows may be one study


def refuse(rows: pd.DataFrame, retracted: Set[str], apart: Mapping[str, str], least: int) -> None:
    """Raise ValueError with everything for which `rows` cannot be taken together, each by its id; see `pool`."""
    absent = [column for column in COLUMNS if column not in rows]
    if absent:
        raise ValueError(f"found no column {', '.join(absent)}, expected the columns of the table of effects")
    problems = [*_unfit_rows(rows, retracted), *_unfit_together(rows, apart, least), *_one_study(rows, apart)]
    if problems:
        raise ValueError("\n".join(["these rows cannot be pooled:", *problems]))


def same_patients(rows: pd.DataFrame, apart: Mapping[str, str] = APART) -> list[tuple[int, int]]:
    """The places of each two rows, the first before the second, that `pool` refuses together as one study twice."""
    names = [rows[column].map(lambda cell: None if _blank(cell) else _bare(cell)) for column in NAMES]
    alike = {
        pair
        for column in names
        for places in column.groupby(column).indices.values()
        for pair in combinations(places.tolist(), 2)
    }

    def refused(pair: tuple[int, int]) -> bool:
        two = rows.iloc[list(pair)]
        return two["id"].nunique() == 1 or any(_one_group(two, apart)) or any(_one_study(two, apart))

    return sorted(filter(refused, alike))


def _unfit_rows(rows: pd.DataFrame, retracted: Set[str]) -> Iterator[str]:
    """What is wrong with single rows."""
    withdrawn = rows["ref"].isin(retracted)
    for row, is_withdrawn in zip(rows.itertuples(), withdrawn, strict=True):
        for column in ("ref", "measure", "read_at"):
            if _blank(getattr(row, column)):
                yield f"{row.id}: found no {column}, expected a value; fill it in"
        if row.read_at == "unverified":
            yield (
                f"{row.id}: found read_at unverified, expected a number read at its source; read it, or leave the row "
                "out"
            )
        if is_withdrawn:
            yield f"{row.id}: found the retracted reference {row.ref}, expected one that stands; leave the row out"
        absent = [column for column in ("ci_low", "ci_high", "ci_level") if pd.isna(getattr(row, column))]
        if absent:
            yield (
                f"{row.id}: found no {', '.join(absent)}, expected an interval and its level; find it at the source, "
                "or leave the row out and say so"
            )
            continue
        if not (0 < row.ci_low <= row.estimate <= row.ci_high < np.inf and row.ci_low < row.ci_high):
            yield (
                f"{row.id}: found {row.estimate:g} ({row.ci_low:g} to {row.ci_high:g}), expected a ratio above 0 "
                "inside an interval of some width; correct it from the source"
            )
        if not 50 <= row.ci_level < 100:
            yield f"{row.id}: found ci_level {row.ci_level:g}, expected percent from 50 to below 100, as 95; correct it"


def _unfit_together(rows: pd.DataFrame, apart: Mapping[str, str], least: int) -> Iterator[str]:
    """What is wrong with the rows as a set."""
    if len(rows) < least:
        yield f"found {len(rows)} rows ({', '.join(rows['id'])}), expected at least {least}; show them one by one"
    for name, count in rows["id"].value_counts(sort=False).items():
        if count > 1:
            yield f"{name}: found {count} times, expected once; drop the copies"
    measures = rows["measure"].groupby(rows["measure"]).groups
    if len(measures) > 1:
        found = ", ".join(f"{measure} ({ids(rows, rows['measure'] == measure)})" for measure in measures)
        yield f"found more than one measure, {found}, expected one; pool each measure apart"
    yield from _one_group(rows, apart)


def _one_group(rows: pd.DataFrame, apart: Mapping[str, str]) -> Iterator[str]:
    """Rows of one group, of which nobody said that they do not overlap."""
    told = _told(apart)
    for column in ("shared_control", "overlap"):
        for group, count in rows[column].value_counts(sort=False).items():
            if count > 1 and not _blank(group) and not (column == "overlap" and _bare(group) in told):
                members = ids(rows, rows[column] == group)
                yield f"{members}: found {count} rows of the {column} group {group}, expected one of a group; keep one"


def _one_study(rows: pd.DataFrame, apart: Mapping[str, str]) -> Iterator[str]:
    """Rows that may be one study twice, and nobody said whether they are."""
    rows = rows.drop_duplicates("id")
    grouped = ~rows[["shared_control", "overlap"]].map(_blank).all(axis=1)
    told = _told(apart)
    for kind, column in {"reference": "ref", "study": "study"}.items():
        names = rows[column].map(lambda cell: "" if _blank(cell) else _bare(cell)) if column in rows else rows["id"]
        for name, same in rows.groupby(names, sort=False):
            if not name or len(same) < 2 or grouped[same.index].all() or told & {name, *map(_bare, same["ref"])}:
                continue
            found = same[column].iloc[0]
            yield (
                f"{', '.join(same['id'])}: found {len(same)} rows of the {kind} {found} without a group, expected one "
                "voice of each study; keep one row, fill in overlap or shared_control, or give the reason why they are "
                f"independent, as apart={{{found!r}: '…'}}"
            )


def _told(apart: Mapping[str, str]) -> set[str]:
    """What `apart` gives a reason for, as it is compared."""
    return {_bare(name) for name, reason in apart.items() if reason.strip()}


def _bare(name: str) -> str:
    """KEYNOTE-024 as it is compared: letters and digits alone."""
    return "".join(sign for sign in str(name).casefold() if sign.isalnum())


def ids(rows: pd.DataFrame, chosen: pd.Series) -> str:
    """The names of the chosen rows, as a message has them."""
    return ", ".join(rows.loc[chosen, "id"])


def _blank(cell: object) -> bool:
    return pd.isna(cell) or cell == ""
