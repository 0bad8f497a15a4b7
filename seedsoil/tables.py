"""Load, validate and write the tables of the data package (`data/datapackage.json`).

The schemas follow the Frictionless Data Package standard (https://datapackage.org) and are
checked with the frictionless library. A table never reaches the caller half right: either
every cell satisfies its schema, or `DataError` lists every problem by file, line and column.
"""

import csv
import difflib
import io
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pandas as pd

PACKAGE = "data/datapackage.json"
TYPES = {"integer": "a whole number", "number": "a number", "date": "a date YYYY-MM-DD"}
LIMITS = {
    "minimum": "at least",
    "maximum": "at most",
    "maxLength": "a length of at most",
    "pattern": "text of the form",
}


class DataError(ValueError):
    """Data that cannot be used; `problems` has one line for each thing to mend."""

    def __init__(self, *problems: str):
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Records:
    """Rows of text cells under their labels, with their line numbers in the file."""

    labels: list[str]
    rows: list[list[str]]
    header_line: int
    lines: list[int]


def root() -> Path:
    """The repository root. `DataError` when the data package is not beside the library."""
    path = Path(__file__).resolve().parents[1]
    if not (path / "data" / "datapackage.json").is_file():
        raise DataError(
            f"{path}: found no data/datapackage.json, expected it beside the seedsoil package; "
            "clone the repository and install from there: pip install -e ."
        )
    return path


def package() -> dict:
    """The description of all tables."""
    try:
        return json.loads((root() / PACKAGE).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise DataError(
            f"{PACKAGE}:{error.lineno}:{error.colno}: found {error.msg}, expected JSON; mend the line"
        ) from None


def resource(name: str) -> dict:
    """The description of table `name` in `data/datapackage.json`."""
    resources = {item["name"]: item for item in package()["resources"]}
    if name not in resources:
        raise DataError(unknown(PACKAGE, "table", name, resources))
    return resources[name]


def load(name: str) -> pd.DataFrame:
    """Table `name` of the data package, one row per record, one column per field.

    Numbers are `float64`, integers `int64` (`Int64` where one may be missing), text `str`,
    dates `datetime64[s]`; units are in the schema. Foreign keys are not followed here.
    Raises `DataError`, a `ValueError`, listing every problem as
    `file:line:column: found …, expected …; how to mend`.
    """
    table = resource(name)
    label = f"data/{table['path']}"
    path = root() / label
    if not path.is_file():
        mend = _remedy(table) or "restore the file"
        raise DataError(f"{label}: found no file, expected table {name}; {mend}")
    return _parse_table(path.read_bytes(), table)


def write(frame: pd.DataFrame, name: str, header: Iterable[str]) -> Path:
    """Write `frame` as table `name`, below the lines of `header` as comments.

    The text is validated against the schema first and then replaces the old file in one step:
    a failure leaves the old file as it was. UTF-8, LF, numbers to 12 significant digits.
    """
    table = resource(name)
    comments = "".join(f"# {line}\n" for line in header)
    body = frame.to_csv(index=False, lineterminator="\n", float_format="%.12g")
    data = (comments + body).encode()
    _parse_table(data, table)

    path = root() / "data" / table["path"]
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def parse(data: bytes, schema: dict, label: str, remedy: str | None = None) -> pd.DataFrame:
    """The CSV file in `data` as a typed DataFrame; `DataError` with every problem.

    `schema` is a frictionless table schema. `label` names the file in messages; `remedy` is
    how to mend it where correcting a cell by hand is not the way.
    """
    report = _Report(label, remedy)
    return _check(_records(data, schema, report), schema, report)


def check(records: Records, schema: dict, label: str, remedy: str | None = None) -> pd.DataFrame:
    """The same as `parse` for records that were not in a CSV file."""
    return _check(records, schema, _Report(label, remedy))


def unknown(label: str, kind: str, name: str, names: Iterable[str]) -> str:
    """The message for a `name` that is not among `names`, with the nearest one that is."""
    names = sorted(names)
    near = difflib.get_close_matches(name, names, n=1)
    mend = f"did you mean {near[0]}?" if near else "correct the name"
    return f"{label}: found no {kind} {name!r}, expected one of {', '.join(names)}; {mend}"


class _Report:
    """Collects what is wrong with one file."""

    def __init__(self, label: str, remedy: str | None = None):
        self.label, self.remedy, self.problems = label, remedy, []

    def add(self, line: int, column: str, found: str, expected: str, mend: str) -> None:
        where = ":".join(str(part) for part in (self.label, line, column) if part)
        self.problems.append(
            (line, f"{where}: found {found}, expected {expected}; {self.remedy or mend}")
        )

    def stop(self) -> None:
        """Raise when anything was added, in the order of lines."""
        if self.problems:
            raise DataError(*(text for _, text in sorted(self.problems, key=lambda item: item[0])))


def _remedy(table: dict) -> str | None:
    if table["path"].startswith("derived/"):
        return f"derive the table again: ./book derive {table['name']}"
    return None


def _parse_table(data: bytes, table: dict) -> pd.DataFrame:
    label, remedy = f"data/{table['path']}", _remedy(table)
    frame = parse(data, table["schema"], label, remedy)
    # A hand-typed table may wait for its first row; a computed one without rows is a failure.
    if frame.empty and remedy:
        raise DataError(f"{label}: found no row below the header, expected at least one; {remedy}")
    return frame


def _records(data: bytes, schema: dict, report: _Report) -> Records:
    # Undecodable bytes become lone surrogates, so that their line and column can be named.
    text = data.decode("utf-8-sig", errors="surrogateescape").split("\n")
    comments = next((i for i, line in enumerate(text) if not line.startswith("#")), len(text))
    reader = csv.reader(io.StringIO("\n".join(text[comments:]), newline=""), strict=True)
    rows, lines, line = [], [], comments + 1
    try:
        for row in reader:
            rows.append(row)
            lines.append(line)
            line = comments + reader.line_num + 1
    except csv.Error as error:
        mend = "close the quotation mark, or double one inside a quoted cell"
        report.add(line, "", f"a broken row ({error})", "comma-separated cells", mend)
    else:
        if not rows:
            columns = f"the columns {','.join(_names(schema))}"
            report.add(line, "", "no header", columns, "restore the file")
    for line, row in zip(lines, rows, strict=True):
        for column, cell in zip_longest(rows[0], row, fillvalue=""):
            if re.search("[\ud800-\udfff]", cell):
                found = f"the bytes {cell.encode(errors='surrogateescape')!r}"
                printable = column.encode(errors="replace").decode()
                report.add(line, printable, found, "UTF-8", "save the file as UTF-8")
    report.stop()
    return Records(rows[0], rows[1:], lines[0], lines[1:])


def _check(records: Records, schema: dict, report: _Report) -> pd.DataFrame:
    # Cells are looked at once it is known which column they belong to.
    _check_header(records, schema, report)
    report.stop()

    width = len(records.labels)
    whole = []
    for line, row in zip(records.lines, records.rows, strict=True):
        if not any(row):
            report.add(line, "", "an empty row", f"{width} cells", "remove the row")
        elif len(row) != width:
            mend = "add the missing cells, or quote a cell that contains a comma"
            report.add(line, "", f"{len(row)} cells", f"{width}", mend)
        else:
            whole.append((line, row))

    # Importing frictionless takes longer than checking any of our tables.
    from frictionless import Resource

    # A foreign key is a question to the whole package.
    schema = {key: value for key, value in schema.items() if key != "foreignKeys"}
    lines, data = [line for line, _ in whole], [records.labels, *(row for _, row in whole)]
    values = []
    with Resource.from_descriptor({"name": "table", "data": data, "schema": schema}) as source:
        for line, row in zip(lines, source.row_stream, strict=True):
            _check_row(line, row, schema, lines, report)
            values.append(row.to_dict())
    report.stop()
    dtypes = {field["name"]: _dtype(field) for field in schema["fields"]}
    return pd.DataFrame(values, columns=records.labels).astype(dtypes)


def _check_header(records: Records, schema: dict, report: _Report) -> None:
    # By name: frictionless compares by position, and one missing column makes the rest wrong.
    labels, names, line = records.labels, _names(schema), records.header_line
    expected = f"the columns {','.join(names)}"
    for name in names:
        if name not in labels:
            report.add(line, name, "no such column", expected, "add the column")
    for name in dict.fromkeys(labels):
        if name not in names:
            report.add(line, name, "an unknown column", expected, "remove or rename it")
        elif labels.count(name) > 1:
            report.add(line, name, f"{labels.count(name)} such columns", expected, "remove one")
    if sorted(labels) == sorted(names) and labels != names:
        report.add(line, "", f"the order {','.join(labels)}", expected, "reorder the columns")


def _check_row(line: int, row, schema: dict, lines: list[int], report: _Report) -> None:
    key = schema.get("primaryKey", [])
    fields = {field["name"]: field for field in schema["fields"]}
    wrong = {error.field_name for error in row.errors if error.type != "primary-key"}
    for error in row.errors:
        if error.type != "primary-key":
            found, expected, mend = _describe(error, fields[error.field_name])
            report.add(line, error.field_name, found, expected, mend)
        elif wrong.isdisjoint(key):  # otherwise a wrong cell of the key is the problem
            # "the same as in the row at position N", where the header is row 1
            first = lines[int(error.note.split()[-1]) - 2]
            found = f"the key {','.join(str(row[name]) for name in key)} of line {first}"
            report.add(line, ",".join(key), found, "a new key", "remove or correct one of the two")


def _describe(error, field: dict) -> tuple[str, str, str]:
    found, mend = repr(error.cell), "correct the cell"
    if error.type == "type-error":
        if re.fullmatch(r"[+-]?\d+,\d+", error.cell):
            mend = f"write a decimal point: {error.cell.replace(',', '.')}"
        return found, TYPES[field["type"]], mend
    constraint = re.search(r'constraint "(\w+)"', error.note)[1]
    limit = field["constraints"][constraint]
    if constraint == "required":
        return "an empty cell", "a value", "fill it in"
    if constraint == "enum":
        return found, f"one of {', '.join(map(str, limit))}", mend
    return found, f"{LIMITS[constraint]} {limit}", mend


def _names(schema: dict) -> list[str]:
    return [field["name"] for field in schema["fields"]]


def _dtype(field: dict) -> str:
    if field["type"] == "integer":
        return "int64" if field.get("constraints", {}).get("required") else "Int64"
    return {"number": "float64", "string": "str", "date": "datetime64[s]"}[field["type"]]
