"""The chapter on signals: what it says of signs by cell and by place, counted once more without its module.

The sentences are of rows that change: a row that makes one of them untrue makes its test red.
"""

import random
from collections import defaultdict

import pytest

import seedsoil as ss
from seedsoil.evidence.direction import direction, is_about_spread

NO_ORGAN = {"blood", "breast", "pancreas", "primary site", "several"}
DRAWS = 1_000


@pytest.fixture(scope="module")
def told():
    rows = ss.load("findings").fillna("").to_dict("records")
    return [row for row in rows if row["read_at"] != "unverified" and is_about_spread(row)]


def dealt(told, column, leave_out=frozenset()):
    """Subjects with both signs, and the 2.5% and 97.5% of what dealing the signs anew gives."""
    voices = set()
    for row in told:
        if (sign := direction(row)) != "no effect":
            voice = row["ref"] if row["group"] == "not stated" else row["group"]
            voices |= {(subject, voice, sign) for subject in row[column].split("; ")}
    voices = sorted(voice for voice in voices if voice[0] not in {"-", "not stated"} | leave_out)
    rng, counts = random.Random(7), []
    signs = [sign for *_, sign in voices]
    for draw in range(DRAWS + 1):
        if draw:
            rng.shuffle(signs)
        heard = defaultdict(set)
        for (subject, *_), sign in zip(voices, signs, strict=True):
            heard[subject].add(sign)
        counts.append(sum(len(both) == 2 for both in heard.values()))
    found, null = counts[0], sorted(counts[1:])
    return found, null[DRAWS // 40], null[-DRAWS // 40]


def test_factors_and_cells_carry_both_signs_as_often_as_dealing_gives(told):
    for column in ("factor", "source", "stage"):
        found, low, high = dealt(told, column)
        assert low <= found <= high, column


def test_places_and_organs_of_metastasis_carry_both_signs_as_often_as_dealing_gives(told):
    for leave_out in (frozenset(), NO_ORGAN):
        found, low, high = dealt(told, "organ", leave_out)
        assert low <= found <= high


def test_a_sign_of_the_subject_is_seen(told):
    """Findings that all speak their organ's own sign: what the chapter would then deny is red here."""
    one = [row for row in told if ";" not in row["organ"]]
    steady = [row | {"outcome": "more" if len(row["organ"]) % 2 else "less"} for row in one]
    steady = [row | {"perturbation": "addition", "outcome_of": "metastasis"} for row in steady]
    found, low, _ = dealt(steady, "organ", NO_ORGAN)
    assert found < low
