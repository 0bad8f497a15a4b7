"""The book and a chapter as PDF: tagged, with an outline, links that lead somewhere, and the version on each page."""

import re
import shutil
import unicodedata
from urllib.parse import unquote

import pypdf
import pytest
import yaml
from bs4 import BeautifulSoup

from seedsoil.files import ROOT
from seedsoil.site import pdf

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
PUBLISHED = CONFIG["html"]["baseurl"]
CHAPTER = "niches"
PAGES = {CHAPTER: (8, 20), pdf.BOOK: (150, 260)}  # at least and at most


@pytest.fixture(scope="module")
def printed(site, tmp_path_factory):
    """The book and one chapter, printed once, by name."""
    if not any(map(shutil.which, pdf.BROWSERS)):
        pytest.skip("SKIPPED FOR WANT OF Chromium: no PDF was printed; install Debian's package chromium")
    made = pdf.make(beside(site, tmp_path_factory.mktemp("printed")), (CHAPTER, pdf.BOOK))
    return {path.stem: pypdf.PdfReader(path) for path in made}


def beside(site, root):
    """A root of a book whose built site is `site`."""
    for name in ("_toc.yml", "_config.yml"):
        shutil.copy(ROOT / name, root)
    (root / "_build").mkdir()
    (root / pdf.SITE).symlink_to(site)
    return root


@pytest.fixture(params=PAGES)
def document(request, printed) -> pypdf.PdfReader:
    return printed[request.param]


def titles(outline: list) -> list[str]:
    """The titles of the first level of an outline."""
    return [entry.title for entry in outline if not isinstance(entry, list)]


def every_title(outline: list) -> list[str]:
    return [title for one in outline for title in (every_title(one) if isinstance(one, list) else [one.title])]


def links(document: pypdf.PdfReader) -> tuple[set[str], set[str]]:
    """Names within the document that its links lead to, and addresses."""
    found = [one.get_object() for page in document.pages for one in page.get("/Annots", ())]
    links = [one for one in found if one["/Subtype"] == "/Link"]
    return {str(one["/Dest"]) for one in links if "/Dest" in one}, {
        str(one["/A"]["/URI"]) for one in links if "/URI" in one.get("/A", {})
    }


def heading_of(name: str) -> str:
    html = (ROOT / pdf.SITE / f"{name}.html").read_text("utf8")
    return re.sub("<[^>]*>", "", re.search(r"<h1>(.*?)<a class=\"headerlink\"", html, re.DOTALL)[1])


def test_it_is_tagged_and_says_its_language_and_title(document):
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en"
    assert root["/StructTreeRoot"].get_object()["/K"]
    assert "Seed and Soil" in document.metadata.title


def told_pages(document: pypdf.PdfReader) -> list[int]:
    """Pages whose text is read, from 0: all of a chapter; of the book, which takes long, first and last of each part."""
    if len(document.pages) < 50:
        return list(range(len(document.pages)))
    first = [document.get_destination_page_number(one) for one in document.outline if not isinstance(one, list)]
    return sorted({*first, *(number - 1 for number in first if number), len(document.pages) - 1})


def test_every_page_has_the_version_and_its_number(document):
    version = re.search(r"^version: (\S+)", (ROOT / "CITATION.cff").read_text("utf8"), re.MULTILINE)[1].strip("\"'")
    for number in told_pages(document):
        text = document.pages[number].extract_text()
        assert f"version {version}" in text and f"{number + 1} / {len(document.pages)}" in text
        assert len(text) > 250, f"page {number + 1} is empty"


@pytest.mark.parametrize("name", PAGES)
def test_it_has_as_many_pages_as_it_may(printed, name):
    least, most = PAGES[name]
    assert least <= len(printed[name].pages) <= most


def test_every_link_leads_to_a_place_within_or_to_a_page_of_the_site(document, site):
    within, addresses = links(document)
    places = {str(name) for name in document.trailer["/Root"]["/Dests"]}
    assert len(within) > 50 and within - places == set()
    assert {address for address in addresses if not address.startswith(("https://", "http://", "mailto:"))} == set()
    ours = {unquote(one.removeprefix(PUBLISHED).partition("#")[0]) for one in addresses if one.startswith(PUBLISHED)}
    assert len(ours) > 20 and [name for name in ours if not (site / (name or "index.html")).is_file()] == []


def test_every_chapter_is_in_the_book_and_its_outline_in_order(printed):
    found = titles(printed[pdf.BOOK].outline)
    first, *rest = pdf.also(ROOT)
    assert found == [heading_of(name) for name in (first, *pdf.numbered(ROOT), *rest)]
    assert len(pdf.numbered(ROOT)) >= 11


def test_a_heading_stands_once_in_the_outline_with_its_spaces(document):
    """Chromium doubles one whose letters reach over the edge of a page, and glues the words at the end of a line."""
    told = every_title(document.outline)
    assert [title for title in told if re.fullmatch(r"(.+)\1", title)] == []
    pages = [*pdf.numbered(ROOT), *pdf.also(ROOT)]
    known = "\n".join((ROOT / pdf.SITE / f"{name}.html").read_text("utf8") for name in pages)
    plain = " ".join(re.sub("<[^>]*>", "", known).split())
    assert [title for title in told if title.replace("&", "&amp;").strip() not in plain] == []


def test_the_evidence_of_a_chapter_is_in_it_whole(document):
    """Every row, and how many there are; its words may go on over a page."""
    text = squeezed("".join(page.extract_text() for page in document.pages))
    assert "References" in text
    for table in ("findings", "effects"):
        page = BeautifulSoup((ROOT / pdf.SITE / f"chapters/{CHAPTER}-{table}.html").read_text("utf8"), "html.parser")
        said = [squeezed(row.th.find(["span", "s"]).get_text())[:30] for row in page.select("tbody tr")]
        assert len(said) > 20
        assert [one for one in said if one not in text] == []
        assert (
            squeezed(f"{table} behind this page: {len(said) - len(page.select('tr.retracted'))} rows") in text.lower()
        )


def squeezed(text: str) -> str:
    """Its letters and digits, ligatures taken apart."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text))


def test_every_font_is_embedded(document):
    fonts = {}
    for page in document.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            told = font.get("/DescendantFonts", [font])[0].get_object()
            fonts[font["/BaseFont"]] = told.get("/FontDescriptor", {})
            if font["/Subtype"] == "/Type3":  # its glyphs are drawings, and in it
                fonts[font["/BaseFont"]] = {"/FontFile": True}
    assert fonts and [name for name, told in fonts.items() if not any("FontFile" in key for key in told)] == []


def test_the_same_pages_give_the_same_file(printed, site, tmp_path):
    """Printed again, by another browser, in another folder."""
    (again,) = pdf.make(beside(site, tmp_path), (CHAPTER,))
    assert again.read_bytes() == printed[CHAPTER].stream.getvalue()


def test_the_moment_of_printing_and_the_numbers_of_the_browser_go():
    first = (
        b"/CreationDate (D:20261128224959+00'00')\n/ModDate (D:20261128224959+00'00')/ID (node00000530)[(node00000012)]"
    )
    other = first.replace(b"2026112822", b"2027010203").replace(b"530", b"777").replace(b"012", b"529")
    told = pdf.settled(first, "20261125")
    assert told == pdf.settled(other, "20261125") != pdf.settled(other, "20261126")
    assert told.count(b"D:20261125000000+00'00'") == 2 and told.endswith(b"(node00000001)[(node00000000)]")
    assert len(told) == len(first)
    assert pdf.settled(first, "") != pdf.settled(other, "")


def test_a_pdf_bears_the_latest_day_of_its_pages(tmp_path):
    for name, told in (("a", "2026/11/25"), ("b", "2026/12/01"), ("c", "")):
        (tmp_path / f"{name}.html").write_text(f'<meta name="citation_publication_date" content="{told}" />')
    assert pdf.day(tmp_path, "abc") == "20261201" and pdf.day(tmp_path, "c") == ""


def test_figures_are_drawings_and_no_pictures_of_them(document):
    """A figure is SVG on the site, and lines and letters on paper."""
    pictures = [name for page in document.pages for name in page["/Resources"].get("/XObject", {}) if "Im" in name]
    assert len(pictures) < 20


def test_without_a_browser_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    with pytest.raises(ValueError, match="found no browser, expected Chromium or Chrome.+ sudo apt install chromium"):
        pdf.browser()


def test_what_the_book_does_not_have_is_told_before_anything_is_printed(tmp_path):
    for name in ("_toc.yml", "_config.yml"):
        shutil.copy(ROOT / name, tmp_path)
    with pytest.raises(ValueError, match="found no chapter dormnacy, expected book or one of growth, "):
        list(pdf.make(tmp_path, ("dormnacy",)))
    with pytest.raises(ValueError, match="found no chapters/growth.html in _build/html, .+ run ./book build first"):
        list(pdf.make(tmp_path))
    assert not (tmp_path / pdf.FOLDER).exists()


def test_the_release_prints_them():
    steps = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text("utf8"))["jobs"]["release"]["steps"]
    commands = [step.get("run", "") for step in steps]
    order = [next(place for place, text in enumerate(commands) if one in text) for one in ("build", "pdf", "package")]
    assert order == sorted(order)
