"""The status line, the list of changes, and the references of a page as files, computed from small tables."""

import re

import pytest
import rispy
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from tests.site.evidence_book import change, write_evidence_book
from tests.site.test_book import article, build

BODY = """```{{status}}
```

{cited}

```{{evidence-table}}
```

```{{changes}}
```"""

PAGES = {
    "counted": BODY.format(cited="{cite:p}`ames2010marrow,cole2012women`"),
    "doubtful": BODY.format(cited="{cite:p}`erler2006lysyl,doyle2013guess,boyd2011marrow`"),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = tmp_path_factory.mktemp("book")
    write_evidence_book(root, PAGES)
    change(root, "findings", "ames-tgfb2", "readings", "2")
    change(root, "effects", "braun-death", "added", "2026-12-01")
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root


def soup(book, name):
    return BeautifulSoup(article(book, name), "html.parser")


def status(book, name):
    return soup(book, name).find(class_="page-status").get_text()


def folds(book, name):
    return {fold.summary.get_text(): fold for fold in soup(book, name).select("details.changes")}


def test_the_status_counts_what_counts(book):
    assert re.match(
        r"Behind this page: 2 references, 2 findings and 3 effects; 1 of 5 rows read twice, independently\. "
        r"Last change: 1 December 2026\. ",
        status(book, "counted"),
    )


def test_the_status_tells_what_is_shown_and_not_counted(book):
    assert status(book, "doubtful").startswith(
        "Behind this page: 3 references, 1 finding and 0 effects; 0 of 1 row read twice, independently; "
        "2 retracted rows and 2 unverified rows shown and not counted."
    )


def test_changes_come_by_day_the_last_first_and_lead_to_their_rows(book):
    found = folds(book, "counted")
    assert list(found) == [
        "1 December 2026: 1 effect added",
        "22 November 2026: 2 findings added, 2 effects added",
        "21 November 2026: 2 references read",
    ]
    links = [link["href"] for link in found["22 November 2026: 2 findings added, 2 effects added"].find_all("a")]
    shown = {"findings": ("ames-tgfb2", "cole-marrow"), "effects": ("halo301-os", "braun-early")}
    assert links == [f"counted-{table}.html#row-{name}" for table, names in shown.items() for name in names]
    assert "Ames, 2010" in found["21 November 2026: 2 references read"].get_text()


def test_a_changed_row_changes_both(book):
    change(book, "findings", "cole-marrow", "added", "2026-12-24")
    assert build(book).returncode == 0
    assert "Last change: 24 December 2026." in status(book, "counted")
    assert next(iter(folds(book, "counted"))) == "24 December 2026: 1 finding added"
    change(book, "findings", "cole-marrow", "added", "2026-11-22")
    assert build(book).returncode == 0  # as the other tests of this book find it, in whatever order


def test_references_can_be_taken_along(book):
    links = {link.get_text(): link["href"] for link in soup(book, "doubtful").select(".exports a")}
    assert links == {"BibTeX": "references/doubtful.bib", "RIS": "references/doubtful.ris"}
    site = book / "_build" / "html"
    entries = parse_string((site / links["BibTeX"]).read_text("utf8"), "bibtex").entries
    assert sorted(entries) == ["boyd2011marrow", "doyle2013guess", "erler2006lysyl"]
    records = {item["id"]: item for item in rispy.loads((site / links["RIS"]).read_text("utf8"))}
    assert sorted(records) == sorted(entries)
    assert records["erler2006lysyl"]["notes"] == ["Retracted"]
    boyd = records["boyd2011marrow"]
    assert (boyd["authors"], boyd["title"], boyd["year"]) == (["Boyd, B."], "Asleep again", "2011")
    assert boyd["type_of_reference"] == "JOUR" and boyd["accession_number"] == "104"
