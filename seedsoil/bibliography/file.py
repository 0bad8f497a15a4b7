"""Read, check and format the references of `data/references.bib`. Knows files, not Sphinx."""

from __future__ import annotations

import codecs
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import latexcodec  # noqa: F401 registers the codec "ulatex"
from pybtex.bibtex.utils import split_name_list
from pybtex.database import Entry, Person, parse_string
from pybtex.database.input.bibtex import LowLevelParser
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
FIELDS = (
    "author",
    "editor",
    "shortauthor",
    "title",
    "journal",
    "publisher",
    "year",
    "volume",
    "number",
    "pages",
    "doi",
    "pmid",
    "url",
    "design",
    "status",
)  # in this order; others follow by name
STATUS = ("retracted",)
TITLE_WORDS = 4  # shorter titles, as "Reply" or "Ulcers and gastritis", are shared by different works

ACCENT = r"""\\(?:[`'^"~=.](?:\{\\?\w\}|\\?\w)|[uvHcdbkr](?:\{\\?\w\}|\ \\?\w)|(?:ss|ae|AE|oe|OE|aa|AA|[oOlLij])(?:\{\}|\ |\b))"""
ACCENTED = re.compile(rf"\{{{ACCENT}\}}|{ACCENT}")
TEXT_FIELDS = ("author", "editor", "shortauthor", "title", "journal", "publisher")
LATIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
GREEK = str.maketrans(
    {
        "α": "alpha",
        "β": "beta",
        "γ": "gamma",
        "δ": "delta",
        "ε": "epsilon",
        "ζ": "zeta",
        "κ": "kappa",
        "λ": "lambda",
        "μ": "mu",
        "σ": "sigma",
        "τ": "tau",
        "ω": "omega",
    }
)
STOP_WORDS = frozenset(
    "a about after against an and are as at be before between by can do does for from has have how in into is it its "
    "of on or that the their these this those to toward towards under upon versus via vs what when where which who "
    "why with within without".split()
)


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


# --- formatting --------------------------------------------------------------------------------------------------


@cache
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
        key: chr(ord("a") + number) if len(keys) > 1 else ""
        for keys in same.values()
        for number, key in enumerate(keys)
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
            design=fields.get("design", ""),
            status=fields.get("status", ""),
        )

    every = [formatted(key) for key in entries]
    return {reference.key: reference for reference in sorted(every, key=sort_key)}


def sort_key(reference: Reference) -> tuple[str, str, str]:
    """Alphabetical as a reader expects it: accents and case do not count."""
    ascii_authors = unicodedata.normalize("NFKD", reference.authors).encode("ascii", "ignore").decode().lower()
    return ascii_authors, reference.year, reference.key


# --- the file as text --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Item:
    """One entry as it stands in the file: `text[start:stop]`, its comment from `begin`, its values without braces."""

    type: str
    key: str
    fields: dict[str, str]
    begin: int
    start: int
    stop: int
    line: int


def read(path: Path, name: str) -> str:
    """The text of a file, without a byte order mark, line ends as LF. ValueError where it is not UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"the bytes {data[error.start : error.end]!r}"
        raise ValueError(f"{name}:{line}: found {found}, expected UTF-8; save the file as UTF-8.") from None


def replace_file(path: Path, text: str) -> None:
    """Write `text` in one step: a failure, or an end of the process, leaves the old file as it was."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def items(text: str, name: str) -> list[Item]:
    """The entries of a file in its order. ValueError, by line, where it is not entries and `%` comments alone.

    A comment belongs to the entry below it; above the first entry, only what touches the entry does.
    """
    if marker := re.search(r"^(<{7}|={7}|>{7})( |$)", text, re.MULTILINE):
        raise ValueError(
            f"{name}:{line_at(text, marker.start())}: found the mark of a merge conflict, expected entries; "
            "run ./book cite format, which keeps the entries of both sides."
        )
    found: list[Item] = []
    parser = LowLevelParser(text, macros={})
    end, line = 0, 1
    try:
        for type_, content in parser:
            start, stop = parser.command_start, parser.pos
            line += text.count("\n", found[-1].start if found else 0, start)
            if type_.lower() in ("string", "preamble"):
                raise ValueError(
                    f"{name}:{line}: found @{type_}, expected entries alone; write every value out in braces."
                )
            key, fields = content
            check_entry(text[start:stop], key, [field.lower() for field, _ in fields], f"{name}:{line}: {key}")
            values = {field.lower(): " ".join("".join(parts).split()) for field, parts in fields}
            begin = comment_start(text, end, start, name)
            found.append(Item(type_.lower(), key, values, begin, start, stop, line))
            end = stop
        comment_start(text, end, len(text), name)
    except PybtexError as error:
        raise ValueError(
            f"{name}:{line_at(text, parser.command_start or 0)}: found broken BibTeX ({error}), expected an "
            "entry with balanced braces and every value in braces."
        ) from None
    return found


def line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def check_entry(text: str, key: str, names: list[str], where: str) -> None:
    """A brace too few makes an entry swallow the next; BibTeX does not mind."""
    if swallowed := re.search(r"\n\s*@\w+\s*\{\s*([^,\s]+)\s*,", text):
        raise ValueError(
            f"{where}: found the entry {swallowed[1]} inside it, expected balanced braces; "
            "close the field above that entry."
        )
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{where}: found the field {name} twice, expected it once; keep one.")


def comment_start(text: str, end: int, start: int, name: str) -> int:
    """Where the comment of an entry begins. What is no comment was part of an entry that a brace too many cut short."""
    between = text[end:start]
    for number, line in enumerate(between.split("\n")):
        if line.strip() and not line.lstrip().startswith("%"):
            raise ValueError(
                f"{name}:{line_at(text, end) + number}: found {line.strip()[:60]!r} outside of the entries, "
                "expected an entry, or a comment behind %; is there a brace too many above?"
            )
    if end == 0:
        return max(between.rfind("\n\n") + 2, 0) if "\n\n" in between else 0
    return end + len(between) - len(between.lstrip())


def formatted(text: str, name: str) -> str:
    """The file as it should be: entries by key, fields in order, normalized. Doing it again changes nothing."""
    found = items(text, name)
    if not found:
        return text
    head, tail = text[: found[0].begin].strip("\n"), text[found[-1].stop :].strip()
    entries = [
        text[item.begin : item.start].rstrip(" ") + entry_text(item.type, item.key, item.fields)
        for item in sorted(found, key=lambda item: item.key)
    ]
    return "\n\n".join(part for part in (head, *entries, tail) if part) + "\n"


def inserted(text: str, key: str, entry: str, name: str) -> str:
    """The file with one entry more, at its place by key; nothing else changes."""
    found = items(text, name)
    after = next((item for item in found if item.key > key), None)
    if after:
        return text[: after.begin] + entry + "\n\n" + text[after.begin :]
    end = found[-1].stop if found else len(text.rstrip())
    return text[:end] + ("\n\n" if end else "") + entry + (text[end:] or "\n")


def replaced(text: str, key: str, fields: Mapping[str, str], name: str) -> str:
    """The file with these fields of one entry set; only that entry is written anew."""
    item = next(item for item in items(text, name) if item.key == key)
    return text[: item.start] + entry_text(item.type, key, {**item.fields, **fields}) + text[item.stop :]


def entry_text(type_: str, key: str, fields: Mapping[str, str]) -> str:
    """An entry as the file shows it: fields in order, one a line, every value normalized and in braces."""
    order = sorted(fields, key=lambda field: (FIELDS.index(field) if field in FIELDS else len(FIELDS), field))
    values = {field: normalized(field, fields[field]) for field in order}
    return (
        f"@{type_}{{{key},\n" + "".join(f"  {field} = {{{value}}},\n" for field, value in values.items() if value) + "}"
    )


def normalized(field: str, value: str) -> str:
    """A value in UTF-8 and one line; DOIs bare and in lower case, page ranges with --, names in titles kept in case."""
    value = unicodedata.normalize("NFC", " ".join(value.split()))
    if field == "doi":
        return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", value.lower()).replace("\\_", "_")
    if field == "pages":
        return re.sub(r"\s*[-‐‑‒–—]+\s*", "--", value)
    if field in TEXT_FIELDS:
        value = re.sub(r"(?<!\\)[&%]", r"\\\g<0>", value)  # which LaTeX would take for its own
        value = ACCENTED.sub(unicode_accent, value)
    return protected(value) if field == "title" else value


def unicode_accent(letter: re.Match) -> str:
    r"""`{\v z}` is ž."""
    return unicodedata.normalize("NFC", codecs.decode(letter[0], "ulatex")).strip("{} ")


def protected(title: str) -> str:
    """Braces around the words whose case carries meaning (CXCL12, TGF-β, mRNA), so that no style changes it."""
    if title.isupper():
        return title
    depth, words = 0, []
    for word in title.split(" "):
        open_ = depth == 0 and not re.search(r"[{}\\]", word)
        depth += word.count("{") - word.count("}")
        core = re.fullmatch(r"(\W*)([^()\[\]]*?)(\W*)", word) or re.fullmatch("()(.*)()", word)
        words.append(f"{core[1]}{{{core[2]}}}{core[3]}" if open_ and is_symbol(core[2]) else word)
    return " ".join(words)


def is_symbol(word: str) -> bool:
    """A capital after the first letter, beside a digit, or in a name with a number: CXCL12, mRNA, T1, Ki-67."""
    return bool(re.fullmatch(r"[A-Z]\w*-\d+\w*", word)) or any(
        any(letter.isupper() for letter in part[1:]) or (part[:1].isupper() and re.search(r"\d", part))
        for part in re.split(r"[-‐–/]", word)
    )


# --- keys and titles ---------------------------------------------------------------------------------------------


def fold(text: str) -> str:
    """Lower case ASCII without accents; what has no such form is a space."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(LATIN))
    return "".join(letter if letter.isascii() else " " for letter in letters if not unicodedata.combining(letter))


def first_author(fields: Mapping[str, str]) -> str:
    """The surname of the first author with its particles, or what a group is called for short; ASCII letters alone."""
    names = split_name_list(fields.get("author") or fields.get("editor", ""))
    if not names:
        return ""
    if names[0].startswith("{"):
        group = plain(names[0])
        short = re.search(r"\((\w+)\)", group)
        capitals = "".join(re.findall(r"\b[A-Z]", group))
        names = [fields.get("shortauthor") or (short[1] if short else capitals if len(capitals) > 2 else group)]
        return re.sub(r"[^a-z]", "", fold(names[0]))
    return re.sub(r"[^a-z]", "", fold(surname(Person(names[0]))))


def make_key(fields: Mapping[str, str], taken: Collection[str] = ()) -> str:
    """`bragado2013tgf`: first author, year, first word of the title that means something; a letter if it is taken."""
    words = re.findall(r"[a-z]{2,}", fold(plain(fields["title"])))
    word = next((word for word in words if word not in STOP_WORDS), "untitled")
    key = f"{first_author(fields) or 'anonymous'}{fields['year']}{word}"
    return next(name for name in (key, *(key + letter for letter in "bcdefghijklmnopqrstuvwxyz")) if name not in taken)


@cache
def title_words(title: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+|\d+", fold(plain(title).lower().translate(GREEK))))


def near_same(one: str, other: str) -> bool:
    """Whether two titles by one first author are those of one work.

    They may differ in spelling, number, hyphens and articles, or one may lack the subtitle; a different word, number or
    negation makes another work ("Pantoprazole versus …", "Lansoprazole versus …").
    """
    a, b = ([word for word in title_words(title) if word not in ("a", "an", "the")] for title in (one, other))
    if not a or not b:
        return False
    if min(len(a), len(b)) > TITLE_WORDS and a[: len(b)] == b[: len(a)]:
        return True
    if "".join(a) == "".join(b):
        return True
    return all(
        tag == "equal" or spelled_alike("".join(a[i:j]), "".join(b[k:l]))
        for tag, i, j, k, l in SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    )


def spelled_alike(one: str, other: str) -> bool:
    """Tumour and tumor, ulcers and ulcer; not inactivation and activation, not pantoprazole and lansoprazole."""
    short, long = sorted((one, other), key=len)
    if long.endswith(short) and len(long) - len(short) > 1:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.88


# --- checking ----------------------------------------------------------------------------------------------------


def problems(path: Path, name: str | None = None) -> list[str]:
    """What is wrong with a BibTeX file: one `file:line: found …, expected …` message a problem, in order of lines."""
    name = name or path.name
    try:
        text = read(path, name)
        every = items(text, name)
    except ValueError as error:
        return [str(error)]
    lines: dict[str, int] = {}
    found: list[tuple[int, str]] = []
    for item in every:
        key, line = item.key, item.line
        if key.lower() in lines:
            found.append(
                (
                    line,
                    f"found a second entry with the key {key} (the first is on line {lines[key.lower()]}), "
                    "expected each key once; merge the two or rename one.",
                )
            )
        lines.setdefault(key.lower(), line)
    if not found:
        try:
            entries = parse_string(text, "bibtex").entries
        except PybtexError as error:
            return [f"{name}: found broken BibTeX ({error}), expected names as `Surname, Given and Surname, Given`."]
        found = list(entry_problems(entries, lines))
    return [f"{name}:{line}: {message}" for line, message in sorted(found)]


def entry_problems(entries: Mapping[str, Entry], lines: Mapping[str, int]) -> Iterable[tuple[int, str]]:
    """Missing fields, malformed years and DOIs, and works that are entered twice, by identifier or by title and author."""
    owners: dict[tuple[str, object], str] = {}
    for key, entry in entries.items():
        line = lines[key.lower()]
        if entry.type not in REQUIRED:
            yield (
                line,
                f"{key}: found the type @{entry.type}, expected one of {', '.join('@' + type_ for type_ in REQUIRED)}.",
            )
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
        if (status := entry.fields.get("status", "")) not in ("", *STATUS):
            yield line, f"{key}: found the status {status!r}, expected {' or '.join(STATUS)}, or no such field."
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
                yield (
                    line,
                    f"{key}: found the {kind} {shown} of {first} again, expected each work once; keep one entry.",
                )
                break
