"""What every chapter has, so that a reader of one finds his way in the next: sections in order, few messages, names.

A chapter is a page in a numbered part of the contents.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from seedsoil.evidence.messages import Malformed, parse
from seedsoil.prose import citations
from seedsoil.prose.manuscript import Fault, Manuscript

FIRST, LAST = "Key messages", ("Evidence", "What would change our minds", "What changed", "References")
ANALYSIS = "Mini-analysis: "
REVIEW = range(3, 7)  # sections between the key messages and the analysis
MESSAGES = range(3, 7)
FEWEST_WORKS = 25  # that a chapter cites
LIMITS = "What this does not show"
STANDS_IN = {  # directives, and the sections that hold them; the first stands before all sections
    "status": "",
    "key-messages": FIRST,
    "evidence-table": "Evidence",
    "questions": "What would change our minds",
    "changes": "What changed",
    "references": "References",
}
HEAD = {
    "title": "the title of the chapter",
    "description": "one sentence on the chapter",
    "authors": "a list of names",
    "reviewers": "a list of names, [] if there are none",
}


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    position: int


def chapters(root: Path) -> Collection[str]:
    """The names of the pages that are chapters, as `chapters/growth.md`."""
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf8"))
    return {
        f"{page['file']}.md"
        for part in contents.get("parts", ())
        if part.get("numbered")
        for page in part.get("chapters", ())
    }


def faults(page: Manuscript) -> Iterator[Fault]:
    """What a page lacks to be a chapter."""
    listed = headings(page)
    yield from _head(page, listed)
    yield from _sections(listed)
    yield from _directives(page, listed)
    yield from _counts(page)


def headings(page: Manuscript) -> list[Heading]:
    """The headings of a page, in its order."""
    found = []
    for text in page.texts:
        start = page.source.rfind("\n", 0, text.spots[0][1]) + 1
        if text.kind == "heading" and (marks := re.match("#+(?= )", page.source[start:])):
            found.append(Heading(len(marks[0]), text.text, start))
    return found


def _head(page: Manuscript, listed: list[Heading]) -> Iterator[Fault]:
    begun = re.match(r"---\n(.*?)\n---\n", page.source, re.DOTALL)
    try:
        head = yaml.safe_load(begun[1]) if begun else {}
    except yaml.YAMLError:
        return  # for the build to say
    for name, expected in HEAD.items():
        if name == "reviewers" and isinstance(head.get(name), list):
            continue
        if not head.get(name):
            mend = f"add a line `{name}: …` between the --- lines at the top"
            yield 0, f"no {name} in the front matter", expected, mend, "chapter-front-matter"
    title = next((heading for heading in listed if heading.level == 1), None)
    if title and head.get("title") and title.text != head["title"]:
        found = f"the title {head['title']!r} in the front matter and the heading {title.text!r}"
        yield title.position, found, "the same twice", "copy the one to the other", "chapter-front-matter"


def _sections(listed: list[Heading]) -> Iterator[Fault]:
    sections = [heading for heading in listed if heading.level == 2]
    names = [heading.text for heading in sections]
    for name in (FIRST, *LAST):
        if name not in names:
            yield 0, f"no section {name!r}", "it in every chapter", f"add `## {name}`", "chapter-sections"
    analysis = next((number for number, name in enumerate(names) if name.startswith(ANALYSIS)), None)
    if analysis is None:
        mend = f"add `## {ANALYSIS}…` before `## {LAST[0]}`"
        yield 0, "no mini-analysis", f"a section that begins with {ANALYSIS!r}", mend, "chapter-sections"
        return
    ordered = [name for name in names if name in (FIRST, *LAST, names[analysis])]
    expected = [FIRST, names[analysis], *LAST]
    if sorted(ordered) == sorted(expected) and (
        ordered != expected or names[0] != FIRST or names[analysis + 1 :] != list(LAST)
    ):
        order = f"{FIRST}, the review, the mini-analysis, {', '.join(LAST)}"
        yield sections[0].position, f"the order {', '.join(names)}", order, "move the sections", "chapter-sections"
    elif names[:1] == [FIRST] and analysis - 1 not in REVIEW:
        expected = f"{REVIEW.start} to {REVIEW.stop - 1} between {FIRST!r} and the mini-analysis"
        found = f"{analysis - 1} sections of review"
        yield sections[analysis].position, found, expected, "join or divide sections", "chapter-sections"
    if LIMITS not in [heading.text for heading in listed if heading.level == 3]:
        mend = f"add `### {LIMITS}` to the mini-analysis"
        yield (
            sections[analysis].position,
            f"no section {LIMITS!r}",
            "the limits of the analysis",
            mend,
            "chapter-sections",
        )


def _directives(page: Manuscript, listed: list[Heading]) -> Iterator[Fault]:
    sections = [heading for heading in listed if heading.level == 2]
    for name, where in STANDS_IN.items():
        standing = [
            next((section.text for section in reversed(sections) if section.position < part.position), "")
            for part in page.directives
            if part.name == name
        ]
        if where not in standing:
            found = f"{{{name}}} in {standing[0]!r}" if standing else f"no {{{name}}}"
            expected = f"it in the section {where!r}" if where else "it below the title"
            mend = f"{'move it' if standing else f'add a {{{name}}} directive'} there"
            yield 0, found, expected, mend, "chapter-directive"


def _counts(page: Manuscript) -> Iterator[Fault]:
    for block in (part for part in page.directives if part.name == "key-messages"):
        try:
            told = len(parse(block.body))
        except Malformed:
            continue  # told as such
        if told not in MESSAGES:
            expected = f"{MESSAGES.start} to {MESSAGES.stop - 1}"
            mend = "say what a reader must remember, and no more"
            yield block.position, f"{told} key message{'s' * (told != 1)}", expected, mend, "message-count"
    cited = {key for role in page.roles for key in citations.keys(role)}
    if len(cited) < FEWEST_WORKS:
        mend = "read and cite more of the literature"
        yield 0, f"{len(cited)} works cited", f"{FEWEST_WORKS} at least", mend, "few-works"
