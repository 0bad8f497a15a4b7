"""The queue of a chapter: what waits, most worth reading first. It ranks and never excludes.

Rank is relevance times leverage; one record in twenty is drawn at random, so that an editor who stops early has still
seen what the ranking would have kept from sight.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from seedsoil.bibliography.printed import plain
from seedsoil.evidence.references import BIBLIOGRAPHY, entries
from seedsoil.files import ROOT, replace_file
from seedsoil.living import flow, ledger, leverage, relevance
from seedsoil.living.ledger import Decision, Pair, Record
from seedsoil.living.words import Words
from seedsoil.prose import citations as prose
from seedsoil.prose.manuscript import Manuscript
from seedsoil.prose.pages import pages

ABSTRACTS = "_build/living/abstracts.json"
QUEUES = "_build/living/queues"
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
    hidden = flow.doubled(held)
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
    if not open_:
        return Queue(chapter, (), "nothing to rank")
    decided = [
        (text(records[name]), one.decision == "include")
        for name, one in decisions.items()
        if one.decision in ("include", "exclude") and name in records
    ]
    included = [inclusion for _, inclusion in decided]
    others = [told for told, _ in decided] if relevance.enough(included) else cited(root, chapter)
    words = Words([*(text(one) for one in open_), *others])
    scores, how = relevance.scores(words, len(open_), included)
    changes = leverage.of(words, leverage.levers(root), leverage.interventions(root))
    drawn = set(sorted((one.id for one in open_), key=_chance)[: -(-len(open_) // AUDIT)])
    doubts: dict[str, list[Pair]] = {}
    for pair in held:
        if pair.state in ("nominated", "unresolved"):
            for name in (pair.record, pair.other):
                doubts.setdefault(name, []).append(pair)
    waiting = []
    for record, score, told in zip(open_, scores, changes[: len(open_)], strict=True):
        like, maybe = tuple(doubts.get(record.id, ())), record.id in decisions
        waiting.append(Waiting(record, float(score), len(told), tuple(told), record.id in drawn, maybe, like))
    ranked = sorted(waiting, key=lambda one: (one.maybe, -one.rank, one.record.id))
    return Queue(chapter, tuple(_mixed(ranked)), how)


def opened(root: Path, chapter: str) -> Queue:
    """The queue of a chapter as it was ranked last, where nothing that it rests on has changed since; else ranked."""
    path, rests_on = root / QUEUES / f"{chapter}.json", _rests_on(root)
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["rests_on"] == rests_on:
            return Queue(chapter, tuple(map(_waiting, kept["waiting"])), kept["how"])
    found = queue(root, chapter)
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = [asdict(one) for one in found.waiting]
    replace_file(path, json.dumps({"rests_on": rests_on, "how": found.how, "waiting": waiting}, ensure_ascii=False))
    return found


def _waiting(kept: dict) -> Waiting:
    like = tuple(Pair(**one) for one in kept["like"])
    return Waiting(
        **{**kept, "record": Record(**kept["record"]), "like": like, "would_change": (*kept["would_change"],)}
    )


def _rests_on(root: Path) -> str:
    """A digest of all that a ranking reads: the tables, the pages, the abstracts at hand, and this library."""
    own = ROOT / "seedsoil"
    paths = [root / ABSTRACTS, root / "_toc.yml", root / BIBLIOGRAPHY]
    paths += (*(root / "data").rglob("*.csv"), *root.glob("*.md"), *root.glob("chapters/*.md"))
    paths += [path for name in ("living", "evidence", "prose") for path in (own / name).rglob("*.py")]
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file()):
        data = path.read_bytes()
        digest.update(f"{path.name} {len(data)} ".encode() + data)
    return digest.hexdigest()


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
    own = pages(root, lambda name, source: Path(name).name == chapter)
    keys = {key for page in own for key in _keys(page)}
    return [plain(works[key].fields.get("title", "")) for key in sorted(keys & works.keys())]


def citations(root: Path) -> dict[str, set[str]]:
    """The keys that each page cites."""
    return {Path(page.name).stem: _keys(page) for page in pages(root)}


def _keys(page: Manuscript) -> set[str]:
    return {key for role in page.roles for key in prose.keys(role)}


def abstracts(root: Path) -> dict[str, str]:
    """Abstracts by record, as far as they were fetched to this machine; they are never committed."""
    path = root / ABSTRACTS
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def keep_abstracts(root: Path, more: dict[str, str]) -> None:
    path = root / ABSTRACTS
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, json.dumps({**abstracts(root), **more}, ensure_ascii=False))
