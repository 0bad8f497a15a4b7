"""What a chapter printed when it was built is compared with its committed results, and every difference is red."""

import nbformat
import pytest

from seedsoil.evidence.results import Results
from seedsoil.notebooks import results
from seedsoil.notebooks.execution import Runs
from seedsoil.notebooks.outputs import bound
from tests.conftest import ROOT
from tests.notebooks.test_execution import HEADER, cell

CONFTEST = "from seedsoil.notebooks.nbval import pytest_collect_file\n"


@pytest.fixture(scope="module")
def printing(tmp_path_factory):
    """A book of one page that was run, with its results; the page reads a table and shows markup."""
    root = tmp_path_factory.mktemp("book")
    for folder in ("data", "tests/results", "chapters"):
        (root / folder).mkdir(parents=True)
    (root / "requirements.txt").write_text("numpy==1\n")
    (root / "data/used.csv").write_text("7\n")
    (root / "_toc.yml").write_text("root: chapters/page\nparts: []\n")
    code = (
        "from IPython.display import HTML, display\ndisplay(HTML('<b>bold</b>'))\nint(open('../data/used.csv').read())"
    )
    (root / "chapters/page.md").write_text(HEADER + cell("print('begin')") + cell(code))
    (root / "tests/results/conftest.py").write_text(CONFTEST)
    assert results.renew(root) == [root / "tests/results/page.yml"]
    assert results.renew(root) == []
    return root


@pytest.fixture
def outcomes(pytester, printing, monkeypatch):
    """Run the tests that the results are, after a change of one file that is undone: counts, and what was printed."""

    def run(name: str, old: str, new: str):
        path = printing / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        try:
            result = pytester.runpytest("-p", "no:randomly", f"--rootdir={printing}", printing / "tests/results")
        finally:
            path.write_text(text)
        return result.parseoutcomes(), result.stdout.str()

    return run


RESULTS, PAGE = "tests/results/page.yml", "chapters/page.md"


def test_results_of_today_pass_without_a_kernel(outcomes, monkeypatch):
    monkeypatch.setattr("nbval.plugin.RunningKernel", None)
    counts, text = outcomes(RESULTS, "'7'", "'7'")
    assert counts == {"passed": 2}, text


def test_another_result_is_red_and_shows_both(outcomes):
    counts, text = outcomes(RESULTS, "'7'", "'8'")
    assert counts == {"passed": 1, "failed": 1}
    assert "Cell outputs differ" in text and "'8' == '7'" in text
    assert outcomes(RESULTS, "begin\n", "end\n")[0] == {"passed": 1, "failed": 1}


def test_an_output_too_many_or_too_few_is_red(outcomes):
    assert outcomes(RESULTS, "omitted", "<b>")[0] == {"passed": 2}  # markup is not compared, by nbval's sanitizing
    assert outcomes(RESULTS, "text/html: omitted", "text/latex: omitted")[0] == {"passed": 1, "failed": 1}


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("data/used.csv", "7", "8", "found no run of chapters/page.md as it is now; ./book build runs it"),
        (PAGE, "'begin'", "'begun'", "found no run of chapters/page.md as it is now"),
        (
            PAGE,
            "# Title",
            "# Title\n\n" + cell("1"),
            "found the results of 2 cells, expected 3, as chapters/page.md has",
        ),
        ("_toc.yml", "chapters/page", "chapters/other", "page.yml: found no chapter of this name"),
    ],
)
def test_a_run_that_is_missing_or_old_is_red(outcomes, printing, name, old, new, found):
    (printing / "chapters/other.md").write_text("# Other\n")
    counts, text = outcomes(name, old, new)
    assert "passed" not in counts and counts["errors"] >= 1, text
    assert found in text


def test_what_is_known_by_name_without_a_run_is_what_the_run_bound(site):
    runs, known = Runs(ROOT), Results(ROOT)
    for page in results.chapters(ROOT):
        told = dict(pair for one in runs.outputs(page.notebook).cells for pair in bound(one))
        without = known.of(page.path.stem)
        assert without.items() <= told.items(), page.path.stem


def test_every_chapter_has_results():
    pages = results.chapters(ROOT)
    assert pages and [page.name for page in pages if not results.results_of(ROOT, page).exists()] == []


def test_two_runs_that_agree_and_two_that_do_not(printing):
    assert results.repeat(printing) == []
    page = printing / PAGE
    text = page.read_text()
    try:
        page.write_text(text.replace("print('begin')", "import time; print(time.time_ns())"))
        found = "\n".join(results.repeat(printing))
        assert "--- chapters/page.md, remembered" in found and "+++ chapters/page.md, run again" in found
        page.write_text(text.replace("<b>bold</b>'", "<b>%s</b>' % id(display)"))
        assert results.repeat(printing) == ["chapters/page.md: cell 1 drew another picture or wrote other markup"]
    finally:
        page.write_text(text)


def test_a_repeated_run_is_not_remembered(printing):
    runs = Runs(printing)
    before = {path: path.read_bytes() for path in printing.glob("_build/execution/*/*")}
    results.repeat(printing)
    assert before == {path: path.read_bytes() for path in printing.glob("_build/execution/*/*")}
    (page,) = results.chapters(printing)
    assert isinstance(nbformat.read(runs.find(page.notebook), as_version=4), nbformat.NotebookNode)
