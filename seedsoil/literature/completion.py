"""Fill the identifier of an entry that nobody read by asking for the known one; say what the sources know besides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from seedsoil.bibliography.edit import BIBLIOGRAPHY, duplicate
from seedsoil.bibliography.file import Item, items, known, replaced
from seedsoil.bibliography.identity import near_same
from seedsoil.bibliography.printed import plain
from seedsoil.files import alone, read, replace_file
from seedsoil.literature.crossref import crossref_work
from seedsoil.literature.http import NotFound, NotReached
from seedsoil.literature.notices import joined
from seedsoil.literature.pubmed import pubmed_by_doi, pubmed_work
from seedsoil.literature.work import Work


def filled(folder: Path, entry: Item, wanted: str) -> Iterator[str]:
    """Fill one identifier of one entry, and say what was found."""
    doi, pmid = (known(entry.fields.get(name, "")).lower() for name in ("doi", "pmid"))
    questions: dict[str, Callable[[], Work | None]] = {
        "PubMed": lambda: pubmed_work(pmid) if pmid else pubmed_by_doi(doi)
    }
    if doi:
        questions["Crossref"] = lambda: crossref_work(doi)
    works, doubtful = [], set()
    for source, question in questions.items():
        try:
            work = question()
        except NotReached:
            raise
        except NotFound:
            continue
        except ValueError as error:
            doubtful.add(source)
            yield str(error)
            continue
        if work and near_same(entry.fields.get("title", ""), work.fields["title"]):
            works.append(work)
        elif work:
            doubtful.add(source)
            yield (
                f"found another work at {source}, {plain(work.fields['title'])!r}, expected "
                f"{plain(entry.fields.get('title', ''))!r}; compare the identifiers with the page of the work."
                + (f" That one is RETRACTED ({'; '.join(work.notices)})." if work.retracted else "")
            )
    value = next((found for work in works if (found := work.fields.get(wanted))), "")
    notices = joined(*(work.notices for work in works))
    if value or notices:
        yield from fill(folder, entry.key, wanted, value, notices)
    if not value and "PubMed" not in doubtful:
        yield f"PubMed knows no {wanted.upper()}."
    if any(work.retracted for work in works) and entry.fields.get("status") != "retracted":
        why = "; ".join(notices) or "so marked by the source"
        yield f"RETRACTED ({why}); add `status = {{retracted}},` to the entry."


def fill(folder: Path, key: str, wanted: str, value: str, notices: list[str]) -> Iterator[str]:
    """Write an identifier and notices into an entry as it stands now."""
    with alone(folder / "data"):
        text = read(folder / BIBLIOGRAPHY, BIBLIOGRAPHY)
        entries = {item.key: item for item in items(text, BIBLIOGRAPHY)}
        fields = {"notice": "; ".join(notices)} if notices and key in entries else {}
        twin = next((item for item in entries.values() if value and item.fields.get(wanted, "").lower() == value), None)
        if twin and twin.key != key:
            yield str(duplicate(twin, f"the {wanted.upper()} {value}"))
        elif value and key in entries:
            fields[wanted] = value
        if fields:
            replace_file(folder / BIBLIOGRAPHY, replaced(text, key, fields, BIBLIOGRAPHY))
    if wanted in fields:
        yield f"{wanted} = {value}"
    yield from (notice for notice in notices if "notice" in fields)
