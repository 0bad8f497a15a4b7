"""The tables of the data package (`data/datapackage.json`): described, loaded, written.

A table never reaches the caller half right: either every cell satisfies its schema, or `DataError` lists every problem
by file, line and column. `root` is the folder that holds the package; this repository, where no other is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pandas as pd

from seedsoil.files import ROOT, read, replace_file
from seedsoil.problem import DataError, Problem, nearest
from seedsoil.tables import cells
from seedsoil.tables.asked import asked

PACKAGE = "data/datapackage.json"


def package(root: Path = ROOT) -> dict:
    """The description of all tables, to be read and not to be changed."""
    try:
        return _described(read(root / PACKAGE, PACKAGE))
    except FileNotFoundError:
        mend = "clone the repository and install from there: pip install -e ."
        found = Problem(str(root), 0, "", f"no {PACKAGE}", "it beside the seedsoil package", mend, "missing-file")
        raise DataError(found) from None
    except json.JSONDecodeError as error:
        place = error.lineno, str(error.colno)
        raise DataError(Problem(PACKAGE, *place, error.msg, "JSON", "mend the line", "broken-package")) from None


@lru_cache(maxsize=16)
def _described(text: str) -> dict:
    description: dict = json.loads(text)
    return description


def resource(name: str, root: Path = ROOT) -> dict:
    """The description of table `name` in `data/datapackage.json`."""
    resources: dict[str, dict] = {item["name"]: item for item in package(root)["resources"]}
    if name not in resources:
        expected, mend = f"one of {', '.join(sorted(resources))}", nearest(name, sorted(resources), "correct the name")
        raise DataError(Problem(PACKAGE, 0, "", f"no table {name!r}", expected, mend, "unknown-table"))
    return resources[name]


def load(name: str, root: Path = ROOT, **where: str | Iterable[str]) -> pd.DataFrame:
    """Table `name` of the data package, one row per record, one column per field.

    `where` keeps the rows that hold one of the given texts in each named column: `load("effects", process="ecm")`,
    `load("effects", id=names)`. A chapter then runs again when these rows change, and not with the table.
    Numbers are `float64`, integers `int64` (`Int64` where one may be missing), text `str`,
    dates `datetime64[s]`; units are in the schema. Foreign keys are not followed here.
    Raises `DataError`, a `ValueError`, listing every problem as
    `file:line:column: found …, expected …; how to mend`, also for a text of `where` that no row holds.
    """
    wanted = {column: sorted({texts} if isinstance(texts, str) else set(texts)) for column, texts in where.items()}
    with asked(root, "rows", name, wanted):
        frame = located(name, root)
    for column, texts in wanted.items():
        frame = frame[_holds(frame, column, texts, name)]
    return frame.reset_index(drop=True)


def _holds(frame: pd.DataFrame, column: str, texts: list[str], name: str) -> pd.Series:
    """Which rows hold one of the texts; DataError where the table has no such column of text, or none holds a text."""
    columns = [other for other in frame if pd.api.types.is_string_dtype(frame[other])]
    known = columns if column not in columns else frame[column].dropna().unique()
    for text in texts if column in columns else [column]:
        if text not in known:
            what = f"no row with the {column} {text!r}" if column in columns else f"no column of text {text!r}"
            mend = nearest(text, known, "correct the name")
            raise DataError(Problem(PACKAGE, 0, "", what, f"one of the table {name}", mend, "unknown-row"))
    return frame[column].isin(texts)


def located(name: str, root: Path = ROOT) -> pd.DataFrame:
    """The same as `load`, with the line of each row in its file as the index."""
    table = resource(name, root)
    label = f"data/{table['path']}"
    path = root / label
    if not path.is_file():
        mend = _remedy(table) or "restore the file"
        raise DataError(Problem(label, 0, "", "no file", f"table {name}", mend, "missing-file"))
    return _parse_table(path.read_bytes(), table)


def write(frame: pd.DataFrame, name: str, root: Path = ROOT) -> Path:
    """Write `frame` as table `name`.

    The text is validated against the schema first and then replaces the old file in one step:
    a failure leaves the old file as it was. UTF-8, LF, numbers to 12 significant digits.
    """
    table = resource(name, root)
    text = frame.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    _parse_table(text.encode(), table)

    path = root / f"data/{table['path']}"
    path.parent.mkdir(exist_ok=True)
    replace_file(path, text)
    return path


def _remedy(table: dict) -> str | None:
    if table["path"].startswith("derived/"):
        return f"derive the table again: ./book derive {table['name']}"
    return None


def _parse_table(data: bytes, table: dict) -> pd.DataFrame:
    label, remedy = f"data/{table['path']}", _remedy(table)
    frame = cells.located(data, table["schema"], label, remedy)
    # A hand-typed table may wait for its first row; a computed one without rows is a failure.
    if frame.empty and remedy:
        raise DataError(Problem(label, 0, "", "no row below the header", "at least one", remedy, "no-rows"))
    return frame
