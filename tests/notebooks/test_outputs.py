"""A cell that speaks on stderr, fails in silence or shows what changes from run to run turns the build red by name."""

import re
from pathlib import Path

import nbformat
import pytest

from seedsoil.notebooks.execution import ExecutionFailed, Runs
from seedsoil.notebooks.outputs import faults
from tests.notebooks.test_execution import HEADER, cell

FAULTS = {
    "import warnings; warnings.warn('mind this')": "a message on stderr(.|\n)*UserWarning: mind this",
    "import numpy; numpy.log(0.0);": "a message on stderr(.|\n)*divide by zero",
    "import sys; print('aside', file=sys.stderr)": "a message on stderr(.|\n)*aside",
    "import logging; logging.getLogger('x').error('logged')": "a message on stderr(.|\n)*logged",
    "import os; _ = os.write(2, b'from below')": "a message on stderr(.|\n)*from below",
    "import os; print(os.getcwd())": "the path '.*' of this machine",
    "object()": "found '0x[0-9a-f]+' in what the cell shows",
    "print([object()])": "found '0x[0-9a-f]+' in what the cell shows",
    "import tempfile; tempfile.mkdtemp()": "the path '.*' of this machine",
    "import sys; sys.executable": "the path '.*' of this machine",
}
TAGGED = "```{code-cell} ipython3\n:tags: [raises-exception]\n1 / 0\n```\n"
SOUND = (
    "import numpy, warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    numpy.log(0.0)\n"
)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the build says of a page with all of these cells, by line."""
    root = tmp_path_factory.mktemp("loud")
    (root / "requirements.txt").write_text("")
    path, runs = root / "page.md", Runs(root)
    path.write_text(HEADER + cell(SOUND + "print(1.5, {2, 1}, '0x1f')") + "".join(map(cell, FAULTS)) + TAGGED)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(ExecutionFailed) as error:
        patch.delenv("PYTEST_CURRENT_TEST")  # where it is set, a kernel does not see what is written to its descriptors
        runs.bring_up_to_date([runs.page(path)])
    assert runs.find(runs.page(path).notebook) is None
    found = re.split(r"\n\n(?=page\.md:)", str(error.value))
    return {int(re.match(r"page\.md:(\d+): ", text)[1]): text for text in found}


@pytest.mark.parametrize("number", range(len(FAULTS)))
def test_the_fault_of_each_cell_is_told_at_its_line(told, number):
    line = HEADER.count("\n") + 9 + 3 * number
    assert re.search(list(FAULTS.values())[number], told[line]), told


def test_an_error_is_red_also_where_a_tag_allows_it(told):
    assert "found an error, expected a cell that runs:\nZeroDivisionError" in told[max(told)]


def test_a_sound_cell_is_not_told_of(told):
    assert len(told) == len(FAULTS) + 1


def test_markup_may_number_its_parts():
    output = nbformat.v4.new_output("display_data", {"text/html": "<p id='0x7fffff'>", "text/plain": "<HTML>"})
    assert list(faults(nbformat.v4.new_code_cell(outputs=[output]), Path("/somewhere/else"))) == []
