"""Which pages are chapters, and who wrote each, from their front matter: read once, for all that ask."""

from __future__ import annotations

from pathlib import Path

from seedsoil.notebooks.results import chapters


def read(app) -> None:
    root = Path(app.srcdir)
    app.env.seedsoil_authors = {
        page.path.relative_to(root).with_suffix("").as_posix(): tuple(page.notebook.metadata.get("authors") or ())
        for page in chapters(root)
    }


def setup(app):
    app.connect("builder-inited", read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
