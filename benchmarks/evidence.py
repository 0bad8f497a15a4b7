"""How long the check of the evidence base takes and how much memory, as it is and for synthetic ones of any size.

    .venv/bin/python benchmarks/evidence.py                                        the real data
    .venv/bin/python benchmarks/evidence.py --rows 100000 --references 5000        that many findings and references
    .venv/bin/python benchmarks/evidence.py --rows 100000 --faults 1000            the same with as many rows spoiled

Seconds and peak memory of a whole process, start-up included.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

from seedsoil.tables import package as tables

CHECK = """
import sys
from pathlib import Path
from seedsoil.evidence import rules as evidence
print(f"{len(evidence.problems(Path(sys.argv[1]))):9,} problems   ", end="", flush=True)
"""
WORDS = "tumor cells rest in the soil of an organ until something wakes them and they grow again".split()


def measure(root: Path) -> None:
    """Check the data below `root` in a process of its own and print problems, seconds and peak memory."""
    start = time.perf_counter()
    child = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", CHECK, str(root)])
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit("the check failed")
    unit = 1024 if sys.platform == "darwin" else 1
    print(f"{seconds:6.1f} s   {usage.ru_maxrss / unit / 1024:5.0f} MB")


def enlarge(data: Path, rows: int, references: int, faults: int) -> None:
    """Put `references` and findings on them, `rows` of them, below those of the real files; spoil some."""
    rng = random.Random(0)
    keys = [f"author{number:05d}word" for number in range(references)]
    with open(data / "references.bib", "a", encoding="utf-8") as file:
        for number, key in enumerate(keys):
            file.write(
                f"\n@article{{{key},\n  author = {{Author{number}, Ann B. and Second, C.}},\n  title = {{A study of {number}}},\n"
                f"  journal = {{Journal}},\n  year = {{{1990 + number % 30}}},\n  doi = {{10.1000/{key}}},\n  pmid = {{{number + 1}}},\n}}\n"
            )
    with open(data / "references_read.csv", "a", encoding="utf-8") as file:
        file.writelines(f"{key},abstract,PubMed {number},2026-11-22,\n" for number, key in enumerate(keys))

    vocabulary = tables.load("vocabulary")
    terms = {kind: group.tolist() for kind, group in vocabulary.groupby("kind")["term"]}
    spoiled = set(rng.sample(range(rows), min(faults, rows)))
    with open(data / "findings.csv", "a", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number in range(rows):
            pair = number ^ 1  # neighbors contradict each other
            related = number % 10 < 2 and pair < rows
            writer.writerow(
                [
                    f"synthetic-{number}",
                    rng.choice(keys) + "x" * (number in spoiled),
                    rng.choice(terms["process"]),
                    rng.choice(terms["cell"]),
                    "; ".join(rng.sample(terms["factor"], 2)),
                    rng.choice(terms["target"]),
                    rng.choice(terms["organ"]),
                    "breast",
                    rng.choice(terms["stage"]),
                    rng.choice(["promotes", "restrains"]),
                    "mouse",
                    rng.choice(terms["model"]),
                    "knockout",
                    "no",
                    " ".join(rng.choices(WORDS, k=35)),
                    "abstract",
                    "contradicts" if related else "",
                    f"synthetic-{pair}" if related else "",
                    "2026-11-22",
                    1,
                    "",
                ]
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--references", type=int, default=5000)
    parser.add_argument("--faults", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(tables.root() / "data", data)
        if options.rows:
            enlarge(data, options.rows, options.references, options.faults)
        measure(Path(folder))


if __name__ == "__main__":
    main()
