"""The references of each page as files to take along, in BibTeX and in RIS, beside the page's list of references.

Only what a page that was read told leaves: fields that are `unread` or `none`, and those that are ours, stay here. RIS,
which reference managers read, is written by rispy. The list of all references has all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import rispy
from docutils import nodes
from pybtex.bibtex.utils import split_name_list
from sphinx.util.osutil import relative_uri

from seedsoil.bibliography.file import Item, entry_text, items, known
from seedsoil.bibliography.printed import plain
from seedsoil.files import read
from seedsoil.site.markup import html

FOLDER = "references"  # of the site
FORMATS = {"bib": "BibTeX", "ris": "RIS"}
OURS = ("shortauthor", "design", "status")  # fields that we wrote
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


def published(item: Item) -> dict[str, str]:
    """The fields of an entry that are facts of the work."""
    return {name: value for name, value in item.fields.items() if known(value.strip("{}")) and name not in OURS}


def bibtex(items: Iterable[Item]) -> str:
    """Entries as BibTeX; that a work is retracted stands in its note."""
    notes = {"retracted": {"note": "Retracted"}}
    entries = [
        entry_text(item.type, item.key, published(item) | notes.get(item.fields.get("status", ""), {}))
        for item in items
    ]
    return "".join(f"{entry}\n\n" for entry in entries).removesuffix("\n")


class Writer(rispy.RisWriter):
    """Records without a number above each."""

    def set_header(self, count: int) -> str:
        return ""


def ris(items: Iterable[Item]) -> str:
    """Records of the RIS format (Research Information Systems), as rispy writes them."""
    return rispy.dumps([_ris(item) for item in items], implementation=Writer)


def _ris(item: Item) -> dict:
    fields = {name: plain(value) for name, value in published(item).items()}
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
        "doi": fields.get("doi", ""),
        "accession_number": fields.get("pmid", ""),
        "notes": ["Retracted"] if item.fields.get("status") == "retracted" else [],
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
    listed = {page: entries.keys() & cited for page, cited in domain.cited.items()}
    listed |= dict.fromkeys(app.env.seedsoil_full_lists, entries.keys())
    for page, keys in listed.items():
        cited = [entries[key] for key in sorted(keys)]
        if not cited:
            continue
        path = Path(app.outdir, FOLDER, page)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f"{path.name}.bib").write_text(bibtex(cited), encoding="utf-8")
        path.with_name(f"{path.name}.ris").write_text(ris(cited), encoding="utf-8")


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
