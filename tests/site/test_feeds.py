"""The feeds hold what RFC 4287 asks, tell what happened and nothing twice, and every page leads to its own."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from seedsoil.files import ROOT
from seedsoil.notebooks.results import chapters
from seedsoil.site.feeds import feed
from seedsoil.versions.events import Event
from tests.site.atom import ATOM, faults

BASE = "https://example.org/book/"
HOSTILE = '</title><script>alert(1)</script> & "x" \x00'


def made(*happened: Event) -> str:
    return feed("Book: Dormancy", f"{BASE}d.html", f"{BASE}feeds/d.atom", BASE, "Its authors", list(happened))


TWO = (
    Event("version", "0.3.0", "2026-12-01", "Version 0.3.0", ("A chapter.", "A <b>table</b> & more.")),
    Event("retraction", "ames2010", "2026-11-30", "Retracted: Ames 2010", (), ("dormancy",), "chapters/dormancy"),
)


def test_a_feed_is_what_the_standard_asks():
    assert faults(made(*TWO)) == []
    root = ET.fromstring(made(*TWO))
    assert root.findtext(f"{ATOM}updated") == "2026-12-01T00:00:00Z"
    first, second = root.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}id") == "tag:example.org,2026:version/0.3.0"
    assert (
        first.findtext(f"{ATOM}content")
        == "<ul><li>A chapter.</li><li>A &lt;b&gt;table&lt;/b&gt; &amp; more.</li></ul>"
    )
    assert second.find(f"{ATOM}link").get("href") == f"{BASE}chapters/dormancy.html"


def test_hostile_text_stays_text():
    told = made(Event("search", HOSTILE.replace("\x00", ""), "2026-12-01", HOSTILE, (HOSTILE,)))
    assert faults(told) == []
    entry = ET.fromstring(told).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == HOSTILE.replace("\x00", "")
    assert "<script" not in entry.findtext(f"{ATOM}content")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<title>Book: Dormancy</title>", "", "has 0 title"),
        ("<updated>2026-12-01T00:00:00Z", "<updated>2026-12-01", "updated is '2026-12-01'"),
        ("retraction/ames2010", "version/0.3.0", "two entries are"),
        ("<id>tag:", "<id>no address ", "id is"),
        ('rel="self"', 'rel="related"', "no link to itself"),
        ("<name>Its authors</name>", "", "author without name"),
        ("<rights>", "<right>", "no XML"),
        ("<rights>CC BY 4.0</rights>", "<licence>CC BY 4.0</licence>", "has a licence"),
        ('type="html"', 'type="markdown"', "of type 'markdown'"),
        ('<category term="version" />', '<category label="version" />', "a category without term"),
        (f'href="{BASE}d.html"', 'href="d.html"', "a link to 'd.html'"),
    ],
)
def test_a_feed_that_is_not_is_told(old, new, told):
    text = made(*TWO)
    assert old in text
    assert any(told in fault for fault in faults(text.replace(old, new)))


def test_the_book_and_every_chapter_have_a_valid_feed(site):
    names = {"book", *(page.path.stem for page in chapters(ROOT))}
    assert {path.stem for path in (site / "feeds").glob("*.atom")} == names
    for name in names:
        assert faults((site / f"feeds/{name}.atom").read_text("utf8")) == [], name


def test_every_page_leads_to_its_feed(site):
    for page in chapters(ROOT):
        path = page.path.relative_to(ROOT).with_suffix(".html")
        text = (site / path).read_text("utf8")
        (told,) = re.findall(r'<link rel="alternate" type="application/atom\+xml"[^>]* href="([^"]*)"', text)
        assert Path(site, path.parent, told).resolve() == site / f"feeds/{path.stem}.atom"
        assert text.count(f'"../feeds/{path.stem}.atom"') == 2
    assert 'href="feeds/book.atom"' in (site / "index.html").read_text("utf8")
    assert '<a class="" href="../feeds/book.atom"'.replace(' class=""', "") in (
        site / "chapters/changes.html"
    ).read_text("utf8")
