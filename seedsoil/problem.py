"""What is wrong in a file, told the same way everywhere: where, what was found, what was expected, how to mend it."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

LONGEST = 60  # characters of a cell that a message repeats


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend; `line` is 0 and `column` empty where a whole file or row is meant. Sorts by place."""

    file: str
    line: int
    column: str
    found: str
    expected: str
    mend: str
    code: str  # of `seedsoil.codes`, stable

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return visible(f"{where}: found {self.found}, expected {self.expected}; {self.mend}")


class DataError(ValueError):
    """Data that cannot be used; `problems` has each thing to mend, `rest` a table without its wrong cells, if any."""

    def __init__(self, *problems: Problem, rest: Any = None):
        self.problems, self.rest = problems, rest
        super().__init__("\n".join(map(str, problems)))


def visible(text: str) -> str:
    """Text for a terminal or a log: what would move the cursor, color, hide or turn around text is escaped."""
    return "".join(
        sign if sign.isprintable() or sign in "\n\t" else sign.encode("unicode_escape").decode() for sign in text
    )


def quoted(cell: str) -> str:
    """A cell as a message shows it: control characters escaped, a long one cut."""
    return repr(cell) if len(cell) <= LONGEST else f"{cell[:LONGEST]!r}… ({len(cell):,} characters)"


def nearest(name: str, names: Iterable[str] | Mapping[str, str], otherwise: str, besides: str = "") -> str:
    """How to mend `name`: "did you mean …?" with the nearest of `names` and `besides`, or `otherwise` if none is near.

    Case does not count. A mapping gives the name to propose for each name to compare with.
    """
    proposals = names if isinstance(names, Mapping) else {other: other for other in names}
    folded = {other.casefold(): proposal for other, proposal in proposals.items()}
    near = difflib.get_close_matches(name.casefold(), folded, n=1)
    return f"did you mean {folded[near[0]]}? {besides}".rstrip() if near else otherwise
