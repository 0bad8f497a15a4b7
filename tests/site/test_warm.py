"""A build after a change, a fault or a kill leaves what a build from nothing leaves."""

import os
import re
import shutil
import sys

import pytest
import yaml
from bs4 import BeautifulSoup

from tests.site.test_book import HEADER, PROCESSES, WORDS, build, write_book

PAGES = {
    "one": f"# One\n\n{WORDS} See [](two.md), {{ref}}`gone`, {{numref}}`drawn` and {{cite:p}}`alpha10a`.\n\n"
    "```{references}\n```\n",
    "two": f"# Two\n\n{WORDS}\n\n(gone)=\n## A section\n\n{WORDS}\n\n```{{figure}} pixel.svg\n:alt: A dot.\n:name: drawn\nA dot.\n```\n",
    "three": f"{HEADER}# Three\n\n{WORDS} {{cite:p}}`beta11b`\n\n```{{code-cell}} ipython3\nopen('pixel.svg').read()[:4]\n```\n\n"
    "```{references}\n```\n",
    "four": f"# Four\n\n{WORDS}\n",
}


def contents(root, *names: str) -> None:
    toc = yaml.safe_load((root / "_toc.yml").read_text())
    toc["parts"][0] |= {"numbered": True, "chapters": [{"file": name} for name in names]}
    (root / "_toc.yml").write_text(yaml.safe_dump(toc))


def change(root, name: str, old: str, new: str) -> None:
    path = root / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def site(root) -> dict[str, bytes]:
    folder = root / "_build/html"
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    # MyST-NB copies its style sheet after the pages are written, so that the first build knows no digest of it.
    return {name: re.sub(rb"\.css\?v=\w+", b".css", data) for name, data in files.items()}


def from_nothing(root, to) -> dict[str, bytes]:
    """The site that the sources give."""
    shutil.copytree(root, to, ignore=shutil.ignore_patterns("_build"))
    result = build(to)
    assert result.returncode == 0, result.stderr
    return site(to)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("warm")
    write_book(root, PAGES)
    contents(root, *PAGES)
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root


@pytest.fixture
def book(built, tmp_path):
    """The root of a book that was built, for a test of its own."""
    return shutil.copytree(built, tmp_path / "book", symlinks=True)


def sidebar(root, page: str) -> list[str]:
    page = BeautifulSoup((root / f"_build/html/{page}.html").read_text(), "html.parser")
    return [link.get_text(" ", strip=True) for link in page.select("nav.bd-links a, .bd-docs-nav a")]


def test_title_order_and_a_removed_page_are_seen_on_pages_that_did_not_change(book, tmp_path):
    change(book, "two.md", "# Two", "# Zwei")
    contents(book, "two", "one", "three")
    assert build(book).returncode == 0
    text = (book / "_build/html/one.html").read_text()
    assert "Zwei" in " ".join(sidebar(book, "three")) and "Two" not in text and "Four" not in text
    assert site(book) == from_nothing(book, tmp_path / "fresh")
    assert "three.html" in (book / "_build/html/sitemap.xml").read_text()
    assert not list((book / "_build/html").rglob("four.*"))


def test_a_prose_change_leaves_a_whole_sitemap(book, tmp_path):
    change(book, "four.md", WORDS, f"{WORDS} More.")
    assert build(book).returncode == 0
    assert site(book) == from_nothing(book, tmp_path / "fresh")


def test_a_target_that_vanished_is_told_though_its_page_did_not_change_and_the_old_site_stays(book):
    before = site(book)
    change(book, "two.md", "(gone)=\n", "")
    result = build(book)
    assert result.returncode != 0 and "one.md" in result.stderr and "gone" in result.stderr
    assert site(book) == before
    again = build(book)  # the fault is told until it is mended
    assert again.returncode != 0 and "gone" in again.stderr
    change(book, "two.md", "## A section", "(gone)=\n## A section")
    assert build(book).returncode == 0
    assert site(book) == before


def _die(root, writes: int) -> None:
    """Build, and end like a process that is killed when so many files below the root were opened for writing."""
    from seedsoil.site.build import build

    count = 0

    def hook(event, arguments):
        nonlocal count
        if event == "open" and arguments[2] & os.O_WRONLY and str(arguments[0]).startswith(str(root)):
            count += 1
            if count == writes:
                os._exit(9)

    sys.addaudithook(hook)
    sys.exit(build(root))


@pytest.mark.parametrize("writes", [3, 20, 70])
def test_a_build_that_is_killed_leaves_the_old_site_and_the_next_is_right(book, tmp_path, writes):
    before = site(book)
    change(book, "one.md", "# One", "# Eins")
    process = PROCESSES.Process(target=_die, args=(book, writes))
    process.start()
    process.join()
    assert process.exitcode == 9
    assert site(book) == before
    assert build(book).returncode == 0
    assert "Eins" in " ".join(sidebar(book, "three"))
    assert not (book / "_build/unfinished").exists()
