"""A form "dispute a claim": where the sentence stands, and the papers that are said to speak against it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path

from seedsoil.files import read
from seedsoil.forms import paper, reply
from seedsoil.forms.body import Filled
from seedsoil.literature.cite import identify
from seedsoil.prose.contents import names

MOST = 10  # papers that are looked up for one form
ALIKE = 0.6  # share of the words of a claim that a line must have
TYPED = re.compile(r"\bpmid:?\s*\d+|\S+", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]{3,}")


def entered(root: Path, filled: Filled, whence: str, today: datetime.date) -> Iterator[str]:
    """Enter the papers below `root`; yields what to say."""
    if there := sentence(root, filled.answers["claim"]):
        name, number, line = there
        yield f"The sentence is most like `{name}`, line {number}:"
        yield reply.block(line)
    else:
        yield "No line of a page has most words of the claim; an editor will look for it:"
        yield reply.block(filled.answers["claim"])
    yield "What is said against it:"
    yield reply.block(filled.answers["why"])
    typed = papers(filled.answers["evidence"])
    if not typed:
        yield "No paper is named, so nothing was written; an editor reads the dispute."
    for one in typed[:MOST]:
        try:
            yield from paper.cited(root, filled, "evidence", one, whence, today)
        except ValueError as error:  # one paper keeps none of the others out
            yield reply.block(str(error))
    if typed[MOST:]:
        yield f"{len(typed) - MOST} more papers were left; add them by hand."
    if typed:
        yield (
            "Read what speaks against the claim and give it a row with `relation` contradicts, linked from both sides; "
            "the grade of each key message that rests on the rows is then computed anew."
        )


def papers(text: str) -> list[str]:
    """The DOIs and PMIDs in a text, each once; other words and numbers are none."""
    found: dict[str, None] = {}
    for typed in TYPED.findall(text):
        bare = typed.strip("()<>[],;\"'")
        try:
            kind, value = identify(bare)
        except ValueError:
            continue
        if kind == "doi" or len(value) >= 6 or not bare.isdigit():  # 2013 is a year
            found[f"pmid:{value}" if kind == "pmid" else value] = None
    return list(found)


def sentence(root: Path, claim: str) -> tuple[str, int, str] | None:
    """File, number and text of the line that has most words of the claim, if it has enough of them."""
    wanted = set(WORD.findall(claim.casefold()))
    best: tuple[float, tuple[str, int, str]] | None = None
    files = [f"{name}.md" for name in names(root) if (root / f"{name}.md").is_file()]
    for name in files:
        for number, line in enumerate(read(root / name, name).splitlines(), 1):
            share = len(wanted & set(WORD.findall(line.casefold()))) / max(1, len(wanted))
            if share >= ALIKE and (best is None or share > best[0]):
                best = share, (name, number, line)
    return best[1] if best else None
