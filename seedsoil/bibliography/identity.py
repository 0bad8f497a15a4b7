"""Which entries are one work: keys, first authors, and titles that are nearly the same."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from itertools import chain, count

from pybtex.bibtex.utils import split_name_list
from pybtex.database import Person

from seedsoil.bibliography.file import known
from seedsoil.bibliography.letters import fold, suffix
from seedsoil.bibliography.printed import plain, surname

TITLE_WORDS = 4  # shorter titles, as "Reply" or "Ulcers and gastritis", are shared by different works
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
# What is positive or negative for a marker: CD44+/CD24−, CD44(+), HER2-; a hyphen within a word is none.
MARKED = ((re.compile(r"(?<=\w)\(?[+⁺]\)?"), " plus "), (re.compile(r"(?<=\w)(?:\([-−–]|[−⁻]|-(?!\w))"), " minus "))
SPELLINGS = (  # British and American, one and many
    (re.compile(r"our(?=s?$|ed$|ing$|al$|able$)"), "or"),
    (re.compile(r"([iy])s(?=es?$|ed$|ing$|er$|ations?$)"), r"\1z"),
    (re.compile(r"([bt])re(?=s?$)"), r"\1er"),
    (re.compile(r"ll(?=ed$|ing$)"), "l"),
    (re.compile(r"(?<=\w\w)ies$"), "y"),
    (re.compile(r"(?<=\w\w[^su])s$"), ""),
)


def first_author(fields: Mapping[str, str]) -> str:
    """The surname of the first author with its particles, or what a group is called for short; ASCII letters alone."""
    names = split_name_list(known(fields.get("author", "")) or known(fields.get("editor", "")))
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
    names = chain([key], (key + suffix(number) for number in count(1)))
    return next(name for name in names if name not in taken)


@cache
def title_words(title: str) -> tuple[str, ...]:
    """The words and numbers of a title, Greek letters by their names, and what tells one marker from another."""
    text = plain(title).lower().translate(GREEK)
    for sign, word in MARKED:
        text = sign.sub(word, text)
    return tuple(re.findall(r"[a-z]+|\d+", fold(text)))


def near_same(one: str, other: str) -> bool:
    """Whether two titles by one first author are those of one work.

    They may differ in spelling, number, hyphens and articles, or one may lack the subtitle; a different word, number or
    negation makes another work ("Pantoprazole versus …", "Lansoprazole versus …"), also if it is only a letter
    ("osteoblasts", "osteoclasts").
    """
    a, b = ([spelled(word) for word in title_words(title) if word not in ("a", "an", "the")] for title in (one, other))
    if not a or not b:
        return False
    return (min(len(a), len(b)) > TITLE_WORDS and a[: len(b)] == b[: len(a)]) or joined(a) == joined(b)


def joined(words: list[str]) -> str:
    """Words without the spaces and hyphens between them; oe and ae are what British has for e."""
    return re.sub("ae|oe", "e", "".join(words))


def spelled(word: str) -> str:
    """A word as all its spellings are compared: tumours and tumor, signalling and signaling."""
    for ending, other in SPELLINGS:
        word = ending.sub(other, word)
    return word


def told_apart(one: Mapping[str, str], other_key: str) -> bool:
    """Whether a person has said that an entry is another work than this one: `distinct = {key, key}`."""
    return other_key in re.split(r"[,;\s]+", one.get("distinct", ""))
