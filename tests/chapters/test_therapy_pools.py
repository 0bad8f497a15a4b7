"""The pools of the chapter on treatment: metafor's answers on the same rows, and patients that enter once."""

import ast
import re

import pandas as pd
import pytest

import seedsoil as ss
from seedsoil.synthesis import ratios, subgroups
from tests.conftest import ROOT
from tests.metafor import ask_metafor, assert_agrees

FAILED = ast.literal_eval(
    re.search(r"^FAILED = (\{.*?^\})", (ROOT / "chapters/therapy.md").read_text("utf8"), re.DOTALL | re.MULTILINE)[1]
)
APART = {"hurwitz2018ruxolitinib": "two trials in one report"}


@pytest.fixture(scope="module")
def effects() -> pd.DataFrame:
    return ss.load("effects").set_index("id", drop=False)


@pytest.fixture(scope="module")
def pooled(effects) -> dict[str, pd.DataFrame]:
    pairs = subgroups.ratios_by_pair(ss.load("site_pairs"), ss.load("effects"))
    pairs = pairs[pairs["pooled"] == "yes"]
    sets = {endpoint: pairs[pairs["endpoint"] == endpoint] for endpoint in ("death", "progression or death")}
    return sets | {"failed": ratios.turned(effects.loc[list(FAILED)], {"placebo", "standard therapy"})}


def test_agree_with_metafor(pooled, tmp_path):
    columns = ["set", "id", "measure", "estimate", "ci_low", "ci_high", "ci_level"]
    rows = pd.concat([rows.assign(set=name, measure="HR") for name, rows in pooled.items()])
    theirs = ask_metafor(rows[columns], tmp_path).set_index("set")
    for name, rows in pooled.items():
        assert_agrees(ss.pool(rows, ss.retracted(), apart=APART), theirs.loc[name])


@pytest.mark.parametrize("endpoint", ["death", "progression or death"])
def test_a_trial_is_pooled_once_and_only_by_organ(pooled, endpoint):
    rows = pooled[endpoint]
    assert rows["trial"].is_unique
    assert set(rows["kind"]) == {"organ"}


def test_both_rows_of_a_pair_are_of_one_trial_treatment_and_endpoint(effects):
    for pair in ss.load("site_pairs").itertuples():
        one, other = effects.loc[pair.one], effects.loc[pair.other]
        assert one["cancer"] == other["cancer"]
        assert one["intervention"] == other["intervention"], pair.id
        assert one["measure"] == other["measure"]
        assert one["study"].split(",")[0] == other["study"].split(",")[0], pair.id
        assert one["endpoint"].split(",")[0] == other["endpoint"].split(",")[0], pair.id


def test_what_is_pooled_was_looked_for():
    """Each pair rests on a trial that the table of the search keeps, or says why it overlaps."""
    kept = ss.load("site_effect_search").query("decision in ['kept', 'overlaps']")
    refs = set(kept["ref"])
    pairs = ss.load("site_pairs").query("kind != 'aimed'")
    by_id = ss.load("effects").set_index("id")["ref"]
    for pair in pairs.itertuples():
        assert refs & {by_id[pair.one], by_id[pair.other]} or pair.trial in set(kept["trial"]), pair.id
