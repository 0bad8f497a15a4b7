"""The queue for other tools and back: RIS and CSV out, decisions in as either or as the file of the screening page."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import rispy

from seedsoil.files import read, replace_file
from seedsoil.living import ledger, ranking, sentences
from seedsoil.living.ledger import Decision, Record
from seedsoil.living.ranking import Queue
from seedsoil.living.screening import REASONS
from seedsoil.problem import DataError, Problem, quoted

COLUMNS = ("record", "decision", "reason", "sentence", "title", "authors", "journal", "year", "doi", "pmid", "abstract")
COUNTED = ("include", "exclude", "maybe")
LONGEST = 1440.0  # minutes that a session may have: a clock that was set meanwhile tells more
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


def take(root: Path, chapter: str, path: Path, by: str, minutes: float | None = None) -> int:
    """Enter the decisions of a file, each as the word of the person `by`; how many were new.

    A CSV file has the columns record, decision and reason, and may have sentence: which one of the abstract carries the
    finding, for the row to come. The screening page gives JSON of the same, with the minutes that were spent; RIS has a
    note for each record: include, maybe, or exclude and a reason. Nothing is entered unless every row is right. Raises
    DataError with each row that is not.
    """
    rows, noted = _rows(path, chapter)
    known = {one.id for one in ledger.load(root, Record) if chapter in one.chapters.split("; ")}
    problems, decisions, chosen, texts = [], [], {}, ranking.abstracts(root)
    held = ledger.standing(ledger.load(root, Decision))
    began = ledger.now()
    for line, row in rows:
        decision, reason = row.get("decision", "").strip().lower(), row.get("reason", "").strip()
        if not decision:
            continue
        record = row.get("record", "").strip()
        for column, value, wrong, expected in (
            ("record", record, record not in known, f"the id of a record that a search of {chapter} found"),
            ("decision", decision, decision not in COUNTED, "include, exclude or maybe"),
            ("reason", reason, decision == "exclude" and reason not in REASONS, f"one of: {'; '.join(REASONS)}"),
        ):
            if wrong:
                mend = "correct the cell; nothing of the file was entered"
                problems.append(Problem(path.name, line, column, quoted(value), expected, mend, "no-decision"))
        if decision == "include" and (answer := row.get("sentence", "").strip()):
            told = sentences.split(texts.get(record, "")) or sentences.at_hand(sentences.Book(root).fields(record))
            try:
                chosen[record] = told, sentences.number_of(told, answer, record)
            except DataError as error:
                problems += [replace(one, file=path.name, line=line, column="sentence") for one in error.problems]
        before = held.get((record, chapter))
        if not (before and (before.decision, before.reason) == (decision, reason)):
            decisions.append(Decision(record, chapter, decision, reason, by, "person", ledger.now()))
    if problems:
        raise DataError(*problems)
    ledger.add(root, decisions)
    for record, (told, number) in chosen.items():
        sentences.keep(root, record, told, number, "result", datetime.now(UTC).date())
    if decisions:
        run = {"kind": "screening", "chapter": chapter, "began_at": began, "by": by}
        run["minutes"] = noted if minutes is None else minutes
        run |= {kind: sum(one.decision == kind for one in decisions) for kind in COUNTED}
        ledger.write_run(root, ledger.name_of_run(began, f"{chapter}-screening"), run)
    return len(decisions)


def _rows(path: Path, chapter: str) -> tuple[list[tuple[int, dict[str, str]]], float | None]:
    """The rows of a file with their lines, and the minutes that it notes."""
    text = read(path, path.name)
    if path.suffix == ".json":
        return _of_the_page(path.name, text, chapter)
    if path.suffix == ".ris":
        return [(0, _of_ris(one)) for one in rispy.loads(text)], None
    rows = csv.DictReader(io.StringIO(text, newline=""))
    if missing := {"record", "decision", "reason"} - set(rows.fieldnames or []):
        found = f"no column {', '.join(sorted(missing))}"
        raise DataError(Problem(path.name, 1, "", found, "record, decision, reason", "add it", "no-decision"))
    return [(rows.line_num, {name: value or "" for name, value in row.items() if name}) for row in rows], None


def _of_the_page(name: str, text: str, chapter: str) -> tuple[list[tuple[int, dict[str, str]]], float | None]:
    try:
        data = json.loads(text)
        rows = [(0, {column: str(value) for column, value in row.items()}) for row in data["decisions"]]
        of, noted = str(data["chapter"]), data.get("minutes")
        minutes = None if noted is None else round(max(0.0, min(float(noted), LONGEST)), 1)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        found = f"no decisions ({type(error).__name__})"
        raise DataError(
            Problem(name, 0, "", found, "the file of the screening page", "save it again", "no-decision")
        ) from None
    if of != chapter:
        mend = f"enter it with ./book screen {quoted(of)[1:-1]} --take"
        found, expected = f"decisions for {quoted(of)}", f"some for {chapter}"
        raise DataError(Problem(name, 0, "", found, expected, mend, "no-decision"))
    return rows, minutes


def _of_ris(one: dict) -> dict[str, str]:
    """A record whose notes say what was decided: `include`, `maybe`, `exclude: reason`."""
    said = [note.partition(":") for note in one.get("notes", []) if note.partition(":")[0].strip().lower() in COUNTED]
    decision, _, reason = said[-1] if said else ("", "", "")
    return {"record": one.get("id", ""), "decision": decision, "reason": reason}
