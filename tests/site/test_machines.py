"""What machines take from the site: tags and JSON-LD in the head, the data at stable addresses, the lines that load them."""

import csv
import json
import re
import shutil
import subprocess
import sys
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from seedsoil.site.scholarly import script
from tests.site.test_pages import NAMES, ROOT, parsed

BASE = "https://seed-and-soil.github.io/seed-and-soil/"
CHAPTERS = [name for name in NAMES if "\nkernelspec:" in (ROOT / f"{name}.md").read_text("utf8").partition("\n# ")[0]]
every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def told(site, page: str) -> dict:
    (found,) = parsed(site / page)("script", type="application/ld+json")
    return json.loads(found.string)


@every_chapter
def test_a_reference_manager_takes_a_chapter(site, chapter):
    head = parsed(site / f"{chapter}.html").head
    tags = {
        tag["name"].removeprefix("citation_"): tag["content"]
        for tag in head("meta", attrs={"name": re.compile("^cit")})
    }
    assert tags["title"] and tags["author"] and tags["inbook_title"] == "Seed and Soil"
    assert re.fullmatch(r"\d{4}/\d\d/\d\d", tags["publication_date"])
    assert tags["public_url"] == head.find("link", rel="canonical")["href"] == f"{BASE}{chapter}.html"


@every_chapter
def test_an_article_tells_what_it_cites(site, chapter):
    article = told(site, f"{chapter}.html")
    assert article["@type"] == "ScholarlyArticle" and article["author"] and article["isPartOf"]["@type"] == "Book"
    listed = parsed(site / f"{chapter}.html").select(".references > li")
    dois = {link["href"] for item in listed for link in item("a", href=re.compile(r"^https://doi\.org/"))}
    assert {work["@id"] for work in article["citation"] if "@id" in work} == dois
    assert len(article["citation"]) == len(listed)
    assert all(work.get("@id") or work["name"] for work in article["citation"])


def test_other_pages_are_no_articles(site):
    for name in set(NAMES) - {*CHAPTERS, "chapters/data"}:
        assert not parsed(site / f"{name}.html")("script", type="application/ld+json"), name
        assert not parsed(site / f"{name}.html")("meta", attrs={"name": "citation_title"}), name


def test_the_dataset_has_a_download_for_each_table(site):
    dataset = told(site, "chapters/data.html")
    package = json.loads((site / "data/datapackage.json").read_text())
    assert dataset["@type"] == "Dataset" and re.fullmatch(r"2\d{3}-\d\d-\d\d", dataset["dateModified"])
    addresses = [download["contentUrl"] for download in dataset["distribution"]]
    assert addresses == [f"{BASE}data/{resource['path']}" for resource in package["resources"]]
    assert all((site / unquote(address.removeprefix(BASE))).is_file() for address in addresses)
    assert all(download["license"] for download in dataset["distribution"])


def test_no_text_ends_the_script():
    title = '</script><img src=x onerror="alert(1)">'
    page = BeautifulSoup(script({"name": title}), "html.parser")
    assert [tag.name for tag in page(True)] == ["script"] and json.loads(page.script.string) == {"name": title}


def test_all_rows_stand_in_one_file_as_in_their_own(site):
    together = json.loads((site / "data/evidence.json").read_text("utf8"))
    ids = [
        row["id"]
        for table in ("findings", "effects")
        for row in csv.DictReader((ROOT / f"data/{table}.csv").open(encoding="utf8", newline=""))
    ]
    assert [row["id"] for row in together["rows"]] == ids and together["version"]
    for row in together["rows"]:
        assert row == json.loads((site / f"evidence/{row['id']}.json").read_text("utf8"))


def test_all_references_stand_beside_the_tables(site):
    keys = set(parse_string((ROOT / "data/references.bib").read_text("utf8"), "bibtex").entries)
    assert set(parse_string((site / "data/references.bib").read_text("utf8"), "bibtex").entries) == keys
    assert len(re.findall(r"^ER  - ", (site / "data/references.ris").read_text("utf8"), re.MULTILINE)) == len(keys)


@pytest.mark.parametrize("language", ["python", "r"])
def test_the_lines_of_the_page_load_the_data(site, address, language):
    page = (ROOT / "chapters/data.md").read_text("utf8")
    (lines,) = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    assert sum(map(bool, lines.splitlines())) == 3 and BASE in lines
    program = {"python": [sys.executable, "-c"], "r": [shutil.which("Rscript"), "-e"]}[language]
    if program[0] is None:
        pytest.skip("SKIPPED FOR WANT OF R: install Debian's package r-base-core")
    end = {"python": "\nprint(len(findings))", "r": "\ncat(nrow(findings))"}[language]
    done = subprocess.run([*program, lines.replace(BASE, address) + end], capture_output=True, text=True)
    count = len(list(csv.DictReader((ROOT / "data/findings.csv").open(encoding="utf8", newline=""))))
    assert done.stdout.split()[-1:] == [str(count)], done.stderr
