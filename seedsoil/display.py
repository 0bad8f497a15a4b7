"""How results appear on a page: tables with a caption and a download, and numbers bound to the prose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from seedsoil.download import csv_uri

MISSING = "–"


@dataclass(frozen=True)
class Table:
    """A table as a page shows it: `printed` holds text alone, `frame` the numbers that the download gives."""

    frame: pd.DataFrame
    printed: pd.DataFrame
    caption: str
    name: str

    def __repr__(self) -> str:
        lines = self.printed.to_string(index=False).splitlines()
        return "\n".join([self.caption, *(line.rstrip() for line in lines)])

    def _repr_html_(self) -> str:
        csv = self.frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")
        rows = self.printed.to_html(index=False, border=0, classes="dataframe")
        caption = f"<caption>{escape(self.caption)}</caption>"
        link = (f'<a class="download-csv" download="{self.name}.csv" href="{escape(csv_uri(csv))}">'
                f"Download this table as CSV<span class='sr-only'>: {escape(self.caption)}</span></a>")
        return rows.replace("<thead>", f"{caption}<thead>", 1) + link


def table(frame: pd.DataFrame, caption: str, name: str, columns: Mapping[str, str | tuple[str, str]]) -> Table:
    """Choose, label and format columns for a page.

    `columns` maps each column to show to its heading, or to (heading, format), the format as in `format(value, …)`.
    `name` is the file name of the download, without its ending; the download holds the same columns unrounded.
    """
    printed = {}
    for column, how in columns.items():
        heading, form = (how, "") if isinstance(how, str) else how
        if heading in printed:
            raise ValueError(f"found the heading {heading!r} for two columns of {name}, expected one of its own for each")
        printed[heading] = [MISSING if pd.isna(value) else format(value, form) for value in frame[column]]
    return Table(frame[list(columns)], pd.DataFrame(printed), caption, name)


def bind(**numbers: str) -> None:
    """Give text that this page computed to its prose, where {glue:text}`name` shows it."""
    from myst_nb import glue

    for name, text in numbers.items():
        glue(name, text, display=False)


def interval(low: float, high: float, form: str = ".2f") -> str:
    """`0.80–1.27`, with "to" in place of the dash where a bound is negative or infinite."""
    dash = "–" if low >= 0 and high < float("inf") else " to "
    return f"{format(low, form)}{dash}{format(high, form)}"


def estimate(row: Mapping, form: str = ".2f", value: str = "estimate", level: str = "95%") -> str:
    """`1.46 (95% CI 1.12–1.90)` from a row with the columns `value`, `ci_low` and `ci_high`."""
    return f"{format(row[value], form)} ({level} CI {interval(row['ci_low'], row['ci_high'], form)})"


def percent(row: Mapping) -> str:
    """`83% (95% CI 72–91%)` from a row with the columns `share`, `ci_low` and `ci_high`, of parts of one."""
    return f"{row['share']:.0%} (95% CI {interval(100 * row['ci_low'], 100 * row['ci_high'], '.0f')}%)"


def p_value(p: float) -> str:
    """`p = 0.012`, or `p < 0.001`."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
