"""A record as a search finds it, whatever source it comes from, and one page of an answer."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

from seedsoil.literature import notices

NOTICE_TYPES = (
    "retraction of publication",
    "published erratum",
    "expression of concern",
    "retraction notice",
    "correction",
    "erratum",
)


@dataclass(frozen=True)
class Found:
    """One record of one source. Identifiers are bare and in small letters (`10.1000/x`, `12345`, `PMC99`, `W1`);
    what the source does not tell is empty. `kind` is article, review, preprint, notice or other."""

    source: str
    number: str  # by which the source knows it
    title: str
    authors: str = ""  # "Ghajar CM; Bissell MJ"
    journal: str = ""
    year: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    kind: str = "article"
    retracted: bool = False
    abstract: str = ""
    indexed_on: str = ""

    def as_dict(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Page:
    """A page of an answer: how many records the source announces in all, those of this page, and where the next one is
    (empty at the end)."""

    announced: int
    records: tuple[Found, ...]
    next: str


def kind_of(types: list[str], title: str, preprint: bool = False) -> str:
    """What a record is, from the publication types of its source and from its title."""
    small = [one.strip().lower() for one in types]
    if any(one in NOTICE_TYPES for one in small) or notices.notice_in(title):
        return "notice"
    if preprint or "preprint" in small or "posted-content" in small:
        return "preprint"
    if any("review" in one and "peer" not in one for one in small):
        return "review"
    return "article" if any("article" in one or "trial" in one or "letter" in one for one in small) else "other"


def bare_doi(text: str | None) -> str:
    """`https://doi.org/10.1000/X` becomes `10.1000/x`."""
    text = (text or "").strip().lower()
    return re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", text)


def says_retracted(types: list[str], title: str) -> bool:
    return any(one.strip().lower() == "retracted publication" for one in types) or notices.says_retracted(title)
