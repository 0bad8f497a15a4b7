"""A row in words: what it is about, what it says, in whom, and how it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seedsoil.evidence.direction import CHANGES
from seedsoil.evidence.library import Named, Row

COLUMNS = {  # headings of the cells that a page shows as they are, by column
    "process": "Subject",
    "factor": "Factor",
    "source": "Source",
    "target": "Acts on",
    "organ": "Organ",
    "stage": "Stage",
    "cancer": "Cancer",
    "model": "Model",
    "species": "Species",
    "setting": "Setting",
    "endpoint": "Endpoint",
    "site": "Site of metastasis",
    "site_versus": "Compared with the site",
    "n": "Patients",
    "n_whole": "Patients of the whole trial or review",
    "studies": "Studies pooled",
    "p": "P as printed",
    "group": "Laboratory",
}
READ = {  # `read_at` of a row, in words
    "abstract": "Read in the abstract",
    "full text": "Read in the full text",
    "table": "Read in a table of the article",
    "summary": "Read in a report on the article by others",
    "unverified": "Not read at its source, and so not counted",
}


def subject(row: Row) -> str:
    """What a row is about, in a few words."""
    if row.table == "effects":
        return f"{row['intervention']} against {row['comparator']}, {row['endpoint']}"
    told = [", ".join(row.terms(column)) for column in ("factor", "source") if row.terms(column)]
    place = ", ".join(name for name in row.terms("organ") if name != "not stated")
    return ", ".join([*told[:1], *([place] if place else [])]) or row["process"]


def facts(row: Row) -> Iterator[tuple[str, tuple[Named, ...]]]:
    """Headings, and what stands under each; terms that have a page lead there."""
    if row.table == "effects":
        yield "Compared", (Named(f"{row['intervention']} against {row['comparator']}", ""),)
        yield "Study", (Named(row["study"], ""),)
    else:
        done = f"{row['perturbation']} ({CHANGES.get(row['perturbation'], '')})"
        yield "Direction", (Named(f"{row.direction} {row['outcome_of']}", ""),)
        yield "Computed from", (Named(f"{done}: {row['outcome']} {row['outcome_of']}", ""),)
    for column, heading in COLUMNS.items():
        if row[column] not in ("", "-"):
            yield heading, row.names(column) or (Named(row[column].replace(";", ","), ""),)
    if row.table == "findings":
        yield "Human data", (Named(row["human_data"], ""),)


def read(cells: Mapping[str, str], reading: Mapping[str, str]) -> str:
    """How, where and how often a row was read, in a sentence or two; `reading` is that of its reference."""
    how = cells.get("read_at") or reading.get("read_at", "")
    where = f" ({reading['source']}, {reading['verified_on']})" if reading.get("source") else ""
    often = {"1": " One reading so far.", "2": " Two independent readings agree."}.get(cells.get("readings", ""), "")
    return f"{READ.get(how, how)}{where}.{often}" if how else ""


def in_whom(row: Row) -> str:
    """In whom, or in what, a row was found or measured."""
    if row.table == "effects":
        people = f"{row['n']} patients" if row["n"] else ""
        pooled = f"{row['studies']} studies pooled" if row["studies"] else ""
        told = [row["study"], ", ".join(row.terms("cancer")), row["setting"], people, pooled]
    else:
        species = row["species"].replace(";", ",").replace("not stated", "species not stated")
        human = "human data" if row["human_data"] == "yes" else ""
        told = [
            f"{', '.join(row.terms('model'))} ({species})",
            human,
            *(_known(row, name) for name in ("organ", "stage")),
        ]
    return "; ".join(part for part in told if part)


def _known(row: Row, column: str) -> str:
    return ", ".join(label for label in row.terms(column) if label not in ("not stated", "-"))
