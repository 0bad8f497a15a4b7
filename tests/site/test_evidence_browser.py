"""Tables of evidence, key messages and cards in a browser: sorting, filtering, downloads, keyboard, phone, print."""

import csv
import io
import itertools

import pytest

from seedsoil.site.whole_tables import pages
from tests.site import accessibility
from tests.site.evidence_book import HOSTILE, REFERENCES, TABLES, change, write_evidence_book
from tests.site.serving import served
from tests.site.test_book import build
from tests.site.test_pages import ROOT

MESSAGES = """```{key-messages}
- message: "Marrow holds {cite:p}`ames2010marrow`, {effect}`braun-early`."
  clauses:
    - says: TGF-β2 holds
      about: {factor: TGFB2}
      claim: restrains
      rows: [ames-tgfb2, boyd-tgfb2]
```"""
ROWS = [row["id"] for table in ("findings", "effects") for row in csv.DictReader(io.StringIO(TABLES[table].strip()))]
TABLE = f"```{{evidence-table}}\n:ids: {', '.join(ROWS)}\n```"
MANY = f"```{{evidence-table}}\n:refs: {', '.join(REFERENCES)}\n```"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A built book, in the place of the site."""
    root = tmp_path_factory.mktemp("book")
    body = (
        f"{MESSAGES}\n\nRetracted {{cite:t}}`erler2006lysyl`, and {{cite:t}}`cole2012women`.\n\n## Evidence\n\n{TABLE}"
    )
    write_evidence_book(root, {"page": body, "bare": "No evidence here.", "many": MANY})
    findings = root / "data/findings.csv"
    _, first, *_ = findings.read_text().splitlines()
    findings.write_text(
        findings.read_text()
        + "".join(f"{first.replace('kaplan-vegfr1,', f'more-{number},', 1)}\n" for number in range(5))
    )
    change(root, "findings", "boyd-tgfb2", "finding", HOSTILE)
    change(root, "findings", "boyd-tgfb2", "note", 'a "quoted, note"\nin two lines')
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root / "_build/html"


@pytest.fixture
def tab(browser, address):
    with browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light") as context:
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.shouted = []
        tab.on("pageerror", lambda error: tab.shouted.append(str(error)))
        tab.on("dialog", lambda dialog: tab.shouted.append(dialog.message))
        tab.goto(address + "page.html")
        yield tab
        assert not tab.shouted


def opened(tab, table=0):
    """The box of a table, its fold open."""
    here = box(tab, table)
    if not here.evaluate("box => box.open"):
        here.locator("summary").click()
    here.locator("tbody tr").first.wait_for()
    return here


def names(tab, table=0):
    """Ids of the rows one sees, in their order."""
    rows = box(tab, table).locator("tbody tr:visible").all()
    return [row.get_attribute("id").removeprefix("row-") for row in rows]


def box(tab, table=0):
    return tab.locator(".evidence").nth(table)


def sort_by(tab, heading, table=0):
    opened(tab, table).get_by_role("button", name=heading, exact=True).click()


def test_columns_sort_as_text_and_as_numbers(tab):
    opened(tab)
    before = names(tab)
    sort_by(tab, "Finding")
    texts = [cell.inner_text() for cell in box(tab).locator("tbody th > :first-child").all()]
    assert texts == sorted(texts, key=str.lower) and sorted(names(tab)) == sorted(before)
    sort_by(tab, "Effect", 1)
    assert names(tab, 1) == ["erler-ratio", "doyle-ratio", "halo301-os", "braun-death", "braun-early"]
    sort_by(tab, "Effect", 1)
    assert names(tab, 1) == ["braun-early", "braun-death", "halo301-os", "doyle-ratio", "erler-ratio"]


def test_empty_cells_come_last_in_both_directions(tab):
    opened(tab)
    tab.evaluate("document.querySelector('#row-kaplan-vegfr1').cells[1].textContent = ''")
    for _ in range(2):
        sort_by(tab, "Direction")
        assert names(tab)[-1] == "kaplan-vegfr1"


def test_the_sorted_column_is_told_to_screen_readers(tab):
    def sorted_columns():
        return [(cell.inner_text(), cell.get_attribute("aria-sort")) for cell in tab.locator("th[aria-sort]").all()]

    button = opened(tab).get_by_role("button", name="Where", exact=True)
    assert sorted_columns() == []

    def sign():
        return button.evaluate("button => getComputedStyle(button, '::after').content")

    button.focus()
    assert "↕" in sign()
    tab.keyboard.press("Enter")
    assert sorted_columns() == [("Where", "ascending")] and "↑" in sign()
    tab.keyboard.press("Space")
    assert sorted_columns() == [("Where", "descending")] and "↓" in sign()
    assert button.evaluate("button => button === document.activeElement")
    sort_by(tab, "Finding")
    assert sorted_columns() == [("Finding", "ascending")]


def test_words_find_rows_and_count_without_retracted_ones(tab):
    status, words = opened(tab).get_by_role("status"), box(tab).get_by_label("Words")
    assert status.inner_text() == "6 rows, and 1 retracted"
    words.fill("VEGFR1 spontáneous")
    assert names(tab) == ["dawson-vegfr1"] and status.inner_text() == "1 of 6 rows"
    words.fill("lox")
    assert names(tab) == ["erler-lox", "doyle-guess"] and status.inner_text() == "1 of 6 rows, and 1 retracted"
    words.fill("nothing like it")
    assert names(tab) == [] and status.inner_text() == "0 of 6 rows"
    box(tab).get_by_role("button", name="Clear").click()
    box(tab).locator("tbody tr").first.wait_for()
    assert status.inner_text() == "6 rows, and 1 retracted" and len(names(tab)) == 7
    opened(tab, 1)
    assert len(names(tab, 1)) == 5, "the choices of one table touch the other"


def test_facets_choose_by_meaning_and_stand_in_the_address(tab, address):
    opened(tab).get_by_label("Humans").select_option("human data")
    assert names(tab) == ["cole-marrow"], "a word of a note is no human data"
    box(tab).get_by_label("Humans").select_option("")
    box(tab).get_by_label("Standing").select_option("contested")
    box(tab).get_by_label("Stage").select_option("arrival")
    assert names(tab) == ["dawson-vegfr1"]
    assert tab.url.endswith("page.html?findings-stage=arrival&findings-standing=contested")
    tab.goto(tab.url)
    box(tab).locator("tbody tr").first.wait_for()
    assert names(tab) == ["dawson-vegfr1"], "the address does not bring the choice back"
    tab.goto(address + "page.html?findings-stage=no-such-stage&findings-nothing=1")
    assert len(names(tab)) in (0, 7), "a value that nobody offers hides everything"


def test_ten_rows_come_first_and_the_rest_on_demand(tab, address):
    tab.goto(address + "many.html")
    opened(tab)
    more = box(tab).get_by_role("button", name="Show all 12")
    assert len(names(tab)) == 10
    more.focus()
    tab.keyboard.press("Enter")
    assert len(names(tab)) == 12 and not more.is_visible()
    assert tab.evaluate("document.activeElement === document.querySelectorAll('.evidence tbody tr')[10]")


def test_the_download_holds_the_rows_shown_in_their_order(tab, site):
    def downloaded():
        with tab.expect_download() as download:
            box(tab).locator(".download-csv").click()
        assert download.value.suggested_filename == "page-findings.csv"
        return list(csv.DictReader(io.StringIO(download.value.path().read_text())))

    stored = {row["id"]: row for row in csv.DictReader((site.parents[1] / "data/findings.csv").open(newline=""))}
    stored = {name: row for name, row in stored.items() if name in ROWS}
    opened(tab).get_by_label("Words").fill("marrow")
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
    box(tab).get_by_label("Words").fill("")
    assert {row["id"] for row in downloaded()} == stored.keys()


def test_a_link_to_a_row_opens_its_fold_and_shows_it_whatever_was_chosen(tab, address):
    opened(tab).get_by_label("Words").fill("women")
    box(tab).locator("summary").click()
    tab.locator(".key-messages .grade > summary").click()
    tab.locator(".key-messages a[href='#row-ames-tgfb2']").click()
    tab.wait_for_function("document.querySelector('#row-ames-tgfb2')?.matches(':target')")
    assert tab.locator("#row-ames-tgfb2").is_visible() and box(tab).get_by_label("Words").input_value() == ""
    tab.goto(address + "bare.html")
    tab.goto(address + "page.html#row-boyd-tgfb2")
    tab.wait_for_function("document.querySelector('#row-boyd-tgfb2')?.matches(':target')")
    top = tab.locator("#row-boyd-tgfb2").bounding_box()["y"]
    assert 0 <= top < 900, "the row is not on the screen"


def test_a_closed_fold_costs_no_elements(tab):
    assert tab.locator(".evidence tbody tr").count() == 0
    opened(tab)
    assert tab.locator(".evidence tbody tr").count() == 7


@pytest.mark.parametrize("before", ["as loaded", "opened"])
def test_print_has_all_rows_chosen_and_no_controls(tab, address, before):
    tab.goto(address + "many.html")
    if before == "opened":
        opened(tab)
    tab.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    assert len(names(tab)) == 12
    assert not box(tab).locator("input").is_visible() and not box(tab).locator(".more").is_visible()


def test_everything_stands_there_without_scripts(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(address + "page.html")
        box(tab).locator("summary").click()
        assert box(tab).locator("summary").inner_text() == "Findings behind this page: 6 rows, and 1 retracted"
        assert not tab.locator(".evidence input").first.is_visible()
        href = tab.locator(".download-csv").first.get_attribute("href")
        assert len(list(csv.DictReader(io.StringIO(tab.request.get(address + href).text())))) == 7
        box(tab).get_by_role("link", name="Findings behind this page, on a page of their own").click()
        assert len(names(tab)) == 7 and tab.locator(".evidence thead button").first.is_disabled()
        tab.locator("#row-cole-marrow .citation a").click()
        assert tab.url == address + "page.html#ref-cole2012women"
        tab.locator(".key-messages .grade > summary").click()
        tab.locator(".key-messages .grade a").first.click()
        assert tab.url == address + "page-findings.html#row-ames-tgfb2"


def test_while_a_table_comes_its_box_says_so(tab):
    status = box(tab).get_by_role("status")
    said = []

    def late(route):
        said.append(status.inner_text())
        route.continue_()

    tab.route("**/page-findings.html", late)
    tab.locator(".evidence summary").first.click()
    opened(tab)
    assert said == ["Fetching …"] and status.inner_text() == "6 rows, and 1 retracted"


def test_a_table_that_does_not_come_leaves_its_link(tab):
    tab.route("**/page-findings.html", lambda route: route.abort())
    tab.locator(".evidence summary").first.click()
    box(tab).get_by_role("link", name="on a page of their own").wait_for()
    assert box(tab).get_by_role("status").inner_text() == ""
    opened(tab, 1)
    assert len(names(tab, 1)) == 5


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
            if state == "as loaded":
                tab.wait_for_timeout(100)
                assert tab.evaluate("shift") < 0.005
            if state == "with a card":
                tab.keyboard.press("Tab")
                tab.locator(".citation a").first.focus()
                assert tab.locator("#citation-card").is_visible()
            if state == "sorted and filtered":
                opened(tab).get_by_label("Words").fill("marrow")
                if width > 700:
                    sort_by(tab, "Where")
            tab.wait_for_timeout(100)
            assert accessibility.everything(tab) == [], state
            assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


# --- cards -------------------------------------------------------------------------------------------------------

CARD = "#citation-card"


def test_a_card_opens_on_hover_stays_under_the_pointer_and_goes(tab):
    link = tab.locator(".citation a[href='#ref-cole2012women']").first
    link.hover()
    tab.locator(CARD).wait_for()
    assert tab.locator(CARD).inner_text() == "Cole C (2012). Women. Lancet. Cohort. Read: abstract."
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
    assert (
        tab.locator(CARD).inner_text()
        == "Ames A (2010). Asleep. Cell. Erratum in Cell 150:1 (2012-05-04). Read: abstract."
    )
    tab.keyboard.press("Escape")
    assert not tab.locator(CARD).is_visible()
    assert links.nth(0).evaluate("link => link === document.activeElement"), "Escape took the focus away"
    tab.keyboard.press("Tab")  # to the number between the two citations
    assert tab.evaluate("document.activeElement.classList.contains('bound')")
    tab.keyboard.press("Tab")
    assert tab.locator(CARD).inner_text() == "Cole C (2012). Women. Lancet. Cohort. Read: abstract."
    tab.keyboard.press("Tab")
    assert not tab.locator(CARD).is_visible(), "the focus left, the card stayed"


def test_a_card_strikes_and_marks_retracted_work(tab):
    tab.locator(".citation a[href='#ref-erler2006lysyl']").first.hover()
    tab.locator(CARD).wait_for()
    assert tab.locator(CARD).inner_text() == "Erler J (2006). Lysyl oxidase [retracted]. Nature. Read: abstract."
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


@pytest.fixture
def phone(browser, address):
    """The page on a phone."""
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as context:
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        tab.goto(address + "page.html")
        yield tab


SHEET = "#citation-sheet"


def test_a_tap_opens_a_sheet_with_all_that_is_known_of_a_work(phone):
    link, sheet = phone.locator(".citation a[href='#ref-cole2012women']").first, phone.locator(SHEET)
    link.tap()
    sheet.wait_for()
    assert not phone.url.endswith("#ref-cole2012women"), "the first tap left the place"
    assert "Cole C (2012). Women. Lancet. Cohort." in sheet.inner_text() and "Read: abstract." in sheet.inner_text()
    assert sheet.locator("a[href*='pubmed']").count() == 1
    assert [summary.inner_text() for summary in sheet.locator("summary").all()] == [
        "It gave this page (3)",
        "Cited under (2)",
    ]
    frame = sheet.bounding_box()
    assert frame["y"] + frame["height"] == 844 and frame["y"] > 300
    assert accessibility.everything(phone) == []
    sheet.get_by_role("button", name="Close").tap()
    assert not sheet.is_visible()
    assert link.evaluate("link => link === document.activeElement"), "closing threw the focus away"


def test_a_second_tap_goes_to_the_list_and_the_way_back_leads_to_where_one_was(phone):
    link = phone.locator(".citation a[href='#ref-cole2012women']").nth(1)
    link.tap()
    phone.locator(SHEET).wait_for()
    link.tap()
    phone.wait_for_url("**#ref-cole2012women")
    entry = phone.locator("#ref-cole2012women")
    phone.wait_for_function("document.querySelector('#ref-cole2012women').matches(':target')")
    assert entry.is_visible() and not phone.locator(SHEET).is_visible(), "the fold of the list stayed closed"
    assert entry.evaluate("entry => getComputedStyle(entry).backgroundColor") != "rgba(0, 0, 0, 0)"
    entry.locator(".backlink").tap()
    assert phone.url.endswith(f"#{link.evaluate('link => link.parentElement.id')}")
    assert phone.locator(".place-left").count() == 1 and link.evaluate("link => link.matches('.place-left')")


def test_the_sheet_strikes_retracted_work_in_another_color(phone):
    phone.locator(".citation a[href='#ref-erler2006lysyl']").first.tap()
    struck = phone.locator(f"{SHEET} s")
    struck.first.wait_for()
    colors = phone.locator(SHEET).evaluate("box => [box, box.querySelector('s')].map(x => getComputedStyle(x).color)")
    assert "[retracted]" in phone.locator(SHEET).inner_text() and colors[0] != colors[1]


def test_the_sheet_leads_to_the_rows_of_a_work(phone):
    phone.locator(".citation a[href='#ref-cole2012women']").first.tap()
    phone.locator(f"{SHEET} summary").first.tap()
    phone.locator(f"{SHEET} a[href='#row-cole-marrow']").tap()
    phone.wait_for_function("document.querySelector('#row-cole-marrow')?.matches(':target')")
    assert phone.locator("#row-cole-marrow").is_visible() and not phone.locator(SHEET).is_visible()


def test_cards_ask_no_one(tab):
    requests = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.locator(".citation a").first.hover()
    tab.locator(CARD).wait_for()
    assert requests == []


def test_scripts_are_small_and_only_where_needed(site):
    scripts = {name: (site / f"_static/{name}").stat().st_size for name in ("cards.js", "evidence.js")}
    assert scripts["cards.js"] < 7_000 and scripts["evidence.js"] < 8_200
    page, bare = ((site / f"{name}.html").read_text() for name in ("page", "bare"))
    for name, (text, here) in itertools.product(scripts, ((page, True), (bare, False))):
        assert (name in text) == here


# --- all rows of the book ------------------------------------------------------------------------------------------


def test_all_rows_are_fetched_when_their_fold_is_opened(browser, whole):
    with browser.new_context() as context:
        tab = context.new_page()
        tab.set_default_timeout(30_000)
        asked = []
        tab.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        tab.goto(whole + "chapters/evidence.html")
        assert "evidence-findings.html" not in asked
        box(tab).locator("summary").click()
        box(tab).locator("tbody tr").first.wait_for()
        stored = list(csv.DictReader((ROOT / "data/findings.csv").open(encoding="utf8")))
        every = {f"{name}.html" for name in pages("evidence-findings", len(stored))}
        assert {page for page in asked if page.startswith("evidence-findings")} == every
        assert len(names(tab)) == 10 and tab.evaluate("boxes[0].rows.map(row => row.id)") == [
            f"row-{row['id']}" for row in stored
        ]
        opened(tab).get_by_label("Words").fill("acuff2006-mmp9-outgrowth")
        tab.wait_for_function("document.querySelectorAll('.evidence tbody tr').length === 1")
        tab.goto(whole + "chapters/evidence.html?findings-words=acuff2006-mmp9-outgrowth")
        tab.locator("#row-acuff2006-mmp9-outgrowth").wait_for()
        tab.goto(whole + "chapters/evidence.html#row-abcsg18-dfs")
        tab.reload()
        tab.wait_for_function("document.querySelector('#row-abcsg18-dfs')?.matches(':target')")
        assert tab.locator("#row-abcsg18-dfs").is_visible()


@pytest.fixture
def whole():
    """Address of the site of the whole book."""
    with served(ROOT / "_build/html") as address:
        yield address
