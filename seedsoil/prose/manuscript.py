"""A page of the book as its check sees it: text, roles, directives and code, each with its place in the source."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from dataclasses import dataclass, field

HIDDEN = "\ufffc"  # stands in a text for what is not typed prose: a bound number, a citation, code


@dataclass(frozen=True)
class Text:
    """Text of one paragraph, cell, heading or caption; `kind` is prose, heading, alt or math.

    `spots` are pairs of an offset in the text and the position in the source of what begins there.
    """

    text: str
    kind: str
    spots: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Role:
    """`position` is where it begins in the source."""

    name: str
    text: str
    position: int


@dataclass(frozen=True)
class Directive:
    """`options` of nested metadata are joined by dots, as `mystnb.figure.caption`; lists have no place in them."""

    name: str
    argument: str
    options: dict[str, str]
    body: str
    position: int


# A position in the source of a page, what was found there, what was expected, how to mend it, and the code.
Fault = tuple[int, str, str, str, str]


@dataclass
class Manuscript:
    """A page, its name relative to the root of the book, and its parts in the order of the source."""

    name: str
    source: str
    texts: list[Text] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    pictures_without_alt: list[int] = field(default_factory=list)
    code: dict[int, ast.Module] = field(default_factory=dict)  # cells, by the positions of their directives

    def __post_init__(self):
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.source))]

    def place(self, position: int) -> tuple[int, int]:
        """Line and column, both from 1, of a position in the source."""
        line = bisect_right(self.starts, position)
        return line, position - self.starts[line - 1] + 1

    def position(self, text: Text, start: int, end: int) -> int:
        """Where a part of a text stands in the source; near it where the source spells it in another way."""
        offset, spot = text.spots[bisect_right(text.spots, start, key=lambda spot: spot[0]) - 1]
        part, position = text.text[start:end], spot + start - offset
        if self.source.startswith(part, position):
            return position
        found = self.source.find(re.match(r"\W*\w*", part)[0].strip(HIDDEN), spot)
        return spot if found < 0 else found


def name_of(function: ast.expr) -> str:
    """The last name of what is called: `bind` of `ss.bind`."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
