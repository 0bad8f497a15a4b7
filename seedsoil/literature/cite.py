"""`./book cite …`: add references from Crossref and PubMed, format the bibliography, say what it lacks."""

from __future__ import annotations

import datetime
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

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
from seedsoil.bibliography.file import Item, entry_text, inserted, items, known, same_again
from seedsoil.bibliography.identity import first_author, make_key, near_same, told_apart
from seedsoil.bibliography.printed import plain
from seedsoil.bibliography.rules import REQUIRED
from seedsoil.files import ROOT, alone, read, replace_file
from seedsoil.literature.completion import filled
from seedsoil.literature.exported import READERS, works
from seedsoil.literature.lookup import completed, identify, look_up
from seedsoil.literature.notices import notice_in
from seedsoil.literature.pubmed import PAUSE
from seedsoil.literature.work import Work
from seedsoil.problem import visible
from seedsoil.prose.citations import cited


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

    `identifier` is a DOI, a PMID, or a file of references (`seedsoil.literature.exported`), whose works are all added.
    Returns what to tell the person. An entry that stands already, not read so far, gets its row without a question to
    the network. `distinct` are keys of works that this is not, however alike the titles. ValueError for a duplicate, a
    retraction that was not asked for, a notice, and all that the sources do not tell. The files are read again when the
    sources have answered, and nobody else writes between: an entry that came in meanwhile stays.
    """
    if bool(read_at) != bool(source):
        raise ValueError(
            "found one of --read-at and --source, expected both or neither: how much you read, and on which page."
        )
    how = {"retracted": retracted, "read_at": read_at, "source": source, "distinct": distinct, "today": today}
    if Path(identifier).suffix.lower() in READERS:
        return add_file(folder, Path(identifier), **how)
    return add_work(folder, *identify(identifier), **how)


def add_work(folder: Path, kind: str, value: str, **how) -> list[str]:
    """Add the work with a DOI or PMID, as `identify` gives them; see `add`."""
    with alone(folder / "data"):
        if said := read_again(folder, {kind: value}, how["read_at"], how["source"], how["today"], how.get("note", "")):
            return said
    work, remarks = look_up(kind, value)
    with alone(folder / "data"):
        return enter(folder, work, remarks, name=value, **how)


def add_file(folder: Path, path: Path, **how) -> list[str]:
    """Add the works of a file, each that can be; ValueError where none can."""
    found = works(path)
    if how["read_at"] and len(found) > 1:
        raise ValueError(f"found {len(found)} works in {path} and one reading, expected a file of one; add it alone.")
    said, refused = [], []
    for work in found:
        try:
            with alone(folder / "data"):
                said += enter(folder, *completed(work), **how)
        except ValueError as error:
            refused.append(str(error))
    if not said:
        raise ValueError("\n".join(refused))
    return said + refused


def standing(folder: Path, identifiers: Mapping[str, str]) -> tuple[Item, str, str] | None:
    """The entry that has one of the identifiers, with the kind and value of that one."""
    for entry in items(read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY), BIBLIOGRAPHY):
        for kind, value in identifiers.items():
            if known(value) and entry.fields.get(kind, "").lower() == value:
                return entry, kind, value
    return None


def read_again(
    folder: Path,
    identifiers: Mapping[str, str],
    read_at: str,
    source: str,
    today: datetime.date | None,
    note: str = "",
) -> list[str]:
    """Note the reading of a work that stands in the bibliography unread; nothing for one that does not stand there.

    ValueError for one that stands there and was read.
    """
    readings = Readings(folder)
    if found := standing(folder, identifiers):
        entry, kind, value = found
        if not read_at or entry.key in readings.keys:
            raise duplicate(entry, f"the {kind.upper()} {value}")
        readings.add(entry.key, read_at, source, today, note)
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
    distinct: str = "",
    today: datetime.date | None,
    note: str = "",
) -> list[str]:
    """Write a work into the bibliography, and its reading; see `add`. Messages name it by `name`, or an identifier.

    `note` stands beside the reading, before the notices of the work.
    """
    identifiers = {kind: work.fields.get(kind, "") for kind in ("doi", "pmid")}
    if said := read_again(folder, identifiers, read_at, source, today, note):
        return said
    text = read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY)
    entries = items(text, BIBLIOGRAPHY)
    readings = Readings(folder)
    value = name or next(filter(known, identifiers.values()), work.fields.get("title", ""))
    if work.type not in REQUIRED:
        types = " or ".join(REQUIRED)
        raise ValueError(f"{value}: found the type {work.type!r}, expected {types}; add the entry by hand.")
    if kind := work.is_notice or notice_in(plain(work.fields["title"])):
        raise ValueError(f"{value}: found a notice ({kind}), expected the work itself; add that.")
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
    refuse_twins(work, entries)
    for field in REQUIRED[work.type]:
        if not any(work.fields.get(one) for one in field.split(" or ")):
            raise ValueError(f"{value}: found no {field} in the answer, expected one; add the entry by hand.")

    fields = {**work.fields, "journal": known_journal(work.fields.get("journal", ""), entries)}
    key = make_key(fields, {item.key for item in entries})
    entry = entry_text(work.type, key, fields)
    new_text = same_again(inserted(text, key, entry, BIBLIOGRAPHY), key, fields, BIBLIOGRAPHY)
    note = "; ".join(filter(None, [note, *work.notices]))
    if read_at:
        readings.check(key, read_at, source, today, note)
    replace_file(folder / BIBLIOGRAPHY, new_text)
    said = [entry, f"{key} is added to {BIBLIOGRAPHY}.", *(f"{key}: {remark}" for remark in remarks)]
    said += [f"{key}: {notice}" for notice in work.notices]
    if read_at:
        readings.add(key, read_at, source, today, note)
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
            yield from (f"{entry.key}: {said}" for said in filled(folder, entry, wanted[0]))


def add_parser(subparsers) -> dict[str, ArgumentParser]:
    """Add `cite` with its commands to `./book`; after parsing, `run(options)` does what was asked. The parser of each
    command is returned.

    cite add ID|FILE [--retracted] [--distinct KEYS] [--read-at HOW --source PAGE] · cite format ·
    cite list --uncited | --unread · cite complete
    """
    text = "keep the bibliography: add, format, list, complete references"
    commands = subparsers.add_parser("cite", help=text, description=text)
    commands.set_defaults(run=run)
    commands = commands.add_subparsers(dest="cite", required=True, metavar="COMMAND")

    parsers: dict[str, ArgumentParser] = {}

    def command(name: str, text: str):
        parsers[name] = commands.add_parser(name, help=text, description=text)
        return parsers[name]

    one = command("add", "add a work by its DOI (from Crossref) or PMID (from PubMed), or the works of a file")
    one.add_argument("identifier", metavar="ID", help=f"DOI or PMID, bare or as a link; or a {', '.join(READERS)} file")
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
    return parsers


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
        lines = (uncited if options.uncited else unread)(folder, cited(folder))
    else:
        lines = complete(folder)
    for line in lines:
        print(visible(line), flush=True)
    return 0
