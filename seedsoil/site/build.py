"""Build the book with Jupyter Book, every warning an error, and serve it."""

from __future__ import annotations

import functools
import gc
import http.server
import os
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

from seedsoil.files import ROOT
from seedsoil.site.addresses import FOLDERS

HTML = ROOT / "_build" / "html"


def build(root: Path = ROOT, clean: bool = False) -> int:
    """Bring `_build/html` below the root of a book up to date; with `clean`, from nothing. Returns the exit status.

    The same as `jupyter-book build . -W -n --keep-going`, without the second interpreter and the traceback that the
    command line of Jupyter Book adds to every error. The site is built beside the old one and takes its place when it
    is whole. What Sphinx remembers of the pages is used again only after a build that came to a good end: it warns of
    a page only when it reads it, and a build that was killed may have read more than it wrote.
    """
    from jupyter_book.sphinx import build_sphinx

    start = time.perf_counter()
    gc.set_threshold(100_000, 50, 1000)  # a tree of nodes is no litter; searching it again and again takes a quarter
    made = root / "_build"
    html, unfinished, remembered = made / "html", made / "unfinished", made / ".doctrees"
    good_end = remembered / "good-end"
    use_again = good_end.exists() and html.exists() and not clean
    good_end.unlink(missing_ok=True)
    for folder in [made] if clean else [unfinished] if use_again else [unfinished, remembered]:
        shutil.rmtree(folder, ignore_errors=True)
    if use_again:
        shutil.copytree(html, unfinished, copy_function=take)
    result = build_sphinx(
        root,
        unfinished,
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
    put_in_place(unfinished, html)
    good_end.touch()
    print(f"The book is in _build/html ({time.perf_counter() - start:.1f} s). To look at it: ./book serve")
    return 0


def take(source: str, target: str) -> None:
    """Copy a file of the site; pages that are made of data are many, never written in place, and so linked."""
    if Path(source).parent.name in FOLDERS:
        with suppress(OSError):
            os.link(source, target)
            return
    shutil.copy2(source, target)


def put_in_place(new: Path, folder: Path) -> None:
    old = folder.with_name("replaced")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


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
