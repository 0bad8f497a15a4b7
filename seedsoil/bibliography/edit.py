"""`./book cite …`: add references from Crossref and PubMed, format the bibliography, say what it lacks.

The answers come from the Crossref REST API (https://api.crossref.org/swagger-ui/index.html) and the NCBI E-utilities
(https://www.ncbi.nlm.nih.gov/books/NBK25500/). The environment variables SEEDSOIL_CROSSREF and SEEDSOIL_PUBMED name
other addresses in their place.
"""

from __future__ import annotations

import csv
import datetime
import html
import io
import json
import os
import re
import time
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote, unquote, urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree

from seedsoil.bibliography.file import (
    DOI,
    Item,
    entry_text,
    first_author,
    formatted,
    inserted,
    items,
    known,
    make_key,
    near_same,
    plain,
    read,
    replace_file,
    replaced,
)
from seedsoil.tables import package as tables

CROSSREF = "https://api.crossref.org"
PUBMED = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
TIMEOUT = 20  # seconds without a byte
PAUSE = 0.4  # seconds between questions to PubMed, which takes three a second

BIBLIOGRAPHY = "data/references.bib"
READINGS = "data/references_read.csv"

TYPES = {"journal-article": "article", "posted-content": "article", "book": "book", "monograph": "book"}
UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError, RecursionError, KeyError, IndexError, TypeError, AttributeError)
RETRACTIONS = ("retraction", "withdrawal", "removal", "partial_retraction")
RETRACTED_TITLE = re.compile(
    r"^\W*(?:retracted|withdrawn)(?: article| paper)?\W*:\s*|\s*[\[(](?:retracted|withdrawn)\b[^\])]*[\])]\W*$",
    re.IGNORECASE,
)
PUBMED_NOTICES = {
    "RetractionIn": "retraction",
    "PartialRetractionIn": "partial retraction",
    "ErratumIn": "correction",
    "ExpressionOfConcernIn": "expression of concern",
    "CorrectedandRepublishedIn": "corrected and republished",
}
SMALL_WORDS = frozenset("and at by de der des di du et et-al. for from in la le of on the to und with".split())


class NotReached(ValueError):
    """No answer: no network, too slow, too many questions, or the source fails."""


class NotFound(ValueError):
    """The source answers that it has nothing by this identifier."""


# --- the question ------------------------------------------------------------------------------------------------


def identify(text: str) -> tuple[str, str]:
    """("doi" or "pmid", the bare identifier in lower case) of what a person typed or pasted."""
    bare = text.strip().rstrip(".,;")
    if match := re.fullmatch(
        r"(?:pmid:?\s*|https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/)?"
        r"(\d{1,8})/?",
        bare,
        re.IGNORECASE,
    ):
        return "pmid", match[1].lstrip("0")
    bare, links = re.subn(r"^(?:https?://)?(?:dx\.|www\.)?doi\.org/", "", bare, flags=re.IGNORECASE)
    doi = re.sub(r"^doi:\s*", "", unquote(bare) if links else bare, flags=re.IGNORECASE).lower()
    if DOI.fullmatch(doi) and not re.search(r"[{}\\]", doi):
        return "doi", doi
    raise ValueError(
        f"found {text!r}, expected a DOI as 10.1038/ncb2861 or a PMID as 24161934, bare or as a link of doi.org "
        "or PubMed."
    )


def ask(source: str, address: str) -> bytes:
    """What a source answers. NotFound where it has nothing there, NotReached where it does not answer."""
    request = Request(address, headers={"User-Agent": "seedsoil (bibliography manager of a review)"})
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:
            return answer.read()
    except HTTPError as error:
        if error.code == 404:
            raise NotFound from None
        if error.code == 429:
            wait = error.headers.get("Retry-After")
            raise NotReached(
                f"{source}: found too many questions (429), expected an answer; "
                f"ask again {f'after {wait} s' if wait else 'in a minute'}."
            ) from None
        raise NotReached(
            f"{source}: found the failure {error.code} {error.reason}, expected an answer; ask again later."
        ) from None
    except TimeoutError:
        raise NotReached(f"{source}: found no answer within {TIMEOUT} s, expected one; ask again later.") from None
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise NotReached(f"{source}: found no answer within {TIMEOUT} s, expected one; ask again later.") from None
        raise NotReached(
            f"{source}: found no way to {address.split('?')[0]} ({error.reason}), expected an answer; "
            "is there a network?"
        ) from None
    except (HTTPException, ConnectionError) as error:
        raise NotReached(
            f"{source}: found an answer that breaks off ({type(error).__name__}), expected all of it; ask again."
        ) from None


def crossref(path: str) -> bytes:
    return ask("Crossref", os.environ.get("SEEDSOIL_CROSSREF", CROSSREF).rstrip("/") + path)


def pubmed(tool: str, **parameters: str) -> bytes:
    query = urlencode({"db": "pubmed", **parameters, "tool": "seedsoil"})
    return ask("PubMed", f"{os.environ.get('SEEDSOIL_PUBMED', PUBMED).rstrip('/')}/{tool}.fcgi?{query}")


# --- the answer --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Work:
    """What a source says about a work; `fields` as in the bibliography."""

    type: str
    fields: dict[str, str]
    retracted: bool
    notices: list[str] = field(default_factory=list)  # "correction 10.1016/…"


def malformed(source: str, error: object) -> ValueError:
    return ValueError(
        f"{source}: found an answer that cannot be read ({error}), expected the record of one work; ask again, "
        "and if it stays so, add the entry by hand."
    )


def clean(text: str | None) -> str:
    """Text without markup, entities and the braces and backslashes that BibTeX would take for its own."""
    text = re.sub(r"</?[A-Za-z][^<>]*>", "", html.unescape(html.unescape(text or "")))
    return " ".join(re.sub(r"[{}\\]", "", text).split())


def title_of(text: str) -> str:
    return re.sub(r"(?<=[^.])\.$", "", RETRACTED_TITLE.sub("", text).strip())


def page_range(text: str) -> str:
    """`217-64` becomes `217--264`, `176-176` becomes `176`."""
    match = re.fullmatch(r"(\d+)\s*[-‐–—]+\s*(\d+)", text)
    if match and match[1] == match[2]:
        return match[1]
    if match and len(match[2]) < len(match[1]):
        return f"{match[1]}--{match[1][: -len(match[2])]}{match[2]}"
    return text


def journal_name(text: str) -> str:
    """`Science (New York, N.Y.)` becomes `Science`, `Cancer cell` becomes `Cancer Cell`."""
    text = re.sub(r"\s*\([^()]*,[^()]*\)$|\s* [:=] .*$|; .*$", "", text)
    words = text.split(" ")
    return " ".join(
        word if (number and word in SMALL_WORDS) or not word.islower() else word[0].upper() + word[1:]
        for number, word in enumerate(words)
    )


def person(family: str, given: str, suffix: str = "") -> str:
    """`Aguirre-Ghiso, Julio A.`; `Wakefield, A. J.` for initials that were run together."""
    family = family.title() if family.isupper() and len(family) > 2 else family
    if re.fullmatch(r"[A-Z]{1,3}", given):
        given = " ".join(f"{letter}." for letter in given)
    given = re.sub(r"\.(?=\w)", ". ", given)
    return ", ".join(part.replace(",", "") for part in (family, suffix, given) if part)


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


def pubmed_work(pmid: str) -> Work:
    """The work with this PMID, from PubMed. NotFound where it has none, ValueError where the answer is of no use."""
    try:
        root = ElementTree.fromstring(pubmed("efetch", id=pmid, retmode="xml"))
    except ElementTree.ParseError as error:
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


def look_up(kind: str, value: str) -> tuple[Work, list[str]]:
    """The work and what could not be found out. A DOI goes to Crossref, then to PubMed for the PMID; a PMID to PubMed."""
    remarks: list[str] = []
    try:
        if kind == "pmid":
            work = pubmed_work(value)
        else:
            work = crossref_work(value)
            try:
                other = pubmed_by_doi(value)
            except (NotReached, ValueError) as error:
                other = None
                remarks.append(f"the PMID was not found out. {error}")
            if other:
                fields = {**work.fields, "pmid": other.fields["pmid"]}
                work = replace(
                    work,
                    fields=fields,
                    retracted=work.retracted or other.retracted,
                    notices=work.notices or other.notices,
                )
    except NotFound:
        source, name = ("PubMed", "PMID") if kind == "pmid" else ("Crossref", "DOI")
        raise ValueError(
            f"{source}: found no work with the {name} {value}, expected one; compare it with the page of the work."
        ) from None
    for name in ("doi", "pmid"):
        if not work.fields.get(name) and not (work.type == "book" and name == "pmid"):
            work.fields[name] = "unread"
            remarks.append(f"no page that was read prints the {name.upper()}; it is `unread`.")
    if any("\N{REPLACEMENT CHARACTER}" in value for value in work.fields.values()):
        remarks.append(
            "the source has lost a letter (\N{REPLACEMENT CHARACTER}); mend the entry by the page of the work."
        )
    return work, remarks


# --- commands ----------------------------------------------------------------------------------------------------


def add(
    folder: Path,
    identifier: str,
    *,
    retracted: bool = False,
    read_at: str = "",
    source: str = "",
    today: datetime.date | None = None,
) -> list[str]:
    """Add a work to the bibliography below `folder`, and to the table of readings where `read_at` and `source` are given.

    Returns what to tell the person. An entry that stands already, not read so far, gets its row without a question to
    the network. ValueError for a duplicate, a retraction that was not asked for, and all that the sources do not tell.
    """
    if bool(read_at) != bool(source):
        raise ValueError(
            "found one of --read-at and --source, expected both or neither: how much you read, and on which page."
        )
    kind, value = identify(identifier)
    text = read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY)
    entries = items(text, BIBLIOGRAPHY)
    readings = Readings(folder)
    if twin := next((item for item in entries if item.fields.get(kind, "").lower() == value), None):
        if not read_at or twin.key in readings.keys:
            raise duplicate(twin, f"the {kind.upper()} {value}")
        readings.add(twin.key, read_at, source, today, "")
        return [f"{twin.key} stands in {BIBLIOGRAPHY}; its reading is noted in {READINGS}."]

    work, remarks = look_up(kind, value)
    if work.retracted and not retracted:
        raise ValueError(
            f"{value}: found a retracted work ({'; '.join(work.notices) or 'so marked by the source'}), expected "
            "one that stands; --retracted adds it as such, shown struck and never counted."
        )
    if retracted:
        work.fields["status"] = "retracted"
        if not work.retracted:
            remarks.append("no source that was asked knows of a retraction; it is marked so on your word.")
    refuse_twins(work, entries)
    for name in ("author", "title", "journal" if work.type == "article" else "publisher", "year"):
        if not work.fields.get(name):
            raise ValueError(f"{value}: found no {name} in the answer, expected one; add the entry by hand.")

    fields = {**work.fields, "journal": known_journal(work.fields.get("journal", ""), entries)}
    key = make_key(fields, {item.key for item in entries})
    entry = entry_text(work.type, key, fields)
    new_text = inserted(text, key, entry, BIBLIOGRAPHY)
    items(new_text, BIBLIOGRAPHY)  # what cannot be read again is not written
    if read_at:
        readings.check(key, read_at, source, today, "; ".join(work.notices))
    replace_file(folder / BIBLIOGRAPHY, new_text)
    said = [entry, f"{key} is added to {BIBLIOGRAPHY}.", *(f"{key}: {remark}" for remark in remarks)]
    said += [f"{key}: {notice}" for notice in work.notices]
    if read_at:
        readings.add(key, read_at, source, today, "; ".join(work.notices))
        return [*said, f"Its reading is noted in {READINGS}."]
    return [
        *said,
        f"It is not yet verified: read the abstract at least, then ./book cite add {value} --read-at abstract "
        '--source "the page".',
    ]


def duplicate(item: Item, what: str) -> ValueError:
    return ValueError(
        f"{BIBLIOGRAPHY}:{item.line}: found {what} in the entry {item.key}, expected each work once; "
        f"cite it as {item.key}."
    )


def refuse_twins(work: Work, entries: Iterable[Item]) -> None:
    """A preprint, or a record with another identifier, is found by its title and first author."""
    author = first_author(work.fields)
    for item in entries:
        for name in ("doi", "pmid"):
            if known(value := work.fields.get(name, "")) and item.fields.get(name, "").lower() == value:
                raise duplicate(item, f"the {name.upper()} {value}")
        if first_author(item.fields) == author and near_same(item.fields.get("title", ""), work.fields["title"]):
            raise duplicate(item, f"nearly the same title, {plain(item.fields['title'])!r}, by the same first author,")


def known_journal(name: str, entries: Iterable[Item]) -> str:
    """The journal as the bibliography spells it already: `The Lancet` for `Lancet`."""

    def bare(text: str) -> str:
        return re.sub(r"^the\b|\W+", "", plain(text).lower().replace("&", "and"))

    return next(
        (item.fields["journal"] for item in entries if bare(item.fields.get("journal", "")) == bare(name)), name
    )


class Readings:
    """The table of readings as text; a row is added at its place, and no other line changes."""

    def __init__(self, folder: Path):
        self.path = folder / READINGS
        self.text = read(self.path, READINGS)
        self.keys = {row[0] for row in csv.reader(io.StringIO(self.text)) if row}

    def with_row(self, key: str, read_at: str, source: str, today: datetime.date | None, note: str) -> str:
        row = io.StringIO()
        cells = [key, read_at, source, str(today or datetime.date.today()), note]
        csv.writer(row, lineterminator="\n").writerow([" ".join(cell.split()) for cell in cells])
        header, *rows = self.text.splitlines(keepends=True)
        place = next((number for number, line in enumerate(rows) if line.partition(",")[0] > key), len(rows))
        return "".join([header, *rows[:place], row.getvalue(), *rows[place:]])

    def check(self, *cells) -> str:
        """The table with the row; tables.DataError where a cell is not what the data package allows."""
        text = self.with_row(*cells)
        tables.parse(text.encode(), tables.resource("references_read")["schema"], READINGS)
        return text

    def add(self, *cells) -> None:
        replace_file(self.path, self.check(*cells))


def format_(folder: Path) -> list[str]:
    """Sort and normalize the bibliography, and sort the readings; after a merge conflict keep the rows of both sides."""
    path = folder / BIBLIOGRAPHY
    before = read(path, BIBLIOGRAPHY)
    text, said = joined(before, BIBLIOGRAPHY, bibtex_parts)
    text = formatted(text, BIBLIOGRAPHY)
    if text != before:
        old = {item.key: before[item.start : item.stop] for item in items(before, BIBLIOGRAPHY)} if not said else {}
        new = {item.key: text[item.start : item.stop] for item in items(text, BIBLIOGRAPHY)}
        replace_file(path, text)
        rewritten = [key for key in new if key in old and old[key] != new[key]]
        said.append(
            f"{BIBLIOGRAPHY} is formatted; {len(rewritten)} of {len(new)} entries changed"
            f"{': ' + ', '.join(rewritten) if rewritten else ''}."
        )
    path = folder / READINGS
    before = read(path, READINGS)
    text, kept = joined(before, READINGS, csv_parts)
    header, *rows = text.splitlines(keepends=True)
    text = "".join([header, *sorted(rows, key=lambda row: row.partition(",")[0])])
    if text != before:
        replace_file(path, text)
        kept.append(f"{READINGS} is sorted.")
    return [*said, *kept] or ["Nothing to change."]


def joined(text: str, name: str, parts: Callable[[str, str], dict[str, str]]) -> tuple[str, list[str]]:
    """A file that Git left with conflicts, with the entries of both sides; any other file as it is.

    Git weaves two entries that were added at one place into each other, line by line; only the two whole sides can be
    read. ValueError where the sides have different versions of one entry.
    """
    if not re.search(r"^<{7} ", text, re.MULTILINE):
        return text, []
    sides: tuple[list[str], list[str]] = ([], [])
    into = (0, 1)
    for line in text.splitlines(keepends=True):
        mark = line[:7]
        if mark in ("<<<<<<<", "|||||||", "=======", ">>>>>>>"):
            into = {"<<<<<<<": (0,), "|||||||": (), "=======": (1,), ">>>>>>>": (0, 1)}[mark]
        else:
            for side in into:
                sides[side].append(line)
    ours, theirs = (parts("".join(side), name) for side in sides)
    for key in ours.keys() & theirs.keys():
        if ours[key] != theirs[key]:
            raise ValueError(
                f"{name}: found two versions of {key} in a merge conflict, expected one; "
                "mend that conflict by hand, then format again."
            )
    added = [key for key in theirs if key not in ours]
    body = "".join(sides[0]).rstrip("\n") + "\n" + "".join(theirs[key] for key in added)
    return body, [
        f"{name}: a merge conflict; kept {', '.join(sorted(ours.keys() - theirs.keys())) or 'nothing'} of one side "
        f"and {', '.join(added) or 'nothing'} of the other."
    ]


def bibtex_parts(text: str, name: str) -> dict[str, str]:
    return {item.key: "\n" + text[item.begin : item.stop] + "\n" for item in items(text, name)}


def csv_parts(text: str, name: str) -> dict[str, str]:
    return {line.partition(",")[0]: line for line in text.splitlines(keepends=True)[1:]}


def citations(folder: Path) -> set[str]:
    """The keys that the pages cite."""
    pages = [folder / "index.md", *sorted((folder / "chapters").rglob("*.md"))]
    roles = (
        found
        for page in pages
        if page.exists()
        for found in re.findall(r"\{cite:\w+\}`([^`]+)`", read(page, page.name))
    )
    return {key.strip() for role in roles for key in re.sub(r"\{[^}]*\}", "", role).split(",")}


def rows_by_reference(folder: Path) -> dict[str, list[str]]:
    """The tables with a column `ref` that name each key."""
    found: dict[str, list[str]] = {}
    for table in tables.package()["resources"]:
        path = folder / "data" / table["path"]
        if any(column["name"] == "ref" for column in table["schema"]["fields"]) and path.exists():
            lines = (line for line in read(path, table["path"]).splitlines(keepends=True) if not line.startswith("#"))
            for key in {row.get("ref") or "" for row in csv.DictReader(lines)}:
                found.setdefault(key, []).append(table["path"])
    return found


def uncited(folder: Path) -> list[str]:
    """The entries that no page cites, with the tables that name them all the same."""
    cited, rows = citations(folder), rows_by_reference(folder)
    keys = [
        item.key for item in items(read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY), BIBLIOGRAPHY) if item.key not in cited
    ]
    return [f"{key} (rows in {', '.join(rows[key])})" if key in rows else key for key in keys]


def unread(folder: Path) -> list[str]:
    """What was cited or entered without a reading, and identifiers that no page that was read prints."""
    entries = items(read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY), BIBLIOGRAPHY)
    readings, cited = Readings(folder).keys, citations(folder)
    said = [f"{key}: cited, and has no row in {READINGS}" for key in sorted(cited - readings)]
    said += [f"{item.key}: has no row in {READINGS}" for item in entries if item.key not in readings | cited]
    for item in entries:
        missing = [name.upper() for name in ("doi", "pmid") if item.fields.get(name) == "unread"]
        if missing:
            said.append(f"{item.key}: {' and '.join(missing)} unread")
    return said


def complete(folder: Path) -> Iterator[str]:
    """Fill the `unread` DOI or PMID of entries that have the other one; each as soon as it is known."""
    path = folder / BIBLIOGRAPHY
    for entry in items(read(path, BIBLIOGRAPHY), BIBLIOGRAPHY):
        doi, pmid = entry.fields.get("doi", ""), entry.fields.get("pmid", "")
        wanted = [name for name in ("doi", "pmid") if entry.fields.get(name) == "unread"]
        if len(wanted) != 1 or not (known(doi) or known(pmid)):
            continue
        text = read(path, BIBLIOGRAPHY)
        time.sleep(PAUSE)
        try:
            work = pubmed_work(pmid) if known(pmid) else pubmed_by_doi(doi.lower())
        except NotFound:
            work = None
        except NotReached:
            raise
        except ValueError as error:
            yield f"{entry.key}: {error}"
            continue
        value = work.fields[wanted[0]] if work else ""
        if not value:
            yield f"{entry.key}: PubMed knows no {wanted[0].upper()}."
            continue
        twin = next(
            (item for item in items(text, BIBLIOGRAPHY) if item.fields.get(wanted[0], "").lower() == value), None
        )
        if not near_same(entry.fields.get("title", ""), work.fields["title"]):
            yield (
                f"{entry.key}: found another work at PubMed, {work.fields['title']!r}, expected "
                f"{plain(entry.fields.get('title', ''))!r}; compare the identifiers with the page of the work."
            )
        elif twin:
            yield f"{entry.key}: {duplicate(twin, f'the {wanted[0].upper()} {value}')}"
        else:
            replace_file(path, replaced(text, entry.key, {wanted[0]: value}, BIBLIOGRAPHY))
            yield f"{entry.key}: {wanted[0]} = {value}"
            if work.retracted and entry.fields.get("status") != "retracted":
                yield f"{entry.key}: RETRACTED ({'; '.join(work.notices)}); add `status = {{retracted}},` to the entry."


# --- the command line --------------------------------------------------------------------------------------------


def add_parser(subparsers) -> None:
    """Add `cite` with its commands to `./book`; after parsing, `run(options)` does what was asked.

    cite add ID [--retracted] [--read-at HOW --source PAGE] · cite format · cite list --uncited | --unread · cite complete
    """
    text = "keep the bibliography: add, format, list, complete references"
    commands = subparsers.add_parser("cite", help=text, description=text)
    commands.set_defaults(run=run)
    commands = commands.add_subparsers(dest="cite", required=True, metavar="COMMAND")

    def command(name: str, text: str):
        return commands.add_parser(name, help=text, description=text)

    one = command("add", "add a work by its DOI (from Crossref) or PMID (from PubMed)")
    one.add_argument("identifier", metavar="ID", help="DOI or PMID, bare or as a link")
    one.add_argument("--retracted", action="store_true", help="add a retracted work, as such")
    one.add_argument(
        "--read-at", default="", metavar="HOW", help="what you read: abstract, full text, table, summary or unverified"
    )
    one.add_argument("--source", default="", metavar="PAGE", help='where you read it, as "PubMed 24161934"')
    command("format", "sort and normalize the bibliography; after a merge conflict, keep the entries of both sides")
    which = command("list", "list entries that want attention").add_mutually_exclusive_group(required=True)
    which.add_argument("--uncited", action="store_true", help="entries that no page cites")
    which.add_argument("--unread", action="store_true", help="citations without a reading, and identifiers not read")
    command("complete", "fill identifiers that are `unread`, by asking PubMed for the known one")


def run(options: Namespace) -> int:
    """Do what `add_parser` parsed, on the files of the repository; ValueError or OSError says what went wrong."""
    folder = tables.root()
    if options.cite == "add":
        lines: Iterable[str] = add(
            folder, options.identifier, retracted=options.retracted, read_at=options.read_at, source=options.source
        )
    elif options.cite == "format":
        lines = format_(folder)
    elif options.cite == "list":
        lines = uncited(folder) if options.uncited else unread(folder)
    else:
        lines = complete(folder)
    for line in lines:
        print(line, flush=True)
    return 0
