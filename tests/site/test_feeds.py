"""The feeds hold what RFC 4287 asks, tell what happened and nothing twice, and every page leads to its own."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import feedparser
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

EARLIER, LATER = sorted(re.findall("<updated>(.*)</updated>", made(*TWO))[1:])


def test_a_feed_is_what_the_standard_asks():
    assert faults(made(*TWO)) == []
    root = ET.fromstring(made(*TWO))
    first, second = root.findall(f"{ATOM}entry")
    assert root.findtext(f"{ATOM}updated") == first.findtext(f"{ATOM}updated")
    assert first.findtext(f"{ATOM}updated").startswith("2026-12-01T00:00:00.")
    assert first.findtext(f"{ATOM}id") == "tag:example.org,2026:version/0.3.0"
    assert (
        first.findtext(f"{ATOM}content")
        == "<ul><li>A chapter.</li><li>A &lt;b&gt;table&lt;/b&gt; &amp; more.</li></ul>"
    )
    assert second.find(f"{ATOM}link").get("href") == f"{BASE}chapters/dormancy.html"


def test_entries_of_one_day_have_moments_of_their_own():
    same = Event("search", "cells/2026-12-01T05:00:00Z", "2026-12-01", "The standing search of cells brought 2 records")
    moments = re.findall("<updated>(.*)</updated>", made(same, *TWO))
    assert moments[0] == max(moments[1:]) and len(set(moments[1:])) == 3
    assert moments[2:] == re.findall("<updated>(.*)</updated>", made(*TWO))[1:], (
        "an entry has another moment beside others"
    )


def read(text: str) -> tuple[dict, list[dict]]:
    """What a program that reads feeds makes of one: of the feed, and of each entry."""
    told = feedparser.parse(text.encode(), sanitize_html=False)
    assert not told.bozo, told.get("bozo_exception")
    assert told.version == "atom10"
    return told.feed, told.entries


def test_a_program_that_reads_feeds_reads_all_of_it():
    about, entries = read(made(*TWO))
    assert (about.title, about.id, about.link) == ("Book: Dormancy", f"{BASE}feeds/d.atom", f"{BASE}d.html")
    assert (about.author, about.rights, about.language) == ("Its authors", "CC BY 4.0", "en")
    for entry, event in zip(entries, TWO, strict=True):
        assert (entry.title, entry.link) == (event.says, f"{BASE}{event.page}.html")
        assert entry.updated_parsed[:6] == (*map(int, event.day.split("-")), 0, 0, 0)
        assert [tag.term for tag in entry.tags] == [event.kind]
    assert "A &lt;b&gt;table&lt;/b&gt; &amp; more." in entries[0].content[0].value
    with pytest.raises(AssertionError):
        read(made(*TWO).replace("</rights>", "</right>"))


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
        (LATER, "2026-12-01", "updated is '2026-12-01'"),
        ("retraction/ames2010", "version/0.3.0", "two entries are"),
        ("<id>tag:", "<id>no address ", "id is"),
        ('rel="self"', 'rel="related"', "no link to itself"),
        ("<name>Its authors</name>", "", "author without name"),
        ("<rights>", "<right>", "no XML"),
        ("<rights>CC BY 4.0</rights>", "<licence>CC BY 4.0</licence>", "has a licence"),
        ('type="html"', 'type="markdown"', "of type 'markdown'"),
        ('<category term="version" />', '<category label="version" />', "a category without term"),
        (f'href="{BASE}d.html"', 'href="d.html"', "a link to 'd.html'"),
        (LATER, EARLIER, f"two entries of {EARLIER}"),
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
        text = (site / f"feeds/{name}.atom").read_text("utf8")
        assert faults(text) == [], name
        assert len(read(text)[1]) == text.count("<entry>"), name


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
