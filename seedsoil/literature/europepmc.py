"""Records from the Europe PMC REST API (https://europepmc.org/RestfulWebService), page by page along its cursor."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from seedsoil.literature.found import Found, Page, bare_doi, kind_of, says_retracted
from seedsoil.literature.http import UNREADABLE, NotReached, ask_api
from seedsoil.literature.work import readable

PAGE = 500  # records a question; the source gives a thousand at most
FIRST = "*"


def search(query: str, cursor: str = FIRST) -> Page:
    """A page of what Europe PMC has for a query. NotReached where the answer is not one that it gives."""
    question = {"query": query, "format": "json", "resultType": "core", "pageSize": PAGE, "cursorMark": cursor}
    return read_page(ask_api("europepmc", f"/search?{urlencode(question)}"), cursor)


def read_page(answer: bytes, cursor: str) -> Page:
    try:
        data = json.loads(answer)
        records = tuple(_found(one) for one in data["resultList"]["result"])
        announced = int(data["hitCount"])
        following = str(data.get("nextCursorMark") or "")
    except (*UNREADABLE, ValueError) as error:
        raise NotReached(
            f"Europe PMC: found an answer that cannot be read ({type(error).__name__}), expected a page of records."
        ) from None
    return Page(announced, records, "" if following == cursor or not records else following)


def _found(one: dict) -> Found:
    title = readable(one.get("title"))
    types = list((one.get("pubTypeList") or {}).get("pubType") or str(one.get("pubType") or "").split(";"))
    journal = ((one.get("journalInfo") or {}).get("journal") or {}).get("title") or one.get("journalTitle")
    authors = readable(one.get("authorString")).rstrip(".")
    return Found(
        source="europepmc",
        number=f"{one['source']}:{one['id']}",
        title=title,
        authors="; ".join(name.strip() for name in authors.split(",") if name.strip()),
        journal=readable(journal or ("preprint" if one["source"] == "PPR" else "")),
        year=str(one.get("pubYear") or ""),
        doi=bare_doi(one.get("doi")),
        pmid=str(one.get("pmid") or ""),
        pmcid=str(one.get("pmcid") or ""),
        kind=kind_of(types, title, preprint=one["source"] == "PPR"),
        retracted=says_retracted(types, title),
        abstract=readable(str(one.get("abstractText") or "").replace("</h4>", ": ").replace("<h4>", " ")),
        indexed_on=str(one.get("firstIndexDate") or ""),
    )
