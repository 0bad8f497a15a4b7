"""`./book cite add` and `./book cite complete` keep, where an abstract is at hand, the sentence that a row rests on.

A person says which sentence it is: by `--sentence`, its number or its words, or before a terminal that shows them. What
is said before there is a row is kept under the work, and passes to its row.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from seedsoil.evidence.references import entries
from seedsoil.files import ROOT
from seedsoil.literature import cite
from seedsoil.literature.exported import READERS
from seedsoil.literature.lookup import identify
from seedsoil.living import sentences


def add_parsers(commands) -> None:
    """Add `cite` with its commands to `./book`; two of them keep sentences."""
    parsers = cite.add_parser(commands)
    parsers["add"].set_defaults(run=add)
    parsers["complete"].set_defaults(run=complete)
    options(parsers["add"])


def options(parser: ArgumentParser) -> None:
    """The options that say which sentence carries the finding."""
    text = "which sentence of the abstract carries the finding: its number or its words, of which a digest is kept"
    parser.add_argument("--sentence", default="", metavar="N", help=text)
    parser.add_argument("--kind", choices=("result", "background", "method"), default="result")


def add(options: Namespace, root: Path = ROOT, ask: Callable[[str], str] | None = None) -> int:
    """Add a work, and keep the sentence that a person names. One that is not in the abstract adds nothing at all."""
    if Path(options.identifier).suffix.lower() in READERS:
        if options.sentence:
            raise ValueError("found --sentence with a file of references, expected a DOI or PMID; add the work by it.")
        return cite.run(options, root)
    kind, value = identify(options.identifier)
    name, ask = f"{kind}:{value}", ask or terminal()
    told, number = [], 0
    if options.sentence:
        if not (told := sentences.of({kind: value})):
            found = "found no abstract at PubMed or Europe PMC, expected one; leave --sentence out; nothing was added."
            raise ValueError(f"{name}: {found}")
        number = sentences.number_of(told, options.sentence, name)
    cite.run(options, root)
    if not number and ask and options.read_at == "abstract":
        told = sentences.at_hand({kind: value})
        number = sentences.asked(told, ask, print) if told else 0
    if number:
        kept(root, name, told, number, options.kind)
    else:
        print(f"Keep the sentence that its row will rest on: ./book verify --mark {name}")
    return 0


def kept(root: Path, name: str, told: list[str], number: int, kind: str) -> None:
    """Keep a sentence under a work by the number that its entry has, and say so."""
    day = datetime.now(UTC).date()
    one, _, _ = cite.standing(root, dict([name.split(":", 1)])) or (None, "", "")
    name = sentences.works(one.fields)[0] if one else name
    print(f"Kept for its row, by a digest of its words: {sentences.keep(root, name, told, number, kind, day)}")


def complete(options: Namespace, root: Path = ROOT, ask: Callable[[str], str] | None = None) -> int:
    """Complete the entries; then the rows of those that now lead to an abstract, and that have no sentence."""
    lacking = {key for key, item in (entries(root) or {}).items() if "unread" in item.fields.values()}
    before = {key: item.fields for key, item in (entries(root) or {}).items()}
    status, ask = cite.run(options, root), ask or terminal()
    changed = {key for key in lacking if dict(entries(root)[key].fields) != dict(before[key])}
    book = sentences.Book(root)
    of = {one.row for one in sentences.held(root, book)}
    for row, key in sorted(book.rows.items()):
        if key not in changed or row in of:
            continue
        told = sentences.at_hand(book.fields(row)) if ask else []
        if told:
            print(f"{row}:")
            if number := sentences.asked(told, ask, print):
                print(f"Kept: {sentences.keep(root, row, told, number, 'result', datetime.now(UTC).date())}")
        else:
            print(f"{row}: keep the sentence that it rests on: ./book verify --mark {row}")
    return status


def terminal() -> Callable[[str], str] | None:
    """What asks a person, where one sits before a terminal."""

    def line(prompt: str) -> str:
        print(prompt, end="", flush=True)
        return sys.stdin.readline()

    return line if sys.stdin and sys.stdin.isatty() else None
