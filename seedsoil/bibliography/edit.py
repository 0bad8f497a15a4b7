"""Edits of the bibliography and the table of readings; what no page cites, what is unread."""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable, Set
from pathlib import Path

from seedsoil import tables
from seedsoil.bibliography.file import Item, formatted, items
from seedsoil.bibliography.printed import plain
from seedsoil.files import alone, read, replace_file
from seedsoil.tables import package

BIBLIOGRAPHY = "data/references.bib"
READINGS = "data/references_read.csv"
ROLE = "research"  # of a work that is added; whoever adds a review, a method or a pooled analysis says so

Reading = tuple[str, str, str, datetime.date | None, str]  # key, read_at, source, day of the reading (today), note


def duplicate(item: Item, what: str) -> ValueError:
    return ValueError(
        f"{BIBLIOGRAPHY}:{item.line}: found {what} in the entry {item.key}, expected each work once; "
        f"cite it as {item.key}."
    )


def known_journal(name: str, entries: Iterable[Item]) -> str:
    """The journal as the bibliography spells it already: `The Lancet` for `Lancet`."""

    def bare(text: str) -> str:
        return re.sub(r"^the\b|\W+", "", plain(text).lower().replace("&", "and"))

    journals = (item.fields.get("journal", "") for item in entries)
    return next((journal for journal in journals if name and bare(journal) == bare(name)), name)


class Readings:
    """The table of readings as text; a row is added at its place, and no other line changes."""

    def __init__(self, folder: Path):
        self.root, self.path = folder, folder / READINGS
        self.text = read(self.path, READINGS)
        self.keys = {row[0] for row in csv.reader(io.StringIO(self.text)) if row}

    def with_row(self, key: str, read_at: str, source: str, today: datetime.date | None, note: str) -> str:
        row = io.StringIO()
        day = str(today or datetime.date.today())
        cells = {"key": key, "read_at": read_at, "source": source, "verified_on": day, "role": ROLE, "note": note}
        header, *rows = self.text.splitlines(keepends=True)
        columns = next(csv.reader([header]))
        csv.writer(row, lineterminator="\n").writerow([" ".join(cells.get(column, "").split()) for column in columns])
        place = next((number for number, line in enumerate(rows) if line.partition(",")[0] > key), len(rows))
        return "".join([header, *rows[:place], row.getvalue(), *rows[place:]])

    def check(self, *row: *Reading) -> str:
        """The table with the row; tables.DataError where a cell is not what the data package allows."""
        text = self.with_row(*row)
        tables.parse(text.encode(), package.resource("references_read", self.root)["schema"], READINGS)
        return text

    def add(self, *row: *Reading) -> None:
        replace_file(self.path, self.check(*row))


def format_(folder: Path) -> list[str]:
    """Sort and normalize the bibliography, sort the readings; after a merge conflict keep the rows of both sides."""
    with alone(folder / "data"):
        return _format(folder)


def _format(folder: Path) -> list[str]:
    path = folder / BIBLIOGRAPHY
    before = read(path, BIBLIOGRAPHY)
    text, said = joined(before, BIBLIOGRAPHY, bibtex_parts)
    text = formatted(text, BIBLIOGRAPHY)
    if text != before:
        old = {item.key: before[item.start : item.stop] for item in items(before, BIBLIOGRAPHY)} if not said else {}
        new = {item.key: text[item.start : item.stop] for item in items(text, BIBLIOGRAPHY)}
        replace_file(path, text)
        rewritten = [key for key in new if key in old and old[key] != new[key]]
        said.append(
            f"{BIBLIOGRAPHY} is formatted; {len(rewritten)} of {len(new)} entries changed"
            f"{': ' + ', '.join(rewritten) if rewritten else ''}."
        )
    path = folder / READINGS
    before = read(path, READINGS)
    text, kept = joined(before, READINGS, csv_parts)
    header, *rows = text.splitlines(keepends=True)
    text = "".join([header, *sorted(rows, key=lambda row: row.partition(",")[0])])
    if text != before:
        replace_file(path, text)
        kept.append(f"{READINGS} is sorted.")
    return [*said, *kept] or ["Nothing to change."]


def joined(text: str, name: str, parts: Callable[[str, str], dict[str, str]]) -> tuple[str, list[str]]:
    """A file that Git left with conflicts, with the entries of both sides; any other file as it is.

    Git weaves two entries that were added at one place into each other, line by line; only the two whole sides can be
    read. ValueError where the sides have different versions of one entry.
    """
    if not re.search(r"^<{7} ", text, re.MULTILINE):
        return text, []
    sides: tuple[list[str], list[str]] = ([], [])
    into: tuple[int, ...] = (0, 1)
    for line in text.splitlines(keepends=True):
        mark = line[:7]
        if mark in ("<<<<<<<", "|||||||", "=======", ">>>>>>>"):
            into = {"<<<<<<<": (0,), "|||||||": (), "=======": (1,), ">>>>>>>": (0, 1)}[mark]
        else:
            for side in into:
                sides[side].append(line)
    ours, theirs = (parts("".join(side), name) for side in sides)
    for key in ours.keys() & theirs.keys():
        if ours[key] != theirs[key]:
            raise ValueError(
                f"{name}: found two versions of {key} in a merge conflict, expected one; "
                "mend that conflict by hand, then format again."
            )
    added = [key for key in theirs if key not in ours]
    body = "".join(sides[0]).rstrip("\n") + "\n" + "".join(theirs[key] for key in added)
    return body, [
        f"{name}: a merge conflict; kept {', '.join(sorted(ours.keys() - theirs.keys())) or 'nothing'} of one side "
        f"and {', '.join(added) or 'nothing'} of the other."
    ]


def bibtex_parts(text: str, name: str) -> dict[str, str]:
    return {item.key: "\n" + text[item.begin : item.stop] + "\n" for item in items(text, name)}


def csv_parts(text: str, name: str) -> dict[str, str]:
    return {line.partition(",")[0]: line for line in text.splitlines(keepends=True)[1:]}


def rows_by_reference(folder: Path) -> dict[str, list[str]]:
    """The tables with a column `ref` that name each key."""
    found: dict[str, list[str]] = {}
    for table in package.package(folder)["resources"]:
        path = folder / "data" / table["path"]
        if any(column["name"] == "ref" for column in table["schema"]["fields"]) and path.exists():
            for key in {row.get("ref") or "" for row in csv.DictReader(io.StringIO(read(path, table["path"])))}:
                found.setdefault(key, []).append(table["path"])
    return found


def uncited(folder: Path, cited: Set[str]) -> list[str]:
    """The entries that are not among those `cited`, with the tables that name them all the same."""
    rows = rows_by_reference(folder)
    keys = [
        item.key for item in items(read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY), BIBLIOGRAPHY) if item.key not in cited
    ]
    return [f"{key} (rows in {', '.join(rows[key])})" if key in rows else key for key in keys]


def unread(folder: Path, cited: Set[str]) -> list[str]:
    """What was cited or entered without a reading, and identifiers that no page that was read prints."""
    entries = items(read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY), BIBLIOGRAPHY)
    readings = Readings(folder).keys
    said = [f"{key}: cited, and has no row in {READINGS}" for key in sorted(cited - readings)]
    said += [f"{item.key}: has no row in {READINGS}" for item in entries if item.key not in readings | cited]
    for item in entries:
        missing = [name.upper() for name in ("doi", "pmid") if item.fields.get(name) == "unread"]
        if missing:
            said.append(f"{item.key}: {' and '.join(missing)} unread")
    return said
