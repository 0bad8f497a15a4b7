"""`./book form`: what the book says about a filled issue form, and with --write the row that it becomes."""

from __future__ import annotations

import datetime
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from seedsoil import check
from seedsoil.files import ROOT, alone, read, replace_file
from seedsoil.forms import body, claim, number, paper, reply
from seedsoil.problem import DataError, Problem

PARTS = ("data", "chapters")  # of the book that a form is tried on
TYPES = (".csv", ".bib")  # of the files that a form may change


def add_parsers(add) -> None:
    """Add the command; `add(name, run, text)` gives its parser."""
    command = add("form", form, "say what the book says about a filled issue form, and write the row that it becomes")
    command.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="the text of the issue; else standard input"
    )
    command.add_argument("--issue", type=int, metavar="N", help="the number of the issue, for the note of the row")
    command.add_argument("--write", action="store_true", help="write the row, the correction or the papers into data/")


def form(options: Namespace) -> int:
    if options.file == "-":
        text = sys.stdin.buffer.read().decode("utf-8", "backslashreplace")
    else:
        text = read(Path(options.file), options.file)
    whence = f"issue {options.issue}" if options.issue else "an issue form"
    said, right = answer(ROOT, text, whence, write=options.write)
    print(said, end="")
    return 0 if right else 1


def answer(
    root: Path, text: str, whence: str, *, write: bool = False, today: datetime.date | None = None
) -> tuple[str, bool]:
    """What to answer to the filled form, in Markdown, and whether it could be used as it is.

    A form is tried on a copy of the book. With `write`, the tables that it changed there are put in their places once
    all is done: a form that cannot be used changes nothing.
    """
    said: list[str] = []
    try:
        filled = body.filled(text, body.forms(root))
        with alone(root / "data"), TemporaryDirectory() as folder:
            copy = Path(folder)
            _copy(root, copy)
            said += _entered(copy, filled, whence, today or datetime.date.today())
            said += _checked(root, copy)
            if write:
                _put(copy, root)
    except DataError as error:
        said += ["This cannot be used as it is, and nothing was written. Edit the issue, and put its label on again:"]
        return reply.joined([*said, reply.listed(map(check.as_text, error.problems))]), False
    except ValueError as error:
        return reply.joined([*said, "Nothing was written:", reply.block(str(error))]), False
    return reply.joined(said), True


def _entered(root: Path, filled: body.Filled, whence: str, today: datetime.date) -> Iterator[str]:
    if filled.form.name == "add-a-paper":
        yield from paper.entered(root, filled, whence, today)
    elif filled.form.name == "correct-a-number":
        yield from number.entered(root, filled, whence)
    else:
        yield from claim.entered(root, filled, whence, today)


def _checked(root: Path, copy: Path) -> Iterator[str]:
    """What the check says of the changed book that it does not say of the book as it is."""
    if not any(_changed(copy, root)):
        return
    new = _problems(copy)
    new -= _problems(root) if new else set()
    yield "`./book check` says:"
    yield reply.listed(map(check.as_text, sorted(new, key=check.place))) if new else "Nothing is to mend."


def _problems(root: Path) -> set[Problem]:
    return {problem for part in check.problems(root).values() for problem in part}


def _copy(root: Path, copy: Path) -> None:
    for name in PARTS:
        shutil.copytree(root / name, copy / name)
    for path in (*root.glob("*.md"), *root.glob("*.yml")):
        shutil.copy(path, copy)


def _changed(copy: Path, root: Path) -> Iterator[Path]:
    """The tables and references that differ, from the root."""
    for path in sorted((copy / "data").rglob("*")):
        name = path.relative_to(copy)
        if path.suffix in TYPES and path.read_bytes() != (root / name).read_bytes():
            yield name


def _put(copy: Path, root: Path) -> None:
    for name in _changed(copy, root):
        replace_file(root / name, read(copy / name, str(name)))
