"""Kill the commands that write, at random moments, and see that nothing is lost and the next run is right.

`.venv/bin/python benchmarks/kills.py [--kills 50] [--seed 1]` works on a copy of this book with three pages. After each
kill the sources must be as they were before or as the command leaves them, no process of it may live on, and the same
command must come to its end with the result of a run that nobody disturbed.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = ("seedsoil", "data", "chapters/references.md", "_config.yml", "requirements.txt", "pyproject.toml")
COMMANDS = (["build"], ["build", "--clean"], ["results"], ["cite", "format"], ["new", "chapter", "sleeping-cells"])
TOC = """format: jb-book
root: index
parts:
  - caption: What tumor cells do
    numbered: 1
    chapters:
      - file: chapters/trying
  - caption: Behind the book
    chapters:
      - file: chapters/references
"""
WORDS = (
    "These words are here because a page of fewer than twenty words counts as a page that somebody forgot to write.\n"
)


def make(folder: Path) -> None:
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    (folder / "index.md").write_text(f"# Index\n\n{WORDS}")
    (folder / "_toc.yml").write_text(TOC.replace("      - file: chapters/trying\n", ""))
    assert run(folder, ["new", "chapter", "trying"]) == 0
    bibliography = folder / "data/references.bib"
    bibliography.write_text(bibliography.read_text("utf8").replace("  year = {", "  year={"), "utf8")  # to be formatted


def start(folder: Path, command: list[str]) -> subprocess.Popen:
    log = open(folder / "log", "ab")
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-m", "seedsoil.cli", *command], cwd=folder, env=environment, stdout=log, stderr=log
    )


def run(folder: Path, command: list[str]) -> int:
    return start(folder, command).wait()


def contents(folder: Path) -> dict[str, bytes]:
    """The sources, or the built site; style sheets without the digest that a first build does not know."""
    files = (
        path
        for path in folder.rglob("*")
        if path.is_file() and not {"_build", "__pycache__"} & {*path.parts[len(folder.parts) :]}
    )
    return {
        path.relative_to(folder).as_posix(): re.sub(rb"\.css\?v=\w+", b".css", path.read_bytes())
        for path in files
        if path.name not in ("log", ".buildinfo") and not path.name.endswith(".tmp")
    }


def left_behind(folder: Path) -> list[str]:
    """Processes of a killed command that live on, after the seconds that a kernel takes to see that it is alone."""
    for _ in range(50):
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str(folder).encode() in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:80])
            except OSError:
                pass
        if not found:
            return []
        time.sleep(0.1)
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance, faults = random.Random(options.seed), []
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole"
        make(whole)
        undisturbed = {}
        for command in COMMANDS:
            folder = Path(scratch) / "-".join(command)
            shutil.copytree(whole, folder)
            begun = time.perf_counter()
            assert run(folder, command) == 0, (folder / "log").read_text()
            duration, built = time.perf_counter() - begun, folder / "_build/html"
            undisturbed[tuple(command)] = duration, contents(folder), contents(built) if built.exists() else {}
        for number in range(options.kills):
            command = COMMANDS[number % len(COMMANDS)]
            duration, sources, site = undisturbed[tuple(command)]
            folder = Path(scratch) / f"killed-{number}"
            warm = command == ["build"] and number % 2  # on what an earlier build left
            shutil.copytree(Path(scratch) / "build" if warm else whole, folder)
            process, moment = start(folder, command), chance.uniform(0, duration)
            time.sleep(moment)
            process.kill()
            process.wait()
            before, after = contents(whole), contents(folder)
            told = [
                f"half a file: {name}" for name in after if after[name] not in (before.get(name), sources.get(name))
            ]
            told += [f"lost: {name}" for name in before if name not in after]
            told += [f"lives on: {process}" for process in left_behind(folder)]
            if command[0] == "new" and after == sources:
                pass  # it had done its work, and says so when it is asked again
            elif run(folder, command):
                told.append(f"the next run fails: {(folder / 'log').read_text()[-300:]}")
            if contents(folder) != sources:
                told.append("the next run leaves other sources")
            if site and contents(folder / "_build/html") != site:
                now = contents(folder / "_build/html")
                told.append(
                    f"another site: {[name for name in sorted({*now, *site}) if now.get(name) != site.get(name)][:5]}"
                )
            told += [f"stays: {path.name}" for path in folder.rglob(".*.tmp") if "_build" not in path.parts]
            faults += told
            print(
                f"{number + 1}. {' '.join(command)}, killed after {moment:.2f} of {duration:.2f} s:",
                *(told or ["right"]),
            )
            shutil.rmtree(folder)
    print(f"{options.kills} kills, {len(faults)} faults")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
