"""What a test of a thesis owes to its kind, to the pages and to sense."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from seedsoil.evidence.names import unknown
from seedsoil.evidence.results import Results
from seedsoil.evidence.theses import TESTS, THESES, parse
from seedsoil.evidence.thesis_measures import number
from seedsoil.problem import Problem, nearest, quoted

FILE = f"data/{TESTS}.csv"
NEEDS = {"result": ("result",), "both signs": ("subject",)}  # columns by kind
BESIDE = {"both signs": "firm sign"}  # what a rule may name beside numbers, by kind; of a result with one, chance


def rules(tests: pd.DataFrame) -> Iterator[Problem]:
    """Each test has two rules, and what its kind measures."""
    for line, row in tests.fillna("").iterrows():
        yield from _rules(line, row)
        for column in NEEDS.get(row["kind"], ()):
            if not row[column]:
                expected = f"a name for a test of the kind {row['kind']}"
                yield Problem(FILE, line, column, "an empty cell", expected, "fill it in", "rule-of-a-test")


def pages(tests: pd.DataFrame, root: Path) -> Iterator[Problem]:
    """The pages, figures and results that tests name exist, where the book has pages and results."""
    known = [path.stem for path in (root / "chapters").glob("*.md")]
    results = Results(root)
    for line, row in tests.fillna("").iterrows() if known else ():
        page = root / f"chapters/{row['page']}.md"
        if not page.is_file():
            mend = nearest(row["page"], known, "correct the name")
            yield Problem(FILE, line, "page", quoted(row["page"]), "the name of a page", mend, "unknown-name")
            continue
        if (root / "tests/results").is_dir():
            yield from _results(line, row, results)
        if row["figure"] and f"name: {row['figure']}\n" not in page.read_text("utf8"):
            expected = f"a figure of {page.name}"
            yield Problem(FILE, line, "figure", quoted(row["figure"]), expected, "correct the name", "unknown-name")


def questions(theses: pd.DataFrame, asked: pd.DataFrame) -> Iterator[Problem]:
    """Questions that a thesis names are asked."""
    names, known = theses["questions"].dropna().str.split("; ").explode(), list(asked["id"])
    expected = "the id of a question"
    yield from unknown(f"data/{THESES}.csv", names[~names.isin(known)], expected, known, "ask it, or correct the id")


def _rules(line: int, row: pd.Series) -> Iterator[Problem]:
    """Rules that can be read, that differ, and that name what is measured."""
    named = BESIDE.get(row["kind"]) or ("chance" if row["chance"] else "")
    for column in ("holds", "fails"):
        try:
            rule = parse(row[column])
        except ValueError:
            rule = None
            expected = "above or below a bound, within or outside two, as above 50% or within 0.80 to 1.25; or never"
            yield Problem(
                FILE, line, column, quoted(row[column]), expected, "write it in one of these forms", "rule-of-a-test"
            )
        for bound in rule.bounds if rule else ():
            if bound != named and number(bound) is None:
                expected = f"a number{f' or {quoted(named)}' if named else ''}"
                yield Problem(
                    FILE, line, column, f"the bound {quoted(bound)}", expected, "correct the bound", "rule-of-a-test"
                )
    if row["holds"] == row["fails"]:
        yield Problem(
            FILE, line, "fails", "the rule for holding", "another", "say where the statement fails", "rule-of-a-test"
        )


def _results(line: int, row: pd.Series, results: Results) -> Iterator[Problem]:
    """Names that the page binds."""
    for column in ("result", "chance", "of"):
        if row[column] and results.get(row["page"], row[column]) is None:
            mend = nearest(
                row[column], list(results.of(row["page"])), "bind it by a name of its own, and run ./book results"
            )
            expected = f"a name that a cell of chapters/{row['page']}.md binds"
            yield Problem(FILE, line, column, quoted(row[column]), expected, mend, "unknown-result")
