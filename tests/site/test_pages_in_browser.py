"""The pages as a browser shows them, on a phone and a desk, in light and in dark."""

import gzip
from urllib.parse import urlsplit

import pytest

from tests.site.test_pages import PAGES, every_page, every_page_and_search

MOVES = 0.02  # of Cumulative Layout Shift; 0.1 is called good
WEIGHT = 150_000  # bytes, compressed, on first view, without the pictures of the page itself


@every_page_and_search
def test_no_request_leaves_or_fails(visits, address, page):
    for width, met in visits(page).items():
        assert len(met.requests) > 3
        away = [request for request in met.requests if not request.startswith((address, "data:"))]
        assert not away, f"{page} {width} asks another host: {away}"
        assert not met.failed, f"{page} {width} asks in vain: {met.failed}"


@every_page_and_search
def test_console_is_quiet(visits, page):
    for width, met in visits(page).items():
        assert not met.messages, f"{page} {width}: {met.messages}"


@every_page_and_search
def test_accessible(visits, page):
    for width, met in visits(page).items():
        assert not met.violations, f"{page} {width}:\n" + "\n".join(met.violations)


@every_page_and_search
def test_page_does_not_scroll_sideways(visits, page):
    for width, met in visits(page).items():
        assert met.overflow <= 0, f"{page} {width} is {met.overflow} px wider than the window"


@every_page_and_search
def test_nothing_moves_while_a_page_comes(visits, page):
    for width, met in visits(page).items():
        assert met.shift < MOVES, f"{page} {width}: a layout shift of {met.shift:.2f}"


def test_what_has_come_of_a_page_stands_where_it_will(browser, address):
    """On a slow line a page is shown before its sections have come, and their list comes last."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        tab = context.new_page()
        body = tab.request.get(address + PAGES[1]).text()
        begun, found, _ = body.partition('id="text" tabindex="-1">')
        parts, places = [body, begun + found], []
        tab.route(f"**/{PAGES[1]}", lambda route: route.fulfill(body=parts.pop(), content_type="text/html"))
        while parts:
            tab.goto(address + PAGES[1])
            places.append(tab.locator(".bd-article-container").evaluate("box => [box.offsetLeft, box.offsetWidth]"))
        assert found and places[0] == places[1]


@every_page
def test_figures_stand_on_white(visits, page):
    for width, met in visits(page).items():
        assert met.dark_cards <= {"rgb(255, 255, 255)"}, f"{page} {width}: a figure has a dark background in dark mode"


@every_page_and_search
def test_weight_of_first_view(visits, site, address, page):
    weights = {}
    for request in visits(page)[390].requests:
        file = site / urlsplit(request.removeprefix(address)).path
        if file.is_file() and "_images" not in file.parts:
            weights[file.name] = min(len(gzip.compress(file.read_bytes())), file.stat().st_size)
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    assert sum(weights.values()) <= WEIGHT, f"{page} weighs {sum(weights.values())} bytes: {heaviest}"


@pytest.fixture
def phone(browser, address):
    """The first chapter, opened on a phone."""
    with browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="light") as context:
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.goto(address + PAGES[1])
        yield tab


def test_keyboard_reaches_skip_link_and_menus(phone):
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.hash") == "#text"
    for menu in phone.locator("details.book-menu").all():
        menu.locator("summary").focus()
        phone.keyboard.press("Enter")
        assert menu.locator("li").first.is_visible()
        phone.keyboard.press("Escape")
        assert not menu.locator("li").first.is_visible()
        assert menu.locator("summary").evaluate("summary => summary === document.activeElement")


def test_keyboard_opens_and_closes_sidebars(phone):
    for button, sidebar in (
        (".primary-toggle", "#pst-primary-sidebar-modal"),
        (".secondary-toggle", "#pst-secondary-sidebar-modal"),
    ):
        phone.locator(button).focus()
        phone.keyboard.press("Enter")
        assert phone.locator(f"{sidebar} a").first.is_visible()
        phone.keyboard.press("Escape")
        assert not phone.locator(sidebar).is_visible()


def test_color_mode_switches_and_stays(phone):
    phone.locator(".theme-switch-button").first.press("Enter")
    assert phone.evaluate("document.documentElement.dataset.theme") == "dark"
    phone.reload()
    assert phone.evaluate("document.documentElement.dataset.theme") == "dark"


def test_dark_pages_print_on_white(phone):
    phone.evaluate("document.documentElement.dataset.theme = 'dark'; window.dispatchEvent(new Event('beforeprint'))")
    assert phone.evaluate("document.documentElement.dataset.theme") == "light"
    phone.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert phone.evaluate("document.documentElement.dataset.theme") == "dark"


def test_search_finds_a_word_of_the_chapter(phone):
    phone.keyboard.press("Control+k")
    phone.keyboard.type("dormancy")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/search.html?q=dormancy")
    phone.locator(".search-results a[href^='chapters/dormancy.html']").first.wait_for()


def test_boxes_that_scroll_have_a_name_and_take_the_focus(phone):
    boxes = phone.evaluate(
        """[...document.querySelectorAll('article *')]
           .filter(x => x.scrollWidth > x.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(x).overflowX))
           .map(x => [x.outerHTML.slice(0, 200), x.tabIndex,
                      x.getAttribute('aria-label') ?? x.querySelector(':scope > img')?.alt])"""
    )
    for html, tab_index, label in boxes:
        assert tab_index == 0 and label, f"this box scrolls sideways and cannot be reached or has no name: {html}"


def test_reads_without_scripts(browser, address):
    with browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900}) as context:
        tab = context.new_page()
        tab.goto(address + PAGES[1])
        assert tab.locator("article h1").is_visible()
        assert tab.locator(".bd-sidebar-primary nav a").first.is_visible()
        assert not tab.locator(".theme-switch-button").first.is_visible()
        tab.locator("details.book-menu summary").first.click()
        assert tab.locator("details.book-menu li a").first.is_visible()
