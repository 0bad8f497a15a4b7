"""How like the works that were included a record is: the published ELAS-u4 setting of ASReview.

TF-IDF of words and pairs of words, a linear support-vector machine with squared hinge
loss, C 0.11, and included and excluded records weighted at 1 to 9.8 (ASReview 2, asreview/models/models.py of
https://github.com/asreview/asreview).
Where fewer than `INCLUDED` records were included and `EXCLUDED` excluded, likeness to what the chapter cites stands in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from seedsoil.living.words import Words

INCLUDED, EXCLUDED = 10, 50  # decisions of a chapter below which nothing is learned from them
C, RATIO = 0.11, 9.8


def learned(matrix, known: Sequence[int], included: Sequence[bool]) -> np.ndarray:
    """Scores of all rows, by a machine trained on the rows `known`; more is more relevant."""
    from sklearn.svm import LinearSVC

    labels = np.asarray(included, dtype=int)
    weights = np.where(labels == 1, 1.0, labels.sum() / (RATIO * (labels == 0).sum()))
    weights *= len(labels) / weights.sum()
    machine = LinearSVC(C=C, loss="squared_hinge", random_state=0)
    return machine.fit(matrix[list(known)], labels, sample_weight=weights).decision_function(matrix)


def alike(matrix, rows: Sequence[int], cited: Sequence[int]) -> np.ndarray:
    """For each of `rows` the mean of its five largest cosines with the rows `cited`."""
    if not len(cited):
        return np.zeros(len(rows))
    cosines = (matrix[list(rows)] @ matrix[list(cited)].T).toarray()
    return np.sort(cosines, axis=1)[:, -5:].mean(axis=1)


def enough(decided: Sequence[bool]) -> bool:
    """Whether there are enough decisions to learn from."""
    return sum(decided) >= INCLUDED and len(decided) - sum(decided) >= EXCLUDED


def scores(words: Words, queue: int, decided: Sequence[bool]) -> tuple[np.ndarray, str]:
    """Relevance from 0 to 1 of the first `queue` texts, by rank, and how it was found.

    The texts after these are those that were decided, where there are `enough`, else those of what the chapter cites.
    """
    others = range(queue, words.count)
    how = f"likeness to the {len(others)} works that the chapter cites"
    if not len(words.ids):  # no text has a word
        return np.ones(queue), how
    matrix = words.weights()
    if enough(decided):
        values = learned(matrix, others, decided)[:queue]
        how = f"learned from {sum(decided)} included and {len(decided) - sum(decided)} excluded records of this chapter"
    else:
        values = alike(matrix, range(queue), others)
    order = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return (order + 1) / queue, how
