"""The rules of the evidence base that a schema cannot say: what rows owe to each other, to the references and to sense.

`problems` checks every table of the data package; `retracted` tells which references are withdrawn. Their rows may be
in the tables, are shown struck and never count. A table that breaks its schema is told by its schema alone, and the
rules that need it wait until it is mended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd

from seedsoil.bibliography import file as bibliography
from seedsoil.problem import Problem, nearest, quoted
from seedsoil.tables import package as tables

__all__ = ["Problem", "is_retracted", "problems", "retracted"]

FINDINGS, EFFECTS, VOCABULARY = "data/findings.csv", "data/effects.csv", "data/vocabulary.csv"
BIBLIOGRAPHY, READ = "data/references.bib", "data/references_read.csv"

# The columns of a finding that hold terms, and the kinds of term that each may hold.
KINDS = {
    "process": ("process",),
    "source": ("cell",),
    "factor": ("factor",),
    "target": ("cell", "factor", "target"),
    "organ": ("organ",),
    "stage": ("stage",),
    "model": ("model",),
}
MAY_BE_NONE = ("source", "factor", "target")
NONE, SEPARATOR = "-", "; "
DEFINED = ("cell", "organ", "stage", "model", "process")  # kinds that a reader needs a definition of
AGENTS = {"cell": "source", "factor": "factor"}  # kinds that can be a double agent, and the column where they act
BOTH_WAYS = ("promotes", "restrains")

ASYMMETRY = 0.12  # largest difference of the arms of an interval on the log scale, as a share of their mean
SUGGESTIONS = 20  # so many unknown names of a column get a suggestion; more are one mistake, and comparing is slow
AHEAD = timedelta(hours=14)  # the first time zone to see a day


def problems() -> list[Problem]:
    """Everything that is wrong with the tables, in the order of files and lines; empty when all is right."""
    try:
        resources = {table["name"]: table for table in tables.package()["resources"]}
    except tables.DataError as error:
        return list(error.problems)
    found: list[Problem] = []
    frames: dict[str, pd.DataFrame] = {}
    for name, table in resources.items():
        try:
            found += _form(f"data/{table['path']}")
            frames[name] = tables.located(name)
        except tables.DataError as error:
            found += error.problems
    entries = _entries()
    for name, frame in frames.items():
        label = f"data/{resources[name]['path']}"
        found += _dates(label, frame)
        found += _notes(label, frame)
        found += _foreign_keys(label, frame, resources[name]["schema"].get("foreignKeys", ()), frames, entries or ())
    for rule in _RULES:
        needed = [frames.get(name) for name in _RULES[rule]]
        if all(frame is not None for frame in needed):
            found += rule(*needed)
    if "references_read" in frames and entries is not None:
        found += _references(frames["references_read"], entries)
    return sorted(found)


def retracted() -> frozenset[str]:
    """Keys of the references whose field `status` in `data/references.bib` is `retracted`."""
    return frozenset(key for key, item in (_entries() or {}).items() if item.fields.get("status") == "retracted")


def is_retracted(ref: str) -> bool:
    """Whether the reference with the key `ref` is retracted."""
    return ref in retracted()


# --- references --------------------------------------------------------------------------------------------------


def _entries() -> Mapping[str, bibliography.Item] | None:
    """The references by key; None when the file cannot be read, which the check of the bibliography reports."""
    try:
        return _parsed(bibliography.read(tables.root() / BIBLIOGRAPHY, BIBLIOGRAPHY))
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1)
def _parsed(text: str) -> Mapping[str, bibliography.Item]:
    return {item.key: item for item in bibliography.items(text, BIBLIOGRAPHY)}


def _references(read: pd.DataFrame, entries: Mapping[str, bibliography.Item]) -> Iterator[Problem]:
    """Every reference was read somewhere, and whatever was read is a reference."""
    for key in sorted(entries.keys() - set(read["key"])):
        found = f"the reference {key}, which nobody read"
        yield Problem(
            BIBLIOGRAPHY,
            entries[key].line,
            "",
            found,
            f"a row for it in {READ}",
            "add the row, or remove the reference",
        )
    unknown = read.loc[~read["key"].isin(entries), "key"]
    yield from _unknown(READ, unknown, f"a key of {BIBLIOGRAPHY}", set(entries), "add the reference, or remove the row")


def _foreign_keys(
    label: str, frame: pd.DataFrame, keys: Iterable[dict], frames: Mapping[str, pd.DataFrame], references: Iterable[str]
) -> Iterator[Problem]:
    """What a column says of another table is in that table."""
    for key in keys:
        (column,), target, (other,) = key["fields"], key["reference"]["resource"], key["reference"]["fields"]
        if target not in frames:
            continue
        known, expected, mend = (
            set(frames[target][other]),
            f"a {other} of the table {target}",
            "add it, or correct the cell",
        )
        if target == "references_read":
            # A reference that nobody read is reported once, and not for each row that cites it.
            known.update(references)
            expected, mend = f"a key of {BIBLIOGRAPHY}", "add the reference, or correct the key"
        unknown = frame.loc[~frame[column].isin(known), column].dropna()
        yield from _unknown(label, unknown, expected, known, mend)


# --- any table ---------------------------------------------------------------------------------------------------


def _form(label: str) -> Iterator[Problem]:
    """How the file is saved; reading takes it either way, but a change of form hides what was changed."""
    path = tables.root() / label
    data = path.read_bytes() if path.is_file() else b"\n"
    if data.startswith(b"\xef\xbb\xbf"):
        yield Problem(label, 1, "", "a byte order mark", "UTF-8 without one", 'save the file as "UTF-8"')
    if b"\r" in data:
        line = data.count(b"\n", 0, data.index(b"\r")) + 1
        yield Problem(
            label, line, "", "a carriage return", "lines that end in LF alone", "save the file with Unix line ends"
        )
    if data and not data.endswith(b"\n"):
        line = data.count(b"\n") + 1
        yield Problem(
            label, line, "", "a last line without an end", "a line feed", "add a line end, so that rows can follow"
        )


def _dates(label: str, frame: pd.DataFrame) -> Iterator[Problem]:
    latest = _latest_day()
    for column in frame.select_dtypes("datetime"):
        for line, day in frame.loc[frame[column] > pd.Timestamp(latest), column].items():
            yield Problem(
                label, line, column, f"{day:%Y-%m-%d}, a day to come", f"at most {latest}", "correct the date"
            )


def _latest_day() -> date:
    """Today where it is latest on earth, so that no contributor lives in the future."""
    return (datetime.now(UTC) + AHEAD).date()


def _notes(label: str, frame: pd.DataFrame) -> Iterator[Problem]:
    if {"read_at", "note"} <= set(frame.columns):
        for line in frame.index[(frame["read_at"] == "unverified") & frame["note"].isna()]:
            yield Problem(
                label, line, "note", "an unverified row without a note", "the reason", "say what could not be checked"
            )


def _unknown(label: str, cells: pd.Series, expected: str, names: Iterable[str], otherwise: str) -> Iterator[Problem]:
    """A problem for each of the `cells`, whose index is their lines, with the nearest of `names`."""
    mends = {name: nearest(name, names, otherwise) for name in cells.unique()[:SUGGESTIONS]}
    for line, name in cells.items():
        yield Problem(label, line, str(cells.name), quoted(name), expected, mends.get(name, otherwise))


# --- effects -----------------------------------------------------------------------------------------------------


def _intervals(effects: pd.DataFrame) -> Iterator[Problem]:
    """Confidence intervals are whole, the right way round, about their estimate, and symmetric on the log scale."""
    estimate, low, high, level = (effects[column] for column in ("estimate", "ci_low", "ci_high", "ci_level"))
    for column, other in (("ci_low", high), ("ci_high", low)):
        for line in effects.index[effects[column].isna() & other.notna()]:
            yield Problem(EFFECTS, line, column, "one end of an interval", "both ends or none", "fill in the other end")
    some, whole = low.notna() | high.notna(), low.notna() & high.notna()
    for line in effects.index[some & level.isna()]:
        yield Problem(
            EFFECTS, line, "ci_level", "an interval without its level", "a level in percent, as 95", "fill it in"
        )
    for line in effects.index[~some & level.notna()]:
        yield Problem(
            EFFECTS, line, "ci_level", "a level without an interval", "an interval", "fill it in, or remove the level"
        )

    reversed_ = whole & (low > high)
    for line in effects.index[reversed_]:
        found = f"the reversed interval {low[line]:g} to {high[line]:g}"
        yield Problem(EFFECTS, line, "ci_low", found, "the lower end first", "exchange the two")
    outside = whole & ~reversed_ & ((estimate < low) | (estimate > high))
    for line in effects.index[outside]:
        found = f"{estimate[line]:g} outside its interval {low[line]:g} to {high[line]:g}"
        yield Problem(EFFECTS, line, "estimate", found, "ci_low ≤ estimate ≤ ci_high", "correct it from the source")

    with np.errstate(divide="ignore", invalid="ignore"):
        above, below = np.log(high / estimate), np.log(estimate / low)
        difference = (above - below).abs() / ((above + below) / 2)
    # An interval from 0 has no lower arm on the log scale, and one of no width has no arms.
    skew = whole & ~reversed_ & ~outside & effects["note"].isna() & (low < high) & ~(difference <= ASYMMETRY)
    for line in effects.index[skew]:
        found = f"an interval that reaches {above[line]:.2g} up and {below[line]:.2g} down on the log scale"
        mend = "correct it from the source, or say in the note that it is printed so"
        yield Problem(
            EFFECTS, line, "ci_low,ci_high", found, f"arms within {ASYMMETRY:.0%} of each other, or a note", mend
        )


# --- findings ----------------------------------------------------------------------------------------------------


def _names(findings: pd.DataFrame, effects: pd.DataFrame) -> Iterator[Problem]:
    """Prose binds to findings and effects by id alone."""
    lines = {name: line for line, name in effects["id"].items()}
    for line, name in findings.loc[findings["id"].isin(lines), "id"].items():
        found = f"{quoted(name)}, the id of line {lines[name]} of {EFFECTS}"
        yield Problem(FINDINGS, line, "id", found, "an id of its own", "rename one of the two")


def _terms(findings: pd.DataFrame, vocabulary: pd.DataFrame) -> Iterator[Problem]:
    """Every term is in the vocabulary, under the right kind."""
    kind_of = dict(zip(vocabulary["term"], vocabulary["kind"], strict=True))
    for column, kinds in KINDS.items():
        proposals = _proposals(vocabulary[vocabulary["kind"].isin(kinds)])
        known = set(proposals.values())
        expected = f"a term of kind {' or '.join(kinds)} in {VOCABULARY}"

        def faults(cell: str) -> Iterator[tuple[str, str, str]]:
            terms = cell.split(SEPARATOR)
            if cell == NONE and column in MAY_BE_NONE:
                return
            for term, count in Counter(terms).items():
                if term not in known:
                    is_other = f", of kind {kind_of[term]}" if term in kind_of else ""
                    mend = nearest(
                        term,
                        proposals,
                        f"add the term to {VOCABULARY}, or correct it",
                        f"A new term goes to {VOCABULARY}",
                    )
                    if ";" in term:
                        mend = f'separate terms with "{SEPARATOR}"'
                    yield quoted(term) + is_other, expected, mend
                elif count > 1:
                    yield f"{quoted(term)} {count} times", "each term once", "remove the others"

        yield from _by_cell(FINDINGS, findings[column], faults)


def _proposals(terms: pd.DataFrame) -> dict[str, str]:
    """The term to propose for each term, label and synonym."""
    proposals = {}
    for row in terms.fillna("").itertuples():
        for name in (*row.synonyms.split(SEPARATOR), row.label):
            proposals.setdefault(name, row.term)
    return proposals | {term: term for term in terms["term"]}


def _by_cell(
    label: str, cells: pd.Series, faults: Callable[[str], Iterable[tuple[str, str, str]]]
) -> Iterator[Problem]:
    """The faults of each different cell, found once, at every line that has it."""
    found = {cell: tuple(faults(cell)) for cell in cells.unique()}
    wrong = {cell for cell, parts in found.items() if parts}
    for line, cell in cells[cells.isin(wrong)].items():
        for parts in found[cell]:
            yield Problem(label, line, str(cells.name), *parts)


def _relations(findings: pd.DataFrame) -> Iterator[Problem]:
    """A relation and its rows come together, exist, and are told in both rows when they contradict each other."""
    told, to = findings["relation"].notna(), findings["related_to"].notna()
    for line in findings.index[told & ~to]:
        found = f"{quoted(findings['relation'][line])} without a finding"
        yield Problem(FINDINGS, line, "related_to", found, "the id of a finding", "fill it in, or remove the relation")
    for line in findings.index[to & ~told]:
        yield Problem(
            FINDINGS,
            line,
            "relation",
            "a related finding without a relation",
            "one of contradicts, replicates, extends",
            "fill it in, or empty related_to",
        )

    ids = set(findings["id"])
    related = findings[told & to].assign(other=lambda rows: rows["related_to"].str.split(SEPARATOR)).explode("other")
    itself = related["other"] == related["id"]
    for line in related.index[itself]:
        yield Problem(FINDINGS, line, "related_to", "the row itself", "the id of another finding", "correct it")
    unknown = ~related["other"].isin(ids)
    strangers = related.loc[unknown, "other"].rename("related_to")
    yield from _unknown(FINDINGS, strangers, f"an id of {FINDINGS}", ids, "correct the id")

    against = related[(related["relation"] == "contradicts") & ~itself & ~unknown]
    pairs = set(zip(against["id"], against["other"], strict=True))
    lines = {name: line for line, name in findings["id"].items()}
    for line, name, other in zip(against.index, against["id"], against["other"], strict=True):
        if (other, name) not in pairs:
            yield Problem(
                FINDINGS,
                line,
                "related_to",
                f"{quoted(other)}, whose row does not say that it contradicts this one",
                "contradictions told in both rows",
                f"add contradicts and {name} to line {lines[other]}",
            )


# --- vocabulary --------------------------------------------------------------------------------------------------


def _vocabulary(vocabulary: pd.DataFrame) -> Iterator[Problem]:
    """Terms are told apart by more than case; what a reader must know is defined; only what acts is a double agent."""
    first: dict[tuple[str, str], int] = {}
    for line, term, kind in zip(vocabulary.index, vocabulary["term"], vocabulary["kind"], strict=True):
        before = first.setdefault((term.casefold(), kind), line)
        if before != line:
            found = f"{quoted(term)}, the term of line {before} in other case"
            yield Problem(VOCABULARY, line, "term", found, "each term once", "remove or correct one of the two")
    for line in vocabulary.index[vocabulary["kind"].isin(DEFINED) & vocabulary["definition"].isna()]:
        found = f"the {vocabulary['kind'][line]} {quoted(vocabulary['term'][line])} without a definition"
        yield Problem(VOCABULARY, line, "definition", found, "a definition in our words", "fill it in")
    for line in vocabulary.index[(vocabulary["double_agent"] == "yes") & ~vocabulary["kind"].isin(AGENTS)]:
        found = f"the {vocabulary['kind'][line]} {quoted(vocabulary['term'][line])} as a double agent"
        yield Problem(VOCABULARY, line, "double_agent", found, f"a {' or '.join(AGENTS)}", "write no")


def _double_agents(findings: pd.DataFrame, vocabulary: pd.DataFrame) -> Iterator[Problem]:
    """Who is called a double agent has a finding each way that counts."""
    agents = vocabulary[(vocabulary["double_agent"] == "yes") & vocabulary["kind"].isin(AGENTS)]
    counted = findings[(findings["read_at"] != "unverified") & ~findings["ref"].isin(retracted())]
    seen = {
        (term, kind, direction)
        for kind, column in AGENTS.items()
        for cell, direction in counted.groupby([column, "direction"]).groups
        for term in cell.split(SEPARATOR)
    }
    for line, term, kind in zip(agents.index, agents["term"], agents["kind"], strict=True):
        for direction in BOTH_WAYS:
            if (term, kind, direction) not in seen:
                found = f"the double agent {quoted(term)} without a finding that it {direction}"
                mend = "add the finding, or write no; unverified rows and retracted references do not count"
                yield Problem(VOCABULARY, line, "double_agent", found, "one each way at least", mend)


# Rules, and the tables that each needs.
_RULES: dict[Callable[..., Iterator[Problem]], tuple[str, ...]] = {
    _intervals: ("effects",),
    _names: ("findings", "effects"),
    _terms: ("findings", "vocabulary"),
    _relations: ("findings",),
    _vocabulary: ("vocabulary",),
    _double_agents: ("findings", "vocabulary"),
}
