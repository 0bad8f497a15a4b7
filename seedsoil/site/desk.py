"""editors-desk.html: what needs work, the worst first, with a link from each number to the place to mend.

It stands outside the contents, as readers have other things to read; CONTRIBUTING leads to it.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from seedsoil.living import desk
from seedsoil.tables.package import PACKAGE

PAGE = "editors-desk"
SHOWN = 60  # things of a kind that the page lists


def pages(app):
    root = Path(app.srcdir)
    if app.builder.format == "html" and (root / PACKAGE).is_file():  # a book without tables has nothing to mend in them
        options = app.config.html_theme_options
        source = f"{options.get('repository_url', '')}/blob/{options.get('repository_branch', 'main')}"
        yield (
            PAGE,
            {
                "title": "Editors' desk",
                "needs": desk.needs(root),
                "shown": SHOWN,
                "address": lambda file, line=0: address(source, file, line),
            },
            "desk.html",
        )


def address(source: str, file: str, line: int) -> str:
    """A file, or a folder, of the repository in the browser, at a line of its plain text."""
    return f"{source}/{quote(file)}" + (f"?plain=1#L{line}" if line else "")


def setup(app):
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
