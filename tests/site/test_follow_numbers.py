"""Follow a number: by pointer, focus and tap to the row or the code behind it, and without scripts all the same."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from tests.site import accessibility
from tests.site.evidence_book import LIST, change, write_evidence_book
from tests.site.test_book import HEADER, WORDS, build
from tests.site.test_machines import CHAPTERS
from tests.site.test_pages import ROOT, parsed

ROLES = re.compile(r"\{(?:glue:text|effect|estimate|value)\}`")
PAGES = {
    "rows": "Here {effect}`halo301-os` and {estimate}`doyle-ratio`, {effect}`erler-ratio`, and\n"
    "{value}`proportions/braun-positive/percent` of women.\n\n```{evidence-table}\n```"
}
CODE = f"""{HEADER}# Title

{WORDS} It is {{glue:text}}`mean`.

```{{code-cell}} ipython3
words = ["a", "b"]
```

```{{code-cell}} ipython3
:tags: [remove-cell]

from myst_nb import glue

def bind(**texts):
    for name, text in texts.items():
        glue(name, text, display=False)

bind(mean=f"{{len(words)}}", other="plain")
```

{{glue:text}}`other`
{LIST}"""
CARD, SHEET = "#citation-card", "#citation-sheet"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A built book, in the place of the site."""
    root = tmp_path_factory.mktemp("numbers")
    write_evidence_book(root, PAGES)
    (root / "code.md").write_text(CODE)
    toc = (root / "_toc.yml").read_text()
    (root / "_toc.yml").write_text(toc.replace("- file: rows", "- file: rows\n  - file: code"))
    change(root, "findings", "doyle-guess", "finding", "<b>Bold</b>")
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root / "_build/html"


def bound(site, name: str) -> dict[str, str]:
    page = BeautifulSoup((site / f"{name}.html").read_text("utf8"), "html.parser")
    return {link.get_text(): link["href"] for link in page.select("a.bound")}


def test_a_number_leads_to_its_row_on_the_page_or_to_the_page_of_its_row(site):
    assert bound(site, "rows") == {
        "HR 1.00 (95% CI 0.80–1.27)": "rows-effects.html#row-halo301-os",
        "0.90 (95% CI 0.40–1.90) [unverified]": "evidence/doyle-ratio.html",
        "HR 0.50 (95% CI 0.30–0.90) [retracted]": "rows-effects.html#row-erler-ratio",
        "30.60": "evidence/proportions-braun-positive.html",
    }
    page = BeautifulSoup((site / "evidence/proportions-braun-positive.html").read_text("utf8"), "html.parser")
    text = page.article.get_text(" ", strip=True)
    assert "30.60" in text and "Cole C (2012). Women." in text and "as a number" in text
    assert json.loads((site / "evidence/proportions-braun-positive.json").read_text())["cells"]["percent"] == "30.60"


def test_a_computed_number_leads_to_its_cell_which_is_shown_though_it_was_hidden(site):
    assert bound(site, "code") == {"2": "#cell-1", "plain": "#cell-2"}
    page = BeautifulSoup((site / "code.html").read_text("utf8"), "html.parser")
    assert "words =" in page.find(id="cell-1").get_text() and "def bind" in page.find(id="cell-2").get_text()
    assert page.find(id="cell-2").details and not page.find(id="cell-2").select(".highlight span[class]")


@pytest.fixture(params=["pointer", "focus"])
def opened(browser, address, request):
    """A function that opens the card of a number, and gives the tab."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        tab = context.new_page()
        tab.set_default_timeout(30_000)

        def open_card(page, number):
            tab.goto(address + page)
            link = tab.locator("a.bound").nth(number)
            if request.param == "pointer":
                link.hover()
            else:
                tab.keyboard.press("Tab")  # from here on the focus is shown
                link.focus()
            tab.locator(CARD).wait_for()
            return tab

        yield open_card


def test_a_card_says_what_the_row_says(opened, site):
    tab = opened("rows.html", 0)
    record = json.loads((site / "evidence/halo301-os.json").read_text())
    text = tab.locator(CARD).inner_text()
    for part in (
        f"{record['cells']['measure']} {record['ratio']}",
        record["in_whom"],
        record["subject"],
        record["read"],
    ):
        assert part in text
    assert "Ames, 2010" in text
    tab.keyboard.press("Escape")
    assert not tab.locator(CARD).is_visible()


@pytest.mark.parametrize(("number", "word"), [(1, "? Unverified"), (2, "✕ Retracted")])
def test_a_card_says_what_does_not_count(opened, number, word):
    assert word in opened("rows.html", number).locator(CARD).inner_text()


def test_a_card_of_code_says_so(opened):
    assert opened("code.html", 0).locator(CARD).inner_text().strip() == "Computed by code on this page."


@pytest.fixture
def tab(browser, address):
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.goto(address + "rows.html")
        yield tab


def test_a_tap_opens_a_sheet_that_leads_on(tab):
    link = tab.locator("a.bound").first
    link.tap()
    sheet = tab.locator(SHEET)
    sheet.wait_for()
    assert not tab.url.endswith("#row-halo301-os"), "the first tap left the place"
    links = {found.inner_text(): found.get_attribute("href") for found in sheet.locator("a").all()}
    assert links["To its row on this page"] == "#row-halo301-os" and links["The page of the row"].endswith(
        "halo301-os.html"
    )
    assert "template=correct-a-number.yml" in links["Report this number"] and "1.00" in links["Report this number"]
    assert accessibility.everything(tab) == []
    sheet.get_by_role("button", name="Copy link").tap()
    sheet.get_by_role("button", name="Copied").wait_for()
    assert tab.evaluate("navigator.clipboard.readText()").endswith("/evidence/halo301-os.html")
    sheet.get_by_role("link", name="To its row on this page").tap()
    tab.wait_for_function("document.querySelector('#row-halo301-os')?.matches(':target')")
    assert not sheet.is_visible()


def test_enter_opens_the_sheet_and_escape_gives_the_focus_back(tab):
    link = tab.locator("a.bound").first
    link.press("Enter")
    tab.locator(SHEET).wait_for()
    tab.wait_for_function("document.activeElement.textContent === 'Close'")
    tab.keyboard.press("Escape")
    assert not tab.locator(SHEET).is_visible() and link.evaluate("link => link === document.activeElement")


def test_the_sheet_opens_though_the_card_of_the_focus_is_still_fetched(tab):
    def late(route):
        tab.wait_for_timeout(200)
        route.continue_()

    tab.route("**/*.json", late)
    tab.keyboard.press("Tab")  # from here on the focus is shown, and opens a card
    link = tab.locator("a.bound").first
    link.focus()
    link.press("Enter")
    tab.locator(SHEET).wait_for()
    assert not tab.locator(CARD).is_visible()


def test_a_row_that_cannot_be_fetched_is_gone_to(tab):
    tab.route("**/*.json", lambda route: route.abort())
    tab.locator("a.bound").first.tap()
    tab.wait_for_url("**#row-halo301-os")


def test_without_scripts_the_link_lands_on_the_row(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(address + "rows.html")
        tab.locator("a.bound").last.click()
        assert tab.url.endswith("/evidence/proportions-braun-positive.html")
        assert "30.60" in tab.locator("article").inner_text()


# --- the whole book ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_bound_number_is_a_link(chapter):
    html = ROOT / "_build/html"
    source = (ROOT / f"{chapter}.md").read_text("utf8")
    page = parsed(html / f"{chapter}.html")
    links = page.select("a.bound")
    assert len(links) == len(ROLES.findall(source)) > 50
    for link in links:
        name, _, anchor = link["href"].partition("#")
        if name:
            assert (html / "chapters" / name).is_file()
        elif anchor.startswith("cell-"):
            assert page.find(id=anchor).select_one("pre")
        else:
            assert (html / f"evidence/{anchor.removeprefix('row-')}.json").is_file()
