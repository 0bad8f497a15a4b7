"""Roles that print rows: what they print, how they fail, and which pages are read again when a row changes."""

import pickle
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from seedsoil.site.bindings import EvidenceDomain, Library
from tests.site.evidence_book import change, write_evidence_book
from tests.site.test_book import article, build, listed

PRINTED = {
    "{effect}`halo301-os`": "HR 1.00 (95% CI 0.80–1.27) (Ames, 2010)",
    "{effect}`braun-death`": "RR 2.15 (no interval published) (Cole, 2012)",
    "{effect}`braun-early`": "RR 2.40 (96% CI 1.20–4.90) (Cole, 2012)",
    "{effect}`doyle-ratio`": "OR 0.90 (95% CI 0.40–1.90) [unverified] (Doyle, 2013)",
    "{effect}`erler-ratio`": "HR 0.50 (95% CI 0.30–0.90) [retracted] (Erler, 2006 [retracted])",
    "{estimate}`halo301-os`": "1.00 (95% CI 0.80–1.27)",
    "{estimate}`doyle-ratio`": "0.90 (95% CI 0.40–1.90) [unverified]",
    "{value}`proportions/braun-positive/percent`": "30.60",
    "{value}`proportions/braun-positive/percent|.0f`": "31",
    "{value}`proportions/braun-positive/patients|,`": "4,703",
    "{value}`doubling/cole2012women,primary, in situ/days`": "157",
    "{value}`effects/erler-ratio/n`": "21 [retracted]",
    "{searched}`asleep`": "(searched 28 November 2026)",
    "{cite:p}`erler2006lysyl,kaplan2005vegfr`": "(Erler, 2006 [retracted]; Kaplan, 2005)",
    "{cite:t}`erler2006lysyl`": "Erler (2006) [retracted]",
}

FAULTS = {
    "{effect}`halo301-so`": r"found no row 'halo301-so', expected a key of data/effects\.csv; did you mean halo301-os\?",
    "{estimate}`zzz`": r"found no row 'zzz', expected a key of data/effects\.csv; correct the name, or add the row\.",
    "{value}`proportion/braun-positive/percent`": r"found no table 'proportion', .*; did you mean proportions\?",
    "{value}`proportions/braun-positiv/percent`": r"found no row 'braun-positiv', .*; did you mean braun-positive\?",
    "{value}`proportions/braun-positive/procent`": r"found no column 'procent', .*; did you mean percent\?",
    "{searched}`aslep`": r"found no claim 'aslep', .*; did you mean asleep\?",
    "{value}`proportions/percent`": r"found the path 'proportions/percent', expected table/key/column",
    "{value}`proportions/braun-positive/empty`": r"found an empty cell at 'proportions/braun-positive/empty'",
    "{value}`proportions/braun-positive/ref|.1f`": r"found the value 'cole2012women' with the format '\.1f', expected a number",
    "{value}`proportions/braun-positive/percent|zz`": r"found the value '30\.60' with the format 'zz'",
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    root = tmp_path_factory.mktemp("printed")
    write_evidence_book(root, {"roles": "\n".join(f"- {source}" for source in PRINTED)})
    result = build(root)
    assert result.returncode == 0, result.stderr
    items = BeautifulSoup(article(root, "roles"), "html.parser").select_one("ul.simple")("li")
    return dict(zip(PRINTED, items, strict=True)), article(root, "roles")


@pytest.mark.parametrize("source", PRINTED)
def test_roles_print_the_text_of_the_row(printed, source):
    assert printed[0][source].get_text() == PRINTED[source]


def test_a_search_leads_to_its_rows(printed):
    link = printed[0]["{searched}`asleep`"].find("a")
    assert link["href"].endswith("/absence_searches.csv") and link.has_attr("download")


def test_a_correction_stands_in_the_list(printed):
    entry = BeautifulSoup(printed[1], "html.parser").find(id="ref-ames2010marrow").get_text()
    assert "Erratum in Cell 150:1 (2012-05-04)." in entry


def test_retracted_numbers_and_citations_are_struck(printed):
    struck = {source for source, item in printed[0].items() if item.find("s")}
    assert struck == {source for source, text in PRINTED.items() if "retracted" in text}
    assert printed[0]["{effect}`erler-ratio`"].find("s").get_text() == "HR 0.50 (95% CI 0.30–0.90)"


def test_effects_are_citations_of_their_page(printed):
    assert listed(printed[1]) == [
        "ames2010marrow",
        "cole2012women",
        "doyle2013guess",
        "erler2006lysyl",
        "kaplan2005vegfr",
    ]
    number, link = printed[0]["{effect}`halo301-os`"]("a")
    assert number["href"] == "evidence/halo301-os.html" and link["href"] == "#ref-ames2010marrow"
    soup = BeautifulSoup(printed[1], "html.parser")
    back = soup.find(id="ref-ames2010marrow").find(class_="backlink")["href"]
    assert soup.find(id=back[1:]).find("a")["href"] == "#ref-ames2010marrow"


def test_the_list_strikes_retracted_work_and_names_designs(printed):
    text = {item["id"]: item for item in BeautifulSoup(printed[1], "html.parser").select(".references li")}
    assert text["ref-erler2006lysyl"].find("s").get_text() == "Lysyl oxidase"
    assert "Lysyl oxidase [retracted]. Nature." in text["ref-erler2006lysyl"].get_text()
    assert "Lancet. Cohort. " in text["ref-cole2012women"].get_text()
    assert not text["ref-cole2012women"].find("s")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    root = tmp_path_factory.mktemp("faulty")
    write_evidence_book(root, {"faults": "\n\n".join(FAULTS)})
    lines = (root / "faults.md").read_text().splitlines()
    return build(root), {source: lines.index(source) + 1 for source in FAULTS}


@pytest.mark.parametrize("source", FAULTS)
def test_unknown_names_are_errors_at_their_line(faulty, source):
    result, lines = faulty
    assert result.returncode != 0
    assert re.search(rf"/faults\.md:{lines[source]}: WARNING: {FAULTS[source]}", result.stderr), result.stderr


# --- which pages are read again ----------------------------------------------------------------------------------

PAGES = {
    "death": "{effect}`braun-death`",
    "early": "{estimate}`braun-early`, and {cite:p}`cole2012women`",
    "percent": "{value}`proportions/braun-positive/percent`",
    "niche": "```{evidence-table}\n:process: niche\n```",
    "cited": "{cite:p}`boyd2011marrow`\n\n```{evidence-table}\n```",
    "messages": "```{key-messages}\n- message: It sleeps.\n  clauses:\n    - says: TGF holds\n      about: {factor: TGFB2}\n      claim: restrains\n      rows: [ames-tgfb2, boyd-tgfb2]\n```\n\n"
    "```{evidence-table}\n:ids: ames-tgfb2, boyd-tgfb2\n```",
    "bystander": "{cite:p}`ames2010marrow`",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = tmp_path_factory.mktemp("book")
    write_evidence_book(root, PAGES)
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root


def read_again(book: Path) -> set[str]:
    """The pages of which the next build writes another doctree."""
    trees = {path.stem: path for path in (book / "_build").rglob("*.doctree")}
    before = {name: path.stat().st_mtime_ns for name, path in trees.items()}
    result = build(book)
    assert result.returncode == 0, result.stderr
    return {name for name, path in trees.items() if path.stat().st_mtime_ns != before[name]}


def outdated(book: Path) -> set[str]:
    """The pages that the next build would read again for their rows."""
    domain = EvidenceDomain(pickle.loads((book / "_build/.doctrees/environment.pickle").read_bytes()))
    domain.library = Library(book)
    return set(domain.outdated())


def test_nothing_changed_nothing_read(book):
    assert read_again(book) == set()


@pytest.mark.parametrize(
    "table, row, column, value, pages",
    [
        ("effects", "braun-death", "estimate", "2.16", {"death"}),
        ("effects", "braun-early", "ci_high", "4.91", {"early"}),
        ("effects", "halo301-os", "estimate", "1.01", set()),
        ("proportions", "braun-positive", "percent", "30.7", {"percent"}),
        ("findings", "kaplan-vegfr1", "finding", "Otherwise", {"niche"}),
        ("findings", "boyd-tgfb2", "finding", "Otherwise", {"cited", "messages"}),
        ("findings", "ames-tgfb2", "read_at", "unverified", {"messages"}),
        ("findings", "doyle-guess", "process", "niche", {"niche"}),
        ("findings", "doyle-guess", "ref", "boyd2011marrow", {"cited"}),
        ("findings", "cole-marrow", "finding", "Otherwise", set()),
        ("vocabulary", "hpc", "label", "marrow cell", {"niche"}),
        ("vocabulary", "bone", "label", "skeleton", {"cited", "messages"}),
    ],
)
def test_a_changed_row_outdates_exactly_the_pages_that_show_it(book, table, row, column, value, pages):
    path = book / f"data/{table}.csv"
    before = path.read_text()
    assert outdated(book) == set()
    change(book, table, row, column, value)
    assert outdated(book) == pages
    path.write_text(before)


def test_a_changed_number_changes_the_prose_and_back(book):
    path = book / "data/effects.csv"
    before = path.read_text()
    change(book, "effects", "braun-death", "estimate", "2.16")
    assert read_again(book) == {"death"}
    assert "RR 2.16 (no interval published)" in article(book, "death")
    path.write_text(before)
    assert read_again(book) == {"death"}
    assert "RR 2.15 (no interval published)" in article(book, "death")


def test_a_row_that_contests_another_changes_the_pages_of_both(book):
    path = book / "data/findings.csv"
    before = path.read_text()
    change(book, "findings", "doyle-guess", "read_at", "abstract")
    assert read_again(book) == set()
    change(book, "findings", "doyle-guess", "relation", "contradicts")
    change(book, "findings", "doyle-guess", "related_to", "ames-tgfb2")
    assert read_again(book) == {"messages"}
    assert "≠ Contested" in (book / "_build/html/messages-findings.html").read_text()
    path.write_text(before)
    assert read_again(book) == {"messages"}


def test_a_retraction_reaches_the_pages_that_show_rows_of_it(book):
    bib = book / "data/references.bib"
    before = bib.read_text()
    bib.write_text(before.replace("author = {Cole, C.},", "author = {Cole, C.},\n  status = {retracted},"))
    assert read_again(book) == {"death", "early", "percent"}
    assert "<s>30.60</s> [retracted]" in article(book, "percent")
    bib.write_text(before)
    assert read_again(book) == {"death", "early", "percent"}
