"""Letters of any alphabet as ASCII, for what is sorted and compared."""

from __future__ import annotations

import unicodedata

from text_unidecode import unidecode


def latin(text: str) -> str:
    """Lower case ASCII: `Łukasz` is lukasz, `Ørsted` orsted, `Иванов` ivanov."""
    return str(unidecode(unicodedata.normalize("NFKC", text))).lower()


def fold(text: str) -> str:
    """Lower case ASCII without accents; what is no Latin letter is a space."""
    letters = unicodedata.normalize("NFKD", text.lower())
    return "".join(
        letter if letter.isascii() else unidecode(letter) if "LATIN" in unicodedata.name(letter, "") else " "
        for letter in letters
        if not unicodedata.combining(letter)
    ).lower()


def suffix(number: int) -> str:
    """a … z, aa, ab …, from 0, as spreadsheets count their columns."""
    before, last = divmod(number, 26)
    return (suffix(before - 1) if before else "") + chr(ord("a") + last)
