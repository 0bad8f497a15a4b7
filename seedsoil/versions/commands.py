"""`./book state` and `./book diff`."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from seedsoil.files import ROOT, replace_file


def add_parsers(add) -> None:
    """Add the commands; `add(name, run, text)` gives a parser for each."""
    command = add("state", state, "write what the book says, as one small JSON file")
    command.add_argument("file", type=Path, nargs="?", metavar="FILE", help="where; on the terminal if none is named")
    command = add("diff", diff, "say what changed since another version, in sentences")
    command.add_argument("old", metavar="OLD", help="a tag, a commit, a state file or its published address")
    command.add_argument("new", nargs="?", metavar="NEW", help="as OLD; this checkout if none is named")
    command.add_argument("--format", choices=["text", "markdown", "json"], default="text")


def state(options: Namespace) -> int:
    from seedsoil.versions import state

    told = state.text(state.state(ROOT))
    if options.file:
        replace_file(options.file, told)
    else:
        print(told, end="")
    return 0


def diff(options: Namespace) -> int:
    from seedsoil.versions import difference, state

    old = state.of(ROOT, options.old)
    new = state.of(ROOT, options.new) if options.new else state.state(ROOT)
    found = difference.changes(old, new)
    if options.format == "json":
        print(json.dumps([one._asdict() for one in found], ensure_ascii=False, indent=1))
    else:
        print({"text": difference.as_text, "markdown": difference.as_markdown}[options.format](old, new, found), end="")
    return 0
