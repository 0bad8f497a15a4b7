"""The flow of records from the sources to the decisions (PRISMA 2020), at a day, between two days and in all.

Pure functions of the files of `data/living`. Counts at a day are of records first seen and decisions made until then;
what lies between two days is their difference, so that each identity that holds at every day holds between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from seedsoil.bibliography.file import known
from seedsoil.evidence.references import entries
from seedsoil.living import ledger
from seedsoil.living.ledger import Decision, Pair, Record

ALWAYS = "9999-12-31"


@dataclass(frozen=True)
class Flow:
    """Records of one chapter or of several, each counted for every chapter that found it."""

    identified: Counter[str] = field(default_factory=Counter)  # by source
    by_identifier: int = 0  # the same work from several sources
    duplicates: int = 0  # judged the same as another record
    cited: int = 0  # judged to be a work that is cited already
    excluded: Counter[str] = field(default_factory=Counter)  # by reason
    included: int = 0
    waiting: int = 0

    def __add__(self, other: Flow) -> Flow:
        return self._with(other, 1)

    def __sub__(self, other: Flow) -> Flow:
        return self._with(other, -1)

    def _with(self, other: Flow, sign: int) -> Flow:
        made = {}
        for name, mine in vars(self).items():
            theirs = getattr(other, name)
            if isinstance(mine, Counter):
                made[name] = Counter({key: mine[key] + sign * theirs[key] for key in mine.keys() | theirs.keys()})
            else:
                made[name] = mine + sign * theirs
        return Flow(**made)

    @property
    def records(self) -> int:
        """Different records, after identifiers."""
        return self.identified.total() - self.by_identifier

    @property
    def screened(self) -> int:
        return self.included + self.excluded.total()

    @property
    def balanced(self) -> bool:
        return self.records == self.duplicates + self.cited + self.screened + self.waiting


@dataclass(frozen=True)
class Arms:
    """How cited works came into the book: by hand before the first search, by a search, or by hand since."""

    before: frozenset[str]
    searched: frozenset[str]
    since: frozenset[str]


class Held:
    """The records, pairs and decisions of a book, read once."""

    def __init__(self, root: Path):
        self.records: list[Record] = ledger.load(root, Record)
        self.pairs: list[Pair] = ledger.load(root, Pair)
        self.decisions: list[Decision] = ledger.load(root, Decision)

    def flow(self, chapter: str, until: str = ALWAYS) -> Flow:
        """The flow of the records of a chapter until the end of a day."""
        records = [one for one in self.records if one.first_seen <= until and chapter in one.chapters.split("; ")]
        pairs = ledger.pairs(one for one in self.pairs if one.decided_at[:10] <= until).values()
        hidden = doubled(pairs)
        cited = doubled(pair for pair in pairs if pair.other.startswith(ledger.BOOK))
        decisions = ledger.standing(one for one in self.decisions if one.decided_at[:10] <= until)
        identified: Counter[str] = Counter()
        excluded: Counter[str] = Counter()
        told: Counter[str] = Counter()
        for record in records:
            identified.update(name.split(" ")[0] for name in record.found_in.split("; "))
            decision = decisions.get((record.id, chapter))
            if decision and decision.decision == "exclude":
                excluded[decision.reason or "no reason given"] += 1
            elif decision and decision.decision == "include":
                told["included"] += 1
            else:
                told["cited" if record.id in cited else "duplicates" if record.id in hidden else "waiting"] += 1
        return Flow(identified, identified.total() - len(records), excluded=excluded, **told)

    def total(self, chapters: Iterable[str], until: str = ALWAYS) -> Flow:
        return sum((self.flow(chapter, until) for chapter in chapters), Flow())


def arms(root: Path, cited: Iterable[str], read_on: dict[str, str]) -> Arms:
    """How the works of the keys `cited` came into the book; `read_on` has the day on which each was read first.

    Before the first search is also what was read on its day.
    """
    first = min((run["began_at"][:10] for run in ledger.runs(root) if run["kind"] == "search"), default=ALWAYS)
    held = ledger.standing(ledger.load(root, Decision))
    included = {record for (record, _), one in held.items() if one.decision == "include"}
    names = {name for one in ledger.load(root, Record) if one.id in included for name in one.names()}
    works = entries(root) or {}
    searched = {key for key in cited if key in works and names & _names(works[key].fields)}
    since = {key for key in cited if key not in searched and read_on.get(key, "") > first}
    return Arms(frozenset(cited) - searched - since, frozenset(searched), frozenset(since))


def _names(fields: dict[str, str]) -> set[str]:
    return {f"{kind}:{fields[kind].lower()}" for kind in ("doi", "pmid") if known(fields.get(kind, ""))}


def doubled(pairs: Iterable[Pair]) -> set[str]:
    """Records that were judged to be another record, or a work that is cited already."""
    return {pair.record for pair in pairs if pair.state == "duplicate"}
