"""Run the notebooks once, in parallel, and remember the result for as long as it is true.

MyST-NB would execute through jupyter-cache, whose key is the code alone: when a table changes, it publishes the old
numbers again. Here a run is remembered together with what it read. The kernel reports whatever it opens, lists or
imports below the root and every question that it asks of the tables (`seedsoil.notebooks.trace`), and a remembered run
counts only while the code, the lock and all of that are what they were. MyST-NB then only renders: it gets each page
from `read`, outputs included.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import tempfile
import time
from concurrent.futures import Future, ThreadPoolExecutor
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import nbformat
from jupyter_client.manager import KernelManager
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.errors import SphinxError
from sphinx.util import logging

from seedsoil.files import ROOT, replace_file
from seedsoil.notebooks.answers import digest, files
from seedsoil.notebooks.kernels import ARGUMENTS, ENVIRONMENT, ForkingManager, know_fonts
from seedsoil.notebooks.lineage import origins
from seedsoil.notebooks.outputs import bound, faults

PLAIN = "plain"  # the tag of a cell whose code has no colors
CELL_TIMEOUT = 300  # seconds

logger = logging.getLogger(__name__)


class ExecutionFailed(SphinxError, ValueError):  # a fault of what was typed, as the command takes it
    category = "A notebook did not run"


@dataclass(frozen=True)
class Page:
    """A source page: its path, its name in messages, and its cells; a page without code is one Markdown cell."""

    path: Path
    name: str
    notebook: nbformat.NotebookNode

    @property
    def code(self) -> list[nbformat.NotebookNode]:
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    def line(self, cell: nbformat.NotebookNode) -> int:
        place = next(number for number, other in enumerate(self.notebook.cells) if other is cell)
        return self.notebook.metadata["source_map"][place] + 1

    def line_of_failure(self) -> int:
        """The line of the first code cell that ended in an error, or was reached last."""
        failed = [cell for cell in self.code if any(output.output_type == "error" for output in cell.outputs)]
        started = [cell for cell in self.code if cell.execution_count]
        return self.line((failed or started[-1:] or self.code)[0])


@dataclass(frozen=True)
class Runs:
    """The runs of a book's notebooks: those remembered in `_build/execution` below its root, and those under way."""

    root: Path
    manager: type[KernelManager] = ForkingManager
    jobs: dict[str, tuple[Page, Future]] = field(default_factory=dict, compare=False)

    def page(self, path: Path) -> Page:
        """Read one page, and refuse code cells that no kernel would run."""
        text = path.read_text("utf8")
        page = Page(path, path.relative_to(self.root).as_posix(), parse(text))
        if page.code and not is_myst_markdown_notebook(text):
            raise ExecutionFailed(
                f"{page.name}:1: found code cells but no notebook header, expected `file_format: mystnb` and a "
                "`kernelspec` between --- lines at the top; copy the header of another chapter."
            )
        return page

    # Remembering

    def folder(self, notebook: nbformat.NotebookNode) -> Path:
        """Where the runs of this code are remembered: one folder for each code, lock and Python version."""
        code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        lock, python = digest(self.root, "requirements.txt"), list(sys.version_info[:2])
        key = json.dumps([code, notebook.metadata["kernelspec"]["name"], lock, python])
        return self.root / "_build" / "execution" / hashlib.sha256(key.encode()).hexdigest()[:32]

    def find(self, notebook: nbformat.NotebookNode) -> Path | None:
        """The remembered run of this code whose inputs are unchanged, if there is one."""
        for run in sorted(self.folder(notebook).glob("*.ipynb")):
            if not run.with_suffix(".json").exists():  # where a removal was broken off
                continue
            inputs = json.loads(run.with_suffix(".json").read_text("utf8"))
            if all(digest(self.root, name) == found for name, found in inputs.items()):
                return run
        return None

    def remember(self, page: Page, inputs: dict[str, str | None]) -> None:
        """Store the outputs of a run beside what it read; the notebook last, for where it is the run is whole."""
        folder = self.folder(page.notebook)
        folder.mkdir(parents=True, exist_ok=True)
        listing = json.dumps(inputs, indent=1, sort_keys=True)
        run = folder / f"{hashlib.sha256(listing.encode()).hexdigest()[:16]}.ipynb"
        language = {"language_info": page.notebook.metadata["language_info"]}
        outputs = nbformat.v4.new_notebook(cells=page.code, metadata=language)
        for path, text in ((run.with_suffix(".json"), listing), (run, nbformat.writes(outputs))):
            replace_file(path, text)

    def outputs(self, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
        """The code cells of the run, with their outputs; waits for a run that is under way."""
        folder = self.folder(notebook)
        jobs = [job for page, job in self.jobs.values() if self.folder(page.notebook) == folder]
        if any(job.exception() for job in jobs):
            self.finish()
        run = self.find(notebook)
        if run is None:
            raise ExecutionFailed("A page changed while the book was being built. Build it again.")
        return nbformat.read(run, as_version=4)

    # Running

    async def execute(self, page: Page) -> dict[str, str | None]:
        """Run one page in a fresh kernel, in its own folder; returns what it read below the root, with its digests."""
        with tempfile.TemporaryDirectory() as scratch:
            trace, start = Path(scratch) / "trace", time.time_ns()
            client = NotebookClient(
                page.notebook,
                timeout=CELL_TIMEOUT,
                kernel_manager_class=self.manager,
                kernel_name=page.notebook.metadata["kernelspec"]["name"],
                resources={"metadata": {"path": str(page.path.parent)}},
                record_timing=False,
                coalesce_streams=True,  # else one text is cut by chance into several
                extra_arguments=ARGUMENTS,
            )
            own = {
                "SEEDSOIL_TRACE": str(trace),
                "SEEDSOIL_ROOT": str(self.root),
                "IPYTHONDIR": str(Path(scratch) / "ipython"),  # what a person set up for themselves is not the book's
            }
            try:
                await client.async_execute(env=os.environ | ENVIRONMENT | own)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                raise ExecutionFailed(f"{page.name}:{page.line_of_failure()}: {error}") from None
            if not trace.exists():
                raise ExecutionFailed(
                    f"{page.name}: the kernel did not report what it read; its result cannot be kept."
                )
            names = {os.fsdecode(name) for name in trace.read_bytes().split(b"\0") if name}
        found = [f"{page.name}:{page.line(cell)}: {fault}" for cell in page.code for fault in faults(cell, self.root)]
        found += [
            f"{page.name}: {name} changed while the page ran. Build it again."
            for name in sorted(names)
            if any(changed_since(start, path) for path in files(self.root, name))
        ]
        if found:
            raise ExecutionFailed("\n\n".join(found))
        return {name: digest(self.root, name) for name in names}

    def run(self, page: Page, remember: bool) -> None:
        start = time.perf_counter()
        inputs = asyncio.run(self.execute(page))
        if remember:
            self.remember(page, inputs)
        print(f"ran {page.name} in {time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)

    def begin(self, pages: list[Page], workers: int | None = None, remember: bool = False) -> None:
        """Run pages side by side while the caller goes on; the most code first, as what takes longest should not be
        last."""
        if pages:
            know_fonts()
        pool = ThreadPoolExecutor(workers or os.cpu_count() or 1)
        for page in sorted(pages, key=lambda page: -sum(len(cell.source) for cell in page.code)):
            self.jobs[page.name] = page, pool.submit(self.run, page, remember)
        pool.shutdown(wait=False)

    def finish(self) -> None:
        """Wait for all pages that were begun; report all failures, not the first alone."""
        failures = [failure for _, job in self.jobs.values() if (failure := job.exception())]
        self.jobs.clear()
        unexpected = [failure for failure in failures if not isinstance(failure, ExecutionFailed)]
        if unexpected:
            raise unexpected[0]
        if failures:
            raise ExecutionFailed("\n\n".join(map(str, failures)))

    def execute_all(self, pages: list[Page], workers: int | None = None, remember: bool = False) -> None:
        """Run pages side by side, and wait for them."""
        self.begin(pages, workers, remember)
        self.finish()

    def bring_up_to_date(self, pages: list[Page], workers: int | None = None) -> None:
        """Run the pages that have no valid run, and remember them."""
        self.execute_all([page for page in pages if self.find(page.notebook) is None], workers, remember=True)


def parse(text: str) -> nbformat.NotebookNode:
    """Split a MyST page into cells; an empty page has none (MyST-NB's reader fails on it)."""
    return deepcopy(_parsed(text))


@lru_cache(maxsize=64)  # a build asks for each page three times
def _parsed(text: str) -> nbformat.NotebookNode:
    if not text.strip():
        return nbformat.v4.new_notebook(metadata={"source_map": []})
    return read_myst_markdown_notebook(text, add_source_map=True)


def changed_since(start: int, path: Path) -> bool:
    """Whether a file was written after `start` (ns), and not in a time to come, as an archive may have it."""
    return path.is_file() and start < path.stat().st_mtime_ns <= time.time_ns()


# Sphinx. MyST-NB hands its readers the text of a page and nothing else, hence `current`: the runs of this book.

current = Runs(ROOT)


def read(text: str) -> nbformat.NotebookNode:
    """The reader that MyST-NB calls for each page (`nb_custom_formats`): the page with the outputs of its run."""
    notebook = parse(text)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # nbformat draws identifiers at random, and they reach the site
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if code:
        done = current.outputs(notebook)
        notebook.metadata["language_info"] = done.metadata["language_info"]
        for cell, executed in zip(code, done.cells, strict=True):
            cell.outputs, cell.execution_count = executed.outputs, executed.execution_count
        show_what_numbers_lead_to(code)
    return notebook


def show_what_numbers_lead_to(code: list[nbformat.NotebookNode]) -> None:
    """A cell that computed a number of the prose stands on the page, so that the number can be followed: folded, and
    without colors, if its page would not show it."""
    names = [name for cell in code for name, _ in bound(cell)]
    computing = {origin.cell for origin in origins([cell.source for cell in code], (), names).values()}
    for cell in (cell for number, cell in enumerate(code) if number in computing):
        tags = cell.metadata.get("tags", [])
        if "remove-cell" in tags:
            cell.metadata["tags"] = [*(tag for tag in tags if tag != "remove-cell"), "hide-input", PLAIN]


def use_reader(app, config) -> None:
    global current
    current = Runs(Path(app.srcdir))
    config.nb_custom_formats.update({".md": (f"{__name__}.read", {}, False)})


def refresh(app, env, added, changed, removed) -> list[str]:
    """Before anything is read: begin to run what has no valid run, and name the pages whose run is another than last
    time."""
    pages = {name: current.page(Path(env.doc2path(name))) for name in sorted(env.found_docs)}
    runs = {name: current.find(page.notebook) for name, page in pages.items() if page.code}
    current.begin([pages[name] for name, run in runs.items() if run is None], remember=True)
    before = getattr(env, "seedsoil_runs", {})
    env.seedsoil_runs = {name: run.name for name, run in runs.items() if run}
    return [name for name, run in runs.items() if run is None or before.get(name) != run.name]


def order(app, env, names: list[str]) -> None:
    """Read first what needs no run, then what was begun first."""
    begun = [env.path2doc(str(page.path)) for page, _ in current.jobs.values()]
    names.sort(key=lambda name: begun.index(name) + 1 if name in begun else 0)


def note_runs(app, env) -> None:
    begun = {env.path2doc(str(page.path)): page for page, _ in current.jobs.values()}
    current.finish()
    env.seedsoil_runs |= {name: current.find(page.notebook).name for name, page in begun.items()}


def setup(app):
    app.connect("config-inited", use_reader)
    app.connect("env-get-outdated", refresh)
    app.connect("env-before-read-docs", order)
    app.connect("env-updated", note_runs)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
