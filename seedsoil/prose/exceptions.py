"""Typed estimates, and the numbers that may be typed nevertheless.

An estimate in a sentence comes from code ({glue:text}) or from a row ({effect}, {estimate}, {value}). What may be typed
nevertheless, such as a definition, stands in `data/allowed_numbers.txt`, one line each:

    chapters/dormancy.md: at least 10 fmol  # our cut-off, by definition
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from seedsoil.problem import Problem
from seedsoil.prose import typed_numbers
from seedsoil.prose.manuscript import HIDDEN, Fault, Manuscript

ALLOWED = "data/allowed_numbers.txt"
IN_MATH = {"interval", "p value", "percentage", "ratio", "sample size"}  # a formula may hold other numbers
SECTION_NUMBER = re.compile(r"\d+(?:\.\d+)*\.?\s")


class Exceptions:
    """The numbers that may be typed, and which of them were met."""

    def __init__(self, root: Path):
        path = root / ALLOWED
        lines = path.read_text("utf8").splitlines() if path.is_file() else []
        self.entries: dict[int, tuple[str, str]] = {}  # line: page, text
        self.broken, self.met = [], set()
        for number, line in enumerate(lines, 1):
            entry = re.fullmatch(r"(\S+): (.*\S)\s+# \S.*", line)
            if entry:
                self.entries[number] = entry[1], entry[2]
            elif line.strip() and not line.startswith("#"):
                self.broken.append(
                    Problem(
                        ALLOWED,
                        number,
                        "",
                        repr(line),
                        "file: exact text  # reason",
                        "complete the line",
                        "broken-exception",
                    )
                )

    def typed_estimates(self, page: Manuscript) -> Iterator[Fault]:
        for text in page.texts:
            for name, start, end in typed_numbers.find(text.text):
                if text.kind == "heading" and (number := SECTION_NUMBER.match(text.text)) and start < number.end():
                    continue
                if (text.kind == "math" and name not in IN_MATH) or self.allow(page.name, text.text, start, end):
                    continue
                mend = (
                    "say it without a number, for words of a picture cannot be bound"
                    if text.kind == "alt"
                    else "use {glue:text}, {effect}, {estimate} or {value}; "
                    f"a definition goes to {ALLOWED} with its reason"
                )
                found = " ".join(text.text[start:end].replace(HIDDEN, "").split())
                yield (
                    page.position(text, start, end),
                    f"the typed {name} {found!r}",
                    "a number bound to code or data",
                    mend,
                    "typed-number",
                )

    def allow(self, page: str, text: str, start: int, end: int) -> bool:
        """Whether an exception covers this part of a text; note that it was met."""
        text = text.replace("\n", " ")
        for line, (name, exception) in self.entries.items():
            if name == page:
                at = text.find(exception)
                while at >= 0:
                    if at <= start and end <= at + len(exception):
                        self.met.add(line)
                        return True
                    at = text.find(exception, at + 1)
        return False

    def unused(self) -> list[Problem]:
        """Lines that cannot be read, and exceptions that no page needs any more."""
        return self.broken + [
            Problem(
                ALLOWED,
                line,
                "",
                f"the exception {text!r}",
                f"typed so in {page}",
                "remove the line, or correct it",
                "unused-exception",
            )
            for line, (page, text) in self.entries.items()
            if line not in self.met
        ]
