"""A chapter on paper: twenty pages at most, with its title, version and address, its figures, citation and license."""

import re

import pytest

from seedsoil.notebooks.results import chapters
from seedsoil.site import paper
from tests.conftest import ROOT

MOST = 20  # A4 pages
PRINTED = ".evidence tbody tr, .references > li, figure img"
HIDDEN = ".cell_input, .bd-sidebar-primary, .bd-header-article, .prev-next-footer"


@pytest.fixture(scope="module")
def tab(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.emulate_media(media="print")
    yield page
    context.close()


@pytest.mark.parametrize("name", [page.name.removesuffix(".md") for page in chapters(ROOT)])
def test_a_chapter_is_twenty_pages_at_most(tab, address, name):
    tab.goto(f"{address}{name}.html")
    tab.evaluate("document.querySelectorAll('img').forEach(image => (image.loading = 'eager'))")
    tab.wait_for_load_state("networkidle")
    pages = re.findall(rb"/Type\s*/Page\b", tab.pdf(prefer_css_page_size=True))
    assert 10 <= len(pages) <= MOST
    assert tab.evaluate(f"[...document.querySelectorAll('{HIDDEN}')].every(x => !x.checkVisibility())")
    assert tab.evaluate(f"[...document.querySelectorAll('{PRINTED}')].every(x => x.checkVisibility())")
    rows = tab.evaluate("document.querySelectorAll('.evidence tbody tr').length")
    counts = tab.locator(".evidence .count").all_inner_texts()
    assert rows == sum(int(number) for text in counts for number in re.findall(r"\d+", text)) > 0
    told = tab.locator(".bd-footer-content, .bd-footer").all_inner_texts()
    assert any("Cite this page" in text and "CC BY 4.0" in text for text in told)
    rules = tab.evaluate("[...document.querySelectorAll('style')].map(x => x.textContent).join('')")
    assert "Seed and Soil, version " in rules and f"{name}.html" in rules and "counter(page)" in rules


def test_a_title_is_text_in_css_whatever_stands_in_it():
    assert paper._string('a"b</style>\\') == r'"a\000022b\00003c/style\00003e\00005c"'
