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

BIBLIOGRAPHY, READ = "data/references.bib", "data/references_read.csv"


def retracted(root: Path = ROOT) -> frozenset[str]:
    """Keys of the references whose field `status` in `data/references.bib` is `retracted`."""
    return frozenset(key for key, item in (entries(root) or {}).items() if item.fields.get("status") == "retracted")


def entries(root: Path = ROOT) -> Mapping[str, Item] | None:
    """The references by key; None when the file cannot be read, which the check of the bibliography reports."""
    try:
        return _parsed(read(root / BIBLIOGRAPHY, BIBLIOGRAPHY))
    except (OSError, ValueError):
        return None


@lru_cache(maxsize=1)
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
