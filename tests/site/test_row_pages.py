"""Each row has an address: what its page and its twin say, what rests on it, and what became of withdrawn names."""

import csv
import gzip
import json
import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.site.evidence_book import HOSTILE, change, write_evidence_book
from tests.site.test_book import build
from tests.site.test_pages import ROOT, is_elsewhere

PAGES = {
    "shows": "{effect}`halo301-os`\n\n```{key-messages}\n- message: It sleeps.\n  clauses:\n    - says: TGF holds\n"
    "      about: {factor: TGFB2}\n      claim: restrains\n      rows: [ames-tgfb2, boyd-tgfb2]\n```\n\n"
    "```{evidence-table}\n:ids: ames-tgfb2, boyd-tgfb2, halo301-os\n```",
    "prints": "{value}`effects/halo301-os/n`",
    "every": "```{evidence-table}\n:every:\n```",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = tmp_path_factory.mktemp("rows")
    write_evidence_book(root, PAGES)
    change(root, "findings", "dawson-vegfr1", "finding", HOSTILE)
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root


def page(book: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((book / f"_build/html/evidence/{name}.html").read_text("utf8"), "html.parser")


def twin(book: Path, name: str) -> dict:
    return json.loads((book / f"_build/html/evidence/{name}.json").read_text("utf8"))


def rows(book: Path, table: str) -> list[dict]:
    with (book / f"data/{table}.csv").open(encoding="utf8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_twin_has_the_cells_as_typed_and_what_is_computed(book):
    for table in ("findings", "effects"):
        for cells in rows(book, table):
            record = twin(book, cells["id"])
            assert record["cells"] == cells and record["table"] == table
    assert twin(book, "halo301-os")["ratio"] == "1.00 (95% CI 0.80–1.27)"
    assert twin(book, "kaplan-vegfr1")["direction"] == "promotes"
    assert twin(book, "kaplan-vegfr1")["contested_by"] == ["dawson-vegfr1"]
    assert twin(book, "erler-lox")["retracted"] and twin(book, "doyle-guess")["unverified"]


def test_who_uses_a_row(book):
    uses = twin(book, "halo301-os")["used_in"]
    assert [use["how"] for use in uses] == ["in its table and as a number", "as a number"]
    assert [use["url"].rpartition("/")[2] for use in uses] == ["shows.html#row-halo301-os", "prints.html"]
    assert page(book, "halo301-os").find("a", href="../shows.html#row-halo301-os")
    (use,) = twin(book, "ames-tgfb2")["used_in"]
    assert use["clauses"] == [{"says": "TGF holds", "grade": "Moderate"}]
    assert "No chapter shows it yet" in page(book, "cole-marrow").get_text()
    assert page(book, "cole-marrow").find("a", href="../every.html?findings-words=cole-marrow")


def test_what_a_row_is_set_against_and_how_it_was_read(book):
    text = page(book, "kaplan-vegfr1").get_text(" ", strip=True)
    assert "≠ Contested" in text and "Read in the abstract (PubMed 0, 2026-11-21). One reading so far." in text
    assert page(book, "kaplan-vegfr1").find("a", href="../evidence/dawson-vegfr1.html")
    assert "It replicates" in page(book, "boyd-tgfb2").get_text(" ")
    assert page(book, "erler-lox").find(class_="statement").find("s")


def test_text_of_a_row_stays_text(book):
    assert page(book, "dawson-vegfr1").find(class_="statement").get_text().startswith(HOSTILE)
    assert not page(book, "dawson-vegfr1").find("img") and len(page(book, "dawson-vegfr1")("script")) == 1


def test_a_withdrawn_name_leads_on(book):
    former = page(book, "ames-asleep")
    assert "On 27 November 2026: two names of one row." in former.get_text()
    assert former.find("a", href="ames-tgfb2.html") and former.find("meta", attrs={"name": "robots"})
    assert twin(book, "ames-asleep")["id"] == "ames-tgfb2"
    assert "Former names of this row: ames-asleep" in page(book, "ames-tgfb2").get_text(" ", strip=True)


def test_the_form_is_filled_in(book):
    report = urlsplit(page(book, "halo301-os").find("a", string="Report an error in this row")["href"])
    fields = parse_qs(report.query)
    assert fields["found"] == ["HR 1.00 (95% CI 0.80–1.27)"] and fields["page"][0].endswith("/evidence/halo301-os.html")
    asked = (ROOT / ".github/ISSUE_TEMPLATE" / fields["template"][0]).read_text()
    assert {"page", "found"} <= set(re.findall(r"id: (\w+)", asked))


def written(book: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (book / "_build/html/evidence").glob("*.html")}


def test_pages_are_written_again_only_when_they_would_say_something_else(book):
    before = written(book)
    text = (book / "prints.md").read_text()
    (book / "prints.md").write_text(text + "\nMore words.\n")
    assert build(book).returncode == 0
    assert written(book) == before
    (book / "prints.md").write_text(text.replace("{value}`effects/halo301-os/n`", "{value}`effects/braun-death/n`"))
    assert build(book).returncode == 0
    assert not written(book).items() & before.items()
    assert len(twin(book, "halo301-os")["used_in"]) == 1
    (book / "prints.md").write_text(text)
    assert build(book).returncode == 0


def test_a_row_that_is_gone_leaves_no_page(book):
    path = book / "data/findings.csv"
    text = path.read_text()
    path.write_text("".join(line for line in text.splitlines(True) if not line.startswith("cole-marrow")))
    assert build(book).returncode == 0
    assert not list((book / "_build/html/evidence").glob("cole-marrow.*"))
    path.write_text(text)
    assert build(book).returncode == 0
    assert page(book, "cole-marrow")


def test_an_id_that_is_no_address_is_told(tmp_path):
    write_evidence_book(tmp_path, {"cited": PAGES["prints"]})
    change(tmp_path, "findings", "cole-marrow", "id", "../cole")
    result = build(tmp_path)
    assert result.returncode != 0 and "found '../cole' as the name of a page of evidence" in result.stderr


def test_history_is_read_from_git(tmp_path):
    write_evidence_book(tmp_path, {"cited": PAGES["prints"]})
    for message, value in (("First", "lung"), ("Second", "bone")):
        change(tmp_path, "findings", "cole-marrow", "organ", value)
        day = {"First": "2026-11-22", "Second": "2026-11-24"}[message]
        names = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        days = {f"GIT_{who}_DATE": f"{day}T12:00:00Z" for who in ("AUTHOR", "COMMITTER")}
        for arguments in (["init", "-q"], ["add", "data"], ["commit", "-q", "-m", message]):
            subprocess.run(["git", *arguments], cwd=tmp_path, check=True, env=names | days)
    assert build(tmp_path).returncode == 0
    assert "24 November 2026: organ was “lung”." in page(tmp_path, "cole-marrow").get_text(" ")
    assert twin(tmp_path, "cole-marrow")["history"][0]["after"] == "bone"


# --- the whole book ------------------------------------------------------------------------------------------------


def test_every_row_and_every_former_name_has_an_address(site):
    ids = [cells["id"] for table in ("findings", "effects") for cells in rows(ROOT, table)]
    names = ids + [cells["former"] for cells in rows(ROOT, "former_ids")]
    for name in names:
        assert (site / f"evidence/{name}.html").is_file() and twin(ROOT, name), name
    others = {path.stem for path in (site / "evidence").glob("*.html")} - set(names)
    assert all(name.startswith(twin(ROOT, name)["table"].replace("_", "-")) for name in others)


HREF, ID, TABLE = (re.compile(rf'\b{name}="([^"]*)"') for name in ("href", "id", "data-table"))


def broken(site: Path, folder: str) -> set[str]:
    """Links of the pages of a folder that lead nowhere."""
    found, ids = set(), {}
    for path in (site / folder).glob("*.html"):
        for address in set(HREF.findall(path.read_text("utf8"))):
            if is_elsewhere(address) or urlsplit(address).scheme:
                continue
            parts = urlsplit(address)
            name, anchor = unquote(parts.path), unquote(parts.fragment)
            target = (path.parent / name).resolve() if name else path
            if not target.is_file():
                found.add(f"{path.name}: {address}")
            elif anchor:
                if target not in ids or target == path:
                    text = target.read_text("utf8")
                    tables = " ".join(TABLE.findall(text)).split()
                    fetched = [(target.parent / table).read_text("utf8") for table in tables]
                    ids[target] = {name for part in (text, *fetched) for name in ID.findall(part)}
                if anchor not in ids[target]:
                    found.add(f"{path.name}: {address}")
    return found


def test_links_of_row_pages_resolve(site):
    assert not broken(site, "evidence")


def test_a_broken_link_is_seen(tmp_path):
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence/one.html").write_text('<a href="two.html">x</a><a href="#gone">x</a><a href="one.html">x</a>')
    assert broken(tmp_path, "evidence") == {"one.html: two.html", "one.html: #gone"}


def test_row_pages_are_light(site):
    heaviest = max((site / "evidence").glob("*.html"), key=lambda path: path.stat().st_size)
    assert len(gzip.compress(heaviest.read_bytes())) < 20_000, heaviest.name
