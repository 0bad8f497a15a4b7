"""The kernels that run the chapters: what they are started with, and how they start without importing half a library.

To start Python, NumPy, SciPy, pandas and Matplotlib takes a kernel two seconds of a core, most chapters as long as they
compute. On Linux a kernel is forked from a process that has done so once (`seedsoil.notebooks.fork`); elsewhere the
libraries of the system do not bear a fork, and jupyter_client starts it as always.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from uuid import uuid4

import psutil
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

ARGUMENTS = [
    "--InteractiveShellApp.extra_extensions=seedsoil.notebooks.trace",
    "--Application.log_level=ERROR",  # below that every kernel warns that its loopback connection is not encrypted
    "--InteractiveShellApp.exec_lines=__import__('gc').disable()",  # a kernel ends before it has litter worth a search
]
FONTS = Path(sys.prefix) / "share" / "matplotlib"  # what Matplotlib knows of the fonts of this machine
# Kernels run side by side, so each computes in one thread: several fight over the processors (12 times slower in the
# dormancy chapter) and may sum in another order. The rest keeps results and figures the same from run to run.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "0",
    "MPLCONFIGDIR": str(FONTS),
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # as a kernel sets it, but before Matplotlib is imported
}
LAUNCHER = [sys.executable, "-m", "ipykernel_launcher"]  # how a kernel of this environment is started

asking = threading.Lock()


def know_fonts() -> None:
    """Let Matplotlib look for the fonts of this machine once; a kernel that does so complains of how long it takes."""
    if not any(FONTS.glob("fontlist-*.json")):
        FONTS.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"MPLCONFIGDIR": str(FONTS)}
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env=environment, capture_output=True)


@cache
def parent() -> subprocess.Popen:
    """The process that kernels are forked from: started for the first of them, it ends with this one."""
    command = [sys.executable, "-m", "seedsoil.notebooks.fork"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | ENVIRONMENT)


def fork(argv: list[str], env: dict[str, str], cwd: str) -> int:
    """Start a kernel, and return its process id. ChildProcessError if the process to fork from does not live."""
    with asking:
        if parent().poll() is not None:  # it was killed, as by a machine that is short of memory
            parent.cache_clear()
        process = parent()
        try:
            process.stdin.write(json.dumps({"argv": argv, "env": env, "cwd": cwd}).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass  # then it has no answer
        if not (answer := process.stdout.readline()):
            raise ChildProcessError(
                f"{' '.join(process.args)} found its end before it started a kernel, expected its process id; run it "
                "to see why, and build again."
            )
        return int(answer)


class Process(psutil.Process):
    """A process that is no child of this one, as `subprocess` would show it to jupyter_client."""

    stdin = stdout = stderr = None

    def poll(self) -> int | None:
        return None if self.is_running() else 0


class Forking(LocalProvisioner):
    async def launch_kernel(self, cmd, **kwargs):
        if cmd[: len(LAUNCHER)] != LAUNCHER:  # a kernel of another environment
            return await super().launch_kernel(cmd, **kwargs)
        self.process = Process(fork(cmd[len(LAUNCHER) :], kwargs["env"], kwargs["cwd"]))
        self.pid = self.process.pid
        return self.connection_info


class NamedManager(AsyncKernelManager):
    """Starts kernels that are spoken to by sockets with a name (abstract, thus no files), where the system has them.

    The number of a port would be chosen before the kernel takes it, and on a busy machine another process may take it
    first: then the kernel dies as it begins.
    """

    def __init__(self, **traits):
        super().__init__(**traits)
        if sys.platform == "linux":
            self.transport, self.ip = "ipc", f"@seedsoil-{uuid4().hex}"


class ForkingManager(NamedManager):
    """Starts kernels by a fork, where that can be done."""

    def __init__(self, **traits):
        super().__init__(**traits)
        if sys.platform == "linux":
            self.provisioner = Forking(kernel_id="", kernel_spec=self.kernel_spec, parent=self)
