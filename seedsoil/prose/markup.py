"""What may not stand in the source of a page: left from a merge, unseen, twice, foreign to MyST, or unsafe.

A page is text and pictures of the book; whatever runs in the reader's browser, or is fetched from elsewhere, does not
come with a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedsoil.prose.anatomy import headings
from seedsoil.prose.manuscript import Fault, Manuscript
from seedsoil.tables.characters import unfit

CONFLICT = re.compile(r"^(<{7}|>{7})( .*)?$", re.MULTILINE)
ELSEWHERE = r"(?:https?:|data:)?//"
UNSAFE = {
    "a script or a frame": re.compile(
        r"<\s*/?(script|iframe|frame|object|embed|form|base|meta|link|style|svg)\b", re.IGNORECASE
    ),
    "markup that runs a script": re.compile(r"<[a-z][^>]*?[\s/\"']on[a-z]+\s*=", re.IGNORECASE),
    "an address that runs a script": re.compile(r"(?:java|vb)\s*script\s*:|data:text/html", re.IGNORECASE),
    "a picture of another host": re.compile(
        rf"!\[[^\]]*\]\(\s*<?{ELSEWHERE}|<(?:img|video|audio|source|track)\b[^>]*?\bsrc(?:set)?\s*=\s*[\"']?\s*{ELSEWHERE}"
        rf"|^[ \t]*(?:`{{3,}}|:{{3,}})\{{(?:figure|image)\}}\s+{ELSEWHERE}",
        re.IGNORECASE | re.MULTILINE,
    ),
}
PANDOC = re.compile(r"^:{3,}[ \t]*(?:\{[ \t]*[.#]|[a-z])|(?<!\w)\[-?@[A-Za-z]|\]\{[.#][A-Za-z]", re.MULTILINE)
CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)  # a span of code


def faults(page: Manuscript) -> Iterator[Fault]:
    yield from unfit(page.source)
    for conflict in CONFLICT.finditer(page.source):
        mend = "keep one version and remove the marks"
        yield conflict.start(), "two versions in a merge conflict", "one", mend, "merge-conflict"
    typed = without_code(page)
    for found, pattern in UNSAFE.items():
        for match in pattern.finditer(typed):
            mend = "remove it; a picture belongs to the repository, and what moves to a code cell"
            yield match.start(), f"{found}, {match[0].strip()[:40]!r}", "text of the book", mend, "unsafe-markup"
    for match in PANDOC.finditer(typed):
        mend = "write {cite:p}`key`, or a directive as ```{note}"
        yield match.start(), f"{match[0]!r}, as Pandoc writes it", "MyST", mend, "foreign-markup"
    yield from repeated(page)


def without_code(page: Manuscript) -> str:
    """The source with blanks in place of code, each position as it was."""
    text = page.source
    for cell in page.directives:
        if cell.name in ("code-cell", "code", "code-block") and cell.body:
            start = text.find(cell.body.split("\n")[0], cell.position + len(cell.name))
            text = (
                text[:start]
                + re.sub(r"[^\n]", " ", text[start : start + len(cell.body)])
                + text[start + len(cell.body) :]
            )
    return CODE.sub(lambda span: re.sub(r"[^\n]", " ", span[0]) if not span[0].startswith("```") else span[0], text)


def repeated(page: Manuscript) -> Iterator[Fault]:
    """A second title, and a heading that stands twice in one section: their addresses would be another's."""
    above: list[str] = []
    seen: set[tuple[str, ...]] = set()
    titles = 0
    for heading in headings(page):
        above = [*above[: heading.level - 1], heading.text]
        titles += heading.level == 1
        if heading.level == 1 and titles > 1:
            mend = "make it a section, ## …"
            yield heading.position, f"a second title, {heading.text!r}", "one title", mend, "repeated-heading"
        elif tuple(above) in seen:
            found, mend = f"the heading {heading.text!r} again", "give one of them another name"
            yield heading.position, found, "a heading once in its section", mend, "repeated-heading"
        seen.add(tuple(above))
