"""The pools and contrasts of the chapter on angiogenesis, from the rows in the tables, against what metafor said.

angiogenesis_metafor.csv holds, for each event and reading, the ratio of ratios of
`rma(yi, sei = sei, mods = ~ adjuvant, method = "PM", test = "adhoc")` and its variance between trials, "within cancers"
with `mods = ~ adjuvant + cancer` and the cancers that have trials in both settings.
"""

import ast
import re
from pathlib import Path

import pandas as pd
import pytest

import seedsoil as ss
from seedsoil.synthesis.contrast import between_groups, intervals_from_p

HERE = Path(__file__).parent
RECORDED = pd.read_csv(HERE / "angiogenesis_metafor.csv").set_index(["event", "reading"])
CHAPTER = (HERE.parents[1] / "chapters" / "angiogenesis.md").read_text(encoding="utf-8")
EVENTS = ast.literal_eval(re.search(r"^EVENTS = (\{.*?^\})$", CHAPTER, re.M | re.S)[1])
SEARCH = ss.load("bevacizumab_search")
KEPT = set(SEARCH.loc[SEARCH["decision"] == "kept", "study"])
EFFECTS = ss.load("effects")
EVERY = EFFECTS[(EFFECTS["process"] == "angiogenesis") & EFFECTS["intervention"].str.startswith("bevac")]


READ_ONCE = {"ml18147-os"}  # its P was seen in one place alone; a new row is read by two


def chosen(event, studies=KEPT):
    rows = intervals_from_p(EVERY[EVERY["read_at"] != "unverified"])
    rows = rows[rows["ci_low"].notna() & rows["endpoint"].isin(EVENTS[event]) & rows["study"].isin(studies)]
    return rows.sort_values("from_p", kind="stable").drop_duplicates("study")


def reading(event, name):
    if name == "without S-AVANT":
        return chosen(event, KEPT - {"S-AVANT FOLFOX4"})
    rows = chosen(event)
    if name == "interval printed":
        return rows[~rows["from_p"]]
    if name == "bowel cancer alone":
        return rows[rows["cancer"].isin(["colon", "colorectal"])]
    if name == "within cancers":
        settings = rows.groupby(organ(rows))["setting"].transform(lambda own: own.eq("adjuvant").nunique())
        return rows[settings == 2]
    assert name == "all trials"
    return rows


def organ(rows):
    return rows["cancer"].replace("colon", "colorectal")


@pytest.mark.parametrize(("event", "name"), list(RECORDED.index))
def test_agrees_with_what_metafor_said(event, name):
    rows, said = reading(event, name), RECORDED.loc[(event, name)]
    found = between_groups(
        rows, rows["setting"] == "adjuvant", set(), organ(rows) if name == "within cancers" else None
    )
    assert found.k == said["k"], "rows have changed: ask metafor anew, as the head of this file tells"
    for number in ("estimate", "ci_low", "ci_high", "p", "tau2"):
        assert getattr(found, number) == pytest.approx(said[number], rel=1e-4, abs=1e-6), number


@pytest.mark.parametrize("event", EVENTS)
def test_no_patient_is_counted_twice_and_no_unread_row_counts(event):
    rows = chosen(event)
    assert not rows["study"].duplicated().any()
    for group in ("shared_control", "overlap"):
        named = rows[group].dropna()
        assert not named[named != ""].duplicated().any()
    assert (rows["read_at"] != "unverified").all()
    for _, part in rows.groupby("setting"):
        ss.pool(part, ss.retracted())


def test_every_arm_of_the_drug_is_in_the_table_of_the_search():
    arms = EVERY[~EVERY["intervention"].str.contains("stopped")]
    assert set(arms["study"]) == set(SEARCH["study"].dropna()) - {""}


def test_every_kept_trial_enters_a_pool():
    pooled = set().union(*(chosen(event)["study"] for event in EVENTS))
    assert pooled == KEPT - {""}


def test_rows_that_are_pooled_were_read_by_two_readers():
    rows = pd.concat([chosen(event) for event in EVENTS])
    assert set(rows.loc[rows["readings"] < 2, "id"]) == READ_ONCE
