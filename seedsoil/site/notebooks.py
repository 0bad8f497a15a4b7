"""The notebook of a page, to download and to launch: the one for people, in place of the page's source."""

from __future__ import annotations

from pathlib import Path

import nbformat

from seedsoil.notebooks import execution
from seedsoil.notebooks.readable import Book, launch, notebook


def choose_address(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Binder opens the notebook that its image has written, which needs no extension of JupyterLab."""
    page = _page(app, pagename) if pagename in _names(app) else None
    binder = app.config.html_theme_options.get("launch_buttons", {}).get("binderhub_url")
    for button in (button for group in context.get("header_buttons", ()) for button in group.get("buttons", ())):
        if page and binder and str(button.get("url", "")).startswith(binder):
            button["url"] = launch(Book(Path(app.srcdir)), page)


def write(app, exception) -> None:
    """In the place where the theme has its own notebooks, without outputs on a warm build."""
    if exception or app._warncount or app.builder.format != "html":  # a red build may name what is not there
        return
    book = Book(Path(app.srcdir))
    for name in _names(app):
        page, path = _page(app, name), Path(app.outdir, "_sources", f"{name}.ipynb")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(nbformat.writes(notebook(book, page, execution.current.outputs(page.notebook))), "utf8")


def _names(app) -> set[str]:
    """The names of the pages that run code."""
    return getattr(app.env, "seedsoil_runs", {}).keys() & app.env.found_docs


def _page(app, name: str) -> execution.Page:
    return execution.current.page(Path(app.env.doc2path(name)))


def setup(app):
    app.connect("html-page-context", choose_address, priority=900)  # after the theme has added its buttons
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
