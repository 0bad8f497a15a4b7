"""The Retraction Watch data set (https://gitlab.com/crossref/retraction-watch-data), by identifier.

Two dialects of the file are about: with and without a comma at the end of the header, PubMed numbers as whole or
decimal numbers, 0 or nothing where there is none, and "unavailable" in place of a DOI.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from seedsoil.literature.found import bare_doi
from seedsoil.literature.http import NotReached, ask_api

LONGEST = 300_000_000  # bytes of the whole data set
COLUMNS = {"RetractionNature", "RetractionDate", "RetractionDOI", "OriginalPaperDOI", "OriginalPaperPubMedID", "Reason"}
NATURES = {
    "retraction": "retraction",
    "expression of concern": "concern",
    "correction": "correction",
    "reinstatement": "reinstatement",
}


@dataclass(frozen=True)
class Notice:
    """What the data set says of a work: retraction, concern, correction or reinstatement, its notice and its date."""

    status: str
    doi: str  # of the notice
    on: str


def fetch() -> dict[str, list[Notice]]:
    """All notices by the identifier of the work: `doi:10.…` and `pmid:…`."""
    return read(ask_api("retractionwatch", "/data/retractionwatch", longest=LONGEST))


def read(answer: bytes) -> dict[str, list[Notice]]:
    text = answer.decode("utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    names = {(name or "").strip() for name in rows.fieldnames or []}
    if missing := COLUMNS - names:
        raise NotReached(f"Retraction Watch: found no column {', '.join(sorted(missing))}, expected its data set.")
    notices: dict[str, list[Notice]] = {}
    for row in rows:
        status = NATURES.get((row["RetractionNature"] or "").strip().lower())
        if not status:
            continue
        own = bare_doi(row["OriginalPaperDOI"])
        notice = Notice(status, _doi(row["RetractionDOI"]), (row["RetractionDate"] or "").split(" ")[0])
        number = (row["OriginalPaperPubMedID"] or "").strip().removesuffix(".0")
        for name in (f"doi:{own}" if own.startswith("10.") else "", f"pmid:{number}" if number.strip("0") else ""):
            if name:
                notices.setdefault(name, []).append(notice)
    return notices


def _doi(text: str | None) -> str:
    doi = bare_doi(text)
    return doi if doi.startswith("10.") else ""
