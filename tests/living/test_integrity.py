"""What the sources say of cited works: the worst holds, unknown is never clean, and no false alarm."""

import json
from datetime import date

import pytest

from seedsoil.literature import retractionwatch
from seedsoil.living import commands, integrity, ledger
from seedsoil.living.ledger import Notice

TODAY = date(2026, 11, 28)
KEY = "ghajar2013pv"
DOI = "10.1038/ncb2767"


def ask(book, *sources):
    integrity.run(book, TODAY, sources, say=lambda text: None)
    return {(one.key, one.source): (one.status, one.notice) for one in ledger.load(book, Notice)}


def crossref(**message):
    return lambda path, parameters: json.dumps({"message": {"DOI": DOI, "title": ["T"], **message}}).encode()


@pytest.mark.parametrize(
    "update, status",
    [
        ("retraction", "retraction"),
        ("withdrawal", "retraction"),
        ("removal", "retraction"),
        ("partial_retraction", "retraction"),
        ("expression_of_concern", "concern"),
        ("correction", "correction"),
        ("erratum", "correction"),
        ("new_version", "none seen"),
        ("new_edition", "none seen"),
    ],
)
def test_crossref_tells_what_updates_a_work(book, apis, update, status):
    apis.answers["crossref"] = crossref(**{"updated-by": [{"type": update, "DOI": "10.1038/NOTICE"}]})
    assert ask(book, "crossref")[KEY, "crossref"][0] == status


def test_a_notice_that_names_itself_is_none(book, apis):
    apis.answers["crossref"] = crossref(**{"updated-by": [{"type": "correction", "DOI": DOI}]})
    assert ask(book, "crossref")[KEY, "crossref"] == ("none seen", "")


def test_the_worst_of_several_holds(book, apis):
    apis.answers["crossref"] = crossref(
        **{"updated-by": [{"type": "erratum", "DOI": "10.1/e"}, {"type": "retraction", "DOI": "10.1/r"}]}
    )
    assert ask(book, "crossref")[KEY, "crossref"] == ("retraction", "10.1/r")


def test_an_answer_about_another_work_says_nothing(book, apis):
    apis.answers["crossref"] = crossref(DOI="10.1000/other", **{"updated-by": [{"type": "retraction", "DOI": "1"}]})
    assert ask(book, "crossref")[KEY, "crossref"][0] == "unknown"


@pytest.mark.parametrize("answer", [(503, {}, b""), (404, {}, b""), b"<html>", b'{"mess'])
def test_unknown_is_never_clean(book, apis, answer):
    apis.answers["crossref"] = lambda path, parameters: answer
    assert ask(book, "crossref")[KEY, "crossref"][0] == "unknown"


def test_what_was_seen_is_not_forgotten_when_a_source_is_silent(book, apis):
    apis.answers["crossref"] = crossref(**{"updated-by": [{"type": "retraction", "DOI": "10.1/r"}]})
    ask(book, "crossref")
    apis.answers["crossref"] = lambda path, parameters: (503, {}, b"")
    assert ask(book, "crossref")[KEY, "crossref"][0] == "retraction"


def test_a_flag_closes_when_its_source_takes_it_back(book, apis):
    apis.answers["crossref"] = crossref(**{"updated-by": [{"type": "retraction", "DOI": "10.1/r"}]})
    ask(book, "crossref")
    assert [one.code for one in integrity.problems(book)] == ["retraction-not-told"]
    apis.answers["crossref"] = crossref()
    ask(book, "crossref")
    assert integrity.problems(book) == []


def test_a_retraction_is_red_until_the_entry_says_so(book, apis):
    apis.answers["crossref"] = crossref(**{"updated-by": [{"type": "retraction", "DOI": "10.1/r"}]})
    ask(book, "crossref")
    path = book / "data/references.bib"
    path.write_text(path.read_text("utf8").replace("  year = {2013},", "  year = {2013},\n  status = {retracted},"))
    assert integrity.problems(book) == []


def test_pubmed_tells_by_remark_and_by_type(book, apis):
    def pubmed(remark):
        return lambda path, parameters: (
            "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>23728425</PMID><Article>"
            f"<ArticleTitle>T</ArticleTitle></Article>{remark}</MedlineCitation></PubmedArticle></PubmedArticleSet>"
        ).encode()

    remark = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="{}"><RefSource>Nature 2020</RefSource>'
        "</CommentsCorrections></CommentsCorrectionsList>"
    )
    for name, status in (
        ("RetractionIn", "retraction"),
        ("ErratumIn", "correction"),
        ("ExpressionOfConcernIn", "concern"),
        ("CommentIn", "none seen"),
        ("UpdateIn", "none seen"),
    ):
        apis.answers["pubmed"] = pubmed(remark.format(name))
        assert ask(book, "pubmed")[KEY, "pubmed"][0] == status


def test_what_a_source_said_before_it_failed_is_kept(book, apis, monkeypatch):
    """Two questions, of which the second meets a failure: the answer to the first is no less known."""
    path = book / "data/references.bib"
    path.write_text(path.read_text("utf8").replace("pmid = {unread}", "pmid = {7}"), "utf8")
    monkeypatch.setattr(integrity, "BATCH", 1)
    whole = (
        b"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>%s</PMID></MedlineCitation></PubmedArticle>"
        b"</PubmedArticleSet>"
    )
    asked = []

    def pubmed(path, parameters):
        asked.append(parameters["id"])
        return whole % parameters["id"].encode() if len(asked) == 1 else (503, {}, b"")

    apis.answers["pubmed"] = pubmed
    said = ask(book, "pubmed")
    assert sorted(status for status, _ in said.values()) == ["none seen", "unknown"]


@pytest.mark.parametrize(("answer", "code"), [((503, {}, b""), 1), (None, 0)])
def test_a_look_that_a_source_failed_is_a_failure_and_says_which(book, apis, monkeypatch, capsys, answer, code):
    apis.answers["crossref"] = lambda path, parameters: answer or crossref()(path, parameters)
    monkeypatch.setattr(commands, "ROOT", book)
    monkeypatch.setattr(integrity.run, "__defaults__", (("crossref",), *integrity.run.__defaults__[1:]))
    assert commands.integrity(None) == code
    assert ("No answer from Crossref" in capsys.readouterr().out) == bool(code)
    assert ledger.runs(book)[0]["failed"] == (["crossref"] if code else [])


def test_a_look_notes_how_long_it_took(book, apis):
    ask(book, "crossref")
    (run,) = ledger.runs(book)
    assert run["kind"] == "integrity"
    assert run["seconds"] >= 0


def test_works_without_an_identifier_stay_unknown(book, apis):
    apis.answers["pubmed"] = lambda path, parameters: b"<PubmedArticleSet></PubmedArticleSet>"
    assert ask(book, "pubmed")["ames2020tgfb2", "pubmed"][0] == "unknown"


def test_both_dialects_of_retraction_watch(shared):
    folder = shared / "fixtures/retractionwatch"
    old = retractionwatch.read((folder / "paper-qa_stub_retractions.csv").read_bytes())
    new = retractionwatch.read((folder / "retraction-check_retractionwatch-sample.csv").read_bytes())
    assert old["doi:10.1155/2022/9172719"][0].status == "retraction"
    assert any(name.startswith("pmid:") and "." not in name for name in old)
    assert {one.status for notices in new.values() for one in notices} == {"retraction", "correction", "concern"}
    assert "pmid:0" not in old
    assert "doi:unavailable" not in old | new


def test_the_paper_that_five_sources_show_retracted(book, apis, shared, monkeypatch):
    """Recorded answers of five sources about one retracted paper."""
    doi, pmid = "10.1016/s0140-6736(97)11096-0", "9500320"
    path = book / "data/references.bib"
    path.write_text(path.read_text("utf8").replace(DOI, doi).replace("23728425", pmid), "utf8")
    monkeypatch.setenv("SEEDSOIL_OPENALEX_KEY", "secret")

    def recorded(name):
        return (shared / "fixtures" / name).read_bytes()

    work = json.loads(recorded("openalex/retraction_wakefield_work.json"))
    work["id"] = work.get("id", "https://openalex.org/W1")
    listed = json.dumps({"meta": {"count": 1}, "results": [work]}).encode()
    apis.answers["crossref"] = lambda path, parameters: recorded("crossref/retraction_wakefield_work.json")
    apis.answers["europepmc"] = lambda path, parameters: recorded("europepmc/retraction_wakefield_core.json")
    apis.answers["openalex"] = lambda path, parameters: listed
    sample = "retractionwatch/retraction-check_retractionwatch-sample.csv"
    apis.answers["retractionwatch"] = lambda path, parameters: recorded(sample)
    said = ask(book, "crossref", "europepmc", "openalex", "retractionwatch")
    for source in ("crossref", "europepmc", "openalex", "retractionwatch"):
        assert said[KEY, source][0] == "retraction", source
