"""The characters that a file of the book may hold: what a reader sees is what is there, and it is there in one way.

Cyrillic or full-width letters look like others and are found by no search; marks without width and of direction are
seen by nobody; an accent may stand in one character or in two. The rule is the same for tables, the bibliography and
pages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

ALPHABETS = ("LATIN ", "GREEK ", "MICRO SIGN", "OHM SIGN", "KELVIN SIGN", "ANGSTROM SIGN", "FEMININE", "MASCULINE")
LOOKALIKES = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEZHIKMNOPTYXo", strict=True))  # Greek, and the Latin letter that is meant
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffd"
UNSEEN = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")  # Unicode categories: controls, formats, none, private, line ends
SPACES = " \u00a0\u2009\u202f"  # plain, no-break, thin, narrow no-break
# UTF-8 read as if each byte were a character of Windows.
MOJIBAKE = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac|\u00ef\u00bb\u00bf|\u00ce[\u0080-\u00bf]")

Unfit = tuple[int, str, str, str, str]  # position, found, expected, mend, code


def unfit(text: str) -> Iterator[Unfit]:
    """What a text may not hold, the first of each kind; line ends are for its file to say."""
    if text.isascii() and text.isprintable():
        return
    if signs := MOJIBAKE.search(text):
        mend = "save the file as UTF-8 and type it again"
        yield signs.start(), repr(signs[0]), "the letter that these signs were made from", mend, "broken-letters"
    told = set()
    for position, character in enumerate(text):
        kind = fault(character)
        if kind and kind[-1] not in told:
            told.add(kind[-1])
            yield position, *kind
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        position = next((place for place, pair in enumerate(zip(text, composed, strict=False)) if len({*pair}) > 1), 0)
        found, mend = repr(text[position : position + 2]), "type the letter again"
        yield position, found, "a letter together with its accent (NFC)", mend, "parted-accent"


def fault(character: str) -> tuple[str, str, str, str] | None:
    """What was found, what is expected in its place, how to mend it, and the code; None for one that may stand."""
    if character.isascii() and (character.isprintable() or character in "\n\t"):
        return None
    category, name = unicodedata.category(character), unicodedata.name(character, "")
    found = f"the character U+{ord(character):04X}" + (f" ({name.lower()})" if name else "")
    if category in UNSEEN or character in FILLERS or name.startswith("VARIATION SELECTOR"):
        return found, "text that can be seen", "remove it", "unseen-character"
    if category == "Zs" and character not in SPACES:
        return found, "a plain space", "type a space", "unseen-character"
    plain = LOOKALIKES.get(character) or unicodedata.normalize("NFKC", character)
    foreign = (category[0] == "L" and not name.startswith(ALPHABETS)) or category == "Nd" or "WIDTH" in name
    if character in LOOKALIKES or foreign or name.startswith(("MATHEMATICAL ", "CIRCLED ")):
        mend = f"type {plain!r}" if plain.isascii() else "write it in Latin letters"
        return found, "Latin or Greek letters and the digits 0 to 9", mend, "other-alphabet"
    return None


def visible(text: str) -> str:
    """The text without the characters that nobody sees."""
    kinds = {character: fault(character) for character in set(text)}
    unseen = {ord(character): None for character, kind in kinds.items() if kind and kind[-1] == "unseen-character"}
    return text.translate(unseen)
