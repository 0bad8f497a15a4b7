"""The files of the repository: where they are, how they are read, and how they are written in one step."""

from __future__ import annotations

import fcntl
import os
import sys
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
    for left in path.parent.glob(".*.*.tmp"):
        if (process := left.suffixes[-2][1:]).isdigit() and not is_alive(int(process)):
            left.unlink(missing_ok=True)  # its process was killed
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another person's
        pass
    return True


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for this process alone; wait for one that holds it, and say so. The hold ends with the process."""
    descriptor = os.open(folder, os.O_RDONLY)
    held = [descriptor]

    def release() -> None:
        while held:
            os.close(held.pop())

    os.register_at_fork(after_in_child=release)  # a child that outlives this process does not hold it
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another command is at work on this book; waiting for its end …", file=sys.stderr, flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        release()
