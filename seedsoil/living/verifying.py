"""Look for the sentences that rows were read from, in the abstracts of today, and say what became of them.

`./book verify` finds each sentence, sees that it moved, that it changed, or that the identifier leads to another work;
where no abstract is reached a row stays "not checked", which is not "found".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from seedsoil.bibliography.identity import near_same
from seedsoil.files import alone
from seedsoil.literature.found import Found
from seedsoil.literature.http import NotReached
from seedsoil.living import ledger, sentences
from seedsoil.living.ledger import Sentence
from seedsoil.living.sentences import Book

SAYS = {
    "found": "found again",
    "moved": "found again at another place",
    "changed": "not found again: the abstract was changed",
    "another work": "not looked for: its identifier leads to another work",
    "not checked": "not checked: no abstract was reached",
}
UNKEPT = "No sentence of its source is kept yet, so that no machine has checked it."


def verify(root: Path, today: date, at: Callable[[str, int, int], None]) -> list[Sentence]:
    """Look for every sentence again, keep the states, and return those that are not as they were."""
    began, start = ledger.now(), time.perf_counter()
    kept, found = [], {}
    book = Book(root)
    held = sentences.held(root, book)
    for number, one in enumerate(held, start=1):
        fields = book.fields(one.row)
        name = next(iter(sentences.works(fields)), one.row)
        if name not in found:
            found[name] = _look(fields)
        kept.append(replace(one, state=_state(one, found[name]), checked_on=today.isoformat()))
        at("sentences", number, len(held))
    looked = {(one.row, one.sentence, one.digest): one for one in kept}
    with alone(root / ledger.FOLDER):  # what was marked meanwhile stays
        now = sentences.held(root)
        ledger.save(root, Sentence, [looked.get((one.row, one.sentence, one.digest), one) for one in now])
    other = [one for one in kept if one.state != "found"]
    made = {"kind": "verify", "began_at": began, "sentences": len(kept), "not_found": len(other)}
    made["seconds"] = round(time.perf_counter() - start, 1)
    ledger.write_run(root, ledger.name_of_run(began, "verify"), made)
    return other


def shown(root: Path) -> dict[str, str]:
    """For each row that has one or more sentences what became of them, in words; of others `UNKEPT` is true."""
    found: dict[str, list[str]] = {}
    for one in sentences.held(root):
        says = f"Sentence {one.sentence} of its {one.place} ({one.kind}): {SAYS[one.state]} ({one.checked_on})."
        found.setdefault(one.row, []).append(says)
    return {row: " ".join(says) for row, says in found.items()}


def _look(fields: Mapping[str, str]) -> Found | str:
    """The work as a source has it today, or the state that its absence gives."""
    try:
        found = sentences.record(fields)
    except (NotReached, OSError):
        return "not checked"
    if found is None or not found.abstract:
        return "not checked"
    return found if near_same(fields.get("title", ""), found.title) else "another work"


def _state(one: Sentence, work: Found | str) -> str:
    if isinstance(work, str):
        return work
    digests = [sentences.digest(sentence) for sentence in sentences.split(work.abstract)]
    if digests[int(one.sentence) - 1 : int(one.sentence)] == [one.digest]:
        return "found"
    return "moved" if one.digest in digests else "changed"
