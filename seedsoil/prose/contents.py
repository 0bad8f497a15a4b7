"""The table of contents: which pages the book has, and those it only names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import yaml

from seedsoil.problem import DataError, Problem, nearest

TOC = "_toc.yml"


def names(root: Path) -> list[str]:
    """The names in the table of contents, in its order, without their endings. DataError where it cannot be read."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

    try:
        return list(parse_toc_yaml(root / TOC))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _broken(line, error.problem or "what is no YAML") from None
    except MalformedError as error:
        raise _broken(0, str(error)) from None


def _broken(line: int, found: str) -> DataError:
    mend = "look for marks of a merge conflict, and at the indentation"
    return DataError(Problem(TOC, line, "", found, "a table of contents in YAML", mend, "broken-contents"))


def missing(root: Path) -> Iterator[Problem]:
    """Names in the table of contents that no file bears, as the accented ones of macOS, letter and accent parted."""
    lines = (root / TOC).read_text("utf8").splitlines()
    for name in names(root):
        folder = (root / name).parent
        files = [path.stem for path in folder.iterdir() if path.suffix in (".md", ".ipynb")] if folder.is_dir() else []
        wanted = Path(name).name
        if wanted in files:
            continue
        alike = [file for file in files if unicodedata.normalize("NFC", file) == unicodedata.normalize("NFC", wanted)]
        line = next((number for number, text in enumerate(lines, 1) if text.strip().endswith(name)), 0)
        mend = (
            "type the name of the file anew, letter and accent as one character (NFC), in both places"
            if alike
            else nearest(wanted, files, "add the page, or take the line out")
        )
        yield Problem(TOC, line, "", f"{name}, which no file bears", "the name of a page", mend, "missing-page")
