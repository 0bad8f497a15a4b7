"""Records from the OpenAlex API (https://developers.openalex.org). It wants a key: SEEDSOIL_OPENALEX_KEY."""

from __future__ import annotations

import json
import os
from urllib.parse import urlencode

from seedsoil.literature.found import Found, Page, bare_doi, kind_of
from seedsoil.literature.http import UNREADABLE, NotReached, ask_api
from seedsoil.literature.notices import says_retracted
from seedsoil.literature.work import readable

KEY = "SEEDSOIL_OPENALEX_KEY"
PAGE = 200
FIRST = "*"


def has_key() -> bool:
    return bool(os.environ.get(KEY))


def search(filters: str, cursor: str = FIRST) -> Page:
    """A page of works for an OpenAlex filter."""
    question = {"filter": filters, "per-page": PAGE, "cursor": cursor, "api_key": os.environ.get(KEY, "")}
    return read_page(ask_api("openalex", f"/works?{urlencode(question)}"), cursor)


def read_page(answer: bytes, cursor: str) -> Page:
    try:
        data = json.loads(answer)
        records = tuple(_found(one) for one in data["results"])
        announced = int(data["meta"]["count"])
        following = str(data["meta"].get("next_cursor") or "")
    except (*UNREADABLE, ValueError) as error:
        raise NotReached(
            f"OpenAlex: found an answer that cannot be read ({type(error).__name__}), expected a page of works."
        ) from None
    return Page(announced, records, "" if following == cursor or not records else following)


def _found(one: dict) -> Found:
    title = readable(one.get("title") or one.get("display_name"))
    ids = one.get("ids") or {}
    place = (one.get("primary_location") or {}).get("source") or {}
    types = [str(one.get("type") or ""), str(one.get("type_crossref") or "")]
    return Found(
        source="openalex",
        number=str(one["id"]).rsplit("/", 1)[-1],
        title=title,
        authors="; ".join(
            readable((person.get("author") or {}).get("display_name")) for person in one.get("authorships") or []
        ),
        journal=readable(place.get("display_name")),
        year=str(one.get("publication_year") or ""),
        doi=bare_doi(one.get("doi")),
        pmid=str(ids.get("pmid") or "").rstrip("/").rsplit("/", 1)[-1],
        pmcid=_pmcid(ids.get("pmcid")),
        kind=kind_of(types, title),
        retracted=bool(one.get("is_retracted")) or says_retracted(title),
        abstract=_abstract(one.get("abstract_inverted_index")),
        indexed_on=str(one.get("created_date") or "")[:10],
    )


def _pmcid(text: str | None) -> str:
    number = str(text or "").rstrip("/").rsplit("/", 1)[-1]
    return number if number.startswith("PMC") or not number else f"PMC{number}"


def _abstract(index: dict[str, list[int]] | None) -> str:
    """The abstract from its words and their places."""
    places = sorted((place, word) for word, at in (index or {}).items() for place in at)
    return readable(" ".join(word for _, word in places))
