"""Check all that is typed by hand: the tables, the references and the pages. `./book check` prints what is to mend, and
where the rows that are new on this branch are shown."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from seedsoil.bibliography import rules as bibliography
from seedsoil.evidence import rules as evidence
from seedsoil.evidence.references import BIBLIOGRAPHY
from seedsoil.files import ROOT
from seedsoil.living import rules as living
from seedsoil.problem import DataError, Problem
from seedsoil.prose import rules as prose
from seedsoil.prose import shown
from seedsoil.prose.absences import absences

PATIENCE = 2.0  # seconds that a part may take before it says that it is at work
PARTS: dict[str, Callable[[Path], list[Problem]]] = {
    "tables": evidence.problems,
    "references": lambda root: bibliography.problems(root / BIBLIOGRAPHY, BIBLIOGRAPHY),
    "pages": prose.problems,
    "living layer": living.problems,
}


def problems(root: Path = ROOT) -> dict[str, list[Problem]]:
    """What is to mend in each part of the book; a part without problems has an empty list."""
    found = {}
    for name, part in PARTS.items():
        with said_when_slow(f"checking the {name} …"):
            found[name] = told(part, root)
    return found


def questions(root: Path = ROOT) -> list[Problem]:
    """What only a reader can judge."""
    return told(prose.questions, root)


def told(part: Callable[[Path], list[Problem]], root: Path) -> list[Problem]:
    """What a part says, or what it cannot do without, as the table of contents."""
    try:
        return part(root)
    except DataError as error:
        return list(error.problems)


def run(form: str = "text", root: Path = ROOT) -> int:
    """Print every problem by file, line and column, where new rows are shown, and a summary.

    The exit status is 1 where there are problems.
    """
    start = time.perf_counter()
    parts = problems(root)
    line = as_annotation if form == "github" else as_text
    for problem in sorted({problem for found in parts.values() for problem in found}, key=place):
        print(line(problem))
    for name, number, text in new_rows(root):
        print(
            f"::notice file={name},line={number}::{escaped(text)}" if form == "github" else f"{name}:{number}: {text}"
        )
    counts = ", ".join(f"{len(found)} in the {name}" for name, found in parts.items())
    print(f"Problems: {counts} ({time.perf_counter() - start:.1f} s).")
    return 1 if any(parts.values()) else 0


def new_rows(root: Path) -> list[tuple[str, int, str]]:
    """Where the new rows are shown; nothing while the tables or pages cannot be read, which the problems say."""
    try:
        return list(shown.new_rows(root))
    except (OSError, ValueError, KeyError):
        return []


def ask(root: Path = ROOT) -> int:
    """Print what only a reader can judge, the claims of absence with their searches first."""
    for name, number, text in absences(root):
        print(f"{name}:{number}: {text}")
    asked = questions(root)
    for problem in asked:
        print(as_text(problem))
    print(f"Questions: {len(asked)}.")
    return 0


def place(problem: Problem) -> tuple:
    """Order of problems: positions in a line by number, columns of a table by name."""
    position = int(problem.column) if problem.column.isdigit() else 0
    return problem.file, problem.line, position, problem


def as_text(problem: Problem) -> str:
    """The problem with its code behind it, which `seedsoil.codes` explains."""
    return f"{problem} [{problem.code}]"


def as_annotation(problem: Problem) -> str:
    """The workflow command that makes GitHub show a problem at its line of a pull request.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    col = problem.column if problem.column.isdigit() else ""
    where = {"file": problem.file, "line": problem.line, "col": col, "title": problem.code}
    properties = ",".join(f"{name}={escaped(str(value), ':,')}" for name, value in where.items() if value)
    column = f"{problem.column}: " if problem.column and not where["col"] else ""
    message = f"{column}found {problem.found}, expected {problem.expected}; {problem.mend}"
    return f"::error {properties}::{escaped(message)}"


def escaped(text: str, more: str = "") -> str:
    return re.sub(f"[%\r\n{more}]", lambda match: f"%{ord(match[0]):02X}", text)


@contextmanager
def said_when_slow(text: str) -> Iterator[None]:
    timer = Timer(PATIENCE, print, [text], {"file": sys.stderr, "flush": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
