"""What a title or a type says of the fate of a work: that it is retracted, or that it is not the work but a notice.

Publishers spell the mark in many ways and sources keep it in many places; each place that a source has is asked, and
any one is enough. A mark is a word of its own: set off by brackets, a colon, a dash or capitals. "Why retracted papers
live on" and "Withdrawn growth factors: X" are titles of works.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MARK = r"(?:retracted|withdrawn|removed)"
THING = r"(?:article|paper|chapter|manuscript|study|report|letter|review|preprint|publication|abstract)"
DASH = "\u2012-\u2015"
SET_OFF = (
    rf"(?:[:.\])|]|(?<=\w)[*»”’\"]|\s-|\s*[{DASH}])"  # what parts a mark from the title; a hyphen does within a word
)
SAID = rf"(?:this\s+)?(?:{THING}\s+)?(?:(?:has\s+been|was|is)\s+)?"
RETRACTED_TITLE = re.compile(
    "|".join(
        [
            rf"^\W*(?:temporarily\s+)?{MARK}(?:\s+{THING})?\s*{SET_OFF}\W*",  # RETRACTED ARTICLE: X, «Retracted» X
            rf"^\W*temporary\s+(?:removal|withdrawal)\s*{SET_OFF}\W*",
            rf"^\W*(?:this\s+)?{THING}\s+(?:(?:has\s+been|was|is)\s+)?{MARK}\s*{SET_OFF}\W*",  # Paper retracted: X
            rf"^\W*[\[(]\s*{SAID}{MARK}\b[^\])]*[\])]\s*",  # [Retracted] X
            rf"\s*[\[(]\s*{SAID}(?:{MARK}|retraction)\b[^\])]*[\])]\W*$",  # X (retracted article. See …)
            rf"\s*(?:[:;.|{DASH}]|\s-)\s*{MARK}(?:\s+{THING})?\W*$",  # X — RETRACTED
        ]
    ),
    re.IGNORECASE,
)
# Without any sign, capitals alone set the mark off: RETRACTED ARTICLE X, X RETRACTED.
IN_CAPITALS = re.compile(
    rf"^\W*{MARK.upper()}(?:\s+{THING.upper()})?\s+(?=.*[a-z])|(?<=[a-z])(?:\s+{MARK.upper()}\W*)$"
)

WHO = r"(?:(?:author|publisher|editor|editorial|partial|notice|note|notification|statement)(?:['’]?s)?(?:\s+of)?\s+)*"
WHAT = r"(?:\s+(?:notice|note|statement|announcement))"
OPENED = rf"(?:\s+(?:to|of|for|on|from))?\s*(?::|[.\])]|[{DASH}]|\s-\s|[\"'“‘«„])"  # "Retraction of cells: X" is a work
OF_A_WORK = r"\s+(?:to|of|for)\s+[^\s:]+(?:\s+[^\s:]+)?\s+et\s+al\b"
NOTICES = {
    "retraction": rf"{WHO}(?:retraction|withdrawal|removal)(?:{WHAT}?{OPENED}|{WHAT}\b|{OF_A_WORK})"
    r"|(?:notice|notification|statement)\s+of\s+(?:retraction|withdrawal)\b"
    r"|(?:retraction|withdrawal)\s+and\s+(?:replacement|republication)\b",
    "correction": rf"{WHO}correction(?:{WHAT}?{OPENED}|{WHAT}\b|{OF_A_WORK})"
    rf"|(?:author|publisher)(?:['’]?s)?\s+correction\b|{WHO}(?:corrigend(?:um|a)|errat(?:um|a)|addend(?:um|a))\b",
    "expression of concern": rf"{WHO}(?:expression|notice|note)\s+of\s+concern\b|(?:editorial\s+)?concern\s*:",
}
NOTICE_TITLE = {kind: re.compile(rf"^\W*(?:{form})", re.IGNORECASE) for kind, form in NOTICES.items()}


class Notice(ValueError):
    """What was asked for is no work but a notice about one; `doi` is that of the notice, where the source has it."""

    def __init__(self, message: str, doi: str = ""):
        self.doi = doi
        super().__init__(message)


def says_retracted(title: str) -> bool:
    return bool(RETRACTED_TITLE.search(title) or IN_CAPITALS.search(title))


def unmarked(title: str) -> str:
    """The title without the mark of its retraction."""
    return IN_CAPITALS.sub("", RETRACTED_TITLE.sub("", title)).strip()


def notice_in(title: str) -> str:
    """What kind of notice a title announces: a retraction, correction or expression of concern; empty for a work."""
    return next((kind for kind, form in NOTICE_TITLE.items() if form.search(title)), "")


def retracts(kind: str) -> bool:
    """Whether an update of this type takes the work back, in whole or in part."""
    return bool(re.search(r"retract|withdraw|remov", kind, re.IGNORECASE))


def joined(*sources: Iterable[str]) -> list[str]:
    """The notices of the first source, and those of each other that are of a kind which was not known before."""
    known: list[str] = []
    for notices in sources:
        kinds = set(map(kind_of, known))
        known += [notice for notice in dict.fromkeys(notices) if kind_of(notice) not in kinds]
    return known


def kind_of(notice: str) -> str:
    """`correction` of `erratum 10.1016/…`."""
    kind = re.match(r"[a-z ]+(?= )", notice)
    return "correction" if kind and re.match(r"corr(?!ected)|errat", kind[0]) else kind[0] if kind else notice
