"""`./book cite add FILE`: what reference managers and PubMed export becomes an entry without a network."""

import re

import pytest

from seedsoil.bibliography import rules
from seedsoil.files import ROOT
from seedsoil.literature import cite, exported
from tests.literature.test_cite import TODAY, bib, folder, readings  # noqa: F401

BIBTEX = r"""@string{nm = "Nature Medicine"}
@article{x,
  title = "{T}he {CXCL12} of bone \& marrow: Gl{\"u}ck",
  author = {M{\"u}ller, Anna and {The BIG Group} and Ludwig van Beethoven},
  journal = nm, year = 2024, month = jan, volume = {3}, number = {1}, pages = {1--9},
  doi = {https://doi.org/10.1000/ABC}, pmid = {123}, abstract = {A long text.},
}
"""
RIS = """TY  - JOUR
AU  - Müller, Anna
AU  - Beethoven, Ludwig van
T1  - The CXCL12 of bone & marrow: Glück
T2  - Nature Medicine
PY  - 2024/01/02
VL  - 3
IS  - 1
SP  - 1
EP  - 9
DO  - 10.1000/abc
AN  - 123
ER  -
"""
NBIB = """PMID- 123
OWN - NLM
VI  - 3
IP  - 1
DP  - 2024 Jan
TI  - The CXCL12 of bone
      & marrow: Glück.
PG  - 1-9
LID - 10.1000/abc [doi]
FAU - Müller, Anna
AU  - Müller A
FAU - Beethoven, Ludwig van
JT  - Nature medicine
PT  - Journal Article
"""
FILES = {"one.bib": BIBTEX, "one.ris": RIS, "one.nbib": NBIB}
BOOK = "TY  - BOOK\nA1  - Paget S\nTI  - Seeds\nPB  - Press\nY1  - 1889//\nER  - \n"


@pytest.fixture
def export(tmp_path):
    """A function that writes a file as an export does, with Windows line ends; returns its path."""

    def write(name: str, text: str):
        path = tmp_path / name
        path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
        return path

    return write


@pytest.mark.parametrize("name", FILES)
def test_the_three_formats_give_the_same_work(export, name):
    (work,) = exported.works(export(name, FILES[name]))
    people = {"one.bib": "Müller, Anna and {The BIG Group} and van Beethoven, Ludwig"}
    entry = cite.entry_text(work.type, "key", work.fields)
    assert people.get(name, "Müller, Anna and van Beethoven, Ludwig") in entry
    for field in (
        r"title = {The {CXCL12} of bone \& marrow: Glück}",
        "journal = {Nature Medicine}",
        "year = {2024}",
        "volume = {3}",
        "number = {1}",
        "pages = {1--9}",
        "doi = {10.1000/abc}",
        "pmid = {123}",
    ):
        assert f"  {field},\n" in entry
    assert "abstract" not in entry and not work.retracted


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_added_with_its_reading_and_can_be_read_again(folder, export, name):  # noqa: F811
    said = cite.add(folder, str(export(name, FILES[name])), read_at="abstract", source="PubMed 123", today=TODAY)
    assert any(line.endswith("is added to data/references.bib.") for line in said)
    assert rules.problems(folder / "data/references.bib") == []
    assert ",abstract,PubMed 123,2026-11-22,research" in readings(folder)


def test_several_works_are_added_and_what_cannot_be_is_said(folder, export):  # noqa: F811
    twin = RIS.replace("10.1000/abc", "10.1038/ncb2861").replace("AN  - 123", "AN  - 124")
    said = cite.add(folder, str(export("all.ris", RIS + "\n" + twin + "\n" + BOOK)))
    assert "10.1000/abc" in bib(folder) and "author = {Paget, S.}" in bib(folder)
    assert [line for line in said if "cite it as bragado2013tgf" in line] == said[-1:]
    with pytest.raises(ValueError, match="each work once"):  # nothing is left to add
        cite.add(folder, str(export("all.ris", RIS)))
    with pytest.raises(ValueError, match="2 works .* and one reading"):
        cite.add(folder, str(export("all.ris", RIS + "\n" + BOOK)), read_at="abstract", source="x")


def test_an_identifier_that_the_file_does_not_tell_is_unread(folder, export):  # noqa: F811
    said = cite.add(folder, str(export("one.ris", RIS.replace("AN  - 123\n", ""))))
    assert "  pmid = {unread},\n" in bib(folder) and any("PMID; it is `unread`" in line for line in said)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("one.bib", "volume =", "note = {Retracted in 2025}, volume ="),
        ("one.ris", "ER  -", "N1  - Retracted\nER  -"),
        ("one.nbib", "PT  - Journal Article", "PT  - Retracted Publication"),
        ("one.nbib", "PT  - Journal", "RIN - Nat Med. 2025;1:2. PMID: 9\nPT  - Journal"),
        ("one.ris", "The CXCL12", "RETRACTED: The CXCL12"),
    ],
)
def test_a_retracted_work_enters_only_as_such(folder, export, name, old, new):  # noqa: F811
    assert old in FILES[name]
    path = str(export(name, FILES[name].replace(old, new)))
    with pytest.raises(ValueError, match="found a retracted work"):
        cite.add(folder, path)
    cite.add(folder, path, retracted=True)
    assert "status = {retracted}" in bib(folder)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("one.bib", "@article{x, title = {", "one.bib: found"),
        ("one.bib", "", "found no reference"),
        ("one.ris", "nothing of the kind", "one.ris: found"),
        ("one.nbib", "TI  - without a number", "found no reference"),
        ("one.ris", RIS.replace("JOUR", "CONF"), "found the type 'CONF'"),
        ("one.ris", RIS.replace("T2  - Nature Medicine\n", ""), "found no journal"),
    ],
)
def test_what_is_no_reference_is_said_and_leaves_the_files(folder, export, name, text, told):  # noqa: F811
    before = bib(folder)
    with pytest.raises(ValueError, match=told):
        cite.add(folder, str(export(name, text)))
    assert bib(folder) == before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("one.nbib", "PT  - Journal Article", "PT  - Published Erratum"),
        ("one.nbib", "PT  - Journal", "ECF - Nat Med. 2019;1:2. PMID: 9\nPT  - Journal"),
        ("one.ris", "T1  - The CXCL12", "T1  - Corrigendum to: The CXCL12"),
        ("one.bib", "{T}he {CXCL12}", "Retraction notice: the {CXCL12}"),
    ],
)
def test_a_notice_in_a_file_is_none_of_its_works(folder, export, name, old, new):  # noqa: F811
    assert old in FILES[name]
    with pytest.raises(ValueError, match="found a notice"):
        cite.add(folder, str(export(name, FILES[name].replace(old, new))))


def test_a_concern_in_a_file_leaves_a_trace(folder, export):  # noqa: F811
    text = NBIB.replace("PT  - Journal", "ECI - Nat Med. 2026;1:2. PMID: 9\nPT  - Journal")
    cite.add(folder, str(export("one.nbib", text)))
    assert "notice = {expression of concern Nat Med. 2026;1:2. PMID: 9}" in bib(folder)


def test_a_chapter_and_a_thesis_from_a_file(folder, export):  # noqa: F811
    chapter = RIS.replace("JOUR", "CHAP").replace("Nature Medicine", "The soils")
    thesis = "TY  - THES\nAU  - Lang, Ida\nTI  - On soils\nPB  - University of Soil\nPY  - 2001\nER  - \n"
    cite.add(folder, str(export("all.ris", chapter + "\n" + thesis)))
    assert "booktitle = {The soils}" in bib(folder) and "school = {University of Soil}" in bib(folder)
    assert rules.problems(folder / "data/references.bib") == []


def test_names_without_a_comma():
    assert [exported._name(name) for name in ("Himmelstein DS", "Adler D.G.", "The BIG Group", "Paget, Stephen")] == [
        "Himmelstein, D. S.",
        "Adler, D. G.",
        "{The BIG Group}",
        "Paget, Stephen",
    ]


def test_recorded_exports_become_works(shared):
    pubmed = exported.works(shared / "fixtures/pubmed/manubot_bibliography.nbib")
    assert len(pubmed) > 1 and all(work.fields["pmid"] and work.fields["author"] for work in pubmed)
    for path in (shared / "fixtures/dedupe").glob("asreview_*.ris"):
        assert all(work.fields["title"] and work.fields["year"] for work in exported.works(path)), path.name


def test_the_example_of_the_guide_can_be_typed(folder, shared):  # noqa: F811
    """It is not in the bibliography yet, and its entry gets the key that the guide prints."""
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf8")
    pmid, key = re.search(r"cite add (\d+) .*\n@article\{(\w+),", guide).groups()
    assert pmid not in (ROOT / "data/references.bib").read_text("utf8"), (
        "take another work for the example of the guide"
    )
    recorded = exported.works(shared / "fixtures/pubmed/manubot_bibliography.nbib")
    (work,) = [work for work in recorded if work.fields["pmid"] == pmid]
    said = cite.enter(folder, work, [], retracted=False, read_at="abstract", source=f"PubMed {pmid}", today=TODAY)
    assert said[-2:] == [f"{key} is added to data/references.bib.", "Its reading is noted in data/references_read.csv."]
    assert all(line in guide for line in said[-2:])
