"""References to numbered figures and tables, resolved without reading a page again for each of them.

Sphinx reads the doctree of the page with the figure from its file, and looks at one node of it. Here a
doctree that was read stays at hand for the references that follow.
"""

from __future__ import annotations

from functools import lru_cache

from sphinx.domains.std import StandardDomain

AT_HAND = 4  # doctrees; most references stay on their page


class NumberedDomain(StandardDomain):
    def _resolve_numref_xref(self, env, *arguments):
        if not hasattr(self, "_doctree"):
            self._doctree = lru_cache(AT_HAND)(env.get_doctree)
        env.get_doctree = self._doctree  # only looked at; whoever changes one reads it anew
        try:
            return super()._resolve_numref_xref(env, *arguments)
        finally:
            del env.get_doctree


def forget(app, env) -> None:
    """All pages have been read: what was at hand before may be old."""
    vars(env.get_domain("std")).pop("_doctree", None)


def setup(app):
    app.add_domain(NumberedDomain, override=True)
    app.connect("env-updated", forget)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
