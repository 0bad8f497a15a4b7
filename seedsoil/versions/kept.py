"""What each version concluded, kept in `data/living/versions` when it is released.

Today's code cannot always read the data of an old version, and a clone may lack its history, so what later versions are
compared with is kept as text: messages, verdicts, published estimates, and which works were retracted. The whole state
of a version is published with it, as `v/X.Y.Z/state.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seedsoil.files import read, replace_file
from seedsoil.versions.changelog import KEPT
from seedsoil.versions.difference import Change, changes
from seedsoil.versions.state import checked, text

TOLD = ("messages", "verdicts", "retractions", "estimates")  # kinds of change that what is kept can tell
State = dict[str, Any]


def conclusions(held: Mapping[str, Any]) -> State:
    """Of a state what is kept."""
    kept = {name: held[name] for name in ("form", "version", "messages", "effects")}
    works = {key: work for key, work in held["works"].items() if work["retracted"]}
    return {**kept, "verdicts": held.get("verdicts", {}), "works": works, "findings": {}, "results": {}}


def keep(root: Path, held: Mapping[str, Any]) -> Path:
    """Keep what a version concluded, once it is released."""
    path = root / KEPT / f"{held['version']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, text(conclusions(held)))
    return path


def kept(root: Path) -> list[State]:
    """What the versions concluded, the first version first. Raises ValueError for a file that is no state."""
    paths = [(path, path.relative_to(root).as_posix()) for path in (root / KEPT).glob("*.json")]
    return sorted((checked(name, read(path, name)) for path, name in paths), key=lambda held: number(held["version"]))


def number(version: str) -> tuple[int, ...]:
    """For order: 0.10.0 comes after 0.9.0."""
    return tuple(map(int, version.split(".")))


def since(old: State, new: Mapping[str, Any]) -> list[Change]:
    """What the book concludes otherwise than `old` did, the most important first."""
    return [change for change in changes(old, conclusions(new)) if change.kind in TOLD]
