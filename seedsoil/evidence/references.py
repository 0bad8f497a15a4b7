"""The references that rows rest on: which are retracted, and whether each was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd

from seedsoil.bibliography.file import Item, items
from seedsoil.evidence.names import unknown
from seedsoil.files import ROOT, read
from seedsoil.problem import Problem
from seedsoil.tables.asked import asked
from seedsoil.tables.package import PACKAGE
from seedsoil.tables.text import Rows

BIBLIOGRAPHY, READ = "data/references.bib", "data/references_read.csv"
READINGS = "references_read"  # the table of READ


def retracted(root: Path = ROOT) -> frozenset[str]:
    """Keys of the references whose field `status` in `data/references.bib` is `retracted`."""
    with asked(root, "retracted"):
        known = entries(root) or {}
    return frozenset(key for key, item in known.items() if item.fields.get("status") == "retracted")


def entries(root: Path = ROOT) -> Mapping[str, Item] | None:
    """The references by key; None when the file cannot be read, which the check of the bibliography reports."""
    try:
        return _parsed(read(root / BIBLIOGRAPHY, BIBLIOGRAPHY))
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=4)
def _parsed(text: str) -> Mapping[str, Item]:
    return {item.key: item for item in items(text, BIBLIOGRAPHY)}


def read_somewhere(read: pd.DataFrame, entries: Mapping[str, Item]) -> Iterator[Problem]:
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
            "unread-reference",
        )
    strangers = read.loc[~read["key"].isin(entries), "key"]
    yield from unknown(
        READ, strangers, f"a key of {BIBLIOGRAPHY}", set(entries), "add the reference, or remove the row"
    )


def corrections(root: Path = ROOT) -> dict[str, str]:
    """Notices of corrections and concerns by key, each with its day where that was read."""
    return {
        key: cells["correction"] + (f" ({cells['corrected_on']})" if cells["corrected_on"] else "")
        for key, cells in _readings(root).items()
        if cells.get("correction")
    }


def read_at(root: Path = ROOT) -> dict[str, str]:
    """Where each reference was read, by key: `full text`, `abstract`, `summary` …"""
    return {key: cells["read_at"] for key, cells in _readings(root).items()}


def _readings(root: Path) -> dict[str, dict[str, str]]:
    if not (root / PACKAGE).is_file() or READINGS not in (rows := Rows(root)).resources:
        return {}  # a book without evidence
    return {cells["key"]: cells for cells in rows.rows(READINGS)}


def notices(read: pd.DataFrame, retracted: frozenset[str]) -> Iterator[Problem]:
    """A day of a correction has its notice, and a retraction that was read is marked where readers see it."""
    for line in read.index[read["corrected_on"].notna() & read["correction"].isna()]:
        yield Problem(
            READ, line, "correction", "a day without its notice", "the notice", "say what was corrected", "half-notice"
        )
    told = read["correction"].fillna("").str.startswith("Retracted")
    for line in read.index[told & ~read["key"].isin(retracted)]:
        found = f"the retraction of {read['key'][line]}, which {BIBLIOGRAPHY} does not mark"
        mend = f"add status = {{retracted}} to the entry in {BIBLIOGRAPHY}"
        yield Problem(READ, line, "correction", found, "both to say so", mend, "unmarked-retraction")
    for line in read.index[read["key"].isin(retracted) & ~told]:
        found = f"no notice of the retraction of {read['key'][line]}"
        yield Problem(READ, line, "correction", found, "Retracted, and where", "write the notice", "half-notice")
