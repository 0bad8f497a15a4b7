"""Where the living layer of a chapter stands: last search, next due, what waits, and the minutes that it took.

Pure functions of the files of `data/living` and of a day, so that a page, a test and the feed tell the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from seedsoil.literature.http import LABELS
from seedsoil.living import ledger, queries
from seedsoil.living.flow import Held

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
    skipped: dict[str, str]  # sources that were not asked the last time, with the reason
    due: str  # a day; empty where nothing was searched, or where the search is paused or retired
    overdue: str  # the last day before it is overdue, or empty
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
        failed += "".join(f"; {LABELS[source]} was not asked" for source in sorted(self.skipped))
        draft = " (its query is a draft that no editor has signed)" if self.draft else ""
        last = max(self.last.values(), default="failed")
        return f"Last search {last}{draft}{failed}, {due}; {self.waiting} records waiting."


def standing(root: Path, chapter: str, today: date, held: Held | None = None) -> Standing:
    query = queries.load(root, chapter)
    runs = ledger.runs(root)
    searches = [run for run in runs if run["kind"] == "search" and run["chapter"] == chapter]
    last: dict[str, str] = {}
    failed: dict[str, str] = {}
    skipped: dict[str, str] = {}
    until: dict[str, str] = {}  # to which day each source that is asked has been searched
    for run in searches:
        for source, answer in run["sources"].items():
            for told in (failed, skipped):
                told.pop(source, None)
            if answer["skipped"]:
                skipped[source] = answer["skipped"]
            elif answer["error"]:
                failed[source] = answer["error"]
                until.setdefault(source, answer["since"])
            else:
                last[source] = until[source] = answer["until"]
    asked = [day for source, day in until.items() if source not in skipped]
    due = date.fromisoformat(min(asked)) + timedelta(days=query.every_days) if asked else None
    tally = (held or Held(root)).flow(chapter)
    return Standing(
        chapter,
        _state(query.state, due, bool(searches), today),
        query.draft,
        query.every_days,
        last,
        failed,
        skipped,
        due.isoformat() if due and query.state == "living" else "",
        (due + GRACE).isoformat() if due and query.state == "living" else "",
        tally.waiting,
        tally.included,
        tally.excluded.total(),
        Spent.of(run for run in runs if run.get("chapter") == chapter).minutes,
    )


@dataclass(frozen=True)
class Spent:
    """The time that the living layer took: of editors, screening, and of machines."""

    sessions: int
    untimed: int  # sessions whose minutes nobody noted: decisions that came back from another tool
    decisions: int  # of the timed sessions
    minutes: float
    runs: int
    machine_minutes: float

    @classmethod
    def of(cls, runs: Iterable[dict]) -> Spent:
        runs = list(runs)
        sessions = [run for run in runs if run["kind"] == "screening"]
        timed = [run for run in sessions if run["minutes"] is not None]
        machine = [run["seconds"] / 60 for run in runs if run["kind"] != "screening"]
        decided = sum(run[kind] for run in timed for kind in ("include", "exclude", "maybe"))
        minutes = sum(run["minutes"] for run in timed)
        return cls(len(sessions), len(sessions) - len(timed), decided, minutes, len(machine), sum(machine))

    def says(self) -> str:
        """One sentence for each kind of work."""
        editors = "No screening session is on record yet, so that no minutes of an editor are."
        if self.sessions:
            each = f", {60 * self.minutes / self.decisions:.0f} seconds for each" if self.decisions else ""
            untimed = f"; of {self.untimed:,} more the time was not noted" if self.untimed else ""
            timed, made = _of(self.sessions - self.untimed, "session"), _of(self.decisions, "decision")
            editors = f"Editors screened for {self.minutes:,.0f} minutes in {timed}, and made {made}{each}{untimed}."
        if not self.runs:
            return f"{editors} No run of a search or of a watch is on record either."
        return f"{editors} The machine took {self.machine_minutes:,.0f} minutes in {_of(self.runs, 'run')}."


def _of(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


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
