"""The entries of a BibTeX file as text: read, formatted, inserted, replaced. Knows files, not Sphinx."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from pybtex.database.input.bibtex import LowLevelParser
from pybtex.exceptions import PybtexError

from seedsoil.bibliography.latex import unicode_latex
from seedsoil.problem import DataError, Problem

DOI = re.compile(r"10\.\d{4,9}/\S+")
NOT_KNOWN = ("none", "unread")  # the work has none; no page that was read shows it
FIELDS = (
    "author",
    "editor",
    "shortauthor",
    "title",
    "journal",
    "booktitle",
    "publisher",
    "institution",
    "school",
    "year",
    "volume",
    "number",
    "pages",
    "doi",
    "pmid",
    "url",
    "design",
    "status",
    "notice",
    "distinct",
)  # in this order; others follow by name
VENUES = ("journal", "booktitle", "publisher", "institution", "school")  # where a work appeared, the first that it has
TEXT_FIELDS = ("author", "editor", "shortauthor", "title", *VENUES)


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


def items(text: str, name: str) -> list[Item]:
    """The entries of a file in its order. DataError, by line, where it is not entries and `%` comments alone.

    A comment belongs to the entry below it; above the first entry, only what touches the entry does.
    """
    if marker := re.search(r"^(<{7}|={7}|>{7})( |$)", text, re.MULTILINE):
        mend = "run ./book cite format, which keeps the entries of both sides"
        line = line_at(text, marker.start())
        raise broken(name, line, "", "the mark of a merge conflict", "entries", mend, "merge-conflict")
    found: list[Item] = []
    parser = LowLevelParser(text, macros={})
    end, line = 0, 1
    try:
        for type_, content in parser:
            start, stop = parser.command_start, parser.pos
            line += text.count("\n", found[-1].start if found else 0, start)
            if type_.lower() in ("string", "preamble"):
                raise broken(name, line, "", f"@{type_}", "entries alone", "write every value out in braces")
            key, fields = content
            check_entry(text[start:stop], key, [field.lower() for field, _ in fields], name, line)
            values = {field.lower(): " ".join("".join(parts).split()) for field, parts in fields}
            begin = comment_start(text, end, start, name)
            found.append(Item(type_.lower(), key, values, begin, start, stop, line))
            end = stop
        comment_start(text, end, len(text), name)
    except PybtexError as error:
        line, expected = line_at(text, parser.command_start or 0), "an entry with balanced braces"
        mend = "close the braces, and write every value in braces"
        raise broken(name, line, "", f"broken BibTeX ({error})", expected, mend) from None
    return found


def line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def broken(
    name: str, line: int, key: str, found: str, expected: str, mend: str, code: str = "broken-bibtex"
) -> DataError:
    """The error of a file that is not entries."""
    return DataError(Problem(name, line, key, found, expected, mend, code))


def check_entry(text: str, key: str, names: list[str], name: str, line: int) -> None:
    """A brace too few makes an entry swallow the next; BibTeX does not mind."""
    if swallowed := re.search(r"\n\s*@\w+\s*\{\s*([^,\s]+)\s*,", text):
        mend = "close the field above that entry"
        raise broken(name, line, key, f"the entry {swallowed[1]} inside it", "balanced braces", mend)
    for field in names:
        if names.count(field) > 1:
            raise broken(name, line, key, f"the field {field} twice", "it once", "keep one")


def comment_start(text: str, end: int, start: int, name: str) -> int:
    """Where the comment of an entry begins. What is no comment was part of an entry that a brace too many cut short."""
    between = text[end:start]
    for number, line in enumerate(between.split("\n")):
        if line.strip() and not line.lstrip().startswith("%"):
            found, expected = f"{line.strip()[:60]!r} outside of the entries", "an entry, or a comment behind %"
            mend = "is there a brace too many above?"
            raise broken(name, line_at(text, end) + number, "", found, expected, mend)
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
    new = "\n\n".join(part for part in (head, *entries, tail) if part) + "\n"
    if new != text:
        items(new, f"{name}, formatted")  # what cannot be read again is not written
    return new


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
    every = {**item.fields, **fields}
    return same_again(text[: item.start] + entry_text(item.type, key, every) + text[item.stop :], key, every, name)


def same_again(text: str, key: str, fields: Mapping[str, str], name: str) -> str:
    """The text of a file, once the entry `key` is read from it as it was meant. ValueError where it is not."""
    try:
        found = next((item.fields for item in items(text, name) if item.key == key), {})
    except DataError as error:
        raise ValueError(f"{key}: found an entry that breaks the file, which was left as it was. {error}") from None
    meant = {field: normalized(field, value) for field, value in fields.items()}
    for field, value in meant.items():
        if found.get(field, "") != value:
            raise ValueError(
                f"{key}: found a {field} that cannot be read again, {value!r}, expected text with its braces in "
                "pairs; the file was left as it was: add the entry by hand."
            )
    return text


def entry_text(type_: str, key: str, fields: Mapping[str, str]) -> str:
    """An entry as the file shows it: fields in order, one a line, every value normalized and in braces."""
    order = sorted(fields, key=lambda field: (FIELDS.index(field) if field in FIELDS else len(FIELDS), field))
    values = {field: normalized(field, fields[field]) for field in order}
    return (
        f"@{type_}{{{key},\n" + "".join(f"  {field} = {{{value}}},\n" for field, value in values.items() if value) + "}"
    )


def normalized(field: str, value: str) -> str:
    """A value in Unicode and one line; DOIs bare and in lower case, page ranges with --, the case of symbols kept."""
    value = unicodedata.normalize("NFC", " ".join(value.split()))
    if field == "doi":
        return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", value.lower()).replace("\\_", "_")
    if field == "pages":
        return re.sub(r"\s*[-‐‑‒–—]+\s*", "--", value)
    if field in TEXT_FIELDS:
        value = re.sub(r"(?<!\\)[&%]", r"\\\g<0>", value)  # which LaTeX would take for its own
        value = unicode_latex(value)
    return protected(value) if field == "title" else value


def protected(title: str) -> str:
    """Braces around the words whose case carries meaning (CXCL12, TGF-β, mRNA), so that no style changes it."""
    if title.isupper():
        return title
    depth, words = 0, []
    for word in title.split(" "):
        open_ = depth == 0 and not re.search(r"[{}\\]", word)
        depth += word.count("{") - word.count("}")
        core = re.fullmatch(r"(\W*)([^()\[\]]*?)(\W*)", word)
        before, name, after = core.groups() if core else ("", word, "")
        words.append(f"{before}{{{name}}}{after}" if open_ and is_symbol(name) else word)
    return " ".join(words)


def is_symbol(word: str) -> bool:
    """A capital after the first letter, beside a digit, or in a name with a number: CXCL12, mRNA, T1, Ki-67."""
    return bool(re.fullmatch(r"[A-Z]\w*-\d+\w*", word)) or any(
        any(letter.isupper() for letter in part[1:]) or (part[:1].isupper() and re.search(r"\d", part))
        for part in re.split(r"[-‐–/]", word)
    )


def known(identifier: str) -> str:
    return "" if identifier in NOT_KNOWN else identifier
