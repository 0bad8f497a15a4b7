"""This state of the book beside another: seconds of build and test, and how the code is laid out.

    git worktree add ../before ec4d3b5 && ../before/book help
    .venv/bin/python benchmarks/house.py ../before                  layout and seconds of building, three times each
    .venv/bin/python benchmarks/house.py ../before --tests          and of ./book test, once each
    .venv/bin/python benchmarks/house.py ../before --layout         layout alone

Builds of the two take turns, so that a busy machine is as busy for both; the least of the times counts. The table is
printed, and written into `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import time
from pathlib import Path

from seedsoil.files import ROOT, replace_file

README = Path(__file__).with_name("README.md")
TABLE = re.compile(r"(## Before and after\n\n.*\n\n)(\|.*\n)+")
TIMES = {
    "a build from nothing": ("build", "--clean"),
    "a build with nothing changed": ("build",),
}
TESTS = {"./book test": ("test",)}
Measured = dict[str, str]


def seconds(root: Path, command: tuple[str, ...]) -> tuple[float, float]:
    """Wall and processor seconds of a command of a book, all its processes included."""
    start = time.perf_counter()
    with open(os.devnull, "w") as null:
        child = subprocess.Popen([root / "book", *command], cwd=root, stdout=null, stderr=null)
        _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{root}: ./book {' '.join(command)} failed")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def times(roots: list[Path], commands: dict[str, tuple[str, ...]], turns: int) -> list[Measured]:
    found: list[dict[str, list[tuple[float, float]]]] = [{name: [] for name in commands} for _ in roots]
    for _ in range(turns):
        for root, own in zip(roots, found, strict=True):
            for name, command in commands.items():
                own[name].append(seconds(root, command))
    return [
        {
            f"{name}, {what}": f"{min(turn[place] for turn in turns_of):.1f} s"
            for name, turns_of in own.items()
            for place, what in enumerate(("by the clock", "of processors"))
        }
        for own in found
    ]


def layout(root: Path) -> Measured:
    modules = {path.relative_to(root / "seedsoil"): path.read_text("utf8") for path in root.glob("seedsoil/**/*.py")}
    lines = {path: text.count("\n") for path, text in modules.items()}
    longest = max(lines, key=lambda path: lines[path])
    functions = [
        (node.end_lineno - node.lineno + 1, node.name, path)
        for path, text in modules.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    length, name, path = max(functions)
    count = "import seedsoil; print(len(seedsoil.__all__))"
    names = subprocess.check_output([root / ".venv/bin/python", "-c", count], cwd=root, text=True).strip()
    return {
        "lines of the library": f"{sum(lines.values()):,}",
        "modules": f"{len(modules)}",
        "its longest module": f"{lines[longest]} lines ({longest})",
        "its longest function": f"{length} lines ({name} in {path})",
        "names that it offers at its top": names,
    }


def commit(root: Path) -> str:
    return subprocess.check_output(["git", "rev-parse", "--short", "HEAD"], cwd=root, text=True).strip()


def table(roots: list[Path], rows: list[Measured]) -> str:
    head = ["", *map(commit, roots)]
    body = [[name, *(own[name] for own in rows)] for name in rows[0]]
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, ["---"] * len(head), *body))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, help="a checkout of the other state, its environment made")
    parser.add_argument("--tests", action="store_true")
    parser.add_argument("--layout", action="store_true")
    options = parser.parse_args()
    roots = [options.before.resolve(), ROOT]
    parts = [list(map(layout, roots))]
    if not options.layout:
        parts.insert(0, times(roots, TIMES, 3))
    if options.tests:
        parts.insert(1, times(roots, TESTS, 1))
    rows = [{name: value for part in parts for name, value in part[place].items()} for place in range(len(roots))]
    found = table(roots, rows)
    print(found, end="")
    replace_file(README, TABLE.sub(lambda match: match[1] + found, README.read_text("utf8")))


if __name__ == "__main__":
    main()
