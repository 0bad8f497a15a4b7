"""The flow of records: its identities hold at every day and between any two, and no work is in two arms."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsoil.living import duplicates, flow, ledger
from seedsoil.living.flow import Held
from seedsoil.living.ledger import Decision, Pair, Record
from tests.living.test_duplicates import found

DAYS = [f"2026-11-{day:02}" for day in range(20, 29)]
IDS = [f"pmid:{number}" for number in range(8)]
KINDS = st.sampled_from(["include", "exclude", "maybe", "undo"])
SOURCES = st.lists(st.sampled_from(["europepmc", "pubmed", "openalex"]), min_size=1, max_size=3, unique=True)


@st.composite
def ledgers(draw):
    """Any records, pairs and decisions, on any days."""
    held = Held.__new__(Held)
    held.records = [
        Record(name, "T", "", "", "", "", "", "", "article", "published",
               "; ".join(f"{source} {name}" for source in draw(SOURCES)), draw(st.sampled_from(["a", "b", "a; b"])),
               draw(st.sampled_from(DAYS)))
        for name in draw(st.lists(st.sampled_from(IDS), unique=True))
    ]  # fmt: skip
    names, days = st.sampled_from(IDS), st.sampled_from(DAYS)
    held.pairs = [
        Pair(one, other, state, "same work", "e", "s", "system", f"{day}T10:00:00.000Z")
        for one, other, state, day in draw(
            st.lists(
                st.tuples(names, st.sampled_from([*IDS, "bib:x"]), st.sampled_from(["duplicate", "distinct"]), days)
            )
        )
    ]
    held.decisions = [
        Decision(name, chapter, kind, "", "E", "person", f"{day}T10:00:{number:02}.000Z")
        for number, (name, chapter, kind, day) in enumerate(
            draw(st.lists(st.tuples(names, st.sampled_from("ab"), KINDS, days), max_size=20))
        )
    ]
    return held


@settings(max_examples=150, deadline=None)
@given(ledgers(), st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_every_record_is_somewhere_and_once(held, first, last):
    first, last = sorted((first, last))
    before, after = held.total("ab", first), held.total("ab", last)
    assert before.balanced
    assert after.balanced
    assert (after - before).balanced
    assert (after - before) + before == after
    assert held.total("ab").records == sum(len(one.chapters.split("; ")) for one in held.records)


def test_a_flow_that_loses_a_record_does_not_balance(book):
    kept = flow.Flow(flow.Counter(europepmc=3), waiting=2)
    assert not kept.balanced


def test_what_a_version_brought_is_what_came_until_its_day(book):
    for day, number in (("2026-11-20", 1), ("2026-11-25", 2)):
        one = found(f"MED:{number}", f"Title of number {number}", pmid=str(number))
        duplicates.keep(book, "dormancy", [one], date.fromisoformat(day), f"{day}T10:00:00.000Z")
    ledger.add(book, [Decision("pmid:1", "dormancy", "include", "", "E", "person", "2026-11-24T10:00:00.000Z")])
    held = Held(book)
    counts = [
        (one.records, one.included, one.waiting)
        for one in (held.flow("dormancy", day) for day in ("2026-11-19", "2026-11-20", "2026-11-24", "2026-11-25"))
    ]
    assert counts == [(0, 0, 0), (1, 0, 1), (1, 1, 0), (2, 1, 1)]


@pytest.mark.parametrize("searched", [False, True])
def test_a_work_came_by_hand_before_by_hand_since_or_by_a_search(book, searched):
    keys = {"ghajar2013pv", "ames2020tgfb2"}
    read_on = {"ghajar2013pv": "2026-11-10", "ames2020tgfb2": "2026-11-25"}
    assert flow.arms(book, keys, read_on).before == keys  # no search was made yet
    ledger.write_run(book, "one", {"kind": "search", "began_at": "2026-11-20T10:00:00.000Z"})
    if searched:
        records = [found("MED:23728425", pmid="23728425", doi="10.1038/ncb2767")]
        duplicates.keep(book, "dormancy", records, date(2026, 11, 20), "2026-11-20T10:00:00.000Z")
        decision = Decision("pmid:23728425", "dormancy", "include", "", "E", "person", "2026-11-21T10:00:00.000Z")
        ledger.add(book, [decision])
    arms = flow.arms(book, keys, read_on)
    assert arms.since == {"ames2020tgfb2"}
    assert (arms.searched, arms.before) == (({"ghajar2013pv"}, set()) if searched else (set(), {"ghajar2013pv"}))
