"""What a test of a thesis measures, each with its 95% interval: from rows of findings, or from what a chapter computed.

Rows count as they do for grades (`seedsoil.evidence.grading`): retracted, unverified and reviewing ones do not, only
findings on spread do, and rows of one laboratory, one work or the same patients are one voice.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from seedsoil.evidence import grading
from seedsoil.evidence.direction import direction, is_about_spread
from seedsoil.evidence.results import Results
from seedsoil.tables.text import Cells

EARLY, LATE = {"pre-metastatic", "arrival", "dormancy"}, {"outgrowth", "established"}  # stages
SEED = {"tumor cell", "cancer stem cell", "metastasis-initiating cell", "-", "not stated"}  # no part of the soil
UNNAMED = {"-", "not stated", "host tissue", "stromal cell"} | SEED  # no one cell or factor
ORGANS = {"bone", "brain", "liver", "lung", "lymph node", "peritoneum", "pleura"}  # of metastasis
WITHIN = {"bone marrow": "bone"}  # what is no organ apart from another
Z = 1.959964  # of a 95% interval
FIRM = 0.9  # how often the voices on a factor with a firm sign speak with it
SIGNS = ("promotes", "restrains")
NUMBER = r"[-−+]?\d[\d,]*(?:\.\d+)?"
VALUE = re.compile(rf"(?:\d+ of \d+, )?({NUMBER})( ?%)?[^()]*(?:\((?:95% CI )?({NUMBER})%? ?(?:–|to) ?({NUMBER})%?\))?")
RANGE = re.compile(rf"({NUMBER}) ?(?:–|to) ?({NUMBER})")


@dataclass(frozen=True)
class Measured:
    """A value with its interval, how it is told, and the rows for and against the statement of the test.

    `beside` are other things that a rule may name, such as chance, each with its own interval.
    """

    value: float
    low: float
    high: float
    told: str
    beside: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    rows_for: tuple[str, ...] = ()
    rows_against: tuple[str, ...] = ()

    def bounds(self, text: str) -> tuple[float, float]:
        """A bound of a rule, twice, or the interval of what is named."""
        found = number(text)
        return self.beside[text] if found is None else (found, found)


@dataclass(frozen=True)
class Evidence:
    """Findings, and the references that do not count."""

    findings: tuple[Cells, ...]
    uncounted: Collection[str]

    def on_spread(self) -> list[Cells]:
        """The findings that count, say that something promotes or restrains spread, and name who of the soil acts."""
        return [row for row in self._counted() if direction(row) in SIGNS and set(terms(row["source"])) - SEED]

    def _counted(self) -> Iterable[Cells]:
        return (row for row in self.findings if grading.counts(row, self.uncounted) and is_about_spread(row))

    def moved(self) -> list[Cells]:
        """The findings that count in which something was done, and not only seen."""
        return [row for row in self._counted() if row["perturbation"] != "none"]

    def until(self, day: str) -> Evidence:
        """What the book had on a day, coded as it is now."""
        return Evidence(tuple(row for row in self.findings if row["added"] <= day), self.uncounted)


def result(cells: Cells, evidence: Evidence, results: Results) -> Measured | None:
    """What a chapter computed: with its interval; beside what chance gives (`chance`); or as a part of `of`."""
    text, chance, of = (results.get(cells["page"], cells[name]) for name in ("result", "chance", "of"))
    found = VALUE.fullmatch(text or "")
    if not (text and found):
        return None
    scale = 100 if found[2] else 1
    value = signed(found[1]) / scale
    if cells["of"]:
        whole = int(signed(of)) if of else 0
        return share(round(value * whole) if found[2] else int(value), whole) if whole else None
    if cells["chance"]:
        span = RANGE.search(chance or "")
        told = f"{text}, by chance {span[0]}" if span else ""
        return Measured(value, value, value, told, {"chance": (signed(span[1]), signed(span[2]))}) if span else None
    return Measured(value, signed(found[3]) / scale, signed(found[4]) / scale, text) if found[3] else None


def odds(cells: Cells, evidence: Evidence, results: Results) -> Measured | None:
    """The odds that a voice says "promotes" and not "restrains", late over early, as an odds ratio.

    Counted apart by how the rows were found, and put together by Mantel and Haenszel. A voice that says both, or speaks
    of both stages, counts in each.
    """
    rows: dict[bool, list[str]] = {True: [], False: []}  # whether they speak as the thesis has it
    placed = []
    for row in evidence.on_spread():
        stages = set(terms(row["stage"]))
        if bool(stages & EARLY) != bool(stages & LATE):
            late, promotes = bool(stages & LATE), direction(row) == "promotes"
            rows[late == promotes].append(row["id"])
            placed.append((row, (row["found_by"], late, promotes)))
    of_row = {id(row): place for row, place in placed}
    said: Counter = Counter()
    for voice in grading.voices([row for row, _ in placed]):
        said.update({of_row[id(row)] for row in voice})
    tables = [
        [[said[how, late, promotes] for promotes in (True, False)] for late in (True, False)]
        for how in sorted({how for how, *_ in said})
    ]
    found = pooled_odds(tables)
    if found is None:
        return None
    value, low, high = found
    return Measured(
        value, low, high, f"{value:.2f} (95% CI {low:.2f}–{high:.2f})", {}, tuple(rows[True]), tuple(rows[False])
    )


def both_signs(cells: Cells, evidence: Evidence, results: Results) -> Measured | None:
    """Of the cells or factors (`subject`) heard in two voices or more, the share that promotes and restrains.

    Only rows that were found by hand, for a search for the other side finds it. Beside it the share that there would be
    if every voice kept to a sign of its subject nine times in ten.
    """
    by_subject: defaultdict[str, list[Cells]] = defaultdict(list)
    for row in evidence.on_spread():
        if row["found_by"] == "hand":
            for name in set(terms(row[cells["subject"]])) - UNNAMED:
                by_subject[name].append(row)
    heard = {name: (len(grading.voices(rows)), rows) for name, rows in sorted(by_subject.items())}
    heard = {name: found for name, found in heard.items() if found[0] > 1}
    if not heard:
        return None
    both = {name for name, (_, rows) in heard.items() if len({direction(row) for row in rows}) == 2}
    firm = sum(1 - FIRM**voices - (1 - FIRM) ** voices for voices, _ in heard.values()) / len(heard)

    def rows_of(names: Collection[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row["id"] for name in sorted(names) for row in heard[name][1]))

    beside, told = {"firm sign": (firm, firm)}, f"; a firm sign would give {firm:.0%}"
    return share(len(both), len(heard), beside, rows_of(both), rows_of(heard.keys() - both), told)


def two_organs(cells: Cells, evidence: Evidence, results: Results) -> Measured | None:
    """Of the works that moved one thing and read it in two organs or more, the share in which the organs differ.

    One thing is a factor of the seed or of the soil, whichever cells of the organs bear it, or else a cell; what is
    read is one outcome, for arrival in one organ and outgrowth in another are two steps.
    """
    by_work: defaultdict[str, defaultdict[tuple[str, ...], list[Cells]]] = defaultdict(lambda: defaultdict(list))
    for row in evidence.moved():
        if organs_of(row):
            by_work[row["ref"]][*thing(row), row["outcome_of"]].append(row)
    sides: dict[bool, list[str]] = {True: [], False: []}
    works: Counter = Counter()
    for things in by_work.values():
        compared = [rows for rows in things.values() if len(set().union(*map(organs_of, rows))) > 1]
        if compared:
            differ = any(map(organs_differ, compared))
            works[differ] += 1
            sides[differ] += [row["id"] for rows in compared for row in rows]
    return share(works[True], works.total(), {}, tuple(sides[True]), tuple(sides[False])) if works else None


MEASURES: dict[str, Callable[[Cells, Evidence, Results], Measured | None]] = {
    "result": result,
    "late over early": odds,
    "both signs": both_signs,
    "two organs": two_organs,
}


# --- parts --------------------------------------------------------------------------------------------------------


def organs_of(row: Cells) -> set[str]:
    return {WITHIN.get(organ, organ) for organ in terms(row["organ"])} & ORGANS


def thing(row: Cells) -> tuple[str, str]:
    """What was moved: a factor, and whether tumor cells alone bear it; where none is named, a cell."""
    if row["factor"] == "-":
        return row["source"], "-"
    return row["factor"], "seed" if row["source"] == "tumor cell" else "soil"


def organs_differ(rows: list[Cells]) -> bool:
    """Whether there are two organs in which nothing was found alike."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for organ in organs_of(row):
            found[organ].add(direction(row))
    return any(not one & other for one in found.values() for other in found.values())


def share(
    part: int,
    whole: int,
    beside: Mapping[str, tuple[float, float]] | None = None,
    rows_for: tuple[str, ...] = (),
    rows_against: tuple[str, ...] = (),
    more: str = "",
) -> Measured:
    """A part of a whole with its exact interval (Clopper and Pearson)."""
    from scipy.special import betaincinv

    low = float(betaincinv(part, whole - part + 1, 0.025)) if part else 0.0
    high = float(betaincinv(part + 1, whole - part, 0.975)) if part < whole else 1.0
    told = f"{part} of {whole}, {part / whole:.0%} (95% CI {100 * low:.0f}–{100 * high:.0f}%){more}"
    return Measured(part / whole, low, high, told, beside or {}, rows_for, rows_against)


def pooled_odds(tables: Iterable[list[list[int]]]) -> tuple[float, float, float] | None:
    """The odds ratio over tables of two by two, by Mantel and Haenszel, with the interval of Robins, Breslow and
    Greenland (Biometrics 1986;42:311); None where it is not finite."""
    with_it = against = variance_with = variance_against = variance_both = 0.0
    for (a, b), (c, d) in tables:
        n = a + b + c + d
        if n:
            r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
            with_it, against = with_it + r, against + s
            variance_with, variance_against = variance_with + p * r, variance_against + q * s
            variance_both += p * s + q * r
    if not (with_it and against):
        return None
    ratio = with_it / against
    variance = (variance_with / with_it**2 + variance_both / (with_it * against) + variance_against / against**2) / 2
    reach = math.exp(Z * math.sqrt(variance))
    return ratio, ratio / reach, ratio * reach


def terms(cell: str) -> list[str]:
    return [term.strip() for term in cell.split(";") if term.strip()]


def number(text: str) -> float | None:
    """A number, or a percentage as a part of one; None for what is neither."""
    found = re.fullmatch(rf"({NUMBER})(%?)", text)
    return signed(found[1]) / (100 if found[2] else 1) if found else None


def signed(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))
