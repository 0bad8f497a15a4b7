"""Works from a file that a reference manager, a publisher or PubMed exported: BibTeX, RIS or PubMed's own format.

What the file says is taken as a source says it; nothing is asked of the network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import rispy
from pybtex.database import parse_string
from pybtex.exceptions import PybtexError

from seedsoil.bibliography.file import DOI
from seedsoil.bibliography.printed import plain
from seedsoil.files import read
from seedsoil.literature.work import RETRACTED_TITLE, Work, clean, journal_name, page_range, person, title_of

RIS_TYPES = {"JOUR": "article", "EJOUR": "article", "UNPB": "article", "BOOK": "book", "EBOOK": "book"}
TITLES = ("title", "primary_title")
JOURNALS = ("secondary_title", "alternate_title3", "journal_name", "alternate_title2", "alternate_title1")
YEARS = ("year", "publication_year", "date")
NBIB_TAG = re.compile(r"([A-Z]{2,4}) *- (.*)")


def works(path: Path) -> list[Work]:
    """The works of a file, told apart by its ending. ValueError for an ending or a content that is none of these."""
    if path.suffix.lower() not in READERS:
        raise ValueError(f"found the file {path.name}, expected one that ends in {', '.join(READERS)}.")
    text = read(path, path.name)
    try:
        found = list(READERS[path.suffix.lower()](text))
    except (PybtexError, rispy.parser.ParseError, OSError) as error:
        raise ValueError(f"{path.name}: found {error}, expected references; export the file again.") from None
    if not found:
        raise ValueError(f"{path.name}: found no reference, expected one at least; export the file again.")
    return found


def bibtex(text: str) -> Iterator[Work]:
    """LaTeX in names and titles becomes text where the entry is written."""
    for entry in parse_string(text, "bibtex").entries.values():
        fields = {name.lower(): value for name, value in entry.fields.items()}
        people = {role: " and ".join(map(str, entry.persons.get(role, ()))) for role in ("author", "editor")}
        yield _work(
            entry.type.lower(),
            people,
            plain(fields.get("title", "")),
            plain(fields.get("journal", fields.get("journaltitle", ""))),
            fields | {"year": fields.get("year", fields.get("date", ""))},
            [plain(fields.get(name, "")) for name in ("note", "status")],
        )


def ris(text: str) -> Iterator[Work]:
    for record in rispy.loads(text):
        first, last = record.get("start_page", ""), record.get("end_page", "")
        names = record.get("authors") or record.get("first_authors") or []
        fields = record | {
            "pages": f"{first}-{last}" if last and "-" not in first else first,
            "pmid": record.get("accession_number", ""),
            "year": _first(record, YEARS),
        }
        people = {
            "author": " and ".join(map(_name, names)),
            "editor": " and ".join(map(_name, record.get("secondary_authors", ()))),
        }
        type_ = RIS_TYPES.get(record["type_of_reference"], record["type_of_reference"])
        notes = record.get("notes", [])
        yield _work(type_, people, _first(record, TITLES), _first(record, JOURNALS), fields, notes)


def nbib(text: str) -> Iterator[Work]:
    """https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format: a tag of up to four letters, lines that go on indented."""
    for block in re.split(r"\n\s*\n(?=PMID)", text.strip()):
        tags: dict[str, list[str]] = {}
        for line in re.sub(r"\n {6}", " ", block).splitlines():
            if tag := NBIB_TAG.match(line):
                tags.setdefault(tag[1], []).append(tag[2])
        if "PMID" not in tags:
            continue
        first = {name: values[0] for name, values in tags.items()}
        people = [_name(name) for name in tags.get("FAU") or tags.get("AU", ())]
        people += [f"{{{group.rstrip('.')}}}" for group in tags.get("CN", ())]
        dois = [place.removesuffix(" [doi]") for place in tags.get("LID", []) + tags.get("AID", []) if "[doi]" in place]
        articles = [place.removesuffix(" [pii]") for place in tags.get("LID", []) if place.endswith("[pii]")]
        fields = {
            "year": first.get("DP", ""),
            "volume": first.get("VI", ""),
            "number": first.get("IP", ""),
            "pages": first.get("PG", "") or next(iter(articles), ""),
            "doi": next(iter(dois), ""),
            "pmid": first["PMID"],
        }
        notices = [f"retraction {place}" for place in tags.get("RIN", ())]
        notices += [kind for kind in tags.get("PT", ()) if kind == "Retracted Publication"]
        yield _work(
            "article", {"author": " and ".join(people)}, first.get("TI", ""), first.get("JT", ""), fields, notices
        )


READERS: dict[str, Callable[[str], Iterator[Work]]] = {".bib": bibtex, ".ris": ris, ".nbib": nbib}


def _work(
    type_: str, people: Mapping[str, str], title: str, journal: str, fields: Mapping[str, str], remarks: Iterable[str]
) -> Work:
    """A work in the form of the bibliography; `remarks` may tell of a retraction."""
    title = clean(title)
    year = re.search(r"\d{4}", fields.get("year", ""))
    doi = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", fields.get("doi", "").strip().lower())
    pmid, pages = fields.get("pmid", "").strip(), clean(fields.get("pages"))
    publisher = clean(fields.get("publisher"))
    venue = {"publisher": publisher} if type_ == "book" else {"journal": journal_name(clean(journal))}
    notices = [remark for remark in remarks if re.match(r"retract|.*\bretraction\b", remark, re.IGNORECASE)]
    return Work(
        type_,
        {
            **people,
            "title": title_of(title),
            **venue,
            "year": year[0] if year else "",
            "volume": clean(fields.get("volume")),
            "number": clean(fields.get("number")),
            "pages": page_range(re.sub("-+", "-", pages)) if re.search(r"\d", pages) else "",
            "doi": doi if DOI.fullmatch(doi) else "",
            "pmid": pmid if pmid.isdigit() else "",
        },
        bool(notices) or bool(RETRACTED_TITLE.search(title)),
        notices,
    )


def _first(record: Mapping[str, str], names: Iterable[str]) -> str:
    return next((record[name] for name in names if record.get(name)), "")


def _name(text: str) -> str:
    """`Himmelstein, Daniel S`, or `Himmelstein DS`; a name without a comma or initials is that of a group."""
    family, comma, given = text.partition(",")
    if not comma:
        family, _, given = text.rpartition(" ")
        if not family or not re.fullmatch(r"(?:[A-Z]\.?-?){1,4}", given):
            return f"{{{clean(text)}}}"
    return person(clean(family), clean(given))
