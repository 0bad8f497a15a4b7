"""A standing search: each source asked for what it received since the last good answer, and the new records kept.

What a source answers is kept page by page below `_build/living` until the run is over, so that an interrupted search
goes on where it was, and nothing enters the ledger of a source whose answer is not whole.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from seedsoil.files import replace_file
from seedsoil.literature import europepmc, openalex, pubmed_search
from seedsoil.literature.found import Found, Page
from seedsoil.literature.http import LABELS, NotFound, NotReached
from seedsoil.living import duplicates, ledger, queries, ranking
from seedsoil.living.progress import nowhere
from seedsoil.living.queries import Query

OVERLAP = timedelta(days=14)  # sources enter records late and correct their dates
CACHE = "_build/living"
SURPRISING = 3.0  # records that a source was to give by its earlier answers, where nothing at all is no chance


@dataclass
class Answer:
    """What became of one source in a run."""

    source: str
    since: str
    until: str
    query: str
    announced: int = 0
    received: int = 0
    new: int = 0
    seconds: float = 0.0
    error: str = ""
    skipped: str = ""
    found: list[Found] = field(default_factory=list, repr=False)

    @property
    def good(self) -> bool:
        return not (self.error or self.skipped)

    def as_dict(self) -> dict:
        return {name: value for name, value in vars(self).items() if name != "found"}


def run(
    root: Path,
    chapter: str,
    today: date,
    sources: Iterable[str] = queries.SOURCES,
    say: Callable[[str], None] = print,
    at: Callable[[str, int, int], None] = nowhere,
) -> dict:
    """Search for a chapter, keep the new records and the run, and return the run. A source that fails does so alone.

    `at` is told how many records of how many a source has given.
    """
    query = queries.load(root, chapter)
    began, start = ledger.now(), time.perf_counter()
    earlier = [one for one in ledger.runs(root) if one["kind"] == "search" and one["chapter"] == chapter]
    known = _known(root, chapter, len(earlier))
    answers = []
    for source in sources:
        answer = _answer(root, query, source, today, earlier)
        _ask(root, query, answer, earlier, say, at)
        answers.append(answer)
    found = [one for answer in answers if answer.good for one in answer.found]
    kept = duplicates.keep(root, chapter, found, today, began, known)
    ranking.keep_abstracts(root, kept.abstracts)
    for answer in answers:
        answer.new = sum(one.source == answer.source for one in kept.first_found)
    made = {
        "kind": "search",
        "chapter": chapter,
        "began_at": began,
        "draft": query.draft,
        "digest": query.digest,
        "sources": {answer.source: answer.as_dict() for answer in answers},
        "new": len(kept.new),
        "already_cited": kept.cited,
        "seconds": round(time.perf_counter() - start, 1),
    }
    ledger.write_run(root, ledger.name_of_run(began, chapter), made)
    shutil.rmtree(root / CACHE / chapter, ignore_errors=True)  # after this a source that failed is asked anew
    return made


def window(query: Query, source: str, today: date, earlier: Iterable[dict]) -> tuple[str, str]:
    """From the end of the last good answer of this source less the overlap, to today."""
    ends = [
        one["sources"][source]["until"]
        for one in earlier
        if source in one["sources"] and not one["sources"][source]["error"] and not one["sources"][source]["skipped"]
    ]
    since = date.fromisoformat(query.since)
    if ends:
        since = max(since, date.fromisoformat(max(ends)) - OVERLAP)
    return since.isoformat(), today.isoformat()


def _known(root: Path, chapter: str, runs: int) -> frozenset[str]:
    """The records that the ledger had before this search, also where an earlier try of it was killed.

    What another number of runs left is of a search that was killed when it was over, and goes.
    """
    path = root / CACHE / chapter / "known.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if kept.get("runs") != runs:
        shutil.rmtree(path.parent, ignore_errors=True)
        path.parent.mkdir(parents=True)
        kept = {"runs": runs, "records": [one.id for one in ledger.load(root, ledger.Record)]}
        replace_file(path, json.dumps(kept))
    return frozenset(kept["records"])


def _answer(root: Path, query: Query, source: str, today: date, earlier: list[dict]) -> Answer:
    since, until = window(query, source, today, earlier)
    return Answer(source, since, until, query.for_source(source, since, until))


def _ask(
    root: Path,
    query: Query,
    answer: Answer,
    earlier: list[dict],
    say: Callable[[str], None],
    at: Callable[[str, int, int], None],
) -> None:
    start = time.perf_counter()
    label = LABELS[answer.source]
    if answer.source == "openalex" and not openalex.has_key():
        answer.skipped = f"no key in {openalex.KEY}"
        say(f"{label}: skipped, {answer.skipped}.")
        return
    try:
        numbers: set[str] = set()
        for page in _pages(root, query, answer):
            answer.announced = page.announced
            answer.found += [one for one in page.records if one.number not in numbers]
            numbers |= {one.number for one in page.records}
            answer.received = len(numbers)
            at(label, answer.received, answer.announced)
        _reconcile(answer, earlier)
    except NotFound:
        answer.error = "found nothing at the address of the API (404), expected an answer; is its address right?"
    except (NotReached, OSError) as error:
        answer.error = str(error)
    answer.seconds = round(time.perf_counter() - start, 1)
    say(f"{label}: " + (f"FAILED: {answer.error}" if answer.error else f"{answer.received:,} records"))


def _reconcile(answer: Answer, earlier: list[dict]) -> None:
    if answer.received < answer.announced:
        answer.error = (
            f"found {answer.received:,} records, expected the {answer.announced:,} that were announced; search again, "
            "and if it stays so, narrow the window or the query."
        )
    elif answer.announced == 0 and _expected(answer, earlier) >= SURPRISING:
        answer.error = (
            f"found no record from {answer.since} to {answer.until}, expected about {_expected(answer, earlier):.0f} "
            "by its earlier answers; look whether the query still means what it did."
        )


def _expected(answer: Answer, earlier: Iterable[dict]) -> float:
    """Records that the window would hold at the rate of the good answers so far; of a first answer, surely some."""
    good = [
        one["sources"][answer.source]
        for one in earlier
        if answer.source in one["sources"]
        and not one["sources"][answer.source]["error"]
        and not one["sources"][answer.source]["skipped"]
    ]
    if not good:
        return SURPRISING
    days = sum(_days(one["since"], one["until"]) for one in good)
    return sum(one["received"] for one in good) / days * _days(answer.since, answer.until)


def _days(since: str, until: str) -> int:
    return (date.fromisoformat(until) - date.fromisoformat(since)).days + 1


# Pages, kept as they come.


def _pages(root: Path, query: Query, answer: Answer) -> Iterator[Page]:
    folder = root / CACHE / query.chapter / answer.source / f"{answer.since}_{answer.until}_{query.digest}"
    folder.mkdir(parents=True, exist_ok=True)
    cursor, number = _first(answer, folder), 0
    while cursor or not number:
        path = folder / f"{number:05}.json"
        page = _read(path) or _fetch(answer, cursor, folder)
        if not path.exists():
            replace_file(path, json.dumps([page.announced, [one.as_dict() for one in page.records], page.next]))
        yield page
        cursor, number = page.next, number + 1


def _first(answer: Answer, folder: Path) -> str:
    if answer.source == "pubmed" and not (folder / "numbers.txt").exists():
        announced, numbers = pubmed_search.numbers(answer.query, answer.since, answer.until)
        replace_file(folder / "numbers.txt", json.dumps([announced, numbers]))
    return {"europepmc": europepmc.FIRST, "openalex": openalex.FIRST, "pubmed": "0"}[answer.source]


def _fetch(answer: Answer, cursor: str, folder: Path) -> Page:
    if answer.source == "pubmed":
        announced, numbers = json.loads((folder / "numbers.txt").read_text(encoding="utf-8"))
        return pubmed_search.page(numbers, announced, cursor) if numbers else Page(announced, (), "")
    return {"europepmc": europepmc, "openalex": openalex}[answer.source].search(answer.query, cursor)


def _read(path: Path) -> Page | None:
    if not path.exists():
        return None
    try:
        announced, records, following = json.loads(path.read_text(encoding="utf-8"))
        return Page(announced, tuple(Found(**one) for one in records), following)
    except (ValueError, TypeError):  # of another version of this library: asked for anew
        path.unlink()
        return None
