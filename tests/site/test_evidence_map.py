"""The map of the evidence: the counts of each place, its gaps, and the same counts by the script for every choice."""

import itertools
import re

import pytest
from bs4 import BeautifulSoup

from tests.site.evidence_book import change, write_evidence_book
from tests.site.test_book import build

EVERY = "```{evidence-table}\n:every:\n```"
MAP = "```{evidence-map}\n```"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root = tmp_path_factory.mktemp("book")
    write_evidence_book(root, {"evidence": EVERY, "map": MAP})
    change(root, "findings", "cole-marrow", "organ", "bone; lung")
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root / "_build/html"


@pytest.fixture(scope="module")
def page(site) -> BeautifulSoup:
    return BeautifulSoup((site / "map.html").read_text("utf8"), "html.parser")


def places(page: BeautifulSoup) -> dict[tuple[str, str], str]:
    """What stands at each place of the map."""
    table = page.select_one("table.evidence-map")
    stages = [cell.text for cell in table.select("thead th")][1:]
    found = {}
    for row in table.select("tbody tr"):
        organ, *cells = row(["th", "td"])
        for stage, cell in zip(stages, cells, strict=True):
            seen = cell.select_one("a span")
            found[organ.text, stage] = seen.text if seen else ""
    return found


def test_each_place_counts_the_works_of_each_side(page):
    assert places(page) == {
        # Kaplan's and Dawson's rows stand; the retracted and the unverified one do not, so that outgrowth has no column.
        ("lung", "pre-metastatic"): "↑1",
        ("lung", "arrival"): "=1",
        ("lung", "dormancy"): "↑1",
        ("bone marrow", "pre-metastatic"): "",
        ("bone marrow", "arrival"): "",
        ("bone marrow", "dormancy"): "↑1 ↓2",
    }


def test_a_place_says_in_words_what_it_shows_and_leads_to_its_rows(page):
    place = page.find("a", href=re.compile("findings-organ=bone"))
    assert place["href"] == "evidence.html?findings-organ=bone+marrow&findings-stage=dormancy"
    assert place.select_one(".sr-only").text == "bone marrow, dormancy: 1 promoting, 2 restraining"
    assert "arrival: no finding" in [gap.text for gap in page.select("td.gap")]


@pytest.fixture
def tab(browser, address):
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(address + "map.html")
        yield tab


def shown(tab) -> dict[tuple[str, str], str]:
    return places(BeautifulSoup(tab.content(), "html.parser"))


def test_the_script_counts_as_the_page_does(tab, page):
    assert shown(tab) == places(page)
    assert tab.locator("form [role=status]").inner_text() == "5 works"


CHOICES = {
    "human": {("lung", "dormancy"): "↑1", ("bone marrow", "dormancy"): "↑1"},
    "full": {("bone marrow", "dormancy"): "↓1"},
    "uncontested": {("lung", "dormancy"): "↑1", ("bone marrow", "dormancy"): "↑1 ↓2"},
    "twice": {},
}


@pytest.mark.parametrize("name", CHOICES)
def test_a_choice_leaves_the_rows_that_satisfy_it(tab, name):
    tab.locator(f"input[name={name}]").check()
    assert {place: seen for place, seen in shown(tab).items() if seen} == CHOICES[name]
    gaps = tab.locator("td.gap").count()
    assert gaps == 6 - len(CHOICES[name])
    tab.locator("button[type=reset]").click()
    tab.wait_for_function("document.querySelectorAll('td.gap').length === 2")


def test_a_process_goes_along_to_the_rows(tab):
    tab.locator("select[name=process]").select_option("niche")
    assert {place for place, seen in shown(tab).items() if seen} == {("lung", "pre-metastatic"), ("lung", "arrival")}
    tab.locator("td a", has_text="↑1").first.click()
    tab.wait_for_url("**/evidence.html?*")
    tab.locator("#evidence-findings tbody tr").first.wait_for()
    (row,) = tab.locator("#evidence-findings tbody tr").all_inner_texts()
    assert row.startswith("Marrow cells cluster")


def test_two_choices_together(tab):
    for first, second in itertools.combinations(CHOICES, 2):
        for name in (first, second):
            tab.locator(f"input[name={name}]").check()
        expected = {}
        for place, seen in CHOICES[first].items():
            if place in CHOICES[second]:
                both = set(seen.split()) & set(CHOICES[second][place].split())
                expected |= {place: " ".join(sorted(both))} if both else {}
        found = {place: seen for place, seen in shown(tab).items() if seen}
        assert set(found) <= set(CHOICES[first]) & set(CHOICES[second])
        if {first, second} != {"full", "uncontested"}:  # one of two works remains there: the counts differ
            assert found == expected
        for name in (first, second):
            tab.locator(f"input[name={name}]").uncheck()
