"""Figures on a phone: letters of nine pixels, nothing wider than the screen, and a link to the picture itself."""

import pytest

from seedsoil.notebooks.results import chapters
from tests.conftest import ROOT

SMALLEST = 8 * 96 / 72  # CSS pixels of the smallest letters of a figure at its own size
LEGIBLE = 9


@pytest.fixture(scope="module")
def phone(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", [page.name.removesuffix(".md") for page in chapters(ROOT)])
def test_letters_are_legible_and_the_picture_opens(phone, address, site, name):
    phone.goto(f"{address}{name}.html")
    pictures = phone.evaluate(
        "[...document.querySelectorAll('figure img')].map(x => "
        "[x.getBoundingClientRect().width / x.getAttribute('width'), x.closest('a.enlarge')?.getAttribute('href'), "
        "x.getAttribute('src')])"
    )
    assert pictures and min(scale for scale, _, _ in pictures) * SMALLEST >= LEGIBLE
    for _, link, source in pictures:
        assert link == source and link.endswith(".svg") and (site / name).parent.joinpath(link).is_file()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
