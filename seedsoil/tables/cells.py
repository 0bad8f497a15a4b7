"""What a table file may hold: records read from CSV and checked against a schema, every problem by line and column.

The schemas follow the Frictionless Data Package standard (https://datapackage.org) and are checked with the
frictionless library, each different value of a column once. Text is refused where it is not inert: what a spreadsheet
would run as a formula, what a browser would take for HTML, and characters that nobody sees.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

import pandas as pd

from seedsoil.problem import DataError, Problem, nearest, quoted
from seedsoil.tables import relations
from seedsoil.tables.characters import unfit

csv.field_size_limit(2**31 - 1)  # a long cell is told by its column, and not as a broken row

LONGEST = 1000  # characters of a cell, where the schema does not say
TYPES = {"integer": "a whole number", "number": "a number", "date": "a date YYYY-MM-DD"}
# Stricter than Python and frictionless, which also take 1_000, NaN, Arabic digits and 2026-1-5.
FORMS = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "number": re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}
FORMULA = re.compile(r"(?!-$)[=+@\t\r-]")  # a lone hyphen says "none"
CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})( .*)?$", re.MULTILINE)  # what Git writes between two versions
TAG = re.compile(r"<[A-Za-z/!?]")
LIMITS = {
    "minimum": "at least",
    "maximum": "at most",
    "pattern": "text of the form",
}


@dataclass(frozen=True)
class Records:
    """Rows of text cells under their labels, with their line numbers in the file."""

    labels: list[str]
    rows: list[list[str]]
    header_line: int
    lines: list[int]


class _Report:
    """Collects what is wrong with one file."""

    def __init__(self, label: str, remedy: str | None = None):
        self.label, self.remedy = label, remedy
        self.problems: list[Problem] = []

    def add(self, line: int, column: str, found: str, expected: str, mend: str, code: str) -> None:
        self.problems.append(Problem(self.label, line, column, found, expected, self.remedy or mend, code))

    def stop(self, rest: pd.DataFrame | None = None) -> None:
        """Raise when anything was added, in the order of lines."""
        if self.problems:
            raise DataError(*sorted(self.problems, key=lambda problem: problem.line), rest=rest)


def located(data: bytes, schema: dict, label: str, remedy: str | None = None) -> pd.DataFrame:
    """The same as `parse`, with the line of each row in the file as the index."""
    return _located(data, json.dumps(schema), label, remedy).copy()


@lru_cache(maxsize=128)  # a check and a build ask for the same table again and again
def _located(data: bytes, schema: str, label: str, remedy: str | None) -> pd.DataFrame:
    columns, report = json.loads(schema), _Report(label, remedy)
    return _check(_records(data, columns, report), columns, report)


def parse(data: bytes, schema: dict, label: str, remedy: str | None = None) -> pd.DataFrame:
    """The CSV file in `data` as a typed DataFrame; `DataError` with every problem.

    `schema` is a frictionless table schema. `label` names the file in messages; `remedy` is
    how to mend it where correcting a cell by hand is not the way.
    """
    return located(data, schema, label, remedy).reset_index(drop=True)


def check(records: Records, schema: dict, label: str, remedy: str | None = None) -> pd.DataFrame:
    """The same as `parse` for records that were not in a CSV file."""
    return _check(records, schema, _Report(label, remedy)).reset_index(drop=True)


def _records(data: bytes, schema: dict, report: _Report) -> Records:
    # Undecodable bytes become lone surrogates, so that their line and column can be named.
    text = data.decode("utf-8-sig", errors="surrogateescape")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines, line = [], [], 1
    try:
        for row in reader:
            rows.append(row)
            lines.append(line)
            line = reader.line_num + 1
    except csv.Error as error:
        mend = "close the quotation mark, or double one inside a quoted cell"
        report.add(line, "", f"a broken row ({error})", "comma-separated cells", mend, "broken-row")
    else:
        if not rows:
            columns = f"the columns {','.join(_names(schema))}"
            report.add(line, "", "no header", columns, "restore the file", "missing-column")
    for line, row in zip(lines, rows, strict=True):
        for column, cell in zip_longest(rows[0], row, fillvalue=""):
            if re.search("[\ud800-\udfff]", cell):
                found = f"the bytes {cell.encode(errors='surrogateescape')!r}"
                printable = column.encode(errors="replace").decode()
                report.add(line, printable, found, "UTF-8", "save the file as UTF-8", "not-utf-8")
    report.stop()
    _check_separator(rows[0], lines[0], report)
    report.stop()
    return Records(rows[0], rows[1:], lines[0], lines[1:])


def _check_separator(labels: list[str], line: int, report: _Report) -> None:
    for separator, name in (("\t", "tabs"), (";", "semicolons")):
        if len(labels) == 1 and separator in labels[0]:
            mend = "save the file as CSV separated by commas"
            report.add(line, "", f"columns separated by {name}", "commas", mend, "wrong-separator")


def _check(records: Records, schema: dict, report: _Report) -> pd.DataFrame:
    # Cells are looked at once it is known which column they belong to.
    _check_header(records, schema, report)
    report.stop()

    width = len(records.labels)
    whole = []
    for line, row in zip(records.lines, records.rows, strict=True):
        if not any(row):
            report.add(line, "", "an empty row", f"{width} cells", "remove the row", "empty-row")
        elif len(row) < width and CONFLICT.fullmatch(row[0]):
            mend = "keep the rows of both sides, of one row the version that is right, and remove the marks"
            report.add(line, "", "the mark of a merge conflict", "rows", mend, "merge-conflict")
        elif len(row) != width:
            mend = "add the missing cells, or quote a cell that contains a comma"
            report.add(line, "", f"{len(row)} cells", f"{width}", mend, "cell-count")
        else:
            whole.append((line, row))

    # A foreign key is a question to the whole package.
    schema = {key: value for key, value in schema.items() if key != "foreignKeys"}
    readers = _readers(json.dumps(schema))
    lines = [line for line, _ in whole]
    columns = zip(*(row for _, row in whole), strict=True) if whole else [()] * width
    values, wrong = {}, {}
    for field, reader, cells in zip(schema["fields"], readers, columns, strict=True):
        name = field["name"]
        values[name], wrong[name] = _check_column(field, reader, cells, lines, report)
        if field["type"] == "integer":  # beside an empty cell, pandas alone would make a large number another
            values[name] = pd.array(values[name], dtype="Int64")
    _check_key(schema.get("primaryKey", []), values, wrong, lines, report)
    # Where cells are wrong they are left out of the rest, so that a person hears of all faults of a row at once.
    dtypes = {field["name"]: _dtype(field, bool(report.problems)) for field in schema["fields"]}
    frame = pd.DataFrame(values, columns=records.labels, index=pd.Index(lines, name="line")).astype(dtypes)
    for line, column, found, constraint in relations.broken(frame, schema.get("rowConstraints", ())):
        report.add(line, column, found, constraint, "correct it from the source", "against-constraint")
    report.stop(frame)
    return frame


@lru_cache(maxsize=1_000)
def _readers(schema: str) -> tuple[Callable, ...]:
    """What reads the cells of each column, by the schema as JSON: making it takes longer than reading most tables."""
    # Importing frictionless takes longer than checking any of our tables.
    from frictionless import Schema

    return tuple(field.create_cell_reader() for field in Schema.from_descriptor(json.loads(schema)).fields)


def _check_header(records: Records, schema: dict, report: _Report) -> None:
    # By name: frictionless compares by position, and one missing column makes the rest wrong.
    labels, names, line = records.labels, _names(schema), records.header_line
    expected = f"the columns {','.join(names)}"
    for name in names:
        if name not in labels:
            report.add(line, name, "no such column", expected, "add the column", "missing-column")
    for name in dict.fromkeys(labels):
        if name not in names:
            report.add(line, name, "an unknown column", expected, "remove or rename it", "unknown-column")
        elif labels.count(name) > 1:
            report.add(line, name, f"{labels.count(name)} such columns", expected, "remove one", "repeated-column")
    if sorted(labels) == sorted(names) and labels != names:
        report.add(line, "", f"the order {','.join(labels)}", expected, "reorder the columns", "column-order")


def _check_column(
    field: dict, reader: Callable, cells: tuple[str, ...], lines: list[int], report: _Report
) -> tuple[list, set[int]]:
    """The values of the cells, and the lines of those that are wrong."""
    read = {cell: reader(cell) for cell in dict.fromkeys(cells)}
    faults = {cell: _fault(cell, field, notes) for cell, (_, notes) in read.items()}
    wrong = set()
    if any(faults.values()):
        for line, cell in zip(lines, cells, strict=True):
            if fault := faults[cell]:
                report.add(line, field["name"], *fault)
                wrong.add(line)
    return [None if faults[cell] else read[cell][0] for cell in cells], wrong


def _check_key(
    key: list[str], values: dict[str, list], wrong: dict[str, set], lines: list[int], report: _Report
) -> None:
    first: dict[tuple, int] = {}
    # A wrong cell of the key is a problem of its own.
    skipped = set().union(*(wrong[name] for name in key))
    for line, *parts in zip(lines, *(values[name] for name in key), strict=True) if key else ():
        before = line if line in skipped else first.setdefault(tuple(parts), line)
        if before != line:
            found = f"the key {','.join(map(str, parts))} of line {before}"
            mend = "remove or correct one of the two"
            report.add(line, ",".join(key), found, "a new key", mend, "repeated-key")


def _fault(cell: str, field: dict, notes: dict | None) -> tuple[str, str, str, str] | None:
    """What was found in a cell, what was expected, how to mend it, and the code of that; None if it is right."""
    if not cell:
        return ("an empty cell", "a value", "fill it in", "empty-cell") if notes else None
    kind = field["type"]
    if kind == "string":
        fault = _unfit_text(cell, field.get("constraints", {}).get("maxLength", LONGEST))
        if fault or not notes:
            return fault
    elif not FORMS[kind].fullmatch(cell) or (notes and "type" in notes):
        return quoted(cell), TYPES[kind], _as_typed(cell, kind), "wrong-type"
    if kind == "integer" and not -(2**63) <= int(cell) < 2**63:  # pandas would keep another number
        return quoted(cell), "an integer of 64 bits", "correct the cell", "out-of-range"
    if not notes:
        return None
    constraint = next(iter(notes))
    limit = field["constraints"][constraint]
    if constraint == "enum":
        limits = list(map(str, limit))
        return quoted(cell), f"one of {', '.join(limits)}", nearest(cell, limits, "correct the cell"), "not-allowed"
    return quoted(cell), f"{LIMITS[constraint]} {limit}", "correct the cell", "out-of-range"


def _as_typed(cell: str, kind: str) -> str:
    """How to mend a number with commas: thousands, or a decimal sign, or either, which only the source can tell."""
    plain, pointed = cell.replace(",", ""), cell.replace(",", ".")
    thousands = re.fullmatch(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", cell) and FORMS[kind].fullmatch(plain)
    if thousands and (kind == "integer" or cell.count(",") > 1 or "." in cell):
        return f"write {plain}"
    if thousands:
        return f"write {plain}, or {pointed} if the comma is a decimal sign"
    decimal = kind == "number" and re.fullmatch(r"[+-]?\d+,\d+", cell)
    return f"write a decimal point: {pointed}" if decimal else "correct the cell"


def _unfit_text(cell: str, longest: int) -> tuple[str, str, str, str] | None:
    found = quoted(cell)
    if len(cell) > longest:
        return found, f"a length of at most {longest}", f"shorten it from {len(cell)}", "long-text"
    if cell != cell.strip():
        return found, "no space at either end", "remove it", "outer-space"
    if line_end := re.search(r"[\n\t]", cell):
        return f"{line_end[0]!r} in {found}", "text on one line", "type a space", "unseen-character"
    for _, character, expected, mend, code in unfit(cell):
        return f"{character} in {found}", expected, mend, code
    if runs_as_formula(cell):
        expected = "text that no spreadsheet runs as a formula"
        return found, expected, "begin the cell with a letter or a digit", "spreadsheet-formula"
    if TAG.search(cell):
        return found, "text without HTML", "remove the tag; before a number, < may stay", "html-markup"
    return None


def runs_as_formula(cell: str) -> bool:
    """Whether a spreadsheet may run the cell: it begins as formulas do (OWASP, CSV injection) and is no number.

    A number is what a table may hold as one, and no more: `-1.2.3`, which no spreadsheet reads as a number, may be run.
    """
    return bool(FORMULA.match(cell)) and not FORMS["number"].fullmatch(cell)


def _names(schema: dict) -> list[str]:
    return [field["name"] for field in schema["fields"]]


def _dtype(field: dict, incomplete: bool) -> str:
    if field["type"] == "integer":
        return "int64" if field.get("constraints", {}).get("required") and not incomplete else "Int64"
    return {"number": "float64", "string": "str", "date": "datetime64[s]"}[field["type"]]
