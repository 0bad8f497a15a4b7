"""The gate of the ranking: the share of a labeled set that need not be read stays what it was measured to be."""

import numpy as np

from benchmarks import screening
from seedsoil.living import relevance
from seedsoil.living.words import Words

MEASURED = 0.339  # mean of WSS@95 of the beginnings below; without weights of terms it is 0.270
BEGINNINGS = 5


def test_ranking_saves_as_much_as_was_measured(shared):
    """Proton pump inhibitors (Cohen 2006): learned once from 15 included and 100 excluded records, drawn."""
    texts, included = screening.read(shared / "fixtures/synergy/Cohen_2006_ProtonPumpInhibitors.csv.gz")
    matrix, saved = Words(texts).weights(), []
    for seed in range(BEGINNINGS):
        draw = np.random.default_rng(seed)
        known = [*draw.choice(np.flatnonzero(included), 15, False), *draw.choice(np.flatnonzero(~included), 100, False)]
        values = relevance.learned(matrix, known, included[known])
        left = [row for row in np.argsort(-values) if row not in set(known)]
        saved.append(screening.saved(list(range(len(left))), included[left]))
    assert np.mean(saved) >= MEASURED - 0.01
