"""The pooled trials of the chapter on the matrix: metafor's answers on the same rows, and retractions that must count.

The rows are those that the chapter itself chooses from `data/effects.csv`: its own cells are run. `matrix_metafor.csv`
is what metafor makes of them; write it anew with

    python -m tests.chapters.test_matrix_chapter > tests/chapters/matrix_metafor.csv
"""

import contextlib
import io
import re
import shutil
import sys
from pathlib import Path

import matplotlib
import pandas as pd
import pytest

import seedsoil as ss
from seedsoil.evidence import grading
from seedsoil.evidence.direction import direction
from seedsoil.evidence.grading import Clause
from seedsoil.synthesis.pooling import pool
from seedsoil.tables import package as tables
from tests.metafor import NUMBERS, ask_metafor

ROOT = Path(__file__).parents[2]
CHAPTER = ROOT / "chapters/ecm-remodeling.md"
RECORDED = ROOT / "tests/chapters/matrix_metafor.csv"
CELL = re.compile(
    r"^```\{code-cell\} ipython3\n(?:---\n.*?\n---\n|:tags:[^\n]*\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL
)

# Each read as retracted on the publisher's page. The bibliography must say so, and no pool or grade may count them.
RETRACTED = {"erler2006lysyl", "cox2015hypoxic", "li2013matrix"}


def chapter_names() -> dict:
    """What the chapter's own cells have defined once they have chosen the rows."""
    matplotlib.use("Agg")
    cells = CELL.findall(CHAPTER.read_text(encoding="utf-8"))
    (last,) = [number for number, cell in enumerate(cells) if "def chosen(" in cell]
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells[: last + 1]:
            exec(compile(cell, str(CHAPTER), "exec"), names)
    return names


def pooled_sets() -> dict[str, pd.DataFrame]:
    """The sets of rows that the chapter pools, by its own choice of rows."""
    names = chapter_names()
    other_dose = {name.replace("700", "200") for name in names["kept"]}
    sets = {
        f"{event} {dose}": names["chosen"](event, studies)
        for event in ("death", "progression or death")
        for dose, studies in (("700 mg", names["kept"]), ("200 mg", other_dose))
    }
    chosen = sets["death 700 mg"]
    sets["death metalloproteinases"] = chosen[chosen["target"].isin(["MMPs", "MMP9"])]
    return sets


@pytest.fixture(scope="module")
def sets() -> dict[str, pd.DataFrame]:
    return pooled_sets()


def differences(sets: dict[str, pd.DataFrame], answers: pd.DataFrame) -> list[str]:
    """Where our pool and metafor's answer differ by more than 1e-4, in the number or of it where it is large."""
    found = []
    for name, rows in sets.items():
        answer = answers.set_index("set").loc[name]
        ours = pool(rows, ss.retracted())
        for number in ("k", *NUMBERS):
            if getattr(ours, number) != pytest.approx(answer[number], rel=1e-4, abs=1e-4):
                found.append(f"{name}: {number} {getattr(ours, number)} is not {answer[number]}")
    return found


def test_the_chapter_pools_what_it_says(sets):
    assert {name: len(rows) for name, rows in sets.items()} == {
        "death 700 mg": 7, "death 200 mg": 7, "progression or death 700 mg": 7, "progression or death 200 mg": 7,
        "death metalloproteinases": 3,
    }  # fmt: skip
    for rows in sets.values():
        assert (rows["setting"] == "advanced").all() and (rows["intervention"] != "placebo").all()
        assert not rows["read_at"].eq("unverified").any()
        assert rows["study"].is_unique
        assert "glioblastoma" not in set(rows["cancer"])
        assert rows["readings"].eq(2).all(), "a row that is pooled was read by two readers"


def test_of_halo_202_the_whole_trial_is_pooled(sets):
    halo = sets["progression or death 700 mg"].query("overlap == 'halo-202'")
    assert halo["id"].tolist() == ["halo202-pfs"]
    both = pd.concat([sets["progression or death 700 mg"], ss.load("effects").query("id == 'halo202-ha-high-pfs'")])
    with pytest.raises(ValueError, match="2 rows of the overlap group halo-202"):
        pool(both, ss.retracted())


def undecided(effects: pd.DataFrame, search: pd.DataFrame, unpooled: pd.DataFrame) -> list[str]:
    """Trials of the tables that the search does not name, and kept ones without a ratio that can be pooled."""
    trials = effects.query("process == 'ecm' and setting == 'advanced'")
    found = [f"{name} has no decision" for name in sorted(set(trials["study"]) - set(search["study"].dropna()))]
    whole = set(unpooled["ref"])
    found += [f"{ref} has no decision" for ref in sorted(whole - set(search["ref"].dropna()))]
    with_interval = set(trials.loc[trials["ci_low"].notna() & (trials["read_at"] != "unverified"), "study"])
    kept = set(search.loc[search["decision"] == "kept", "study"])
    return found + [f"{name} is kept and has no interval" for name in sorted(kept - with_interval)]


def test_every_trial_has_a_decision():
    tables_ = [ss.load(name) for name in ("effects", "matrix_drug_search", "matrix_trials_without_ratio")]
    assert undecided(*tables_) == []


def test_a_trial_without_a_decision_is_seen():
    effects, search, unpooled = (
        ss.load(name) for name in ("effects", "matrix_drug_search", "matrix_trials_without_ratio")
    )
    assert undecided(effects, search[search["id"] != "lapis"], unpooled) == ["LAPIS has no decision"]
    assert undecided(effects, search[search["id"] != "king-liver"], unpooled) == ["king2003randomised has no decision"]
    blank = effects.assign(ci_low=effects["ci_low"].mask(effects["study"] == "LAPIS"))
    assert undecided(blank, search, unpooled) == ["LAPIS is kept and has no interval"]


def test_pooled_results_are_those_of_metafor(sets):
    answers = pd.read_csv(RECORDED)
    assert set(answers["set"]) == set(sets)
    assert differences(sets, answers) == []


def test_recorded_answers_are_what_metafor_says_now(sets, tmp_path):
    now = ask_metafor(pd.concat([rows.assign(set=name) for name, rows in sets.items()]), tmp_path)
    assert differences(sets, now) == []


@pytest.mark.parametrize(("column", "factor"), [("estimate", 1.02), ("ci_high", 1.05)])
def test_a_changed_row_is_noticed(sets, column, factor):
    changed = {name: rows.copy() for name, rows in sets.items()}
    rows = changed["death 700 mg"]
    rows.loc[rows["id"] == "halo301-os", column] *= factor
    assert any("death 700 mg: estimate" in line for line in differences(changed, pd.read_csv(RECORDED)))


# Retractions


def counted_in_spite(marked: frozenset[str]) -> list[str]:
    """What the book would count of the retracted works if only those `marked` were known: in its pools and its grades."""
    found = [f"{key} is not marked" for key in sorted(RETRACTED - marked)]

    effects = ss.load("effects")
    withdrawn = effects[effects["ref"].isin(RETRACTED) & effects["ci_low"].notna()]
    standing = effects[effects["id"].isin(["loxl2-os", "infante2007-death"])]
    for _, row in withdrawn.iterrows():
        try:
            pool(pd.concat([standing, row.to_frame().T.infer_objects()]).astype(effects.dtypes.to_dict()), marked)
        except ValueError as refusal:
            if "retracted" not in str(refusal):
                raise
        else:
            found.append(f"{row['id']} is pooled")

    findings = pd.read_csv(ROOT / "data/findings.csv", dtype=str, keep_default_na=False).to_dict("records")
    for row in findings:
        clause = Clause("it", {"factor": row["factor"]}, direction(row), (row["id"],))
        if row["ref"] in RETRACTED and grading.grade(clause, [row], marked).word != "None":
            found.append(f"{row['id']} is graded")
    return found


def test_retracted_works_are_never_counted():
    assert counted_in_spite(ss.retracted()) == []


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("erler2006lysyl", "erler2006-lox-metastasis is graded"),
        ("cox2015hypoxic", "cox2015-lox-bone is graded"),
        ("li2013matrix", "mmp9-colorectal-os is pooled"),
    ],
)
def test_without_its_mark_a_retracted_work_would_count(key, row, tmp_path, monkeypatch):
    """The proof that the test above can fail: the mark is taken away in a copy of the data."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    copy = tmp_path / "data/references.bib"
    assert counted_in_spite(ss.retracted(tmp_path)) == []
    text = copy.read_text(encoding="utf-8")
    start = text.index(f"{{{key},")
    entry = text[start : text.index("\n}\n", start)]
    assert "status = {retracted}" in entry
    copy.write_text(text.replace(entry, entry.replace("  status = {retracted},", "")), encoding="utf-8")
    assert counted_in_spite(ss.retracted(tmp_path)) == [f"{key} is not marked", row]


def test_each_retracted_work_is_in_the_evidence_of_the_chapter():
    """A list of keys that no row uses would prove nothing."""
    refs = {row for name in ("findings", "effects") for row in tables.load(name).query("process == 'ecm'")["ref"]}
    assert RETRACTED <= refs
    text = CHAPTER.read_text(encoding="utf-8")
    assert all(key in text for key in RETRACTED)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        table = pd.concat([rows.assign(set=name) for name, rows in pooled_sets().items()])
        ask_metafor(table, Path(folder)).to_csv(sys.stdout, index=False)
