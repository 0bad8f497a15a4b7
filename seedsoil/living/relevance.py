"""How like the works that were included a record is: the published ELAS-u4 setting of ASReview.

TF-IDF of words and pairs of words (hashed here, see `vectors`), a linear support-vector machine with squared hinge
loss, C 0.11, and included and excluded records weighted at 1 to 9.8 (ASReview 2, asreview/models/models.py of
https://github.com/asreview/asreview).
Where fewer than `INCLUDED` records were included and `EXCLUDED` excluded, likeness to what the chapter cites stands in.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

INCLUDED, EXCLUDED = 10, 50  # decisions of a chapter below which nothing is learned from them
C, RATIO = 0.11, 9.8
COLUMNS = 2**20


def vectors(texts: Sequence[str]):
    """A sparse matrix, a row for each text: words and pairs of words, in as many columns as `COLUMNS`.

    Hashed, which takes a sixth of the time of a vocabulary; two terms rarely share a column.
    """
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

    terms = HashingVectorizer(ngram_range=(1, 2), n_features=COLUMNS, norm=None, alternate_sign=False)
    return TfidfTransformer(sublinear_tf=True).fit_transform(terms.transform(texts))


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


def scores(texts: Sequence[str], decided: dict[str, bool], cited: Sequence[str]) -> tuple[np.ndarray, str]:
    """Relevance of each text from 0 to 1 by its rank, and how it was found.

    `decided` maps a text to whether it was included; `cited` holds the texts of what the chapter cites.
    """
    queue = list(texts)
    if not queue:
        return np.zeros(0), "nothing to rank"
    included = sum(decided.values())
    if included >= INCLUDED and len(decided) - included >= EXCLUDED:
        matrix = vectors([*queue, *decided])
        known = range(len(queue), len(queue) + len(decided))
        values = learned(matrix, known, list(decided.values()))[: len(queue)]
        how = f"learned from {included} included and {len(decided) - included} excluded records of this chapter"
    else:
        matrix = vectors([*queue, *cited]) if any(text.strip() for text in queue) else None
        known = range(len(queue), len(queue) + len(cited))
        values = np.zeros(len(queue)) if matrix is None else alike(matrix, range(len(queue)), known)
        how = f"likeness to the {len(cited)} works that the chapter cites"
    order = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return (order + 1) / len(queue), how
