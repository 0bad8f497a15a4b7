"""A run rests on the rows that its page asks for: another row of the table leaves it good, one of these does not."""

import json
import shutil

import pytest

from seedsoil.files import ROOT
from seedsoil.notebooks import execution
from seedsoil.notebooks.answers import digest
from seedsoil.notebooks.execution import Runs
from tests.notebooks.test_execution import HEADER, cell, is_remembered

ROWS = ["mansi2016-death", "braun2005-death"]
CODE = f"""import pathlib
import seedsoil as ss
from seedsoil.evidence.references import retracted
root = pathlib.Path("..").resolve()
print(len(ss.load("effects", root, id={ROWS})), len(retracted(root)))"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A book of the tables of this one and a page that asks for two rows and the retractions; it has run once."""
    root = tmp_path_factory.mktemp("asked")
    shutil.copytree(ROOT / "data", root / "data")
    (root / "chapters").mkdir()
    (root / "requirements.txt").write_text("numpy==1\n")
    (root / "chapters/page.md").write_text(HEADER + cell(CODE))
    runs = Runs(root)
    runs.bring_up_to_date([runs.page(root / "chapters/page.md")])
    return runs


@pytest.fixture
def changed(asked):
    """A function that changes the first line of a file of the book which holds a text; put back afterwards."""
    before = {}

    def change(name, holding, old, new):
        path = asked.root / name
        text = before.setdefault(path, path.read_text("utf8"))
        line = next(line for line in text.splitlines() if holding in line and old in line)
        path.write_text(text.replace(line, line.replace(old, new), 1), "utf8")

    yield change
    for path, text in before.items():
        path.write_text(text, "utf8")


def test_the_run_names_its_questions_and_no_file_of_the_tables(asked):
    (inputs,) = asked.root.glob("_build/execution/*/*.json")
    names = set(json.loads(inputs.read_text("utf8"))) - {".", "chapters/*"}  # where modules are looked for
    assert names == {json.dumps(["rows", "effects", {"id": sorted(ROWS)}]), json.dumps(["retracted"])}


@pytest.mark.parametrize(
    ("name", "holding", "old", "new", "good"),
    [
        ("data/effects.csv", "mansi2016-death", "1.46", "1.47", False),
        ("data/effects.csv", "naume2014-persistent", "naume", "nauma", True),
        ("data/references.bib", "year = {2016}", "2016", "2015", True),
        ("data/references.bib", "year = {2016}", "2016},", "2016},\n  status = {retracted},", False),
        ("data/datapackage.json", '"title": "', '"title": "', '"title": "Another ', True),
        ("data/datapackage.json", '"shared_control"', "shared_control", "shared", False),
        ("data/effects.csv", "id,", "id,", "name,", False),
    ],
)
def test_a_change_counts_where_the_page_would_be_told_something_else(asked, changed, name, holding, old, new, good):
    assert is_remembered(asked)
    changed(name, holding, old, new)
    assert is_remembered(asked) is good


def test_a_whole_table_is_a_question_about_its_file(asked, changed):
    question = json.dumps(["rows", "effects", {}])
    before = digest(asked.root, question)
    changed("data/effects.csv", "naume2014-persistent", "naume", "nauma")
    assert digest(asked.root, question) not in (before, None)


def test_a_table_that_changes_while_the_page_runs_is_told(asked, changed, monkeypatch):
    monkeypatch.setattr(execution, "changed_since", lambda start, path: path.name == "effects.csv")
    page = asked.page(asked.root / "chapters/page.md")
    with pytest.raises(execution.ExecutionFailed, match="effects.*changed while the page ran"):
        asked.execute_all([page])


def test_no_answer_is_no_digest(asked):
    for question in (["rows", "no_such_table", {}], ["rows", "effects", {"no_such_column": ["x"]}], ["guess"]):
        assert digest(asked.root, json.dumps(question)) is None
