"""{people}: who wrote and who reviewed each chapter, from their front matter; names are never invented."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from seedsoil.notebooks.results import chapters
from seedsoil.site.functions import link_to_page
from seedsoil.site.markup import html

NOBODY = "nobody yet"


class People(SphinxDirective):
    """A table with a row for each chapter."""

    def run(self):
        rows = []
        for page in chapters(Path(self.env.srcdir)):
            self.env.note_dependency(str(page.path))
            name = page.path.relative_to(self.env.srcdir).with_suffix("").as_posix()
            told = page.notebook.metadata
            link = nodes.inline("", "", link_to_page(self.env, name))
            cells = [html("td", ", ".join(told.get(role) or [NOBODY])) for role in ("authors", "reviewers")]
            rows.append(html("tr", html("th", link, scope="row"), *cells))
        head = html("tr", *(html("th", name, scope="col") for name in ("Chapter", "Written by", "Reviewed by")))
        caption = html("caption", "Who wrote and who reviewed each chapter")
        return [html("table", caption, html("thead", head), html("tbody", *rows), class_="table")]


def setup(app):
    app.add_directive("people", People)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
