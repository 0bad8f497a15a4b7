"""The pools of the chapter on immune escape: metafor's answers on the same rows, and only what belongs together."""

import ast
import re
from dataclasses import asdict

import pandas as pd
import pytest

import seedsoil as ss
from tests.conftest import ROOT
from tests.metafor import NUMBERS, ask_metafor

POOLS = ast.literal_eval(
    re.search(r"^POOLS = (\{.*?^\})", (ROOT / "chapters/immune-escape.md").read_text("utf8"), re.DOTALL | re.MULTILINE)[
        1
    ]
)


@pytest.fixture(scope="module")
def effects() -> pd.DataFrame:
    return ss.load("effects").set_index("id", drop=False)


def test_agree_with_metafor(effects, tmp_path):
    rows = pd.concat([effects.loc[ids].assign(set=name) for name, ids in POOLS.items()])
    columns = ["set", "id", "measure", "estimate", "ci_low", "ci_high", "ci_level"]
    theirs = ask_metafor(rows[columns], tmp_path).set_index("set")
    ours = pd.DataFrame({name: asdict(ss.pool(effects.loc[ids], ss.retracted())) for name, ids in POOLS.items()}).T
    assert list(ours.index) == list(theirs.index)
    for name in NUMBERS:
        assert ours[name].to_numpy(float) == pytest.approx(theirs[name].to_numpy(), rel=1e-4, abs=1e-4), name


@pytest.mark.parametrize("name", POOLS)
def test_share_setting_endpoint_and_kind_of_drug(effects, name):
    rows = effects.loc[POOLS[name]]
    assert len(rows) >= 3
    assert rows["process"].eq("immune").all()
    assert rows["setting"].nunique() == rows["endpoint"].nunique() == 1
    assert (
        rows["intervention"]
        .isin(["atezolizumab", "avelumab", "cemiplimab", "durvalumab", "nivolumab", "pembrolizumab"])
        .all()
    )
    assert not rows["comparator"].isin(["ipilimumab", "pembrolizumab"]).any()


def test_death_and_progression_are_of_the_same_trials(effects):
    death, progression = (
        effects.loc[POOLS[name], "study"] for name in ("after treatment: death", "the same trials: progression")
    )
    assert list(death) == list(progression)


def test_adjuvant_controls_had_no_drug(effects):
    controls = effects.loc[POOLS["adjuvant: recurrence"], "comparator"]
    assert set(controls) <= {"placebo", "observation", "best supportive care"}


def test_intervals_count_at_their_level(effects):
    levels = effects.loc[[row for ids in POOLS.values() for row in ids], "ci_level"]
    assert (levels != 95).sum() >= 5
    ids = POOLS["adjuvant: recurrence"]
    assert ss.pool(effects.loc[ids].assign(ci_level=95.0), set()).q < ss.pool(effects.loc[ids], set()).q


def test_the_pool_is_what_the_search_kept(effects):
    search = ss.load("adjuvant_checkpoint_search")
    kept = search.loc[search["decision"] == "kept", "study"]
    assert sorted(kept) == sorted(effects.loc[POOLS["adjuvant: recurrence"], "study"])
    assert kept.is_unique
    assert set(effects.loc[POOLS["adjuvant: death"], "study"]) <= set(kept)


def test_rows_that_are_pooled_were_read_by_two_readers(effects):
    once = {name for ids in POOLS.values() for name in ids if effects.loc[name, "readings"] < 2}
    assert once == set()
