"""The book by keyboard alone: what has the focus is seen, says what it is, and is never lost."""

import io

import pytest
from PIL import Image, ImageChops

from tests.site.test_pages import PAGES

CHAPTER, EVIDENCE = "chapters/dormancy.html", "chapters/evidence.html"
MARGIN = 8  # CSS pixels around a control in which its ring is looked for
THRESHOLD = 40  # of 255, by which a pixel must change to count

# Every kind of control: the page, the width, and where it stands once the folds are open.
CONTROLS = {
    "skip link": (CHAPTER, 1280, "#pst-skip-link a"),
    "name of the book": (CHAPTER, 1280, ".navbar-brand"),
    "search in the sidebar": (CHAPTER, 1280, ".search-button-field"),
    "page in the contents": (CHAPTER, 1280, ".bd-links a"),
    "contents": (CHAPTER, 390, ".primary-toggle"),
    "on this page": (CHAPTER, 390, ".secondary-toggle"),
    "search in the header": (CHAPTER, 390, ".bd-header-article .search-button"),
    "launch": (CHAPTER, 390, ".book-menu summary"),
    "download": (CHAPTER, 1280, ".book-menu:last-of-type summary"),
    "color mode": (CHAPTER, 390, ".theme-switch-button"),
    "section on this page": (CHAPTER, 1280, ".page-toc a, #pst-page-toc-nav a"),
    "citation": (CHAPTER, 390, ".citation a"),
    "term": (CHAPTER, 390, "a.term"),
    "number": (CHAPTER, 390, "a.bound"),
    "grade": (CHAPTER, 390, ".grade summary"),
    "fold of code": (CHAPTER, 390, "details.hide summary"),
    "fold of evidence": (CHAPTER, 390, ".evidence > summary"),
    "facet": (EVIDENCE, 390, ".facets select"),
    "words": (EVIDENCE, 390, ".facets input"),
    "clear": (EVIDENCE, 390, ".facets button"),
    "sorting": (EVIDENCE, 1280, ".evidence th button"),
    "show all": (EVIDENCE, 390, ".evidence .more"),
    "download of rows": (EVIDENCE, 390, ".download-csv"),
    "fold of references": (CHAPTER, 390, ".folded-references > summary"),
    "back to top": (CHAPTER, 390, ".back-to-top a"),
    "next page": (CHAPTER, 390, ".prev-next-area a"),
    "card of a chapter": ("index.html", 390, ".chapter-cards a"),
}
NO_RING = ":root:root:root *:focus-visible { outline: none !important; box-shadow: none !important; }"


@pytest.fixture(scope="module")
def tabs(browser, address):
    """A tab for each width and color scheme, whose folds are open."""
    contexts = {
        (width, scheme): browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        for width in (390, 1280)
        for scheme in ("light", "dark")
    }
    opened = {key: context.new_page() for key, context in contexts.items()}

    def tab(page, width, scheme):
        found = opened[width, scheme]
        found.set_default_timeout(30_000)
        if found.url != address + page:
            found.goto(address + page)
            found.add_style_tag(
                content="*, ::before, ::after { transition: none !important; caret-color: transparent; }"
            )
            found.evaluate("document.querySelectorAll('article details').forEach(fold => (fold.open = true))")
            found.wait_for_timeout(100)
            found.keyboard.press("Tab")  # from here on the focus is shown
        return found

    yield tab
    for context in contexts.values():
        context.close()


def changed_by_focus(tab, selector) -> int:
    """Pixels on and around a control that are others when it has the focus."""
    control = tab.locator(selector).first
    control.evaluate("control => control.focus({ focusVisible: true })")
    control.scroll_into_view_if_needed()
    tab.wait_for_timeout(60)
    width, height = (tab.viewport_size[side] for side in ("width", "height"))
    # A link may break over lines: its first line is enough.
    left, top, right, bottom = control.evaluate(
        "c => { const r = c.getClientRects()[0]; return [r.left, r.top, r.right, r.bottom]; }"
    )
    left, top = max(0, left - MARGIN), max(0, top - MARGIN)
    clip = {
        "x": left,
        "y": top,
        "width": min(width, right + MARGIN) - left,
        "height": min(height, bottom + MARGIN) - top,
    }
    focused = tab.screenshot(clip=clip)
    if selector.startswith("#pst-skip-link"):
        return clip["width"] * clip["height"]  # it is on the screen only when it has the focus
    control.evaluate("control => { const at = [scrollX, scrollY]; control.blur(); scrollTo(...at); }")
    tab.evaluate("document.querySelectorAll('.citation-card').forEach(card => (card.hidden = true))")
    tab.wait_for_timeout(60)
    pictures = [Image.open(io.BytesIO(picture)).convert("RGB") for picture in (focused, tab.screenshot(clip=clip))]
    difference = ImageChops.difference(*pictures).convert("L").point(lambda value: 255 * (value > THRESHOLD))
    return difference.histogram()[255]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", CONTROLS)
def test_the_focus_is_seen_on_every_kind_of_control(tabs, kind, scheme):
    page, width, selector = CONTROLS[kind]
    tab = tabs(page, width, scheme)
    assert tab.locator(selector).count(), f"{page} has no {kind} ({selector})"
    box = tab.locator(selector).first.evaluate("c => { const r = c.getClientRects()[0]; return [r.width, r.height]; }")
    # A ring of two pixels around half of the control at least: the window may cut the rest.
    assert changed_by_focus(tab, selector) >= 2 * sum(box), f"the {kind} looks the same with and without the focus"


def test_a_control_without_a_ring_is_found_out(browser, address):
    with browser.new_context(viewport={"width": 390, "height": 900}) as context:
        tab = context.new_page()
        tab.goto(address + CHAPTER)
        tab.add_style_tag(content=NO_RING)
        tab.keyboard.press("Tab")
        assert changed_by_focus(tab, ".prev-next-area a") < 20


def focused(tab) -> str:
    return tab.evaluate("document.activeElement.outerHTML.slice(0, 120)")


def is_focused(tab, selector) -> bool:
    return tab.locator(selector).first.evaluate("control => control === document.activeElement")


def until(tab, holds, otherwise="waited in vain"):
    """What follows a key or a scroll comes a moment later, and on a machine at work a long one."""
    for _ in range(100):
        if holds():
            return
        tab.wait_for_timeout(50)
    pytest.fail(f"{otherwise}; the focus is at {focused(tab)}")


def test_a_journey_from_the_top_to_a_row_and_back(browser, address):
    """Past the buttons, to a key message, its rows, the evidence, and back to the contents: Tab, Enter and Escape."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.goto(address + CHAPTER)

        def press_until(selector, key="Tab", most=80):
            for _ in range(most):
                tab.keyboard.press(key)
                assert not tab.evaluate("document.activeElement === document.body"), "the focus is lost"
                if is_focused(tab, selector):
                    return
            raise AssertionError(f"{most} times {key} do not reach {selector}; the focus is on {focused(tab)}")

        press_until("#pst-skip-link a", most=1)
        tab.keyboard.press("Enter")
        assert is_focused(tab, "#text"), "the skip link leads elsewhere"
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.closest('article') !== null"), "buttons come before the text"
        press_until(".key-messages .grade summary")
        tab.keyboard.press("Enter")
        press_until(".key-messages .grade a[href^='#row-']")
        row = tab.evaluate("document.activeElement.hash.slice(1)")
        tab.keyboard.press("Enter")
        tab.wait_for_function("row => document.getElementById(row)?.matches(':target')", arg=row)
        assert tab.locator(f"[id='{row}']").is_visible()
        tab.keyboard.press("Tab")
        inside = tab.evaluate("row => document.activeElement.closest('tr')?.id === row", row)
        assert inside, f"Tab goes on from elsewhere: {focused(tab)}"
        tab.keyboard.press("Control+k")
        assert tab.evaluate("document.activeElement.name") == "q"
        tab.keyboard.press("Escape")
        assert not tab.locator("#pst-search-dialog").is_visible()


def test_the_focus_is_never_thrown_away(browser, address):
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.goto(address + CHAPTER)
        for selector, closes in (
            (".theme-switch-button", False),
            (".primary-toggle", True),
            (".secondary-toggle", True),
            (".bd-header-article .search-button", True),
        ):
            tab.locator(selector).first.focus()
            tab.keyboard.press("Enter")
            if closes:
                until(tab, lambda control=selector: not is_focused(tab, control))
                tab.keyboard.press("Escape")
                until(tab, lambda control=selector: is_focused(tab, control), f"{selector} lost the focus")
            else:
                tab.wait_for_timeout(50)
                assert is_focused(tab, selector), f"{selector} lost the focus to {focused(tab)}"


def test_toggles_say_what_is_open_and_the_color_mode_says_which(browser, address):
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        tab = context.new_page()
        tab.goto(address + CHAPTER)
        for selector in (".primary-toggle", ".secondary-toggle"):
            button = tab.locator(selector).first
            assert button.get_attribute("aria-expanded") == "false"
            button.press("Enter")
            tab.wait_for_function("s => document.querySelector(s).ariaExpanded === 'true'", arg=selector)
            tab.keyboard.press("Escape")
            tab.wait_for_function("s => document.querySelector(s).ariaExpanded === 'false'", arg=selector)
        switch = tab.locator(".theme-switch-button").first
        before = switch.get_attribute("aria-label")
        switch.press("Enter")
        tab.wait_for_function(
            "before => document.querySelector('.theme-switch-button').ariaLabel !== before", arg=before
        )
        mode = tab.evaluate("document.documentElement.dataset.mode")
        assert switch.get_attribute("aria-label") == f"Color mode: {mode}"


def test_back_to_top_comes_with_the_third_screen_and_works(browser, address):
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.goto(address + CHAPTER)
        link = tab.locator(".back-to-top a")

        def on_screen():
            box = link.bounding_box()
            return box is not None and 0 <= box["y"] < 844

        assert not on_screen()
        tab.evaluate("scrollTo({top: 4000, behavior: 'instant'})")
        until(tab, on_screen)
        link.click()
        tab.wait_for_function("scrollY < 5")


def test_a_phone_without_scripts_has_the_list_of_chapters(browser, address):
    with browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(address + CHAPTER)
        links = tab.locator(".bd-links a")
        assert links.count() >= len(PAGES) - 1
        last = links.last
        last.scroll_into_view_if_needed()
        box = last.bounding_box()
        assert box and 0 <= box["x"] < 390 and box["x"] + box["width"] <= 390
        assert tab.locator("article h1").bounding_box()["y"] < links.first.bounding_box()["y"], "the text comes second"
