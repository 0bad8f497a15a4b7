"""Read, check and format the references of `data/references.bib`. Knows files, not Sphinx."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pybtex.database import Entry, Person, parse_string
from pybtex.exceptions import PybtexError
from pybtex.richtext import Text

NAMED_IN_TEXT = 2  # more authors than this become "et al." in a sentence
NAMED_IN_LIST = 10  # and more than this in a list of references

REQUIRED = {
    "article": ("author", "title", "journal", "year", "pmid"),
    "book": ("author", "title", "publisher", "year"),
}
DOI = re.compile(r"10\.\d{4,9}/\S+")
NOT_KNOWN = ("none", "unread")  # the work has none; no page that was read shows it
ENTRY_START = re.compile(r"@(\w+)\s*\{\s*([^,\s]+)\s*,")


@dataclass(frozen=True)
class Reference:
    """One entry as it is printed; a field that the entry lacks is an empty string.

    `cited_as` and `year` together are the author-year citation; `year` carries the letter that tells two papers of
    the same authors and year apart.
    """

    key: str
    cited_as: str
    year: str
    authors: str
    title: str
    journal: str
    details: str  # volume(issue): pages
    doi: str
    pmid: str
    url: str


# --- formatting --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=None)
def plain(latex: str) -> str:
    """Text without LaTeX: braces and commands resolved, case kept."""
    return str(Text.from_latex(latex)) if "\\" in latex else latex.replace("{", "").replace("}", "").replace("~", " ")


def surname(person: Person) -> str:
    return plain(" ".join(person.prelast_names + person.last_names))


def initials(person: Person) -> str:
    """`Julio A.` becomes `JA`, `Jean-Pierre` becomes `JP`, as PubMed prints them."""
    given = plain(" ".join(person.first_names + person.middle_names))
    return "".join(part[0] for part in re.split(r"[\s.\-\u2010]+", given) if part)


def cited_as(people: list[Person]) -> str:
    names = [surname(person) for person in people if surname(person) != "others"]
    if names and (len(people) > NAMED_IN_TEXT or len(names) < len(people)):
        return f"{names[0]} et al."
    return " and ".join(names)


def author_list(people: list[Person]) -> str:
    named = [person for person in people if surname(person) != "others"]
    shown = [f"{surname(person)} {initials(person)}".strip() for person in named[:NAMED_IN_LIST]]
    return ", ".join(shown) + (", et al." if len(shown) < len(people) else "")


def known(identifier: str) -> str:
    return "" if identifier in NOT_KNOWN else identifier


def details(fields: Mapping[str, str]) -> str:
    volume = fields.get("volume", "") + (f"({fields['number']})" if "number" in fields else "")
    pages = re.sub(r"-+", "–", fields.get("pages", ""))
    return ": ".join(part for part in (volume, pages) if part)


def references(entries: Mapping[str, Entry]) -> dict[str, Reference]:
    """Every entry formatted, keyed and sorted by author, year and key."""
    people = {key: entry.persons.get("author") or entry.persons.get("editor", []) for key, entry in entries.items()}
    cited = {key: entries[key].fields.get("shortauthor") or cited_as(names) or key for key, names in people.items()}
    same: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key in sorted(entries):
        same[cited[key], entries[key].fields.get("year", "")].append(key)
    letter = {
        key: chr(ord("a") + number) if len(keys) > 1 else "" for keys in same.values() for number, key in enumerate(keys)
    }

    def formatted(key: str) -> Reference:
        fields = entries[key].fields
        return Reference(
            key=key,
            cited_as=cited[key],
            year=fields.get("year", "") + letter[key],
            authors=author_list(people[key]),
            title=plain(fields.get("title", "")),
            journal=plain(fields.get("journal") or fields.get("publisher", "")),
            details=details(fields),
            doi=known(fields.get("doi", "")),
            pmid=known(fields.get("pmid", "")),
            url=fields.get("url", ""),
        )

    every = [formatted(key) for key in entries]
    return {reference.key: reference for reference in sorted(every, key=sort_key)}


def sort_key(reference: Reference) -> tuple[str, str, str]:
    """Alphabetical as a reader expects it: accents and case do not count."""
    ascii_authors = unicodedata.normalize("NFKD", reference.authors).encode("ascii", "ignore").decode().lower()
    return ascii_authors, reference.year, reference.key


# --- checking ----------------------------------------------------------------------------------------------------


def problems(path: Path, name: str | None = None) -> list[str]:
    """What is wrong with a BibTeX file: one `file:line: found …, expected …` message a problem, in order of lines."""
    name = name or path.name
    text = path.read_text("utf8")
    starts = [(match, text.count("\n", 0, match.start()) + 1) for match in ENTRY_START.finditer(text)]
    lines: dict[str, int] = {}
    found: list[tuple[int, str]] = []
    for match, line in starts:
        key = match[2]
        if key.lower() in lines:
            found.append((line, f"found a second entry with the key {key} (the first is on line {lines[key.lower()]}), "
                                "expected each key once; merge the two or rename one."))
        lines.setdefault(key.lower(), line)
    if not found:
        try:
            entries = parse_string(text, "bibtex").entries
        except PybtexError as error:
            return [f"{name}: found broken BibTeX ({error}), expected entries with balanced braces and quotes."]
        found = list(entry_problems(entries, lines))
    return [f"{name}:{line}: {message}" for line, message in sorted(found)]


def entry_problems(entries: Mapping[str, Entry], lines: Mapping[str, int]) -> Iterable[tuple[int, str]]:
    """Missing fields, malformed years and DOIs, and identifiers that two entries share."""
    owners: dict[tuple[str, str], str] = {}
    for key, entry in entries.items():
        line = lines[key.lower()]
        if entry.type not in REQUIRED:
            yield line, f"{key}: found the type @{entry.type}, expected one of {', '.join('@' + type_ for type_ in REQUIRED)}."
            continue
        for field in REQUIRED[entry.type]:
            value = entry.persons.get(field) if field == "author" else entry.fields.get(field, "").strip()
            if not value:
                yield line, f"{key}: found no {field}, expected one; add `{field} = {{…}},` as read at the source."
        year = entry.fields.get("year", "")
        doi, pmid = (known(entry.fields.get(field, "")) for field in ("doi", "pmid"))
        if year and not re.fullmatch(r"1[5-9]\d\d|20\d\d", year):
            yield line, f"{key}: found the year {year!r}, expected four digits."
        if doi and not DOI.fullmatch(doi):
            yield line, f"{key}: found the DOI {doi!r}, expected it bare, as 10.1038/ncb2861, or none or unread."
        if pmid and not re.fullmatch(r"\d{1,8}", pmid):
            yield line, f"{key}: found the PMID {pmid!r}, expected digits, or none or unread."
        for kind, value in (("DOI", doi.lower()), ("PMID", pmid)):
            first = owners.setdefault((kind, value), key) if value else key
            if first != key:
                yield line, f"{key}: found the {kind} {value} of {first} again, expected each work once; keep one entry."
