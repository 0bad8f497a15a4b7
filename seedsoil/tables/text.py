"""The rows of the tables as text, as they are typed: 0.90 stays 0.90. Types come from `seedsoil.tables.package`."""

from __future__ import annotations

import csv
import io
from functools import cache, cached_property
from pathlib import Path

from seedsoil.files import read
from seedsoil.tables.package import package

EVIDENCE = ("findings", "effects")  # the tables whose rows are evidence

Cells = dict[str, str]  # of a row, by column


class Rows:
    """The tables of the book at `root`, each read once.

    Raises KeyError for a table that the data package does not name, and OSError or ValueError for a file that cannot
    be read; what is wrong with it is for `seedsoil.evidence.rules` to say.
    """

    def __init__(self, root: Path):
        self.root = root
        self.rows, self.keyed = cache(self._rows), cache(self._keyed)  # kept as long as these tables, and no longer

    @cached_property
    def resources(self) -> dict[str, dict]:
        """The tables by name, as `data/datapackage.json` describes them."""
        return {resource["name"]: resource for resource in package(self.root)["resources"]}

    def _rows(self, table: str) -> list[Cells]:
        label = f"data/{self.resources[table]['path']}"
        text = read(self.root / label, label)
        return list(csv.DictReader(io.StringIO(text, newline=""), restval=""))

    def _keyed(self, table: str) -> dict[str, Cells]:
        """The rows by primary key, several values joined by commas."""
        key = self.resources[table]["schema"]["primaryKey"]
        return {",".join(cells[column] for column in key): cells for cells in self.rows(table)}


def path_of_value(text: str) -> tuple[str, str, str]:
    """Table, key and column of {value}`table/key/column|format`."""
    table, _, rest = text.partition("|")[0].partition("/")
    key, _, column = rest.rpartition("/")
    return table, key, column
