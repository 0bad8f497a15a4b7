"""What became of rows, from a repository made for the test."""

import subprocess

import pytest

from seedsoil.tables.history import Change, changes, newest

FILE = "data/findings.csv"


@pytest.fixture
def commit(tmp_path):
    """A function that commits a text as the table, on a day."""

    def git(*arguments, day="2026-11-22"):
        names = {f"GIT_{who}_{what}": "Somebody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        days = {f"GIT_{who}_DATE": f"{day}T23:30:00-05:00" for who in ("AUTHOR", "COMMITTER")}  # the next day in UTC
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True, env={**names, **days})

    def commit(text, day):
        (tmp_path / FILE).write_text(text)
        git("add", FILE)
        git("commit", "--quiet", "--message", "Change", day=day)

    (tmp_path / "data").mkdir()
    git("init", "--quiet")
    return commit


def test_cells_are_compared_by_column_and_day(commit, tmp_path):
    commit("id,organ,note\nlox,lung,\nboth,bone,x\n", "2026-11-22")
    commit("id,organ,note\nlox,liver,\nboth,bone,x\n", "2026-11-24")
    commit("id,note,organ,added\nlox,,bone,2026-11-22\nboth,x,bone,2026-11-22\nnew,,lung,\n", "2026-11-24")
    commit("id,note,organ,added\nlox,y,bone,2026-11-22\n", "2026-11-26")
    assert changes(tmp_path, FILE) == {
        "lox": (Change("2026-11-25", "organ", "lung", "bone"), Change("2026-11-27", "note", "", "y"))
    }
    assert len(newest(tmp_path, FILE)) == 40


def test_without_history_nothing_is_told(tmp_path):
    assert changes(tmp_path, FILE) == {} and newest(tmp_path, FILE) == ""
