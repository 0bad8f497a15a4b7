"""Which pages of a built site differ from those of another, by what readers see of them, for a pull request."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)
LOADED = re.compile(r'(?:src|href)="(?:\.\./)*(_images/[^"#?]+|_static/[^"#?]+)')
FOLDED = re.compile(r"\s+")


class Changed(NamedTuple):
    """Pages by their addresses within the site."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    other: tuple[str, ...]  # on both, and not the same

    def as_markdown(self) -> str:
        told = [
            f"- `{name}`{word}"
            for names, word in ((self.new, " (new)"), (self.other, ""), (self.gone, " (gone)"))
            for name in names
        ]
        return "\n".join(["## Pages", "", *(told or ["No page reads otherwise."])]) + "\n"


def changed(old: Path, new: Path) -> Changed:
    """The pages of two built sites, compared by their articles; what stands around these is on every page."""
    before, after = _pages(old), _pages(new)
    both = before.keys() & after.keys()
    return Changed(
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(before.keys() - after.keys())),
        tuple(sorted(name for name in both if before[name] != after[name])),
    )


def _pages(site: Path) -> dict[str, str]:
    found = {}
    for path in site.rglob("*.html"):
        text = path.read_text("utf8")
        article = ARTICLE.search(text)
        found[path.relative_to(site).as_posix()] = FOLDED.sub(" ", article[0] if article else text)
    return found


def copy(site: Path, pages: Changed, folder: Path) -> None:
    """The changed and new pages with the pictures, styles and scripts that they load."""
    for name in (*pages.new, *pages.other):
        for part in {name, *LOADED.findall((site / name).read_text("utf8"))}:
            if (site / part).is_file():
                (folder / part).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(site / part, folder / part)
