"""The references of each page as files to take along, in BibTeX and in RIS, beside the page's list of references.

BibTeX entries are cut from `data/references.bib` as they stand there; RIS, which reference managers read, is written
by rispy from their fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import rispy
from docutils import nodes
from pybtex.bibtex.utils import split_name_list
from sphinx.util.osutil import relative_uri

from seedsoil.bibliography.file import Item, items, known
from seedsoil.bibliography.printed import plain
from seedsoil.files import read
from seedsoil.site.markup import html

FOLDER = "references"  # of the site
FORMATS = {"bib": "BibTeX", "ris": "RIS"}
RIS_TYPES = {"article": "JOUR", "book": "BOOK"}


def links(app, page: str) -> nodes.paragraph:
    """The paragraph below a page's list of references."""
    here = app.builder.get_target_uri(page)
    parts: list[nodes.Node] = [nodes.Text("Take these references along: ")]
    for number, (ending, name) in enumerate(FORMATS.items()):
        parts += [nodes.Text(", ")] if number else []
        address = relative_uri(here, f"{FOLDER}/{page}.{ending}")
        parts.append(html("a", name, href=address, download=f"{page.rpartition('/')[2]}.{ending}"))
    return nodes.paragraph("", "", *parts, nodes.Text("."), classes=["exports"])


def bibtex(items: Iterable[Item], text: str) -> str:
    return "\n".join(text[item.start : item.stop].rstrip() + "\n" for item in items)


class Writer(rispy.RisWriter):
    """Records without a number above each."""

    def set_header(self, count: int) -> str:
        return ""


def ris(items: Iterable[Item]) -> str:
    """Records of the RIS format (Research Information Systems), as rispy writes them."""
    return rispy.dumps([_ris(item) for item in items], implementation=Writer)


def _ris(item: Item) -> dict:
    fields = {name: plain(value) for name, value in item.fields.items()}
    people = split_name_list(fields.get("author") or fields.get("editor", ""))
    start, _, end = re.sub(r"-+", "-", fields.get("pages", "")).partition("-")
    record = {
        "type_of_reference": RIS_TYPES.get(item.type, "GEN"),
        "id": item.key,
        "authors": [name for name in people if name != "others"],
        "title": fields.get("title", ""),
        "secondary_title": fields.get("journal", ""),
        "publisher": fields.get("publisher", ""),
        "year": fields.get("year", ""),
        "volume": fields.get("volume", ""),
        "number": fields.get("number", ""),
        "start_page": start,
        "end_page": end,
        "doi": known(fields.get("doi", "")),
        "accession_number": known(fields.get("pmid", "")),
        "notes": ["Retracted"] if fields.get("status") == "retracted" else [],
    }
    return {name: value for name, value in record.items() if value}


def write(app, exception) -> None:
    """Write the files of every page that lists its references."""
    if exception or app.builder.format != "html":
        return
    domain = app.env.get_domain("cite")
    (name,) = app.config.bibtex_bibfiles
    text = read(Path(app.confdir) / name, name)
    entries = {item.key: item for item in items(text, name)}
    for page, cited in domain.cited.items():
        listed = [entries[key] for key in sorted(cited) if key in entries]
        path = Path(app.outdir, FOLDER, page)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f"{path.name}.bib").write_text(bibtex(listed, text), encoding="utf-8")
        path.with_name(f"{path.name}.ris").write_text(ris(listed), encoding="utf-8")


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
