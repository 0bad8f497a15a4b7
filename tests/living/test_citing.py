"""`./book cite add` and `complete`, and the screening, keep the sentence that a person names; what is not in the abstract
is refused, and nothing is written."""

import argparse
import json

import pytest

from seedsoil.living import citing, ledger, sentences
from seedsoil.living.ledger import Sentence
from tests.living.test_sentences import ABSTRACT

ADD = ("add", "777", "--read-at", "abstract", "--source", "PubMed 777")


def article(number="777", doi="10.1000/new", title="Salt wakes seeds of bone marrow cells", abstract=ABSTRACT):
    return f"""<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article>
<Journal><Title>Nature</Title><JournalIssue><PubDate><Year>2026</Year></PubDate></JournalIssue></Journal>
<ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText>{abstract}</AbstractText></Abstract>
<AuthorList><Author><LastName>Dole</LastName><Initials>D</Initials></Author></AuthorList></Article></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">{doi}</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>""".encode()


@pytest.fixture
def pubmed(apis):
    """PubMed with one work, by its number and by its DOI."""

    def play(path, parameters):
        if path == "/esearch.fcgi":
            return json.dumps({"esearchresult": {"count": "1", "idlist": ["777"]}}).encode()
        return article() if parameters["id"] == "777" else b"<PubmedArticleSet/>"

    apis.answers["pubmed"] = play
    return apis


def run(book, *arguments, ask=None):
    top = argparse.ArgumentParser()
    citing.add_parsers(top.add_subparsers())
    options = top.parse_args(["cite", *arguments])
    return options.run(options, book, *([ask] if ask else []))


def kept(book):
    return [(one.row, one.sentence, one.kind) for one in ledger.load(book, Sentence)]


@pytest.mark.parametrize("named", ["3", "Less of it woke cells (P = 0.01)."])
def test_the_sentence_that_an_option_names_waits_for_its_row(book, pubmed, capsys, named):
    assert run(book, *ADD, "--sentence", named) == 0
    assert kept(book) == [("pmid:777", "3", "result")]
    assert "Kept for its row, by a digest of its words: Less of it woke cells" in capsys.readouterr().out
    assert "woke" not in (book / "data/living/sentences.csv").read_text("utf8")
    rows = book / "data/findings.csv"
    row = rows.read_text("utf8").splitlines(keepends=True)[1]
    rows.write_text(rows.read_text("utf8") + row.replace("ames2020-tgfb2-marrow,ames2020tgfb2", "dole,dole2026salt"))
    assert [one.row for one in sentences.held(book)] == ["dole"]


@pytest.mark.parametrize("named", ["4", "0", "It put cells to sleep."])
def test_a_sentence_that_is_not_in_the_abstract_adds_nothing(book, pubmed, named):
    before = {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=r"found .*, expected one of the 3 sentences of the abstract, .* shows them"):
        run(book, *ADD, "--sentence", named)
    assert {path: path.read_bytes() for path in book.rglob("*") if path.is_file()} == before


def test_without_an_abstract_a_sentence_is_refused(book, apis):
    apis.answers["pubmed"] = lambda path, parameters: article(abstract="")
    with pytest.raises(ValueError, match="found no abstract at PubMed or Europe PMC"):
        run(book, *ADD, "--sentence", "1")
    assert run(book, *ADD) == 0 and kept(book) == []


def test_before_a_terminal_the_sentences_are_shown_and_one_is_asked_for(book, pubmed, capsys):
    assert run(book, *ADD, ask=lambda prompt: "2\n") == 0
    assert kept(book) == [("pmid:777", "2", "result")]
    assert "\n1 Cells sleep in marrow.\n2 We lowered TGF-β2, e.g. by a knockdown.\n" in capsys.readouterr().out


@pytest.mark.parametrize("answer", [lambda prompt: "\n", None], ids=["no-answer", "no-terminal"])
def test_nothing_is_kept_where_nobody_names_a_sentence(book, pubmed, capsys, answer):
    assert run(book, *ADD, ask=answer) == 0
    assert kept(book) == []
    assert "./book verify --mark pmid:777" in capsys.readouterr().out


def test_what_complete_leads_to_an_abstract_is_asked_for_its_rows(book, pubmed, capsys):
    bib = book / "data/references.bib"
    bib.write_text(bib.read_text("utf8").replace("10.1000/ames", "10.1000/new"), "utf8")
    title = "TGF-β2 holds cells asleep in marrow"
    pubmed.answers["pubmed"] = lambda path, parameters: (
        json.dumps({"esearchresult": {"count": "1", "idlist": ["777"]}}).encode()
        if path == "/esearch.fcgi"
        else article(title=title)
    )
    pubmed.answers["crossref"] = lambda path, parameters: (404, {}, b"")
    assert run(book, "complete", ask=lambda prompt: "3\n") == 0
    assert "pmid = 777" in capsys.readouterr().out
    assert kept(book) == [("ames2020-tgfb2-marrow", "3", "result")]
