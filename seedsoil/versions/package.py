"""What is published with a version besides its pages: its state, what changed since each earlier version, and the files
that are attached to a release, with RO-Crate metadata and checksums.

Archives hold no time and no owner, so that the same files give the same archive to the byte.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import tarfile
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from seedsoil.evidence.references import BIBLIOGRAPHY
from seedsoil.files import replace_file
from seedsoil.tables.package import PACKAGE, package
from seedsoil.versions import changelog, crate, kept, state

SITE, PDF = "_build/html", "_build/pdf"  # as the builds leave them
STATE, VERSIONS = "state.json", "versions.json"  # of the published site
NOTE = ".buildinfo"  # of Sphinx to itself, which tells where on the machine the site was built


def beside_pages(root: Path) -> dict[str, Any]:
    """Write into the built site what its readers and its archived versions ask for, and return the state."""
    held, site = state.state(root), root / SITE
    if not (site / "index.html").is_file():
        raise ValueError(f"found no built site in {SITE}, expected one; run ./book build first.")
    replace_file(site / STATE, state.text(held))
    replace_file(site / VERSIONS, json.dumps(versions(root, held), ensure_ascii=False, separators=(",", ":")) + "\n")
    return held


def versions(root: Path, held: dict[str, Any]) -> dict[str, Any]:
    """The small file that archived pages ask: the newest version, and for each what the book concludes otherwise."""
    days = {one.version: one.day for one in changelog.released(root)}
    since = {
        old["version"]: [[change.chapter, change.says] for change in kept.since(old, held)] for old in kept.kept(root)
    }
    return {"newest": held["version"], "day": days.get(held["version"], ""), "since": since}


def attach(root: Path, folder: Path) -> list[Path]:
    """Write the files of a release into a folder: site, PDFs where they were made, data package, state, RO-Crate
    metadata and checksums. Returns them."""
    held = beside_pages(root)
    folder.mkdir(parents=True, exist_ok=True)
    told = package(root)
    name = f"{told['name']}-{held['version']}"
    site, data = root / SITE, (root / PACKAGE).parent
    pages = sorted(path for path in site.rglob("*") if path.is_file() and path.name != NOTE)
    files = {
        f"{name}-site.tar.gz": _tar(site, pages),
        f"{name}-data.zip": _zip(data, _of_package(root, told)),
        f"{name}-state.json": state.text(held).encode(),
    }
    for pdf in sorted((root / PDF).glob("*.pdf")):
        files[f"{name}-{pdf.name}"] = pdf.read_bytes()
    files[crate.NAME] = crate.text(root, held["version"], files).encode()
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    files["SHA256SUMS"] = sums.encode()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _of_package(root: Path, told: dict[str, Any]) -> list[Path]:
    """The description of the tables, the tables, and the references that they name."""
    named = [Path(PACKAGE).name, *(resource["path"] for resource in told["resources"])]
    return sorted({*((root / PACKAGE).parent / name for name in named), root / BIBLIOGRAPHY})


def _tar(folder: Path, paths: Iterable[Path]) -> bytes:
    plain = BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in paths:
            entry = tarfile.TarInfo(path.relative_to(folder).as_posix())
            entry.size = path.stat().st_size
            with path.open("rb") as file:
                archive.addfile(entry, file)
    packed = BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        shutil.copyfileobj(BytesIO(plain.getvalue()), file)
    return packed.getvalue()


def _zip(folder: Path, paths: Iterable[Path]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return packed.getvalue()
