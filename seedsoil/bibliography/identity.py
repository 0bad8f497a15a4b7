"""Which entries are one work: keys, first authors, and titles that are nearly the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from difflib import SequenceMatcher
from functools import cache

import latexcodec  # noqa: F401 registers the codec "ulatex"
from pybtex.bibtex.utils import split_name_list
from pybtex.database import Person

from seedsoil.bibliography.printed import plain, surname

TITLE_WORDS = 4  # shorter titles, as "Reply" or "Ulcers and gastritis", are shared by different works
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
        tag == "equal" or spelled_alike("".join(a[i:j]), "".join(b[m:n]))
        for tag, i, j, m, n in SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    )


def spelled_alike(one: str, other: str) -> bool:
    """Tumour and tumor, ulcers and ulcer; not inactivation and activation, not pantoprazole and lansoprazole."""
    short, long = sorted((one, other), key=len)
    if long.endswith(short) and len(long) - len(short) > 1:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() > 0.88
