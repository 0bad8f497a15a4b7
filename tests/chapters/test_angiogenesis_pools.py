"""The pools of the chapter on angiogenesis, from the rows in the tables: ours against metafor's, recorded and live.

`python -m tests.chapters.test_angiogenesis_pools` asks metafor and prints what angiogenesis_metafor.csv holds.
"""

import ast
import re
import subprocess
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

import seedsoil as ss
from seedsoil.synthesis.selection import screen
from tests.metafor import SCRIPT, ask_metafor, assert_agrees

HERE = Path(__file__).parent
RECORDED = HERE / "angiogenesis_metafor.csv"
CHAPTER = (HERE.parents[1] / "chapters" / "angiogenesis.md").read_text(encoding="utf-8")


def literal(name):
    """The dictionary or list that the chapter binds to `name`."""
    return ast.literal_eval(re.search(rf"^{name} = ([{{\[].*?[}}\]])$", CHAPTER, re.M | re.S)[1])


def selections():
    """The rows of each pool of the chapter that holds enough of them, by name."""
    effects, search = ss.load("effects"), ss.load("bevacizumab_search")
    rows = effects[(effects["process"] == "angiogenesis") & effects["intervention"].str.startswith("bevacizumab")]
    kept = set(search.loc[search["decision"] == "kept", "study"])
    second = search[search["reason"].str.startswith("shares its control")]
    first = search[search["trial"].isin(second["trial"]) & (search["decision"] == "kept")]
    arms = {"first arms": kept, "other arms": kept - set(first["study"]) | set(second["study"])}
    asked = [
        ("main", "first arms", False),
        ("main", "first arms", True),
        ("main", "other arms", False),
        ("wider", "first arms", False),
        ("wider", "first arms", True),
    ]
    found = {}
    for pool, (setting, endpoints) in literal("POOLS").items():
        for reading, side, colorectal in asked:
            chosen = rows[(rows["setting"] == setting) & rows["endpoint"].isin(endpoints)]
            if colorectal:
                chosen = chosen[chosen["cancer"].isin(literal("COLORECTAL"))]
            chosen = screen(chosen, arms[side] & set(chosen["study"]), literal("READ")[reading])
            chosen = chosen[chosen["left_out"] == ""]
            if len(chosen) >= 3:
                name = [pool.replace(",", ""), reading, side, "colorectal" if colorectal else "all cancers"]
                found[" | ".join(name)] = chosen
    return found


SELECTIONS = selections()


def as_sets():
    columns = ["set", "id", "measure", "estimate", "ci_low", "ci_high", "ci_level"]
    return pd.concat([rows.assign(set=name) for name, rows in SELECTIONS.items()])[columns]


def test_the_chapter_pools_what_is_tested_here():
    assert len(SELECTIONS) == 16
    for name in ("advanced progression or death | main | first arms", "adjuvant death | main | other arms"):
        assert f"{name} | all cancers" in SELECTIONS


@pytest.mark.parametrize("name", SELECTIONS)
def test_agrees_with_what_metafor_said(name):
    recorded = pd.read_csv(RECORDED).set_index("set")
    assert set(recorded.index) == set(SELECTIONS), f"rows or pools have changed: record anew, see {Path(__file__).name}"
    assert_agrees(ss.pool(SELECTIONS[name], ss.retracted()), recorded.loc[name])


def test_what_metafor_says_now(tmp_path):
    now = ask_metafor(as_sets(), tmp_path).set_index("set")
    for name, rows in SELECTIONS.items():
        assert_agrees(ss.pool(rows, ss.retracted()), now.loc[name])


@pytest.mark.parametrize("name", SELECTIONS)
def test_no_patient_is_counted_twice_and_no_unread_row_counts(name):
    rows = SELECTIONS[name]
    assert not rows["study"].duplicated().any()
    for group in ("shared_control", "overlap"):
        named = rows[group].dropna()
        assert not named[named != ""].duplicated().any()
    assert (rows["read_at"] != "unverified").all()
    assert rows["readings"].eq(2).all(), "a row that is pooled was read by two readers"


def test_every_arm_of_the_drug_is_in_the_table_of_the_search():
    effects = ss.load("effects")
    rows = effects[
        (effects["process"] == "angiogenesis")
        & effects["intervention"].str.startswith("bevacizumab")
        & ~effects["intervention"].str.contains("stopped")
    ]
    assert set(rows["study"]) == set(ss.load("bevacizumab_search")["study"].dropna()) - {""}


if __name__ == "__main__":
    sets = StringIO()
    as_sets().to_csv(sets, index=False)
    print(
        subprocess.run(
            ["Rscript", str(SCRIPT), "/dev/stdin"], input=sets.getvalue(), text=True, capture_output=True, check=True
        ).stdout,
        end="",
    )
