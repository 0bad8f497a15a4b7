"""A small book, built whole: what is wrong with it turns the build red, and what is right looks as it should."""

import multiprocessing
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from seedsoil.site import citations
from seedsoil.site.build import ROOT
from seedsoil.site.build import build as build_book

HEADER = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n\n"
WORDS = "These words are here because a page of fewer than twenty words counts as a page that somebody forgot to write."
PIXEL = "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"
BIB = "".join(
    f"@article{{{key},\n  author = {{{author}}},\n  title = {{A {{CXCL12}} story of {key}}},\n  journal = {{Cell}},\n"
    f"  year = {{20{number}}},\n  doi = {{10.1000/{key}}},\n  pmid = {{{number}}},\n}}\n\n"
    for number, (key, author) in enumerate(
        [("alpha10a", "Alpha, A."), ("beta11b", "Beta, B."), ("gamma12c", "Gamma, C.")], 10
    )
)


def write_book(root, pages: dict[str, str], bib: str = BIB) -> None:
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    del config["logo"], config["html"]["favicon"]
    (root / "_config.yml").write_text(yaml.safe_dump(config))
    toc = {
        "format": "jb-book",
        "root": "index",
        "parts": [{"caption": "Part", "chapters": [{"file": name} for name in pages]}],
    }
    (root / "_toc.yml").write_text(yaml.safe_dump(toc))
    (root / "data").mkdir(exist_ok=True)
    (root / "data/references.bib").write_text(bib)
    (root / "pixel.svg").write_text(PIXEL)
    (root / "requirements.txt").write_text("")
    for name, text in ({"index": f"# Index\n\n{WORDS}\n"} | pages).items():
        if text is not None:
            (root / f"{name}.md").write_text(text)


# Each build has a process of its own, forked from one that has loaded all that a build loads: that takes as long as
# building so small a book.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.site.loaded"])


def build(root: Path) -> subprocess.CompletedProcess:
    said = root / "_said.txt"
    process = PROCESSES.Process(target=_build, args=(root, said))
    process.start()
    process.join()
    text = re.sub(r"\x1b\[[\d;]*m", "", said.read_text("utf8"))
    return subprocess.CompletedProcess(process.name, process.exitcode, stderr=text)


def _build(root: Path, said: Path) -> None:
    with open(said, "w", encoding="utf8") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    sys.exit(build_book(root))


FAULTS = {
    "unknown": (
        "{cite:p}`nobody1900`\n\n```{references}\n```",
        r"unknown\.md:\d+: WARNING: found a citation of 'nobody1900'",
    ),
    "listless": ("{cite:p}`alpha10a`", r"listless\.md: WARNING: found citations but no list of references"),
    "pictured": ("![](pixel.svg)", r"pictured\.md:\d+: WARNING: found the picture pixel\.svg without alt text"),
    "linked": ("[gone](nowhere.md)", r"linked\.md:\d+: WARNING: .*nowhere\.md"),
    "pointing": ("{numref}`fig-gone`", r"pointing\.md:\d+: WARNING: .*fig-gone"),
    "glued": ("{glue:text}`gone`", r"glued\.md:\d+: WARNING: .*gone"),
    "spaced": ("Seen {cite:p} `alpha10a`.", r"spaced\.md: WARNING: found '\{cite:p\}' as text of the page"),
    "dialect": ("Seen [@alpha10a].", r"dialect\.md: WARNING: found '\[@alpha10a' as text of the page"),
    "shown": ("<p>seen {effect}`x`</p>", r"shown\.md: WARNING: found '\{effect\}' as text of the page"),
    "parted": ("{cite:p}`alpha10a; beta11b`", r"parted\.md:\d+: WARNING: found the citation 'alpha10a; beta11b'"),
    "everyday": (
        "{cite}`nobody1900`\n\n```{references}\n```",
        r"everyday\.md:\d+: WARNING: found a citation of 'nobody1900'",
    ),
    "heading": (
        "## On {cite:t}`alpha10a`\n\n```{references}\n```",
        r"heading\.md: WARNING: found the key 'alpha10a' in a title",
    ),
    "formula": (r"$\frac{a$", r"formula\.md:\d+: WARNING: formula"),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """One build of a book with a fault on each page; with keep-going all of them are reported."""
    root = tmp_path_factory.mktemp("faulty")
    pages = {name: f"# Title\n\n{WORDS}\n\n{text}\n" for name, (text, _) in FAULTS.items()}
    pages |= {"void": "", "empty": "# Title\n", "untitled": f"{WORDS}\n", "missing": None}
    write_book(root, pages, BIB + BIB.splitlines()[0] + "\n}\n")
    return build(root)


def test_a_faulty_book_is_not_built(faulty):
    assert faulty.returncode != 0


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_of_each_page_is_reported(faulty, name):
    assert re.search(FAULTS[name][1], faulty.stderr), faulty.stderr


@pytest.mark.parametrize(
    "message",
    [
        r"void\.md: WARNING: found no title",
        r"void\.md: WARNING: found 0 words of text",
        r"empty\.md: WARNING: found 0 words of text, expected at least 20",
        r"untitled\.md: WARNING: found no title",
        r"WARNING: .*missing",
        r"WARNING: data/references\.bib:\d+:alpha10a: found a second entry with the key alpha10a",
    ],
)
def test_faults_of_the_book_are_reported(faulty, message):
    assert re.search(message, faulty.stderr), faulty.stderr


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The root of a book without faults, built."""
    root = tmp_path_factory.mktemp("sound")
    write_book(
        root,
        {
            "one": f"{HEADER}# One\n\n{WORDS} See {{cite:p}}`alpha10a,beta11b` and {{cite:t}}`alpha10a`.\n\n"
            "```{code-cell} ipython3\nprint(6 * 7)\n```\n\n```{references}\n```\n",
            "two": f"# Two\n\n{WORDS} See {{cite:p}}`beta11b`.\n\n"
            "It cost $5 to $10, then US$5 (or US$6); a tumor of $2 r$ did not.\n\n```{references}\n```\n",
            "all": "# All\n\n```{references}\n:all:\n```\n",
        },
    )
    (root / "stray.md").write_text("A page outside the contents, {cite:p}`nobody1900`.")
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root


def html(root, name: str) -> str:
    return (root / "_build" / "html" / f"{name}.html").read_text("utf8")


def article(root, name: str) -> str:
    return re.search(r"<article.*?</article>", html(root, name), re.DOTALL)[0]


def listed(page: str) -> list[str]:
    return re.findall(r'<li id="ref-(\w+)">', page)


def test_each_page_lists_what_it_cites_and_one_page_lists_all(sound):
    assert listed(html(sound, "one")) == ["alpha10a", "beta11b"]
    assert listed(html(sound, "two")) == ["beta11b"]
    assert listed(html(sound, "all")) == ["alpha10a", "beta11b", "gamma12c"]


def test_a_citation_stays_on_its_page(sound):
    for name in ("one", "two"):
        targets = re.findall(r'href="([^"]*)#ref-', html(sound, name))
        assert targets and set(targets) == {""}


@pytest.mark.parametrize(("given", "letters"), [(None, "AZ"), ("A K", "AK"), ("LZ", "LZ")])
def test_a_list_of_letters(given, letters):
    assert citations.letters(given) == letters


@pytest.mark.parametrize("given", ["K A", "A", "a k", "A-K"])
def test_what_is_no_list_of_letters(given):
    with pytest.raises(ValueError, match="the first and the last letter"):
        citations.letters(given)


def test_citations_are_author_and_year(sound):
    text = re.sub(r"<[^>]+>", "", html(sound, "one"))
    assert "See (Alpha, 2010; Beta, 2011) and Alpha (2010)." in text


def test_the_case_of_genes_is_kept_and_the_doi_stands_once(sound):
    [item] = re.findall(r'<li id="ref-beta11b">.*?</li>', html(sound, "two"), re.DOTALL)
    assert "A CXCL12 story" in item
    assert item.count("10.1000/beta11b") == 2  # the address of one link, and its text
    assert 'href="https://pubmed.ncbi.nlm.nih.gov/11/"' in item


def test_code_is_shown_with_its_output(sound):
    assert "<span></span>42" in html(sound, "one")


def test_two_amounts_of_money_are_no_formula(sound):
    page = article(sound, "two")
    assert "It cost $5 to $10, then US$5 (or US$6); a tumor of " in page and page.count("<math") == 1


def test_pages_outside_the_contents_are_not_built(sound):
    assert not (sound / "_build/html/stray.html").exists()


def test_a_warm_build_still_warns_of_what_the_last_one_warned(tmp_path):
    write_book(tmp_path, {"pictured": f"# Title\n\n{WORDS}\n\n![](pixel.svg)\n"})
    assert build(tmp_path).returncode != 0
    again = build(tmp_path)
    assert again.returncode != 0 and "without alt text" in again.stderr


def test_a_changed_reference_changes_the_pages_that_cite_it(sound):
    before = article(sound, "one")
    bib = sound / "data/references.bib"
    bib.write_text(bib.read_text().replace("story of beta11b", "tale of beta11b"))
    assert build(sound).returncode == 0
    assert "tale of beta11b" in html(sound, "one") and "tale of beta11b" in html(sound, "all")
    bib.write_text(bib.read_text().replace("tale of beta11b", "story of beta11b"))
    assert build(sound).returncode == 0
    assert article(sound, "one") == before
