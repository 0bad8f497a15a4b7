"""What readers take along: nothing but facts of the work leaves, and no file is empty."""

import re

import rispy
from pybtex.database import parse_string

from seedsoil.bibliography.file import items
from seedsoil.site import exports

ENTRY = """@article{ames2010marrow,
  author = {unread},
  shortauthor = {Ames},
  title = {Marrow keeps {TGF-β2} asleep},
  journal = {unread},
  year = {2010},
  doi = {none},
  pmid = {unread},
  design = {mice},
  status = {retracted},
}
"""
ENDINGS = ("bib", "ris")


def test_what_was_not_read_and_what_is_ours_stays_here():
    (item,) = items(ENTRY, "references.bib")
    entry = parse_string(exports.bibtex([item]), "bibtex").entries["ames2010marrow"]
    assert dict(entry.fields) == {"title": "Marrow keeps {TGF-β2} asleep", "year": "2010", "note": "Retracted"}
    assert not entry.persons
    (record,) = rispy.loads(exports.ris([item]))
    assert record == {
        "type_of_reference": "JOUR",
        "id": "ames2010marrow",
        "title": "Marrow keeps TGF-β2 asleep",
        "year": "2010",
        "notes": ["Retracted"],
    }


def test_every_file_of_the_site_has_entries_and_no_word_of_the_workshop(site):
    folder = site / exports.FOLDER
    assert {path.suffix.lstrip(".") for path in folder.rglob("*.*")} == set(ENDINGS)
    for path in folder.rglob("*.*"):
        text = path.read_text("utf8")
        read = parse_string(text, "bibtex").entries if path.suffix == ".bib" else rispy.loads(text)
        assert len(read) > 0, path
        assert not re.search(r"\bunread\}|[-{] *unread\b|\{none\}|shortauthor|Authors unread", text), path


def test_the_list_of_all_references_has_a_file_of_all(site):
    every = (site / exports.FOLDER / "chapters/references.bib").read_text("utf8")
    chapter = (site / exports.FOLDER / "chapters/dormancy.bib").read_text("utf8")
    assert set(parse_string(chapter, "bibtex").entries) < set(parse_string(every, "bibtex").entries)
    assert 'href="../references/chapters/references.ris"' in (site / "chapters/references.html").read_text("utf8")
