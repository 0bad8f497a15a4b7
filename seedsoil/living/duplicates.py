"""Records that are one work: by identifier first, then by comparison (bib-dedupe), and what is left for a person.

Only an identifier makes two records one by itself. A comparison nominates. A preprint and its article, a notice and its
paper are linked and stay two. Where identifiers point to different works, a person looks.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from seedsoil.bibliography.file import known
from seedsoil.bibliography.printed import plain
from seedsoil.evidence.references import entries
from seedsoil.files import alone
from seedsoil.literature.found import Found
from seedsoil.living import flow, ledger
from seedsoil.living.ledger import BOOK, Pair, Record, inert

IDENTIFIERS = ("doi", "pmid", "pmcid")
DOI, PMID, PMCID, YEAR = (re.compile(form) for form in (r"10\..+", "[0-9]+", "PMC[0-9]+", "[0-9]{4}"))
ALIKE = 0.5  # cosine of the words of two titles below which nothing is compared; duplicates lie far above


@dataclass(frozen=True)
class Kept:
    """What a run brought: new records, what was found of them first, and how many of them are cited already."""

    new: tuple[str, ...]
    first_found: tuple[Found, ...]
    cited: int
    abstracts: dict[str, str]  # by record


def keep(
    root: Path, chapter: str, found: Iterable[Found], today: date, at: str, before: frozenset[str] | None = None
) -> Kept:
    """Enter what was found into the ledger, each work once.

    `before` are the records that were known before the search, where an earlier try of it may have been killed between
    two files: what that try entered is new still. Pairs are written before their records, so that no record is ever
    there without them.
    """
    with alone(root / ledger.FOLDER):
        book, records = _book(root), ledger.load(root, Record)
        known = frozenset(one.id for one in records) if before is None else before
        shelf = Shelf(records, at)
        first, texts = {}, {}
        for one in found:
            name = shelf.place(one, chapter, today)
            if name not in known:
                first.setdefault(name, one)
            if one.abstract:
                texts[name] = one.abstract
        new = [shelf.records[name] for name in first]
        pairs = [*shelf.pairs, *_cited(new, book, at), *compared(new, [*shelf.records.values(), *book], at)]
        told = ledger.load(root, Pair)
        held = ledger.pairs(told)
        new_pairs: dict[tuple, Pair] = {}
        for pair in pairs:  # what an identifier says comes first, and stands
            if ledger.both(pair) not in held:
                new_pairs.setdefault(ledger.both(pair), pair)
        if new_pairs:
            ledger.save(root, Pair, [*told, *new_pairs.values()])
        ledger.save(root, Record, shelf.records.values())
    names = {record.id for record in new}
    cited = flow.doubled(one for one in (held | new_pairs).values() if one.other.startswith(BOOK))
    return Kept(tuple(first), tuple(first.values()), len(cited & names), texts)


class Shelf:
    """The records by identifier, and where a found one belongs."""

    def __init__(self, records: Iterable[Record], at: str):
        self.records = {record.id: record for record in records}
        self.at, self.pairs = at, []
        self._index: dict[str, str] = {}
        for record in sorted(self.records.values(), key=lambda one: (one.first_seen, one.id)):
            self._meet(record)
            self._point(record)

    def place(self, found: Found, chapter: str, today: date) -> str:
        """Put a found record where it belongs: the id of its record."""
        record = _record(found, chapter, today)
        own = self._index.get(f"{found.source} {found.number}")
        ids = sorted({self._index[name] for name in record.names() if name in self._index})
        if own:
            return self._merge(own, record)
        same = [name for name in ids if not self._clash(record, name)]
        if len(same) == 1:
            return self._merge(same[0], record)
        if record.id in self.records:  # an identifier that two different records carry names the first of them
            record = replace(record, id=inert(f"{found.source} {found.number}"))
        for name in ids:
            self._part(record, name, tie=len(same) > 1)
        self.records[record.id] = record
        self._point(record)
        return record.id

    def _merge(self, name: str, record: Record) -> str:
        self.records[name] = ledger.merged(self.records[name], record)
        self._point(self.records[name])
        return name

    def _meet(self, record: Record) -> None:
        """A record that came under two names, as by two branches, is one where nothing parts the two."""
        for name in sorted({self._index[one] for one in record.names() if one in self._index}):
            if self._clash(record, name):
                self._part(record, name, tie=False)
            else:
                shared = ", ".join(sorted(record.names() & self.records[name].names()))
                self.pairs.append(_pair(record.id, name, "duplicate", "same work", f"both carry {shared}", self.at))

    def _point(self, record: Record) -> None:
        for name in record.names():
            self._index.setdefault(name, record.id)

    def _clash(self, record: Record, name: str) -> bool:
        """Whether an identifier says that they are one while another, or their kinds, say that they are not."""
        other = self.records[name]
        differ = any(
            getattr(record, kind) and getattr(other, kind) and getattr(record, kind) != getattr(other, kind)
            for kind in IDENTIFIERS
        )
        return differ or _relation(record.kind, other.kind) != "same work"

    def _part(self, record: Record, name: str, tie: bool) -> None:
        other = self.records[name]
        shared = ", ".join(sorted(record.names() & other.names()))
        relation = _relation(record.kind, other.kind)
        state = "unresolved" if tie or relation == "same work" else "distinct"
        evidence = f"both carry {shared}" if shared else "identifiers that lead to both"
        self.pairs.append(_pair(record.id, name, state, relation, evidence, self.at))


def compared(new: Iterable[Record], others: Iterable[Record], at: str) -> list[Pair]:
    """Pairs of a new record and another that bib-dedupe takes for one work."""
    new_ids = {record.id for record in new}
    records = {record.id: record for record in others}
    alike = _alike(list(records.values()), new_ids)
    if len(alike) < 2:
        return []
    # The import takes a second, and most runs of the command need it not.
    import pandas as pd

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from bib_dedupe import bib_dedupe

    rows = [
        {
            "ID": name,
            "ENTRYTYPE": "article",
            "title": records[name].title,
            "author": records[name].authors.replace("; ", " and "),
            "year": records[name].year,
            "journal": records[name].journal,
            **dict.fromkeys(("volume", "number", "pages", "abstract"), ""),
            "doi": "",  # identifiers have spoken
        }
        for name in sorted(alike)
    ]
    with warnings.catch_warnings():  # of pandas, about how bib-dedupe uses it
        warnings.simplefilter("ignore")
        frame = bib_dedupe.prep(pd.DataFrame(rows), verbosity_level=0, cpu=1)
        matched = bib_dedupe.match(bib_dedupe.block(frame, verbosity_level=0, cpu=1), verbosity_level=0, cpu=1)
    found = []
    for first, second, label in zip(matched["ID_1"], matched["ID_2"], matched["duplicate_label"], strict=True):
        if not {first, second} & new_ids or label not in ("duplicate", "maybe"):
            continue
        name, other = (first, second) if first in new_ids else (second, first)
        relation = _relation(records[name].kind, records[other].kind)
        if label == "maybe" and relation != "same work":
            continue
        state = "nominated" if relation == "same work" else "distinct"
        found.append(_pair(name, other, state, relation, f"bib-dedupe: {label} by title, authors and year", at))
    return _ties(found)


def _ties(pairs: list[Pair]) -> list[Pair]:
    """A record that is like two works of the bibliography is for a person to place."""
    books: dict[str, set[str]] = {}
    for pair in pairs:
        if pair.other.startswith(BOOK) and pair.state == "nominated":
            books.setdefault(pair.record, set()).add(pair.other)
    return [
        replace(pair, state="unresolved") if pair.state == "nominated" and len(books.get(pair.record, ())) > 1 else pair
        for pair in pairs
    ]


def _alike(records: list[Record], new: set[str]) -> set[str]:
    """Ids of records whose title is like that of a new one, new ones included: only these are worth comparing."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows = [number for number, record in enumerate(records) if record.id in new]
    if not rows or len(records) < 2:
        return set()
    try:
        words = TfidfVectorizer(token_pattern=r"(?u)\w+").fit_transform([record.title for record in records])
    except ValueError:  # no title has a word
        return set()
    close = (words[rows] @ words.T).tocoo()
    ids: set[str] = set()
    for row, column, value in zip(close.row, close.col, close.data, strict=True):
        if value >= ALIKE and rows[row] != column:
            ids |= {records[rows[row]].id, records[column].id}
    return ids


def _cited(new: list[Record], book: list[Record], at: str) -> list[Pair]:
    """Records that are a work of the bibliography, by identifier."""
    cited = {f"{kind}:{value}": one.id for one in book for kind in IDENTIFIERS if (value := getattr(one, kind))}
    found = []
    for record in new:
        keys = {key for one in record.names() if (key := cited.get(one))}
        state = "duplicate" if len(keys) == 1 else "unresolved"
        if record.kind == "notice":
            state = "distinct"
        relation = "notice of" if record.kind == "notice" else "same work"
        for key in sorted(keys):
            shared = ", ".join(one for one in sorted(record.names()) if cited.get(one) == key)
            found.append(_pair(record.id, key, state, relation, f"both carry {shared}", at))
    return found


def _book(root: Path) -> list[Record]:
    """The works of the bibliography as records; their ids begin with `bib:`."""
    found = []
    for key, item in (entries(root) or {}).items():
        fields = item.fields
        ids = {kind: fields.get(kind, "").lower() for kind in ("doi", "pmid")}
        names = [plain(name).split(",")[0] for name in fields.get("author", "").split(" and ")]
        found.append(
            Record(
                id=f"{BOOK}{key}",
                title=plain(fields.get("title", "")),
                authors="; ".join(names),
                journal=plain(fields.get("journal", "")),
                year=fields.get("year", ""),
                doi=ids["doi"] if known(ids["doi"]) else "",
                pmid=ids["pmid"] if known(ids["pmid"]) else "",
                pmcid="",
                kind="article",
                state="published",
                found_in="",
                chapters="",
                first_seen="",
            )
        )
    return found


def _record(found: Found, chapter: str, today: date) -> Record:
    own = f"{found.source} {found.number}"
    # An identifier of another form is none: the record is known by the number of its source.
    known = {
        "pmid": found.pmid if PMID.fullmatch(found.pmid) else "",
        "doi": doi if DOI.fullmatch(doi := inert(found.doi)) else "",
        "pmcid": found.pmcid if PMCID.fullmatch(found.pmcid) else "",
    }
    named = [f"{kind}:{value}" for kind, value in known.items() if value]
    state = "retracted" if found.retracted else "preprint" if found.kind == "preprint" else "published"
    texts = {name: inert(getattr(found, name)) for name in ("title", "authors", "journal")}
    return Record(
        id=inert(named[0] if named else own),
        **{**texts, "title": texts["title"] or "(no title)"},
        year=found.year if YEAR.fullmatch(found.year) else "",
        **known,
        kind=found.kind,
        state=state,
        found_in=inert(own),
        chapters=chapter,
        first_seen=today.isoformat(),
    )


def _relation(kind: str, other: str) -> str:
    if (kind == "notice") != (other == "notice"):
        return "notice of"
    return "preprint of" if (kind == "preprint") != (other == "preprint") else "same work"


def _pair(record: str, other: str, state: str, relation: str, evidence: str, at: str) -> Pair:
    return Pair(record, other, state, relation, evidence, ledger.MACHINE, "system", at)
