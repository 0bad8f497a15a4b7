"""The `seedsoil` command: what `./book COMMAND` runs. Thin; the work is in the library."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from seedsoil.files import ROOT, alone

ALONE = ("build", "test", "results", "repeat")  # commands that write into _build


def build(options) -> int:
    from seedsoil.site.build import build

    return build(clean=options.clean)


def serve(options) -> int:
    from seedsoil.site.build import serve

    return serve(options.port)


def test(options, pytest_arguments: list[str]) -> int:
    """A clean build, then every test; what the chapters printed in that build is compared with their results."""
    import pytest

    from seedsoil.site import build

    if status := build.build(clean=True):
        return status
    arguments = [
        "--numprocesses=auto",
        "--dist=loadfile",
        "--no-loadscope-reorder",
        "--durations=10",
        f"--rootdir={ROOT}",
    ]
    return pytest.main(arguments + pytest_arguments + [str(ROOT / "tests")])


def pdf(options) -> int:
    from seedsoil.site.pdf import run

    return run(options)


def check(options) -> int:
    from seedsoil.check import ask, run

    return ask() if options.ask else run(options.format)


def renew_results(options) -> int:
    from seedsoil.notebooks.results import renew

    for path in renew(ROOT):
        print(f"renewed {path.relative_to(ROOT)}")
    return 0


def repeat(options) -> int:
    from seedsoil.notebooks.results import repeat

    differences = repeat(ROOT)
    print("\n".join(differences) or "Two runs of every chapter agree.")
    return int(bool(differences))


def notebooks(options) -> int:
    from seedsoil.files import ROOT
    from seedsoil.notebooks.readable import write

    for path in write(ROOT):
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


def new(options) -> int:
    from seedsoil.notebooks.new import chapter

    path = chapter(ROOT, options.name).relative_to(ROOT)
    print(f"wrote {path} and put it into _toc.yml; now ./book results, ./book build, and then the chapter")
    return 0


def derive(options) -> int:
    from seedsoil.derive import SOURCES, derive

    for name in options.names or [table for source in SOURCES for table in source.tables]:
        print(f"wrote {derive(name, options.raw)}", flush=True)
    return 0


def parser() -> argparse.ArgumentParser:
    from seedsoil.forms import commands as forms
    from seedsoil.living import citing
    from seedsoil.living import commands as living
    from seedsoil.versions import commands as versions

    top = argparse.ArgumentParser(prog="./book", description="Seed and Soil: build, test and keep the book.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def add(name: str, run, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    add("build", build, "build the site in _build/html, all warnings errors").add_argument(
        "--clean", action="store_true", help="forget all earlier builds and runs first"
    )
    add("serve", serve, "serve the built site on this machine").add_argument("--port", type=int, default=8000)
    command = add("pdf", pdf, "print the book and each of its chapters as PDF into _build/pdf, from the built site")
    command.add_argument(
        "names", nargs="*", metavar="CHAPTER", help="chapters to print, or book for the whole; else all"
    )
    add("test", test, "build from nothing and run all tests; further arguments go to pytest")
    command = add("check", check, "check the tables, the references and the pages, and say what is to mend and how")
    command.add_argument(
        "--format", choices=["text", "github"], default="text", help="github: as annotations of a pull request"
    )
    command.add_argument("--ask", action="store_true", help="list what only a reader can judge instead")
    citing.add_parsers(commands)
    forms.add_parsers(add)
    living.add_parsers(add)
    versions.add_parsers(add)
    add("results", renew_results, "renew tests/results after a wanted change of a result")
    add("repeat", repeat, "run every chapter twice, and say what the second run prints or draws differently")
    add("notebooks", notebooks, "write the chapters as notebooks in which roles are text, to open in JupyterLab")
    command = add("new", new, "begin a chapter: a page that builds, with every section, and its place in the contents")
    command.add_argument("what", choices=["chapter"])
    command.add_argument("name", metavar="NAME", help="small words joined by hyphens")
    command = add("derive", derive, "make the tables of data/derived again from their pinned public files")
    command.add_argument("names", nargs="*", metavar="NAME", help="tables to make; all if none is named")
    command.add_argument(
        "--raw", type=Path, metavar="FOLDER", help="take the public files from here, not from the network"
    )
    add("help", lambda options: top.print_help() or 0, "show this text")
    return top


def main(arguments: list[str] | None = None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that has no ≤ gets an escape in its place
            stream.reconfigure(errors="backslashreplace")
    options, rest = parser().parse_known_args(arguments)
    if rest and options.command != "test":
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        with alone(ROOT) if options.command in ALONE else nullcontext():
            return options.run(options, rest) if options.command == "test" else options.run(options)
    except (ValueError, OSError) as error:
        print(f"./book {options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"./book {options.command}: stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
