"""What each chapter searches for: `data/living/searches/CHAPTER.yml`, and the query that it makes for each source.

    state: living            # or paused, retired
    every_days: 30
    since: 2026-10-01        # where the first search begins
    approved: {by: "", day: "", digest: ""}
    blocks:                  # all of them, each by one of its phrases
      - words: [metastasis, metastatic]
      - words: [dormancy]
        terms: [process dormancy, stage dormancy]    # of data/vocabulary.csv, with label and synonyms

The phrases of a query have a digest. An editor approves that digest; where the vocabulary or the file changes, the
query is a draft again until it is signed anew (`./book search --approve CHAPTER --by NAME`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from seedsoil.files import read, replace_file
from seedsoil.problem import DataError, Problem, nearest, quoted
from seedsoil.tables.text import Rows

FOLDER = "data/living/searches"
SOURCES = ("europepmc", "pubmed", "openalex")
STATES = ("living", "paused", "retired")
KEYS = {"state", "every_days", "since", "approved", "blocks"}


@dataclass(frozen=True)
class Query:
    """What a chapter searches for: blocks of phrases, and how often; `draft` until an editor signs these phrases."""

    chapter: str
    state: str
    every_days: int
    since: str
    blocks: tuple[tuple[str, ...], ...]
    approved_by: str = ""
    approved_day: str = ""
    approved_digest: str = ""

    @property
    def digest(self) -> str:
        """The first twelve signs of the SHA-256 of all phrases."""
        text = "\n".join(" | ".join(block) for block in self.blocks)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def draft(self) -> bool:
        return not self.approved_by or self.approved_digest != self.digest

    def for_source(self, source: str, since: str = "", until: str = "") -> str:
        """The query in the language of a source, between two days where the source takes them in the query."""
        return {"europepmc": _europepmc, "pubmed": _pubmed, "openalex": _openalex}[source](self.blocks, since, until)


def _europepmc(blocks: tuple[tuple[str, ...], ...], since: str, until: str) -> str:
    # FIRST_IDATE is the day on which a record first entered the index.
    parts = [" OR ".join(f'TITLE_ABS:"{phrase}"' for phrase in block) for block in blocks]
    window = [f"FIRST_IDATE:[{since} TO {until}]"] if since else []
    return " AND ".join([f"({part})" for part in parts] + window)


def _pubmed(blocks: tuple[tuple[str, ...], ...], since: str, until: str) -> str:
    return " AND ".join("(" + " OR ".join(f'"{phrase}"[tiab]' for phrase in block) + ")" for block in blocks)


def _openalex(blocks: tuple[tuple[str, ...], ...], since: str, until: str) -> str:
    # A comma parts two filters; the days are those of publication.
    parts = ["(" + " OR ".join(f'"{phrase}"' for phrase in block).replace(",", " ") + ")" for block in blocks]
    window = [f"from_publication_date:{since}", f"to_publication_date:{until}"] if since else []
    return ",".join([f"title_and_abstract.search:{' AND '.join(parts)}", *window])


def load(root: Path, chapter: str) -> Query:
    """The query of a chapter. DataError where its file is missing or not of the form above."""
    name = f"{FOLDER}/{chapter}.yml"
    try:
        text = read(root / name, name)
    except FileNotFoundError:
        known = chapters(root)
        mend = nearest(chapter, known, f"write {name}; CONTRIBUTING.md, 'The standing search', has an example")
        raise DataError(
            Problem(name, 0, "", "no file", f"one of {', '.join(known) or 'none yet'}", mend, "no-search")
        ) from None
    try:
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _wrong(name, line, f"broken YAML ({error.problem})", "YAML") from None
    if not isinstance(data, dict) or data.keys() != KEYS:
        keys = ", ".join(map(str, data)) if isinstance(data, dict) else quoted(text)
        raise _wrong(name, 1, keys, ", ".join(sorted(KEYS)))
    approved, since, every = data["approved"] or {}, data["since"], data["every_days"]
    if data["state"] not in STATES:
        raise _wrong(name, 0, f"the state {data['state']!r}", f"one of {', '.join(STATES)}")
    if not isinstance(since, date):
        raise _wrong(name, 0, f"since {since!r}", "a day YYYY-MM-DD")
    if not isinstance(every, int) or isinstance(every, bool) or not 1 <= every <= 366:
        raise _wrong(name, 0, f"every_days {every!r}", "a whole number from 1 to 366")
    if not isinstance(approved, dict) or not approved.keys() <= {"by", "day", "digest"}:
        raise _wrong(name, 0, f"approved {approved!r}", "by, day and digest")
    signed = [str(approved.get(key) or "") for key in ("by", "day", "digest")]
    return Query(chapter, data["state"], every, since.isoformat(), _blocks(root, name, data["blocks"]), *signed)


def _blocks(root: Path, name: str, blocks: object) -> tuple[tuple[str, ...], ...]:
    if not isinstance(blocks, list) or not blocks:
        raise _wrong(name, 0, f"blocks {blocks!r}", "a list of blocks, each with words or terms")
    vocabulary = {f"{row['kind']} {row['term']}": row for row in Rows(root).rows("vocabulary")}
    found = []
    for block in blocks:
        if not isinstance(block, dict) or not block or not block.keys() <= {"words", "terms"}:
            raise _wrong(name, 0, f"the block {block!r}", "words, terms or both")
        phrases = [str(word) for word in block.get("words") or []]
        for term in block.get("terms") or []:
            if term not in vocabulary:
                mend = nearest(str(term), list(vocabulary), "correct it, or add the term to data/vocabulary.csv")
                expected = "the kind and the term of a row of data/vocabulary.csv"
                raise DataError(Problem(name, 0, "", f"the term {quoted(str(term))}", expected, mend, "search-form"))
            row = vocabulary[term]
            phrases += [row["term"], row["label"], *(row["synonyms"] or "").split("; ")]
        if wrong := next((phrase for phrase in phrases if set(phrase) & set('"*[]()')), None):
            raise _wrong(name, 0, f"the phrase {wrong!r}", "words without quotation marks, stars and brackets")
        phrases = list(dict.fromkeys(phrase.strip().lower() for phrase in phrases if phrase.strip()))
        if not phrases:
            raise _wrong(name, 0, "a block without a phrase", "one at least")
        found.append(tuple(phrases))
    return tuple(found)


def _wrong(name: str, line: int, found: str, expected: str) -> DataError:
    return DataError(Problem(name, line, "", found, expected, "correct the file", "search-form"))


def chapters(root: Path) -> list[str]:
    """The chapters that have a standing search."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.yml"))


def approve(root: Path, chapter: str, by: str, day: date) -> Query:
    """Sign the query of a chapter as it is now; its file keeps its comments, for one line is changed."""
    query = load(root, chapter)
    name = f"{FOLDER}/{chapter}.yml"
    lines = read(root / name, name).splitlines()
    signed = yaml.safe_dump(
        {"by": by, "day": day.isoformat(), "digest": query.digest},
        default_flow_style=True,
        allow_unicode=True,
        width=1000,
    ).strip()
    places = [number for number, line in enumerate(lines) if line.startswith("approved:")]
    if len(places) != 1:
        raise _wrong(name, 0, f"{len(places)} lines that begin with approved:", "one, as approved: {by: '', day: ''}")
    lines[places[0]] = f"approved: {signed}"
    replace_file(root / name, "\n".join(lines) + "\n")
    return load(root, chapter)


def problems(root: Path) -> list[Problem]:
    """What is wrong with the searches."""
    found = []
    for chapter in chapters(root):
        try:
            load(root, chapter)
        except DataError as error:
            found += error.problems
    return found
