"""Kernels are forked from a process that has imported the libraries: they know them, end with who asked, and die alone."""

import os
import signal
import subprocess
import sys
import time
from functools import cache

import psutil
import pytest

from seedsoil.files import ROOT
from seedsoil.notebooks import kernels
from seedsoil.notebooks.execution import ExecutionFailed, Runs
from tests.notebooks.test_execution import HEADER, cell

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")


@pytest.fixture
def ran(tmp_path):
    """Runs a page of one cell in a book of its own, and returns what it printed."""

    def run(code, manager=kernels.ForkingManager):
        path = tmp_path / "page.md"
        path.write_text(HEADER + cell(code))
        runs = Runs(tmp_path, manager)
        page = runs.page(path)
        runs.execute_all([page])
        return "".join(output.text for output in page.code[0].outputs)

    return run


def test_a_kernel_has_the_libraries_and_nothing_of_the_book(ran):
    loaded = ran(
        "import sys\n"
        "print(all(name in sys.modules for name in ('pandas', 'scipy.stats', 'matplotlib.pyplot')),\n"
        "      [name for name in sys.modules if name.startswith('seedsoil.') and 'notebooks' not in name])"
    )
    assert loaded == "True []\n"


def test_kernels_come_from_one_process_and_are_none_of_its_state(ran):
    """What one page does to a library, the next does not see."""
    code = "import os, numpy\nprint(os.getppid(), hasattr(numpy, 'spoiled'))\nnumpy.spoiled = True"
    first, second = ran(code), ran(code + "\n")
    assert first == second == f"{kernels.parent().pid} False\n"


def test_hashes_are_those_of_every_run(ran):
    """Sets are ordered by hashes; a kernel takes the seed from the process that it is forked from."""
    alone = subprocess.run(
        [sys.executable, "-c", "print(hash('soil'))"], env=os.environ | {"PYTHONHASHSEED": "0"}, capture_output=True
    )
    assert ran("print(hash('soil'))").encode() == alone.stdout


def test_a_kernel_that_dies_is_told_by_its_page(ran):
    with pytest.raises(ExecutionFailed, match="page.md:10: .*died"):
        ran("import os\nos._exit(3)")
    assert ran("print('the next one runs')") == "the next one runs\n"


def test_where_the_process_to_fork_from_was_killed_there_is_another(ran):
    ran("print()")
    first = kernels.parent()
    first.kill()
    first.wait()
    assert ran("print('runs')") == "runs\n" and kernels.parent() is not first


@pytest.mark.parametrize("manager", [kernels.ForkingManager, kernels.NamedManager])
def test_no_kernel_waits_for_a_port_that_another_process_may_take(ran, manager):
    told = ran(
        "import os\nfrom ipykernel.connect import get_connection_info\n"
        "print(get_connection_info(unpack=True)['transport'], os.getppid())",
        manager,
    )
    starter = kernels.parent().pid if manager is kernels.ForkingManager else os.getpid()
    assert told == f"ipc {starter}\n"


def test_a_kernel_that_cannot_begin_says_why(tmp_path):
    code = f"""import os, time
from seedsoil.notebooks import kernels
kernel = kernels.Process(kernels.fork([], dict(os.environ), {str(tmp_path / "none")!r}))
while kernel.poll() is None:
    time.sleep(0.1)
"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "FileNotFoundError" in ended.stderr and "none" in ended.stderr


def test_a_process_to_fork_from_that_cannot_begin_is_told(monkeypatch):
    dead = subprocess.Popen(["false"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    monkeypatch.setattr(kernels, "parent", cache(lambda: dead))
    with pytest.raises(ChildProcessError, match="^false found its end before it started a kernel"):
        kernels.fork([], {}, "")


def test_kernels_end_with_a_build_that_is_killed(tmp_path):
    """Nobody is left to shut them down."""
    path, told = tmp_path / "page.md", tmp_path.parent / f"{tmp_path.name}-told"
    path.write_text(
        HEADER + cell(f"import os, time\nprint(open({str(told)!r}, 'w').write(str(os.getpid())))\ntime.sleep(99)")
    )
    code = f"from pathlib import Path; from seedsoil.notebooks.execution import Runs\nruns = Runs(Path({str(tmp_path)!r}))\nruns.execute_all([runs.page(Path({str(path)!r}))])"
    build = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, start_new_session=True)
    try:
        wait_for(lambda: told.exists() and told.read_text())
        kernel = psutil.Process(int(told.read_text()))
        build.kill()
        build.wait()
        wait_for(lambda: not kernel.is_running())
    finally:
        if build.poll() is None:
            os.killpg(build.pid, signal.SIGKILL)


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)
