"""Key messages as they are written on a page: sentences, each with its clauses, and the clauses with their rows.

- message: "TGF-β2 holds cells asleep in marrow; in lung it hardly acts."
  clauses:
    - says: "TGF-β2 holds cells asleep in marrow"
      about: {factor: TGFB2, organ: bone marrow}
      claim: restrains
      rows: [bragado2013-tgfb2-marrow]
      dismissed: {other2020-tgfb2-marrow: "cells in culture, no marrow"}
    - says: "the hazards cross"
      computed: "{numref}`fig-hazards`"
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from seedsoil.evidence.grading import BY_BOTH, BY_EFFECT, BY_FINDING, CLAIMS, SUBJECTS, Clause

KEYS = {"says", "about", "claim", "rows", "dismissed", "excludes"}
ABOUT = {*BY_BOTH, *BY_EFFECT, *BY_FINDING, "outcome"}
EXPECTED = "a list of entries with message and clauses, each with says, about, claim and rows, or says and computed"


class Malformed(ValueError):
    """What is wrong with a message; `line` counts from 0 within the block."""

    def __init__(self, text: str, line: int):
        super().__init__(text)
        self.line = line


@dataclass(frozen=True)
class Message:
    """A sentence or two, its clauses, and the lines of both within the block, from 0."""

    text: str
    clauses: tuple[Clause, ...]
    line: int
    lines: tuple[int, ...]


def parse(block: str) -> list[Message]:
    """The messages of a block. `Malformed` for the first that is not of the form above."""
    try:
        top = yaml.compose(block, yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        raise Malformed(f"found broken YAML ({error.problem}), expected {EXPECTED}.", error.problem_mark.line) from None
    if not isinstance(top, yaml.SequenceNode):
        raise Malformed(f"found no list, expected {EXPECTED}.", 0)
    return [_message(node) for node in top.value]


def _message(node: yaml.Node) -> Message:
    line, entry = node.start_mark.line, _plain(node)
    if not (isinstance(entry, dict) and entry.keys() == {"message", "clauses"} and isinstance(entry["clauses"], list)):
        found = ", ".join(map(str, entry)) if isinstance(entry, dict) else repr(entry)
        raise Malformed(f"found an entry of {found}, expected {EXPECTED}.", line)
    children = next(value for key, value in node.value if key.value == "clauses").value
    if not children:
        raise Malformed("found a message without clauses, expected one at least.", line)
    clauses = tuple(_clause(child) for child in children)
    return Message(str(entry["message"]), clauses, line, tuple(child.start_mark.line for child in children))


def _clause(node: yaml.Node) -> Clause:
    line, entry = node.start_mark.line, _plain(node)

    def fail(found: str, expected: str) -> Malformed:
        return Malformed(f"found {found}, expected {expected}.", line)

    if not isinstance(entry, dict):
        raise fail(f"the clause {entry!r}", "says with about, claim and rows, or with computed")
    if entry.keys() == {"says", "computed"}:
        return Clause(str(entry["says"]), computed=str(entry["computed"]))
    if not ({"says", "about", "claim", "rows"} <= entry.keys() <= KEYS):
        raise fail(f"a clause of {', '.join(map(str, entry))}", "says, about, claim and rows, or says and computed")
    about, rows, dismissed = entry["about"], entry["rows"], entry.get("dismissed") or {}
    if not (isinstance(about, dict) and about.keys() <= ABOUT and about.keys() & set(SUBJECTS)):
        raise fail(
            f"about {about!r}", f"one of {', '.join(SUBJECTS)} at least, and else only {', '.join(sorted(ABOUT))}"
        )
    if not all(isinstance(term, str) for term in about.values()):
        raise fail(f"about {about!r}", "one term for each; a clause is about one thing, make two clauses of two")
    if entry["claim"] not in CLAIMS:
        raise fail(f"the claim {entry['claim']!r}", f"one of {', '.join(CLAIMS)}")
    if not (isinstance(rows, list) and rows and all(isinstance(name, str) for name in rows)):
        raise fail(f"the rows {rows!r}", "a list of ids, as [ames-tgfb2, boyd-tgfb2]")
    if not (isinstance(dismissed, dict) and all(str(reason or "").strip() for reason in dismissed.values())):
        raise fail(f"dismissed {dismissed!r}", "ids, each with the reason why the row does not bear on the clause")
    excludes = entry.get("excludes")
    if (entry["claim"] == "no effect") != isinstance(excludes, (int, float)):
        raise fail(
            f"the claim {entry['claim']!r} with excludes {excludes!r}", "a ratio for `no effect`, and for it alone"
        )
    return Clause(str(entry["says"]), about, entry["claim"], tuple(rows), dismissed, excludes)


def _plain(node: yaml.Node) -> Any:
    return yaml.CSafeLoader("").construct_document(node)
