"""The state of a version: what it says, in one small JSON file made from rows, grades, results and messages.

A state is a pure function of the files of a checkout; it holds no day and no path, so that a rebuilt tag gives the same
state to the byte.
"""

from __future__ import annotations

import json
import re
import subprocess
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import yaml

from seedsoil.bibliography.printed import plain, short
from seedsoil.evidence import judging
from seedsoil.evidence.direction import direction
from seedsoil.evidence.library import Library
from seedsoil.evidence.messages import parse
from seedsoil.evidence.references import entries, retracted
from seedsoil.files import read
from seedsoil.literature.http import NotFound, NotReached, ask
from seedsoil.prose.pages import pages
from seedsoil.tables.text import Rows

FORM = 1  # of the file; a reader of another form says so
EFFECT = ("study", "intervention", "endpoint", "measure", "estimate", "ci_low", "ci_high", "read_at", "ref")
FINDING = ("factor", "source", "organ", "outcome_of", "finding", "read_at", "ref")
ROLE = re.compile(r"\{[a-z:]+\}`([^`<]*?)(?:\s*<[^`]*>)?`")


def state(root: Path) -> dict[str, Any]:
    """What the book at `root` says."""
    tables, works, gone = Rows(root), entries(root) or {}, retracted(root)
    return {
        "form": FORM,
        "version": version(root),
        "messages": _messages(root),
        "verdicts": {thesis["name"]: thesis.verdict for thesis in Library(root).theses()},
        "effects": {row["id"]: {name: row.get(name, "") for name in EFFECT} for row in tables.rows("effects")},
        "findings": {
            row["id"]: {**{name: row.get(name, "") for name in FINDING}, "direction": direction(row)}
            for row in tables.rows("findings")
        },
        "works": {
            key: {
                "cited_as": short(item.fields),
                "title": plain(item.fields.get("title", "")),
                "doi": item.fields.get("doi", ""),
                "retracted": key in gone,
            }
            for key, item in sorted(works.items())
        },
        "results": _results(root),
    }


def text(held: dict[str, Any]) -> str:
    """A state as its file has it."""
    return json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def of(root: Path, name: str) -> dict[str, Any]:
    """The state that `name` stands for: a file, a published address, or a tag or commit of the repository at `root`.

    Raises ValueError where it is none of them, or was made in another form.
    """
    if name.startswith(("http://", "https://")):
        try:
            return checked(name, ask("The site", name).decode("utf-8", "replace"))
        except (NotFound, NotReached) as error:
            raise ValueError(f"{name}: found no state there ({error}), expected one; is the address right?") from None
    path = Path(name)
    if path.is_file():
        return checked(name, read(path, name))
    return _of_commit(root, name)


def checked(name: str, text: str) -> dict[str, Any]:
    """The state that a text holds. Raises ValueError where it is none, or one of another form."""
    try:
        held: dict[str, Any] = json.loads(text)
        form = held["form"]
    except (json.JSONDecodeError, KeyError, TypeError):
        raise ValueError(f"{name}: found no state, expected the JSON that ./book state writes.") from None
    if form != FORM:
        raise ValueError(f"{name}: found a state of form {form}, expected form {FORM}; make it again from its tag.")
    return held


def _of_commit(root: Path, name: str) -> dict[str, Any]:
    paths = ("data", "chapters", "tests/results", "_toc.yml", "index.md", "pyproject.toml")
    made = subprocess.run(["git", "archive", f"{name}^{{commit}}", "--", *paths], cwd=root, capture_output=True)
    if made.returncode:
        reason = made.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ValueError(
            f"{name}: found no file, address, tag or commit of that name ({' '.join(reason)}), expected one of them."
        )
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=BytesIO(made.stdout)) as archive:
            archive.extractall(folder, filter="data")
        try:
            return state(Path(folder))
        except (ValueError, KeyError, LookupError) as error:
            raise ValueError(
                f"{name}: found data of an older form ({type(error).__name__}: {error}), expected today's; give the "
                "state file that the version published, as …/v/X.Y.Z/state.json."
            ) from None


def version(root: Path) -> str:
    """The number of the version that the files at `root` bear."""
    match = re.search(r'^version = "(.*)"$', read(root / "pyproject.toml", "pyproject.toml"), re.MULTILINE)
    return match[1] if match else ""


def _messages(root: Path) -> list[dict[str, Any]]:
    library, found = Library(root), []
    for page in pages(root):
        for block in (part for part in page.directives if part.name == "key-messages"):
            for message in parse(block.body):
                verdicts = [
                    (clause, "Computed" if clause.computed else library.clause(clause).grade)
                    for clause in message.clauses
                ]
                graded = [grade for _, grade in verdicts if isinstance(grade, judging.Grade)]
                found.append(
                    {
                        "chapter": Path(page.name).stem,
                        "text": _plain(message.text),
                        "grade": judging.lowest(graded).word if graded else "Computed",
                        "clauses": [
                            {
                                "says": _plain(clause.says),
                                "grade": grade if isinstance(grade, str) else grade.word,
                                "rows": sorted(clause.rows),
                            }
                            for clause, grade in verdicts
                        ],
                    }
                )
    return found


def _plain(text: str) -> str:
    return ROLE.sub(r"\1", text)


def _results(root: Path) -> dict[str, dict[str, str]]:
    """For each chapter what its cells print, by the first line of the cell."""
    found = {}
    for path in sorted((root / "tests/results").glob("*.yml")):
        cells: dict[str, str] = {}
        for cell in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            told = [
                output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])
            ]
            if kept := "\n".join(one for one in told if one and one != "omitted"):
                cells[f"{cell['cell']} {cell['code']}"] = kept
        found[path.stem] = cells
    return found
