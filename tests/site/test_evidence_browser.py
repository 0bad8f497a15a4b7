"""Tables of evidence, key messages and cards in a browser: sorting, filtering, downloads, keyboard, phone, print."""

import csv
import io
import itertools
from urllib.parse import unquote

import pytest

from tests.site import accessibility
from tests.site.evidence_book import HOSTILE, REFERENCES, change, write_evidence_book
from tests.site.test_book import build

MESSAGES = """```{key-messages}
- message: "Marrow holds {cite:p}`ames2010marrow`, {effect}`braun-early`."
  clauses:
    - says: TGF-β2 holds
      about: {factor: TGFB2}
      claim: restrains
      rows: [ames-tgfb2, boyd-tgfb2]
```"""
TABLE = f"```{{evidence-table}}\n:refs: {', '.join(REFERENCES)}\n```"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A built book, in the place of the site."""
    root = tmp_path_factory.mktemp("book")
    body = (
        f"{MESSAGES}\n\nRetracted {{cite:t}}`erler2006lysyl`, and {{cite:t}}`cole2012women`.\n\n## Evidence\n\n{TABLE}"
    )
    write_evidence_book(root, {"page": body, "bare": "No evidence here."})
    change(root, "findings", "boyd-tgfb2", "finding", HOSTILE)
    change(root, "findings", "boyd-tgfb2", "note", 'a "quoted, note"\nin two lines')
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root / "_build/html"


@pytest.fixture
def tab(browser, address):
    with browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light") as context:
        tab = context.new_page()
        tab.set_default_timeout(5_000)
        tab.shouted = []
        tab.on("pageerror", lambda error: tab.shouted.append(str(error)))
        tab.on("dialog", lambda dialog: tab.shouted.append(dialog.message))
        tab.goto(address + "page.html")
        yield tab
        assert not tab.shouted


def names(tab, table=0):
    """Ids of the rows one sees, in their order."""
    rows = tab.locator(".evidence").nth(table).locator("tbody tr:visible").all()
    return [row.get_attribute("id").removeprefix("row-") for row in rows]


def box(tab, table=0):
    return tab.locator(".evidence").nth(table)


def sort_by(tab, heading, table=0):
    box(tab, table).get_by_role("button", name=heading, exact=True).click()


def test_columns_sort_as_text_and_as_numbers(tab):
    before = names(tab)
    sort_by(tab, "Finding")
    texts = [cell.inner_text() for cell in box(tab).locator("tbody th > :first-child").all()]
    assert texts == sorted(texts, key=str.lower) and sorted(names(tab)) == sorted(before)
    sort_by(tab, "Patients", 1)
    assert names(tab, 1) == ["doyle-ratio", "erler-ratio", "halo301-os", "braun-death", "braun-early"]
    sort_by(tab, "Effect", 1)
    assert names(tab, 1) == ["erler-ratio", "doyle-ratio", "halo301-os", "braun-death", "braun-early"]
    sort_by(tab, "Effect", 1)
    assert names(tab, 1) == ["braun-early", "braun-death", "halo301-os", "doyle-ratio", "erler-ratio"]


def test_empty_cells_come_last_in_both_directions(tab):
    tab.evaluate("document.querySelector('#row-kaplan-vegfr1').cells[1].textContent = ''")
    for _ in range(2):
        sort_by(tab, "Direction")
        assert names(tab)[-1] == "kaplan-vegfr1"


def test_the_sorted_column_is_told_to_screen_readers(tab):
    def sorted_columns():
        return [(cell.inner_text(), cell.get_attribute("aria-sort")) for cell in tab.locator("th[aria-sort]").all()]

    assert sorted_columns() == []
    button = box(tab).get_by_role("button", name="Model", exact=True)

    def sign():
        return button.evaluate("button => getComputedStyle(button, '::after').content")

    button.focus()
    assert "↕" in sign()
    tab.keyboard.press("Enter")
    assert sorted_columns() == [("Model", "ascending")] and "↑" in sign()
    tab.keyboard.press("Space")
    assert sorted_columns() == [("Model", "descending")] and "↓" in sign()
    assert button.evaluate("button => button === document.activeElement")
    sort_by(tab, "Finding")
    assert sorted_columns() == [("Finding", "ascending")]


def test_the_filter_finds_all_words_and_counts_without_retracted_rows(tab):
    status, search = box(tab).get_by_role("status"), box(tab).get_by_label("Filter findings")
    assert status.inner_text() == "6 rows, and 1 retracted"
    search.fill("VEGFR1 spontáneous")
    assert names(tab) == ["dawson-vegfr1"] and status.inner_text() == "1 of 6 rows"
    search.fill("lox")
    assert names(tab) == ["erler-lox", "doyle-guess"] and status.inner_text() == "1 of 6 rows, and 1 retracted"
    search.fill("nothing like it")
    assert names(tab) == [] and status.inner_text() == "0 of 6 rows"
    search.fill("")
    assert len(names(tab)) == 7 and status.inner_text() == "6 rows, and 1 retracted"
    assert len(names(tab, 1)) == 5, "the filter of one table touches the other"


def test_the_download_holds_the_rows_shown_in_their_order(tab, site):
    def downloaded():
        with tab.expect_download() as download:
            box(tab).locator(".download-csv").click()
        assert download.value.suggested_filename == "page-findings.csv"
        return list(csv.DictReader(io.StringIO(download.value.path().read_text())))

    stored = {row["id"]: row for row in csv.DictReader((site.parents[1] / "data/findings.csv").open(newline=""))}
    box(tab).get_by_label("Filter findings").fill("marrow")
    sort_by(tab, "Finding")
    sort_by(tab, "Finding")
    found = downloaded()
    assert [row["id"] for row in found] == names(tab) and len(found) == 4
    assert all(
        cell == stored[row["id"]][key]
        for row in found
        for key, cell in row.items()
        if key not in ("direction", "retracted")
    )
    box(tab).get_by_label("Filter findings").fill("")
    assert {row["id"] for row in downloaded()} == stored.keys()


def test_a_link_to_a_hidden_row_shows_it_again(tab):
    box(tab).get_by_label("Filter findings").fill("women")
    tab.locator(".key-messages summary").click()
    tab.locator(".key-messages a[href='#row-ames-tgfb2']").click()
    tab.locator("#row-ames-tgfb2").wait_for()
    assert box(tab).get_by_label("Filter findings").input_value() == ""
    assert tab.locator("#row-ames-tgfb2").evaluate("row => row.matches(':target')")


def test_print_keeps_the_rows_and_leaves_out_the_controls(tab):
    box(tab).get_by_label("Filter findings").fill("marrow")
    sort_by(tab, "Finding")
    shown = names(tab)
    tab.emulate_media(media="print")
    assert names(tab) == shown
    assert not box(tab).locator("input").is_visible()
    assert box(tab).get_by_role("status").inner_text() == "4 of 6 rows"


def test_everything_stands_there_without_scripts(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(address + "page.html")
        assert len(names(tab)) == 7
        assert tab.get_by_role("status").first.inner_text() == "6 rows, and 1 retracted"
        assert not tab.locator(".evidence input").first.is_visible()
        assert tab.locator(".evidence thead button").first.is_disabled()
        href = tab.locator(".download-csv").first.get_attribute("href")
        assert len(list(csv.DictReader(io.StringIO(unquote(href.partition(",")[2]))))) == 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_moves_and_axe_is_content(browser, address, width, scheme):
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        tab = context.new_page()
        tab.add_init_script(
            "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => shift += entry.value))"
            ".observe({type: 'layout-shift', buffered: true})"
        )
        tab.goto(address + "page.html")
        for state in ("as loaded", "with a card", "sorted and filtered"):
            if state == "with a card":
                tab.keyboard.press("Tab")
                tab.locator(".citation a").first.focus()
                assert tab.locator("#citation-card").is_visible()
            if state == "sorted and filtered":
                box(tab).get_by_label("Filter findings").fill("marrow")
                sort_by(tab, "Model")
            tab.wait_for_timeout(100)
            assert accessibility.everything(tab) == [], state
            assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            if state != "sorted and filtered":
                assert tab.evaluate("shift") < 0.005, state


# --- cards -------------------------------------------------------------------------------------------------------

CARD = "#citation-card"


def test_a_card_opens_on_hover_stays_under_the_pointer_and_goes(tab):
    link = tab.locator(".citation a[href='#ref-cole2012women']").first
    link.hover()
    tab.locator(CARD).wait_for()
    assert tab.locator(CARD).inner_text() == "Cole C (2012). Women. Lancet. Cohort."
    assert link.get_attribute("aria-describedby") == "citation-card"
    tab.locator(CARD).hover()
    tab.wait_for_timeout(400)
    assert tab.locator(CARD).is_visible()
    tab.mouse.move(5, 5)
    tab.locator(CARD).wait_for(state="hidden")
    assert link.get_attribute("aria-describedby") is None


def test_a_card_follows_the_focus_and_closes_with_escape(tab):
    links = tab.locator(".citation a")
    tab.keyboard.press("Tab")  # from here on the focus is shown
    links.nth(0).focus()
    assert tab.locator(CARD).inner_text() == "Ames A (2010). Asleep. Cell. Erratum in Cell 150:1 (2012-05-04)."
    tab.keyboard.press("Escape")
    assert not tab.locator(CARD).is_visible()
    assert links.nth(0).evaluate("link => link === document.activeElement"), "Escape took the focus away"
    tab.keyboard.press("Tab")
    assert tab.locator(CARD).inner_text() == "Cole C (2012). Women. Lancet. Cohort."
    tab.keyboard.press("Tab")
    assert not tab.locator(CARD).is_visible(), "the focus left, the card stayed"


def test_a_card_strikes_and_marks_retracted_work(tab):
    tab.locator(".citation a[href='#ref-erler2006lysyl']").first.hover()
    tab.locator(CARD).wait_for()
    assert tab.locator(CARD).inner_text() == "Erler J (2006). Lysyl oxidase [retracted]. Nature."
    assert tab.locator(f"{CARD} s").inner_text() == "Lysyl oxidase"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_card_stays_within_the_text_and_beside_its_link(tab, width):
    tab.set_viewport_size({"width": width, "height": 500})
    tab.keyboard.press("Tab")  # from here on the focus is shown
    text = tab.locator("article").bounding_box()
    for link in tab.locator(".citation a").all():
        link.focus()
        assert tab.locator(f"{CARD} :is(a, button, [tabindex], [id])").count() == 0
        card, at = tab.locator(CARD).bounding_box(), link.bounding_box()
        assert text["x"] - 1 <= card["x"] and card["x"] + card["width"] <= text["x"] + text["width"] + 1
        beside = card["y"] + card["height"] <= at["y"] + 1, card["y"] >= at["y"] + at["height"] - 1
        assert any(beside), "the card covers its link"


def test_a_tap_on_a_phone_follows_the_link(browser, address):
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as context:
        tab = context.new_page()
        tab.goto(address + "page.html")
        tab.locator(".citation a").first.tap()
        tab.wait_for_url("**#ref-ames2010marrow")
        tab.wait_for_timeout(300)
        assert not tab.locator(CARD).is_visible()
        tab.locator(".citation a").first.evaluate("link => { link.blur(); link.focus(); }")  # as when one comes back
        assert not tab.locator(CARD).is_visible()


def test_cards_ask_no_one(tab):
    requests = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.locator(".citation a").first.hover()
    tab.locator(CARD).wait_for()
    assert requests == []


def test_scripts_are_small_and_only_where_needed(site):
    scripts = {name: (site / f"_static/{name}").stat().st_size for name in ("cards.js", "evidence.js")}
    assert scripts["cards.js"] < 3_000 and scripts["evidence.js"] < 3_500
    page, bare = ((site / f"{name}.html").read_text() for name in ("page", "bare"))
    for name, (text, here) in itertools.product(scripts, ((page, True), (bare, False))):
        assert (name in text) == here
