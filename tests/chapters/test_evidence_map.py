"""The evidence map shows each count once, by number and by area, and gaps apart."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from seedsoil.display import figures


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_numbers_areas_and_gaps(axes):
    counts = pd.DataFrame([[8, 0, 2], [0, 4, 0]], index=["top", "bottom"], columns=["a", "b", "c"])
    figures.evidence_map(axes, counts, largest=800)
    shown = {text.get_position(): text.get_text() for text in axes.texts}
    assert shown == {(0, 0): "8", (2, 0): "2", (1, 1): "4"}
    filled, hollow = axes.collections
    assert filled.get_sizes().tolist() == [800, 200, 400]
    assert sorted(map(tuple, np.asarray(hollow.get_offsets()))) == [(0, 1), (1, 0), (2, 1)]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first row is on top
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["a", "b", "c"]


def test_an_empty_map_is_all_gaps(axes):
    figures.evidence_map(axes, pd.DataFrame([[0, 0]], index=["row"], columns=["a", "b"]))
    assert not axes.texts
    assert len(axes.collections[1].get_offsets()) == 2
