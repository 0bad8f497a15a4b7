"""The queue for other tools and back: RIS and CSV out, decisions in as CSV or as the file of the screening page."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import rispy

from seedsoil.files import read, replace_file
from seedsoil.living import ledger, ranking
from seedsoil.living.ledger import Decision, Record
from seedsoil.living.ranking import Queue
from seedsoil.living.screening import REASONS
from seedsoil.problem import DataError, Problem, quoted

COLUMNS = ("record", "decision", "reason", "title", "authors", "journal", "year", "doi", "pmid", "abstract")
TYPES = {"article": "JOUR", "review": "JOUR", "preprint": "UNPB", "notice": "JOUR", "other": "GEN"}


def write(root: Path, queue: Queue, path: Path) -> None:
    """The queue in its order, as RIS or CSV by the ending of `path`; abstracts as far as they are at hand."""
    texts = ranking.abstracts(root)
    records = [one.record for one in queue.waiting]
    if path.suffix == ".ris":
        replace_file(path, rispy.dumps([_ris(one, texts.get(one.id, "")) for one in records]))
    elif path.suffix == ".csv":
        text = io.StringIO(newline="")
        rows = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        rows.writeheader()
        for one in records:
            own = {name: getattr(one, name, "") for name in COLUMNS}
            rows.writerow({**own, "record": one.id, "abstract": ledger.inert(texts.get(one.id, ""))})
        replace_file(path, text.getvalue())
    else:
        raise ValueError(f"{path}: found the ending {path.suffix!r}, expected .ris or .csv; name the file so.")


def _ris(record: Record, abstract: str) -> dict:
    fields = {
        "type_of_reference": TYPES[record.kind],
        "id": record.id,
        "title": record.title,
        "authors": [name for name in record.authors.split("; ") if name],
        "journal_name": record.journal,
        "year": record.year,
        "doi": record.doi,
        "accession_number": record.pmid,
        "abstract": " ".join(abstract.split()),
    }
    return {name: value for name, value in fields.items() if value}


def take(root: Path, chapter: str, path: Path, by: str) -> int:
    """Enter the decisions of a file, each as the word of the person `by`; how many were new.

    A CSV file has the columns record, decision and reason; the screening page gives JSON of the same. Nothing is
    entered unless every row is right. Raises DataError with each row that is not.
    """
    rows = _rows(path)
    known = {one.id for one in ledger.load(root, Record)}
    problems, decisions = [], []
    held = ledger.standing(ledger.load(root, Decision))
    for line, row in rows:
        decision, reason = row.get("decision", "").strip().lower(), row.get("reason", "").strip()
        if not decision:
            continue
        record = row.get("record", "").strip()
        for column, value, wrong, expected in (
            ("record", record, record not in known, "the id of a record of data/living/records.csv"),
            ("decision", decision, decision not in ("include", "exclude", "maybe"), "include, exclude or maybe"),
            ("reason", reason, decision == "exclude" and reason not in REASONS, f"one of: {'; '.join(REASONS)}"),
        ):
            if wrong:
                mend = "correct the cell; nothing of the file was entered"
                problems.append(Problem(path.name, line, column, quoted(value), expected, mend, "no-decision"))
        before = held.get((record, chapter))
        if not (before and (before.decision, before.reason) == (decision, reason)):
            decisions.append(Decision(record, chapter, decision, reason, by, "person", ledger.now()))
    if problems:
        raise DataError(*problems)
    ledger.add(root, decisions)
    return len(decisions)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    text = read(path, path.name)
    if path.suffix == ".json":
        try:
            rows = json.loads(text)["decisions"]
            return [(0, {name: str(value) for name, value in row.items()}) for row in rows]
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            found = f"no decisions ({type(error).__name__})"
            raise DataError(
                Problem(path.name, 0, "", found, "the file of the screening page", "save it again", "no-decision")
            ) from None
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if missing := {"record", "decision", "reason"} - set(rows.fieldnames or []):
        found = f"no column {', '.join(sorted(missing))}"
        raise DataError(Problem(path.name, 1, "", found, "record, decision, reason", "add it", "no-decision"))
    return [(rows.line_num, {name: value or "" for name, value in row.items() if name}) for row in rows]
