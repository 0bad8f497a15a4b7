"""Bring a pinned raw file to this machine and make sure that it is the pinned one."""

import hashlib
import logging
import os
from importlib.resources import files
from pathlib import Path

from seedsoil.derive.registry import Source
from seedsoil.problem import DataError, Problem


def fetch(source: Source, raw_dir: str | os.PathLike | None = None) -> Path:
    """The path of the raw file of `source`, verified by size and SHA-256.

    Taken from `raw_dir` (or the folder named by the variable SEEDSOIL_RAW) when one is given,
    else from the installed package that ships it, else downloaded once into the user's cache.
    A file shipped by a package need not be in `raw_dir`. Raises `DataError`.
    """
    folder = raw_dir or os.environ.get("SEEDSOIL_RAW")
    path = Path(folder) / source.file if folder else None
    if source.package and not (path and path.is_file()):
        path = Path(str(files(source.package) / "data" / source.file))
    elif path is None:
        path = _download(source)
    _verify(path, source)
    return path


def _download(source: Source) -> Path:
    import pooch  # which a launched chapter need not have

    cache = Path(pooch.os_cache("seedsoil"))
    pooch.get_logger().setLevel(logging.WARNING)
    try:
        return Path(pooch.retrieve(source.url, f"sha256:{source.sha256}", fname=source.file, path=cache))
    except ValueError as error:  # the digest of the download; pooch keeps no file then
        raise _refusal(source.url, f"another file ({error})", source, cache) from None
    except OSError as error:
        raise _refusal(source.url, f"no way to download it ({error})", source, cache) from None


def _verify(path: Path, source: Source) -> None:
    if not path.is_file():
        raise _refusal(path, "no file", source, path.parent)
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if len(data) < source.size:
        raise _refusal(path, f"{len(data)} bytes, a truncated file", source, path.parent)
    if digest != source.sha256:
        found = f"{len(data)} bytes with SHA-256 {digest}, another file"
        raise _refusal(path, found, source, path.parent)


def _refusal(where: Path | str, found: str, source: Source, folder: Path) -> DataError:
    expected = f"{source.size} bytes with SHA-256 {source.sha256}"
    mend = f"download {source.url} by hand and put it at {folder / source.file}"
    return DataError(Problem(str(where), 0, "", found, expected, mend, "not-the-pinned-file"))
