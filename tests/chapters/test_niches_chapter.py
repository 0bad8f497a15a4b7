"""The chapter on niches: which findings it times, which works on liver disease it keeps, and its headlines once more.

The headlines are worked out here by other ways than the chapter's: the inverse of an odds ratio by a simulated race of
two hazards, the two ratios that detection can carry by counting patients.
"""

import numpy as np
import pytest

import seedsoil as ss
from seedsoil.analysis import bias
from seedsoil.analysis.repeats import repeats
from seedsoil.evidence.direction import change

RETRACTED = {"cox2015hypoxic", "tyagi2021nicotine"}
PEOPLE = 1_000_000


@pytest.fixture(scope="module")
def effects():
    return ss.load("effects").set_index("id")


@pytest.fixture(scope="module")
def search():
    return ss.load("liver_disease_search")


def test_every_finding_on_the_prepared_niche_is_timed():
    findings, timed = ss.load("findings"), set(ss.load("niche_timing")["id"])
    early = set(findings.loc[findings["stage"].str.contains("pre-metastatic"), "id"])
    assert early <= timed, sorted(early - timed)


def test_a_retracted_work_is_timed_and_not_counted():
    findings = ss.load("findings").set_index("id")
    timed = findings.loc[list(ss.load("niche_timing")["id"])]
    assert RETRACTED <= set(timed["ref"])
    assert set(ss.retracted()) >= RETRACTED


def test_what_was_moved_before_was_one_removal():
    timed = ss.load("niche_timing").merge(ss.load("findings"), on="id")
    before = timed[timed["moved_when"] == "before"]
    changes = before.set_index("id").apply(change, axis=1)
    assert set(changes) == {"raised", "lowered"}
    given = before.set_index("id")["moved"].isin(["tumor signal", "vesicle"])  # less of something in them is given too
    assert list(changes.index[~given & (changes == "lowered")]) == ["wculek2015-neutrophil-lung"]


def as_told_of_the_timeline(timed):
    """Seven organs, most marks in lung, the first in liver; triangles in four; circles and squares more than half."""
    marks = (
        timed.assign(organ=timed["organ"].str.split("; "))
        .explode("organ", ignore_index=True)
        .query("organ != 'not stated'")
    )
    years = marks["ref"].str.extract(r"(\d{4})")[0].astype(int)
    return (
        marks["organ"].nunique() == 7
        and list(marks["organ"].value_counts().index[:2]) == ["lung", "liver"]
        and marks.loc[years.idxmin(), "organ"] == "liver"
        and set(marks.loc[marks["moved_when"] == "before", "organ"]) == {"lung", "liver", "bone", "brain"}
        and timed["moved_when"].isin(["not told", "throughout"]).mean() > 0.5
    )


def test_the_timeline_shows_what_its_text_tells():
    timed = ss.load("niche_timing").merge(ss.load("findings"), on="id")
    timed = timed[~timed["ref"].isin(RETRACTED)]
    assert as_told_of_the_timeline(timed)
    in_nodes = timed["organ"] == "lymph node"
    assert not as_told_of_the_timeline(timed.assign(moved_when=timed["moved_when"].mask(in_nodes, "before")))


@pytest.fixture(scope="module")
def works():
    """Cells, organ and laboratory of each work in each organ, by hand."""
    timed = ss.load("niche_timing").merge(ss.load("findings"), on="id")
    found = {}
    for row in timed[~timed["ref"].isin(RETRACTED)].to_dict("records"):
        for organ in set(row["organ"].split("; ")) - {"not stated"}:
            group = row["ref"] if row["group"] == "not stated" else row["group"]
            named = set(row["source"].split("; ")) - {"-", "tumor cell", "host tissue"}
            found.setdefault((row["ref"], organ, group), set()).update(named)
    return [(cells, organ, group) for (_, organ, group), cells in found.items() if cells]


def test_nearly_all_that_works_have_in_common_is_the_neutrophil(works):
    cells, organs, groups = zip(*works, strict=True)
    every = repeats(cells, organs, groups, draws=10)
    others = repeats([own - {"neutrophil"} for own in cells], organs, groups, draws=10)
    assert every.difference <= 0, "the chapter says that its hypothesis fails by its own rule"
    assert others.within + others.between <= (every.within + every.between) / 10


def test_what_is_kept_is_a_row_with_the_same_numbers(search, effects):
    kept = search[(search["decision"] == "kept") & search["ci_low"].notna()]
    assert len(kept) >= 8
    for _, work in kept.iterrows():
        rows = effects[effects["ref"] == work["ref"]]
        same = np.isclose(
            rows[["estimate", "ci_low", "ci_high"]], work[["estimate", "ci_low", "ci_high"]].astype(float)
        )
        assert same.all(axis=1).any(), work["work"]


def test_what_has_no_read_byline_is_no_row(search, effects):
    hollow = search[search["decision"] == "byline not read"]
    assert len(hollow) >= 5
    assert hollow["ref"].isna().all()


def test_rival_deaths_make_the_autopsy_ratio(effects):
    """People die of the cancer with metastases or, before them, of the liver: the odds of metastases among the dead."""
    rng = np.random.default_rng(6)
    ratio = effects.loc["seymour1999-autopsy", "estimate"]
    metastasis = rng.exponential(1 / 0.07, PEOPLE)
    healthy = np.mean(metastasis < rng.exponential(1 / 0.1, PEOPLE))
    diseased = np.mean(metastasis < rng.exponential(1 / (0.1 * bias.at_autopsy(ratio)), PEOPLE))
    assert diseased / (1 - diseased) / (healthy / (1 - healthy)) == pytest.approx(ratio, rel=0.02)


@pytest.mark.parametrize("sensitivity", [0.7, 0.95])
def test_detection_carries_both_pooled_ratios(effects, sensitivity):
    early, late = (effects.loc[f"monelli2021-{time}", "estimate"] for time in ("synchronous", "metachronous"))
    there, new = 0.2 / sensitivity, 0.13
    relative, true = bias.both_times(early, late, prevalence=there, incidence=new, sensitivity=sensitivity)
    counts = {}
    for liver, present, seen in (("healthy", there, sensitivity), ("diseased", there * true, sensitivity * relative)):
        found = present * seen
        counts[liver] = found, (present - found + (1 - present) * new) / (1 - found)
    assert counts["diseased"][0] / counts["healthy"][0] == pytest.approx(early, rel=0.01)
    assert counts["diseased"][1] / counts["healthy"][1] == pytest.approx(late, rel=0.01)
