"""Tables as a page shows them: a caption, chosen columns, and a download."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import pandas as pd

from seedsoil.display.download import csv_uri

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
        csv = self.frame.to_csv(index=False, float_format="%.12g", lineterminator="\n")
        rows = self.printed.to_html(index=False, border=0, classes="dataframe")
        caption = f"<caption>{escape(self.caption)}</caption>"
        link = (
            f'<a class="download-csv" download="{escape(self.name)}.csv" href="{escape(csv_uri(csv))}">'
            f"Download this table as CSV<span class='sr-only'>: {escape(self.caption)}</span></a>"
        )
        return rows.replace("<thead>", f"{caption}<thead>", 1) + link


def table(frame: pd.DataFrame, caption: str, name: str, columns: Mapping[str, str | tuple[str, str]]) -> Table:
    """Choose, label and format columns for a page.

    `columns` maps each column to show to its heading, or to (heading, format), the format as in `format(value, …)`.
    `name` is the file name of the download, without its ending; the download holds the same columns to ten digits.
    """
    printed = {}
    for column, how in columns.items():
        heading, form = (how, "") if isinstance(how, str) else how
        if heading in printed:
            raise ValueError(
                f"found the heading {heading!r} for two columns of {name}, expected one of its own for each"
            )
        printed[heading] = [MISSING if pd.isna(value) else format(value, form) for value in frame[column]]
    return Table(frame[list(columns)], pd.DataFrame(printed), caption, name)
