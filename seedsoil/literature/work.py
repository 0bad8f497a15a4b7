"""What a source says about a work, in the form of the bibliography."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field, replace

from seedsoil.bibliography.latex import Untold, escaped
from seedsoil.bibliography.latex import text as text_of
from seedsoil.literature import notices as fate
from seedsoil.tables.characters import visible

SMALL_WORDS = frozenset("and at by de der des di du et et-al. for from in la le of on the to und with".split())


PARTICLES = frozenset(
    "af al av bin d da dal das de del della den der des di do dos du e el ibn la las le lo los of op t te ten ter til "
    "to tot van vander vanden von vom y zu zum zur 't".split()
)


@dataclass(frozen=True)
class Work:
    """What a source says about a work; `fields` as in the bibliography."""

    type: str
    fields: dict[str, str]
    retracted: bool
    notices: list[str] = field(default_factory=list)  # "correction 10.1016/…"
    is_notice: str = ""  # what it is where it is no work but a notice about one

    def told_also(self, other: Work) -> Work:
        """This work with the retraction and the notices that another source knows of it."""
        notices = fate.joined(self.notices, other.notices)
        return replace(self, retracted=self.retracted or other.retracted, notices=notices)


def clean(text: str | None) -> str:
    """What `readable` gives, as LaTeX: what BibTeX would take for its own is escaped."""
    return escaped(readable(text))


def readable(text: str | None) -> str:
    """Text on one line, without markup, entities and what nobody sees.

    Some sources have LaTeX in their text; what it stands for is taken where that can be told.
    """
    text = re.sub(r"</?[A-Za-z][^<>]*>|<!--.*?-->", "", html.unescape(html.unescape(text or "")), flags=re.DOTALL)
    text = visible(" ".join(text.split()))
    try:
        text = text_of(text) if re.search(r"[\\$]", text) else text
    except Untold:
        pass
    return " ".join(text.split())


def title_of(text: str) -> str:
    return re.sub(r"(?<=[^.])\.$", "", fate.unmarked(text))


def with_subtitle(title: str, subtitle: str) -> str:
    """`TUBE` and `: x` become `TUBE: x`; `Is it so?` keeps its mark and gets no colon."""
    subtitle = re.sub(r"^[\s:;.–—-]+", "", subtitle)
    if not subtitle or subtitle.lower() in title.lower():
        return title
    title = re.sub(r"[\s:;–—-]+$", "", title)
    return f"{title}{' ' if re.search(r'[?!.]$', title) else ': '}{subtitle}"


def page_range(text: str) -> str:
    """`217-64` becomes `217--264`, `176-176` becomes `176`; what says no page, as `n/a-n/a`, nothing."""
    text = "-".join(part for part in re.split(r"\s*[-‐–—]+\s*", text.strip()) if is_page(part))
    match = re.fullmatch(r"(\d+)-(\d+)", text)
    if match and match[1] == match[2]:
        return match[1]
    if match and len(match[2]) < len(match[1]):
        return f"{match[1]}--{match[1][: -len(match[2])]}{match[2]}"
    return text


def is_page(text: str) -> bool:
    """A number, with or without letters, or a Roman one; no more than one word."""
    return bool(re.search(r"\d", text) or re.fullmatch(r"[ivxlcdm]+", text, re.IGNORECASE))


def journal_name(text: str) -> str:
    """`Science (New York, N.Y.)` becomes `Science`, `Cancer cell` becomes `Cancer Cell`."""
    text = re.sub(r"\s*\([^()]*,[^()]*\)$|\s* [:=] .*$|; .*$", "", text)
    words = text.split(" ")
    return " ".join(
        word if (number and word in SMALL_WORDS) or not word.islower() else word[0].upper() + word[1:]
        for number, word in enumerate(words)
    )


def person(family: str, given: str, suffix: str = "") -> str:
    """`Aguirre-Ghiso, Julio A.`; `Wakefield, A. J.` for initials that were run together; `van der Meer, Jan`.

    Somebody with one name has that for a family name. BibTeX would part a name at `and` and at commas.
    """
    family, given = (family, given) if family else (given, "")
    family = family.title() if family.isupper() and len(family) > 2 else family
    words = given.split()
    while len(words) > 1 and words[-1].strip("'’") in PARTICLES:
        family = f"{words.pop()} {family}"
    given = " ".join(words)
    if re.fullmatch(r"[A-Z]{1,3}", given):
        given = " ".join(f"{letter}." for letter in given)
    given = re.sub(r"\.(?=\w)", ". ", given)
    family, suffix, given = (part.replace(",", "").strip() for part in (family, suffix, given))
    if re.search(r"\band\b|[;&]", family, re.IGNORECASE) or family.lower() in ("others", "unread", "none"):
        family = f"{{{family}}}"
    given = re.sub(r"\band\b", "{and}", given, flags=re.IGNORECASE)
    return ", ".join(part for part in (family, suffix, given) if part) if given or not suffix else f"{family} {suffix}"
