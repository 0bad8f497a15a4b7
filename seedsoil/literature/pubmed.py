"""Works from PubMed by the NCBI E-utilities (https://www.ncbi.nlm.nih.gov/books/NBK25500/)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode
from xml.etree import ElementTree

from seedsoil.bibliography.file import DOI
from seedsoil.bibliography.printed import plain
from seedsoil.literature import notices as fate
from seedsoil.literature.http import UNREADABLE, NotFound, NotReached, ask, base, malformed
from seedsoil.literature.work import Work, clean, journal_name, page_range, person, title_of

PAUSE = 0.4  # seconds between questions to PubMed, which takes three a second
PUBMED_NOTICES = {
    "RetractionIn": "retraction",
    "PartialRetractionIn": "partial retraction",
    "ErratumIn": "correction",
    "ExpressionOfConcernIn": "expression of concern",
    "CorrectedandRepublishedIn": "corrected and republished",
}
# What makes a record a notice, by its type and by its remark on another record; each with what it does to the work.
NOTICE_KINDS = {
    "Retraction of Publication": "retracts",
    "Retraction Notice": "retracts",
    "Published Erratum": "corrects",
    "Expression of Concern": "raises concern about",
}
NOTICE_REMARKS = {
    "RetractionOf": "retracts",
    "PartialRetractionOf": "retracts",
    "ErratumFor": "corrects",
    "ExpressionOfConcernFor": "raises concern about",
}
MOST_HITS = 5  # records that are looked at for one DOI


def pubmed(tool: str, **parameters: str) -> bytes:
    query = urlencode({"db": "pubmed", **parameters, "tool": "seedsoil"})
    return ask("PubMed", f"{base('pubmed')}/{tool}.fcgi?{query}")


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
    work = read_pubmed(article, pmid)
    refuse_notice(article, work)
    return work


def text_at(element: ElementTree.Element, path: str, form: Callable[[str], str] = clean) -> str:
    found = element.find(path)
    return "" if found is None else form("".join(found.itertext()))


def read_pubmed(record: ElementTree.Element, pmid: str) -> Work:
    article = record.find("MedlineCitation/Article")
    if article is None:
        raise malformed("PubMed", "no Article")
    kinds = {kind.text for kind in article.iterfind("PublicationTypeList/PublicationType")}
    remarks = record.findall("MedlineCitation/CommentsCorrectionsList/CommentsCorrections")
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
    fields = {
        "author": " and ".join(pubmed_names(article)),
        "title": title_of(re.sub(r"^\[(.*)\](\.?)$", r"\1", title)),  # in brackets: translated into English
        "journal": journal_name(text_at(article, "Journal/Title")),
        "year": year[0] if year else "",
        "volume": text_at(article, f"{issue}/Volume"),
        "number": text_at(article, f"{issue}/Issue"),
        "pages": page_range(pages or next(iter(numbers), "")),
        "doi": doi_of(record),
        "pmid": pmid,
    }
    notices = fate.joined(
        f"{PUBMED_NOTICES[remark.get('RefType')]} {text_at(remark, 'RefSource')}"
        for remark in remarks
        if remark.get("RefType") in PUBMED_NOTICES
    )
    retracted = (
        "Retracted Publication" in kinds
        or any(remark.get("RefType") in ("RetractionIn", "PartialRetractionIn") for remark in remarks)
        or fate.says_retracted(title)
    )
    return Work("article", fields, retracted, notices)


def doi_of(record: ElementTree.Element) -> str:
    """The DOI of a record, empty where it has none that BibTeX could hold."""
    places = [
        *record.iterfind("PubmedData/ArticleIdList/ArticleId[@IdType='doi']"),
        *record.iterfind("MedlineCitation/Article/ELocationID[@EIdType='doi']"),
    ]
    dois = ((place.text or "").strip().lower() for place in places)
    return next((doi for doi in dois if DOI.fullmatch(doi) and not re.search(r"[{}\\]", doi)), "")


def refuse_notice(record: ElementTree.Element, work: Work) -> None:
    """Notice where a record is no work but a notice about one, by its type, its remarks or its title."""
    kinds = {kind.text for kind in record.iterfind("MedlineCitation/Article/PublicationTypeList/PublicationType")}
    remarks = record.findall("MedlineCitation/CommentsCorrectionsList/CommentsCorrections")
    does, about = next((does for kind, does in NOTICE_KINDS.items() if kind in kinds), ""), "a work"
    named = next((remark for remark in remarks if remark.get("RefType") in NOTICE_REMARKS), None)
    if named is not None:
        does = NOTICE_REMARKS[named.get("RefType", "")]
        about = f"{named.findtext('PMID') or 'a work'} ({text_at(named, 'RefSource')})"
    elif not does and (notice := fate.notice_in(work.fields["title"])):
        does, about = "is", f"a {notice} by its title {plain(work.fields['title'])!r}"
    if does:
        mend = "add that with --retracted" if does == "retracts" else "add that"
        found = f"found that {work.fields['pmid']} is the notice that {does} {about}"
        raise fate.Notice(f"PubMed: {found}, expected the work itself; {mend}.", work.fields["doi"])


def pubmed_names(article: ElementTree.Element) -> Iterator[str]:
    people = article.find("AuthorList")
    for one in people if people is not None else ():
        if one.get("ValidYN") == "N":
            continue
        family, given = text_at(one, "LastName"), text_at(one, "ForeName") or text_at(one, "Initials")
        if family or given:
            yield person(family, given, text_at(one, "Suffix"))
        elif group := text_at(one, "CollectiveName"):
            yield f"{{{group.rstrip('.')}}}"
    if people is not None and people.get("CompleteYN") == "N":
        yield "others"


def pubmed_by_doi(doi: str) -> Work | None:
    """The PubMed record that carries this DOI; None where no record does."""
    try:
        answer = json.loads(pubmed("esearch", term=f'"{doi}"[doi]', retmode="json"))
        found = [str(pmid) for pmid in answer["esearchresult"]["idlist"]]
    except NotFound:
        return None
    except UNREADABLE as error:
        raise malformed("PubMed", f"{type(error).__name__}: {error}") from None
    for pmid in found[:MOST_HITS]:  # a comment on a work is found by the DOI of the work, too
        time.sleep(PAUSE)
        try:
            work = pubmed_work(pmid)
        except NotReached:
            raise
        except fate.Notice as notice:
            if notice.doi == doi:
                raise
        except ValueError:  # gone, or of no use
            pass
        else:
            if work.fields["doi"] == doi:
                return work
    return None
