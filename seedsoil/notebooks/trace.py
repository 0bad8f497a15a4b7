"""An IPython extension: report which files of the repository a kernel reads.

Loaded into each kernel by `seedsoil.notebooks.execution`. An audit hook (PEP 578) sees every file that Python opens,
whichever library opens it, so no chapter has to declare its data. A question to the tables is reported in place of the
files that its answer opens (`seedsoil.tables.asked`). SEEDSOIL_TRACE names the file to report to, SEEDSOIL_ROOT the
book.
"""

import importlib.util
import os
import sys
import threading

WATCHED = ("data", "seedsoil")


def source_of(path: str) -> str:
    """The module behind a compiled file, else the path itself."""
    if path.endswith(".pyc"):
        try:
            return importlib.util.source_from_cache(path)
        except ValueError:
            pass
    return path


def load_ipython_extension(shell) -> None:
    root = os.environ["SEEDSOIL_ROOT"]
    watched = tuple(os.path.join(root, folder, "") for folder in WATCHED)
    trace = os.open(os.environ["SEEDSOIL_TRACE"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    data = watched[0]
    seen: set[str] = set()
    asking = threading.local()

    def report(name: str) -> None:
        if name not in seen:
            seen.add(name)
            os.write(trace, f"{name}\n".encode())

    def note(path) -> None:
        name = source_of(os.path.abspath(os.fsdecode(path)))
        if name.startswith(watched) and not (name.startswith(data) and getattr(asking, "depth", 0)):
            report(os.path.relpath(name, root))

    def hook(event: str, arguments: tuple) -> None:
        if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes, os.PathLike)):
            note(arguments[0])
        elif event.startswith("seedsoil.") and os.path.realpath(arguments[0]) == os.path.realpath(root):
            if event == "seedsoil.asked":
                report(arguments[1])
            asking.depth = getattr(asking, "depth", 0) + (1 if event == "seedsoil.asked" else -1)

    for module in list(sys.modules.values()):  # what was imported before the hook could see it
        if getattr(module, "__file__", None):
            note(module.__file__)
    sys.addaudithook(hook)
