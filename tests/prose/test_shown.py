"""Where a row is shown, for each way in which a page shows one; and which rows are new."""

import json
import subprocess

import pytest

from seedsoil import check
from seedsoil.prose.shown import new_rows, shown_on
from seedsoil.tables.changed import changed

TABLE = "```{evidence-table}\n```\n"
LINKED = "```{key-messages}\n- message: M.\n  clauses:\n    - {says: m, about: {factor: X}, claim: open, rows: [kay-row]}\n```\n"
ROWS = {
    "findings": "id,ref,process\nkay-row,kay2001work,dormancy\n",
    "effects": 'id,ref,process\n"lee-row",lee2002work,growth\n',
}


@pytest.fixture
def book(tmp_path):
    """A book of one page and two rows, committed on its branch main; the function writes the page."""
    (tmp_path / "data").mkdir()
    resources = [{"name": name, "path": f"{name}.csv", "schema": {"primaryKey": ["id"]}} for name in ROWS]
    (tmp_path / "data/datapackage.json").write_text(json.dumps({"resources": resources}))
    for name, text in ROWS.items():
        (tmp_path / f"data/{name}.csv").write_text(text)
    (tmp_path / "_toc.yml").write_text("root: page\n")
    (tmp_path / "page.md").write_text("# Title\n")
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path)
    return tmp_path


def git(root, *command):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, *command], cwd=root, check=True)


def commit(root):
    git(root, "add", ".")
    git(root, "commit", "-qm", "As it was")


def on_the_page(root, text: str) -> list[str]:
    """The ids of the two rows that a page of this text shows."""
    (root / "page.md").write_text(f"# Title\n\n{text}")
    rows = [{"id": "kay-row", "ref": "kay2001work", "process": "dormancy"}]
    rows += [{"id": "lee-row", "ref": "lee2002work", "process": "growth"}]
    assert {title for titles in shown_on(root, rows).values() for title in titles} <= {"Title"}
    return [name for name, titles in shown_on(root, rows).items() if titles]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", []),
        ("Said {cite:p}`kay2001work`.", []),
        (f"Said {{cite:p}}`{{see}}kay2001work,other`.\n\n{TABLE}", ["kay-row"]),
        (f"{LINKED}\n{TABLE}", ["kay-row"]),
        (LINKED, []),
        ("It was {estimate}`lee-row`.", ["lee-row"]),
        ("It was {value}`effects/lee-row/n`.", ["lee-row"]),
        ("```{evidence-table}\n:process: growth\n```\n", ["lee-row"]),
        ("```{evidence-table}\n:ids: kay-row\n:refs: lee2002work\n```\n", ["kay-row", "lee-row"]),
        ("```{code-cell} ipython3\nss.load('effects', id=['lee-row'])\n```\n", ["lee-row"]),
    ],
)
def test_each_way_to_show_a_row_counts(book, text, ids):
    assert on_the_page(book, text) == ids


def test_the_work_of_a_printed_effect_is_cited(book):
    with (book / "data/effects.csv").open("a") as file:
        file.write("lee-two,lee2002work,growth\n")
    assert on_the_page(book, f"{{effect}}`lee-two`\n\n{TABLE}") == ["lee-row"]


def test_new_and_changed_rows_are_told_with_their_pages(book, capsys, monkeypatch):
    assert list(new_rows(book)) == []
    with (book / "data/findings.csv").open("a") as file:
        file.write("new-row,kay2001work,dormancy\n")
    (book / "data/effects.csv").write_text(ROWS["effects"].replace("growth", "ecm"))
    (book / "page.md").write_text("# Title\n\n{estimate}`lee-row`\n")
    told = [
        "data/findings.csv:3: new-row is shown nowhere; cite kay2001work on a page, or link the row in a key message",
        "data/effects.csv:2: lee-row is shown on: Title",
    ]
    assert [f"{file}:{line}: {text}" for file, line, text in new_rows(book)] == told
    monkeypatch.setattr(check, "PARTS", {})
    assert check.run(root=book) == 0
    assert capsys.readouterr().out.splitlines()[:-1] == told
    assert check.run("github", root=book) == 0
    assert "::notice file=data/effects.csv,line=2::lee-row is shown on: Title" in capsys.readouterr().out


def test_a_row_stays_new_until_its_branch_is_merged(book):
    git(book, "switch", "-qc", "branch")
    with (book / "data/findings.csv").open("a") as file:
        file.write("new-row,kay2001work,dormancy\n")
    commit(book)
    assert [line for line, _ in changed(book, "findings")] == [3]
    git(book, "switch", "-q", "main")
    git(book, "merge", "-q", "branch")
    assert changed(book, "findings") == []


def test_without_git_or_with_broken_tables_nothing_is_told(book, monkeypatch):
    (book / "data/findings.csv").write_text("id\n\n\n")
    assert check.new_rows(book) == []
    monkeypatch.setenv("PATH", "")
    assert changed(book, "findings") == []
