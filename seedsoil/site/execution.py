"""Run the notebooks once, in parallel, and remember the result for as long as it is true.

MyST-NB would execute through jupyter-cache, whose key is the code alone: when a table changes, it publishes the old
numbers again. Here a run is remembered together with what it read. The kernel reports every file of the repository
that it opens (`seedsoil.site.trace`), and a remembered run counts only while the code, the lock and the contents of
all those files are what they were. MyST-NB then only renders: it gets each page from `read`, outputs included.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx.errors import SphinxError
from sphinx.util import logging

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "_build" / "execution"
CELL_TIMEOUT = 300  # seconds
KERNEL_ARGUMENTS = [
    "--InteractiveShellApp.extra_extensions=seedsoil.site.trace",
    "--Application.log_level=ERROR",  # below that every kernel warns that its loopback connection is not encrypted
]
# Kernels run side by side, so each computes in one thread: several fight over the processors (12 times slower in the
# dormancy chapter) and may sum in another order. The rest keeps results and figures the same from run to run.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
}

logger = logging.getLogger(__name__)


class ExecutionFailed(SphinxError):
    category = "A notebook did not run"


@dataclass
class Page:
    """A source page: its path, and its notebook if it has code to run."""

    path: Path
    notebook: nbformat.NotebookNode

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    def line(self, cell: int) -> int:
        return self.notebook.metadata["source_map"][cell] + 1


# --- reading -----------------------------------------------------------------------------------------------------


def parse(text: str) -> nbformat.NotebookNode:
    """Split a MyST page into cells; a page without code is one Markdown cell."""
    return read_myst_markdown_notebook(text, add_source_map=True)


def has_code(notebook: nbformat.NotebookNode) -> bool:
    return any(cell.cell_type == "code" for cell in notebook.cells)


def load_page(path: Path) -> Page:
    """Read one page, and refuse code cells that no kernel would run."""
    text = path.read_text("utf8")
    page = Page(path, parse(text))
    if has_code(page.notebook) and not is_myst_markdown_notebook(text):
        raise ExecutionFailed(
            f"{page.name}:1: found code cells but no notebook header, expected `file_format: mystnb` and a "
            "`kernelspec` between --- lines at the top; copy the header of another chapter."
        )
    return page


def read(text: str) -> nbformat.NotebookNode:
    """The reader that MyST-NB calls (`nb_custom_formats`): the page with the outputs of its remembered run."""
    notebook = parse(text)
    if not has_code(notebook):
        return notebook
    run = find_run(notebook)
    if run is None:
        raise ExecutionFailed("A page changed while the book was being built. Build it again.")
    done = nbformat.read(run, as_version=4)
    notebook.metadata["language_info"] = done.metadata["language_info"]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, executed in zip(code, done.cells, strict=True):
        cell.outputs, cell.execution_count = executed.outputs, executed.execution_count
    return notebook


# --- remembering -------------------------------------------------------------------------------------------------


def digest(path: Path) -> str | None:
    """SHA-256 of a file's bytes, of a folder's listing, or None where there is neither."""
    if path.is_dir():
        return hashlib.sha256("\n".join(sorted(os.listdir(path))).encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def folder_of(notebook: nbformat.NotebookNode) -> Path:
    """Where the runs of this code are remembered: one folder for each code, lock and Python version."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    key = json.dumps([code, notebook.metadata["kernelspec"]["name"], digest(ROOT / "requirements.txt"),
                      list(sys.version_info[:2])])
    return CACHE / hashlib.sha256(key.encode()).hexdigest()[:32]


def find_run(notebook: nbformat.NotebookNode) -> Path | None:
    """The remembered run of this code whose inputs are unchanged, if there is one."""
    for run in sorted(folder_of(notebook).glob("*.ipynb")):
        inputs = json.loads(run.with_suffix(".json").read_text("utf8"))
        if all(digest(ROOT / name) == found for name, found in inputs.items()):
            return run
    return None


def remember(notebook: nbformat.NotebookNode, inputs: dict[str, str | None]) -> Path:
    """Store the outputs of a run beside what it read; the notebook last, for a run is complete when it is there."""
    folder = folder_of(notebook)
    folder.mkdir(parents=True, exist_ok=True)
    listing = json.dumps(inputs, indent=1, sort_keys=True)
    run = folder / f"{hashlib.sha256(listing.encode()).hexdigest()[:16]}.ipynb"
    outputs = nbformat.v4.new_notebook(
        cells=[cell for cell in notebook.cells if cell.cell_type == "code"],
        metadata={"language_info": notebook.metadata["language_info"]},
    )
    for path, text in ((run.with_suffix(".json"), listing), (run, nbformat.writes(outputs))):
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf8") as file:
            file.write(text)
        os.replace(file.name, path)
    return run


# --- running -----------------------------------------------------------------------------------------------------


async def execute(page: Page) -> Path:
    """Run one page in a fresh kernel, in its own folder, and remember the run."""
    with tempfile.TemporaryDirectory() as scratch:
        trace = Path(scratch) / "trace"
        client = NotebookClient(
            page.notebook,
            timeout=CELL_TIMEOUT,
            kernel_name=page.notebook.metadata["kernelspec"]["name"],
            resources={"metadata": {"path": str(page.path.parent)}},
            record_timing=False,
            extra_arguments=KERNEL_ARGUMENTS,
        )
        environment = os.environ | ENVIRONMENT | {"SEEDSOIL_TRACE": str(trace)}
        try:
            await client.async_execute(env=environment)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise ExecutionFailed(f"{page.name}:{failed_line(page)}: {error}") from None
        if not trace.exists():
            raise ExecutionFailed(f"{page.name}: the kernel did not report what it read; its result cannot be kept.")
        inputs = {name: digest(ROOT / name) for name in sorted(set(trace.read_text("utf8").splitlines()))}
    return remember(page.notebook, inputs)


def failed_line(page: Page) -> int:
    """The line of the first code cell that ended in an error, or was reached last."""
    cells = [(number, cell) for number, cell in enumerate(page.notebook.cells) if cell.cell_type == "code"]
    for number, cell in cells:
        if any(output.output_type == "error" for output in cell.outputs):
            return page.line(number)
    started = [number for number, cell in cells if cell.execution_count]
    return page.line(started[-1] if started else cells[0][0])


def execute_all(pages: list[Page], workers: int | None = None) -> None:
    """Run the pages side by side, each in a kernel of its own; report all failures, not the first alone."""
    limit = asyncio.Semaphore(workers or int(os.environ.get("SEEDSOIL_WORKERS", 0)) or os.cpu_count() or 1)

    async def one(page: Page) -> None:
        async with limit:
            start = time.perf_counter()
            logger.info("executing %s ...", page.name)
            await execute(page)
            logger.info("executed %s in %.1f s", page.name, time.perf_counter() - start)

    async def every() -> list[BaseException | None]:
        return await asyncio.gather(*map(one, pages), return_exceptions=True)

    failures = [result for result in asyncio.run(every()) if result]
    if failures:
        unexpected = [failure for failure in failures if not isinstance(failure, ExecutionFailed)]
        if unexpected:
            raise unexpected[0]
        raise ExecutionFailed("\n\n".join(map(str, failures)))


# --- Sphinx ------------------------------------------------------------------------------------------------------


def refresh(app, env, added, changed, removed) -> list[str]:
    """Before anything is read: run what has no valid run, and name the pages whose run is another than last time."""
    pages = {name: load_page(Path(env.doc2path(name))) for name in sorted(env.found_docs)}
    pages = {name: page for name, page in pages.items() if has_code(page.notebook)}
    todo = [page for page in pages.values() if find_run(page.notebook) is None]
    if todo:
        execute_all(todo)
    runs = {name: str(find_run(load_page(page.path).notebook)) for name, page in pages.items()}
    before, env.seedsoil_runs = getattr(env, "seedsoil_runs", {}), runs
    return [name for name, run in runs.items() if before.get(name) != run]


def setup(app):
    app.connect("env-get-outdated", refresh)
    app.connect("config-inited", lambda app, config: config.nb_custom_formats.update({".md": (f"{__name__}.read", {}, False)}))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
