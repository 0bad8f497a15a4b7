"""`./book cite …`: add references from Crossref and PubMed, format the bibliography, say what it lacks."""

from __future__ import annotations

import datetime
import re
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator
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
from seedsoil.bibliography.file import DOI, Item, entry_text, inserted, items, known, same_again
from seedsoil.bibliography.identity import first_author, make_key, near_same, told_apart
from seedsoil.bibliography.printed import plain
from seedsoil.files import ROOT, locked, read, replace_file
from seedsoil.literature.completion import completed
from seedsoil.literature.crossref import VENUE, crossref_work
from seedsoil.literature.http import NotFound, NotReached
from seedsoil.literature.notices import Notice
from seedsoil.literature.pubmed import PAUSE, pubmed_by_doi, pubmed_work
from seedsoil.literature.work import Work
from seedsoil.problem import visible


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
            except Notice:
                raise
            except (NotReached, ValueError) as error:
                other = None
                remarks.append(f"the PMID was not found out. {error}")
            if other:
                work = replace(work.told_also(other), fields={**work.fields, "pmid": other.fields["pmid"]})
    except NotFound:
        source, name = ("PubMed", "PMID") if kind == "pmid" else ("Crossref", "DOI")
        raise ValueError(
            f"{source}: found no work with the {name} {value}, expected one; compare it with the page of the work."
        ) from None
    for name in ("doi", "pmid"):
        if not work.fields.get(name) and not (work.type != "article" and name == "pmid"):
            work.fields[name] = "unread"
            remarks.append(f"no page that was read prints the {name.upper()}; it is `unread`.")
    if not work.fields.get("author") and not work.fields.get("editor"):
        work.fields["author"] = "none"
        remarks.append("the source names no author; it is `none`, and the work is cited by its title.")
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
    distinct: str = "",
    today: datetime.date | None = None,
) -> list[str]:
    """Add a work to the bibliography below `folder`, and its reading where `read_at` and `source` are given.

    Returns what to tell the person. An entry that stands already, not read so far, gets its row without a question to
    the network. `distinct` are keys of works that this is not, however alike the titles. ValueError for a duplicate, a
    retraction that was not asked for, a notice, and all that the sources do not tell. The files are read again when the
    sources have answered, and nobody else writes between: an entry that came in meanwhile stays.
    """
    if bool(read_at) != bool(source):
        raise ValueError(
            "found one of --read-at and --source, expected both or neither: how much you read, and on which page."
        )
    kind, value = identify(identifier)
    with locked(folder / "data"):
        if said := note_reading(folder, kind, value, read_at, source, today):
            return said
    work, remarks = look_up(kind, value)
    if work.retracted and not retracted:
        raise ValueError(
            f"{value}: found a retracted work ({'; '.join(work.notices) or 'so marked by the source'}), expected "
            "one that stands; --retracted adds it as such, shown struck and never counted."
        )
    if retracted:
        work.fields["status"] = "retracted"
        if not work.retracted:
            remarks.append("no source that was asked knows of a retraction; it is marked so on your word.")
    work.fields.update(notice="; ".join(work.notices), distinct=distinct)
    with locked(folder / "data"):
        if said := note_reading(folder, kind, value, read_at, source, today):
            return said
        return write(folder, work, remarks, value, read_at, source, today)


def note_reading(
    folder: Path, kind: str, value: str, read_at: str, source: str, today: datetime.date | None
) -> list[str]:
    """Note the reading of a work that stands already; nothing where it does not. ValueError for a duplicate."""
    entries = items(read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY), BIBLIOGRAPHY)
    readings = Readings(folder)
    twin = next((item for item in entries if item.fields.get(kind, "").lower() == value), None)
    if twin is None:
        return []
    if not read_at or twin.key in readings.keys:
        raise duplicate(twin, f"the {kind.upper()} {value}")
    readings.add(twin.key, read_at, source, today, "")
    return [f"{twin.key} stands in {BIBLIOGRAPHY}; its reading is noted in {READINGS}."]


def write(
    folder: Path,
    work: Work,
    remarks: list[str],
    value: str,
    read_at: str,
    source: str,
    today: datetime.date | None,
) -> list[str]:
    """Put a work into the bibliography as it stands now, and its reading into its table."""
    text = read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY)
    entries, readings = items(text, BIBLIOGRAPHY), Readings(folder)
    refuse_twins(work, entries)
    for name in ("title", VENUE[work.type], "year"):
        if not work.fields.get(name):
            raise ValueError(f"{value}: found no {name} in the answer, expected one; add the entry by hand.")

    fields = {**work.fields, "journal": known_journal(work.fields.get("journal", ""), entries)}
    key = make_key(fields, {item.key for item in entries})
    entry = entry_text(work.type, key, fields)
    new_text = same_again(inserted(text, key, entry, BIBLIOGRAPHY), key, fields, BIBLIOGRAPHY)
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
        if told_apart(work.fields, item.key) or first_author(item.fields) != author:
            continue
        if near_same(item.fields.get("title", ""), work.fields["title"]):
            what = f"nearly the same title, {plain(item.fields['title'])!r}, by the same first author,"
            raise ValueError(f"{duplicate(item, what)} If it is another work: --distinct {item.key}.")


def complete(folder: Path) -> Iterator[str]:
    """Fill the `unread` DOI or PMID of entries that have the other one; each as soon as it is known.

    Whatever the sources know of a retraction, correction or concern is said, also where no identifier is found: PubMed
    is asked, and Crossref where the entry has a DOI. Corrections and concerns are noted in the entry.
    """
    for entry in items(read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY), BIBLIOGRAPHY):
        doi, pmid = (known(entry.fields.get(name, "")) for name in ("doi", "pmid"))
        wanted = [name for name in ("doi", "pmid") if entry.fields.get(name) == "unread"]
        if len(wanted) == 1 and (doi or pmid):
            time.sleep(PAUSE)
            yield from (f"{entry.key}: {said}" for said in completed(folder, entry, wanted[0]))


def add_parser(subparsers) -> None:
    """Add `cite` with its commands to `./book`; after parsing, `run(options)` does what was asked.

    cite add ID [--retracted] [--distinct KEYS] [--read-at HOW --source PAGE] · cite format ·
    cite list --uncited | --unread · cite complete
    """
    text = "keep the bibliography: add, format, list, complete references"
    commands = subparsers.add_parser("cite", help=text, description=text)
    commands.set_defaults(run=run)
    commands = commands.add_subparsers(dest="cite", required=True, metavar="COMMAND")

    def command(name: str, text: str):
        return commands.add_parser(name, help=text, description=text)

    one = command("add", "add a work by its DOI (from Crossref) or PMID (from PubMed)")
    one.add_argument("identifier", metavar="ID", help="DOI or PMID, bare or as a link")
    one.add_argument("--retracted", action="store_true", help="add a retracted work, as such")
    one.add_argument(
        "--distinct", default="", metavar="KEYS", help="entries that this is not, however alike the titles"
    )
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
            folder,
            options.identifier,
            retracted=options.retracted,
            read_at=options.read_at,
            source=options.source,
            distinct=options.distinct,
        )
    elif options.cite == "format":
        lines = format_(folder)
    elif options.cite == "list":
        lines = uncited(folder) if options.uncited else unread(folder)
    else:
        lines = complete(folder)
    for line in lines:
        print(visible(line), flush=True)
    return 0
