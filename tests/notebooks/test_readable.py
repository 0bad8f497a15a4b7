"""Chapters as notebooks: no role and no directive is left, numbers are those of the page, and outputs are there."""

import re

import nbformat
import pytest

from seedsoil.evidence.told import estimate
from seedsoil.files import ROOT
from seedsoil.notebooks import readable
from seedsoil.notebooks.readable import Book, Reader
from seedsoil.notebooks.results import chapters

BOOK = Book(ROOT)
PAGES = {page.path.stem: page for page in chapters(ROOT)}
MANSI = estimate(BOOK.library.effect("mansi2016-death"))
SITE = "https://seed-and-soil.github.io/seed-and-soil/"
ROW = f"{SITE}evidence/mansi2016-death.html"


@pytest.fixture
def reader():
    return Reader(BOOK, PAGES["dormancy"], {"share": "a third", "cohort_n": "1,546"})


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("It was {estimate}`mansi2016-death`.", f"It was [{MANSI}]({ROW})."),
        ("It was {effect}`mansi2016-death`.", f"It was [HR {MANSI}]({ROW}) (Mansi et al., 2016)."),
        ("{value}`effects/mansi2016-death/n|,` women", f"[350]({ROW}) women"),
        ("About {glue:text}`share` of them", "About a third of them"),
        (
            "{glue:text}`cohort_n` women",
            f'[1,546]({SITE}chapters/dormancy.html#cell-2 "computed in code cell 2") women',
        ),
        ("So {cite:p}`mansi2016bone,{see}sosa2015nr`.", "So (Mansi et al., 2016; Sosa et al., 2015)."),
        ("{cite:t}`mansi2016bone` say", "Mansi et al. (2016) say"),
        ("{math}`\\tau^2` and `{code}`", "$\\tau^2$ and `{code}`"),
        ("See {ref}`harms <harms>`.", "See harms."),
        ("(harms)=\n### Harms\n% allowed: nothing — no\nThere.", "### Harms\nThere."),
        (
            "```{status}\n```",
            f"*How much stands behind this page: see [the page]({readable.Reader(BOOK, PAGES['dormancy'], {}).address}).*",
        ),
        ('```{key-messages}\n- message: "One."\n  clauses: []\n- message: Two.\n```', "1. One.\n2. Two."),
        (
            "```{list-table} Head\n:header-rows: 1\n\n* - A\n  - B\n* - c | d\n  - two\n    lines\n```",
            "Head\n\n| A | B |\n| --- | --- |\n| c \\| d | two lines |",
        ),
        (":::{note}\n:class: x\n\nIt was {glue:text}`share`.\n:::", "It was a third."),
    ],
)
def test_roles_and_directives_become_markdown(reader, text, read):
    assert reader.text(text).strip() == read


def test_the_references_are_those_that_the_text_cites(reader):
    reader.text("{cite:p}`mansi2016bone`")
    (line,) = reader.text("```{references}\n```").splitlines()
    assert line.startswith("- ") and "(2016)" in line and "https://doi.org/" in line


@pytest.mark.parametrize("name", PAGES)
def test_the_notebook_to_download_is_whole(site, name):
    notebook = nbformat.read(site / f"_sources/chapters/{name}.ipynb", 4)
    nbformat.validate(notebook)
    first, *rest = notebook.cells
    assert "./book notebooks" in first.source and f"notebooks/{name}.ipynb" in first.source
    prose = "\n".join(cell.source for cell in rest if cell.cell_type == "markdown")
    assert re.findall(r"\{[a-z][\w:-]*\}`|^[`:]{3,}\{|^\([\w-]+\)=|\[@", prose, re.MULTILINE) == []
    code = [cell for cell in rest if cell.cell_type == "code"]
    assert [cell.source for cell in code] == [cell.source for cell in PAGES[name].code]
    assert any("image/svg+xml" in output.get("data", {}) for cell in code for output in cell.outputs)
    assert "**Figure 1.** " in prose
