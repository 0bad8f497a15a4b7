"""An IPython extension: what a kernel reads below the root of the book is reported, and what cannot be seen is refused.

Loaded into each kernel by `seedsoil.notebooks.execution`. Audit hooks (PEP 578) see what Python opens, lists, imports
or starts, whichever library does it, so no chapter has to declare its data. What a program or another host answers is
not seen, and a run that writes below the root is not one that can be left out the next time: both raise an OSError in
the cell. SEEDSOIL_TRACE names the file to report to, SEEDSOIL_ROOT the book.

Names are relative to the root and end in NUL. `name` was opened or asked for, `name/` was listed, and `name/*` was
searched for modules. A question to the tables is reported in place of the files that its answer opens
(`seedsoil.tables.asked`).
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import select
import sys
import threading
import time
from urllib.parse import unquote, urlsplit

GENERATED = ("_build", ".git")  # below the root, and no source of a chapter
PATIENCE = 5  # seconds, for what a cell wrote to be read
NO_PATH = ".__path_hook__"  # ends what setuptools puts on the path of modules for a library that is edited in place
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
SEARCHING = (
    "<frozen importlib._bootstrap_external>",
    "pkgutil.py",
    os.path.join("importlib", "metadata", "__init__.py"),
)

# Audit events by what they tell, with the places of the paths among their arguments.
# https://docs.python.org/3/library/audit_events.html
LISTS = ("os.listdir", "os.scandir")
LOADS = {"import": (1,), "ctypes.dlopen": (0,), "sqlite3.connect": (0,)}
CHANGES = {
    "os.chmod": (0,),
    "os.link": (1,),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
}
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.forkpty")
CONNECTS = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0}


class Refused(OSError):
    """Raised in the cell, where the build names it by page and line."""


def load_ipython_extension(shell) -> None:
    watch = Watch(os.environ["SEEDSOIL_ROOT"], os.environ["SEEDSOIL_TRACE"])
    for module in list(sys.modules.values()):  # what was imported before the hook could see it
        if getattr(module, "__file__", None):
            watch.note(module.__file__)
    for folder in sys.path:
        watch.note(folder or ".", "/*")
    sys.addaudithook(watch.hook)
    watch.wrap_what_is_not_audited()
    shell.events.register("post_run_cell", settle)


def settle(result) -> None:
    """What a cell wrote to a descriptor is its output before the next begins: a thread of ipykernel reads it, late on a
    busy machine."""
    end = time.monotonic() + PATIENCE
    for pipe in (getattr(stream, "_fid", None) for stream in (sys.stdout, sys.stderr)):
        while pipe is not None and select.select([pipe], [], [], 0)[0] and time.monotonic() < end:
            time.sleep(0.001)


class Watch:
    def __init__(self, root: str, trace: str):
        self.roots = tuple(dict.fromkeys(os.path.join(path, "") for path in (root, os.path.realpath(root))))
        self.apart = os.path.join(sys.prefix, "")  # the environment, which the lock describes
        self.trace = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.seen: set[str] = set()
        self.asking = threading.local()  # `depth` of questions whose answers are being read

    def inside(self, path) -> str | None:
        """The path relative to the root, `.` for the root; None where it is elsewhere or no path at all."""
        if not isinstance(path, (str, bytes, os.PathLike)):
            return None
        name = os.path.abspath(source_of(os.fsdecode(path)))
        if name.startswith(self.apart) or name.endswith(NO_PATH):
            return None
        for spelling in (name, os.path.realpath(name)):
            for root in self.roots:
                if os.path.join(spelling, "").startswith(root):
                    return spelling[len(root) :] or "."
        return None

    def report(self, name: str) -> None:
        if name not in self.seen:
            self.seen.add(name)
            os.write(self.trace, os.fsencode(name) + b"\0")

    def note(self, path, ending: str = "") -> None:
        if is_compiled(path):
            return
        name = self.inside(path)
        folder = name and name.split(os.sep)[0]
        if folder in GENERATED:
            raise Refused(f"found a cell that reads {name}, which is generated; read what it is made from")
        if folder and not (folder == "data" and getattr(self.asking, "depth", 0)):
            self.report(("./" if name.startswith("[") else "") + name + ending)  # "[" begins a question

    def asked(self, event: str, root: str, question: str = "") -> None:
        """A question begins or has its answer."""
        if os.path.realpath(root) == os.path.realpath(self.roots[0]):
            begins = event == "seedsoil.asked"
            if begins:
                self.report(question)
            self.asking.depth = getattr(self.asking, "depth", 0) + (1 if begins else -1)

    def refuse_change(self, path) -> None:
        name = self.inside(path)
        if name is not None and "__pycache__" not in name:
            raise Refused(f"found a cell that changes {name}, expected one that only reads the book; show the result")

    def hook(self, event: str, arguments: tuple) -> None:
        if event == "open":
            self.opened(*arguments)
        elif event in LISTS:
            self.note("." if arguments[0] is None else arguments[0], "/*" if is_search() else "/")
        elif event in LOADS:
            for place in LOADS[event]:
                self.note(from_uri(arguments[place]))
        elif event in CHANGES:
            for place in CHANGES[event]:
                self.refuse_change(arguments[place])
        elif event in STARTS:
            program = program_of(arguments[0]) if arguments else "a terminal"
            # The standard library takes an OSError of `os.forkpty` for a want of terminals, and goes another way.
            kind = RuntimeError if event == "os.forkpty" else Refused
            raise kind(f"found a cell that starts {program!r}: what it reads is not seen; do it in Python")
        elif event.startswith("seedsoil."):
            self.asked(event, *arguments)
        elif event in CONNECTS:
            refuse_other_host(arguments[CONNECTS[event]])

    def opened(self, path, mode: str | None, flags: int | None) -> None:
        if (flags or 0) & WRITING:
            self.refuse_change(path)
        else:
            self.note(path, "/" if self.inside(path) and os.path.isdir(path) else "")

    def wrap_what_is_not_audited(self) -> None:
        """`os.path.exists` and its like ask for the state of a file, and multiprocessing starts Python by itself."""
        import _posixsubprocess

        def asking(function):
            def asked(path, *arguments, **options):
                name = self.inside(path)
                if name is not None and name.split(os.sep)[0] not in GENERATED and not is_search():
                    self.note(path)
                return function(path, *arguments, **options)

            return asked

        def start(arguments, *more):
            self.hook("subprocess.Popen", arguments)

        for name in ("stat", "access"):
            function = getattr(os, name)
            setattr(os, name, wrapped := asking(function))
            for supported in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
                if function in supported:
                    supported.add(wrapped)
        _posixsubprocess.fork_exec = start


def is_search() -> bool:
    """Whether the call that is watched comes from a search for modules: who looks at every file needs none of them."""
    frame = sys._getframe(2)
    for _ in range(4):
        if frame is None:
            return False
        if frame.f_code.co_filename.endswith(SEARCHING):
            return True
        frame = frame.f_back
    return False


def is_compiled(path) -> bool:
    """Whether a path is where the frames of a compiled module say that its source is, `zmq/backend/cython/_zmq.py`.

    Who prints a traceback or a warning looks for it in the working folder, where it does not lie.
    """
    if not isinstance(path, str) or os.path.isabs(path) or os.path.lexists(path):
        return False
    file = getattr(sys.modules.get(os.path.splitext(path)[0].replace(os.sep, ".")), "__file__", None) or ""
    return file.endswith(tuple(importlib.machinery.EXTENSION_SUFFIXES))


def source_of(path: str) -> str:
    """The module behind a compiled file, else the path itself."""
    if path.endswith(".pyc"):
        try:
            return importlib.util.source_from_cache(path)
        except ValueError:
            pass
    return path


def program_of(command) -> str:
    return os.path.basename(os.fsdecode(command)) if isinstance(command, (str, bytes, os.PathLike)) else str(command)


def from_uri(path):
    """The path of `file:…`, as SQLite takes it; anything else as it is."""
    return unquote(urlsplit(path).path) if isinstance(path, str) and path.startswith("file:") else path


def refuse_other_host(address) -> None:
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if isinstance(address, tuple) or (isinstance(host, str) and not host.startswith(("/", "\0"))):
        if host and host not in ("localhost", "::1") and not host.startswith("127."):
            raise Refused(f"found a cell that asks {host}, expected none that needs the network; see ./book derive")
