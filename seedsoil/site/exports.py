"""The references of each page as files to take along, in BibTeX and in RIS, beside the page's list of references.

Only what a page that was read told leaves: fields that are `unread` or `none`, and those that are ours, stay here. RIS,
which reference managers read, is written by rispy. The list of all references has all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import rispy
from docutils import nodes
from pybtex.bibtex.utils import split_name_list
from pybtex.database import Person
from sphinx.util.osutil import relative_uri

from seedsoil.bibliography.file import Item, entry_text, items, known
from seedsoil.bibliography.names import is_group
from seedsoil.bibliography.printed import plain
from seedsoil.files import read
from seedsoil.site.markup import html

FOLDER = "references"  # of the site
EVERY = "data/references"  # beside the tables, all of them
FORMATS = {"bib": "BibTeX", "ris": "RIS"}
OURS = ("shortauthor", "design", "status", "notice", "distinct")  # fields that we wrote
RIS_TYPES = {
    "article": "JOUR",
    "book": "BOOK",
    "incollection": "CHAP",
    "inproceedings": "CPAPER",
    "techreport": "RPRT",
    "phdthesis": "THES",
    "mastersthesis": "THES",
    "dataset": "DATA",
}


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
    typed = published(item)
    fields = {name: plain(value) for name, value in typed.items()}
    editors = _names(typed.get("editor", ""))
    start, _, end = re.sub(r"-+", "-", fields.get("pages", "")).partition("-")
    record = {
        "type_of_reference": RIS_TYPES.get(item.type, "GEN"),
        "id": item.key,
        "authors": _names(typed.get("author", "")) or editors,
        "secondary_authors": editors if "author" in typed else [],
        "title": fields.get("title", ""),
        "secondary_title": fields.get("journal") or fields.get("booktitle", ""),
        "publisher": next((fields[name] for name in ("publisher", "institution", "school") if name in fields), ""),
        "year": fields.get("year", ""),
        "volume": fields.get("volume", ""),
        "number": fields.get("number", ""),
        "start_page": start,
        "end_page": end,
        "doi": fields.get("doi", ""),
        "accession_number": fields.get("pmid", ""),
        "edition": fields.get("edition", ""),
        "urls": [fields["url"]] if "url" in fields else [],
        "notes": ["Retracted"] if item.fields.get("status") == "retracted" else [],
    }
    return {name: value for name, value in record.items() if value}


def _names(typed: str) -> list[str]:
    """`van der Meer, Jan, Jr.` and the names of groups whole, a comma behind them, by which managers tell a group."""
    return [_name(name) for name in split_name_list(typed) if name != "others"]


def _name(typed: str) -> str:
    if is_group(typed):
        return f"{plain(typed)},"
    person = Person(typed)
    given = person.first_names + person.middle_names
    parts = (person.prelast_names + person.last_names, given, person.lineage_names)
    return ", ".join(plain(" ".join(part)) for part in parts if part)


def write(app, exception) -> None:
    """Write the files of every page that lists its references."""
    if exception or app.builder.format != "html":
        return
    domain = app.env.get_domain("cite")
    (name,) = app.config.bibtex_bibfiles
    text = read(Path(app.confdir) / name, name)
    entries = {item.key: item for item in items(text, name)}
    listed = {page: entries.keys() & cited for page, cited in domain.cited.items()}
    listed |= dict.fromkeys((*app.env.seedsoil_full_lists, EVERY), entries.keys())

    @cache  # all references stand in two places
    def written(keys: tuple[str, ...]) -> dict[str, str]:
        cited = [entries[key] for key in keys]
        return {"bib": bibtex(cited), "ris": ris(cited)}

    for page, keys in listed.items():
        if not keys:
            continue
        texts = written(tuple(sorted(keys)))
        path = Path(app.outdir, FOLDER, page) if page != EVERY else Path(app.outdir, EVERY)
        path.parent.mkdir(parents=True, exist_ok=True)
        for ending, exported in texts.items():
            path.with_name(f"{path.name}.{ending}").write_text(exported, encoding="utf-8")


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
