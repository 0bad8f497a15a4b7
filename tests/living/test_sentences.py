"""A sentence is found again, moved, changed, of another work, or not checked; and no word of it is kept."""

from datetime import date

import pytest

from seedsoil.living import ledger, rules, sentences, verifying
from seedsoil.living.ledger import Sentence
from seedsoil.living.progress import nowhere
from seedsoil.problem import DataError

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
    assert sentences.mark(book, ROW, "3", "result", TODAY) == "Less of it woke cells (P = 0.01)."
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
    told = verifying.verify(marked, LATER, nowhere)
    (kept,) = ledger.load(marked, Sentence)
    assert (kept.state, kept.checked_on) == (state, "2026-12-05")
    assert [one.state for one in told] == ([] if state == "found" else [state])


def test_what_became_of_a_sentence_is_told_in_words(marked, apis):
    assert verifying.shown(marked) == {ROW: "Sentence 3 of its abstract (result): found again (2026-11-28)."}
    apis.answers["europepmc"] = lambda path, parameters: (503, {}, b"")
    verifying.verify(marked, LATER, nowhere)
    assert "not checked: no abstract was reached" in verifying.shown(marked)[ROW]
    assert set(verifying.SAYS) == {"found", "moved", "changed", "another work", "not checked"}


def test_a_sentence_that_is_marked_while_others_are_looked_for_stays(marked, apis):
    def answer(path, parameters):
        if not any(one.sentence == "1" for one in ledger.load(marked, Sentence)):
            more = Sentence(ROW, "abstract", "1", "method", "0" * 16, "found", "2026-12-05")
            ledger.save(marked, Sentence, [*ledger.load(marked, Sentence), more])
        return europepmc()(path, parameters)

    apis.answers["europepmc"] = answer
    verifying.verify(marked, LATER, nowhere)
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
    with pytest.raises(ValueError, match="found sentence 4, expected one of the 3 sentences"):
        sentences.mark(book, ROW, "4", "result", TODAY)
    assert ledger.load(book, Sentence) == []


def test_a_sentence_is_named_by_its_words_too(book, apis):
    apis.answers["europepmc"] = europepmc()
    assert sentences.mark(book, ROW, "less of it WOKE cells (P = 0.01)", "result", TODAY).startswith("Less of it")
    with pytest.raises(DataError, match="found the sentence 'It put cells to sleep.', expected one of the 3"):
        sentences.mark(book, ROW, "It put cells to sleep.", "result", TODAY)
    assert [one.sentence for one in ledger.load(book, Sentence)] == ["3"]


def add_row(book, name):
    """Another row of the same work."""
    path = book / "data/findings.csv"
    text = path.read_text("utf8")
    path.write_text(text + text.splitlines(keepends=True)[1].replace(ROW, name), "utf8")


def kept(book):
    return [(one.row, one.sentence) for one in sentences.held(book)]


def test_what_was_kept_under_a_work_passes_to_its_only_row_without_a_sentence(book, apis):
    apis.answers["europepmc"] = europepmc()
    sentences.mark(book, "doi:10.1000/ames", "1", "result", TODAY)
    sentences.mark(book, "doi:10.1000/ames", "3", "result", TODAY)  # another choice takes the place of the first
    assert [(one.row, one.sentence) for one in ledger.load(book, Sentence)] == [("doi:10.1000/ames", "3")]
    assert kept(book) == [(ROW, "3")] and "found again" in verifying.shown(book)[ROW]
    add_row(book, "ames2020-other")
    assert kept(book) == [("doi:10.1000/ames", "3")]  # of two rows, a person says which
    assert not verifying.shown(book).keys() & {ROW, "ames2020-other"}
    sentences.mark(book, ROW, "2", "result", TODAY)
    assert kept(book) == [("ames2020-other", "3"), (ROW, "2")]
    verifying.verify(book, LATER, nowhere)
    assert [(one.row, one.checked_on) for one in ledger.load(book, Sentence)] == [
        ("ames2020-other", "2026-12-05"),
        (ROW, "2026-12-05"),
    ]


def test_the_row_that_takes_the_sentence_of_its_work_leaves_none_waiting(book, apis):
    apis.answers["europepmc"] = europepmc()
    add_row(book, "ames2020-other")
    sentences.mark(book, "doi:10.1000/ames", "3", "result", TODAY)
    sentences.mark(book, ROW, "3", "result", TODAY)
    assert kept(book) == [(ROW, "3")]


def test_a_sentence_of_no_row_is_told_and_stops_no_look(marked, apis):
    path = marked / "data/living/sentences.csv"
    path.write_text(path.read_text("utf8").replace(ROW, "ames2020-tgfb3-marrow"), "utf8")
    (told,) = [one for one in rules.problems(marked) if one.code == "sentence-of-no-row"]
    assert (told.file, told.line, told.column) == ("data/living/sentences.csv", 2, "row")
    assert told.mend == f"did you mean {ROW}?"
    assert [one.state for one in verifying.verify(marked, LATER, nowhere)] == ["not checked"]


@pytest.mark.parametrize("name", ["pmid:9", "doi:10.1000/none", "no-row"])
def test_no_sentence_is_kept_of_what_nobody_knows(book, apis, name):
    apis.answers["europepmc"] = europepmc()
    with pytest.raises(ValueError, match=f"found no finding or effect '{name}'"):
        sentences.mark(book, name, "1", "result", TODAY)
    assert ledger.load(book, Sentence) == []


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (["3"], 3),  # one key is enough where no second one could follow
        (["1", "2"], 12),
        (["1", "\n"], 1),
        (["12\n"], 12),
        (["\n"], 0),
        (["q"], 0),
        (["0", "9"], 9),
        (["1", "9", "5"], 5),
    ],
)
def test_a_person_answers_by_keys_or_by_lines(typed, answer):
    keys, said = iter(typed), []
    assert sentences.asked([f"Sentence {n}." for n in range(1, 15)], lambda prompt: next(keys), said.append) == answer
    assert said[0].startswith("1 Sentence 1.\n2 Sentence 2.")
