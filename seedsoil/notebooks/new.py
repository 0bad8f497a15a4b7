"""A new chapter: a page that builds, with every section that a chapter has, and its place in the contents."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from string import Template

from seedsoil.files import read, replace_file

TEMPLATE = Path(__file__).with_name("chapter.md")
BEHIND = "Look up"  # the first part of the contents that holds no chapters


def chapter(root: Path, name: str) -> Path:
    """Write `chapters/NAME.md` and put it last among the chapters of `_toc.yml`; returns its path.

    The page cites the first work of the findings, so that each directive has something to show. Raises ValueError for a
    name that is no name of a page, and for one that is taken.
    """
    path = root / "chapters" / f"{name}.md"
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise ValueError(f"found the name {name!r}, expected small words joined by hyphens, as immune-escape")
    contents = read(root / "_toc.yml", "_toc.yml")
    if re.search(rf"file: chapters/{name}\s*$", contents, re.MULTILINE):
        raise ValueError(f"found a chapter at chapters/{name}.md, expected a new name; take another")
    subject = name.replace("-", " ")
    reference = next(csv.DictReader(io.StringIO(read(root / "data/findings.csv", "data/findings.csv"))))["ref"]
    text = Template(TEMPLATE.read_text("utf8")).substitute(
        name=name, title=subject.capitalize(), subject=subject, reference=reference
    )
    if not path.exists():  # it may have been written by a command that did not come to its end
        replace_file(path, text)
    replace_file(root / "_toc.yml", placed(contents, name))
    return path


def placed(contents: str, name: str) -> str:
    """The contents with the chapter at the end of the last part before what holds none, all else as it was."""
    head, behind, tail = contents.partition(f"  - caption: {BEHIND}\n")
    return f"{head.rstrip()}\n      - file: chapters/{name}\n{behind}{tail}"
