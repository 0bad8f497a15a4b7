"""The chapter on cells: its counts of kinds and of signs by another way, from the table of findings alone."""

import contextlib
import csv
import io
import re
from collections import Counter, defaultdict
from pathlib import Path

import matplotlib
import pytest

ROOT = Path(__file__).parents[2]
CHAPTER = ROOT / "chapters/cells.md"
CELL = re.compile(r"^```\{code-cell\} ipython3\n(?:---\n.*?\n---\n)?(.*?)^```$", re.MULTILINE | re.DOTALL)
LOWERED = {"knockout", "knockdown", "antibody", "inhibitor", "depletion", "lowered"}
WANTED = {"dormancy", "survival of animals", "response to treatment", "immune attack"}  # of which the host wants more


@pytest.fixture(scope="module")
def names():
    """What the first cell of the chapter defines."""
    matplotlib.use("Agg")
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(CELL.findall(CHAPTER.read_text(encoding="utf-8"))[0], str(CHAPTER), "exec"), names)
    return names


@pytest.fixture(scope="module")
def voices(names):
    """(kind, laboratory, sign, found by) of each finding in which a cell itself was moved."""
    heard = []
    with (ROOT / "data/findings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["factor"] != "-" or row["perturbation"] == "none" or row["read_at"] == "unverified":
                continue
            if row["outcome"] == "same" or row["outcome_of"] not in names["COUNTED"]:
                continue
            sign = (row["outcome"] == "more") ^ (row["perturbation"] in LOWERED) ^ (row["outcome_of"] in WANTED)
            for kind in {names["kind"].get(cell, cell) for cell in row["source"].split("; ")} - set(names["NO_KIND"]):
                voice = row["ref"] if row["group"] == "not stated" else row["group"]
                heard.append((kind, voice, sign, row["found_by"]))
    return heard


def test_kinds_that_carry_both_signs(names, voices):
    signs = defaultdict(set)
    for kind, voice, sign, _ in voices:
        signs[kind].add((voice, sign))
    often = {kind: heard for kind, heard in signs.items() if len(heard) > 1}
    assert names["mixed"].subjects == len(often)
    assert names["mixed"].both == sum(len({sign for _, sign in heard}) == 2 for heard in often.values())


def test_signs_by_how_the_row_was_found(names, voices):
    counted = Counter((found, "promotes" if sign else "restrains") for _, _, sign, found in voices)
    signed = names["moved"][names["moved"]["sign"] != "no effect"]
    assert counted == Counter(zip(signed["found_by"], signed["sign"], strict=True))


def test_a_row_that_moves_a_molecule_is_not_counted(names):
    assert set(names["moved"]["factor"]) == {"-"} and "renz2018-cholinergic-pancreas" not in set(names["moved"]["id"])


def ways(heard, kind):
    return {sign for one, sign in zip(heard["subject"], heard["sign"], strict=True) if one == kind}


def as_told_of_the_figure(heard):
    both = {"promotes", "restrains"}
    shared = all(ways(heard, kind) == both for kind in ("macrophage", "regulatory T cell", "fibroblast"))
    return shared and (ways(heard, "megakaryocyte"), ways(heard, "platelet")) == ({"restrains"}, {"promotes"})


def test_the_figure_shows_the_sides_that_its_text_tells(names):
    assert as_told_of_the_figure(names["heard"])
    turned = names["heard"].replace({"sign": {"promotes": "restrains", "restrains": "promotes"}})
    assert not as_told_of_the_figure(turned)
