"""The chapter on double agents: what its tables say of the rows, and its headlines once more by other ways."""

from math import comb

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import seedsoil as ss
from seedsoil.evidence.direction import directions

SPREAD = {"metastasis", "dissemination", "outgrowth", "dormancy"}


@pytest.fixture(scope="module")
def findings():
    rows = ss.load("findings").set_index("id")
    return rows.assign(direction=directions(rows))


def test_the_two_of_a_pair_are_of_opposite_sign_and_name_the_agent(findings):
    for _, pair in ss.load("double_agent_pairs").iterrows():
        for way in ("promotes", "restrains"):
            row = findings.loc[pair[way]]
            assert row["direction"] == way, pair["id"]
            assert pair["agent"] in f"{row['factor']}; {row['source']}".split("; "), pair["id"]
        one_work = findings.loc[pair["promotes"], "ref"] == findings.loc[pair["restrains"], "ref"]
        assert (pair["same_work"] == "yes") == one_work, pair["id"]


def test_no_pair_rests_on_a_retracted_work(findings):
    pairs = ss.load("double_agent_pairs")
    assert not set(findings.loc[[*pairs["promotes"], *pairs["restrains"]], "ref"]) & set(ss.retracted())


def test_agreement_of_the_codings_by_hand():
    pairs = ss.load("double_agent_pairs")
    one, other = pairs["first_coding"], pairs["second_coding"]
    agreed = (one == other).mean()
    by_chance = sum((one == kind).mean() * (other == kind).mean() for kind in set(one) | set(other))
    assert (agreed - by_chance) / (1 - by_chance) == pytest.approx(0.815, abs=0.001)


def test_directions_at_two_times_are_those_of_the_rows(findings):
    for _, row in ss.load("two_times").iterrows():
        for side in ("early", "late"):
            if isinstance(row[f"{side}_row"], str):
                assert findings.loc[row[f"{side}_row"], "direction"] == row[side], row["id"]
            else:
                assert isinstance(row["read_at"], str), row["id"]


def test_experiments_at_two_times_turn_either_way():
    counted = ss.load("two_times").query("set == 'counted'")
    level = {"restrains": -1, "no effect": 0, "promotes": 1}
    turns = [level[late] - level[early] for early, late in zip(counted["early"], counted["late"], strict=True)]
    up, down = sum(turn > 0 for turn in turns), sum(turn < 0 for turn in turns)
    assert (up, down, len(turns)) == (6, 4, 13)
    tail = sum(comb(up + down, k) for k in range(up, up + down + 1)) / 2 ** (up + down)
    assert min(1, 2 * tail) == pytest.approx(0.754, abs=0.001)
    whole = [turn for turn in turns if abs(turn) == 2]
    assert (len(whole), sum(turn > 0 for turn in whole)) == (4, 3)


def test_measures_of_opposite_sign_by_another_library():
    def opposite(model: str) -> set[str]:
        rows = ss.load("immune_survival").query("model == @model")
        p = 2 * stats.norm.sf(np.abs(rows["log_ratio"] / rows["se"]))
        kept = rows[stats.false_discovery_control(p) < 0.05]
        return set(kept.loc[kept["log_ratio"] > 0, "cell"]) & set(kept.loc[kept["log_ratio"] < 0, "cell"])

    assert opposite("main") == {"macrophage M2", "regulatory T cell"}
    assert opposite("stage") == set()
    assert "regulatory T cell" in opposite("fractions") & opposite("zeros")


def test_early_and_late_of_soil_cells_counted_anew(findings):
    kept = findings[~findings["ref"].isin(ss.retracted()) & (findings["read_at"] != "unverified")]
    kept = kept[kept["outcome_of"].isin(SPREAD) & (kept["direction"] != "no effect")]
    kept = kept[~kept["source"].isin(["tumor cell", "-", "-; tumor cell", "tumor cell; -"])]
    stages = (
        kept["stage"]
        .str.get_dummies("; ")
        .reindex(columns=["pre-metastatic", "arrival", "dormancy", "outgrowth", "established"], fill_value=0)
    )
    early = stages[["pre-metastatic", "arrival", "dormancy"]].any(axis=1)
    late = stages[["outgrowth", "established"]].any(axis=1)
    by = pd.crosstab([kept["found_by"][early ^ late], late[early ^ late]], kept["direction"][early ^ late])
    promoting = by["promotes"].groupby("found_by").sum() / by.sum(axis=1).groupby("found_by").sum()
    assert promoting["hand"] > promoting["balance search"]
