"""The page "What the check says": every code is on it, once, at an address of its own."""

import re
from html import unescape

import pytest

from seedsoil.codes import CODES, PARTS
from seedsoil.files import ROOT
from tests.site.test_book import build, write_book


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> str:
    root = tmp_path_factory.mktemp("checks")
    source = (ROOT / "chapters/checks.md").read_text("utf8")
    write_book(root, {"checks": source})
    result = build(root)
    assert result.returncode == 0, result.stderr
    return (root / "_build/html/checks.html").read_text("utf8")


def test_every_code_has_its_address_its_meaning_and_its_message(page):
    terms = re.findall(r'<dt id="([a-z0-9-]+)"', page)
    assert terms == list(CODES)
    text = unescape(re.sub(r"<[^>]+>", "", page)).replace("\N{NO-BREAK SPACE}", " ")
    missing = [code for code, explained in CODES.items() if explained.why not in text or explained.example not in text]
    assert missing == []


def test_the_parts_are_sections_of_the_page(page):
    assert re.findall(r"<h2>([^<]+)<", page) == list(PARTS)
    contents = page[page.index("page-toc") :]
    assert all(part in contents for part in PARTS)
