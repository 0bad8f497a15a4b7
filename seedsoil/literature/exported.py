"""Works from a file that a reference manager, a publisher or PubMed exported: BibTeX, RIS or PubMed's own format.

What the file says is taken as a source says it; nothing is asked of the network.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import rispy
from pybtex.database import parse_string
from pybtex.exceptions import PybtexError

from seedsoil.bibliography.file import DOI, VENUES
from seedsoil.bibliography.printed import plain
from seedsoil.bibliography.rules import REQUIRED
from seedsoil.files import read
from seedsoil.literature import notices as fate
from seedsoil.literature.pubmed import NOTICE_KINDS
from seedsoil.literature.work import Work, clean, journal_name, page_range, person, title_of

RIS_TYPES = {
    **dict.fromkeys(("JOUR", "EJOUR", "UNPB"), "article"),
    **dict.fromkeys(("BOOK", "EBOOK", "EDBOOK"), "book"),
    **dict.fromkeys(("CHAP", "ECHAP"), "incollection"),
    "CPAPER": "inproceedings",
    "RPRT": "techreport",
    "THES": "phdthesis",
    "DATA": "dataset",
}
PUBLISHED_BY = ("publisher", "institution", "school")
TITLES = ("title", "primary_title")
JOURNALS = ("secondary_title", "alternate_title3", "journal_name", "alternate_title2", "alternate_title1")
YEARS = ("year", "publication_year", "date")
NBIB_NOTICES = {
    "RIN": "retraction",
    "PRIN": "partial retraction",
    "EIN": "correction",
    "ECI": "expression of concern",
    "CRI": "corrected and republished",
}
NOTICE = re.compile(r"(?:partial )?retract|.*\bretraction\b|correct|errat|expression of concern", re.IGNORECASE)
NBIB_ABOUT = ("ROF", "PROF", "EFR", "ECF")  # of the notices themselves, on what they are about
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
        notices = [f"{kind} {place}" for tag, kind in NBIB_NOTICES.items() for place in tags.get(tag, ())]
        notices += [kind for kind in tags.get("PT", ()) if kind == "Retracted Publication"]
        work = _work(
            "article", {"author": " and ".join(people)}, first.get("TI", ""), first.get("JT", ""), fields, notices
        )
        about = next((f"the notice of {tags[tag][0]}" for tag in NBIB_ABOUT if tag in tags), "")
        yield replace(work, is_notice=about or next((kind for kind in tags.get("PT", ()) if kind in NOTICE_KINDS), ""))


READERS: dict[str, Callable[[str], Iterator[Work]]] = {".bib": bibtex, ".ris": ris, ".nbib": nbib}


def _work(
    type_: str, people: Mapping[str, str], title: str, journal: str, fields: Mapping[str, str], remarks: Iterable[str]
) -> Work:
    """A work in the form of the bibliography; `remarks` may tell of a retraction."""
    title = clean(title)
    year = re.search(r"\d{4}", fields.get("year", ""))
    doi = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", fields.get("doi", "").strip().lower())
    pmid, pages = fields.get("pmid", "").strip(), clean(fields.get("pages"))
    venue_field = next((name for name in REQUIRED.get(type_, ()) if name in VENUES), "journal")
    publisher = clean(next((fields[name] for name in PUBLISHED_BY if fields.get(name)), ""))
    venue = {
        "journal": journal_name(clean(journal)),
        "booktitle": clean(fields.get("booktitle") or journal),
    }.get(venue_field, publisher)
    notices = [clean(remark) for remark in remarks if NOTICE.match(remark)]
    return Work(
        type_,
        {
            **people,
            "title": title_of(title),
            venue_field: venue,
            "year": year[0] if year else "",
            "volume": clean(fields.get("volume")),
            "number": clean(fields.get("number")),
            "pages": page_range(re.sub("-+", "-", pages)) if re.search(r"\d", pages) else "",
            "doi": doi if DOI.fullmatch(doi) else "",
            "pmid": pmid if pmid.isdigit() else "",
        },
        any(map(fate.retracts, notices)) or fate.says_retracted(title),
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
