"""What the numbers of one row owe to each other, as the schema of their table says under `rowConstraints`.

A constraint is a comparison of columns, `ci_low <= estimate <= ci_high` or `events <= patients`, in the syntax of
`pandas.eval`. It says nothing of a row in which one of its numbers is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pandas as pd

NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")  # not the e of 1e-6


def broken(frame: pd.DataFrame, constraints: Iterable[str]) -> Iterator[tuple[int, str, str, str]]:
    """Line, columns, numbers and constraint of every constraint that a row of `frame` breaks.

    Raises ValueError for a constraint that names no column, or one that the table does not have.
    """
    for constraint in constraints:
        columns = list(dict.fromkeys(NAME.findall(constraint)))
        if not columns or not set(columns) <= set(frame):
            raise ValueError(f"found the constraint {constraint!r}, expected columns of {', '.join(frame)}")
        numbers = frame[columns].dropna().astype(float)
        wrong = numbers[~numbers.eval(constraint, engine="python")]
        for line, row in zip(wrong.index, wrong.itertuples(index=False), strict=True):
            found = ", ".join(f"{column} {value:g}" for column, value in zip(columns, row, strict=True))
            yield line, ",".join(columns), found, constraint
