"""Words of texts and pairs of them weigh what scikit-learn says, and phrases are found where they stand."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from seedsoil.living.words import Words, numbered

TEXTS = ["Dormant cells in marrow, dormant cells", "TGF-β2 and a LOX; in bone. In bone", "", "x", "LOX LOX lox bone"]


def likeness(matrix):
    return (matrix @ matrix.T).toarray()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("abAB β2-_.\n", max_size=40), min_size=2, max_size=8))
def test_weights_are_those_of_scikit_learn(texts):
    texts = [*texts, "ab ba"]  # one at least has a word
    expected = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(texts)
    found = Words(texts).weights()
    assert found.shape[0] == len(texts)
    assert np.allclose(likeness(found), likeness(expected), atol=1e-12)


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (["dormant cell"], [0]),  # with an s, and not across a comma's end of text
        (["LOX"], [1, 4]),  # a symbol as it is written
        (["lysyl oxidase", "Bone"], [1, 4]),
        (["TGF-β2"], [1]),
        (["bone lox"], []),  # no phrase goes from one text into the next
        (["cells TGF"], []),
        (["bone in bone"], [1]),
        (["x y"], []),
        (["", "-"], []),
        ([], []),
    ],
)
def test_a_phrase_is_found_in_the_texts_that_name_it(names, rows):
    assert np.flatnonzero(Words(TEXTS).naming(names)).tolist() == rows


def test_no_texts_and_no_words_are_no_error():
    assert Words([]).naming(["a"]).tolist() == []
    assert Words(["", "-"]).naming(["a"]).tolist() == [False, False]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("abAB β2-_.\n\t\x1c\u2003", max_size=40), max_size=8))
def test_words_are_those_of_each_text_in_their_order(texts):
    words, names = Words(texts), []
    for row, text in enumerate(texts):
        names += [(row, word) for word in re.findall(r"\w+", text)]
    spelled = list(words._written)
    assert [(row, spelled[word]) for row, word in zip(words.rows, words.written, strict=True)] == names


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=30))
def test_pairs_are_numbered_in_their_order(pairs):
    first, second = (np.array([pair[at] for pair in pairs], dtype=np.int64) for at in (0, 1))
    numbers, count = numbered(first, second)
    different = sorted(set(pairs))
    assert count == len(different) and [different[number] for number in numbers] == pairs
