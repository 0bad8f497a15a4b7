"""The editors' desk as a page: its numbers, where they lead, and that readers do not meet it in the contents."""

import re

import yaml
from bs4 import BeautifulSoup

from seedsoil.files import ROOT
from seedsoil.living import desk


def test_numbers_lead_to_the_place_to_mend_and_things_to_their_lines(site):
    page = BeautifulSoup((site / "editors-desk.html").read_text("utf8"), "html.parser").find("article")
    source = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))["repository"]["url"]
    headings, needs = page.find_all("h2"), desk.needs(ROOT)
    assert [re.split(r": (?=[\d,]+$)", heading.get_text())[0] for heading in headings] == [need.title for need in needs]
    for heading, need in zip(headings, needs, strict=True):
        assert heading.a.get_text() == f"{len(need.items):,}"
        assert heading.a["href"].startswith(f"{source}/blob/main/")
        listed = heading.find_next_sibling("details") if need.items else None
        for link, item in zip(listed.find_all("a") if listed else (), need.items, strict=False):
            assert link["href"] == f"{source}/blob/main/{item.file}?plain=1#L{item.line}"
            assert link.get_text() == item.says


def test_readers_do_not_meet_it_and_contributors_do(site):
    for path in site.rglob("*.html"):
        assert "editors-desk" not in path.read_text("utf8") or path.name == "editors-desk.html"
    assert '<meta name="robots" content="noindex"' in (site / "editors-desk.html").read_text("utf8")
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    assert f"{config['html']['baseurl']}editors-desk.html" in (ROOT / "CONTRIBUTING.md").read_text("utf8")
