"""Sentences against the rows that they cite: no verb, endpoint or superlative that says more than its row.

Some things are faults (`faults`): a sentence on death whose reference measured something else, a verb stronger than
that of its row, a statement of absence without a recorded search. Others only a reader can judge (`questions`, which
`./book check --ask` lists): a superlative, a count or a fraction in words that nothing binds.

What is right all the same is allowed by a comment on the line above, which readers do not see:

    % allowed: prevented — the row says abolished, in other words
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from seedsoil.prose import citations
from seedsoil.prose.manuscript import HIDDEN, Fault, Manuscript, Role
from seedsoil.tables.text import Cells, Rows

DEATH = re.compile(
    r"(?<!-free )\b(?:survival|surviv(?:ed?|ors?)|lived|lives?|life|died|deaths?|mortality)\b", re.IGNORECASE
)
OR_DEATH = re.compile(r"\bor (?:death|died|dying)\b|-free survival", re.IGNORECASE)
OTHER = re.compile(r"\b(?:recur|relaps|progress|respon)\w*", re.IGNORECASE)
STRONG = re.compile(r"\b(?:prevent|stop|abolish|eliminat|halt|eradicat|cure)(?:s|p?ed|es|p?ing|ing)?\b", re.IGNORECASE)
NEGATED = re.compile(r"\b(?:not|no|never|nor|without|hardly|cannot|nothing)\b[^.;:]{0,40}$", re.IGNORECASE)
WEAK = re.compile(
    r"\b(?:lower|slow|reduc|fewer|less|delay|hamper|held back|hold back|impair|cut|limit|decreas|smaller|blunt)\w*",
    re.IGNORECASE,
)
ABSENCE = re.compile(
    r"\b(?:no (?:study|trial|work|paper|row|group|cohort|one)\b"
    r"(?= (?:that |we |has |have |was |is |tested|shows?|read))"
    r"|nothing (?:that we |we |here )?(?:read|found)"
    r"|none (?:that we|of (?:the|those) (?:works|trials|studies)|was found)"
    r"|nobody (?:(?:has |have )?(?:shown|read|tested|tried|measured|compared)|knows|can (?:check|tell|know))"
    r"|no (?:\w+ )?(?:drug|treatment|therapy|test|marker|law)s? (?:\w+ ){0,4}?(?:is|are|has|have) "
    r"(?:been )?(?:established|known|shown|tested|tried|compared)"
    r"|(?:is|are|was|were) not known|(?:has|have) (?:not|never) been (?:shown|tested|tried|compared)"
    r"|we (?:found|know of|have found|read) (?:no|none)"
    r"|(?:the )?only (?:one )?(?:randomized |published |such |other |human )*"
    r"(?:study|trial|work|paper|cohort|laboratory|group|series|experiment)\b)",
    re.IGNORECASE,
)
UNBOUND = re.compile(
    r"\b(?:the (?:largest|biggest|smallest|strongest|longest|greatest|highest|lowest|best|worst)\b"
    r"|twice|thrice|(?:doubl|tripl|quadrupl)e[ds]|halved\b|(?:two|three|four|five|ten)fold|half (?:of|as)|(?:a|one) (?:third|quarter|fifth|tenth) of"
    r"|two thirds|three quarters"
    r"|several (?:groups|laboratories|teams|trials|studies)|most (?:studies|trials|works|groups))",
    re.IGNORECASE,
)
ALLOWED = re.compile(r"%\s*allowed:\s*(?P<text>.+?)\s+[—–-]{1,2}\s+(?P<reason>\S.*)")
CITING = (*citations.CITING, "effect", "estimate")
BINDING = ("value", "effect", "estimate", "glue:text", "searched")


@dataclass(frozen=True)
class Sentence:
    """A line of prose, as pages are written, where it begins, and the roles in it."""

    text: str
    position: int
    roles: tuple[Role, ...]
    allowed: tuple[str, ...]

    def allows(self, phrase: str) -> bool:
        return any(phrase.casefold() in text.casefold() for text in self.allowed)


def sentences(page: Manuscript) -> Iterator[Sentence]:
    roles: defaultdict[int, list[Role]] = defaultdict(list)
    for role in page.roles:
        roles[page.place(role.position)[0]].append(role)
    lines = page.source.split("\n")
    for text in page.texts:
        start = 0
        for part in text.text.split("\n") if text.kind == "prose" else ():
            if part.strip():
                position = page.position(text, start, start + len(part))
                line = page.place(position)[0]
                allowed = []
                above = line - 2
                while above >= 0 and (comment := ALLOWED.match(lines[above].strip())):
                    allowed.append(comment["text"])
                    above -= 1
                yield Sentence(part, position, tuple(roles[line]), tuple(allowed))
            start += len(part) + 1


class AgainstRows:
    """The rows below `root`, asked about the sentences of a page."""

    def __init__(self, root: Path):
        self.data = Rows(root)

    @cached_property
    def rows(self) -> dict[str, dict[str, list[Cells]]]:
        """Findings and effects by reference."""
        found: dict[str, dict[str, list[Cells]]] = {}
        for table in ("findings", "effects"):
            by_ref = found.setdefault(table, defaultdict(list))
            for cells in self.data.rows(table):
                by_ref[cells.get("ref", "")].append(cells)
        return found

    def refs(self, sentence: Sentence, start: int = 0, end: int | None = None) -> list[str]:
        """The references cited in a sentence, or from `start` to `end` of its text, where each role is one sign."""
        effects = self.data.keyed("effects")
        first, last = (sentence.text[:place].count(HIDDEN) for place in (start, end))
        keys = []
        for role in sentence.roles[first:last] if end is not None else sentence.roles[first:]:
            keys += citations.keys(role)
            if role.name in ("effect", "estimate"):
                keys.append(effects.get(role.text, {}).get("ref", ""))
        return [key for key in dict.fromkeys(keys) if key]

    def faults(self, page: Manuscript) -> Iterator[Fault]:
        try:
            for sentence in sentences(page):
                yield from self.on_death(sentence)
                yield from self.strong_verbs(sentence)
                yield from absence(sentence)
        except (OSError, ValueError, KeyError):  # tables that only their own check can read
            return

    def on_death(self, sentence: Sentence) -> Iterator[Fault]:
        """Words on death or survival before a reference that measured recurrence, progression or response alone."""
        said = DEATH.search(sentence.text)
        if not said or OR_DEATH.search(sentence.text) or sentence.allows(said[0]):
            return
        other = OTHER.search(sentence.text, said.end())
        for ref in self.refs(sentence, said.start(), other.start() if other else None):
            ends = {cells["endpoint"] for cells in self.rows["effects"].get(ref, ())}
            patients = any(
                cells.get("outcome_of", "").startswith("survival") for cells in self.rows["findings"].get(ref, ())
            )
            if ends and not patients and not any(re.match(r"(?:\w+ cancer )?death", end) for end in ends):
                yield (
                    sentence.position,
                    f"{said[0]!r} with {ref}, whose rows end in {', '.join(sorted(ends))}",
                    "the endpoint of the row",
                    f"say what was measured, or write above the line: % allowed: {said[0]} — and why",
                    "other-endpoint",
                )

    def strong_verbs(self, sentence: Sentence) -> Iterator[Fault]:
        """A verb of ending where every row of the reference speaks of lessening."""
        for said in STRONG.finditer(sentence.text):
            if NEGATED.search(sentence.text[: said.start()]) or sentence.allows(said[0]):
                continue
            for ref in self.refs(sentence):
                told = [cells["finding"] for cells in self.rows["findings"].get(ref, ())]
                weak = [match[0] for text in told if (match := WEAK.search(text))]
                if told and weak and not any(STRONG.search(text) for text in told):
                    yield (
                        sentence.position,
                        f"{said[0]!r} with {ref}, whose row says {weak[0]!r}",
                        "a verb no stronger than that of the row",
                        f"use the verb of the row, or write above the line: % allowed: {said[0]} — and why",
                        "stronger-verb",
                    )

    def questions(self, page: Manuscript) -> Iterator[Fault]:
        for sentence in sentences(page):
            for said in UNBOUND.finditer(sentence.text):
                if not sentence.allows(said[0]) and not any(role.name in BINDING for role in sentence.roles):
                    yield (
                        sentence.position,
                        f"{said[0]!r} in {' '.join(sentence.text.split())[:120]!r}",
                        "something that binds it: a value, a computed number, a count",
                        f"bind it, say less, or write above the line: % allowed: {said[0]} — and why",
                        "unbound-words",
                    )


def absence(sentence: Sentence) -> Iterator[Fault]:
    """A statement that nothing was found, without the search that did not find it."""
    said = ABSENCE.search(sentence.text)
    if said and not sentence.allows(said[0]) and not any(role.name == "searched" for role in sentence.roles):
        yield (
            sentence.position,
            f"{said[0]!r} without a search",
            "{searched}`claim` with three queries or more in data/tables/absence_searches.csv",
            f"record the search, say what was read instead, or write above the line: % allowed: {said[0]} — and why",
            "absence-without-search",
        )
