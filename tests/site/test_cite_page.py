"""How a page is cited, and what a page of an archived version says with and without the newest site."""

import json
import shutil

import pytest
import rispy
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from seedsoil.files import ROOT
from seedsoil.notebooks.results import chapters
from seedsoil.site import exports
from seedsoil.site.cite_page import Citation
from seedsoil.versions.changelog import Edition
from tests.site.evidence_book import HOSTILE
from tests.site.serving import served

ADDRESS = "https://example.org/book/v/0.3.0/chapters/immune-escape.html"


def test_a_page_is_cited_with_version_day_and_address():
    page = Citation(
        ("The contributors", "Ada van der Meer"), "Immune escape", "Book", Edition("0.3.0", "2026-12-01", True), ADDRESS
    )
    entry = parse_string(exports.bibtex([page.item()]), "bibtex").entries["seedsoil2026immuneescape"]
    assert (entry.type, entry.fields["url"], entry.fields["edition"]) == (
        "incollection",
        ADDRESS,
        "version 0.3.0 (1 December 2026)",
    )
    assert [str(person) for person in entry.persons["author"]] == ["{The contributors}", "{Ada van der Meer}"]
    (record,) = rispy.loads(exports.ris([page.item()]))
    assert record["urls"] == [ADDRESS] and record["title"] == "Immune escape" and record["year"] == "2026"
    assert record["edition"] == "version 0.3.0 (1 December 2026)"


def test_every_chapter_gives_its_citation_as_text_and_files(site):
    for page in chapters(ROOT):
        path = (site / page.path.relative_to(ROOT)).with_suffix(".html")
        foot = (
            BeautifulSoup(path.read_text("utf8"), "html.parser").find("p", string=None, class_=None).find_all_next("p")
        )
        (told,) = [one for one in foot if one.get_text().startswith("Cite this page: ")]
        text, links = " ".join(told.get_text().split()), [link["href"] for link in told.find_all("a")]
        (record,) = rispy.loads((path.parent / links[2]).read_text("utf8"))
        entry = next(iter(parse_string((path.parent / links[1]).read_text("utf8"), "bibtex").entries.values()))
        assert links[0] == entry.fields["url"] == record["urls"][0]
        for part in (*page.notebook.metadata["authors"], record["title"], record["edition"]):
            assert part in text


@pytest.fixture(scope="module")
def archived(site, tmp_path_factory):
    """A site whose newest version is 9.0.0, with a page of version 0.3.0 beside it."""
    root = tmp_path_factory.mktemp("published")
    shutil.copytree(site, root / "book/v/0.3.0", ignore=shutil.ignore_patterns("*.ipynb", "data"))
    sentences = [["growth", "growth: Weak became Strong"], ["dormancy", f"dormancy: {HOSTILE} came"]]
    told = {"newest": "9.0.0", "day": "2027-01-01", "since": {"0.3.0": sentences}}
    (root / "book/versions.json").write_text(json.dumps(told), "utf8")

    with served(root) as address:
        yield f"{address}book/v/0.3.0/", root / "book/versions.json"


@pytest.fixture(params=[390, 1280])
def tab(browser, request):
    with browser.new_context(viewport={"width": request.param, "height": 800}) as context:
        page = context.new_page()
        yield page


def test_an_archived_page_says_what_changed_since(archived, tab):
    address, _ = archived
    tab.goto(f"{address}chapters/dormancy.html#top")
    notice = tab.locator("aside.archived")
    notice.wait_for()
    assert notice.locator("p").inner_text() == "This is version 0.3.0, kept as it was. Version 9.0.0 is newer."
    assert notice.locator("a").get_attribute("href") == "/book/chapters/dormancy.html#top"
    assert notice.evaluate("one => getComputedStyle(one).position") == "fixed"  # so nothing moves when it comes
    notice.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert notice.locator("li").all_inner_texts() == [f"dormancy: {HOSTILE} came"]
    assert "On this page 1, in the book 2" in notice.locator("summary").inner_text()
    assert tab.locator("aside.archived :is(script, img)").count() == 0
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_an_archived_page_is_whole_without_the_newest_site(archived, tab):
    address, small = archived
    told = small.read_text("utf8")
    small.unlink()
    try:
        tab.goto(f"{address}chapters/growth.html")
        tab.wait_for_load_state("networkidle")
        assert tab.locator("aside.archived").count() == 0
        assert "Cite this page" in tab.locator("footer.bd-footer-content, .bd-footer").first.inner_text()
    finally:
        small.write_text(told, "utf8")


def test_the_newest_site_says_nothing_of_versions(address, tab):
    requests = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(f"{address}chapters/growth.html")
    tab.wait_for_load_state("networkidle")
    assert tab.locator("aside.archived").count() == 0
    assert not [one for one in requests if "versions.json" in one]
