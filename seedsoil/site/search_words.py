"""The words of a text as the search knows them: names of the vocabulary however they are written, and stems.

TGF-β, TGF-beta, TGFβ and TGFB are one name; tumour and tumor, fibre and fiber, signalling and signal are one word each.
`search-index.js` does with a question what is done here with the book, by the same `TABLES`, which the index carries.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import snowballstemmer
from sphinx.search.en import english_stopwords

HYPHENS = "-\u2010\u2011\u2013"
LETTERS = {
    letter: unicodedata.name(letter).rpartition("LETTER ")[2].split()[-1].lower()
    for letter in map(chr, range(0x370, 0x3FF + 1))
    if re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (FINAL )?[A-Z]+", unicodedata.name(letter, ""))
} | {"\u00b5": "mu", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss"}
RULES = (  # of a word in small letters: one spelling for two, one word for its forms; Porter's stemmer does the rest
    ("ae|oe", "e"),
    ("^([a-z]{2,})our", r"\1or"),
    ("lys(e|ed|es|ing|er|ers)$", r"lyz\1"),
    ("^([a-z]{3,})is(e|ed|es|ing|er|ers|able|ation|ations)$", r"\1iz\2"),
    ("^([a-z]*[aeiouy][a-z]{0,3}[aeo])ll(ing|ed|er|ers)$", r"\1l\2"),
    ("^([a-z]{2,}[bt])re(s?)$", r"\1er\2"),
    ("^leuc", "leuk"),
    ("sulph", "sulf"),
    ("^(re)?a?w[ao]k(e|es|en|ens|ened|ening|enings|ing)$", "wake"),
    ("metasta[a-z]*$", "metasta"),
    ("^dorman[a-z]*$", "dorman"),
    ("bly$", "ble"),  # two endings of which Porter's stemmer has two versions
    ("log(y|ies)$", "log"),
)
IN_GENES = {"alpha": "a", "beta": "b", "gamma": "g", "delta": "d", "epsilon": "e", "kappa": "k"}
UNASKED = "^[0-9]+$|_"  # numbers and names of code; years and numbers of papers are told apart
STOPWORDS = sorted(
    english_stopwords
    | set(
        "about after all also an any been both can do does each from had has have how its may more most other".split()
    )
    | set("our so some than them through under very we were what when where which while who why within without".split())
)
TABLES = {
    "hyphens": HYPHENS,
    "letters": LETTERS,
    "rules": [[pattern, written.replace("\\", "$")] for pattern, written in RULES],
    "genes": IN_GENES,
    "unasked": UNASKED,
    "stopwords": STOPWORDS,
}
LETTER = str.maketrans(LETTERS)
COMPOUND = re.compile(rf"\w+(?:[{HYPHENS}]\w+)*")
HYPHEN = re.compile(f"[{HYPHENS}]")
GREEK = re.compile("|".join(IN_GENES))

_compiled = [(re.compile(pattern), written) for pattern, written in RULES]
_unasked = re.compile(UNASKED)
_stemmer = snowballstemmer.stemmer("porter")


class Piece(NamedTuple):
    """A word or a part of a compound: as it is typed, its stem, what it gives to the key of a name; the first of two
    parts has the stem of the whole."""

    typed: str
    stem: str
    key: str
    whole: str = ""


def plain(text: str) -> str:
    """Greek letters by their names, and no accents."""
    spelled = unicodedata.normalize("NFC", text).translate(LETTER)
    return spelled if spelled.isascii() else re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", spelled))


@cache
def stem(word: str) -> str:
    word = word.lower()
    for pattern, written in _compiled:
        word = pattern.sub(written, word)
    return _stemmer.stemWord(word) if len(word) > 2 else word  # as Porter's own program, and Sphinx's, have it


@cache
def piece(typed: str) -> Piece:
    said = stem(typed) if typed.isalpha() else typed.lower()
    return Piece(typed, stem(typed), GREEK.sub(lambda found: IN_GENES[found[0]], said))


@cache
def compound(text: str) -> list[Piece]:
    parts = HYPHEN.split(text)
    made = [piece(part) for part in parts]
    return [made[0]._replace(whole=stem("".join(parts))), made[1]] if len(parts) == 2 else made


def pieces(text: str) -> list[Piece]:
    return [part for found in COMPOUND.findall(plain(text)) for part in compound(found)]


def key(text: str) -> str:
    """What all spellings of a name have in common."""
    return "".join(part.key for part in pieces(text))


@cache
def is_word(token: str) -> bool:
    """Whether someone may look for it: no small number, no name of code, no word that says nothing."""
    return len(token) > 1 and token not in STOPWORDS and not _unasked.search(token)


class Names:
    """What bears a name, by the key of the name.

    A name in capitals alone is met in a text only in capitals: a neutrophil extracellular trap is a NET, and no net.
    """

    def __init__(self, known: Mapping[str, Iterable[str]]):
        self.bearers: dict[str, list[str]] = {}
        capitals: dict[str, bool] = {}
        for thing, names in known.items():
            for name in names:
                said = key(name)
                bearers = self.bearers.setdefault(said, [])
                bearers += [thing] if thing not in bearers else []
                capitals[said] = capitals.get(said, True) and name.isupper() and name.isalpha()
        self._capitals = {said for said, alone in capitals.items() if alone}
        self._beginnings = {said[:length] for said in self.bearers for length in range(1, len(said) + 1)}

    def longest(self, words: list[Piece], start: int) -> tuple[list[str], int]:
        """Who bears the longest name that begins at a place, and where the name ends; nobody, and the next place."""
        said, bearers, after = "", [], start + 1
        for end in range(start, len(words)):
            said += words[end].key
            if said not in self._beginnings:
                break
            if said in self.bearers and (said not in self._capitals or _in_capitals(words[start : end + 1])):
                bearers, after = self.bearers[said], end + 1
        return bearers, after


def _in_capitals(words: list[Piece]) -> bool:
    return all(word.typed.removesuffix("s").isupper() for word in words)


def tokens(text: str, names: Names) -> Iterator[str]:
    """What a text can be found by, as often as it stands there: who is named in it, and the stems of other words."""
    words, start = pieces(text), 0
    while start < len(words):
        bearers, after = names.longest(words, start)
        yield from bearers or filter(is_word, (words[start].stem, words[start].whole))
        start = after
