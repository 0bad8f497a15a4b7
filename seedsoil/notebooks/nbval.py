"""A chapter is executed once: nbval compares what the build's own run printed, and no kernel is started.

nbval asks a kernel for the outputs of each cell and compares them with those of a notebook. Here the notebook is the
chapter of today with the expected results of `tests/results/CHAPTER.yml`, and in place of the kernel stands the run
that the build remembered. Comparison, sanitizing and the report of a difference are nbval's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import yaml
from nbval.plugin import IPyNbCell, IPyNbFile

from seedsoil.notebooks.execution import Runs
from seedsoil.notebooks.results import chapters, output_of, results_of


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Results | None:
    """For a conftest.py in `tests/results`: its files of results are tests."""
    return Results.from_parent(parent, path=file_path) if file_path.suffix == ".yml" else None


class Results(IPyNbFile):
    """The expected results of one chapter: a test for each code cell."""

    def collect(self) -> Iterator[Cell]:
        self.root = self.path.parents[2]
        pages = [page for page in chapters(self.root) if results_of(self.root, page) == self.path]
        if not pages:
            raise self.CollectError(f"{self.path.name}: found no chapter of this name in _toc.yml; remove the file")
        self.page, expected = pages[0], yaml.safe_load(self.path.read_text("utf8"))
        if len(expected) != len(self.page.code):
            raise self.CollectError(
                f"{self.path.name}: found the results of {len(expected)} cells, expected {len(self.page.code)}, as "
                f"{self.page.name} has; renew them with ./book results and look at the difference"
            )
        for number, (cell, known) in enumerate(zip(self.page.code, expected, strict=True)):
            cell.execution_count = number + 1
            cell.outputs = [output_of(text) for text in known["outputs"]]
            options = defaultdict(bool, check=True)
            yield Cell.from_parent(self, name=f"Cell {number}", cell_num=number, cell=cell, options=options)

    def setup(self) -> None:
        run = Runs(self.root).find(self.page.notebook)
        if run is None:
            pytest.fail(f"found no run of {self.page.name} as it is now; ./book build runs it", pytrace=False)
        self.kernel = Remembered(nbformat.read(run, as_version=4).cells)
        self.setup_sanitize_files()

    def get_sanitize_files(self) -> list[Path]:
        return [Path(__file__).with_name("nbval.cfg")]

    def teardown(self) -> None:
        """There is no kernel to stop."""


class Cell(IPyNbCell):
    def runtest(self) -> None:
        self.parent.kernel.reached = self.cell_num
        super().runtest()


class Remembered:
    """Answers nbval as a kernel would, with what the cell printed when it ran (`nbval.kernel.RunningKernel`)."""

    def __init__(self, cells: list[nbformat.NotebookNode]):
        self.cells, self.reached = cells, 0

    def is_alive(self) -> bool:
        return True

    def execute_cell_input(self, source: str, allow_stdin: bool | None = None) -> int:
        self.messages = iter(self.cells[self.reached].outputs)
        return self.reached

    def await_reply(self, msg_id: int, timeout: float | None = None) -> None:
        """The reply is there."""

    await_idle = await_reply

    def get_message(self, stream: str, timeout: float | None = None) -> dict:
        output = next(self.messages, None)
        kind, content = ("status", {"execution_state": "idle"}) if output is None else (output.output_type, output)
        return {"msg_type": kind, "content": content, "parent_header": {"msg_id": self.reached}}
