"""Claims of absence: each place where a page says that something was not found, with the searches behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from seedsoil.prose.pages import pages
from seedsoil.tables.text import Rows


def absences(root: Path) -> Iterator[tuple[str, int, str]]:
    """File, line and text of each claim, in the order of the contents: what is claimed, and what was searched when.

    A claim whose searches are not in the table is left to the check of the pages.
    """
    searches = list(Rows(root).rows("absence_searches"))
    for page in pages(root):
        for role in page.roles:
            asked = [cells for cells in searches if cells["claim_id"] == role.text]
            if role.name == "searched" and asked:
                queries = "; ".join(cells["query"] for cells in asked)
                last = max(cells["searched_on"] for cells in asked)
                text = f"not found: {asked[0]['claim']} (searches: {len(asked)}, the last on {last}: {queries})"
                yield page.name, page.place(role.position)[0], text
