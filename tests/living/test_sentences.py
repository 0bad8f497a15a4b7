"""A sentence is found again, moved, changed, of another work, or not checked; and no word of it is kept."""

from datetime import date

import pytest

from seedsoil.living import ledger, sentences
from seedsoil.living.ledger import Sentence

TODAY, LATER = date(2026, 11, 28), date(2026, 12, 5)
ROW = "ames2020-tgfb2-marrow"
ABSTRACT = "Cells sleep in marrow. We lowered TGF-β2, e.g. by a knockdown. Less of it woke cells (P = 0.01)."


def europepmc(abstract=ABSTRACT, title="TGF-β2 holds cells asleep in marrow"):
    import json

    one = {"id": "9", "source": "MED", "doi": "10.1000/ames", "title": title, "abstractText": abstract}
    return lambda path, parameters: json.dumps({"hitCount": 1, "resultList": {"result": [one]}}).encode()


@pytest.fixture
def marked(book, apis):
    apis.answers["europepmc"] = europepmc()
    assert sentences.mark(book, ROW, 3, "result", TODAY) == "Less of it woke cells (P = 0.01)."
    return book


@pytest.mark.parametrize(
    "answer, state",
    [
        (europepmc(), "found"),
        (europepmc(ABSTRACT.replace("Less of it woke cells", "LESS  OF IT, woke cells")), "found"),
        (europepmc("Background. " + ABSTRACT), "moved"),
        (europepmc(ABSTRACT.replace("0.01", "0.10")), "changed"),
        (europepmc(title="Vessels of the lung"), "another work"),
        (lambda path, parameters: (503, {}, b""), "not checked"),
        (lambda path, parameters: b'{"hitCount": 0, "resultList": {"result": []}}', "not checked"),
    ],
    ids=["found", "other-case", "moved", "changed", "another-work", "silent", "gone"],
)
def test_what_became_of_a_sentence(marked, apis, answer, state):
    apis.answers["europepmc"] = answer
    told = sentences.verify(marked, LATER, lambda text: None)
    (kept,) = ledger.load(marked, Sentence)
    assert (kept.state, kept.checked_on) == (state, "2026-12-05")
    assert [one.state for one in told] == ([] if state == "found" else [state])


def test_what_became_of_a_sentence_is_told_in_words(marked, apis):
    assert sentences.shown(marked) == {ROW: "Sentence 3 of its abstract (result): found again (2026-11-28)."}
    apis.answers["europepmc"] = lambda path, parameters: (503, {}, b"")
    sentences.verify(marked, LATER, lambda text: None)
    assert "not checked: no abstract was reached" in sentences.shown(marked)[ROW]
    assert set(sentences.SAYS) == {"found", "moved", "changed", "another work", "not checked"}


def test_a_sentence_that_is_marked_while_others_are_looked_for_stays(marked, apis):
    def answer(path, parameters):
        if not any(one.sentence == "1" for one in ledger.load(marked, Sentence)):
            more = Sentence(ROW, "abstract", "1", "method", "0" * 16, "found", "2026-12-05")
            ledger.save(marked, Sentence, [*ledger.load(marked, Sentence), more])
        return europepmc()(path, parameters)

    apis.answers["europepmc"] = answer
    sentences.verify(marked, LATER, lambda text: None)
    assert [one.sentence for one in ledger.load(marked, Sentence)] == ["1", "3"]
    assert [run["kind"] for run in ledger.runs(marked)] == ["verify"]


def test_no_word_of_the_source_is_kept(marked):
    text = (marked / "data/living/sentences.csv").read_text("utf8")
    assert not any(word in text for word in ("sleep", "woke", "knockdown"))


def test_an_abbreviation_ends_no_sentence():
    assert len(sentences.split(ABSTRACT)) == 3
    assert sentences.split("Cells of E. Coli vs. Others grew. They did.") == [
        "Cells of E. Coli vs. Others grew.",
        "They did.",
    ]


def test_a_number_beyond_the_abstract_is_refused(book, apis):
    apis.answers["europepmc"] = europepmc()
    with pytest.raises(ValueError, match="found sentence 4, expected 1 to 3"):
        sentences.mark(book, ROW, 4, "result", TODAY)
    assert ledger.load(book, Sentence) == []
