"""Questions to the tables, told to whoever watches: a run counts for as long as it would get the same answers.

A chapter that shows ten rows of a table depends on those ten and not on the file. While a question is being answered
the files that are opened for it do not count; `seedsoil.notebooks.answers` asks it again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ASKED, TOLD = "seedsoil.asked", "seedsoil.told"  # audit events (PEP 578) around an answer; the first has the question


@contextmanager
def asked(root: Path, kind: str, *about: object) -> Iterator[None]:
    """Around the answer to the question `kind` about the book at `root`; `about` is plain data that JSON can hold."""
    sys.audit(ASKED, str(root), json.dumps([kind, *about]))
    try:
        yield
    finally:
        sys.audit(TOLD, str(root))
