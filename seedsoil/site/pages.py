"""What every page must have: a title, text, and words for those who cannot see its pictures."""

from __future__ import annotations

from pathlib import Path

from docutils import nodes
from sphinx.util import logging

SHORTEST_PAGE = 20  # words; a page of fewer is a page that somebody forgot to write

logger = logging.getLogger(__name__)


def check_page(app, doctree) -> None:
    page = app.env.docname
    words = sum(len(text.astext().split()) for text in doctree.findall(nodes.paragraph))
    if not any(doctree.findall(nodes.title)):
        warn("found no title, expected a line `# Title` at the top.", page)
    if words < SHORTEST_PAGE and not is_generated(doctree):
        warn(
            f"found {words} words of text, expected at least {SHORTEST_PAGE}; write the page or take it out of "
            "_toc.yml.",
            page,
        )
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            warn(
                f"found the picture {Path(image['uri']).name} without alt text, expected words that say what it shows; "
                "add `:alt:` to the figure, or `mystnb: {image: {alt: …}}` to the cell.",
                (page, line_of(image)),
            )


def line_of(node) -> int | None:
    """The line of a node, or of what it stands in: pictures have none of their own."""
    while node is not None and not node.line:
        node = node.parent
    return node.line if node is not None else None


def is_generated(doctree) -> bool:
    """Whether the page is filled after reading, as the list of all references is."""
    from seedsoil.site.citations import reference_list

    return any(node["every"] for node in doctree.findall(reference_list))


def warn(message: str, location) -> None:
    logger.warning(message, location=location, type="page")


def setup(app):
    app.connect("doctree-read", check_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
