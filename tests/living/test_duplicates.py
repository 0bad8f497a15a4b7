"""Which records are one work: by identifier, by comparison, linked and not merged, and what goes to a person."""

import csv
import re
from datetime import date

import pytest

from seedsoil.literature.found import Found
from seedsoil.living import duplicates, ledger
from seedsoil.living.ledger import Pair, Record

TODAY = date(2026, 11, 28)
TITLE = "Fibroblasts of the marrow hold tumor cells asleep through a new signal"


def found(number, title=TITLE, source="europepmc", **more):
    return Found(source, str(number), title, authors="Ames A; Boyd B; Cole C", journal="Nature", year="2026", **more)


def kept(book, *records):
    duplicates.keep(book, "dormancy", records, TODAY, ledger.now())
    return ledger.load(book, Record), ledger.load(book, Pair)


def test_one_identifier_makes_one_record(book):
    records, pairs = kept(
        book,
        found("MED:1", pmid="1", doi="10.1000/a"),
        found("1", source="pubmed", pmid="1"),
        found("W1", source="openalex", doi="10.1000/a", title="FIBROBLASTS OF THE MARROW"),
    )
    assert [one.id for one in records] == ["pmid:1"]
    assert records[0].found_in == "europepmc MED:1; openalex W1; pubmed 1"
    assert pairs == []


def test_a_work_that_is_cited_already_is_a_duplicate_of_its_reference(book):
    _, pairs = kept(book, found("MED:23728425", title="Any", pmid="23728425", doi="10.1038/ncb2767"))
    assert [(one.other, one.state, one.authority) for one in pairs] == [("bib:ghajar2013pv", "duplicate", "system")]


def test_the_same_title_and_authors_nominate_and_do_no_more(book):
    records, pairs = kept(book, found("MED:1", pmid="1"), found("PMC:9", pmcid="PMC9"))
    assert len(records) == 2
    assert [(one.state, one.relation) for one in pairs] == [("nominated", "same work")]


def test_a_preprint_and_its_article_are_linked_and_stay_two(book):
    records, pairs = kept(
        book, found("PPR:1", doi="10.1101/1", kind="preprint"), found("MED:1", pmid="1", doi="10.1000/a")
    )
    assert len(records) == 2
    assert [(one.state, one.relation) for one in pairs] == [("distinct", "preprint of")]


def test_a_notice_never_merges_with_its_paper(book):
    records, pairs = kept(
        book,
        found("MED:1", pmid="1", doi="10.1000/a"),
        found("MED:2", title=f"Retraction: {TITLE}", pmid="2", doi="10.1000/a", kind="notice"),
    )
    assert {one.id for one in records} == {"pmid:1", "pmid:2"}
    assert {(one.state, one.relation) for one in pairs} == {("distinct", "notice of")}


def test_identifiers_that_disagree_go_to_a_person(book):
    records, pairs = kept(
        book,
        found("MED:1", pmid="1", doi="10.1000/a"),
        found("MED:2", title="Quite another work on vessels", pmid="2", doi="10.1000/a"),
    )
    assert len(records) == 2
    assert [one.state for one in pairs] == ["unresolved"]


def test_a_record_that_leads_to_two_works_goes_to_a_person(book):
    kept(book, found("MED:1", pmid="1"), found("W2", title="Vessels of the lung", source="openalex", doi="10.1000/b"))
    _, pairs = kept(book, found("7", title="Both", source="pubmed", pmid="1", doi="10.1000/b"))
    assert [(one.state, one.other) for one in pairs] == [("unresolved", "doi:10.1000/b"), ("unresolved", "pmid:1")]


def test_no_code_path_takes_a_persons_word_back(book):
    kept(book, found("MED:1", pmid="1"), found("PMC:9", pmcid="PMC9"))
    at = ledger.now()
    ledger.add(
        book,
        [Pair("pmcid:PMC9", "pmid:1", "distinct", "same work", "read", "An Editor", "person", "2026-01-01T00:00:00Z")],
    )
    kept(book, found("PMC:9", pmcid="PMC9"))
    held = ledger.pairs(ledger.load(book, Pair))
    assert held["pmcid:PMC9", "pmid:1"].state == "distinct"
    assert at


def test_two_writers_lose_nothing(book):
    one, two = (
        ledger.Decision(f"pmid:{n}", "dormancy", "maybe", "", "An Editor", "person", f"2026-11-28T10:00:0{n}.000Z")
        for n in (1, 2)
    )
    ledger.add(book, [one])
    ledger.add(book, [two])
    assert ledger.load(book, ledger.Decision) == [one, two]


def test_comparison_finds_what_others_marked_and_nothing_else(book, shared):
    """The labeled records of CoLRev: precision and recall of what is nominated."""
    text = (shared / "fixtures/dedupe/colrev_records.bib").read_text("utf8")
    entries = dict(re.findall(r"@\w+\{([^,]+),(.*?)\n\}", text, re.DOTALL))
    assert len(entries) >= 20

    def field(body, name):
        match = re.search(rf"\b{name}\s*=\s*\{{(.*?)\}},?\n", body, re.DOTALL)
        return " ".join(match[1].split()) if match else ""

    records = [
        Record(key, field(body, "title"), field(body, "author").replace(" and ", "; "), field(body, "journal"),
               field(body, "year"), "", "", "", "article", "published", key, "dormancy", "2026-11-28")
        for key, body in entries.items()
    ]  # fmt: skip
    expected_text = (shared / "fixtures/dedupe/colrev_records_expected.bib").read_text("utf8")
    left = set(re.findall(r"@\w+\{([^,]+),", expected_text))
    gone = set(entries) - left
    nominated = {frozenset((one.record, one.other)) for one in duplicates.compared(records, records, "now")}
    assert gone <= set().union(*nominated), "each record that was merged away is nominated"
    assert len(nominated) <= len(gone) + 1


@pytest.mark.parametrize(
    "text", ["=1+1", "a\x00b", "<b>x", "x" * 3000, " pad ", "\u202eabc", "中文 Опухоль", "Ｆｕｌｌ", "e\u0301"]
)
def test_text_from_outside_is_inert(book, text):
    kept(book, found("MED:1", title=text, pmid="1"))
    from seedsoil.tables.package import located

    located("living_records", book)
    with (book / "data/living/records.csv").open(encoding="utf8") as file:
        assert len(list(csv.reader(file))) == 2
