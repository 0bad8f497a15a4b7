"""What the book answers to a filled form, and what it writes: golden forms, useless ones, and text that means harm."""

import csv
import datetime
import hashlib
import re

import pytest
from markdown_it import MarkdownIt

from seedsoil import cli
from seedsoil.evidence import told
from seedsoil.files import ROOT
from seedsoil.forms import claim, commands, reply
from seedsoil.literature.http import NotReached
from seedsoil.tables.text import Rows
from tests.forms.filling import NUMBER, text
from tests.literature.test_cite import crossref, pubmed, search

TODAY = datetime.date(2026, 11, 22)
HARM = "@everyone #1 <img src=x onerror=alert(1)> [x](https://evil.example) ```` ${{ secrets.X }} $(id) `id`; \u202eevil\n::set-output name=a::b\n::error::x"


@pytest.fixture
def known(source):
    """Sources that know one work."""
    source["10.1000/new"], source['search "10.1000/new"[doi]'], source["pmid 777"] = crossref(), search("777"), pubmed()
    return source


def answer(book, name, **answers):
    return commands.answer(book, text(name, **answers), "issue 12", write=True, today=TODAY)


def rows(book, table):
    with (book / f"data/{table}.csv").open(encoding="utf8") as file:
        return {row.get("id") or row["key"]: row for row in csv.DictReader(file)}


def digests(book):
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in book.rglob("*") if path.is_file()}


def changed(book, before):
    return {path.relative_to(book).as_posix() for path, digest in digests(book).items() if before.get(path) != digest}


def open_text(said: str) -> str:
    """What of an answer is not in a block of code: all that GitHub would act on."""
    tokens = MarkdownIt("commonmark").parse(said)
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close", "fence"}
    return "\n".join(token.content for token in tokens if token.type == "inline")


# --- a paper ------------------------------------------------------------------------------------------------------


def test_a_paper_and_its_finding_become_a_reference_and_a_row(book, known):
    before = digests(book)
    said, right = answer(book, "add-a-paper")
    assert right
    assert changed(book, before) == {"data/references.bib", "data/references_read.csv", "data/findings.csv"}
    row = rows(book, "findings")["vandermeer2020-cxcl12-bone-marrow"]
    assert row == {
        "id": "vandermeer2020-cxcl12-bone-marrow",
        "ref": "vandermeer2020cxcl",
        "group": "not stated",
        "process": "dormancy",
        "source": "-",
        "factor": "CXCL12",
        "target": "-",
        "organ": "bone marrow",
        "cancer": "not stated",
        "stage": "not stated",
        "perturbation": "knockout",
        "outcome": "less",
        "outcome_of": "dormancy",
        "species": "not stated",
        "model": "not stated",
        "human_data": "no",
        "finding": "CXCL12 kept breast cancer cells of mice asleep in marrow.",
        "read_at": "unverified",
        "relation": "",
        "related_to": "",
        "found_by": "hand",
        "added": "2026-11-22",
        "readings": "1",
        "note": "Typed in issue 12, where it was read: abstract.",
    }
    reading = rows(book, "references_read")["vandermeer2020cxcl"]
    assert (reading["read_at"], reading["source"]) == ("unverified", "issue 12")
    assert open_text(said).split("\n") == [
        "`./book cite add` says:",
        "The row, as typed and unverified, so that it counts nowhere until an editor has read the work (data/findings.csv):",
        "`./book check` says:",
        "Nothing is to mend.",
    ]


def with_abstract(source, text="Cells sleep. CXCL12 held them in marrow."):
    title = b"</ArticleTitle>"
    abstract = f"<Abstract><AbstractText>{text}</AbstractText></Abstract>".encode()
    source["pmid 777"] = pubmed().replace(title, title + abstract)


@pytest.mark.parametrize("named", ["2", "CXCL12 held them in marrow."])
def test_the_sentence_of_a_finding_is_kept_by_its_digest(book, known, unchecked, named):
    with_abstract(known)
    said, right = answer(book, "add-a-paper", sentence=named)
    assert right and "The row carries sentence 2 of the abstract, by a digest of its words" in open_text(said)
    lines = (book / "data/living/sentences.csv").read_text("utf8").splitlines()
    assert lines[-1].startswith("vandermeer2020-cxcl12-bone-marrow,abstract,2,result,")
    assert not any("held them in marrow" in path.read_text("utf8") for path in (book / "data").rglob("*.csv"))


def test_a_sentence_that_is_not_in_the_abstract_is_told_at_its_field(book, known, unchecked):
    with_abstract(known)
    before = digests(book)
    said, right = answer(book, "add-a-paper", sentence="It put cells to sleep.")
    assert not right and changed(book, before) == set()
    assert re.search(
        r"the form:\d+:Which sentence of the abstract says so: found the sentence 'It put cells to sleep.', expected one "
        r"of the 2 sentences of the abstract, .+; take it from the abstract at PubMed, or .+ \[no-such-sentence\]",
        said,
    )


def test_where_no_abstract_is_reached_the_row_is_written_and_says_so(book, known, unchecked):
    said, right = answer(book, "add-a-paper", sentence="2")
    assert right and "No abstract was reached, so that the sentence that was named was not looked for." in said
    assert "vandermeer2020-cxcl12-bone-marrow" in rows(book, "findings")


def test_a_second_finding_of_a_work_gets_a_name_of_its_own(book, source, unchecked):
    for number in ("", "-2"):
        answer(
            book,
            "add-a-paper",
            identifier="https://doi.org/10.1038/NCB2861",
            factor="TGFB2",
            finding=f"So it is{number}.",
        )
        assert f"bragado2013-tgfb2-bone-marrow{number}" in rows(book, "findings")
    assert source["asked"] == []  # the work stands in the bibliography


def test_what_the_check_says_goes_with_the_row(book, source):
    said, right = answer(book, "add-a-paper", identifier="24161934", organ="bone marow")
    assert right and re.search(
        r"data/findings\.csv:\d+:organ: found 'bone marow', expected .+; did you mean bone marrow\? .+ \[unknown-term\]",
        said,
    )
    assert "bragado2013-cxcl12-bone-marow" in rows(book, "findings")


def test_without_an_outcome_there_is_no_row(book, known, unchecked):
    before = digests(book)
    said, right = answer(book, "add-a-paper", outcome="")
    assert right and "No row was written, for want of an answer to: Outcome." in open_text(said)
    assert changed(book, before) == {"data/references.bib", "data/references_read.csv"}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (
            {"identifier": "../../etc/passwd.bib"},
            "the form:1:DOI or PMID: found '../../etc/passwd.bib', expected a DOI",
        ),
        ({"identifier": "10.1000/" + "x" * 300}, "the form:1:DOI or PMID: found '10.1000/xxx"),
        ({"finding": "x" * 241}, "the form:9:What it found, in your own words: found 'xxx"),
        ({"finding": "A <b>bold</b> finding."}, "the form:9:What it found, in your own words: found 'A <b>bold</b>"),
        (
            {"finding": "=HYPERLINK(1)"},
            "the form:9:What it found, in your own words: found '=HYPERLINK(1)', expected text that no",
        ),
        ({"finding": "a\u202eb"}, "the form:9:What it found, in your own words: found the character U+202E"),
    ],
)
def test_what_no_row_may_hold_is_told_at_its_field_and_nothing_is_written(book, source, answers, told, unchecked):
    before = digests(book)
    said, right = answer(book, "add-a-paper", **answers)
    assert not right and changed(book, before) == set() and source["asked"] == []
    assert open_text(said).startswith("This cannot be used as it is, and nothing was written.")
    assert told in said


@pytest.mark.parametrize("ending", [".bib", ".ris", ".nbib"])
def test_a_doi_that_ends_as_a_file_is_asked_for_and_not_read(book, source, ending, unchecked):
    said, right = answer(book, "add-a-paper", identifier=f"10.1000/x{ending}")
    assert not right and [what for what, _ in source["asked"]] == [f"10.1000/x{ending}"]
    assert "Crossref: found no work with the DOI" in said


def test_a_source_that_does_not_answer_loses_nothing(book, monkeypatch, unchecked):
    def silent(kind, value):
        raise NotReached("Crossref: no answer within 20 s.")

    monkeypatch.setattr("seedsoil.literature.cite.look_up", silent)
    before = digests(book)
    said, right = answer(book, "add-a-paper")
    assert not right and "Crossref: no answer within 20 s." in said and changed(book, before) == set()


def test_a_recorded_article_becomes_a_row(book, source, shared, unchecked):
    source["pmid 31588070"] = (shared / "fixtures/pubmed/metapub/31588070.xml").read_bytes()
    said, right = answer(book, "add-a-paper", identifier="PMID 31588070")
    new = [row for row in rows(book, "findings").values() if row["note"].startswith("Typed in issue 12")]
    assert right and len(new) == 1 and "pmid = {31588070}" in (book / "data/references.bib").read_text("utf8")
    assert new[0]["ref"] in said


# --- a number -----------------------------------------------------------------------------------------------------


def test_a_number_is_corrected_in_its_cell(book):
    before, other = rows(book, "effects"), digests(book)
    said, right = answer(book, "correct-a-number")
    after = rows(book, "effects")
    assert (
        right and "ci_low: 1.12 → 1.13\nci_high: 1.90 → 1.91" in said and changed(book, other) == {"data/effects.csv"}
    )
    assert after.pop("mansi2016-death") == before.pop("mansi2016-death") | {
        "ci_low": "1.13",
        "ci_high": "1.91",
        "read_at": "unverified",
        "readings": "1",
        "note": "univariate; not significant in the multivariable model; number corrected by issue 12, not yet read",
    }
    assert after == before


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"expected": "about the same"}, "found 4 numbers in what the page says and 0 in what the source says"),
        ({"expected": NUMBER["found"]}, "no number differs"),
        ({"found": "HR 7.77", "expected": "HR 1.46"}, "the number 7.77 stands in no cell, expected in one"),
        ({"found": "1.46; 1.46", "expected": "1.47; 1.48"}, "the number 1.46 became 1.47 and 1.48"),
    ],
)
def test_what_cannot_be_told_is_left_to_an_editor(book, answers, told, unchecked):
    before = digests(book)
    said, _ = answer(book, "correct-a-number", **answers)
    assert told in said and changed(book, before) == set()


def test_a_table_that_is_computed_is_not_typed_into(book, unchecked):
    name = told.row_page("transbig_cohort", next(iter(Rows(book).keyed("transbig_cohort"))))
    before = digests(book)
    said, right = answer(book, "correct-a-number", page=f"evidence/{name}.html", found="1", expected="2")
    assert right and "the table is computed from a public file" in said and changed(book, before) == set()


@pytest.mark.parametrize(
    "page", ["chapters/dormancy.html", "https://evil.example/?x=evidence", "evidence/no-such-row.html", "../../x"]
)
def test_a_page_that_is_no_row_is_told(book, page, unchecked):
    said, right = answer(book, "correct-a-number", page=page)
    assert (
        not right
        and f"the form:1:Address of the page or the figure: found '{page}', expected the address of a row" in said
    )


def test_a_correction_that_no_cell_may_hold_is_told(book, unchecked):
    before = digests(book)
    said, right = answer(book, "correct-a-number", expected="HR 0000 (95% CI 1.12–1.90)")
    assert not right and "the form:9:What the source says: found '0000', expected" in said
    assert changed(book, before) == set()


# --- a claim ------------------------------------------------------------------------------------------------------


def test_a_dispute_finds_its_sentence_and_its_papers(book, known):
    before = digests(book)
    said, right = answer(book, "dispute-a-claim")
    assert right and changed(book, before) == {"data/references.bib", "data/references_read.csv"}
    shown = open_text(said)
    assert "The sentence is most like `index.md`, line 3:" in shown
    assert "The work stands in the bibliography as `bragado2013tgf`." in shown
    assert "vandermeer2020cxcl" in rows(book, "references_read")


def test_a_dispute_without_a_paper_writes_nothing(book, unchecked):
    before = digests(book)
    said, right = answer(book, "dispute-a-claim", claim="No such words anywhere", evidence="")
    assert right and "No paper is named, so nothing was written" in said and changed(book, before) == set()


def test_one_paper_that_is_not_found_keeps_no_other_out(book, known, unchecked):
    said, right = answer(book, "dispute-a-claim", evidence="10.1000/none\n10.1000/new")
    assert right and "found no work with the DOI 10.1000/none" in said
    assert "vandermeer2020cxcl" in rows(book, "references_read")


def test_papers_in_a_text():
    typed = "See 10.1000/A, (pmid: 777) and https://pubmed.ncbi.nlm.nih.gov/777/ of 2013; 24161934, no. 5; file.bib"
    assert claim.papers(typed) == ["10.1000/a", "pmid:777", "pmid:24161934"]


# --- text that means harm -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "field"),
    [("add-a-paper", "other"), ("add-a-paper", "identifier"), ("add-a-paper", "organ"), ("add-a-paper", "finding")]
    + [("correct-a-number", field) for field in NUMBER]
    + [("dispute-a-claim", field) for field in ("claim", "why", "evidence")],
)
def test_hostile_text_stays_text(book, known, name, field, unchecked):
    said, _ = answer(book, name, **{field: HARM})
    shown = open_text(said)
    for sign in ("@everyone", "#1 ", "<img", "evil", "secrets", "$(id)", "::set-output"):
        assert sign not in shown
    assert "\u202e" not in said and len(said) < 65_000


def test_a_block_is_not_closed_by_what_is_in_it():
    for inside in ("```", "````\n@x", "~~~\n```\n@x", "`" * 50, "a\r\n```\r\n@x"):
        assert open_text(reply.block(inside)) == ""


def test_an_answer_is_no_longer_than_github_takes(book, known, unchecked):
    long = "word " * 5_000
    said, _ = answer(
        book, "dispute-a-claim", claim=long, why=long, evidence="\n".join(f"10.1000/{n}" for n in range(999))
    )
    assert len(said) < 65_000 and "989 more papers were left" in said
    assert len([what for what, _ in known["asked"] if what.startswith("10.")]) == claim.MOST


# --- the command --------------------------------------------------------------------------------------------------


def test_the_command_reads_a_file_or_its_input_and_writes_only_when_told(
    book, monkeypatch, capsys, tmp_path, unchecked
):
    monkeypatch.setattr(commands, "ROOT", book)
    path = tmp_path / "form.md"
    path.write_text(text("correct-a-number"), "utf8")
    before = digests(book)
    assert cli.main(["form", str(path)]) == 0
    first = capsys.readouterr().out
    with path.open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert cli.main(["form", "--issue", "7"]) == 0
    assert capsys.readouterr().out == first and changed(book, before) == set()
    path.write_bytes(b"\xff no form")
    with path.open() as file:
        monkeypatch.setattr("sys.stdin", file)
        assert cli.main(["form"]) == 1
    assert "no heading of a form" in capsys.readouterr().out


def test_contributing_tells_of_it():
    assert "./book form" in (ROOT / "CONTRIBUTING.md").read_text("utf8")
