"""Records that PubMed has for a query: first all their numbers (esearch), then the records a batch at a time (efetch).

The number of a batch is the cursor, so that an interrupted search goes on where it was.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode
from xml.etree import ElementTree

from seedsoil.literature.found import Found, Page, bare_doi, kind_of, says_retracted
from seedsoil.literature.http import UNREADABLE, NotReached, ask_api
from seedsoil.literature.pubmed import text_at
from seedsoil.literature.work import readable

BATCH = 200
MOST = 9999  # numbers that one question asks for; where more are announced, the search says that some are missing


def numbers(query: str, since: str, until: str) -> tuple[int, list[str]]:
    """How many records PubMed announces that entered it between two days, and their numbers."""
    question = {
        "db": "pubmed",
        "term": query,
        "datetype": "edat",
        "mindate": since.replace("-", "/"),
        "maxdate": until.replace("-", "/"),
        "retmax": str(MOST),
        "retmode": "json",
        "tool": "seedsoil",
    }
    try:
        answer = json.loads(ask_api("pubmed", f"/esearch.fcgi?{urlencode(question)}"))["esearchresult"]
        if "ERROR" in answer:
            raise KeyError(str(answer["ERROR"])[:80])
        return int(answer["count"]), [str(number) for number in answer["idlist"]]
    except (*UNREADABLE, ValueError) as error:
        if isinstance(error, NotReached):
            raise
        raise NotReached(f"PubMed: found an answer that cannot be read ({error}), expected numbers.") from None


def records(batch: list[str]) -> tuple[Found, ...]:
    """The records of some numbers, in the order of the answer; numbers that PubMed no longer has are left out."""
    question = {"db": "pubmed", "id": ",".join(batch), "retmode": "xml", "tool": "seedsoil"}
    return read_records(ask_api("pubmed", f"/efetch.fcgi?{urlencode(question)}"))


def page(numbers: list[str], announced: int, cursor: str) -> Page:
    start = int(cursor or "0")
    found = records(numbers[start : start + BATCH])
    following = start + BATCH
    return Page(announced, found, str(following) if following < len(numbers) else "")


def read_records(answer: bytes) -> tuple[Found, ...]:
    """Records of an answer, articles before books."""
    root = articles(answer)
    books = [_book(one) for one in root.iterfind("PubmedBookArticle/BookDocument")]
    return (*(_found(one) for one in root.iterfind("PubmedArticle")), *books)


def articles(answer: bytes) -> ElementTree.Element:
    """The set of articles in an answer. NotReached where it is none, or declares entities: PubMed never does."""
    try:
        # In UTF-16 the declaration would not be seen, and the reader of XML takes it.
        if "<!ENTITY" in (text := answer.decode("utf-8")) or "\0" in text:
            raise NotReached("PubMed: found an answer that declares entities, expected none; it was not read.")
        root = ElementTree.fromstring(answer)
    except (ElementTree.ParseError, UnicodeDecodeError) as error:
        raise NotReached(f"PubMed: found an answer that cannot be read ({error}), expected records.") from None
    if root.tag != "PubmedArticleSet":
        raise NotReached(f"PubMed: found <{root.tag}>, expected a PubmedArticleSet.")
    return root


def _book(record: ElementTree.Element) -> Found:
    number = record.findtext("PMID") or ""
    title = _text(record, "ArticleTitle") or _text(record, "Book/BookTitle")
    year = _text(record, "Book/PubDate/Year")
    return Found("pubmed", number, title, year=year, pmid=number, kind="other")


def _found(record: ElementTree.Element) -> Found:
    title = _text(record, "MedlineCitation/Article/ArticleTitle") or _text(
        record, "MedlineCitation/Article/VernacularTitle"
    )
    kinds = [kind.text or "" for kind in record.iterfind("MedlineCitation/Article/PublicationTypeList/PublicationType")]
    ids = {one.get("IdType"): (one.text or "").strip() for one in record.iterfind("PubmedData/ArticleIdList/ArticleId")}
    issue = "MedlineCitation/Article/Journal/JournalIssue/PubDate"
    year = re.search(r"\d{4}", _text(record, f"{issue}/Year") or _text(record, f"{issue}/MedlineDate"))
    number = record.findtext("MedlineCitation/PMID") or ""
    entered = record.find("PubmedData/History/PubMedPubDate[@PubStatus='entrez']")
    return Found(
        source="pubmed",
        number=number,
        title=title,
        authors="; ".join(_names(record)),
        journal=_text(record, "MedlineCitation/Article/Journal/Title"),
        year=year[0] if year else "",
        doi=bare_doi(ids.get("doi") or _location(record)),
        pmid=number,
        pmcid=ids.get("pmc") or "",
        kind=kind_of(kinds, title, preprint="Preprint" in kinds),
        retracted=says_retracted(kinds, title),
        abstract=" ".join(
            readable("".join(part.itertext()))
            for part in record.iterfind("MedlineCitation/Article/Abstract/AbstractText")
        ).strip(),
        indexed_on=""
        if entered is None
        else "-".join((entered.findtext(part) or "").zfill(2) for part in ("Year", "Month", "Day")),
    )


def _text(element: ElementTree.Element, path: str) -> str:
    return text_at(element, path, readable)


def _location(record: ElementTree.Element) -> str:
    return record.findtext("MedlineCitation/Article/ELocationID[@EIdType='doi']") or ""


def _names(record: ElementTree.Element) -> list[str]:
    people = record.iterfind("MedlineCitation/Article/AuthorList/Author")
    names = [
        f"{_text(one, 'LastName')} {_text(one, 'Initials')}".strip() or _text(one, "CollectiveName")
        for one in people
        if one.get("ValidYN") != "N"
    ]
    return [name for name in names if name]
