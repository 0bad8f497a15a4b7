"""Works and notices from the Crossref REST API (https://api.crossref.org/swagger-ui/index.html)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

from seedsoil.literature.http import UNREADABLE, ask, base, malformed
from seedsoil.literature.work import RETRACTED_TITLE, Work, clean, journal_name, page_range, person, title_of

TYPES = {"journal-article": "article", "posted-content": "article", "book": "book", "monograph": "book"}
RETRACTIONS = ("retraction", "withdrawal", "removal", "partial_retraction")


def crossref(path: str) -> bytes:
    return ask("Crossref", base("crossref") + path)


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
    doi, type_ = message["DOI"].lower(), message.get("type")
    if type_ not in TYPES:
        raise ValueError(
            f"Crossref: found that {doi} is a {type_}, expected one of {', '.join(TYPES)}; add it by hand."
        )
    title, subtitle = (clean((message.get(name) or [""])[0]) for name in ("title", "subtitle"))
    if subtitle and subtitle.lower() not in title.lower():
        title = f"{title.rstrip(':')}: {subtitle}"
    updates = message.get("updated-by") or []
    own = [update for update in message.get("update-to") or [] if update["type"] in RETRACTIONS]
    if other := next((update["DOI"] for update in own if update["DOI"].lower() != doi), None):
        raise ValueError(
            f"Crossref: found that {doi} is the notice that retracts {other}, expected the work itself; "
            f"./book cite add {other} --retracted adds that."
        )
    venue = (message.get("container-title") or [place["name"] for place in message.get("institution") or []] or [""])[0]
    print_first = ("published-print", "issued") if message.get("volume") else ("issued",)
    year = next((message[name]["date-parts"][0][0] for name in print_first if name in message), None)
    fields = {
        "author": " and ".join(crossref_names(message.get("author") or [])),
        "editor": " and ".join(crossref_names(message.get("editor") or [])),
        "title": title_of(title),
        "journal": journal_name(clean(venue)),
        "publisher": clean(message.get("publisher")),
        "year": str(year or ""),
        "volume": clean(message.get("volume")),
        "number": clean(message.get("issue")),
        "pages": page_range(clean(message.get("page") or message.get("article-number"))),
        "doi": doi,
    }
    del fields["journal" if TYPES[type_] == "book" else "publisher"]
    retracted = (
        bool(own) or any(update["type"] in RETRACTIONS for update in updates) or bool(RETRACTED_TITLE.search(title))
    )
    notices = [f"{update['type'].replace('_', ' ')} {update['DOI'].lower()}" for update in [*updates, *own]]
    return Work(TYPES[type_], fields, retracted, notices)


def crossref_names(people: list[dict]) -> Iterator[str]:
    for one in people:
        if family := clean(one.get("family")):
            yield person(family, clean(one.get("given")), clean(one.get("suffix")))
        elif name := clean(one.get("name")):
            yield f"{{{name}}}"
