"""The files of the repository: where they are, how they are read, and how they are written in one step."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seedsoil.problem import DataError, Problem

ROOT = Path(__file__).resolve().parents[1]


def read(path: Path, name: str) -> str:
    """The text of a file, without a byte order mark, line ends as LF. DataError where it is not UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"the bytes {data[error.start : error.end]!r}"
        raise DataError(Problem(name, line, "", found, "UTF-8", "save the file as UTF-8", "not-utf-8")) from None


def replace_file(path: Path, text: str) -> None:
    """Write `text` in one step: a failure, or an end of the process, leaves the old file as it was."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Alone with the files of a folder, for what is read, changed and written back; whoever comes second waits.

    The lock is on the folder itself and ends with the process, so nothing stays behind.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
