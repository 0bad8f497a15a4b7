"""Works from the Crossref REST API (https://api.crossref.org/swagger-ui/index.html).

The environment variable SEEDSOIL_CROSSREF names another address in its place.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from urllib.parse import quote

from seedsoil.bibliography.printed import plain
from seedsoil.literature import notices as fate
from seedsoil.literature.http import UNREADABLE, ask, malformed
from seedsoil.literature.work import Work, clean, journal_name, page_range, person, title_of, with_subtitle

CROSSREF = "https://api.crossref.org"
TYPES = {
    "journal-article": "article",
    "posted-content": "article",  # a preprint, in the journal of its server
    **dict.fromkeys(("book", "monograph", "edited-book", "reference-book", "proceedings"), "book"),
    **dict.fromkeys(("book-chapter", "book-part", "book-section", "reference-entry"), "incollection"),
    "proceedings-article": "inproceedings",
    "report": "techreport",
    "dissertation": "phdthesis",
    "dataset": "dataset",
}
VENUE = {  # the field that holds where a work of a type appeared, and whether that is a journal, publisher, institution
    "article": "journal",
    "incollection": "booktitle",
    "inproceedings": "booktitle",
    "book": "publisher",
    "dataset": "publisher",
    "techreport": "institution",
    "phdthesis": "school",
}
OTHER_VERSIONS = ("new_version", "new_edition")  # updates that are works themselves


def crossref(path: str) -> bytes:
    return ask("Crossref", os.environ.get("SEEDSOIL_CROSSREF", CROSSREF).rstrip("/") + path)


def crossref_work(doi: str) -> Work:
    """The work with this DOI, from Crossref. NotFound where it has none, ValueError where the answer is of no use."""
    try:
        answer = json.loads(crossref(f"/works/{quote(doi, safe='')}"))
        message = answer["message"]
        if not isinstance(message["DOI"], str):
            raise TypeError("DOI")
        if message["DOI"].lower() != doi:
            raise ValueError(
                f"Crossref: found the answer about {message['DOI']}, expected {doi}; if that is the DOI of the "
                "work today, add it by that one."
            )
        return read_crossref(message)
    except UNREADABLE as error:
        raise malformed("Crossref", f"{type(error).__name__}: {error}") from None


def read_crossref(message: dict) -> Work:
    doi, kind = message["DOI"].lower(), message.get("type")
    if kind not in TYPES:
        raise ValueError(f"Crossref: found that {doi} is a {kind}, expected one of {', '.join(TYPES)}; add it by hand.")
    type_ = TYPES[kind]
    title = with_subtitle(*(clean((message.get(name) or [""])[0]) for name in ("title", "subtitle")))
    own = own_updates(message, doi)
    if notice := fate.notice_in(title):
        found = f"found that {doi} is a notice, a {notice} by its title {plain(title)!r}"
        raise fate.Notice(f"Crossref: {found}, expected the work itself; add that.", doi)
    updates = message.get("updated-by") or []
    places = [place["name"] for place in message.get("institution") or []]
    journal, publisher = (message.get("container-title") or []), message.get("publisher")
    venue = {
        "journal": journal_name(clean((journal or places or [""])[0])),
        "booktitle": clean((journal or [""])[0]),
        "publisher": clean(publisher),
        "institution": clean((places or [publisher])[0]),
        "school": clean((places or [publisher])[0]),
    }
    print_first = ("published-print", "issued") if message.get("volume") else ("issued",)
    year = next((message[name]["date-parts"][0][0] for name in print_first if name in message), None)
    fields = {
        "author": " and ".join(crossref_names(message.get("author") or [])),
        "editor": " and ".join(crossref_names(message.get("editor") or [])),
        "title": title_of(title),
        VENUE[type_]: venue[VENUE[type_]],
        "year": str(year or ""),
        "volume": clean(message.get("volume")),
        "number": clean(message.get("issue")),
        "pages": page_range(clean(message.get("page") or message.get("article-number"))),
        "doi": doi,
    }
    retracted = bool(own) or any(fate.retracts(update["type"]) for update in updates) or fate.says_retracted(title)
    notices = fate.joined(f"{spelled(update['type'])} {update['DOI'].lower()}" for update in [*updates, *own])
    return Work(type_, fields, retracted, notices)


def own_updates(message: dict, doi: str) -> list[dict]:
    """The retractions of a work that it carries itself. ValueError where it is the notice of another work."""
    updates = [update for update in message.get("update-to") or [] if update["type"] not in OTHER_VERSIONS]
    if other := next((update for update in updates if update["DOI"].lower() != doi), None):
        what = (
            "the notice that retracts" if fate.retracts(other["type"]) else f"a notice, the {spelled(other['type'])} of"
        )
        as_such = " --retracted" if fate.retracts(other["type"]) else ""
        raise fate.Notice(
            f"Crossref: found that {doi} is {what} {other['DOI']}, expected the work itself; "
            f"./book cite add {other['DOI']}{as_such} adds that.",
            doi,
        )
    return [update for update in updates if fate.retracts(update["type"])]


def spelled(kind: str) -> str:
    """`expression_of_concern` in words."""
    return re.sub(r"[\W_]+", " ", kind).lower()


def crossref_names(people: list[dict]) -> Iterator[str]:
    for one in people:
        family, given = clean(one.get("family")), clean(one.get("given"))
        if family or given:
            yield person(family, given, clean(one.get("suffix")))
        elif name := clean(one.get("name")):
            yield f"{{{name}}}"
