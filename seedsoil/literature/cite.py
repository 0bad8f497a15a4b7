"""`./book cite …`: add references from Crossref, PubMed or a file, format the bibliography, say what it lacks."""

from __future__ import annotations

import datetime
import re
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

from seedsoil.bibliography.edit import (
    BIBLIOGRAPHY,
    READINGS,
    Readings,
    duplicate,
    format_,
    known_journal,
    uncited,
    unread,
)
from seedsoil.bibliography.file import DOI, Item, entry_text, inserted, items, known, replaced
from seedsoil.bibliography.identity import first_author, make_key, near_same
from seedsoil.bibliography.printed import plain
from seedsoil.bibliography.rules import REQUIRED
from seedsoil.files import ROOT, read, replace_file
from seedsoil.literature.crossref import crossref_work
from seedsoil.literature.exported import READERS, works
from seedsoil.literature.http import NotFound, NotReached
from seedsoil.literature.pubmed import PAUSE, pubmed_by_doi, pubmed_work
from seedsoil.literature.work import Work
from seedsoil.prose.citations import cited


def identify(text: str) -> tuple[str, str]:
    """("doi" or "pmid", the bare identifier in lower case) of what a person typed or pasted."""
    bare = text.strip().rstrip(".,;")
    if match := re.fullmatch(
        r"(?:pmid:?\s*|https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/)?"
        r"(\d{1,8})/?",
        bare,
        re.IGNORECASE,
    ):
        return "pmid", match[1].lstrip("0")
    bare, links = re.subn(r"^(?:https?://)?(?:dx\.|www\.)?doi\.org/", "", bare, flags=re.IGNORECASE)
    doi = re.sub(r"^doi:\s*", "", unquote(bare) if links else bare, flags=re.IGNORECASE).lower()
    if DOI.fullmatch(doi) and not re.search(r"[{}\\]", doi):
        return "doi", doi
    raise ValueError(
        f"found {text!r}, expected a DOI as 10.1038/ncb2861 or a PMID as 24161934, bare or as a link of doi.org "
        "or PubMed."
    )


def look_up(kind: str, value: str) -> tuple[Work, list[str]]:
    """The work and what was not found out. A DOI goes to Crossref, then to PubMed for the PMID; a PMID to PubMed."""
    remarks: list[str] = []
    try:
        if kind == "pmid":
            work = pubmed_work(value)
        else:
            work = crossref_work(value)
            try:
                other = pubmed_by_doi(value)
            except (NotReached, ValueError) as error:
                other = None
                remarks.append(f"the PMID was not found out. {error}")
            if other:
                fields = {**work.fields, "pmid": other.fields["pmid"]}
                work = replace(
                    work,
                    fields=fields,
                    retracted=work.retracted or other.retracted,
                    notices=work.notices or other.notices,
                )
    except NotFound:
        source, name = ("PubMed", "PMID") if kind == "pmid" else ("Crossref", "DOI")
        raise ValueError(
            f"{source}: found no work with the {name} {value}, expected one; compare it with the page of the work."
        ) from None
    work, more = completed(work)
    return work, remarks + more


def completed(work: Work) -> tuple[Work, list[str]]:
    """The work with each identifier that its source does not tell as `unread`, and what was not found out."""
    remarks = []
    for name in ("doi", "pmid"):
        if not work.fields.get(name) and not (work.type == "book" and name == "pmid"):
            work.fields[name] = "unread"
            remarks.append(f"no page that was read prints the {name.upper()}; it is `unread`.")
    if any("\N{REPLACEMENT CHARACTER}" in value for value in work.fields.values()):
        remarks.append(
            "the source has lost a letter (\N{REPLACEMENT CHARACTER}); mend the entry by the page of the work."
        )
    return work, remarks


def add(
    folder: Path,
    identifier: str,
    *,
    retracted: bool = False,
    read_at: str = "",
    source: str = "",
    today: datetime.date | None = None,
) -> list[str]:
    """Add a work to the bibliography below `folder`, and its reading where `read_at` and `source` are given.

    `identifier` is a DOI, a PMID, or a file of references (`seedsoil.literature.exported`), whose works are all added.
    Returns what to tell the person. An entry that stands already, not read so far, gets its row without a question to
    the network. ValueError for a duplicate, a retraction that was not asked for, and all that the sources do not tell.
    """
    if bool(read_at) != bool(source):
        raise ValueError(
            "found one of --read-at and --source, expected both or neither: how much you read, and on which page."
        )
    how = {"retracted": retracted, "read_at": read_at, "source": source, "today": today}
    if Path(identifier).suffix.lower() in READERS:
        return add_file(folder, Path(identifier), **how)
    kind, value = identify(identifier)
    if said := read_again(folder, {kind: value}, read_at, source, today):
        return said
    return enter(folder, *look_up(kind, value), name=value, **how)


def add_file(folder: Path, path: Path, **how) -> list[str]:
    """Add the works of a file, each that can be; ValueError where none can."""
    found = works(path)
    if how["read_at"] and len(found) > 1:
        raise ValueError(f"found {len(found)} works in {path} and one reading, expected a file of one; add it alone.")
    said, refused = [], []
    for work in found:
        try:
            said += enter(folder, *completed(work), **how)
        except ValueError as error:
            refused.append(str(error))
    if not said:
        raise ValueError("\n".join(refused))
    return said + refused


def read_again(
    folder: Path, identifiers: Mapping[str, str], read_at: str, source: str, today: datetime.date | None
) -> list[str]:
    """Note the reading of a work that stands in the bibliography unread; nothing for one that does not stand there.

    ValueError for one that stands there and was read.
    """
    readings = Readings(folder)
    for entry in items(read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY), BIBLIOGRAPHY):
        for kind, value in identifiers.items():
            if known(value) and entry.fields.get(kind, "").lower() == value:
                if not read_at or entry.key in readings.keys:
                    raise duplicate(entry, f"the {kind.upper()} {value}")
                readings.add(entry.key, read_at, source, today, "")
                return [f"{entry.key} stands in {BIBLIOGRAPHY}; its reading is noted in {READINGS}."]
    return []


def enter(
    folder: Path,
    work: Work,
    remarks: list[str],
    *,
    name: str = "",
    retracted: bool,
    read_at: str,
    source: str,
    today: datetime.date | None,
) -> list[str]:
    """Write a work into the bibliography, and its reading; see `add`. Messages name it by `name`, or an identifier."""
    identifiers = {kind: work.fields.get(kind, "") for kind in ("doi", "pmid")}
    if said := read_again(folder, identifiers, read_at, source, today):
        return said
    text = read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY)
    entries = items(text, BIBLIOGRAPHY)
    readings = Readings(folder)
    value = name or next(filter(known, identifiers.values()), work.fields.get("title", ""))
    if work.type not in REQUIRED:
        types = " or ".join(REQUIRED)
        raise ValueError(f"{value}: found the type {work.type!r}, expected {types}; add the entry by hand.")
    if work.retracted and not retracted:
        raise ValueError(
            f"{value}: found a retracted work ({'; '.join(work.notices) or 'so marked by the source'}), expected "
            "one that stands; --retracted adds it as such, shown struck and never counted."
        )
    if retracted:
        work.fields["status"] = "retracted"
        if not work.retracted:
            remarks.append("no source that was asked knows of a retraction; it is marked so on your word.")
    refuse_twins(work, entries)
    for field in ("author", "title", "journal" if work.type == "article" else "publisher", "year"):
        if not work.fields.get(field):
            raise ValueError(f"{value}: found no {field} in the answer, expected one; add the entry by hand.")

    fields = {**work.fields, "journal": known_journal(work.fields.get("journal", ""), entries)}
    key = make_key(fields, {item.key for item in entries})
    entry = entry_text(work.type, key, fields)
    new_text = inserted(text, key, entry, BIBLIOGRAPHY)
    items(new_text, BIBLIOGRAPHY)  # what cannot be read again is not written
    if read_at:
        readings.check(key, read_at, source, today, "; ".join(work.notices))
    replace_file(folder / BIBLIOGRAPHY, new_text)
    said = [entry, f"{key} is added to {BIBLIOGRAPHY}.", *(f"{key}: {remark}" for remark in remarks)]
    said += [f"{key}: {notice}" for notice in work.notices]
    if read_at:
        readings.add(key, read_at, source, today, "; ".join(work.notices))
        return [*said, f"Its reading is noted in {READINGS}."]
    return [
        *said,
        f"It is not yet verified: read the abstract at least, then ./book cite add {value} --read-at abstract "
        '--source "the page".',
    ]


def refuse_twins(work: Work, entries: Iterable[Item]) -> None:
    """A preprint, or a record with another identifier, is found by its title and first author."""
    author = first_author(work.fields)
    for item in entries:
        for name in ("doi", "pmid"):
            if known(value := work.fields.get(name, "")) and item.fields.get(name, "").lower() == value:
                raise duplicate(item, f"the {name.upper()} {value}")
        if first_author(item.fields) == author and near_same(item.fields.get("title", ""), work.fields["title"]):
            raise duplicate(item, f"nearly the same title, {plain(item.fields['title'])!r}, by the same first author,")


def complete(folder: Path) -> Iterator[str]:
    """Fill the `unread` DOI or PMID of entries that have the other one; each as soon as it is known."""
    path = folder / BIBLIOGRAPHY
    for entry in items(read(path, BIBLIOGRAPHY), BIBLIOGRAPHY):
        doi, pmid = entry.fields.get("doi", ""), entry.fields.get("pmid", "")
        wanted = [name for name in ("doi", "pmid") if entry.fields.get(name) == "unread"]
        if len(wanted) != 1 or not (known(doi) or known(pmid)):
            continue
        text = read(path, BIBLIOGRAPHY)
        time.sleep(PAUSE)
        try:
            work = pubmed_work(pmid) if known(pmid) else pubmed_by_doi(doi.lower())
        except NotFound:
            work = None
        except NotReached:
            raise
        except ValueError as error:
            yield f"{entry.key}: {error}"
            continue
        value = work.fields[wanted[0]] if work else ""
        if not value:
            yield f"{entry.key}: PubMed knows no {wanted[0].upper()}."
            continue
        twin = next(
            (item for item in items(text, BIBLIOGRAPHY) if item.fields.get(wanted[0], "").lower() == value), None
        )
        if not near_same(entry.fields.get("title", ""), work.fields["title"]):
            yield (
                f"{entry.key}: found another work at PubMed, {work.fields['title']!r}, expected "
                f"{plain(entry.fields.get('title', ''))!r}; compare the identifiers with the page of the work."
            )
        elif twin:
            yield f"{entry.key}: {duplicate(twin, f'the {wanted[0].upper()} {value}')}"
        else:
            replace_file(path, replaced(text, entry.key, {wanted[0]: value}, BIBLIOGRAPHY))
            yield f"{entry.key}: {wanted[0]} = {value}"
            if work.retracted and entry.fields.get("status") != "retracted":
                yield f"{entry.key}: RETRACTED ({'; '.join(work.notices)}); add `status = {{retracted}},` to the entry."


def add_parser(subparsers) -> None:
    """Add `cite` with its commands to `./book`; after parsing, `run(options)` does what was asked.

    cite add ID|FILE [--retracted] [--read-at HOW --source PAGE] · cite format · cite list --uncited | --unread ·
    cite complete
    """
    text = "keep the bibliography: add, format, list, complete references"
    commands = subparsers.add_parser("cite", help=text, description=text)
    commands.set_defaults(run=run)
    commands = commands.add_subparsers(dest="cite", required=True, metavar="COMMAND")

    def command(name: str, text: str):
        return commands.add_parser(name, help=text, description=text)

    one = command("add", "add a work by its DOI (from Crossref) or PMID (from PubMed), or the works of a file")
    one.add_argument("identifier", metavar="ID", help=f"DOI or PMID, bare or as a link; or a {', '.join(READERS)} file")
    one.add_argument("--retracted", action="store_true", help="add a retracted work, as such")
    one.add_argument(
        "--read-at", default="", metavar="HOW", help="what you read: abstract, full text, table, summary or unverified"
    )
    one.add_argument("--source", default="", metavar="PAGE", help='where you read it, as "PubMed 24161934"')
    command("format", "sort and normalize the bibliography; after a merge conflict, keep the entries of both sides")
    which = command("list", "list entries that want attention").add_mutually_exclusive_group(required=True)
    which.add_argument("--uncited", action="store_true", help="entries that no page cites")
    which.add_argument("--unread", action="store_true", help="citations without a reading, and identifiers not read")
    command("complete", "fill identifiers that are `unread`, by asking PubMed for the known one")


def run(options: Namespace, folder: Path = ROOT) -> int:
    """Do what `add_parser` parsed, on the files of the repository; ValueError or OSError says what went wrong."""
    if options.cite == "add":
        lines: Iterable[str] = add(
            folder, options.identifier, retracted=options.retracted, read_at=options.read_at, source=options.source
        )
    elif options.cite == "format":
        lines = format_(folder)
    elif options.cite == "list":
        lines = (uncited if options.uncited else unread)(folder, cited(folder))
    else:
        lines = complete(folder)
    for line in lines:
        print(line, flush=True)
    return 0
