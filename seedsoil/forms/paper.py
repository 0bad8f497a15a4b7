"""A form "add a paper": the work enters the bibliography, and what it found becomes a row, unverified and as typed."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

from seedsoil.evidence.findings import FINDINGS, NONE, NOT_STATED
from seedsoil.forms import reply, rows
from seedsoil.forms.body import Filled
from seedsoil.literature import cite
from seedsoil.living import sentences
from seedsoil.problem import DataError
from seedsoil.tables.package import resource
from seedsoil.tables.text import EVIDENCE, Cells, Rows

NEEDED = ("outcome", "outcome_of")  # without these an answer is no finding
NOT_TOLD = {"source": NONE, "factor": NONE, "target": NONE}  # where no answer was given; else `not stated`
LONGEST = 200  # characters of a DOI
SAID_OTHERWISE = {"nothing, it was observed": "none"}  # a form may not offer the word none


def entered(root: Path, filled: Filled, whence: str, today: datetime.date) -> Iterator[str]:
    """Enter work and row below `root`; yields what to say. DataError or ValueError where the work cannot be entered."""
    missing = [name for name in NEEDED if not filled.answers[name]]
    if not missing:  # before anybody is asked
        fields = {field.name: field.name for field in filled.form.fields}
        rows.hold(root, "findings", row(root, filled, "unknown", whence, today), filled, fields)
    key = yield from cited(root, filled, "identifier", filled.answers["identifier"], whence, today)
    if missing:
        labels = [field.label for field in filled.form.fields if field.name in missing]
        yield f"No row was written, for want of an answer to: {', '.join(labels)}. What was found, as typed:"
        yield reply.block(filled.answers["finding"])
        return
    cells = row(root, filled, key, whence, today)
    rows.append(root, "findings", cells)
    if filled.answers["sentence"]:
        yield _kept(root, filled, cells["id"], today)
    if filled.answers["other"]:
        yield "What it is said to contradict or repeat:"
        yield reply.block(filled.answers["other"])
    yield f"The row, as typed and unverified, so that it counts nowhere until an editor has read the work ({FINDINGS}):"
    yield reply.listed(f"{column}: {cell}" for column, cell in cells.items() if cell)


def _kept(root: Path, filled: Filled, row: str, today: datetime.date) -> str:
    """Keep the digest of the sentence that was named; DataError where the abstract has none such. No word of it is
    repeated."""
    told = sentences.at_hand(sentences.Book(root).fields(row))
    if not told:
        return "No abstract was reached, so that the sentence that was named was not looked for."
    try:
        number = sentences.number_of(told, filled.answers["sentence"], row)
    except DataError as error:
        (one,) = error.problems
        mend = "take it from the abstract at PubMed, or leave the answer empty"
        raise DataError(filled.problem("sentence", one.found, one.expected, mend, one.code)) from None
    sentences.keep(root, row, told, number, "result", today)
    return f"The row carries sentence {number} of the abstract, by a digest of its words ({sentences.FILE})."


def cited(root: Path, filled: Filled, field: str, typed: str, whence: str, today: datetime.date) -> Iterator[str]:
    """Enter the work that was typed into a field; yields what to say, and returns its key. The identifier is looked at
    before anybody is asked for it."""
    try:
        kind, value = cite.identify(typed[: LONGEST + 1])
    except ValueError:
        value = ""
    if not 0 < len(value) <= LONGEST:
        found = typed if len(typed) <= 60 else f"{typed[:60]}…"
        expected, mend = "a DOI as 10.1038/ncb2861 or a PMID as 24161934", "take it from the page of the work"
        raise DataError(filled.problem(field, repr(found), expected, mend, "no-identifier"))
    if there := cite.standing(root, {kind: value}):
        yield f"The work stands in the bibliography as `{there[0].key}`."
        return there[0].key
    note = "named in an issue form; nobody has read it for the book"
    said = cite.add_work(
        root, kind, value, read_at="unverified", source=whence, note=note, retracted=False, today=today
    )
    yield "`./book cite add` says:"
    yield reply.listed(said)
    entry, _, _ = cite.standing(root, {kind: value}) or (None, "", "")
    if entry is None:
        raise ValueError(f"{value}: found no entry with it in the answer, expected one; add the work by hand.")
    return entry.key


def row(root: Path, filled: Filled, key: str, whence: str, today: datetime.date) -> Cells:
    """The cells of the finding, one for each column; what has no answer is `not stated`, or `-` where a part acts."""
    typed = {name: " ".join(text.split()) for name, text in filled.answers.items()}
    answers = {name: SAID_OTHERWISE.get(text, text) for name, text in typed.items()}
    own = {
        "ref": key,
        "human_data": "yes" if answers["human_data"] else "no",
        "read_at": "unverified",
        "found_by": "hand",
        "added": str(today),
        "readings": "1",
        "note": f"Typed in {whence}, where it was read: {answers['read']}.",
    }
    fields = resource("findings", root)["schema"]["fields"]
    cells = {}
    for field in fields:
        name = field["name"]
        required = field.get("constraints", {}).get("required")
        otherwise = NOT_TOLD.get(name, NOT_STATED) if required else ""
        cells[name] = own.get(name) or answers.get(name) or otherwise
    cells["id"] = _name(root, cells)
    return cells


def _name(root: Path, cells: Cells) -> str:
    """A name as other rows have it, of work, what acts and where; with a number where it is taken."""
    work = re.match(r"[a-z]+\d{4}", cells["ref"])
    told = [cells[column] for column in ("factor", "source", "target") if cells[column] != NONE][:1]
    told += [cells["organ"]] if cells["organ"] != NOT_STATED else []
    base = re.sub("[^a-z0-9]+", "-", " ".join([work[0] if work else cells["ref"], *told]).lower())[:50].strip("-")
    taken = {one["id"] for table in EVIDENCE for one in Rows(root).rows(table)}
    return next(name for name in _numbered(base) if name not in taken)


def _numbered(base: str) -> Iterator[str]:
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1
