"""`./book cite`: what the sources answer, what is refused, and that nothing is lost."""

import argparse
import csv
import datetime
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from urllib.parse import parse_qs, unquote, urlparse

import pytest
from pybtex.database import parse_string

from seedsoil.bibliography import edit, file, identity, printed, rules
from seedsoil.files import ROOT
from seedsoil.literature import cite
from seedsoil.literature import http as asking
from seedsoil.literature import pubmed as pubmed_client
from seedsoil.prose import citations
from seedsoil.tables import package as tables

TODAY = datetime.date(2026, 11, 22)

HEAD = "% The head of the file.\n% Its second line.\n\n"
BRAGADO = """@article{bragado2013tgf,
  author = {Bragado, Paloma and Aguirre-Ghiso, Julio A.},
  title = {{TGF-β2} dictates disseminated tumour cell fate in target organs},
  journal = {Nature Cell Biology},
  year = {2013},
  doi = {10.1038/ncb2861},
  pmid = {24161934},
}
"""
SOSA = """% kept with its entry
@article{sosa2015nr,
  author = {Sosa, Maria Soledad},
  title = {{NR2F1} controls tumour cell dormancy},
  journal = {The Lancet},
  year = {2015},
  doi = {unread},
  pmid = {25636082},
}
"""
READ = (
    "key,read_at,source,verified_on,role,corrected_on,correction,looked_for_notices,note\n"
    "bragado2013tgf,abstract,PubMed 24161934,2026-11-01,research,,,,\n"
    "sosa2015nr,abstract,PubMed 25636082,2026-11-01,research,,,,\n"
)


@pytest.fixture
def folder(tmp_path):
    """A small bibliography with its readings and one page."""
    (tmp_path / "data").mkdir()
    (tmp_path / "chapters").mkdir()
    (tmp_path / "_toc.yml").write_text("{format: jb-book, root: chapters/page}", encoding="utf-8")
    shutil.copy(ROOT / "data/datapackage.json", tmp_path / "data")
    (tmp_path / "data" / "references.bib").write_text(HEAD + BRAGADO + "\n" + SOSA, encoding="utf-8")
    (tmp_path / "data" / "references_read.csv").write_text(READ, encoding="utf-8")
    (tmp_path / "chapters" / "page.md").write_text("Said {cite:p}`bragado2013tgf`.\n", encoding="utf-8")
    return tmp_path


def bib(folder) -> str:
    return (folder / "data" / "references.bib").read_text(encoding="utf-8")


def readings(folder) -> str:
    return (folder / "data" / "references_read.csv").read_text(encoding="utf-8")


# --- answers -----------------------------------------------------------------------------------------------------


def crossref(doi="10.1000/new", **fields) -> bytes:
    message = {
        "DOI": doi,
        "type": "journal-article",
        "title": ["CXCL12 keeps mRNA of tumour cells in bone"],
        "container-title": ["Lancet"],
        "author": [{"family": "van der Meer", "given": "Jan P."}, {"name": "Bone Group"}],
        "issued": {"date-parts": [[2019, 12]]},
        "published-print": {"date-parts": [[2020, 1]]},
        "volume": "7",
        "issue": "2",
        "page": "101-9",
    }
    return json.dumps({"status": "ok", "message": {**message, **fields}}).encode()


def pubmed(
    pmid="777",
    doi="10.1000/new",
    title="<i>CXCL12</i> keeps mRNA of tumour cells in bone.",
    kind="Journal Article",
    remark="",
    authors="<Author><LastName>van der Meer</LastName><ForeName>Jan P</ForeName></Author>",
) -> bytes:
    return f"""<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID>
<Article><Journal><JournalIssue><Volume>7</Volume><Issue>2</Issue><PubDate><MedlineDate>2020 Jan-Feb</MedlineDate></PubDate>
</JournalIssue><Title>Lancet (London, England)</Title></Journal><ArticleTitle>{title}</ArticleTitle>
<Pagination><MedlinePgn>101-9</MedlinePgn></Pagination><AuthorList>{authors}</AuthorList>
<PublicationTypeList><PublicationType>{kind}</PublicationType></PublicationTypeList></Article>
<CommentsCorrectionsList>{remark}</CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">{doi}</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>""".encode()


def search(*pmids) -> bytes:
    return json.dumps({"esearchresult": {"count": str(len(pmids)), "idlist": list(pmids)}}).encode()


@pytest.fixture
def source(monkeypatch):
    """A server that plays Crossref and PubMed: `source[what]` is the answer, bytes or (status, headers, bytes)."""
    answers, asked = {}, []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlparse(self.path)
            query = parse_qs(parts.query)
            what = (
                unquote(parts.path.rpartition("/works/")[2])
                if "/works/" in parts.path
                else (f"search {query['term'][0]}" if parts.path.endswith("esearch.fcgi") else f"pmid {query['id'][0]}")
            )
            asked.append((what, dict(self.headers)))
            answer = answers.get(what, search() if what.startswith("search") else (404, {}, b"Resource not found."))
            if callable(answer):
                answer = answer()
            status, headers, body = answer if isinstance(answer, tuple) else (200, {}, answer)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("SEEDSOIL_CROSSREF", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("SEEDSOIL_PUBMED", f"http://127.0.0.1:{server.server_port}/eutils")
    monkeypatch.setattr(cite, "PAUSE", 0)
    answers["asked"] = asked
    yield answers
    server.shutdown()
    server.server_close()


# --- the identifier ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("10.1038/NCB2861", ("doi", "10.1038/ncb2861")),
        ("doi:10.1038/ncb2861", ("doi", "10.1038/ncb2861")),
        ("DOI: 10.1038/ncb2861.", ("doi", "10.1038/ncb2861")),
        ("https://doi.org/10.1016/S0140-6736%2897%2911096-0", ("doi", "10.1016/s0140-6736(97)11096-0")),
        ("http://dx.doi.org/10.1016/s0140-6736(97)11096-0", ("doi", "10.1016/s0140-6736(97)11096-0")),
        ("10.1000/a,b(c)d", ("doi", "10.1000/a,b(c)d")),
        (
            "10.1002/1097-0142(19840501)53:9<1895::aid-cncr1>3.0.co;2-5",
            ("doi", "10.1002/1097-0142(19840501)53:9<1895::aid-cncr1>3.0.co;2-5"),
        ),
        ("24161934", ("pmid", "24161934")),
        ("pmid:24161934", ("pmid", "24161934")),
        ("PMID 24161934", ("pmid", "24161934")),
        ("https://pubmed.ncbi.nlm.nih.gov/24161934/", ("pmid", "24161934")),
        ("https://www.ncbi.nlm.nih.gov/pubmed/24161934", ("pmid", "24161934")),
    ],
)
def test_identifiers(typed, expected):
    assert cite.identify(typed) == expected


@pytest.mark.parametrize(
    "typed",
    ["", "PMC4006312", "ncb2861", "10.1038", "https://www.nature.com/articles/ncb2861", "10.1000/a}b", "123456789"],
)
def test_what_is_no_identifier(typed):
    with pytest.raises(ValueError) as error:
        cite.identify(typed)
    assert str(error.value) == (
        f"found {typed!r}, expected a DOI as 10.1038/ncb2861 or a PMID as 24161934, bare or as a link "
        "of doi.org or PubMed."
    )


# --- add ---------------------------------------------------------------------------------------------------------

ADDED = """@article{vandermeer2020cxcl,
  author = {van der Meer, Jan P. and {Bone Group}},
  title = {{CXCL12} keeps {mRNA} of tumour cells in bone},
  journal = {The Lancet},
  year = {2020},
  volume = {7},
  number = {2},
  pages = {101--109},
  doi = {10.1000/new},
  pmid = {777},
}
"""


def test_add_by_doi_fills_the_pmid_and_changes_nothing_else(folder, source):
    source["10.1000/new"], source['search "10.1000/new"[doi]'], source["pmid 777"] = crossref(), search("777"), pubmed()
    said = cite.add(folder, "https://doi.org/10.1000/NEW")
    assert bib(folder) == HEAD + BRAGADO + "\n" + SOSA + "\n" + ADDED
    assert readings(folder) == READ
    assert said[1:] == [
        "vandermeer2020cxcl is added to data/references.bib.",
        'It is not yet verified: read the abstract at least, then ./book cite add 10.1000/new --read-at abstract --source "the page".',
    ]


def test_add_by_pmid_gives_the_same_work(folder, source):
    source["pmid 777"] = pubmed()
    cite.add(folder, "777")
    assert bib(folder).endswith(ADDED.replace(" and {Bone Group}", "").replace("Jan P.", "Jan P"))


def test_add_notes_the_reading_at_its_place(folder, source):
    source["pmid 777"] = pubmed(
        authors="<Author><CollectiveName>Early Breast Cancer Trialists' Collaborative Group (EBCTCG).</CollectiveName></Author>"
    )
    cite.add(folder, "777", read_at="abstract", source="PubMed 777, page 1", today=TODAY)
    assert (
        "@article{ebctcg2020cxcl,\n  author = {{Early Breast Cancer Trialists' Collaborative Group (EBCTCG)}},\n"
        in bib(folder)
    )
    lines = READ.splitlines(keepends=True)
    assert readings(folder) == "".join(
        [*lines[:2], 'ebctcg2020cxcl,abstract,"PubMed 777, page 1",2026-11-22,research,,,,\n', lines[2]]
    )


def test_a_reading_may_follow_later_without_the_network(folder, source):
    source["pmid 777"] = pubmed()
    cite.add(folder, "777")
    text, asked = bib(folder), len(source["asked"])
    said = cite.add(folder, "pmid:777", read_at="full text", source="PubMed 777", today=TODAY)
    assert said == [
        "vandermeer2020cxcl stands in data/references.bib; its reading is noted in data/references_read.csv."
    ]
    assert readings(folder) == READ + "vandermeer2020cxcl,full text,PubMed 777,2026-11-22,research,,,,\n"
    assert (bib(folder), len(source["asked"])) == (text, asked)


def test_a_reading_that_the_table_refuses_leaves_both_files(folder, source):
    source["pmid 777"] = pubmed()
    with pytest.raises(tables.DataError, match="found 'abstrct', expected one of abstract"):
        cite.add(folder, "777", read_at="abstrct", source="PubMed 777", today=TODAY)
    assert (bib(folder), readings(folder)) == (HEAD + BRAGADO + "\n" + SOSA, READ)


def test_half_a_reading(folder):
    with pytest.raises(ValueError, match="found one of --read-at and --source, expected both or neither"):
        cite.add(folder, "777", read_at="abstract")


def test_no_mail_address_is_sent(folder, source):
    source["10.1000/new"] = crossref()
    cite.add(folder, "10.1000/new")
    agents = {headers["User-Agent"] for _, headers in source["asked"]}
    assert agents == {"seedsoil (keeper of a living review)"}
    assert not any("@" in what for what, _ in source["asked"])


def test_pubmed_silent_is_said_and_the_entry_stands(folder, source):
    source["10.1000/new"] = crossref()
    source['search "10.1000/new"[doi]'] = (503, {}, b"")
    said = cite.add(folder, "10.1000/new")
    assert (
        "vandermeer2020cxcl: the PMID was not found out. PubMed: found the failure 503 Service Unavailable, expected an "
        "answer; ask again later."
    ) in said
    assert "pmid = {unread}" in bib(folder)


@pytest.mark.parametrize(
    "answer",
    [b"{}", b'{"esearchresult": {"ERROR": "down"}}', b"[]", b"<html>", b'{"error": "API rate limit exceeded"}'],
)
def test_a_search_that_cannot_be_read_is_said(folder, source, answer):
    source["10.1000/new"], source['search "10.1000/new"[doi]'] = crossref(), answer
    assert any("PubMed: found an answer that cannot be read" in line for line in cite.add(folder, "10.1000/new"))


def test_a_record_of_another_doi_gives_no_pmid(folder, source):
    source["10.1000/new"], source['search "10.1000/new"[doi]'], source["pmid 777"] = (
        crossref(),
        search("777"),
        pubmed(doi="10.1000/other"),
    )
    cite.add(folder, "10.1000/new")
    assert "pmid = {unread}" in bib(folder)


def test_markup_entities_and_case(folder, source):
    source["10.1000/new"] = crossref(
        title=["<jats:italic>In vivo</jats:italic> imaging of TGF-&amp;beta;1 &amp; Ca<sup>2+</sup>\n in {the} T cell"],
        subtitle=["a 5% trial"],
        author=[
            {"family": "WEEDON-FEKJÆR", "given": "HJ"},
            {"family": "Gouin", "given": "Kenneth H.", "suffix": "III"},
            {"family": "Cafe\u0301", "given": "A.B."},
        ],
    )
    cite.add(folder, "10.1000/new")
    assert "title = {In vivo imaging of {TGF-β1} \\& {Ca2}+ in the T cell: a 5\\% trial}" in bib(folder)
    assert "@article{weedonfekjaer2020vivo," in bib(folder)
    assert "author = {Weedon-Fekjær, H. J. and Gouin, III, Kenneth H. and Café, A. B.}" in bib(folder)
    assert rules.problems(folder / "data" / "references.bib") == []


def test_the_key_of_another_work_gets_a_letter(folder, source):
    source["10.1000/new"], source["10.1000/two"] = (
        crossref(),
        crossref("10.1000/two", title=["CXCL12 in marrow: another study"]),
    )
    cite.add(folder, "10.1000/new")
    cite.add(folder, "10.1000/two")
    assert [item.key for item in file.items(bib(folder), "")] == [
        "bragado2013tgf",
        "sosa2015nr",
        "vandermeer2020cxcl",
        "vandermeer2020cxclb",
    ]


def test_books_and_preprints(folder, source):
    source["10.1000/book"] = crossref(
        "10.1000/book", type="book", title=["The soil"], publisher="Press & Sons", **{"container-title": []}
    )
    source["10.1101/pre"] = crossref(
        "10.1101/pre",
        type="posted-content",
        title=["A preprint of bone"],
        institution=[{"name": "bioRxiv"}],
        **{"container-title": []},
    )
    cite.add(folder, "10.1000/book")
    cite.add(folder, "10.1101/pre")
    assert "@book{vandermeer2020soil," in bib(folder) and "publisher = {Press \\& Sons}" in bib(folder)
    assert "journal = {bioRxiv}" in bib(folder)
    assert rules.problems(folder / "data" / "references.bib") == []


# --- refused -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identifier", "answers", "message"),
    [
        (
            "10.1038/NCB2861",
            {},
            "data/references.bib:4: found the DOI 10.1038/ncb2861 in the entry bragado2013tgf, expected each work once; cite it as bragado2013tgf.",
        ),
        (
            "24161934",
            {},
            "data/references.bib:4: found the PMID 24161934 in the entry bragado2013tgf, expected each work once; cite it as bragado2013tgf.",
        ),
        (
            "10.1000/new",
            {
                "10.1000/new": crossref(),
                'search "10.1000/new"[doi]': search("25636082"),
                "pmid 25636082": pubmed("25636082"),
            },
            "data/references.bib:14: found the PMID 25636082 in the entry sosa2015nr, expected each work once; cite it as sosa2015nr.",
        ),
        (
            "777",
            {"pmid 777": pubmed(doi="10.1038/NCB2861")},
            "data/references.bib:4: found the DOI 10.1038/ncb2861 in the entry bragado2013tgf, expected each work once; cite it as bragado2013tgf.",
        ),
        (
            "10.1101/pre",
            {
                "10.1101/pre": crossref(
                    "10.1101/pre",
                    title=["TGF-β2 Dictates Disseminated Tumor Cell Fate in Target Organs"],
                    author=[{"family": "Bragado"}],
                )
            },
            "data/references.bib:4: found nearly the same title, 'TGF-β2 dictates disseminated tumour cell fate in target organs', by the same first author, in the entry bragado2013tgf, "
            "expected each work once; cite it as bragado2013tgf.",
        ),
        (
            "10.1000/new",
            {},
            "Crossref: found no work with the DOI 10.1000/new, expected one; compare it with the page of the work.",
        ),
        (
            "777",
            {"pmid 777": b'<?xml version="1.0"?><PubmedArticleSet></PubmedArticleSet>'},
            "PubMed: found no work with the PMID 777, expected one; compare it with the page of the work.",
        ),
        (
            "10.1000/new",
            {"10.1000/new": crossref("10.1000/other")},
            "Crossref: found the answer about 10.1000/other, expected 10.1000/new; if that is the DOI of the work today, add it by that one.",
        ),
        (
            "777",
            {"pmid 777": pubmed("778")},
            "PubMed: found the answer about 778, expected 777; if that is the PMID of the work today, add it by that one.",
        ),
        (
            "10.1000/new",
            {"10.1000/new": (429, {"Retry-After": "30"}, b"")},
            "Crossref: found too many questions (429), expected an answer; ask again after 30 s.",
        ),
        (
            "777",
            {"pmid 777": (429, {}, b"")},
            "PubMed: found too many questions (429), expected an answer; ask again in a minute.",
        ),
        (
            "777",
            {"pmid 777": (500, {}, b"")},
            "PubMed: found the failure 500 Internal Server Error, expected an answer; ask again later.",
        ),
        (
            "10.1000/new",
            {"10.1000/new": (200, {"Content-Length": "9999"}, b"{")},
            "Crossref: found an answer that breaks off (RemoteProtocolError), expected all of it; ask again.",
        ),
        (
            "10.1000/new",
            {"10.1000/new": crossref()[:90]},
            "Crossref: found an answer that cannot be read (JSONDecodeError: ",
        ),
        (
            "10.1000/new",
            {"10.1000/new": b'{"message": "\xff"}'},
            "Crossref: found an answer that cannot be read (UnicodeDecodeError: ",
        ),
        (
            "10.1000/new",
            {"10.1000/new": b'{"message": []}'},
            "Crossref: found an answer that cannot be read (TypeError: ",
        ),
        (
            "10.1000/new",
            {"10.1000/new": crossref(author="Meer")},
            "Crossref: found an answer that cannot be read (AttributeError: ",
        ),
        ("777", {"pmid 777": pubmed()[:300]}, "PubMed: found an answer that cannot be read (unclosed token: line 3"),
        (
            "777",
            {"pmid 777": b"<eFetchResult><ERROR>API down</ERROR></eFetchResult>"},
            "PubMed: found an answer that cannot be read (found <eFetchResult>, 'API down'), expected ",
        ),
        (
            "10.1000/new",
            {"10.1000/new": crossref(type="journal")},
            "Crossref: found that 10.1000/new is a journal, expected one of journal-article, posted-content, book, monograph, ",
        ),
        (
            "10.1000/new",
            {"10.1000/new": crossref(title=[])},
            "10.1000/new: found no title in the answer, expected one; add the entry by hand.",
        ),
        (
            "10.1000/new",
            {
                "10.1000/new": crossref(
                    **{"issued": {"date-parts": [[None]]}, "published-print": {"date-parts": [[None]]}}
                )
            },
            "10.1000/new: found no year in the answer, expected one; add the entry by hand.",
        ),
    ],
)
def test_what_is_refused_leaves_the_files(folder, source, identifier, answers, message):
    source.update(answers)
    with pytest.raises(ValueError) as error:
        cite.add(folder, identifier)
    assert str(error.value).startswith(message)
    assert (bib(folder), readings(folder)) == (HEAD + BRAGADO + "\n" + SOSA, READ)


RETRACTION = {"type": "retraction", "DOI": "10.1000/Notice"}


@pytest.mark.parametrize(
    ("identifier", "answers", "why"),
    [
        ("10.1000/new", {"10.1000/new": crossref(**{"updated-by": [RETRACTION]})}, "retraction 10.1000/notice"),
        (
            "10.1000/new",
            {"10.1000/new": crossref(**{"update-to": [{**RETRACTION, "DOI": "10.1000/new"}]})},
            "retraction 10.1000/new",
        ),
        (
            "10.1000/new",
            {"10.1000/new": crossref(title=["RETRACTED ARTICLE: CXCL12 in bone"])},
            "so marked by the source",
        ),
        ("10.1000/new", {"10.1000/new": crossref(title=["CXCL12 in bone (Retracted)"])}, "so marked by the source"),
        ("777", {"pmid 777": pubmed(kind="Retracted Publication")}, "so marked by the source"),
        (
            "777",
            {
                "pmid 777": pubmed(
                    remark='<CommentsCorrections RefType="RetractionIn"><RefSource>Lancet. 2021;1:2</RefSource></CommentsCorrections>'
                )
            },
            "retraction Lancet. 2021;1:2",
        ),
        (
            "10.1000/new",
            {
                "10.1000/new": crossref(),
                'search "10.1000/new"[doi]': search("777"),
                "pmid 777": pubmed(kind="Retracted Publication"),
            },
            "so marked by the source",
        ),
    ],
)
def test_a_retracted_work_enters_only_as_such(folder, source, identifier, answers, why):
    source.update(answers)
    with pytest.raises(ValueError) as error:
        cite.add(folder, identifier)
    assert str(error.value) == (
        f"{identifier}: found a retracted work ({why}), expected one that stands; --retracted adds it as "
        "such, shown struck and never counted."
    )
    assert bib(folder) == HEAD + BRAGADO + "\n" + SOSA
    cite.add(folder, identifier, retracted=True)
    [item] = [item for item in file.items(bib(folder), "") if item.key.startswith("vandermeer2020cxcl")]
    assert item.fields["status"] == "retracted"
    assert "etracted" not in item.fields["title"].lower()


def test_the_notice_of_a_retraction_is_not_the_work(folder, source):
    source["10.1000/notice"] = crossref("10.1000/notice", **{"update-to": [{**RETRACTION, "DOI": "10.1000/new"}]})
    with pytest.raises(
        ValueError,
        match=r"found that 10\.1000/notice is the notice that retracts 10\.1000/new, expected the work itself",
    ):
        cite.add(folder, "10.1000/notice", retracted=True)


def test_a_title_about_retraction_is_no_retraction(folder, source):
    source["10.1000/new"] = crossref(title=["Retracted publications in oncology: a review"])
    cite.add(folder, "10.1000/new")
    assert "Retracted publications" in bib(folder)


def test_retracted_on_the_word_of_a_person_is_said(folder, source):
    source["10.1000/new"] = crossref()
    said = cite.add(folder, "10.1000/new", retracted=True)
    assert "vandermeer2020cxcl: no source that was asked knows of a retraction; it is marked so on your word." in said


def test_no_network(folder, monkeypatch):
    monkeypatch.setenv("SEEDSOIL_PUBMED", "http://127.0.0.1:9")
    with pytest.raises(
        ValueError,
        match=r"PubMed: found no way to http://127.0.0.1:9/efetch.fcgi \(.*refused\), expected an answer; is there a network\?",
    ):
        cite.add(folder, "777")


def test_too_slow(folder, source, monkeypatch):
    monkeypatch.setattr(asking, "TIMEOUT", 0.05)
    source["10.1000/new"] = lambda: time.sleep(0.5) or crossref()
    with pytest.raises(ValueError, match="Crossref: found no answer within 0.05 s, expected one; ask again later"):
        cite.add(folder, "10.1000/new")


def test_a_broken_bibliography_is_not_added_to(folder, source):
    source["10.1000/new"] = crossref()
    broken = bib(folder).replace("{2013}", "{2013")
    (folder / "data" / "references.bib").write_text(broken, encoding="utf-8")
    with pytest.raises(ValueError, match="data/references.bib:4: found broken BibTeX"):
        cite.add(folder, "10.1000/new")
    assert bib(folder) == broken


# --- recorded answers --------------------------------------------------------------------------------------------


def test_recorded_work_that_is_retracted(folder, source, shared):
    """DOI with parentheses; Crossref names a correction and a retraction."""
    answers = shared / "fixtures"
    doi = "10.1016/s0140-6736(97)11096-0"
    source[doi] = (answers / "crossref" / "retraction_wakefield_work.json").read_bytes()
    source[f'search "{doi}"[doi]'] = (answers / "pubmed" / "retraction_wakefield_esearch.json").read_bytes()
    with pytest.raises(
        ValueError, match="found a retracted work .correction 10.1016/s0140-6736.04.15715-2; retraction 10.1016"
    ):
        cite.add(folder, doi)
    cite.add(folder, doi, retracted=True, read_at="abstract", source="doi.org", today=TODAY)
    [item] = [item for item in file.items(bib(folder), "") if item.key == "wakefield1998ileal"]
    assert item.fields["title"].startswith("Ileal-lymphoid-nodular hyperplasia")
    assert item.fields["author"].startswith("Wakefield, A. J. and Murch, S. H.")
    assert (item.fields["doi"], item.fields["pages"], item.fields["journal"]) == (doi, "637--641", "The Lancet")
    assert (
        "wakefield1998ileal,abstract,doi.org,2026-11-22,research,,,,correction 10.1016/s0140-6736(04)15715-2; retraction"
        in readings(folder)
    )


@pytest.mark.parametrize(
    ("recorded", "doi", "key", "fields"),
    [
        (
            "colrev/10.1177_02683962211048201.json",
            "10.1177/02683962211048201",
            "wagner2022artificial",
            {"year": "2022", "pages": "209--226"},
        ),
        (
            "colrev/10.2196_22081.json",
            "10.2196/22081",
            "grenierouimet2020investigating",
            {"journal": "Journal of Medical Internet Research", "pages": "e22081"},
        ),
        ("papis/test_5_aps_article_number.json", "10.1103/physreva.106.022212", "donadi2022toy", {"pages": "022212"}),
        (
            "papis/test_1_multiple_authors.json",
            "10.1103/physrevb.89.140501",
            "herdman2014particle",
            {"author": "Herdman, C. M. and Roy, P.-N. and Melko, R. G. and Del Maestro, A."},
        ),
    ],
)
def test_recorded_answers_of_crossref(folder, source, shared, recorded, doi, key, fields):
    source[doi] = (shared / "fixtures" / "crossref" / recorded).read_bytes()
    cite.add(folder, doi)
    [item] = [item for item in file.items(bib(folder), "") if item.key == key]
    assert {name: item.fields[name] for name in fields} == fields


@pytest.mark.parametrize(
    ("pmid", "key", "fields"),
    [
        (
            "39236155",
            "park2024hematopoietic",
            {"journal": "Science", "pages": "eadn0327", "doi": "10.1126/science.adn0327"},
        ),
        ("35358095", "denorme2022neutrophil", {"pages": "e154225", "journal": "The Journal of Clinical Investigation"}),
        ("11618220", "mcmahon1987eroticism", {"pages": "217--264"}),
        ("37052536", None, {}),
        ("37909814", None, {}),
    ],
)
def test_recorded_answers_of_pubmed(folder, source, shared, pmid, key, fields):
    path = shared / "fixtures" / "pubmed" / "metapub" / f"{pmid}.xml"
    if path.exists():
        source[f"pmid {pmid}"] = path.read_bytes()
    if key is None:
        with pytest.raises(ValueError, match=f"PubMed: found no work with the PMID {pmid}"):
            cite.add(folder, pmid)
        return
    cite.add(folder, pmid)
    [item] = [item for item in file.items(bib(folder), "") if item.fields["pmid"] == pmid]
    assert item.key == key
    assert {name: item.fields[name] for name in fields} == fields


def test_every_recorded_article_becomes_an_entry_that_formatting_leaves(folder, shared):
    from xml.etree import ElementTree

    every = sorted((shared / "fixtures" / "pubmed" / "metapub").glob("*.xml"))
    assert every
    for path in every:
        for record in ElementTree.parse(path).getroot().iterfind("PubmedArticle"):
            work = pubmed_client.read_pubmed(record, path.stem)
            entry = file.entry_text(work.type, identity.make_key(work.fields), work.fields) + "\n"
            assert file.formatted(entry, path.name) == entry
            assert work.fields["year"] and work.fields["title"] and work.fields["journal"]


# --- format, list, complete --------------------------------------------------------------------------------------


def test_format_sorts_and_changes_only_what_is_out_of_form(folder):
    loose = (
        SOSA.replace("  pmid = {25636082},\n  ", "")
        .replace("{unread}", "{https://doi.org/10.1/ABC}")
        .replace("  author", "author")
    )
    (folder / "data" / "references.bib").write_text(HEAD + loose + "\n\n" + BRAGADO, encoding="utf-8")
    assert edit.format_(folder) == ["data/references.bib is formatted; 1 of 2 entries changed: sosa2015nr."]
    assert bib(folder) == HEAD + BRAGADO + "\n" + SOSA.replace("{unread}", "{10.1/abc}")
    assert edit.format_(folder) == ["Nothing to change."]


def test_lists(folder):
    (folder / "chapters" / "page.md").write_text(
        "{cite:t}`{see}bragado2013tgf{p. 3}, nobody2020` and {cite:p}`sosa2015nr`\n", encoding="utf-8"
    )
    (folder / "data" / "effects.csv").write_text("id,ref\nx,alone2001\n", encoding="utf-8")
    alone = BRAGADO.replace("bragado2013tgf", "alone2001").replace("24161934", "1").replace("ncb2861", "x")
    lonely = alone.replace("alone2001", "azure2001").replace("{1}", "{2}").replace("38/x", "38/y")
    (folder / "data" / "references.bib").write_text(alone + "\n" + lonely + "\n" + bib(folder), encoding="utf-8")
    assert edit.uncited(folder, citations.cited(folder)) == ["alone2001 (rows in effects.csv)", "azure2001"]
    assert edit.unread(folder, citations.cited(folder)) == [
        "nobody2020: cited, and has no row in data/references_read.csv",
        "alone2001: has no row in data/references_read.csv",
        "azure2001: has no row in data/references_read.csv",
        "sosa2015nr: DOI unread",
    ]


def test_complete_fills_what_is_unread(folder, source):
    text = bib(folder).replace("{24161934}", "{unread}")
    (folder / "data" / "references.bib").write_text(text, encoding="utf-8")
    source['search "10.1038/ncb2861"[doi]'] = search("24161934")
    source["pmid 24161934"] = pubmed(
        "24161934", "10.1038/ncb2861", "TGF-beta2 dictates disseminated tumor cell fate in target organs."
    )
    source["pmid 25636082"] = pubmed("25636082", "10.1038/NCOMMS7170", "NR2F1 controls tumour cell dormancy.")
    assert list(cite.complete(folder)) == ["bragado2013tgf: pmid = 24161934", "sosa2015nr: doi = 10.1038/ncomms7170"]
    assert bib(folder) == HEAD + BRAGADO + "\n" + SOSA.replace("unread", "10.1038/ncomms7170")
    assert list(cite.complete(folder)) == []


def test_complete_tells_of_a_retraction_whatever_it_finds(folder, source):
    source["pmid 25636082"] = pubmed(
        "25636082", "", "RETRACTED: NR2F1 controls tumour cell dormancy.", "Retracted Publication"
    )
    assert list(cite.complete(folder)) == [
        "sosa2015nr: PubMed knows no DOI.",
        "sosa2015nr: RETRACTED (so marked by the source); add `status = {retracted},` to the entry.",
    ]


def test_complete_asks_crossref_where_pubmed_knows_nothing(folder, source):
    text = bib(folder).replace("{24161934}", "{unread}").replace("{25636082}", "{none}")
    (folder / "data" / "references.bib").write_text(text, encoding="utf-8")
    title = ["TGF-beta2 dictates disseminated tumor cell fate in target organs"]
    source["10.1038/ncb2861"] = crossref("10.1038/ncb2861", title=title, **{"updated-by": [CONCERN, RETRACTION]})
    assert list(cite.complete(folder)) == [
        "bragado2013tgf: expression of concern 10.1000/concern",
        "bragado2013tgf: retraction 10.1000/r",
        "bragado2013tgf: PubMed knows no PMID.",
        "bragado2013tgf: RETRACTED (expression of concern 10.1000/concern; retraction 10.1000/r); add `status = "
        "{retracted},` to the entry.",
    ]
    assert "notice = {expression of concern 10.1000/concern; retraction 10.1000/r}" in bib(folder)


def test_complete_writes_nothing_that_cannot_be_read_again(folder, source):
    nested = SOSA.replace("Sosa, Maria Soledad", r"S{\'{o}}sa, Mar{\'{\i}}a and {\~\^e}, X.")
    (folder / "data" / "references.bib").write_text(HEAD + BRAGADO + "\n" + nested, encoding="utf-8")
    assert rules.problems(folder / "data" / "references.bib") == []
    source["pmid 25636082"] = pubmed("25636082", "10.1038/NCOMMS7170", "NR2F1 controls tumour cell dormancy.")
    assert list(cite.complete(folder)) == ["sosa2015nr: doi = 10.1038/ncomms7170"]
    assert "author = {Sósa, María and ễ, X.}" in bib(folder)
    assert edit.format_(folder) == ["Nothing to change."]


RETRACTION = {"type": "retraction", "DOI": "10.1000/r"}


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            pubmed("25636082", "10.1038/z", "Another work altogether"),
            "sosa2015nr: found another work at PubMed, 'Another work altogether', expected 'NR2F1 controls tumour cell dormancy'; compare the identifiers with the page of the work.",
        ),
        (
            pubmed("25636082", "10.1038/ncb2861", "NR2F1 controls tumour cell dormancy"),
            "sosa2015nr: data/references.bib:4: found the DOI 10.1038/ncb2861 in the entry bragado2013tgf, expected each work once; cite it as bragado2013tgf.",
        ),
        (pubmed("25636082", "", "NR2F1 controls tumour cell dormancy"), "sosa2015nr: PubMed knows no DOI."),
    ],
)
def test_complete_leaves_what_is_doubtful(folder, source, answer, said):
    source["pmid 25636082"] = answer
    assert list(cite.complete(folder)) == [said]
    assert bib(folder) == HEAD + BRAGADO + "\n" + SOSA


def test_the_command_line(folder, source, capsys):
    source["pmid 777"] = pubmed()
    top = argparse.ArgumentParser()
    cite.add_parser(top.add_subparsers(dest="command"))
    options = top.parse_args(["cite", "add", "pmid:777", "--read-at", "abstract", "--source", "PubMed 777"])
    assert options.run(options, folder) == 0
    assert "vandermeer2020cxcl is added to data/references.bib." in capsys.readouterr().out
    for arguments, expected in [
        (["format"], "Nothing to change.\n"),
        (["list", "--unread"], "sosa2015nr: DOI unread\n"),
    ]:
        options = top.parse_args(["cite", *arguments])
        assert (options.run(options, folder), capsys.readouterr().out) == (0, expected)
    with pytest.raises(SystemExit):
        top.parse_args(["cite", "list"])


# --- what else the sources tell ----------------------------------------------------------------------------------

CONCERN = {"type": "expression_of_concern", "DOI": "10.1000/Concern", "source": "publisher"}


@pytest.mark.parametrize(
    ("doi_answers", "told"),
    [
        ({"title": ["[RETRACTED] Niche cells of marrow"]}, "so marked by the source"),
        ({"title": ["RETRACTED PAPER Niche cells of marrow"]}, "so marked by the source"),
        ({"title": ["Niche cells of marrow – Withdrawn"]}, "so marked by the source"),
        ({"title": ["Niche cells of marrow"], "subtitle": ["RETRACTED"]}, "so marked by the source"),
        ({"updated-by": [{"type": "Retraction", "DOI": "10.1000/r"}]}, "retraction 10.1000/r"),
    ],
)
def test_a_retraction_in_any_spelling_is_refused_and_added_on_request(folder, source, doi_answers, told):
    source["10.1000/new"] = crossref(**doi_answers)
    with pytest.raises(ValueError, match=f"found a retracted work .{told}"):
        cite.add(folder, "10.1000/new")
    cite.add(folder, "10.1000/new", retracted=True)
    [item] = [item for item in file.items(bib(folder), "") if item.fields["doi"] == "10.1000/new"]
    assert item.fields["status"] == "retracted" and "etract" not in item.fields["title"].lower()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": ["Withdrawal notice to “Niche cells”"]}, "a notice, a retraction by its title"),
        ({"title": ["Statement of Retraction: Niche cells"]}, "a notice, a retraction by its title"),
        ({"title": ["Publisher Correction: Niche cells"]}, "a notice, a correction by its title"),
        ({"title": ["Erratum for Okafor et al., “Niche cells”"]}, "a notice, a correction by its title"),
        ({"title": ["Editorial Expression of Concern: Niche"]}, "a notice, a expression of concern by its title"),
        ({"update-to": [{"type": "corrigendum", "DOI": "10.1000/of"}]}, "a notice, the corrigendum of 10.1000/of"),
        ({"update-to": [{"type": "expression_of_concern", "DOI": "10.1000/of"}]}, "the expression of concern of"),
        ({"update-to": [{"type": "removal", "DOI": "10.1000/of"}]}, "the notice that retracts 10.1000/of"),
    ],
)
def test_a_notice_at_crossref_is_named_as_one(folder, source, fields, named):
    source["10.1000/new"] = crossref(**fields)
    with pytest.raises(ValueError) as error:
        cite.add(folder, "10.1000/new")
    assert named in str(error.value) and "expected the work itself" in str(error.value)
    assert bib(folder) == HEAD + BRAGADO + "\n" + SOSA


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"kind": "Retraction Notice"}, "the notice that retracts a work"),
        ({"kind": "Published Erratum"}, "the notice that corrects a work"),
        ({"kind": "Expression of Concern"}, "the notice that raises concern about a work"),
        ({"title": "Author Correction: Niche cells of marrow."}, "the notice that is a correction by its title"),
        (
            {
                "remark": '<CommentsCorrections RefType="ErratumFor"><RefSource>Bone. 2019</RefSource><PMID>5</PMID></CommentsCorrections>'
            },
            "the notice that corrects 5 (Bone. 2019)",
        ),
    ],
)
def test_a_notice_at_pubmed_is_named_as_one(folder, source, fields, named):
    source["pmid 777"] = pubmed(**fields)
    with pytest.raises(ValueError, match="expected the work itself") as error:
        cite.add(folder, "777")
    assert named in str(error.value)


@pytest.mark.parametrize(
    "title",
    [
        "Why retracted papers live on",
        "Withdrawn growth factors: what cells do",
        "Removed lymph nodes: a count",
        "Correction of anemia in bone metastasis",
        "Retraction of filopodia in dormant cells: a mechanism",
        "Expression of kinases: a concern",
        "Patients withdrawn from trials",
        "A retracted-light microscope",
    ],
)
def test_works_on_such_matters_are_sound(folder, source, title):
    source["10.1000/new"] = crossref(title=[title])
    cite.add(folder, "10.1000/new")
    assert f"title = {{{title}}}" in bib(folder) and "status" not in bib(folder)


def test_of_several_hits_the_one_with_this_doi_is_the_work(folder, source, monkeypatch):
    monkeypatch.setattr(pubmed_client, "PAUSE", 0)
    source["10.1000/new"], source['search "10.1000/new"[doi]'] = crossref(), search("5", "6", "777")
    source["pmid 5"] = pubmed("5", doi="10.1000/comment")
    source["pmid 6"] = pubmed("6", doi="10.1000/erratum", kind="Published Erratum")
    source["pmid 777"] = pubmed(kind="Retracted Publication")
    with pytest.raises(ValueError, match="found a retracted work"):
        cite.add(folder, "10.1000/new")
    source["pmid 777"] = pubmed()
    cite.add(folder, "10.1000/new")
    assert "pmid = {777}" in bib(folder)


def test_a_doi_that_pubmed_knows_as_a_notice_is_none(folder, source, monkeypatch):
    monkeypatch.setattr(pubmed_client, "PAUSE", 0)
    source["10.1000/new"], source['search "10.1000/new"[doi]'] = crossref(), search("777")
    source["pmid 777"] = pubmed(kind="Retraction of Publication")
    with pytest.raises(ValueError, match="the notice that retracts a work"):
        cite.add(folder, "10.1000/new")


def test_a_concern_leaves_a_trace_that_the_page_shows_once(folder, source):
    again = CONCERN | {"source": "retraction-watch", "DOI": "10.1000/concern"}
    source["10.1000/new"] = crossref(**{"updated-by": [CONCERN, again]})
    said = cite.add(folder, "10.1000/new")
    assert said.count("vandermeer2020cxcl: expression of concern 10.1000/concern") == 1
    assert "  notice = {expression of concern 10.1000/concern},\n" in bib(folder)
    entries = parse_string(bib(folder), "bibtex").entries
    shown = printed.references(entries)["vandermeer2020cxcl"].correction
    assert shown == "Expression of concern 10.1000/concern"


def test_a_notice_that_only_the_second_source_knows_is_kept(folder, source, monkeypatch):
    monkeypatch.setattr(pubmed_client, "PAUSE", 0)
    source["10.1000/new"] = crossref(**{"updated-by": [{"type": "erratum", "DOI": "10.1000/e"}]})
    source['search "10.1000/new"[doi]'] = search("777")
    remarks = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>Bone. 2021</RefSource></CommentsCorrections>'
        for kind in ("ErratumIn", "ExpressionOfConcernIn")
    )
    source["pmid 777"] = pubmed(remark=remarks)
    cite.add(folder, "10.1000/new")
    assert "notice = {erratum 10.1000/e; expression of concern Bone. 2021}" in bib(folder)


def test_an_incomplete_list_of_authors_says_so(folder, source):
    source["pmid 777"] = pubmed().replace(b"<AuthorList>", b'<AuthorList CompleteYN="N">')
    cite.add(folder, "777")
    assert "author = {van der Meer, Jan P and others}" in bib(folder)


@pytest.mark.parametrize(
    ("author", "written"),
    [
        ({"given": "Suharto"}, "Suharto"),
        ({"family": "Berg", "given": "Jan van den"}, "van den Berg, Jan"),
        ({"family": "Souza", "given": "M. R. de"}, "de Souza, M. R."),
        ({"family": "Sand and Gravel", "given": "A."}, "{Sand and Gravel}, A."),
        ({"family": "Others", "given": "A."}, "{Others}, A."),
        ({"name": "Care and Cure Group"}, "{Care and Cure Group}"),
        ({"name": 'Group "Cure" onfocus=x {y} \\z'}, '{Group "Cure" onfocus=x y z}'),
    ],
)
def test_names_from_crossref(folder, source, author, written):
    source["10.1000/new"] = crossref(author=[author, {"family": "Last", "given": "L."}])
    cite.add(folder, "10.1000/new")
    assert f"author = {{{written} and Last, L.}}" in bib(folder)
    assert rules.problems(folder / "data" / "references.bib") == []


@pytest.mark.parametrize(
    ("fields", "type_", "line"),
    [
        ({"type": "book-chapter", "container-title": ["The soils"]}, "incollection", "booktitle = {The soils}"),
        (
            {"type": "proceedings-article", "container-title": ["Proc. Soil"]},
            "inproceedings",
            "booktitle = {Proc. Soil}",
        ),
        ({"type": "report", "publisher": "Soil Survey"}, "techreport", "institution = {Soil Survey}"),
        ({"type": "dissertation", "institution": [{"name": "U. of Soil"}]}, "phdthesis", "school = {U. of Soil}"),
        ({"type": "dataset", "publisher": "Zenodo"}, "dataset", "publisher = {Zenodo}"),
        (
            {"type": "edited-book", "author": [], "editor": [{"family": "Lang", "given": "I."}], "publisher": "Spade"},
            "book",
            "editor = {Lang, I.}",
        ),
        ({"author": []}, "article", "author = {none}"),
    ],
)
def test_works_of_each_type_and_without_authors(folder, source, fields, type_, line):
    source["10.1000/new"] = crossref(**fields)
    cite.add(folder, "10.1000/new")
    assert f"@{type_}{{" in bib(folder) and line in bib(folder)
    assert rules.problems(folder / "data" / "references.bib") == []


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"page": "n/a-n/a"}, ""),
        ({"page": "–"}, ""),
        ({"page": "null"}, ""),
        ({"page": "xii-xv"}, "pages = {xii--xv}"),
        ({"page": "S7-S9"}, "pages = {S7--S9}"),
        ({"title": ["NICHE:"], "subtitle": [": a view"]}, "title = {{NICHE}: a view}"),
        ({"title": ["Do cells sleep?"], "subtitle": ["A view"]}, "title = {Do cells sleep? A view}"),
        ({"title": ["$\\alpha_{v}\\beta_3$ in 5$^{\\circ}$ of $3 {x}"]}, ""),
        ({"title": ["$\\upalpha$ and {\\'e}tude of \\textit{cells}"]}, "title = {α and étude of cells}"),
    ],
)
def test_what_crossref_spells_oddly(folder, source, fields, line):
    source["10.1000/new"] = crossref(**fields)
    cite.add(folder, "10.1000/new")
    assert line in bib(folder)
    assert ("pages" in fields and not line) <= ("pages" not in bib(folder))
    assert rules.problems(folder / "data" / "references.bib") == []


def test_another_work_with_nearly_the_same_title_is_added_on_a_persons_word(folder, source):
    source["10.1000/new"] = crossref(
        title=["TGF-β2 dictates disseminated tumor cell fate in target organs"], author=[{"family": "Bragado"}]
    )
    with pytest.raises(ValueError, match="If it is another work: --distinct bragado2013tgf"):
        cite.add(folder, "10.1000/new")
    cite.add(folder, "10.1000/new", distinct="bragado2013tgf")
    assert rules.problems(folder / "data" / "references.bib") == []
    assert edit.format_(folder) == ["Nothing to change."]


# --- nothing is lost ---------------------------------------------------------------------------------------------


def test_killed_while_writing_leaves_the_old_file(folder, source):
    """The process is killed when the new text is in the temporary file and not yet in place."""
    source["pmid 777"] = pubmed()
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom seedsoil.literature import cite\n"
        "os.replace = lambda *paths: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"cite.add(Path({str(folder)!r}), '777')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ.copy())
    assert done.returncode == -9
    assert bib(folder) == HEAD + BRAGADO + "\n" + SOSA
    assert [path.read_text("utf8") for path in (folder / "data").glob(".*.tmp")] == [
        HEAD + BRAGADO + "\n" + SOSA + "\n" + ADDED.replace(" and {Bone Group}", "").replace("Jan P.", "Jan P")
    ]


def test_a_failing_write_leaves_the_old_file_and_no_rest(folder, source, monkeypatch):
    source["pmid 777"] = pubmed()

    def full(*paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        cite.add(folder, "777")
    assert bib(folder) == HEAD + BRAGADO + "\n" + SOSA
    assert sorted(path.name for path in (folder / "data").iterdir()) == [
        "datapackage.json",
        "references.bib",
        "references_read.csv",
    ]


def test_what_would_break_the_file_is_not_written(folder):
    entries = bib(folder)
    with pytest.raises(ValueError, match="the file was left as it was|which was left as it was"):
        file.replaced(entries, "sosa2015nr", {"doi": "10.1/a}b{c"}, "references.bib")


def test_two_that_add_at_once_lose_nothing(folder, source):
    """Both read the file before either has an answer."""
    titles = {"10.1000/one": "Niche signals of marrow", "10.1000/two": "Outgrowth of the lung"}
    arrived = threading.Barrier(2, timeout=30)

    def answer(doi):
        def slow():
            arrived.wait()
            return 200, {}, crossref(doi, title=[titles[doi]])

        return slow

    for doi in titles:
        source[doi] = answer(doi)
    code = "import sys\nfrom pathlib import Path\nfrom seedsoil.literature import cite\n" + (
        "cite.add(Path(sys.argv[1]), sys.argv[2], read_at='abstract', source='doi.org')"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, str(folder), doi]) for doi in titles]
    assert [process.wait() for process in both] == [0, 0]
    added = {item.fields["doi"]: item.key for item in file.items(bib(folder), "")}
    assert titles.keys() <= added.keys()
    assert {added[doi] for doi in titles} <= {row["key"] for row in csv.DictReader(readings(folder).splitlines())}


# --- two people --------------------------------------------------------------------------------------------------


def git(folder, *arguments, check=True) -> subprocess.CompletedProcess:
    names = {f"GIT_{who}_{what}": "somebody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(
        ["git", *arguments], cwd=folder, check=check, capture_output=True, text=True, env=os.environ | names | settings
    )


def two_people_add(folder, source, one: dict, other: dict, style: str = "merge"):
    """Each adds a work, with its reading, on a branch of their own; returns the merge of the second into the first."""
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=start")
    for branch, number, work in (("one", 1, one), ("other", 2, other)):
        git(folder, "checkout", "--quiet", "-b", branch, "main")
        source[f"10.1000/{number}"] = crossref(f"10.1000/{number}", **work)
        cite.add(folder, f"10.1000/{number}", read_at="abstract", source="doi.org", today=TODAY)
        git(folder, "commit", "--quiet", "--all", "--message=add")
    git(folder, "checkout", "--quiet", "one")
    return git(folder, "-c", f"merge.conflictStyle={style}", "merge", "other", check=False)


def by(name: str, title: str) -> dict:
    return {"author": [{"family": name, "given": "A."}], "title": [title]}


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_two_additions_at_two_places_merge_without_conflict(folder, source):
    merge = two_people_add(folder, source, by("Adler", "Niche signals of marrow"), by("Zhou", "Outgrowth of the lung"))
    assert merge.returncode == 0, merge.stdout
    assert [item.key for item in file.items(bib(folder), "")] == [
        "adler2020niche",
        "bragado2013tgf",
        "sosa2015nr",
        "zhou2020outgrowth",
    ]
    assert len(readings(folder).splitlines()) == 5
    assert edit.format_(folder) == ["Nothing to change."]
    assert rules.problems(folder / "data" / "references.bib") == []


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("style", ["merge", "diff3"])
def test_two_additions_at_one_place_conflict_and_format_keeps_both(folder, source, style):
    """Git weaves the two entries into each other where they share lines, so that no editor's "keep both" mends them."""
    merge = two_people_add(
        folder, source, by("Lim", "Niche signals of marrow"), by("Naumov", "Outgrowth of the lung"), style
    )
    assert merge.returncode == 1
    [message] = rules.problems(folder / "data" / "references.bib", "refs.bib")
    assert str(message).startswith(
        "refs.bib:13: found the mark of a merge conflict, expected entries; run ./book cite format"
    )
    both = "a merge conflict; kept lim2020niche of one side and naumov2020outgrowth of the other."
    assert edit.format_(folder) == [
        f"data/references.bib: {both}",
        "data/references.bib is formatted; 0 of 4 entries changed.",
        f"data/references_read.csv: {both}",
        "data/references_read.csv is sorted.",
    ]
    entries = {item.key: item for item in file.items(bib(folder), "")}
    assert list(entries) == ["bragado2013tgf", "lim2020niche", "naumov2020outgrowth", "sosa2015nr"]
    assert [entries[key].fields["doi"] for key in ("lim2020niche", "naumov2020outgrowth")] == ["10.1000/1", "10.1000/2"]
    assert bib(folder).startswith(HEAD + BRAGADO) and bib(folder).endswith(SOSA)
    assert [row["key"] for row in csv.DictReader(readings(folder).splitlines())] == list(entries)
    assert edit.format_(folder) == ["Nothing to change."]


def test_two_versions_of_one_entry_are_for_a_person_to_mend(folder):
    other = BRAGADO.replace("2013}", "2014}")
    conflict = f"<<<<<<< HEAD\n{BRAGADO}=======\n{other}>>>>>>> other\n\n{SOSA}"
    (folder / "data" / "references.bib").write_text(conflict, encoding="utf-8")
    with pytest.raises(ValueError, match="found two versions of bragado2013tgf in a merge conflict, expected one"):
        edit.format_(folder)
    assert bib(folder) == conflict
