"""What an entry of the bibliography must hold; `problems` lists what it does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from seedsoil.bibliography import names
from seedsoil.bibliography.file import DOI, TEXT_FIELDS, Item, items, known
from seedsoil.bibliography.identity import TITLE_WORDS, first_author, title_words, told_apart
from seedsoil.bibliography.latex import Untold, text
from seedsoil.bibliography.printed import plain
from seedsoil.files import read
from seedsoil.problem import DataError, Problem, quoted
from seedsoil.tables.cells import TAG
from seedsoil.tables.characters import unfit

# What an entry of a type must have; of fields joined by "or", one.
REQUIRED = {
    "article": ("author", "title", "journal", "year", "pmid"),
    "book": ("author or editor", "title", "publisher", "year"),
    "incollection": ("author", "title", "booktitle", "year"),
    "inproceedings": ("author", "title", "booktitle", "year"),
    "techreport": ("author", "title", "institution", "year"),
    "phdthesis": ("author", "title", "school", "year"),
    "mastersthesis": ("author", "title", "school", "year"),
    "dataset": ("author", "title", "publisher", "year"),
}
STATUS = ("retracted",)


def problems(path: Path, name: str | None = None) -> list[Problem]:
    """What is wrong with a BibTeX file, in order of lines; the column of a problem is the key of its entry."""
    name = name or path.name
    try:
        every = items(read(path, name), name)
    except DataError as error:
        return list(error.problems)
    lines: dict[str, int] = {}
    found: list[Problem] = []
    for item in every:
        if item.key.lower() in lines:
            first = f"a second entry with the key {item.key} (the first is on line {lines[item.key.lower()]})"
            mend = "merge the two or rename one"
            found.append(Problem(name, item.line, item.key, first, "each key once", mend, "repeated-entry"))
        lines.setdefault(item.key.lower(), item.line)
    if not found:
        single = list(faults(every))
        unread = {key for key, fault in single if fault[-1] == "broken-names"}  # nobody knows who wrote these
        double = twins(item for item in every if item.key not in unread)
        found = [Problem(name, lines[key.lower()], key, *fault) for key, fault in (*single, *double)]
    return sorted(found)


# What was found in an entry, what was expected, how to mend it, and the code.
Fault = tuple[str, str, str, str]


def faults(every: Iterable[Item]) -> Iterator[tuple[str, Fault]]:
    """What single entries lack or have in another form, each with the key of its entry."""
    every = list(every)
    keys = {item.key for item in every}
    for item in every:
        if item.type not in REQUIRED:
            types = ", ".join("@" + type_ for type_ in REQUIRED)
            yield item.key, (f"the type @{item.type}", f"one of {types}", "change the type", "entry-type")
            continue
        for fault in (*missing(item), *identifiers(item), *unfit_text(item), *unfit_names(item)):
            yield item.key, fault
        for other in re.findall(r"[^,;\s]+", item.fields.get("distinct", "")):
            if other not in keys - {item.key}:
                found = f"{quoted(other)} in its field distinct"
                yield item.key, (found, "the key of another entry", "correct the key", "unknown-name")


def missing(item: Item) -> Iterator[Fault]:
    for field in REQUIRED[item.type]:
        if not any(item.fields.get(one, "").strip() for one in field.split(" or ")):
            mend = f"add `{field.split(' ')[0]} = {{…}},` as read at the source"
            yield f"no {field}", "one", mend, "missing-field"


def identifiers(item: Item) -> Iterator[Fault]:
    """Malformed years, identifiers, addresses and states."""
    year, status, url = (item.fields.get(field, "") for field in ("year", "status", "url"))
    doi, pmid = (known(item.fields.get(field, "")) for field in ("doi", "pmid"))
    if year and not re.fullmatch(r"1[5-9]\d\d|20\d\d", year):
        yield f"the year {year!r}", "four digits", "correct it", "malformed-year"
    if doi and not DOI.fullmatch(doi):
        yield f"the DOI {doi!r}", "one as 10.1038/ncb2861", "write it bare, or none or unread", "malformed-doi"
    if pmid and not re.fullmatch(r"\d{1,8}", pmid):
        yield f"the PMID {pmid!r}", "digits", "write digits, or none or unread", "malformed-pmid"
    if url and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", url):
        yield f"the address {quoted(url)}", "one that begins with https://", "correct it", "malformed-address"
    if status not in ("", *STATUS):
        mend = "correct it, or remove the field"
        yield f"the status {status!r}", " or ".join(STATUS), mend, "unknown-status"


def unfit_text(item: Item) -> Iterator[Fault]:
    """LaTeX that has no form as text, HTML, and characters that may not stand."""
    for field, value in item.fields.items():
        for _, found, expected, mend, code in unfit(value):
            yield f"{found} in the {field}", expected, mend, code
        if field not in TEXT_FIELDS:
            continue
        try:
            text(value)
        except Untold as untold:
            mend = "write what a reader should see, in Unicode"
            yield f"{untold} in the {field}", "LaTeX that has a form as text", mend, "unprintable-latex"
        if TAG.search(value):
            mend = "remove the tag; before a number, < may stay"
            yield f"HTML in the {field}, {quoted(plain(value))}", "text without HTML", mend, "html-markup"


def unfit_names(item: Item) -> Iterator[Fault]:
    for field in ("author", "editor"):
        value = known(item.fields.get(field, ""))
        if fault := names.fault(value) if value else "":
            mend = "write names as `Surname, Given and Surname, Given`, and a group in braces"
            yield f"{fault} in the {field}", "a list of names", mend, "broken-names"


def twins(every: Iterable[Item]) -> Iterator[tuple[str, Fault]]:
    """Works that are entered twice, by identifier or by title and first author; nobody has said that they are two."""
    owners: dict[tuple[str, object], list[Item]] = {}
    for item in every:
        doi, pmid = (known(item.fields.get(field, "")) for field in ("doi", "pmid"))
        words = title_words(item.fields.get("title", ""))
        for kind, value, shown in (
            ("DOI", doi.lower(), doi.lower()),
            ("PMID", pmid, pmid),
            ("title", len(words) >= TITLE_WORDS and (first_author(item.fields), words), ""),
        ):
            if not value:
                continue
            others = owners.setdefault((kind, value), [])
            first = next((other for other in others if kind != "title" or not are_told_apart(item, other)), None)
            others.append(item)
            if first:
                found = f"the {kind} {shown or repr(plain(item.fields['title']))} of {first.key} again"
                yield item.key, (found, "each work once", "keep one entry", "work-entered-twice")
                break


def are_told_apart(one: Item, other: Item) -> bool:
    return told_apart(one.fields, other.key) or told_apart(other.fields, one.key)
