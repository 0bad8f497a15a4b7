"""What a cell may leave behind: nothing on stderr, no error, and nothing that is another on another day or machine."""

from __future__ import annotations

import ast
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b", re.IGNORECASE)
TEMPORARY = re.compile(r"ipykernel_\d+")
GLUED = "application/papermill.record/text/plain"  # the kind of an output that MyST-NB's glue leaves
SHOWN = 400  # characters of an output that a message repeats


def faults(cell: nbformat.NotebookNode, root: Path) -> Iterator[str]:
    """Each fault of what the executed cell printed: what was found, what is expected, how to mend it."""
    for output in cell.outputs:
        text = "\n".join(texts(output))
        if output.output_type == "error":
            yield f"found an error, expected a cell that runs:\n{cut(text)}"
        elif output.output_type == "stream" and output.name == "stderr":
            yield f"found a message on stderr, expected none; mend what it tells, or catch it in the cell:\n{cut(text)}"
        elif found := ADDRESS.search(text) or TEMPORARY.search(text):
            yield (
                f"found {found[0]!r} in what the cell shows, another at each run; end the line with a semicolon, or "
                f"show what is meant:\n{cut(text)}"
            )
        elif path := next((path for path in of_this_machine(root) if path in text), None):
            yield f"found the path {path!r} of this machine, expected a name within the book:\n{cut(text)}"


def bound(cell: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    """Names and texts that an executed cell gave to prose."""
    for output in cell.outputs:
        if GLUED in output.get("data", {}):
            yield output["metadata"]["scrapbook"]["name"], ast.literal_eval(output["data"][GLUED])


def texts(output: nbformat.NotebookNode) -> Iterator[str]:
    """What an output says in plain text; markup is made by libraries, and numbers its parts as it likes."""
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield f"{output.ename}: {output.evalue}"
    else:
        yield from (text for kind, text in output.data.items() if kind.endswith("text/plain"))


def of_this_machine(root: Path) -> Iterator[str]:
    """Folders that have other names elsewhere; those near the root of the file system are names of anything."""
    folders = (root, Path(sys.prefix), Path.home(), Path(tempfile.gettempdir()) / "tmp")
    return (str(folder) for folder in folders if len(folder.parts) > 2)


def cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
