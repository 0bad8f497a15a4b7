"""The editors' desk of a small book: each need is there when its fault is, and gone when it is mended."""

import csv

import pytest

from seedsoil.files import ROOT
from seedsoil.living import desk
from tests.living.conftest import FINDING


def told(book):
    return {need.title: [item.says for item in need.items] for need in desk.needs(book)}


GROUP = "Clauses of key messages that hang on one group"
GRADED = "Clauses of key messages graded None or Not known"
ONCE = "Rows under a key message that one reader read"
ABSTRACT = "Rows under a key message read no further than the abstract"
CONTESTED = "Contested rows without a sentence"
DUE = "Chapters by the day on which their search is due"
TERMS = "Terms without identifier"
UNCITED = "Works that no page cites"
UNREAD = "Fields of references that nobody read"


def test_the_desk_of_a_small_book(book):
    found = told(book)
    (weak,) = found[GROUP]
    assert weak.startswith("dormancy: “TGF-β2 restrains growth in bone marrow”: Weak: 1 independent voice")
    assert found[ONCE] == found[ABSTRACT] == ["ames2020-tgfb2-marrow (1 clause)"]
    assert found[GRADED] == found[CONTESTED] == []
    assert found[DUE] == ["dormancy: never searched; its query is a draft that no editor has signed"]
    assert found[UNCITED] == ["ames2020tgfb2, of which there are rows"]
    assert found[UNREAD] == ["ames2020tgfb2: pmid"]


@pytest.mark.parametrize(
    ("file", "old", "new", "title", "left"),
    [
        ("data/findings.csv", ",2026-11-01,1", ",2026-11-01,2", ONCE, []),
        ("data/findings.csv", ",abstract,", ",full text,", ABSTRACT, []),
        ("data/findings.csv", ",knockdown,more,", ",knockdown,less,", GROUP, []),
        ("data/references.bib", "pmid = {unread},", "pmid = {none},", UNREAD, []),
        ("chapters/dormancy.md", "`ghajar2013pv`", "`ghajar2013pv,ames2020tgfb2`", UNCITED, []),
    ],
)
def test_what_is_mended_leaves_the_desk(book, file, old, new, title, left):
    before, path = told(book)[title], book / file
    text = path.read_text("utf8")
    assert before and old in text
    path.write_text(text.replace(old, new), "utf8")
    assert told(book)[title] == left


def test_a_contested_row_is_on_the_desk_until_a_page_cites_its_work(book):
    path = book / "data/findings.csv"
    with path.open(encoding="utf8", newline="") as file:
        rows = list(csv.DictReader(file))
    other = rows[0] | FINDING | {"id": "ghajar2013-tgfb2-marrow", "ref": "ghajar2013pv", "group": "Bissell M"}
    other |= {"outcome": "less", "relation": "contradicts", "related_to": FINDING["id"]}
    with path.open("w", encoding="utf8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, other])
    assert told(book)[CONTESTED] == ["ames2020-tgfb2-marrow, against it ghajar2013-tgfb2-marrow"]
    page = book / "chapters/dormancy.md"
    page.write_text(page.read_text("utf8").replace("`ghajar2013pv`", "`ghajar2013pv,ames2020tgfb2`"), "utf8")
    assert told(book)[CONTESTED] == []


def test_each_thing_of_this_book_stands_on_the_line_that_the_desk_names():
    texts = {}
    for need in desk.needs(ROOT):
        assert (ROOT / need.file).exists()
        for item in need.items:
            text = texts.setdefault(item.file, (ROOT / item.file).read_text("utf8").splitlines())
            line = text[item.line - 1]
            if item.file.endswith((".csv", ".bib")) and need.title != TERMS:
                assert item.says.split(" ")[0].strip(",:") in line
            elif need.title == TERMS:
                assert item.says.split(" (")[0].split(" ", 1)[1] in line
            elif need.title in (GROUP, GRADED):
                assert item.says.split("“")[1].split("”")[0][:20] in line


def test_the_numbers_are_those_of_the_tables():
    found = told(ROOT)
    rows = {line for _, line in desk.lines(ROOT, "data/findings.csv") for line in [line["id"]]}
    once = {cells["id"] for _, cells in desk.lines(ROOT, "data/findings.csv") if cells["readings"] == "1"}
    assert {says.split(" ")[0] for says in found[ONCE]} & rows <= once
    unread = (ROOT / "data/references.bib").read_text("utf8").count("= {unread},")
    assert sum(len(says.split(": ")[1].split(", ")) for says in found[UNREAD]) == unread
