"""The open questions of the book: what each says, and what its row owes to the rest of the data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from seedsoil.evidence.names import unknown
from seedsoil.problem import Problem, quoted
from seedsoil.tables.text import Cells

QUESTIONS, TABLE = "data/questions.csv", "questions"
OF_ROWS = ("rows_for", "rows_against", "closed_by")  # columns with ids of findings and effects
OF_TERMS = {"processes": "process", "organs": "organ"}  # columns with terms, and their kind


@dataclass(frozen=True)
class Question:
    """A row of the table: the text of its cells, and lists in place of those that hold several names."""

    cells: Cells

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def list(self, column: str) -> tuple[str, ...]:
        return tuple(name.strip() for name in self.cells[column].split(";") if name.strip())

    @property
    def is_open(self) -> bool:
        return self.cells["status"] == "open"

    @property
    def rows(self) -> tuple[str, ...]:
        """Every finding and effect that the question names."""
        return tuple(name for column in OF_ROWS for name in self.list(column))


def outcomes(questions: pd.DataFrame) -> Iterator[Problem]:
    """A question is open to both answers, and closed by a row."""
    for line, row in questions.fillna("").iterrows():
        for column, other in (("supports", "refutes"), ("refutes", "supports")):
            if not row[column]:
                found, expected = f"no result that {column} the claim", f"one beside that which {other} it"
                mend = "say what the deciding study would have to find; what cannot come out otherwise is no question"
                yield Problem(QUESTIONS, line, column, found, expected, mend, "one-sided-question")
        if row["supports"] and row["supports"] == row["refutes"]:
            yield Problem(
                QUESTIONS,
                line,
                "refutes",
                "the result that supports the claim",
                "another result",
                "say what would speak against the claim",
                "one-sided-question",
            )
        if (row["status"] == "closed") != bool(row["closed_by"]):
            found = "a closed question without a row" if row["status"] == "closed" else "a row that closes an open one"
            mend = "name the finding or effect that decided it in closed_by, or open the question again"
            yield Problem(
                QUESTIONS, line, "closed_by", found, "rows where it is closed alone", mend, "closed-without-row"
            )


def rows(questions: pd.DataFrame, findings: pd.DataFrame, effects: pd.DataFrame) -> Iterator[Problem]:
    """Rows that a question names are in the tables, each on one side."""
    known = {*findings["id"], *effects["id"]}
    for column in OF_ROWS:
        yield from _strangers(questions[column], "the id of a finding or an effect", known, "add the row")
    for line, (for_it, against) in questions[["rows_for", "rows_against"]].dropna().iterrows():
        for name in sorted({*for_it.split("; ")} & {*against.split("; ")}):
            found, mend = f"{quoted(name)}, which is also in rows_for", "take it out on one side"
            yield Problem(QUESTIONS, line, "rows_against", found, "each row on one side", mend, "row-on-both-sides")


def terms(questions: pd.DataFrame, vocabulary: pd.DataFrame) -> Iterator[Problem]:
    for column, kind in OF_TERMS.items():
        known = set(vocabulary.loc[vocabulary["kind"] == kind, "term"])
        yield from _strangers(questions[column], f"a term of the vocabulary (kind {kind})", known, "add the term")


def chapters(questions: pd.DataFrame, root: Path) -> Iterator[Problem]:
    """The chapters that ask exist; a data package on its own has none."""
    if known := {path.stem for path in (root / "chapters").glob("*.md")}:
        yield from _strangers(questions["chapter"], "the name of a page in chapters", known, "correct the name")


def _strangers(cells: pd.Series, expected: str, known: set[str], otherwise: str) -> Iterator[Problem]:
    """The names in the cells of a column that are not known."""
    names = cells.dropna().str.split("; ").explode()
    yield from unknown(QUESTIONS, names[~names.isin(known)], expected, sorted(known), otherwise)
