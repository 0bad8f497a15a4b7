"""`./book state`, `diff`, `changed`, `release` and `package`."""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

from seedsoil.files import ROOT, replace_file


def add_parsers(add) -> None:
    """Add the commands; `add(name, run, text)` gives a parser for each."""
    command = add("state", state, "write what the book says, as one small JSON file")
    command.add_argument("file", type=Path, nargs="?", metavar="FILE", help="where; on the terminal if none is named")
    command = add("diff", diff, "say what changed since another version, in sentences")
    command.add_argument("old", metavar="OLD", help="a tag, a commit, a state file or its published address")
    command.add_argument("new", nargs="?", metavar="NEW", help="as OLD; this checkout if none is named")
    command.add_argument("--format", choices=["text", "markdown", "json"], default="text")
    command = add("changed", changed, "list the pages of the built site that differ from those of another")
    command.add_argument("old", type=Path, metavar="OLD", help="the folder of the other site, as its _build/html")
    command.add_argument("--into", type=Path, metavar="FOLDER", help="copy the changed pages there")
    command = add("release", release, "prepare a version: check that all is in order, set its number everywhere")
    command.add_argument("version", metavar="X.Y.Z")
    command.add_argument("--tested", action="store_true", help="the tests of this commit have passed already")
    command = add("package", package, "write beside the built pages what their readers and old versions ask for")
    command.add_argument(
        "folder", type=Path, nargs="?", metavar="FOLDER", help="write there the files to attach to a release, too"
    )


def state(options: Namespace) -> int:
    from seedsoil.versions import state

    told = state.text(state.state(ROOT))
    if options.file:
        replace_file(options.file, told)
    else:
        print(told, end="")
    return 0


def diff(options: Namespace) -> int:
    from seedsoil.versions import difference, state

    old = state.of(ROOT, options.old)
    new = state.of(ROOT, options.new) if options.new else state.state(ROOT)
    found = difference.changes(old, new)
    if options.format == "json":
        print(json.dumps([one._asdict() for one in found], ensure_ascii=False, indent=1))
    else:
        print({"text": difference.as_text, "markdown": difference.as_markdown}[options.format](old, new, found), end="")
    return 0


def changed(options: Namespace) -> int:
    from seedsoil.versions import changed_pages, package

    found = changed_pages.changed(options.old, ROOT / package.SITE)
    if options.into:
        changed_pages.copy(ROOT / package.SITE, found, options.into)
    print(found.as_markdown(), end="")
    return 0


def release(options: Namespace) -> int:
    from seedsoil.versions import release

    if found := list(release.faults(ROOT, options.version)):
        print("\n".join(found), file=sys.stderr)
        return 1
    if not options.tested and subprocess.call([sys.executable, "-m", "seedsoil.cli", "test"], cwd=ROOT):
        print("The tests failed; nothing was written.", file=sys.stderr)
        return 1
    written = release.set_version(ROOT, options.version)
    release.stage(ROOT, written)
    print(f"Version {options.version} stands in:", *(f"  {path.relative_to(ROOT)}" for path in written), sep="\n")
    print("These are staged. Two commands remain:", *release.remaining(options.version), sep="\n")
    return 0


def package(options: Namespace) -> int:
    from seedsoil.versions import package

    if options.folder is None:
        package.beside_pages(ROOT)
        print(f"wrote {package.STATE} and {package.VERSIONS} into {package.SITE}")
    for path in package.attach(ROOT, options.folder) if options.folder else ():
        print(f"wrote {path}")
    return 0
