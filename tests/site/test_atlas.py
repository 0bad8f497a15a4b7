"""The atlas: which rows stand on the page of a term, what promotes and what restrains, and what leads there."""

import csv
import gzip
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from seedsoil.evidence.vocabulary import slug
from tests.site.evidence_book import write_evidence_book
from tests.site.test_book import build
from tests.site.test_pages import ROOT, parsed
from tests.site.test_row_pages import broken, rows

PAGES = {
    "shows": "Cells sleep in bone marrow beside a hematopoietic progenitor.\n\n```{key-messages}\n- message: It sleeps.\n"
    "  clauses:\n    - says: marrow cells open doors\n      about: {cell: hpc, organ: lung}\n      claim: promotes\n"
    "      rows: [kaplan-vegfr1, dawson-vegfr1]\n```\n\n```{evidence-table}\n:process: niche\n```",
    "list": "```{atlas}\n```",
    "every": "```{evidence-table}\n:every:\n```",
}
KINDS = {  # written out here: columns, and the kinds of term in them that have a page
    "source": ("cell",),
    "factor": ("factor",),
    "target": ("cell", "factor"),
    "organ": ("organ",),
    "cancer": ("cancer",),
    "site": ("organ",),
    "site_versus": ("organ",),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = tmp_path_factory.mktemp("atlas")
    write_evidence_book(root, PAGES)
    path = root / "data/vocabulary.csv"
    path.write_text(path.read_text().replace(",,,,no", ",A place.,UBERON:0000001,seat; site,no"))
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root


def page(book: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((book / f"_build/html/{name}.html").read_text("utf8"), "html.parser")


def sides(book: Path, name: str) -> dict[str, list[list[str]]]:
    """By place: what stands under each direction."""
    return {
        line.th.get_text(strip=True): [[link["href"] for link in cell("a")] for cell in line("td")]
        for line in page(book, name).select(".by-place tbody tr")
    }


def test_what_promotes_stands_left_of_what_restrains_by_organ_and_stage(book):
    assert [head.get_text() for head in page(book, "atlas/cell-hpc").select(".by-place thead th")] == [
        "Where and when",
        "↑ Promotes",
        "↓ Restrains",
        "= No effect",
    ]
    assert sides(book, "atlas/cell-hpc") == {
        "lung, pre-metastatic": [["../evidence/kaplan-vegfr1.html"], [], []],
        "lung, arrival": [[], [], ["../evidence/dawson-vegfr1.html"]],
    }
    assert sides(book, "atlas/organ-bone")["bone marrow, dormancy"][1][0] == "../evidence/ames-tgfb2.html"
    retracted = page(book, "atlas/organ-lung").find("a", href="../evidence/erler-lox.html")
    assert retracted.s and "✕ Retracted" in retracted.parent.get_text()


def test_a_term_says_what_it_is_and_what_rests_on_it(book):
    text = page(book, "atlas/cell-hpc").article.get_text(" ", strip=True)
    assert "A place." in text and "Also called: seat, site." in text and "UBERON:0000001" in text
    assert "marrow cells open doors ( Contested , Title )" in text and "What is open" in text
    assert page(book, "atlas/cell-hpc").find("a", href="../shows.html")
    every = page(book, "atlas/organ-lung").find("a", string="Its rows in the table of all evidence")["href"]
    assert parse_qs(urlsplit(every).query) == {"findings-organ": ["lung"]}
    lists = page(book, "list").select(".atlas-list li")
    assert {item.get_text(): item.a["href"] for item in lists} == {
        "hematopoietic progenitor (2)": "atlas/cell-hpc.html",
        "bone marrow (3)": "atlas/organ-bone.html",
        "lung (4)": "atlas/organ-lung.html",
    }


def test_terms_in_tables_lead_to_the_atlas_and_ids_to_their_row(book):
    row = page(book, "shows-findings").find(id="row-kaplan-vegfr1")
    assert [link["href"] for link in row("a") if "#" not in link["href"]] == [
        "atlas/cell-hpc.html",
        "atlas/organ-lung.html",
        "evidence/kaplan-vegfr1.html",
    ]
    assert not broken(book / "_build/html", "atlas") and not broken(book / "_build/html", "evidence")


def test_two_terms_of_one_address_are_told(tmp_path):
    write_evidence_book(tmp_path, {"shows": PAGES["shows"]})
    path = tmp_path / "data/vocabulary.csv"
    path.write_text(f"{path.read_text()}H-PC.,cell,other,,,,no\nh pc,cell,another,,,,no\n")
    result = build(tmp_path)
    assert result.returncode != 0 and "found 'h pc', whose page has the address of 'H-PC.'" in result.stderr


# --- the whole book ------------------------------------------------------------------------------------------------


def expected() -> dict[str, set[str]]:
    """The rows of each page, from the tables alone."""
    kind_of = {(cells["kind"], cells["term"]) for cells in rows(ROOT, "vocabulary")}
    found: dict[str, set[str]] = {}
    for table in ("findings", "effects"):
        for cells in rows(ROOT, table):
            for column, kinds in KINDS.items():
                for term in cells.get(column, "").split("; "):
                    kind = next((kind for kind in kinds if (kind, term) in kind_of), None)
                    if kind:
                        found.setdefault(slug(kind, term), set()).add(cells["id"])
    return found


ROW = re.compile(r'href="\.\./evidence/([a-z0-9-]+)\.html"')


def test_each_term_says_what_its_ontology_calls_it(site):
    """On its page: identifier, label and exact synonyms of the ontology; for the terms that have an identifier."""
    names = {cells["ontology_id"]: cells for cells in csv.DictReader((ROOT / "data/derived/ontology_names.csv").open())}
    told = 0
    for cells in csv.DictReader((ROOT / "data/vocabulary.csv").open(encoding="utf-8")):
        path = site / f"atlas/{slug(cells['kind'], cells['term'])}.html"
        if (known := names.get(cells["ontology_id"])) and path.is_file():
            also = f", also {known['synonyms'].replace(';', ',')}" if known["synonyms"] else ""
            said = " ".join(parsed(path).find("main").get_text().split())
            assert f"{known['ontology_id']} ({known['name']}){also}." in said, path
            told += 1
    assert told >= 60


def test_every_row_stands_on_the_pages_of_its_terms_and_on_no_other(site):
    pages = {path.stem: set(ROW.findall(path.read_text("utf8"))) for path in (site / "atlas").glob("*.html")}
    assert pages == expected()


def test_links_of_the_atlas_resolve(site):
    assert not broken(site, "atlas")


def test_an_atlas_page_is_light(site):
    """The heaviest with all its style sheets, as a browser takes it."""
    heaviest = max((site / "atlas").glob("*.html"), key=lambda path: path.stat().st_size)
    sheets = [link["href"] for link in parsed(heaviest)("link", rel="stylesheet")]
    files = [heaviest, *(heaviest.parent / sheet.partition("?")[0] for sheet in sheets)]
    assert len(sheets) > 4 and sum(len(gzip.compress(file.read_bytes())) for file in files) < 60_000


def test_the_list_has_every_page(site):
    listed = {link["href"] for link in parsed(site / "chapters/atlas.html").select(".atlas-list a")}
    assert listed == {f"../atlas/{path.name}" for path in (site / "atlas").glob("*.html")}
