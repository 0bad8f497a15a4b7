"""Any text in any field of an answer: a record or work that every file, terminal and page can hold, or a plain refusal."""

from __future__ import annotations

import copy
import datetime
import json
import shutil
from collections.abc import Iterator
from html import escape
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedsoil.bibliography import file, rules
from seedsoil.files import ROOT
from seedsoil.literature import crossref, europepmc, openalex, pubmed, pubmed_search
from seedsoil.literature.http import NotFound, NotReached
from seedsoil.living import exchange, ledger, screening, screening_page
from seedsoil.living.duplicates import Shelf
from seedsoil.living.ranking import Queue, Waiting
from seedsoil.tables import package

EUROPEPMC = {
    "hitCount": 1,
    "nextCursorMark": "x",
    "resultList": {
        "result": [
            {
                "id": "23728425",
                "source": "MED",
                "pmid": "23728425",
                "pmcid": "PMC3826912",
                "doi": "10.1038/ncb2767",
                "title": "Niches & sleep: 5% of cells",
                "authorString": "Ghajar CM, Bissell MJ.",
                "journalInfo": {"journal": {"title": "Nature Cell Biology"}},
                "pubYear": "2013",
                "pubTypeList": {"pubType": ["Journal Article"]},
                "abstractText": "<h4>Aim</h4>Cells sleep.",
                "firstIndexDate": "2013-06-04",
            }
        ]
    },
}
OPENALEX = {
    "meta": {"count": 1, "next_cursor": "x"},
    "results": [
        {
            "id": "https://openalex.org/W1",
            "title": "Niches & sleep: 5% of cells",
            "type": "article",
            "type_crossref": "journal-article",
            "doi": "https://doi.org/10.1038/ncb2767",
            "ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/23728425", "pmcid": "3826912"},
            "publication_year": 2013,
            "authorships": [{"author": {"display_name": "Cyrus Ghajar"}}],
            "primary_location": {"source": {"display_name": "Nature Cell Biology"}},
            "abstract_inverted_index": {"Cells": [0], "sleep.": [1]},
            "created_date": "2013-06-04T00:00:00",
        }
    ],
}
PUBMED = """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>23728425</PMID><Article><Journal><JournalIssue>
<Volume>7</Volume><Issue>2</Issue><PubDate><Year>2013</Year></PubDate></JournalIssue><Title>Nature Cell Biology</Title>
</Journal><ArticleTitle>Niches &amp; sleep: 5% of cells</ArticleTitle><Pagination><MedlinePgn>807-17</MedlinePgn>
</Pagination><Abstract><AbstractText>Cells sleep.</AbstractText></Abstract><AuthorList><Author><LastName>Ghajar</LastName>
<ForeName>Cyrus</ForeName><Initials>C</Initials></Author></AuthorList><PublicationTypeList>
<PublicationType>Journal Article</PublicationType></PublicationTypeList></Article></MedlineCitation><PubmedData>
<ArticleIdList><ArticleId IdType="doi">10.1038/ncb2767</ArticleId><ArticleId IdType="pmc">PMC3826912</ArticleId>
</ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>"""
CROSSREF = {
    "DOI": "10.1038/ncb2767",
    "type": "journal-article",
    "title": ["Niches & sleep: 5% of cells"],
    "subtitle": ["in marrow"],
    "container-title": ["Nature Cell Biology"],
    "author": [{"family": "Ghajar", "given": "Cyrus", "suffix": "Jr"}, {"name": "Bone Group"}],
    "issued": {"date-parts": [[2013]]},
    "publisher": "Press",
    "volume": "7",
    "issue": "2",
    "page": "807-17",
}
TEXT = st.text(
    st.sampled_from("\"'<>&{}[]$%#_~^\\=+-@;:,|`!/()\n\r\t\x1b\x85\u202e\u2066\u2028\u200b\ufeffaе１ßΩ👩 0"),
    min_size=1,
    max_size=30,
) | st.sampled_from(
    [
        "</script><svg onload=alert(1)>",
        '" onmouseover="alert(1)',
        "=HYPERLINK(1)",
        "{{ 7*7 }}",
        "\x1b]0;title\x07",
        "\nER  - \nTY  - JOUR",
        "},\n@article{other,",
        "<!ENTITY x SYSTEM 'words.txt'>",
    ]
)


def leaves(answer: object, path: tuple = ()) -> Iterator[tuple]:
    """Where the texts of an answer stand."""
    if isinstance(answer, str):
        yield path
    elif isinstance(answer, dict | list):
        for key, value in answer.items() if isinstance(answer, dict) else enumerate(answer):
            yield from leaves(value, (*path, key))


def spoiled(answer: dict, path: tuple, text: str) -> bytes:
    answer = copy.deepcopy(answer)
    at = answer
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = text
    return json.dumps(answer).encode()


def spoiled_xml(number: int, text: str) -> bytes:
    """The answer of PubMed with `text` as that of its element `number`; XML holds no control characters."""
    root = ElementTree.fromstring(PUBMED)
    told = [one for one in root.iter() if (one.text or "").strip()]
    told[number].text = "".join(sign for sign in text if sign.isprintable() or sign in "\n\t\u200b\u202e\u2066\ufeff")
    return ElementTree.tostring(root)


JSON_FIELDS = [
    *((europepmc, EUROPEPMC, path) for path in leaves(EUROPEPMC)),
    *((openalex, OPENALEX, path) for path in leaves(OPENALEX)),
]
XML_FIELDS = sum(bool((one.text or "").strip()) for one in ElementTree.fromstring(PUBMED).iter())


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The data package alone: what is written into its tables is read by its rules."""
    root = tmp_path_factory.mktemp("book")
    (root / "data/living").mkdir(parents=True)
    shutil.copy(ROOT / "data/datapackage.json", root / "data")
    return root


def goes_everywhere(root, found) -> None:
    """A found record reaches the ledger, the terminal, the page and the files of other tools as text."""
    shelf = Shelf([], at="2026-11-01T00:00:00Z")
    shelf.place(found, "dormancy", datetime.date(2026, 11, 1))
    (record,) = shelf.records.values()
    ledger.save(root, ledger.Record, [record])
    assert len(package.load("living_records", root)) == 1
    assert ledger.load(root, ledger.Record) == [record]

    waiting = Waiting(record, 0.5, 1, ("it would change a grade",), False, False, ())
    shown = screening.shown(waiting, found.abstract, 1, 1)
    assert all(sign.isprintable() or sign == "\n" for sign in shown)

    queue = Queue("dormancy", (waiting,), "by likeness")
    screening_page.write(root, queue, root / "page.html")
    page = BeautifulSoup((root / "page.html").read_text("utf8"), "html.parser")
    assert [tag.name for tag in page(True)] == [tag.name for tag in bare_page(root)(True)]
    exchange.write(root, queue, root / "queue.ris")
    lines = (root / "queue.ris").read_text("utf8").splitlines()
    assert sum(line.startswith("TY  -") for line in lines) == sum(line.startswith("ER  -") for line in lines) == 1
    exchange.write(root, queue, root / "queue.csv")
    assert len((root / "queue.csv").read_text("utf8").splitlines()) == 2


def bare_page(root) -> BeautifulSoup:
    screening_page.write(root, Queue("dormancy", (), "by likeness"), root / "bare.html")
    return BeautifulSoup((root / "bare.html").read_text("utf8"), "html.parser")


COUNT = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


@COUNT
@given(st.sampled_from(JSON_FIELDS), TEXT)
def test_any_text_in_a_found_record(book, where, text):
    source, answer, path = where
    try:
        (found,) = source.read_page(spoiled(answer, path, text), "*").records
    except NotReached:
        return
    goes_everywhere(book, found)


@COUNT
@given(st.integers(0, XML_FIELDS - 1), TEXT)
def test_any_text_in_a_record_of_pubmed(book, number, text):
    try:
        (found,) = pubmed_search.read_records(spoiled_xml(number, text))
    except NotReached:
        return
    goes_everywhere(book, found)


def kept(work) -> None:
    """What is written of a work is read again as it was, or refused in words that a terminal can show."""
    text = file.entry_text(work.type, "key2013", work.fields) + "\n"
    try:
        file.same_again(text, "key2013", work.fields, "refs.bib")  # as cite asks before it writes
    except ValueError as error:
        assert all(sign.isprintable() or sign in "\n\t" for sign in str(error)), str(error)
        return
    (item,) = file.items(text, "refs.bib")
    assert file.formatted(text, "refs.bib") == text
    for _, fault in rules.faults([item]):
        assert all(part.replace("\n", "").replace("\t", "").isprintable() for part in map(str, fault))


@COUNT
@given(st.sampled_from(list(leaves(CROSSREF))), TEXT)
def test_any_text_in_an_answer_of_crossref(where, text):
    try:
        work = crossref.read_crossref(json.loads(spoiled(CROSSREF, where, text)))
    except (ValueError, NotReached, NotFound):
        return
    kept(work)


@COUNT
@given(st.integers(0, XML_FIELDS - 1), TEXT)
def test_any_text_in_an_article_of_pubmed(number, text):
    (record,) = ElementTree.fromstring(spoiled_xml(number, text))
    try:
        work = pubmed.read_pubmed(record, "23728425")
    except (ValueError, NotReached, NotFound):
        return
    kept(work)


def test_a_record_is_told_as_people_write_and_not_in_latex():
    for found in (
        *europepmc.read_page(json.dumps(EUROPEPMC).encode(), "*").records,
        *openalex.read_page(json.dumps(OPENALEX).encode(), "*").records,
        *pubmed_search.read_records(PUBMED.encode()),
    ):
        assert found.title == "Niches & sleep: 5% of cells"
        assert escape(found.title) == "Niches &amp; sleep: 5% of cells"
