"""The queue of a chapter: what waits, most worth reading first. It ranks and never excludes.

Rank is relevance times leverage; one record in twenty is drawn at random, so that an editor who stops early has still
seen what the ranking would have kept from sight.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
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


class _Open:
    """What waits for a chapter: records by id, what a person decided of any, and pairs that no person has judged."""

    def __init__(self, root: Path, chapter: str):
        self.every = {one.id: one for one in ledger.load(root, Record)}
        pairs = ledger.pairs(ledger.load(root, Pair)).values()
        held = ledger.standing(ledger.load(root, Decision))
        self.decisions = {name: one for (name, of), one in held.items() if of == chapter}
        hidden = flow.doubled(pairs)
        self.records = {
            name: one
            for name, one in self.every.items()
            if chapter in one.chapters.split("; ")
            and name not in hidden
            and (name not in self.decisions or self.decisions[name].decision == "maybe")
        }
        self._doubts: dict[str, list[Pair]] = {}
        for pair in pairs:
            if pair.state in ("nominated", "unresolved"):
                for name in (pair.record, pair.other):
                    self._doubts.setdefault(name, []).append(pair)

    def doubts(self, name: str) -> tuple[Pair, ...]:
        return tuple(self._doubts.get(name, ()))


def queue(root: Path, chapter: str, texts: Mapping[str, str] | None = None) -> Queue:
    """What waits for a chapter, in the order of reading; by titles and `texts`, else the abstracts at hand."""
    open_ = _Open(root, chapter)
    texts = abstracts(root) if texts is None else texts

    def text(record: Record) -> str:
        return f"{record.title} {texts.get(record.id, '')}"

    if not open_.records:
        return Queue(chapter, (), "nothing to rank")
    decided = [
        (text(open_.every[name]), one.decision == "include")
        for name, one in open_.decisions.items()
        if one.decision in ("include", "exclude") and name in open_.every
    ]
    included = [inclusion for _, inclusion in decided]
    others = [told for told, _ in decided] if relevance.enough(included) else cited(root, chapter)
    count = len(open_.records)
    words = Words([*map(text, open_.records.values()), *others])
    scores, how = relevance.scores(words, count, included)
    changes = leverage.of(words, leverage.levers(root), leverage.interventions(root))
    drawn = set(sorted(open_.records, key=_chance)[: -(-count // AUDIT)])
    waiting = [
        Waiting(
            record, float(score), len(told), tuple(told), name in drawn, name in open_.decisions, open_.doubts(name)
        )
        for (name, record), score, told in zip(open_.records.items(), scores, changes[:count], strict=True)
    ]
    ranked = sorted(waiting, key=lambda one: (one.maybe, -one.rank, one.record.id))
    return Queue(chapter, tuple(_mixed(ranked)), how)


def opened(root: Path, chapter: str) -> Queue:
    """The queue of a chapter as it was ranked last, so that reading begins at once: without what was decided since.

    Where something that it rests on has changed the queue says so; where there are records that were not ranked yet, it
    is ranked anew.
    """
    rests_on, ranked = _kept(root, chapter)
    if ranked is None or rests_on == _rests_on(root):
        return ranked or renewed(root, chapter)
    open_ = _Open(root, chapter)
    if not open_.records.keys() <= {one.record.id for one in ranked.waiting}:
        return renewed(root, chapter)
    waiting = [
        replace(one, record=open_.records[name], maybe=name in open_.decisions, like=open_.doubts(name))
        for one in ranked.waiting
        if (name := one.record.id) in open_.records
    ]
    waiting.sort(key=lambda one: one.maybe)
    return Queue(chapter, tuple(waiting), f"{ranked.how}, before what changed since")


def renewed(root: Path, chapter: str) -> Queue:
    """The queue of a chapter, ranked anew where anything has changed since it was, and kept."""
    rests_on, (before, ranked) = _rests_on(root), _kept(root, chapter)
    if ranked and before == rests_on:
        return ranked
    found = queue(root, chapter)
    path = root / QUEUES / f"{chapter}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    waiting = [vars(one) | {"record": vars(one.record), "like": [*map(vars, one.like)]} for one in found.waiting]
    replace_file(path, json.dumps({"rests_on": rests_on, "how": found.how, "waiting": waiting}, ensure_ascii=False))
    return found


def _kept(root: Path, chapter: str) -> tuple[str, Queue | None]:
    """The last ranking of a chapter and what it rested on; none where it is of another version of this library."""
    path = root / QUEUES / f"{chapter}.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept["rests_on"], Queue(chapter, tuple(map(_waiting, kept["waiting"])), kept["how"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", None


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
