"""Sentence fingerprints: where a row was read, so that a machine can look again and no word of the source is kept.

A row carries the number of a sentence of the abstract and a digest of its words. `./book verify` fetches the abstract
today and finds the sentence, sees that it moved, that it changed, or that the identifier leads to another work; where
no abstract is reached a row stays "not checked", which is not "found".
"""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from seedsoil.bibliography.file import known
from seedsoil.bibliography.identity import near_same
from seedsoil.evidence.references import entries
from seedsoil.files import alone
from seedsoil.literature import europepmc, pubmed_search
from seedsoil.literature.found import Found
from seedsoil.literature.http import NotFound, NotReached
from seedsoil.living import ledger
from seedsoil.living.ledger import Sentence
from seedsoil.tables.text import EVIDENCE, Rows

END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(\[])")
ABBREVIATED = re.compile(r"(?:\b(?:e\.g|i\.e|vs|cf|Fig|no|al|approx|ca|Dr)|\b[A-Z])\.$")


def split(abstract: str) -> list[str]:
    """The sentences of an abstract; an abbreviation ends none."""
    found: list[str] = []
    for part in END.split(abstract.strip()):
        if found and ABBREVIATED.search(found[-1]):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return [one for one in found if one]


def digest(sentence: str) -> str:
    """Sixteen signs that stand for the words of a sentence: case, spaces and punctuation do not count."""
    text = unicodedata.normalize("NFKC", sentence).casefold()
    return hashlib.sha256(" ".join(re.findall(r"\w+", text)).encode()).hexdigest()[:16]


def mark(root: Path, row: str, number: int, kind: str, today: date) -> str:
    """Keep the digest of sentence `number` of the abstract of the row's work; the sentence is returned, to be seen."""
    found = _found(root, _reference(root, row))
    if found is None or not found.abstract:
        raise ValueError(f"{row}: found no abstract at PubMed or Europe PMC, expected one; nothing was kept.")
    told = split(found.abstract)
    if not 1 <= number <= len(told):
        raise ValueError(f"{row}: found sentence {number}, expected 1 to {len(told)}; choose one of them.")
    one = Sentence(row, "abstract", str(number), kind, digest(told[number - 1]), "found", today.isoformat())
    others = [other for other in ledger.load(root, Sentence) if (other.row, other.sentence) != (row, str(number))]
    ledger.save(root, Sentence, [*others, one])
    return told[number - 1]


def told(root: Path, row: str) -> list[str]:
    """The sentences of the abstract of a row's work, as they are today."""
    found = _found(root, _reference(root, row))
    return split(found.abstract) if found else []


def verify(root: Path, today: date, say: Callable[[str], None]) -> list[Sentence]:
    """Look for every sentence again, keep the states, and return those that are not as they were."""
    began, start = ledger.now(), time.perf_counter()
    kept, works = [], {}
    sentences = ledger.load(root, Sentence)
    for number, one in enumerate(sentences, start=1):
        key = _reference(root, one.row)
        if key not in works:
            works[key] = _look(root, key)
        say(f"{number} of {len(sentences)}")
        kept.append(replace(one, state=_state(one, works[key]), checked_on=today.isoformat()))
    looked = {(one.row, one.sentence, one.digest): one for one in kept}
    with alone(root / ledger.FOLDER):  # what was marked meanwhile stays
        now = ledger.load(root, Sentence)
        ledger.save(root, Sentence, [looked.get((one.row, one.sentence, one.digest), one) for one in now])
    other = [one for one in kept if one.state != "found"]
    made = {"kind": "verify", "began_at": began, "sentences": len(kept), "not_found": len(other)}
    made["seconds"] = round(time.perf_counter() - start, 1)
    ledger.write_run(root, ledger.name_of_run(began, "verify"), made)
    return other


SAYS = {
    "found": "found again",
    "moved": "found again at another place",
    "changed": "not found again: the abstract was changed",
    "another work": "not looked for: its identifier leads to another work",
    "not checked": "not checked: no abstract was reached",
}
UNKEPT = "No sentence of its source is kept yet, so that no machine has checked it."


def shown(root: Path) -> dict[str, str]:
    """For each row that has one or more sentences what became of them, in words; of others `UNKEPT` is true."""
    found: dict[str, list[str]] = {}
    for one in ledger.load(root, Sentence):
        says = f"Sentence {one.sentence} of its {one.place} ({one.kind}): {SAYS[one.state]} ({one.checked_on})."
        found.setdefault(one.row, []).append(says)
    return {row: " ".join(says) for row, says in found.items()}


def _look(root: Path, key: str) -> Found | str:
    """The work of a reference as a source has it today, or the state that its absence gives."""
    try:
        found = _found(root, key)
    except (NotReached, OSError):
        return "not checked"
    if found is None or not found.abstract:
        return "not checked"
    title = (entries(root) or {})[key].fields.get("title", "")
    return found if near_same(title, found.title) else "another work"


def _state(one: Sentence, work: Found | str) -> str:
    if isinstance(work, str):
        return work
    digests = [digest(sentence) for sentence in split(work.abstract)]
    if digests[int(one.sentence) - 1 : int(one.sentence)] == [one.digest]:
        return "found"
    return "moved" if one.digest in digests else "changed"


def _reference(root: Path, row: str) -> str:
    tables = Rows(root)
    for table in EVIDENCE:
        for cells in tables.rows(table):
            if cells["id"] == row:
                return cells["ref"]
    raise ValueError(f"found no finding or effect {row!r}, expected the id of one; correct the name.")


def _found(root: Path, key: str) -> Found | None:
    """The record of a reference at PubMed by its number, else at Europe PMC by its DOI."""
    fields = (entries(root) or {})[key].fields
    pmid, doi = fields.get("pmid", ""), fields.get("doi", "")
    try:
        if known(pmid):
            return next(iter(pubmed_search.records([pmid])), None)
        if known(doi):
            return next((one for one in europepmc.search(f'DOI:"{doi}"').records if one.doi == doi.lower()), None)
    except NotFound:
        return None
    return None
