"""Which words stand in which documents, in few bits, for the index of the search.

Rising numbers are written by binary interpolative coding (Moffat and Stuiver 2000): the one in the middle, then those
below and those above it, each in as few bits as its neighbors leave it. Counts stand in Elias's gamma code. Words are
numbers, too: 22 bits of their FNV-1a hash, so that a word of which the book knows nothing is taken for another one in
five hundred times. `search-index.js` reads what is written here.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

HASH_BITS = 22

Documents = tuple[list[int], ...]  # of each kind, those in which a word stands


def hashed(word: str) -> int:
    """FNV-1a of 32 bits, folded: http://www.isthe.com/chongo/tech/comp/fnv/."""
    value = 0x811C9DC5
    for byte in word.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return (value >> HASH_BITS) ^ (value & (1 << HASH_BITS) - 1)


def packed(words: Mapping[str, Documents], sizes: tuple[int, ...], most: tuple[int, ...]) -> dict[str, object]:
    """The index as JSON has it: the sizes of the kinds, how many words, and the bits in base64.

    A word in more than `most` documents of a kind is too common to choose among them: in their place stands a count
    above that of all.
    """
    merged: dict[int, tuple[set[int], ...]] = {}
    for word, documents in words.items():
        for known, numbers in zip(merged.setdefault(hashed(word), tuple(set() for _ in sizes)), documents, strict=True):
            known.update(numbers)
    bits = list(rising(sorted(merged), 0, 1 << HASH_BITS))
    for value in sorted(merged):
        for size, limit, numbers in zip(sizes, most, merged[value], strict=True):
            told = sorted(numbers) if len(numbers) <= limit else []
            bits.append(gamma(size + 2 if len(numbers) > limit else len(numbers) + 1))
            bits += rising(told, 0, size)
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    data = int(text or "0", 2).to_bytes(len(text) // 8, "big")
    return {"sizes": sizes, "words": len(merged), "bits": base64.b64encode(data).decode()}


def rising(numbers: list[int], start: int, end: int) -> Iterator[str]:
    """Numbers that go up, all from `start` on and below `end`."""
    if numbers:
        middle = len(numbers) // 2
        least, number = start + middle, numbers[middle]
        yield below(number - least, end - (len(numbers) - middle - 1) - least)
        yield from rising(numbers[:middle], start, number)
        yield from rising(numbers[middle + 1 :], number + 1, end)


def below(number: int, end: int) -> str:
    """A number from 0 on and below `end` in truncated binary: the first ones have a bit less."""
    width = (end - 1).bit_length()
    short = (1 << width) - end
    if number >= short:
        return f"{number + short:0{width}b}" if width else ""
    return f"{number:0{width - 1}b}" if width > 1 else ""


def gamma(number: int) -> str:
    """A number from 1 on: as many zeros as it has bits behind the first, and the bits."""
    bits = f"{number:b}"
    return "0" * (len(bits) - 1) + bits
