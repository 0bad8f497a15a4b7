"""The queue of a chapter: what waits, most worth reading first. It ranks and never excludes.

Rank is relevance times leverage; one record in twenty is drawn at random, so that an editor who stops early has still
seen what the ranking would have kept from sight.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seedsoil.bibliography.printed import plain
from seedsoil.evidence.references import entries
from seedsoil.files import replace_file
from seedsoil.living import ledger, leverage, relevance, standing
from seedsoil.living.ledger import Decision, Pair, Record
from seedsoil.prose import citations as prose
from seedsoil.prose.pages import pages

ABSTRACTS = "_build/living/abstracts.json"
AUDIT = 20  # one of as many is drawn at random


@dataclass(frozen=True)
class Waiting:
    """A record that waits for a decision, why it stands where it does, and what it may be the same as."""

    record: Record
    relevance: float  # rank in the queue, 0 to 1
    leverage: int  # grades and pools that it could move
    would_change: tuple[str, ...]
    drawn: bool  # at random
    maybe: bool  # put off by a person
    like: tuple[Pair, ...]

    @property
    def rank(self) -> float:
        return self.relevance * (1 + self.leverage)


@dataclass(frozen=True)
class Queue:
    chapter: str
    waiting: tuple[Waiting, ...]
    how: str  # relevance was found


def queue(root: Path, chapter: str, texts: Mapping[str, str] | None = None) -> Queue:
    """What waits for a chapter, in the order of reading; by titles and `texts`, else the abstracts at hand."""
    records = {one.id: one for one in ledger.load(root, Record)}
    held = ledger.pairs(ledger.load(root, Pair)).values()
    hidden = standing.doubled(held)
    decisions = {name: one for (name, of), one in ledger.standing(ledger.load(root, Decision)).items() if of == chapter}
    texts = abstracts(root) if texts is None else texts

    def text(record: Record) -> str:
        return f"{record.title} {texts.get(record.id, '')}"

    open_ = [
        one
        for one in records.values()
        if chapter in one.chapters.split("; ")
        and one.id not in hidden
        and (one.id not in decisions or decisions[one.id].decision == "maybe")
    ]
    decided = {
        text(records[name]): one.decision == "include"
        for name, one in decisions.items()
        if one.decision in ("include", "exclude") and name in records
    }
    scores, how = relevance.scores([text(one) for one in open_], decided, cited(root, chapter))
    levers, treatments = leverage.levers(root), leverage.interventions(root)
    drawn = set(sorted((one.id for one in open_), key=_chance)[: -(-len(open_) // AUDIT)])
    waiting = []
    for record, score in zip(open_, scores, strict=True):
        count, told = leverage.of(text(record), levers, treatments)
        like = tuple(p for p in held if record.id in (p.record, p.other) and p.state in ("nominated", "unresolved"))
        maybe = record.id in decisions
        waiting.append(Waiting(record, float(score), count, tuple(told), record.id in drawn, maybe, like))
    ranked = sorted(waiting, key=lambda one: (one.maybe, -one.rank, one.record.id))
    return Queue(chapter, tuple(_mixed(ranked)), how)


def _mixed(ranked: list[Waiting]) -> list[Waiting]:
    """The ranked records with a drawn one at the head of each twenty."""
    drawn = sorted((one for one in ranked if one.drawn), key=lambda one: _chance(one.record.id))
    rest, found = [one for one in ranked if not one.drawn], []
    for start in range(0, max(len(rest), 1), AUDIT - 1):
        found += [*drawn[:1], *rest[start : start + AUDIT - 1]]
        drawn = drawn[1:]
    return found + drawn


def _chance(name: str) -> str:
    """An order that has nothing to do with what a record says, and is the same at each run."""
    return hashlib.sha256(f"audit {name}".encode()).hexdigest()


def cited(root: Path, chapter: str) -> list[str]:
    """The titles of the works that a chapter cites."""
    works = entries(root) or {}
    return [
        plain(works[key].fields.get("title", "")) for key in sorted(citations(root).get(chapter, ())) if key in works
    ]


def citations(root: Path) -> dict[str, set[str]]:
    """The keys that each page cites."""
    return {Path(page.name).stem: {key for role in page.roles for key in prose.keys(role)} for page in pages(root)}


def abstracts(root: Path) -> dict[str, str]:
    """Abstracts by record, as far as they were fetched to this machine; they are never committed."""
    path = root / ABSTRACTS
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def keep_abstracts(root: Path, more: dict[str, str]) -> None:
    path = root / ABSTRACTS
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, json.dumps({**abstracts(root), **more}, ensure_ascii=False))
