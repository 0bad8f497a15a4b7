"""How references are printed: names in a sentence and in a list, and what follows them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from pybtex.bibtex.utils import split_name_list
from pybtex.database import Entry, Person

from seedsoil.bibliography.file import NOT_KNOWN, VENUES, known
from seedsoil.bibliography.latex import Untold, text
from seedsoil.bibliography.letters import latin, suffix

NO_CORRECTIONS: Mapping[str, str] = MappingProxyType({})

NAMED_IN_TEXT = 2  # more authors than this become "et al." in a sentence
NAMED_IN_LIST = 10  # and more than this in a list of references
WORDS_OF_TITLE = 5  # that stand for the authors where no page that was read names them


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
    design: str  # of the study, where the entry names it
    status: str  # "retracted", or empty
    correction: str = ""  # the notice of a correction or concern, with its day


@cache
def plain(latex: str) -> str:
    """Text without LaTeX: braces and commands resolved, case kept; as it was typed where the check names a fault."""
    try:
        return text(latex)
    except Untold:
        return latex.replace("{", "").replace("}", "")


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


def persons(entry: Entry) -> list[Person]:
    """The authors, or else the editors; none where the work has none, or no page that was read names them."""
    for role in ("author", "editor"):
        people = list(entry.persons.get(role, []))
        if people and [str(person) for person in people] not in ([word] for word in NOT_KNOWN):
            return people
    return []


def title_in_place(fields: Mapping[str, str]) -> str:
    """`“Growth rate of hepatic metastases …”`, where the authors are not known."""
    words = plain(fields.get("title", "")).split()
    return f"“{' '.join(words[:WORDS_OF_TITLE])}{' …' if len(words) > WORDS_OF_TITLE else ''}”" if words else ""


def short(fields: Mapping[str, str]) -> str:
    """`Bragado 2013`: the first author and the year of an entry, as a link names a work."""
    names = split_name_list(known(fields.get("author") or fields.get("editor", "")))
    first = plain(names[0]) if names and names[0].startswith("{") else surname(Person(names[0])) if names else ""
    return f"{first or title_in_place(fields)} {fields.get('year', '')}".strip()


def venue(fields: Mapping[str, str]) -> str:
    """The journal, book, publisher, institution or school where a work appeared."""
    return next((plain(value) for name in VENUES if (value := known(fields.get(name, "")))), "")


def details(fields: Mapping[str, str]) -> str:
    volume, number = known(fields.get("volume", "")), known(fields.get("number", ""))
    volume += f"({number})" if number else ""
    pages = re.sub(r"-+", "–", plain(known(fields.get("pages", ""))))
    return ": ".join(part for part in (volume, pages) if part)


def notice(fields: Mapping[str, str]) -> str:
    """What a source said of a work when it was added, as a sentence."""
    said = plain(fields.get("notice", ""))
    return said[:1].upper() + said[1:]


def references(entries: Mapping[str, Entry], corrections: Mapping[str, str] = NO_CORRECTIONS) -> dict[str, Reference]:
    """Every entry formatted, keyed and sorted by author, year and key; `corrections` are notices by key."""
    people = {key: persons(entry) for key, entry in entries.items()}
    cited = {
        key: entries[key].fields.get("shortauthor") or cited_as(names) or title_in_place(entries[key].fields) or key
        for key, names in people.items()
    }
    same: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key in sorted(entries):
        same[cited[key], entries[key].fields.get("year", "")].append(key)
    letter = {key: suffix(number) if len(keys) > 1 else "" for keys in same.values() for number, key in enumerate(keys)}

    def formatted(key: str) -> Reference:
        fields = entries[key].fields
        return Reference(
            key=key,
            cited_as=cited[key],
            year=fields.get("year", "") + letter[key],
            authors=author_list(people[key]),
            title=plain(fields.get("title", "")),
            journal=venue(fields),
            details=details(fields),
            doi=known(fields.get("doi", "")),
            pmid=known(fields.get("pmid", "")),
            url=fields.get("url", ""),
            design=fields.get("design", ""),
            status=fields.get("status", ""),
            correction=corrections.get(key) or notice(fields),
        )

    every = [formatted(key) for key in entries]
    return {reference.key: reference for reference in sorted(every, key=sort_key)}


def sort_key(reference: Reference) -> tuple[str, str, int, str, str]:
    """Alphabetical as a reader expects it: accents and case do not count, and every letter has its place."""
    year = reference.year
    return latin(reference.authors or reference.title), year[:4], len(year), year, reference.key
