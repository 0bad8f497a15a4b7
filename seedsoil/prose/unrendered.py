"""Markup that nobody would render, and citations where a page shows more than one form of its text.

A role in what code prints stays as it is typed, and so does one with a space before its text. A heading stands also
in the contents, the sidebar and the title of the window, where a citation is but its key.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from seedsoil.prose import citations
from seedsoil.prose.manuscript import HIDDEN, Fault, Manuscript

RAW = re.compile(rf"\{{[A-Za-z][\w:.+-]*\}}\s*(?:`|{HIDDEN})|\{{(?:cite|effect|estimate|value|searched)\b[\w:]*\}}")
MEND = "write a role as {name}`text`, and cite in the text of the page"


def faults(page: Manuscript) -> Iterator[Fault]:
    for text in page.texts:
        for raw in RAW.finditer(text.text):
            position = page.position(text, raw.start(), raw.end())
            yield position, shown(raw), "text, or a role that is rendered", MEND, "raw-markup"
    for position, code in page.code.items():
        for node in ast.walk(code):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and (raw := RAW.search(node.value)):
                yield position, f"{shown(raw)} in what code prints", "text alone", MEND, "raw-markup"
                break
    for role in page.roles:
        if role.name in (*citations.CITING, "effect") and in_heading(page, role.position):
            mend = "cite in the first sentence below it"
            yield role.position, f"the citation {role.text!r} in a heading", "words alone", mend, "citation-in-heading"


def shown(raw: re.Match) -> str:
    return repr(raw[0].replace(HIDDEN, "").strip())


def in_heading(page: Manuscript, position: int) -> bool:
    start = page.source.rfind("\n", 0, position) + 1
    return bool(re.match(r"\s*(?:#|title:)", page.source[start:]))
