"""What an entry of the bibliography must hold; `problems` lists what it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import latexcodec  # noqa: F401 registers the codec "ulatex"
from pybtex.database import Entry, parse_string
from pybtex.exceptions import PybtexError

from seedsoil.bibliography.file import DOI, items, known
from seedsoil.bibliography.identity import TITLE_WORDS, fold, title_words
from seedsoil.bibliography.printed import plain, surname
from seedsoil.files import read
from seedsoil.problem import DataError, Problem

REQUIRED = {
    "article": ("author", "title", "journal", "year", "pmid"),
    "book": ("author", "title", "publisher", "year"),
}
STATUS = ("retracted",)


def problems(path: Path, name: str | None = None) -> list[Problem]:
    """What is wrong with a BibTeX file, in order of lines; the column of a problem is the key of its entry."""
    name = name or path.name
    try:
        text = read(path, name)
        every = items(text, name)
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
        try:
            entries = parse_string(text, "bibtex").entries
        except PybtexError as error:
            mend = "write names as `Surname, Given and Surname, Given`"
            return [Problem(name, 0, "", f"broken BibTeX ({error})", "names", mend, "broken-bibtex")]
        found = [
            Problem(name, lines[key.lower()], key, *fault) for key, fault in (*entry_faults(entries), *twins(entries))
        ]
    return sorted(found)


# What was found in an entry, what was expected, how to mend it, and the code.
Fault = tuple[str, str, str, str]


def entry_faults(entries: Mapping[str, Entry]) -> Iterator[tuple[str, Fault]]:
    """Missing fields, malformed years, identifiers and states, each with the key of its entry."""
    for key, entry in entries.items():
        if entry.type not in REQUIRED:
            types = ", ".join("@" + type_ for type_ in REQUIRED)
            yield key, (f"the type @{entry.type}", f"one of {types}", "change the type", "entry-type")
            continue
        for field in REQUIRED[entry.type]:
            value = entry.persons.get(field) if field == "author" else entry.fields.get(field, "").strip()
            if not value:
                yield key, (f"no {field}", "one", f"add `{field} = {{…}},` as read at the source", "missing-field")
        year, status = entry.fields.get("year", ""), entry.fields.get("status", "")
        doi, pmid = (known(entry.fields.get(field, "")) for field in ("doi", "pmid"))
        if year and not re.fullmatch(r"1[5-9]\d\d|20\d\d", year):
            yield key, (f"the year {year!r}", "four digits", "correct it", "malformed-year")
        if doi and not DOI.fullmatch(doi):
            mend = "write it bare, or none or unread"
            yield key, (f"the DOI {doi!r}", "one as 10.1038/ncb2861", mend, "malformed-doi")
        if pmid and not re.fullmatch(r"\d{1,8}", pmid):
            yield key, (f"the PMID {pmid!r}", "digits", "write digits, or none or unread", "malformed-pmid")
        if status not in ("", *STATUS):
            yield (
                key,
                (f"the status {status!r}", " or ".join(STATUS), "correct it, or remove the field", "unknown-status"),
            )


def twins(entries: Mapping[str, Entry]) -> Iterator[tuple[str, Fault]]:
    """Works that are entered twice, by identifier or by title and first author."""
    owners: dict[tuple[str, object], str] = {}
    for key, entry in entries.items():
        doi, pmid = (known(entry.fields.get(field, "")) for field in ("doi", "pmid"))
        title = entry.fields.get("title", "")
        words = title_words(title) if len(title_words(title)) >= TITLE_WORDS else ()
        author = fold(surname(entry.persons["author"][0])) if "author" in entry.persons else ""
        for kind, value, shown in (
            ("DOI", doi.lower(), doi.lower()),
            ("PMID", pmid, pmid),
            ("title", words and (author, words), repr(plain(title))),
        ):
            first = owners.setdefault((kind, value), key) if value else key
            if first != key:
                found = f"the {kind} {shown} of {first} again"
                yield key, (found, "each work once", "keep one entry", "work-entered-twice")
                break
