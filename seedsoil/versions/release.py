"""A release: whether everything is in order for a version, and its number and day wherever they stand."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import yaml

from seedsoil.files import read, replace_file
from seedsoil.versions import changelog, kept, state

CITATION, ZENODO, PROJECT = "CITATION.cff", ".zenodo.json", "pyproject.toml"
REQUIRED = ("cff-version", "message", "title", "authors")  # of the Citation File Format 1.2.0
PLACES = {  # where the version and its day stand
    PROJECT: {r'^version = "(.*)"$': "version"},
    CITATION: {r"^version: (.*)$": "version", r'^date-released: "(.*)"$': "day"},
    ZENODO: {r'^ *"version": "(.*)",?$': "version", r'^ *"publication_date": "(.*)",?$': "day"},
}


def faults(root: Path, version: str) -> Iterator[str]:
    """What is not in order for a release of `version`: what was found, what was expected, how to mend it."""
    present = state.version(root)
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        yield f"found the version {version!r}, expected X.Y.Z, three numbers."
    elif kept.number(version) <= kept.number(present):
        yield f"found the version {version}, expected one after {present}, that of {PROJECT}."
    if left := _git(root, "status", "--porcelain").stdout.strip().splitlines():
        yield f"git: found {len(left)} changed files ({left[0].strip()} …), expected none; commit or put them aside."
    if _git(root, "rev-parse", "--verify", "--quiet", f"refs/tags/v{version}").returncode == 0:
        yield f"git: found the tag v{version}, expected none yet; a published version stays as it is."
    yield from _of_changelog(root, version)
    yield from _of_citation(root)


def _of_changelog(root: Path, version: str) -> Iterator[str]:
    if lines := changelog.unreleased(root):
        yield (
            f"{changelog.CHANGELOG}: found {len(lines)} lines under {changelog.UNRELEASED}, expected none; call the "
            f"section `## {version} ({date.today()})`."
        )
    latest = next(iter(changelog.released(root)), None)
    if latest is None or latest.version != version or not latest.lines:
        found = latest.version if latest else "no version"
        yield (
            f"{changelog.CHANGELOG}: found {found} first, expected a section `## {version} (YYYY-MM-DD)` with lines; "
            "say what it brings to readers."
        )


def _of_citation(root: Path) -> Iterator[str]:
    try:
        told = yaml.safe_load(read(root / CITATION, CITATION))
    except yaml.YAMLError as error:
        yield f"{CITATION}: found broken YAML ({' '.join(str(error).split())[:80]}), expected a citation file."
        return
    told = told if isinstance(told, dict) else {}
    for name in (*REQUIRED, "version", "date-released", "license"):
        if not told.get(name):
            yield f"{CITATION}: found no {name}, expected it; see citation-file-format.github.io."
    for author in told.get("authors") or ():
        if not isinstance(author, dict) or not {"name", "family-names"} & author.keys():
            yield f"{CITATION}: found the author {author!r}, expected a mapping with name or family-names."


def set_version(root: Path, version: str) -> list[Path]:
    """Write the version and the day of its changelog wherever they stand, and keep what it concludes.

    Returns the files written. Raises ValueError, before it writes any, where one does not hold what is replaced.
    """
    day = next(one.day for one in changelog.released(root) if one.version == version)
    values, written = {"version": version, "day": day}, {}
    for name, patterns in PLACES.items():
        text = read(root / name, name)
        for pattern, kind in patterns.items():
            match = re.search(pattern, text, re.MULTILINE)
            if match is None:
                raise ValueError(f"{name}: found no line of the form {pattern}, expected one that holds the {kind}.")
            text = text[: match.start(1)] + values[kind] + text[match.end(1) :]
        written[root / name] = text
    for path, text in written.items():
        replace_file(path, text)
    return [*written, kept.keep(root, state.state(root))]


def stage(root: Path, paths: list[Path]) -> None:
    _git(root, "add", "--", *(path.relative_to(root).as_posix() for path in paths)).check_returncode()


def remaining(version: str) -> tuple[str, str]:
    """The two commands that only a person gives."""
    tag = f"v{version}"
    return (
        f'git commit --message "Version {version}" && git tag --annotate {tag} --message "Version {version}"',
        f"git push --atomic origin HEAD {tag}",
    )


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
