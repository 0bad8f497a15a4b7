"""Signs of a network: by hand, dealt by another way, with a known answer, and the refusals."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from seedsoil.analysis import network

FINDINGS = pd.DataFrame(
    [
        ("a", "One", "tumor cell", "CCL2; IL6", "macrophage", "promotes"),
        ("b", "One", "tumor cell", "CCL2", "-", "promotes"),  # the same voice once more
        ("c", "Two", "neutrophil", "CCL2", "tumor cell", "restrains"),
        ("d", "not stated", "-", "IL6", "CCL2", "promotes"),
        ("e", "Three", "tumor cell", "CCL2", "-", "no effect"),
    ],
    columns=["ref", "group", "source", "factor", "target", "sign"],
)


def test_voices():
    heard = network.voices(FINDINGS, "factor")
    assert heard.to_numpy().tolist() == [
        ["CCL2", "One", "promotes"], ["CCL2", "Two", "restrains"], ["IL6", "One", "promotes"], ["IL6", "d", "promotes"],
    ]  # fmt: skip
    assert set(network.voices(FINDINGS, "source")["subject"]) == {"tumor cell", "neutrophil"}


def test_dealing_by_hand():
    """One of four voices restrains: wherever it falls, one of the two subjects carries both signs."""
    found = network.mixed(network.voices(FINDINGS, "factor"))
    assert (found.subjects, found.both, found.expected, found.p) == (2, 1, 1, 1)


def made_up(agreement: float) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    rows = []
    for subject in range(60):
        own = rng.random() < 0.5
        for voice in range(4):
            says = own if rng.random() < agreement else not own
            rows.append((f"F{subject}", f"V{subject}-{voice}", "promotes" if says else "restrains"))
    return pd.DataFrame(rows, columns=["subject", "voice", "sign"])


def test_factors_with_a_sign_of_their_own_are_seen_and_others_not():
    own, none = network.mixed(made_up(0.95)), network.mixed(made_up(0.5))
    assert own.p < 0.001 and own.both < own.low
    assert none.p > 0.05 and none.low <= none.both <= none.high


def test_expected_agrees_with_the_formula():
    heard = made_up(0.5)
    share = (heard["sign"] == "promotes").mean()
    assert network.mixed(heard).expected == pytest.approx(60 * (1 - share**4 - (1 - share) ** 4), rel=0.02)
    assert network.both_if(heard, 0.5) == pytest.approx(60 * (1 - 2 / 16))
    assert network.both_if(heard, 1) == 0
    with pytest.raises(ValueError, match="agreement of 0.3"):
        network.both_if(heard, 0.3)


def test_graph():
    drawn = network.graph(FINDINGS)
    assert drawn.edges["tumor cell", "CCL2"] == {"promotes": 2, "restrains": 0, "neither": 1}
    assert drawn.edges["IL6", "CCL2"]["promotes"] == 1 and drawn.nodes["CCL2"]["kind"] == "factor"
    assert drawn.nodes["tumor cell"]["kind"] == "cell" and drawn.nodes["macrophage"]["kind"] == "target"
    assert nx.number_weakly_connected_components(drawn) == 1
