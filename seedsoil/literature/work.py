"""What a source says about a work, in the form of the bibliography."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

RETRACTED_TITLE = re.compile(
    r"^\W*(?:retracted|withdrawn)(?: article| paper)?\W*:\s*|\s*[\[(](?:retracted|withdrawn)\b[^\])]*[\])]\W*$",
    re.IGNORECASE,
)
SMALL_WORDS = frozenset("and at by de der des di du et et-al. for from in la le of on the to und with".split())


@dataclass(frozen=True)
class Work:
    """What a source says about a work; `fields` as in the bibliography."""

    type: str
    fields: dict[str, str]
    retracted: bool
    notices: list[str] = field(default_factory=list)  # "correction 10.1016/…"


def clean(text: str | None) -> str:
    """Text without markup, entities and the braces and backslashes that BibTeX would take for its own."""
    text = re.sub(r"</?[A-Za-z][^<>]*>", "", html.unescape(html.unescape(text or "")))
    return " ".join(re.sub(r"[{}\\]", "", text).split())


def title_of(text: str) -> str:
    return re.sub(r"(?<=[^.])\.$", "", RETRACTED_TITLE.sub("", text).strip())


def page_range(text: str) -> str:
    """`217-64` becomes `217--264`, `176-176` becomes `176`."""
    match = re.fullmatch(r"(\d+)\s*[-‐–—]+\s*(\d+)", text)
    if match and match[1] == match[2]:
        return match[1]
    if match and len(match[2]) < len(match[1]):
        return f"{match[1]}--{match[1][: -len(match[2])]}{match[2]}"
    return text


def journal_name(text: str) -> str:
    """`Science (New York, N.Y.)` becomes `Science`, `Cancer cell` becomes `Cancer Cell`."""
    text = re.sub(r"\s*\([^()]*,[^()]*\)$|\s* [:=] .*$|; .*$", "", text)
    words = text.split(" ")
    return " ".join(
        word if (number and word in SMALL_WORDS) or not word.islower() else word[0].upper() + word[1:]
        for number, word in enumerate(words)
    )


def person(family: str, given: str, suffix: str = "") -> str:
    """`Aguirre-Ghiso, Julio A.`; `Wakefield, A. J.` for initials that were run together."""
    family = family.title() if family.isupper() and len(family) > 2 else family
    if re.fullmatch(r"[A-Z]{1,3}", given):
        given = " ".join(f"{letter}." for letter in given)
    given = re.sub(r"\.(?=\w)", ". ", given)
    return ", ".join(part.replace(",", "") for part in (family, suffix, given) if part)
