"""Compute the derived tables of the book from pinned public files."""

import importlib
import os
from pathlib import Path

from seedsoil.derive.fetch import fetch
from seedsoil.derive.registry import SOURCES, Source
from seedsoil.tables import package as tables


def derive(name: str, raw_dir: str | os.PathLike | None = None) -> Path:
    """Compute table `name` from its pinned raw files and write `data/derived/NAME.csv`.

    `raw_dir` is a folder that has the raw files; without it (and without the variable
    SEEDSOIL_RAW) each is downloaded once. Raises `seedsoil.tables.package.DataError` and leaves the
    old table as it was when anything is wrong with a raw file or the result.
    """
    makers = {table: source for source in SOURCES for table in source.tables}
    if name not in makers:
        raise tables.DataError(tables.unknown("seedsoil/derive/registry.py", "derived table", name, makers))
    source = makers[name]
    module = importlib.import_module(f"seedsoil.derive.{source.name}")
    raw = module.read(*(fetch(part, raw_dir) for part in (source, *source.also)))
    frame = getattr(module, name)(raw)
    return tables.write(frame, name, _header(name, source))


def _header(name: str, source: Source) -> list[str]:
    parts = (source, *source.also)
    return [
        tables.resource(name)["title"],
        f"Source: {'; '.join(f'{part.citation} ({part.key})' for part in parts)}",
        f"Raw file: {'; '.join(part.url for part in parts)}",
        f"SHA-256 of the raw file: {'; '.join(part.sha256 for part in parts)}",
        f"License of the raw file: {'; '.join(part.license for part in parts)}",
        f"Made by: ./book derive {name}",
    ]
