"""Compute the derived tables of the book from pinned public files."""

import importlib
import os
from pathlib import Path

from seedsoil import tables
from seedsoil.derive.fetch import fetch
from seedsoil.derive.registry import SOURCES, Source


def derive(name: str, raw_dir: str | os.PathLike | None = None) -> Path:
    """Compute table `name` from its pinned raw file and write `data/derived/NAME.csv`.

    `raw_dir` is a folder that has the raw file; without it (and without the variable
    SEEDSOIL_RAW) the file is downloaded once. Raises `seedsoil.tables.DataError` and leaves the
    old table as it was when anything is wrong with the raw file or the result.
    """
    makers = {table: source for source in SOURCES for table in source.tables}
    if name not in makers:
        raise tables.DataError(
            tables.unknown("seedsoil/derive/registry.py", "derived table", name, makers)
        )
    source = makers[name]
    module = importlib.import_module(f"seedsoil.derive.{source.name}")
    frame = getattr(module, name)(module.read(fetch(source, raw_dir)))
    return tables.write(frame, name, _header(name, source))


def _header(name: str, source: Source) -> list[str]:
    return [
        tables.resource(name)["title"],
        f"Source: {source.citation} ({source.key})",
        f"Raw file: {source.url}",
        f"SHA-256 of the raw file: {source.sha256}",
        f"License of the raw file: {source.license}",
        f"Made by: ./book derive {name}",
    ]
