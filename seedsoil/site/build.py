"""Build the book with Jupyter Book, every warning an error, and serve it."""

from __future__ import annotations

import functools
import gc
import http.server
import os
import shutil
import sys
import time
from pathlib import Path

from seedsoil.files import ROOT

HTML = ROOT / "_build" / "html"


def build(root: Path = ROOT, clean: bool = False) -> int:
    """Bring `_build/html` below the root of a book up to date; with `clean`, from nothing. Returns the exit status.

    The same as `jupyter-book build . -W -n --keep-going`, without the second interpreter and the traceback that the
    command line of Jupyter Book adds to every error.
    """
    from jupyter_book.sphinx import build_sphinx

    start = time.perf_counter()
    gc.set_threshold(100_000, 50, 1000)  # a tree of nodes is no litter; searching it again and again takes a quarter
    if clean:
        shutil.rmtree(root / "_build", ignore_errors=True)
    result = build_sphinx(
        root,
        root / "_build" / "html",
        noconfig=True,
        path_config=root / "_config.yml",
        confoverrides={"external_toc_path": str(root / "_toc.yml"), "latex_individualpages": False, "nitpicky": True},
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    if result != 0:
        print("\nThe book was not built. What to mend is said above.", file=sys.stderr)
        return result if isinstance(result, int) else 1
    print(f"The book is in _build/html ({time.perf_counter() - start:.1f} s). To look at it: ./book serve")
    return 0


def serve(port: int) -> int:
    """Serve the built book on this machine alone, until interrupted."""
    if not (HTML / "index.html").exists():
        sys.exit("There is no built book yet. Run ./book build first.")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=os.fspath(HTML))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"Serving the book at http://127.0.0.1:{server.server_port}/ (stop with Ctrl+C)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0
