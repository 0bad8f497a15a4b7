"""The bibliography: what is refused, and how an entry is printed."""

import re
from pathlib import Path

import pytest
from pybtex.database import parse_file, parse_string

from seedsoil import bibliography
from seedsoil.tables import load, root

FILE = root() / "data" / "references.bib"

ENTRY = """@article{bragado2013tgf,
  author = {Bragado, Paloma and Aguirre-Ghiso, Julio A.},
  title = {{TGF-β2} dictates fate},
  journal = {Nature Cell Biology},
  year = {2013},
  volume = {15},
  number = {11},
  pages = {1351--1361},
  doi = {10.1038/ncb2861},
  pmid = {24161934},
}
"""


def problems(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "refs.bib"
    path.write_text(text, encoding="utf-8")
    return bibliography.problems(path, "refs.bib")


def reference(text: str) -> bibliography.Reference:
    return next(iter(bibliography.references(parse_string(text, "bibtex").entries).values()))


def test_the_committed_bibliography_has_no_problem():
    assert bibliography.problems(FILE, "data/references.bib") == []


def test_every_entry_was_read_somewhere_and_nothing_else_is_listed():
    assert sorted(parse_file(FILE).entries) == sorted(load("references_read")["key"])


def test_entries_are_sorted_by_key():
    keys = re.findall(r"^@\w+\{(.+),", FILE.read_text("utf8"), re.MULTILINE)
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  pmid = {24161934},\n", "", "refs.bib:1: bragado2013tgf: found no pmid, expected one; add `pmid = {…},` as read at the source."),
        ("{Bragado, Paloma and Aguirre-Ghiso, Julio A.}", "{}", "refs.bib:1: bragado2013tgf: found no author, expected one; add `author = {…},` as read at the source."),
        ("{2013}", "{in press}", "refs.bib:1: bragado2013tgf: found the year 'in press', expected four digits."),
        ("{10.1038/ncb2861}", "{https://doi.org/10.1038/ncb2861}", "refs.bib:1: bragado2013tgf: found the DOI 'https://doi.org/10.1038/ncb2861', expected it bare, as 10.1038/ncb2861, or none or unread."),
        ("{24161934}", "{PMC4006312}", "refs.bib:1: bragado2013tgf: found the PMID 'PMC4006312', expected digits, or none or unread."),
        ("@article", "@blog", "refs.bib:1: bragado2013tgf: found the type @blog, expected one of @article, @book."),
    ],
)
def test_each_fault_is_named(tmp_path, old, new, message):
    assert old in ENTRY
    assert problems(tmp_path, ENTRY.replace(old, new)) == [message]


def test_a_key_used_twice(tmp_path):
    assert problems(tmp_path, ENTRY + "\n" + ENTRY) == [
        "refs.bib:13: found a second entry with the key bragado2013tgf (the first is on line 1), "
        "expected each key once; merge the two or rename one."
    ]


def test_an_identifier_used_twice_in_another_case(tmp_path):
    again = ENTRY.replace("bragado2013tgf", "zzz2013tgf").replace("ncb2861", "NCB2861").replace("24161934", "1")
    assert problems(tmp_path, ENTRY + again) == [
        "refs.bib:12: zzz2013tgf: found the DOI 10.1038/ncb2861 of bragado2013tgf again, "
        "expected each work once; keep one entry."
    ]


def test_unbalanced_braces(tmp_path):
    [message] = problems(tmp_path, ENTRY.replace("{2013}", "{2013"))
    assert message.startswith("refs.bib: found broken BibTeX (")


def test_identifiers_that_are_not_known_may_be_shared_and_are_not_printed(tmp_path):
    entry = ENTRY.replace("{24161934}", "{unread}").replace("{10.1038/ncb2861}", "{none}")
    assert problems(tmp_path, entry + entry.replace("bragado2013tgf", "zzz2013tgf")) == []
    assert (reference(entry).doi, reference(entry).pmid) == ("", "")


def test_how_an_entry_is_printed():
    printed = reference(ENTRY)
    assert printed.cited_as == "Bragado and Aguirre-Ghiso"
    assert printed.authors == "Bragado P, Aguirre-Ghiso JA"
    assert printed.title == "TGF-β2 dictates fate"
    assert printed.details == "15(11): 1351–1361"


@pytest.mark.parametrize(
    ("authors", "cited_as", "listed"),
    [
        ("Klein, C. A.", "Klein", "Klein CA"),
        ("van der Meer, Jan and Müller, Ö.", "van der Meer and Müller", "van der Meer J, Müller Ö"),
        ("A, B. and C, D. and E, F.", "A et al.", "A B, C D, E F"),
        ("Aft, Rebecca and others", "Aft et al.", "Aft R, et al."),
        ("{Early Trialists' Group}", "Early Trialists' Group", "Early Trialists' Group"),
        (r"Gu{\v z}vi{\'c}, Miodrag", "Gužvić", "Gužvić M"),
        (" and ".join(f"N{i}, A." for i in range(11)), "N0 et al.", ", ".join(f"N{i} A" for i in range(10)) + ", et al."),
    ],
)
def test_names(authors, cited_as, listed):
    printed = reference(ENTRY.replace("Bragado, Paloma and Aguirre-Ghiso, Julio A.", authors))
    assert (printed.cited_as, printed.authors) == (cited_as, listed)


def test_two_papers_of_one_year_are_told_apart():
    entries = parse_string(ENTRY + ENTRY.replace("bragado2013tgf", "bragado2013other"), "bibtex").entries
    assert {key: ref.year for key, ref in bibliography.references(entries).items()} == {
        "bragado2013other": "2013a", "bragado2013tgf": "2013b"}
