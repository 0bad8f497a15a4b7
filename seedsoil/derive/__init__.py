"""Compute the derived tables of the book from pinned public files."""

import importlib
import os
from pathlib import Path

from seedsoil.derive.fetch import fetch
from seedsoil.derive.registry import SOURCES
from seedsoil.files import ROOT
from seedsoil.problem import DataError, Problem, nearest
from seedsoil.tables import write


def derive(name: str, raw_dir: str | os.PathLike | None = None, root: Path = ROOT) -> Path:
    """Compute table `name` from its pinned raw files and write `data/derived/NAME.csv` below `root`.

    Where it comes from is told by `data/datapackage.json`, so that the table is plain CSV.

    `raw_dir` is a folder that has the raw files; without it (and without the variable
    SEEDSOIL_RAW) each is downloaded once. Raises `seedsoil.problem.DataError` and leaves the
    old table as it was when anything is wrong with a raw file or the result.
    """
    makers = {table: source for source in SOURCES for table in source.tables}
    if name not in makers:
        expected, mend = f"one of {', '.join(sorted(makers))}", nearest(name, sorted(makers), "correct the name")
        found = f"no derived table {name!r}"
        raise DataError(Problem("seedsoil/derive/registry.py", 0, "", found, expected, mend, "unknown-table"))
    source = makers[name]
    module = importlib.import_module(f"seedsoil.derive.{source.name}")
    raw = module.read(*(fetch(part, raw_dir) for part in (source, *source.also)))
    frame = getattr(module, name)(raw)
    return write(frame, name, root)
