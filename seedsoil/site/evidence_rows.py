"""A row of the evidence as a page shows it: its cells, what else the data say of it, and what it can be chosen by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from docutils import nodes

from seedsoil.evidence import grading
from seedsoil.evidence.library import Row
from seedsoil.evidence.told import estimate
from seedsoil.site.addresses import to_row, to_term
from seedsoil.site.markup import element, html, struck

SIGNS = {"promotes": "↑", "restrains": "↓", "no effect": "="}
SEPARATOR = "|"  # between the values of a facet

Cell = tuple[list[nodes.Node | str], str]  # what the cell shows, and what it is sorted by ("" for its text)


def row_anchor(name: str) -> str:
    return f"row-{name}"


def row_link(name: str, text: str = "") -> element:
    return html("a", text or name, href=f"#{row_anchor(name)}", class_="reference internal")


def statement(row: Row) -> str:
    if row.table == "findings":
        return row["finding"]
    return f"{row['intervention']}, against {row['comparator']}: {row['endpoint']}"


# --- cells -------------------------------------------------------------------------------------------------------


def direction(row: Row) -> Cell:
    source, factor = (linked(row, column) for column in ("source", "factor"))
    sign = html("span", SIGNS[row.direction], aria_hidden="true")
    said = [_text(row, sign, f" {row.direction} {row['outcome_of']}")]
    return [*said, *_small(*source, *([": "] if source and factor else []), *factor)], ""


def place(row: Row) -> Cell:
    human = "; human data" if row["human_data"] == "yes" else ""
    models = f"{_told(row, 'model')} ({row['species'].replace(';', ',').replace('not stated', 'species not stated')})"
    organ, stage = linked(row, "organ"), [_told(row, "stage")]
    return [*organ, *([", "] if organ and stage[0] else []), *stage, *_small(f"{models}{human}")], ""


def linked(row: Row, column: str) -> list[nodes.Node | str]:
    """The terms in a cell, each leading to its page in the atlas."""
    links = [to_term(_silent(name.label, column), name.slug) for name in row.names(column)]
    return [part for link in links for part in (", ", link)][1:]


def _silent(label: str, column: str) -> str:
    return f"{column} not stated" if label == "not stated" else label


def _told(row: Row, column: str) -> str:
    return ", ".join(_silent(label, column) for label in row.terms(column))


def study(row: Row) -> Cell:
    patients = f"; {row['n']} patients" if row["n"] else ""
    return [row["study"], *_small(*linked(row, "cancer"), f", {row['setting']}{patients}")], ""


def ratio(row: Row) -> Cell:
    return [_text(row, f"{row['measure']} {estimate(row)}")], row["estimate"]


COLUMNS: dict[str, dict[str, Callable[[Row], Cell]]] = {
    "findings": {"Finding": lambda row: ([_text(row, statement(row))], ""), "Direction": direction, "Where": place},
    "effects": {
        "Comparison and endpoint": lambda row: ([_text(row, statement(row))], ""),
        "Effect": ratio,
        "Study": study,
    },
}


def _text(row: Row, *content: nodes.Node | str) -> nodes.Node:
    return struck(*content) if row.retracted else html("span", *content)


def _small(*content: nodes.Node | str) -> list[nodes.Node]:
    return [html("small", *content)] if any(content) else []


# --- rows --------------------------------------------------------------------------------------------------------


def table_row(row: Row, anchor: str, citation: nodes.Node, names: Mapping[str, str], shown: set[str]) -> element:
    """The row with its paper in the last cell; `names` says how other rows are called, `shown` which are linked.

    What its note says is left to its own page, to which it leads, so that tables stay light; but why it is unverified
    stands here.
    """
    (said, _), *rest = (cell(row) for cell in COLUMNS[row.table].values())
    here = to_row(row["id"], "the row")
    node = html(
        "tr",
        html("th", *said, *_marks(row, names, shown), *_small(row["note"] if row.unverified else ""), scope="row"),
        *(html("td", *content, **({"data_sort": key} if key else {})) for content, key in rest),
        html("td", citation, html("small", f"read: {row['read_at']}; ", here)),
        id=anchor,
        **{f"data_{name.lower()}": SEPARATOR.join(values) for name, values in facets(row).items()},
    )
    if row.retracted:
        node["classes"].append("retracted")
    return node


def others(row: Row) -> list[str]:
    """The rows that a row names as its replication, extension or contradiction, and that do not contest it."""
    return [name for name in grading.related(row.cells) if name not in row.contested_by]


def _marks(row: Row, names: Mapping[str, str], shown: set[str]) -> Iterable[nodes.Node]:
    """What else the data say about a row, each with a sign and a word."""
    if row.retracted:
        yield html("strong", "✕ Retracted", class_="mark")
    if row.unverified:
        yield html("strong", "? Unverified", class_="mark")
    if row.contested_by:
        links = _links(row.contested_by, names, shown)
        yield html("span", html("strong", "≠ Contested"), " by ", *links, class_="mark")
    if found := others(row):
        yield html("span", f"{row['relation'].capitalize()} ", *_links(found, names, shown), class_="mark")


def _links(found: Iterable[str], names: Mapping[str, str], shown: set[str]) -> Iterable[nodes.Node]:
    for number, name in enumerate(found):
        if number:
            yield nodes.Text(", ")
        yield row_link(name, names[name]) if name in shown else nodes.Text(names[name])


# --- facets ------------------------------------------------------------------------------------------------------


def facets(row: Row) -> dict[str, list[str]]:
    """What a reader can choose a row by: the values of each facet that it has."""
    standing = [
        word
        for word, holds in (
            ("contested", row.contested_by),
            ("retracted", row.retracted),
            ("unverified", row.unverified),
            ("read twice", row["readings"] == "2"),
        )
        if holds
    ]
    if row.table == "findings":
        found = {
            "Organ": [*row.terms("organ")],
            "Stage": [*row.terms("stage")],
            "Direction": [row.direction],
            "Humans": ["human data" if row["human_data"] == "yes" else "animals or cells only"],
        }
    else:
        found = {"Cancer": [*row.terms("cancer")], "Setting": [row["setting"]], "Interval": [interval(row)]}
    return {"Subject": [*row.terms("process")], **found, "Standing": standing}


def interval(row: Row) -> str:
    if not (row["ci_low"] and row["ci_high"]):
        return "none published"
    if float(row["ci_low"]) <= 1 <= float(row["ci_high"]):
        return "contains 1"
    return "below 1" if float(row["ci_high"]) < 1 else "above 1"
