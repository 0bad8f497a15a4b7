"""What the pages cite."""

from __future__ import annotations

import re
from pathlib import Path

from seedsoil.prose import pages
from seedsoil.prose.manuscript import Role

CITING = ("cite", "cite:p", "cite:t")  # the first, which everybody knows, is the second


def keys(role: Role) -> list[str]:
    """The keys that a role cites, without the words {before} and {after} them; none if it is no citation."""
    if role.name not in CITING:
        return []
    return [key.strip() for key in re.sub(r"\{[^{}]*\}", "", role.text).split(",")]


def cited(root: Path) -> set[str]:
    """The keys that the pages of the book at `root` cite."""
    return {key for page in pages.pages(root) for role in page.roles for key in keys(role)}
