"""Where the living layer of a chapter stands: last search, next due, what waits; and the flow of its records.

Pure functions of the files of `data/living` and of a day, so that a page, a test and the feed tell the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from seedsoil.literature.http import LABELS
from seedsoil.living import ledger, queries
from seedsoil.living.ledger import Decision, Pair, Record

GRACE = timedelta(days=14)  # after the due day, before a chapter is overdue


@dataclass(frozen=True)
class Standing:
    """Where a chapter stands on a day; `last` maps a source to the end of its last good answer."""

    chapter: str
    state: str
    draft: bool
    every_days: int
    last: dict[str, str]
    failed: dict[str, str]  # sources whose latest answer was no good, with the reason
    due: str  # a day, or empty
    waiting: int
    included: int
    excluded: int
    minutes: float  # of editors, screening

    def says(self) -> str:
        """One line for the head of a chapter."""
        if self.state == "never":
            return "No standing literature search has been made yet."
        if self.state == "retired":
            return f"The standing search is retired; it was last made on {max(self.last.values(), default='no day')}."
        due = "paused" if self.state == "paused" else f"next due {self.due}"
        failed = "".join(f"; {LABELS[source]} gave no answer" for source in sorted(self.failed))
        draft = " (its query is a draft that no editor has signed)" if self.draft else ""
        last = max(self.last.values(), default="failed")
        return f"Last search {last}{draft}{failed}, {due}; {self.waiting} records waiting."


@dataclass(frozen=True)
class Flow:
    """The flow of the records of a chapter, from the sources to the decisions."""

    chapter: str
    identified: dict[str, int]  # by source
    by_identifier: int  # the same work from several sources
    duplicates: int  # judged the same as another record, or cited already
    excluded: dict[str, int]  # by reason
    included: int
    waiting: int

    @property
    def records(self) -> int:
        """Different records, after identifiers."""
        return sum(self.identified.values()) - self.by_identifier

    @property
    def screened(self) -> int:
        return self.included + sum(self.excluded.values())

    @property
    def balanced(self) -> bool:
        return self.records == self.duplicates + self.screened + self.waiting


def standing(root: Path, chapter: str, today: date) -> Standing:
    query = queries.load(root, chapter)
    runs = ledger.runs(root)
    searches = [run for run in runs if run["kind"] == "search" and run["chapter"] == chapter]
    last: dict[str, str] = {}
    failed: dict[str, str] = {}
    for run in searches:
        for source, answer in run["sources"].items():
            failed.pop(source, None)
            if answer["error"]:
                failed[source] = answer["error"]
            elif answer["skipped"]:
                failed[source] = answer["skipped"]
            else:
                last[source] = answer["until"]
    asked = [day for source, day in last.items() if source not in failed]
    due = date.fromisoformat(min(asked)) + timedelta(days=query.every_days) if asked else None
    tally = flow(root, chapter)
    return Standing(
        chapter,
        _state(query.state, due, bool(searches), today),
        query.draft,
        query.every_days,
        last,
        failed,
        due.isoformat() if due else "",
        tally.waiting,
        tally.included,
        sum(tally.excluded.values()),
        sum(run["minutes"] for run in runs if run["kind"] == "screening" and run["chapter"] == chapter),
    )


def silent_days(root: Path, today: date) -> int:
    """Days since any source of any chapter last answered well; 9999 where none ever did."""
    ends = [
        answer["until"]
        for run in ledger.runs(root)
        if run["kind"] == "search"
        for answer in run["sources"].values()
        if not answer["error"] and not answer["skipped"]
    ]
    return (today - date.fromisoformat(max(ends))).days if ends else 9999


def _state(wanted: str, due: date | None, searched: bool, today: date) -> str:
    if wanted != "living":
        return wanted
    if due is None:
        return "overdue" if searched else "never"
    return "living" if today < due else "due" if today <= due + GRACE else "overdue"


def flow(root: Path, chapter: str) -> Flow:
    """The flow of the records of a chapter."""
    records = [one for one in ledger.load(root, Record) if chapter in one.chapters.split("; ")]
    hidden = doubled(ledger.pairs(ledger.load(root, Pair)).values())
    decisions = ledger.standing(ledger.load(root, Decision))
    identified: Counter[str] = Counter()
    excluded: Counter[str] = Counter()
    duplicates = included = waiting = 0
    for record in records:
        sources = [name.split(" ")[0] for name in record.found_in.split("; ")]
        identified.update(sources)
        decision = decisions.get((record.id, chapter))
        if decision and decision.decision == "include":
            included += 1
        elif decision and decision.decision == "exclude":
            excluded[decision.reason or "no reason given"] += 1
        elif record.id in hidden:
            duplicates += 1
        else:
            waiting += 1
    total = sum(identified.values())
    return Flow(chapter, dict(identified), total - len(records), duplicates, dict(excluded), included, waiting)


def doubled(pairs: Iterable[Pair]) -> set[str]:
    """Records that were judged to be another record, or a work that is cited already."""
    return {pair.record for pair in pairs if pair.state == "duplicate"}
