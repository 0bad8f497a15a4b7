"""The theses of the reviews that the book starts from, as tests that run at every build.

A thesis is a row of `data/theses.csv`: what its source claims. Each of its tests is a row of `data/thesis_tests.csv`: a
statement that the thesis implies and that can fail, a measure (`seedsoil.evidence.thesis_measures`), and two rules that
set its 95% interval against a bound, such as `above 50%` or `within 0.80 to 1.25`: one for *holds*, one for *fails*.
Verdicts follow by `OF_TEST` and `OF_THESIS`, so that anyone can compute them by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from seedsoil.evidence.results import Results
from seedsoil.evidence.thesis_measures import MEASURES, Evidence, Measured
from seedsoil.tables.text import Cells

THESES, TESTS = "theses", "thesis_tests"  # names of the tables
OF_TEST = (
    ("holds", "the whole interval lies where the rule for holding says"),
    ("fails", "the whole interval lies where the rule for failing says"),
    ("undecided", "it lies in neither place, or nothing was measured"),
)
OF_THESIS = (
    ("holds", "one test or more holds, and none fails"),
    ("fails", "one test or more fails, and none holds"),
    ("contested", "one test or more holds, and one or more fails"),
    ("undecided", "no test holds and none fails"),
)
NEVER = "never"  # of a test that cannot come out so
PLACE = re.compile(r"(above|below) (\S.*)|(within|outside) (\S+) to (\S+)")


class Rule(NamedTuple):
    """Where an interval has to lie: `where` is above, below, within or outside; `bounds` are one or two.

    A bound is a number, or the name of something that is measured beside it, such as chance.
    """

    where: str
    bounds: tuple[str, ...]

    def met(self, measured: Measured) -> bool:
        lows, highs = zip(*map(measured.bounds, self.bounds), strict=True)
        above, below = measured.low > max(highs), measured.high < min(lows)
        inside = measured.low > min(lows) and measured.high < max(highs)
        return bool({"above": above, "below": below, "within": inside, "outside": above or below}[self.where])


@dataclass(frozen=True)
class Test:
    """A test: the text of its row, what was measured, and its verdict."""

    cells: Cells
    measured: Measured | None
    verdict: str

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Thesis:
    """A thesis with its tests, in the order of the table."""

    cells: Cells
    tests: tuple[Test, ...]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    @property
    def verdict(self) -> str:
        return verdict(test.verdict for test in self.tests)

    @property
    def says(self) -> str:
        """The sentence of the table for this verdict."""
        return self[f"if_{self.verdict}"]

    def with_verdict(self, word: str) -> tuple[Test, ...]:
        return tuple(test for test in self.tests if test.verdict == word)


def parse(text: str) -> Rule | None:
    """The rule in a cell; None for a test that never comes out so. Raises ValueError where it is none."""
    if text == NEVER:
        return None
    found = PLACE.fullmatch(text)
    if not found:
        raise ValueError(f"found the rule {text!r}, expected above or below a bound, within or outside two, or never")
    return Rule(found[1] or found[3], (found[2],) if found[1] else (found[4], found[5]))


def verdict_of(measured: Measured | None, holds: str, fails: str) -> str:
    """The verdict of a test by its two rules."""
    if measured is not None:
        for word, text in (("holds", holds), ("fails", fails)):
            rule = parse(text)
            if rule and rule.met(measured):
                return word
    return "undecided"


def verdict(of_tests: Iterable[str]) -> str:
    """The verdict of a thesis from those of its tests."""
    decided = set(of_tests) - {"undecided"}
    return decided.pop() if len(decided) == 1 else "contested" if decided else "undecided"


def theses(rows: Iterable[Cells], tests: Iterable[Cells], evidence: Evidence, results: Results) -> tuple[Thesis, ...]:
    """Every thesis, tested on the evidence and on what the chapters computed."""
    tested = []
    for cells in tests:
        measured = MEASURES[cells["kind"]](cells, evidence, results)
        tested.append(Test(cells, measured, verdict_of(measured, cells["holds"], cells["fails"])))
    return tuple(Thesis(cells, tuple(test for test in tested if test["thesis"] == cells["id"])) for cells in rows)
