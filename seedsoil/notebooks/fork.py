"""A process that has imported the libraries of science, and forks into a kernel whenever it is asked.

Run as `python -m seedsoil.notebooks.fork` by `seedsoil.notebooks.kernels`. Each line of its input asks for a kernel,
as JSON: `argv` of the kernel's application, its `env` and `cwd`. The answer is a line with the process id. At the end
of its input it ends; its kernels watch for that, and end too.

What it imports is of the environment, which the lock describes. What is of the book each kernel imports for itself,
and is seen to.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import traceback
from importlib import import_module

LIBRARIES = ("numpy", "pandas", "scipy.optimize", "scipy.stats", "matplotlib.pyplot", "ipykernel.kernelapp")


def main() -> None:
    del sys.path[0]  # the folder in which this process began
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for a kernel
    for library in LIBRARIES:
        import_module(library)
    for line in sys.stdin.buffer:
        child = os.fork()
        if child == 0:
            become_kernel(**json.loads(line))
        os.write(1, b"%d\n" % child)


def become_kernel(argv: list[str], env: dict[str, str], cwd: str) -> None:
    """Be a kernel until it is told to stop, and end; one that cannot begin says why."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # where this process answers, its kernels are silent
    os.environ.clear()
    os.environ.update(env)
    code = 1
    try:
        os.chdir(cwd)
        application = import_module("ipykernel.kernelapp")
        application.launch_new_instance(argv=[*argv, f"--IPKernelApp.parent_handle={os.getppid()}"])
        code = 0
    except Exception:
        traceback.print_exc()  # what follows ends this process before Python would
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # Python would take half a second to clear what ends anyway


if __name__ == "__main__":
    main()
