"""An answer to an issue, as Markdown in which text from outside stays text.

Our own sentences are Markdown; all else stands in a block of code, where no mention, link, tag or expression works, and
characters that nobody sees are written out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from seedsoil.problem import visible

LONGEST = 3_000  # characters of one block; GitHub takes 65,536 of an answer


def block(text: str) -> str:
    """Text from outside as a block of code; a fence longer than any in the text cannot be closed by it."""
    shown = visible(text.replace("\r\n", "\n"))
    if len(shown) > LONGEST:
        shown = f"{shown[:LONGEST]}\n… ({len(shown):,} characters)"
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
    return f"{fence}text\n{shown}\n{fence}"


def listed(lines: Iterable[object]) -> str:
    return block("\n".join(map(str, lines)))


def joined(parts: Iterable[str]) -> str:
    return "\n\n".join(parts) + "\n"
