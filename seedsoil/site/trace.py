"""An IPython extension: report which files of the repository a kernel reads.

Loaded into each kernel by `seedsoil.site.execution`. An audit hook (PEP 578) sees every file that Python opens,
whichever library opens it, so no chapter has to declare its data. Lines go to the file named by SEEDSOIL_TRACE.
"""

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WATCHED = (f"{ROOT / 'data'}{os.sep}", f"{ROOT / 'seedsoil'}{os.sep}")


def source_of(path: str) -> str:
    """The module behind a compiled file, else the path itself."""
    if path.endswith(".pyc"):
        try:
            return importlib.util.source_from_cache(path)
        except ValueError:
            pass
    return path


def load_ipython_extension(shell) -> None:
    trace = os.open(os.environ["SEEDSOIL_TRACE"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    seen: set[str] = set()

    def note(path) -> None:
        name = source_of(os.path.abspath(os.fsdecode(path)))
        if name.startswith(WATCHED) and name not in seen:
            seen.add(name)
            os.write(trace, f"{os.path.relpath(name, ROOT)}\n".encode())

    def hook(event: str, arguments: tuple) -> None:
        if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], (str, bytes, os.PathLike)):
            note(arguments[0])

    for module in list(sys.modules.values()):  # what was imported before the hook could see it
        if getattr(module, "__file__", None):
            note(module.__file__)
    sys.addaudithook(hook)
