"""A chapter as `./book new chapter` begins it has every section, stands in the contents, and builds."""

import shutil

import pytest
import yaml

from seedsoil.files import ROOT
from seedsoil.notebooks import new, results
from seedsoil.prose import anatomy
from seedsoil.prose.pages import pages
from tests.site.test_book import build, write_book

TOC = """format: jb-book
root: index
parts:
  - caption: What tumor cells do  # a comment stays
    numbered: 1
    chapters:
      - file: chapters/growth
  - caption: Look up
    chapters:
      - file: chapters/references
"""


def test_it_is_the_last_chapter_before_what_is_behind_the_book():
    placed = new.placed(TOC, "niche-walls")
    assert placed == TOC.replace("growth\n", "growth\n      - file: chapters/niche-walls\n")
    parts = yaml.safe_load(new.placed((ROOT / "_toc.yml").read_text("utf8"), "niche-walls"))["parts"]
    behind = [part["caption"] for part in parts].index(new.BEHIND)
    assert parts[behind - 1]["chapters"][-1] == {"file": "chapters/niche-walls"}


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """The root of a book of one chapter, begun by the command, with the data of this book."""
    root = tmp_path_factory.mktemp("begun")
    shutil.copytree(ROOT / "data", root / "data")
    write_book(root, {}, (root / "data/references.bib").read_text("utf8"))
    behind = TOC.replace("      - file: chapters/growth\n", "").replace("chapters/references", "index2")
    (root / "_toc.yml").write_text(behind)
    shutil.copy(root / "index.md", root / "index2.md")
    (root / "chapters").mkdir()
    assert new.chapter(root, "niche-walls") == root / "chapters/niche-walls.md"
    return root


def test_it_has_the_anatomy_of_a_chapter_and_lacks_works(begun):
    (page,) = [page for page in pages(begun) if page.name == "chapters/niche-walls.md"]
    assert page.name in anatomy.chapters(begun)
    assert [code for *_, code in anatomy.faults(page)] == ["few-works"]


def test_it_builds_and_its_results_can_be_recorded(begun):
    result = build(begun)
    assert result.returncode == 0, result.stderr
    page = (begun / "_build/html/chapters/niche-walls.html").read_text("utf8")
    assert "Niche walls" in page and "findings (<a" in page
    (begun / "tests/results").mkdir(parents=True)
    assert results.renew(begun) == [begun / "tests/results/niche-walls.yml"]


@pytest.mark.parametrize(
    ("name", "found"), [("Niche", "small words joined"), ("../x", "small words"), ("niche-walls", "take another")]
)
def test_a_name_that_cannot_be_is_refused(begun, name, found):
    before = (begun / "_toc.yml").read_text()
    with pytest.raises(ValueError, match=found):
        new.chapter(begun, name)
    assert (begun / "_toc.yml").read_text() == before
