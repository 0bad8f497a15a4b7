"""What the data answer to a page, without Sphinx: cells, effects, evidence, grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from seedsoil.bibliography.printed import short
from seedsoil.evidence import grading
from seedsoil.evidence.direction import direction
from seedsoil.evidence.findings import KINDS
from seedsoil.evidence.grading import Clause
from seedsoil.evidence.judging import Grade, Heard
from seedsoil.evidence.questions import TABLE as QUESTIONS
from seedsoil.evidence.questions import Question
from seedsoil.evidence.references import entries, retracted
from seedsoil.evidence.results import Results
from seedsoil.evidence.theses import TESTS, THESES, Thesis, theses
from seedsoil.evidence.thesis_measures import Evidence
from seedsoil.evidence.vocabulary import HAVE_PAGES, slug
from seedsoil.problem import nearest, quoted
from seedsoil.tables.text import EVIDENCE, Cells, Rows

KINDS_OF_NEWS = ("works", *EVIDENCE)
NAMED = KINDS | dict.fromkeys(("site", "site_versus"), ("organ",))  # columns with terms, and the kinds of these


class Unknown(LookupError):
    """The data have no such name."""


class Named(NamedTuple):
    """A term as a reader sees it, and the name of its page in the atlas, empty where it has none."""

    label: str
    slug: str


@dataclass(frozen=True)
class Row:
    """A row as a page shows it: the text of its cells, and what the rest of the data say about it."""

    table: str
    cells: dict[str, str]
    retracted: bool
    contested_by: tuple[str, ...] = ()
    named: tuple[tuple[str, tuple[Named, ...]], ...] = ()  # by column: the vocabulary's terms in it
    short: str = ""  # as a sentence names it: the study of an effect, the first author and year of a finding

    @property
    def unverified(self) -> bool:
        return self.cells.get("read_at") == "unverified"

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def direction(self) -> str:
        return direction(self.cells)

    def names(self, column: str) -> tuple[Named, ...]:
        """The terms in a cell, and what is no term as it stands."""
        return dict(self.named).get(column, ())

    def terms(self, column: str) -> tuple[str, ...]:
        """The labels of what stands in a cell."""
        return tuple(name.label for name in self.names(column))


@dataclass(frozen=True)
class Verdict:
    """What the rows say of a clause: its grade, and what each contributes to it; linked rows that are not on its
    subject, each with why; rows on its subject that it neither links nor dismisses."""

    grade: Grade
    heard: tuple[Heard, ...]
    misplaced: tuple[tuple[str, str], ...]
    unlinked: tuple[str, ...]


class Library:
    """Answers from the tables below `root` as text; each is plain data that prints the same when it is the same."""

    def __init__(self, root: Path):
        self.root, self._data, self.retracted = root, Rows(root), retracted(root)

    def rows(self, table: str) -> list[Cells]:
        """The rows of a table as they are typed; none where the book has no such table."""
        return self._data.rows(table) if table in self._data.resources else []

    def value(self, table: str, key: str, column: str) -> tuple[Row, str]:
        """One cell, with the row it stands in."""
        if table not in self._data.resources:
            raise _unknown("table", table, self._data.resources, "a table of data/datapackage.json")
        rows = self._data.keyed(table)
        cells = rows.get(key)
        if cells is None:
            raise _unknown("row", key, rows, f"a key of data/{self._data.resources[table]['path']}")
        if column not in cells:
            raise _unknown("column", column, cells, f"a column of data/{self._data.resources[table]['path']}")
        return Row(table, cells, cells.get("ref") in self.retracted), cells[column]

    def effect(self, name: str) -> Row:
        return self.value("effects", name, "id")[0]

    def searched(self, claim: str) -> tuple[Row, ...]:
        """The searches behind a statement that nothing was found."""
        rows = self.rows("absence_searches")
        known = sorted({cells["claim_id"] for cells in rows})
        if claim not in known:
            raise _unknown("claim", claim, known, "a claim_id of data/tables/absence_searches.csv")
        return tuple(Row("absence_searches", cells, False) for cells in rows if cells["claim_id"] == claim)

    def evidence(self, process: str, ids: tuple[str, ...], refs: tuple[str, ...]) -> tuple[Row, ...]:
        """The findings and effects of a process, with one of the ids, or of one of the references."""
        for name in ids:
            self._known(name)
        return tuple(row for row in self._rows if row["process"] == process or row["id"] in ids or row["ref"] in refs)

    def all_evidence(self) -> tuple[Row, ...]:
        """Every finding and every effect."""
        return self._rows

    def totals(self) -> tuple[tuple[str, object], ...]:
        """How much the book rests on, and the last day on which something came."""
        rows = self.all_evidence()
        counted = [row for row in rows if not (row.retracted or row.unverified)]
        read = self.rows("references_read")
        days = [row["added"] for row in rows] + [cells["verified_on"] for cells in read]
        return (
            ("works", len(self._works)),
            *((table, sum(row.table == table for row in counted)) for table in EVIDENCE),
            ("retracted", len(self.retracted)),
            ("latest", max(days, default="")),
        )

    def days(self) -> tuple[tuple[str, tuple[tuple[str, int], ...]], ...]:
        """How many works were read, and findings and effects added, on each day, the last day first."""
        read = self.rows("references_read")
        came = Counter((cells["verified_on"], "works") for cells in read)
        came.update((cells["added"], table) for table, cells in self._evidence)
        days = sorted({day for day, _ in came}, reverse=True)
        return tuple((day, tuple((kind, came[day, kind]) for kind in KINDS_OF_NEWS if came[day, kind])) for day in days)

    def pages(self) -> frozenset[str]:
        """The names of the pages of the atlas: one for each cell, factor, organ and cancer that stands in a row."""
        return self._pages

    def vocabulary(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The rows of the vocabulary, each with the name of its page in the atlas, empty where it has none."""
        return tuple(
            (*cells.items(), ("slug", name if (name := slug(cells["kind"], cells["term"])) in self._pages else ""))
            for cells in self.rows("vocabulary")
        )

    def defined(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The rows of the vocabulary that have a definition."""
        rows = self.rows("vocabulary")
        return tuple(tuple(cells.items()) for cells in rows if cells.get("definition"))

    def questions(self, chapter: str = "") -> tuple[Question, ...]:
        """The questions of a chapter, or of all, as the table has them."""
        return tuple(Question(cells) for cells in self.rows(QUESTIONS) if chapter in ("", cells["chapter"]))

    def theses(self, until: str = "") -> tuple[Thesis, ...]:
        """The theses with their tests and verdicts; with a day, by the rows that the book then had, and by no result
        of a chapter."""
        evidence, tests = Evidence(tuple(self.rows("findings")), self.uncounted), self.rows(TESTS)
        if until:
            evidence, tests = evidence.until(until), [cells for cells in tests if cells["kind"] != "result"]
        return theses(self.rows(THESES), tests, evidence, self._results)

    def names(self, ids: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        """Rows and how a sentence calls them; an id that no row has stands for itself."""
        rows = {row["id"]: row.short for row in self._rows if row["id"] in ids}
        return tuple((name, rows.get(name, name)) for name in ids)

    def _row(self, table: str, cells: dict[str, str]) -> Row:
        return Row(
            table,
            cells,
            cells["ref"] in self.retracted,
            self._opponents.get(cells["id"], ()),
            self._names(cells),
            cells["study"] if table == "effects" else self._works.get(cells["ref"], cells["ref"]),
        )

    def clause(self, clause: Clause) -> Verdict:
        """The grade of a clause, and which rows it overlooks or misplaces."""
        for name in clause.dismissed:
            self._known(name)
        rows = [row.cells for row in self.evidence("", clause.rows, ())]
        every = [cells for _, cells in self._evidence]
        return Verdict(
            grading.grade(clause, rows, self.uncounted),
            tuple(grading.heard(clause, rows, self.uncounted)),
            tuple((row["id"], why) for row in rows if (why := grading.fits(row, clause.about))),
            tuple(grading.unlinked(clause, every, self.uncounted)),
        )

    def _known(self, name: str) -> None:
        known = [cells["id"] for _, cells in self._evidence]
        if name not in known:
            raise _unknown("row", name, known, "the id of a finding or an effect")

    @cached_property
    def _results(self) -> Results:
        return Results(self.root)

    @cached_property
    def uncounted(self) -> frozenset[str]:
        """The references whose rows are no evidence of their own: retracted works and reviews."""
        read = self.rows("references_read")
        return self.retracted | {cells["key"] for cells in read if cells.get("role") == "review"}

    @cached_property
    def _evidence(self) -> list[tuple[str, dict[str, str]]]:
        return [(table, cells) for table in EVIDENCE for cells in self.rows(table)]

    @cached_property
    def _rows(self) -> tuple[Row, ...]:
        return tuple(self._row(table, cells) for table, cells in self._evidence)

    @cached_property
    def _pages(self) -> frozenset[str]:
        return frozenset(name.slug for row in self._rows for _, names in row.named for name in names if name.slug)

    @cached_property
    def _works(self) -> dict[str, str]:
        return {key: short(item.fields) for key, item in (entries(self.root) or {}).items()}

    @cached_property
    def _opponents(self) -> dict[str, tuple[str, ...]]:
        return grading.opponents([cells for _, cells in self._evidence], self.uncounted)

    @cached_property
    def _vocabulary(self) -> dict[tuple[str, str], str]:
        """Labels by kind and term: lung is an organ and a cancer."""
        rows = self.rows("vocabulary")
        return {(cells["kind"], cells["term"]): cells["label"] for cells in rows}

    def _names(self, cells: Cells) -> tuple[tuple[str, tuple[Named, ...]], ...]:
        return tuple(
            (column, tuple(self._name(kinds, term) for term in _split(cells[column])))
            for column, kinds in NAMED.items()
            if cells.get(column, "-") not in ("", "-")
        )

    def _name(self, kinds: tuple[str, ...], term: str) -> Named:
        for kind in kinds:
            if label := self._vocabulary.get((kind, term)):
                return Named(label, slug(kind, term) if kind in HAVE_PAGES else "")
        return Named(term, "")


def _split(cell: str) -> list[str]:
    return [term.strip() for term in cell.split(";")]


def _unknown(kind: str, name: str, names: Iterable[str], expected: str) -> Unknown:
    mend = nearest(name, list(names), "correct the name, or add the row.")
    return Unknown(f"found no {kind} {quoted(name)}, expected {expected}; {mend}")
