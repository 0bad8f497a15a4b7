"""The files of `data/living`: read as text, written in one step, and what is only ever added to.

`records.csv` has each record once; `decisions.csv` and `duplicates.csv` are added to, and the last row about a thing
holds; `integrity.csv` has a row for each reference and source; `runs/` has a file for each run. A merge of two branches
may leave two rows about one record, reference or sentence: they are joined as they are read, in whatever order they
stand, and written as one by whoever writes next.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

from seedsoil.files import alone, read, replace_file
from seedsoil.problem import DataError, Problem
from seedsoil.tables import cells, characters, package
from seedsoil.tables.text import Rows

FOLDER = "data/living"
BOOK = "bib:"  # how a pair names a work of the bibliography
MACHINE = "seedsoil"  # who says what no person does
STATES = ("preprint", "published", "corrected", "retracted")
WORST_FIRST = ("retraction", "concern", "correction", "none seen", "unknown")


@dataclass(frozen=True)
class Record:
    """A record as the ledger keeps it: each once, whatever sources and chapters have found it."""

    id: str  # "pmid:123", "doi:10.1000/x" or the source's own number; the first that was known, and never changed
    title: str
    authors: str
    journal: str
    year: str
    doi: str
    pmid: str
    pmcid: str
    kind: str
    state: str
    found_in: str  # "europepmc MED:123; pubmed 123"
    chapters: str  # "dormancy; immune-escape"
    first_seen: str  # a day

    def names(self) -> set[str]:
        """Every identifier by which another record can be told to be this one."""
        named = {f"{kind}:{value}" for kind in ("doi", "pmid", "pmcid") if (value := getattr(self, kind))}
        return {self.id, *named, *(one for one in self.found_in.split("; ") if one)}


@dataclass(frozen=True)
class Decision:
    """What a person decided of a record for a chapter; `authority` is always `person` for include and exclude."""

    record: str
    chapter: str
    decision: str
    reason: str
    by: str
    authority: str
    decided_at: str  # UTC, to the second and a fraction, so that order is kept


@dataclass(frozen=True)
class Pair:
    """Two records, or a record and a reference (`bib:key`), and whether they are one work."""

    record: str
    other: str
    state: str
    relation: str
    evidence: str
    by: str
    authority: str
    decided_at: str


@dataclass(frozen=True)
class Notice:
    """What one source says of one reference on a day: `retraction`, `concern`, `correction`, `none seen` or
    `unknown` (the source was not reached, or does not know the work)."""

    key: str
    source: str
    status: str
    notice: str
    seen_on: str


@dataclass(frozen=True)
class Sentence:
    """Where a finding or an effect was read, and whether that was found again."""

    row: str
    place: str
    sentence: str  # its number
    kind: str
    digest: str
    state: str
    checked_on: str


TABLES = {
    Record: "living_records",
    Decision: "living_decisions",
    Pair: "living_duplicates",
    Notice: "living_integrity",
    Sentence: "living_sentences",
}
ORDER = {
    Record: lambda one: (one.id,),
    Decision: lambda one: (one.decided_at, one.record, one.chapter),
    Pair: lambda one: (one.decided_at, one.record, one.other),
    Notice: lambda one: (one.key, one.source),
    Sentence: lambda one: (one.row, int(one.sentence)),
}


def now() -> str:
    """This moment, as the ledger writes it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def load(root: Path, kind: type) -> list:
    """All rows of a file, in order; none where the data package has no such table. DataError where it is not as the
    data package describes it."""
    tables = Rows(root)
    if TABLES[kind] not in tables.resources:
        return []
    rows = tables.rows(TABLES[kind])
    columns = [field.name for field in fields(kind)]
    if any(list(row) != columns or cells.CONFLICT.fullmatch(row[columns[0]]) for row in rows):
        package.located(TABLES[kind], root)  # says what is wrong
    return each_once(kind, (kind(**row) for row in rows))


def each_once(kind: type, rows: Iterable) -> list:
    """Rows in order; of a kind that has one row for each thing, those about one thing joined."""
    join = JOINS.get(kind)
    if join is None:
        return sorted(rows, key=ORDER[kind])
    held: dict[tuple, list] = {}
    for one in rows:
        held.setdefault(ORDER[kind](one), []).append(one)
    return [reduce(join, sorted(set(same), key=repr)) for _, same in sorted(held.items())]


def save(root: Path, kind: type, rows: Iterable) -> None:
    """Write all rows of a file, sorted, in one step. Raises ValueError for a decision that is no person's."""
    path = root / "data" / package.resource(TABLES[kind], root)["path"]
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, _header(kind) + _lines(kind, set(rows)))


def add(root: Path, rows: Iterable) -> None:
    """Add rows to a file that is only added to, below what stands there now.

    No other writer's rows are lost; and however many stand there, none is written again while an editor waits.
    """
    rows = list(rows)
    if rows:
        kind = type(rows[0])
        with alone(root / FOLDER):
            path = root / "data" / package.resource(TABLES[kind], root)["path"]
            text = read(path, path.name) if path.exists() else _header(kind)
            if text.startswith(_header(kind)) and text.endswith("\n") and not cells.CONFLICT.search(text):
                replace_file(path, text + _lines(kind, rows))
            else:
                save(root, kind, [*load(root, kind), *rows])  # loading says what is wrong


def _header(kind: type) -> str:
    return ",".join(field.name for field in fields(kind)) + "\n"


def _lines(kind: type, rows: Iterable) -> str:
    """The lines of rows, sorted, as they are written."""
    rows = sorted(rows, key=ORDER[kind])
    for one in rows if kind is Decision else ():
        if one.authority != "person" or inert(one.by) in ("", MACHINE):
            found = f"the decision {one.decision} of {one.record} by {one.authority} {one.by!r}"
            raise ValueError(f"found {found}, expected a person with a name; only a person decides.")
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([inert(value) for value in vars(row).values()] for row in rows)
    return text.getvalue()


def inert(text: str) -> str:
    """Text from outside as a cell may hold it (`seedsoil.tables`): on one line, only characters that are seen, no
    markup, nothing that a spreadsheet runs, not too long. A letter of another alphabet becomes a box."""
    text = unicodedata.normalize("NFC", text)
    text = text.translate({ord(character): _plain(character) for character in set(text)})
    text = " ".join(characters.MOJIBAKE.sub("□", text).split())
    text = cells.TAG.sub(lambda tag: f"< {tag[0][1:]}", text)
    if cells.runs_as_formula(text):
        text = f"'{text}"
    return text if len(text) <= cells.LONGEST else f"{text[: cells.LONGEST - 2].rstrip()} …"


def _plain(character: str) -> str:
    kind = characters.fault(character)
    if kind is None:
        return " " if character in "\n\t" else character
    if kind[-1] == "unseen-character":
        return " "
    plain = characters.LOOKALIKES.get(character) or unicodedata.normalize("NFKC", character)
    return plain if all(characters.fault(one) is None for one in plain) else "□"


def standing(decisions: Iterable[Decision]) -> dict[tuple[str, str], Decision]:
    """What holds of each record and chapter: the last decision, unless it was undone."""
    last = {(one.record, one.chapter): one for one in sorted(decisions, key=ORDER[Decision])}
    return {name: one for name, one in last.items() if one.decision != "undo"}


def pairs(rows: Iterable[Pair]) -> dict[tuple[str, str], Pair]:
    """What holds of each two records: the last row about them, and a person's word before the machine's."""
    held: dict[tuple[str, str], Pair] = {}
    for one in sorted(rows, key=lambda one: (one.authority == "person", *ORDER[Pair](one))):
        held[both(one)] = one
    return held


def both(pair: Pair) -> tuple[str, str]:
    first, second = sorted((pair.record, pair.other))
    return first, second


def name_of_run(began_at: str, what: str) -> str:
    """The name of a run's file: when it began, and of what it is."""
    return f"{began_at.replace(':', '').replace('.', '')}-{what}"


def write_run(root: Path, name: str, run: Mapping) -> Path:
    """Keep what a run did: which sources were asked for what, what they announced and gave, and how long it took."""
    path = root / FOLDER / "runs" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, json.dumps(run, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    return path


def runs(root: Path) -> list[dict]:
    """All runs, oldest first."""
    found = []
    for path in sorted((root / FOLDER / "runs").glob("*.json")):
        name = path.relative_to(root).as_posix()
        try:
            run = json.loads(read(path, name))
            run["kind"], run["began_at"]
        except (json.JSONDecodeError, TypeError, KeyError) as error:
            found_ = f"no run ({type(error).__name__})"
            raise DataError(
                Problem(name, 0, "", found_, "the JSON of a run", "restore the file from git", "broken-run")
            ) from None
        found.append(run)
    return sorted(found, key=lambda run: run["began_at"])


def joined(first: str, second: str) -> str:
    """Two lists of a cell as one, sorted, each entry once."""
    return "; ".join(sorted({one for cell in (first, second) for one in cell.split("; ") if one}))


def merged(record: Record, other: Record) -> Record:
    """`record` with what `other` adds to it; a state that is worse stays."""
    filled = {name: getattr(record, name) or getattr(other, name) for name in ("doi", "pmid", "pmcid", "journal")}
    return replace(
        record,
        **filled,
        state=max(record.state, other.state, key=STATES.index),
        found_in=joined(record.found_in, other.found_in),
        chapters=joined(record.chapters, other.chapters),
        first_seen=min(record.first_seen, other.first_seen),
    )


def _latest_notice(one: Notice, other: Notice) -> Notice:
    """What a source said last; of one day the worst, and nothing that was seen is forgotten because it fell silent."""
    return max(one, other, key=lambda told: (told.status != "unknown", told.seen_on, -WORST_FIRST.index(told.status)))


def _latest_look(one: Sentence, other: Sentence) -> Sentence:
    return max(one, other, key=lambda told: told.checked_on)


# How two rows about one thing are joined; of the other files every row stays.
JOINS = {Record: merged, Notice: _latest_notice, Sentence: _latest_look}
