"""How a table is saved, and dates that no day has had yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd

from seedsoil.problem import Problem

AHEAD = timedelta(hours=14)  # the first time zone to see a day


def saved(label: str, root: Path) -> Iterator[Problem]:
    """How the file is saved; reading takes it either way, but a change of form hides what was changed."""
    path = root / label
    data = path.read_bytes() if path.is_file() else b"\n"
    if data.startswith(b"\xef\xbb\xbf"):
        yield Problem(
            label, 1, "", "a byte order mark", "UTF-8 without one", 'save the file as "UTF-8"', "byte-order-mark"
        )
    if b"\r" in data:
        line = data.count(b"\n", 0, data.index(b"\r")) + 1
        yield Problem(
            label,
            line,
            "",
            "a carriage return",
            "lines that end in LF alone",
            "save the file with Unix line ends",
            "carriage-return",
        )
    if data and not data.endswith(b"\n"):
        line = data.count(b"\n") + 1
        yield Problem(
            label,
            line,
            "",
            "a last line without an end",
            "a line feed",
            "add a line end, so that rows can follow",
            "open-last-line",
        )


def dates(label: str, frame: pd.DataFrame) -> Iterator[Problem]:
    latest = latest_day()
    for column in frame.select_dtypes("datetime"):
        for line, day in frame.loc[frame[column] > pd.Timestamp(latest), column].items():
            yield Problem(
                label,
                line,
                column,
                f"{day:%Y-%m-%d}, a day to come",
                f"at most {latest}",
                "correct the date",
                "future-date",
            )


def latest_day() -> date:
    """Today where it is latest on earth, so that no contributor lives in the future."""
    return (datetime.now(UTC) + AHEAD).date()
