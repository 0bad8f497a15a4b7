"""{evidence-map}: organs by stages, and in each place how many works say that the soil promotes or restrains there.

A place without a work is a gap and is drawn hollow. `evidence-map.js` counts again for the works that a reader chooses
(process, human data, read twice, in full text, not contested) and leads into the rows; without scripts the counts of
all stand, and each leads to the page of all rows.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import urlencode

from sphinx.util.docutils import SphinxDirective

from seedsoil.evidence.direction import is_about_spread
from seedsoil.evidence.library import Row
from seedsoil.site.evidence_rows import SIGNS
from seedsoil.site.markup import element, html

# The stages in the order in which a metastasis passes them; others follow by name.
STAGES = ("primary", "dissemination", "pre-metastatic", "arrival", "dormancy", "outgrowth", "established", "therapy")
NOWHERE = ("-", "not stated", "several")  # no place on a map
WAYS = ("promotes", "restrains", "no effect")
MEANS = {"promotes": "promotes spread", "restrains": "restrains it", "no effect": "has no effect"}
SAYS = {"promotes": "promoting", "restrains": "restraining", "no effect": "without effect"}
CHOICES = {  # what a row must be to be chosen, by the name of the field
    "human": "human data",
    "twice": "read twice",
    "full": "in full text",
    "uncontested": "not contested",
}


class EvidenceMap(SphinxDirective):
    """The map of the findings on spread."""

    def run(self):
        rows = [row for row in self.env.get_domain("evidence").ask("all_evidence") if counts(row)]
        return [form(rows), drawn(rows)]


def counts(row: Row) -> bool:
    """Whether a row is a finding on spread that is evidence: neither retracted nor unverified."""
    return row.table == "findings" and not row.retracted and not row.unverified and is_about_spread(row.cells)


def form(rows: list[Row]) -> element:
    """What the reader can choose: a process, and what the rows must be."""
    names = sorted({term for row in rows for term in row.terms("process")}, key=str.lower)
    choice = html("select", html("option", "all", value=""), *(html("option", name) for name in names), name="process")
    boxes = [
        html("label", html("input", type="checkbox", name=name, value="1"), f" {text}")
        for name, text in CHOICES.items()
    ]
    return html(
        "form",
        html("label", "Process ", choice),
        *boxes,
        html("button", "Clear", type="reset"),
        html("p", "", role="status"),
        class_="facets evidence-map-choice pst-js-only",
        aria_label="Choose findings",
    )


def drawn(rows: list[Row]) -> element:
    labels = {term: label for row in rows for column in ("organ", "stage") for term, label in terms(row, column)}
    places: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for organ, _ in terms(row, "organ"):
            for stage, _ in terms(row, "stage"):
                places[organ, stage].append(row)
    found = {organ: [row for (here, _), some in places.items() if here == organ for row in some] for organ, _ in places}
    organs = sorted(found, key=lambda organ: (-works(found[organ]), organ))
    stages = sorted({stage for _, stage in places}, key=lambda stage: (by_time(stage), stage))
    head = html("tr", html("th", "Organ", scope="col"), *(html("th", labels[one], scope="col") for one in stages))
    body = [
        html(
            "tr",
            html("th", labels[organ], scope="row"),
            *(place(labels[organ], labels[stage], places.get((organ, stage), [])) for stage in stages),
        )
        for organ in organs
    ]
    signs = ", ".join(f"{SIGNS[way]} works in which it {MEANS[way]}" for way in WAYS)
    caption = html("caption", f"Works by organ and stage: {signs}. A hollow place is a gap.")
    return html("table", caption, html("thead", head), html("tbody", *body), class_="table evidence-map")


def terms(row: Row, column: str) -> list[tuple[str, str]]:
    """The terms in a cell that have a place on the map, each with its label."""
    labels = row.terms(column)  # none of a cell that does not apply
    return [pair for pair in zip(row[column].split("; "), labels, strict=bool(labels)) if pair[0] not in NOWHERE]


def works(rows: Iterable[Row]) -> int:
    """Two findings of one work are one voice."""
    return len({row["ref"] for row in rows})


def by_time(stage: str) -> int:
    return STAGES.index(stage) if stage in STAGES else len(STAGES)


def place(organ: str, stage: str, rows: list[Row]) -> element:
    """One place of the map, with what the script needs to count it again."""
    if not rows:
        return html("td", html("span", f"{stage}: no finding", class_="sr-only"), class_="gap", data_stage=stage)
    counts = {way: works(row for row in rows if row.direction == way) for way in WAYS}
    seen = " ".join(f"{SIGNS[way]}{count}" for way, count in counts.items() if count)
    said = ", ".join(f"{count} {SAYS[way]}" for way, count in counts.items() if count)
    link = html(
        "a",
        html("span", seen, aria_hidden="true"),
        html("span", f"{organ}, {stage}: {said}", class_="sr-only"),
        href=f"evidence.html?{urlencode({'findings-organ': organ, 'findings-stage': stage})}",
    )
    facts = [
        [
            row["ref"],
            WAYS.index(row.direction),
            row.terms("process")[0],
            [name for name, is_so in standing(row) if is_so],
        ]
        for row in rows
    ]
    return html("td", link, data_stage=stage, data_rows=json.dumps(facts, ensure_ascii=False))


def standing(row: Row) -> list[tuple[str, bool]]:
    """Which of the `CHOICES` a row satisfies."""
    return [
        ("human", row["human_data"] == "yes"),
        ("twice", row["readings"] == "2"),
        ("full", row["read_at"] == "full text"),
        ("uncontested", not row.contested_by),
    ]


def setup(app):
    app.setup_extension("seedsoil.site.bindings")
    app.add_directive("evidence-map", EvidenceMap)
    app.add_css_file("evidence-map.css", priority=950)
    app.add_js_file("evidence-map.js", priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
