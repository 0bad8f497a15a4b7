"""Works from PubMed by the NCBI E-utilities (https://www.ncbi.nlm.nih.gov/books/NBK25500/).

The environment variable SEEDSOIL_PUBMED names another address in its place.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from urllib.parse import urlencode
from xml.etree import ElementTree

from seedsoil.bibliography.file import DOI
from seedsoil.literature.http import UNREADABLE, NotFound, ask, malformed
from seedsoil.literature.work import RETRACTED_TITLE, Work, clean, journal_name, page_range, person, title_of

PUBMED = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
PAUSE = 0.4  # seconds between questions to PubMed, which takes three a second
PUBMED_NOTICES = {
    "RetractionIn": "retraction",
    "PartialRetractionIn": "partial retraction",
    "ErratumIn": "correction",
    "ExpressionOfConcernIn": "expression of concern",
    "CorrectedandRepublishedIn": "corrected and republished",
}


def pubmed(tool: str, **parameters: str) -> bytes:
    query = urlencode({"db": "pubmed", **parameters, "tool": "seedsoil"})
    return ask("PubMed", f"{os.environ.get('SEEDSOIL_PUBMED', PUBMED).rstrip('/')}/{tool}.fcgi?{query}")


def pubmed_work(pmid: str) -> Work:
    """The work with this PMID, from PubMed. NotFound where it has none, ValueError where the answer is of no use."""
    answer = pubmed("efetch", id=pmid, retmode="xml")
    try:
        root = ElementTree.fromstring(answer)
    except (ElementTree.ParseError, LookupError, ValueError) as error:  # the last two for an encoding unknown here
        raise malformed("PubMed", error) from None
    if root.tag != "PubmedArticleSet":
        raise malformed("PubMed", f"found <{root.tag}>, {' '.join(''.join(root.itertext()).split())[:80]!r}")
    if root.find("PubmedBookArticle") is not None:
        raise ValueError(f"PubMed: found that {pmid} is a book, expected an article; add it by its DOI or by hand.")
    article = root.find("PubmedArticle")
    if article is None:
        raise NotFound
    found = article.findtext("MedlineCitation/PMID")
    if found != pmid:
        raise ValueError(
            f"PubMed: found the answer about {found}, expected {pmid}; if that is the PMID of the work today, "
            "add it by that one."
        )
    return read_pubmed(article, pmid)


def text_at(element: ElementTree.Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else clean("".join(found.itertext()))


def read_pubmed(record: ElementTree.Element, pmid: str) -> Work:
    article = record.find("MedlineCitation/Article")
    if article is None:
        raise malformed("PubMed", "no Article")
    kinds = {kind.text for kind in article.iterfind("PublicationTypeList/PublicationType")}
    remarks = record.findall("MedlineCitation/CommentsCorrectionsList/CommentsCorrections")
    for remark in remarks:
        if remark.get("RefType") == "RetractionOf":
            raise ValueError(
                f"PubMed: found that {pmid} is the notice that retracts {remark.findtext('PMID') or 'a work'} "
                f"({text_at(remark, 'RefSource')}), expected the work itself; add that with --retracted."
            )
    title = text_at(article, "ArticleTitle")
    if title in ("", "[Not Available].", "Not Available"):
        title = text_at(article, "VernacularTitle")
    issue = "Journal/JournalIssue"
    date = text_at(article, f"{issue}/PubDate/Year") or text_at(article, f"{issue}/PubDate/MedlineDate")
    year = re.search(r"\d{4}", date)
    first, last = (text_at(article, f"Pagination/{name}Page") for name in ("Start", "End"))
    numbers = [
        place.text
        for place in article.iterfind("ELocationID")
        if re.fullmatch(r"[A-Za-z]{0,6}[-\d]{1,9}", place.text or "")
    ]
    pages = f"{first}-{last}" if last and last != first else first or text_at(article, "Pagination/MedlinePgn")
    dois = [place.text for place in record.iterfind("PubmedData/ArticleIdList/ArticleId[@IdType='doi']")]
    dois += [place.text for place in article.iterfind("ELocationID[@EIdType='doi']")]
    fields = {
        "author": " and ".join(pubmed_names(article)),
        "title": title_of(re.sub(r"^\[(.*)\](\.?)$", r"\1", title)),  # in brackets: translated into English
        "journal": journal_name(text_at(article, "Journal/Title")),
        "year": year[0] if year else "",
        "volume": text_at(article, f"{issue}/Volume"),
        "number": text_at(article, f"{issue}/Issue"),
        "pages": page_range(pages or next(iter(numbers), "")),
        "doi": next((doi.strip().lower() for doi in dois if doi and DOI.fullmatch(doi.strip())), ""),
        "pmid": pmid,
    }
    notices = [
        f"{PUBMED_NOTICES[remark.get('RefType')]} {text_at(remark, 'RefSource')}"
        for remark in remarks
        if remark.get("RefType") in PUBMED_NOTICES
    ]
    retracted = (
        "Retracted Publication" in kinds
        or any("retraction " in notice for notice in notices)
        or bool(RETRACTED_TITLE.search(title))
    )
    return Work("article", fields, retracted, notices)


def pubmed_names(article: ElementTree.Element) -> Iterator[str]:
    for one in article.iterfind("AuthorList/Author"):
        if one.get("ValidYN") == "N":
            continue
        if family := text_at(one, "LastName"):
            yield person(family, text_at(one, "ForeName") or text_at(one, "Initials"), text_at(one, "Suffix"))
        elif group := text_at(one, "CollectiveName"):
            yield f"{{{group.rstrip('.')}}}"


def pubmed_by_doi(doi: str) -> Work | None:
    """The PubMed record that carries this DOI; None where no record does."""
    try:
        answer = json.loads(pubmed("esearch", term=f'"{doi}"[doi]', retmode="json"))
        found = [str(pmid) for pmid in answer["esearchresult"]["idlist"]]
    except NotFound:
        return None
    except UNREADABLE as error:
        raise malformed("PubMed", f"{type(error).__name__}: {error}") from None
    if len(found) != 1:
        return None
    time.sleep(PAUSE)
    try:
        work = pubmed_work(found[0])
    except NotFound:
        return None
    return work if work.fields["doi"] == doi else None
