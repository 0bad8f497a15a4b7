"""Each side of each kind of cell, family of factors and organ of the book was searched for, and a gap is seen."""

import pandas as pd
import pytest

from seedsoil.evidence import searches
from seedsoil.tables import package

NAMES = sorted(
    {
        name.split("/")[0]
        for side in searches.OTHER_SIDE
        for cell in package.load(searches.OF_SIDES)[side]
        for name in cell.split("; ")
    }
)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: package.located(name) for name in (searches.OF_SIDES, "findings", "vocabulary", *NAMES)}


def codes(tables: dict[str, pd.DataFrame], sides: pd.DataFrame) -> set[str]:
    frames = {name: tables[name] for name in NAMES}
    return {problem.code for problem in searches.sides(sides, tables["findings"], tables["vocabulary"], frames)}


def test_every_cell_of_the_book_was_searched_for_on_both_sides(tables):
    assert codes(tables, tables[searches.OF_SIDES]) == set()


def test_a_cell_without_its_subject_is_seen(tables):
    sides = tables[searches.OF_SIDES]
    assert codes(tables, sides[sides["subject"] != "mast cell"]) == {"cell-not-searched"}


def test_a_search_for_the_other_side_does_not_do(tables):
    sides = tables[searches.OF_SIDES].copy()
    mast = sides["subject"] == "mast cell"
    sides.loc[mast, "promoting"] = sides.loc[mast, "restraining"]
    assert codes(tables, sides) == {"search-of-other-side"}


def test_a_search_that_was_not_written_down_is_seen(tables):
    sides = tables[searches.OF_SIDES].copy()
    sides.loc[sides["subject"] == "IL-6", "restraining"] = "signals_search/none"
    assert codes(tables, sides) == {"unknown-search"}


def test_a_side_without_a_search_breaks_the_table():
    fields = {field["name"]: field for field in package.resource(searches.OF_SIDES)["schema"]["fields"]}
    assert all(fields[side]["constraints"]["required"] for side in searches.OTHER_SIDE)
