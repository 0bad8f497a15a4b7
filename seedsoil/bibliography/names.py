"""Names of authors in BibTeX: what is a list of them, and what only looks like one."""

from __future__ import annotations

import re

from pybtex.bibtex.utils import split_name_list

SUFFIX = re.compile(r"(?:jr|sr|jnr|snr|[ivx]+|\d(?:st|nd|rd|th)|ph\.?d|m\.?d|esq)\.?", re.IGNORECASE)
INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,3}")
BRACED = re.compile(r"\{[^{}]*\}")
MARKS = re.compile(r"[;*†‡§¶@|&]")


def fault(names: str) -> str:
    """What is wrong with a list of names, empty where nothing is.

    `Doe, Jane; Roe, Richard` is one name to BibTeX, and so is `Doe J, Roe R`: it would print one author and lose the
    other.
    """
    for name in split_name_list(names):
        if what := _fault(name):
            return what
    return "" if split_name_list(names) else "no name"


def _fault(name: str) -> str:
    bare = name
    while BRACED.search(bare):
        bare = BRACED.sub("X", bare)  # what stands in braces is as somebody wants it
    if not name.strip("{} \t~"):
        return "a name of no letters"
    shown = repr(name if len(name) <= 60 else name[:60] + "…")
    if mark := MARKS.search(bare):
        return f"the sign {mark[0]} in the name {shown}"
    if re.fullmatch(r"et\.? al\.?|and|etc\.?|", bare.strip().lower()):
        return f"{shown} for a name (more authors are `and others`)"
    parts = [part.strip() for part in bare.split(",")]
    if not all(parts):
        return f"a comma that parts nothing in the name {shown}"
    if len(parts) == 3 and SUFFIX.fullmatch(parts[2]):
        return f"the suffix {parts[2]} at the end of the name {shown}, where the given name stands,"
    if len(parts) > 3 or (len(parts) == 3 and not SUFFIX.fullmatch(parts[1])):
        return f"several names between two `and`, {shown},"
    last = parts[0].split()
    if len(last) > 1 and is_initials(last[-1]):
        return f"initials behind the surname, {shown},"
    return ""


def is_initials(word: str) -> bool:
    """`J`, `JA`, `J.A.`; not Li or II."""
    return bool(INITIALS.fullmatch(word)) and word == word.upper() and not re.fullmatch(r"[IVX]{2,}", word)


def is_group(name: str) -> bool:
    """Whether one pair of braces holds the whole name, as `{The {BIG} Group}`; not `{van} X`."""
    inner = name[1:-1]
    while BRACED.search(inner):
        inner = BRACED.sub("", inner)
    return name[:1] == "{" and name[-1:] == "}" and not set(inner) & set("{}")
