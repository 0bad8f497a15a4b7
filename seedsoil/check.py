"""Check all that is typed by hand: the tables, the references and the pages. `./book check` prints what is to mend."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from seedsoil.bibliography import file as bibliography
from seedsoil.evidence import rules as evidence
from seedsoil.problem import Problem
from seedsoil.prose import rules as prose
from seedsoil.tables import package as tables

PATIENCE = 2.0  # seconds that a part may take before it says that it is at work
MESSAGE = re.compile(
    r"(?P<file>[^:]+):(?:(?P<line>\d+):)? (?:(?P<column>\S+): )?found (?P<found>.*), expected (?P<expected>.*)",
    re.DOTALL,
)

PARTS: dict[str, Callable[[Path], list[Problem]]] = {
    "tables": lambda root: evidence.problems(),
    "references": lambda root: [
        from_message(text) for text in bibliography.problems(root / prose.BIBLIOGRAPHY, prose.BIBLIOGRAPHY)
    ],
    "pages": prose.problems,
}


def problems() -> dict[str, list[Problem]]:
    """What is to mend in each part of the book; a part without problems has an empty list."""
    found = {}
    for name, part in PARTS.items():
        with said_when_slow(f"checking the {name} …"):
            found[name] = part(tables.root())
    return found


def run(form: str = "text") -> int:
    """Print every problem by file, line and column, and a summary; the exit status is 1 where there are any."""
    start = time.perf_counter()
    parts = problems()
    line = as_annotation if form == "github" else str
    for problem in sorted({problem for found in parts.values() for problem in found}, key=place):
        print(line(problem))
    counts = ", ".join(f"{len(found)} in the {name}" for name, found in parts.items())
    print(f"Problems: {counts} ({time.perf_counter() - start:.1f} s).")
    return 1 if any(parts.values()) else 0


def place(problem: Problem) -> tuple:
    """Order of problems: positions in a line by number, columns of a table by name."""
    position = int(problem.column) if problem.column.isdigit() else 0
    return problem.file, problem.line, position, problem


def as_annotation(problem: Problem) -> str:
    """The workflow command that makes GitHub show a problem at its line of a pull request.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    where = {"file": problem.file, "line": problem.line, "col": problem.column if problem.column.isdigit() else ""}
    properties = ",".join(f"{name}={escaped(str(value), ':,')}" for name, value in where.items() if value)
    column = f"{problem.column}: " if problem.column and not where["col"] else ""
    message = f"{column}found {problem.found}, expected {problem.expected}; {problem.mend}"
    return f"::error {properties}::{escaped(message)}"


def escaped(text: str, more: str = "") -> str:
    return re.sub(f"[%\r\n{more}]", lambda match: f"%{ord(match[0]):02X}", text)


def from_message(text: str) -> Problem:
    """The problem that a message of the bibliography tells."""
    message = MESSAGE.fullmatch(text)
    expected, _, mend = message["expected"].rstrip(".").partition("; ")
    return Problem(
        message["file"],
        int(message["line"] or 0),
        message["column"] or "",
        message["found"],
        expected,
        mend or "correct it",
    )


@contextmanager
def said_when_slow(text: str) -> Iterator[None]:
    timer = Timer(PATIENCE, print, [text], {"file": sys.stderr, "flush": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
