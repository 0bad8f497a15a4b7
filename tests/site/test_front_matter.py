"""The first page, the pages about the book, and what of the book stands beside its pages."""

import csv
import json
import re
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from seedsoil.evidence.judging import LOWEST_FIRST
from seedsoil.site.citations import anchor
from seedsoil.site.evidence_rows import interval
from seedsoil.site.glossary import named, names_of
from seedsoil.site.key_messages import Said
from seedsoil.site.landing import best, most_rows
from seedsoil.site.whole_tables import MOST, pages
from tests.site.test_pages import PAGES, ROOT, parsed

CHAPTERS = [page for page in PAGES if "\nauthors:" in (ROOT / page).with_suffix(".md").read_text().split("---")[1]]


def said(grade, rows, says="it does"):
    return Said("page", says, grade, ("1 voice",), ("row",) * rows)


def test_the_best_clause_has_the_highest_grade_and_then_the_most_rows():
    every = [said("Weak", 9), said("Moderate", 1), said("Moderate", 2), said("Open, well documented", 20)]
    assert best(every) == every[2]
    assert best([]) is None and most_rows(every, "Contested") is None
    assert most_rows(every, "Weak") == every[0]
    assert {grade for grade, *_ in [(one.grade,) for one in every]} <= set(LOWEST_FIRST)


def test_the_first_page_has_a_card_for_each_chapter_and_answers_with_grades(site):
    page = parsed(site / "index.html")
    cards = page.select(".chapter-cards > li")
    assert [card.a["href"] for card in cards] == CHAPTERS
    for card in cards:
        assert card.select_one(".question").get_text().endswith("?")
        assert card.select_one(".finding strong").get_text() in LOWEST_FIRST
        assert card.small.get_text().startswith("Last change ")
    answers = page.select(".answers > li")
    assert len(answers) == 3
    for answer in answers:
        assert (
            answer.small.get_text().partition(":")[0] in LOWEST_FIRST and answer.a["href"].partition("#")[0] in CHAPTERS
        )
    assert page.title.get_text().startswith("Seed and Soil: A living"), "the tab does not say what the book is"


def test_the_first_page_tells_the_verdict_of_each_thesis_and_where_to_start(site):
    page = parsed(site / "index.html")
    theses = parsed(site / "chapters/theses.html")
    for item in page.select(".verdicts > li"):
        address, _, anchor = item.a["href"].partition("#")
        assert address == "chapters/theses.html"
        section = theses.find(id=anchor)
        assert item.strong.get_text() == section.select_one(".verdict strong").get_text()
    assert len(page.select(".verdicts > li")) == 4
    doors = page.select_one("dl.doors")
    assert [door.get_text() for door in doors("dt")] == ["A student", "A researcher", "A clinician", "A contributor"]
    assert all((site / link["href"]).is_file() for link in doors("a"))


def test_each_reader_finds_his_part_within_a_screen(browser, address):
    """On a phone: what the book is; what it knows; where to start."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        tab = context.new_page()
        tab.goto(address)
        parts = [
            tab.locator(name).first.bounding_box() for name in ("#the-state-of-knowledge h2", ".verdicts", ".doors")
        ]
        assert parts[0]["y"] < 844, "what the book is takes more than a screen"
        assert parts[1]["height"] < 844 and parts[2]["height"] < 844


def test_every_table_and_the_package_stand_at_an_address_that_stays(site):
    package = json.loads((site / "data/datapackage.json").read_text())
    page = parsed(site / "chapters/data.html")
    for resource in package["resources"]:
        copy, source = site / "data" / resource["path"], ROOT / "data" / resource["path"]
        assert copy.read_bytes() == source.read_bytes()
        fold = page.find(id=f"table-{resource['name']}")
        assert len(fold("li")) == len(resource["schema"]["fields"])
        rows = len(list(csv.DictReader(source.open(encoding="utf-8", newline=""))))
        assert f"{rows:,} rows" in fold.summary.get_text() and "License: " in fold.get_text()


def test_every_row_of_the_book_stands_on_the_page_of_evidence(site):
    for table in ("findings", "effects"):
        with (ROOT / f"data/{table}.csv").open(encoding="utf-8", newline="") as file:
            rows = [f"row-{row['id']}" for row in csv.DictReader(file)]
        files = [f"{name}.html" for name in pages(f"evidence-{table}", len(rows))]
        assert parsed(site / "chapters/evidence.html").find(attrs={"data-table": " ".join(files)})
        found = [parsed(site / f"chapters/{file}").select("tbody tr[id]") for file in files]
        assert [row["id"] for part in found for row in part] == rows
        assert all(len(part) <= MOST for part in found)


def test_every_work_stands_on_one_page_of_references(site):
    lists = [
        parsed(site / f"chapters/{page}.html").select(".references > li") for page in ("references", "references-l-z")
    ]
    shown = [item["id"] for items in lists for item in items]
    text = (ROOT / "data/references.bib").read_text("utf8")
    assert sorted(shown) == sorted(anchor(key) for key in re.findall(r"^@\w+\{(.+),$", text, re.MULTILINE))
    assert len(lists[0]) > 100 < len(lists[1])


def test_the_list_of_the_book_says_where_a_work_is_used_and_how_it_was_read(site):
    items = parsed(site / "chapters/references.html").select(".references > li")
    used = [item for item in items if " In: " in item.get_text()]
    assert len(used) > len(items) / 2
    for item in used[:20]:
        address = next(link["href"] for link in item("a") if "#ref-" in link["href"])
        name, _, target = address.partition("#")
        assert parsed((site / "chapters" / name).resolve()).find(id=target)
    assert all(" Read: " in item.get_text() for item in items)


TERM = {"label": "IL-6 (IL6)", "synonyms": "interleukin 6; sleep; ILX", "kind": "factor", "term": "IL6"}


def test_a_term_is_found_by_its_names_and_not_by_everyday_words():
    names = {name: TERM for name in names_of(TERM)}
    assert set(names) == {"IL-6", "IL6", "interleukin 6", "ILX"}
    assert named(names, "Interleukin 6") == TERM, "the first word of a sentence"
    assert named(names, "il6") is None and named(names, "sleep") is None


@pytest.mark.parametrize("page", CHAPTERS)
def test_the_first_use_of_a_term_leads_to_its_page(site, page):
    links = parsed(site / page).select("a.term")
    assert len(links) > 3
    targets = [link["href"] for link in links]
    assert len(set(targets)) == len(targets), "a term is marked twice"
    for link in links:
        assert link.find_parent(["h1", "h2", "h3", "figcaption", "table"]) is None
        name, _, anchor = link["href"].partition("#")
        target = parsed((site / "chapters" / name).resolve())
        text = target.find(id=anchor).find_next("dd").get_text() if anchor else target.article.get_text()
        assert link.get("data-definition", "") in text
        kind = "glossary" if anchor else re.fullmatch(r"\.\./atlas/([a-z]+)-[a-z0-9-]+\.html", name)[1]
        assert kind in ("glossary", "cell", "factor") or "data-definition" not in link.attrs


def test_the_page_for_no_address_leads_everywhere_from_any_depth(site):
    page = BeautifulSoup((site / "404.html").read_text(), "html.parser")
    base = "/" + yaml.safe_load((ROOT / "_config.yml").read_text())["html"]["baseurl"].split("/", 3)[3]
    links = [link["href"] for link in page("a")]
    assert len(links) >= len(PAGES)
    for link in links:
        assert link.startswith(base) and (site / (link.removeprefix(base) or "index.html")).is_file()
    assert page.form["action"] == f"{base}search.html"
    assert not page(["link", "script", "img"]), "it needs a file beside itself"


def test_tables_have_heads_of_rows_and_columns(site):
    without = []
    for page in PAGES:
        for table in parsed(site / page).select("article table"):
            headless = [row for row in table.select("tbody tr") if not row.find("th", scope=True)]
            unscoped = [cell for cell in table.select("thead th") if not cell.get("scope")]
            if headless or unscoped:
                without.append(f"{page}: {table.get_text(' ', strip=True)[:60]}")
    assert not without


def test_intervals_are_told_by_their_side_of_one():
    assert [
        interval({"ci_low": low, "ci_high": high})
        for low, high in (("0.5", "0.9"), ("1.1", "2"), ("0.9", "1.1"), ("", ""))
    ] == [
        "below 1",
        "above 1",
        "contains 1",
        "none published",
    ]


def test_folds_leave_short_cells_open_and_say_how_long_the_others_are(site):
    for page in CHAPTERS:
        soup = parsed(site / page)
        for block in soup.select("div.cell > .cell_input pre"):
            assert len(block.get_text().rstrip("\n").split("\n")) <= 8, f"{page}: a long cell stands open"
        for summary in soup.select("div.cell details.hide > summary"):
            assert summary.get_text().startswith("Show the ") and not summary("p")


def test_nobody_is_named_who_is_not_in_a_chapter(site):
    rows = parsed(site / "chapters/people.html").select("article tbody tr")
    assert len(rows) == len(CHAPTERS)
    for row, page in zip(rows, CHAPTERS, strict=True):
        front = yaml.safe_load(Path(ROOT / page).with_suffix(".md").read_text().split("---")[1])
        written, reviewed = (cell.get_text() for cell in row("td"))
        assert written == ", ".join(front["authors"])
        assert reviewed == (", ".join(front["reviewers"]) or "nobody yet")
