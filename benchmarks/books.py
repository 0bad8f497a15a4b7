"""How long a build takes and how much memory, for this book and for synthetic ones of any size.

    .venv/bin/python benchmarks/books.py                             this book
    .venv/bin/python benchmarks/books.py --chapters 160 --references 1000   a synthetic one, nothing to execute
    .venv/bin/python benchmarks/books.py --chapters 20 --seconds 2          one whose chapters compute for 2 s each

Three builds of each: from nothing, with nothing changed, with one chapter's prose changed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import yaml

from seedsoil.site.build import ROOT

BUILD = (
    "import sys; from pathlib import Path; from seedsoil.site.build import build; sys.exit(build(Path(sys.argv[1])))"
)
WORDS = "tumor cells rest in the soil of an organ until something wakes them and they grow again".split()


def measure(root: Path, label: str) -> None:
    """Build once in a process of its own and print seconds and peak memory."""
    start = time.perf_counter()
    child = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", BUILD, str(root)])
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"the build failed: {label}")
    unit = 1024 if sys.platform == "darwin" else 1
    print(f"{label:24} {seconds:6.1f} s   {usage.ru_maxrss / unit / 1024:5.0f} MB", flush=True)


HEADER = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n\n"
CELLS = """
```{{code-cell}} ipython3
# {name}
import time
import matplotlib.pyplot as plt
import pandas as pd
begin = time.process_time()
while time.process_time() < begin + {seconds}:
    table = pd.DataFrame({{"value": range(1000)}}).describe()
table
```

```{{code-cell}} ipython3
---
mystnb:
  image:
    alt: A line that falls and rises
---
figure, axes = plt.subplots()
axes.plot(table["value"])
plt.show()
```
"""


def synthetic(root: Path, chapters: int, references: int, citations: int, seconds: float) -> Path:
    """Write a book of chapters with as many citations each, which compute for `seconds`; returns its first chapter."""
    rng = random.Random(0)
    keys = [f"author{number:05d}word" for number in range(references)]
    (root / "data").mkdir()
    (root / "chapters").mkdir()
    (root / "data/references.bib").write_text(
        "\n".join(
            f"@article{{{key},\n  author = {{Author{number}, Ann B. and Second, C. and Third, D. E.}},\n"
            f"  title = {{A study of {{CXCL{number}}} in metastasis}},\n  journal = {{Journal}},\n  year = {{{1990 + number % 30}}},\n"
            f"  volume = {{{number % 40}}},\n  pages = {{1--9}},\n  doi = {{10.1000/{key}}},\n  pmid = {{{number + 1}}},\n}}\n"
            for number, key in enumerate(keys)
        )
    )
    names = [f"chapters/c{number:03d}" for number in range(chapters)]
    for name in names:
        paragraphs = [
            " ".join(rng.choices(WORDS, k=60)) + f" {{cite:p}}`{rng.choice(keys)}`." for _ in range(citations)
        ]
        sections = [f"## Section {number}\n\n" + "\n\n".join(paragraphs[number::5]) for number in range(5)]
        (root / f"{name}.md").write_text(
            (HEADER if seconds else "")
            + f"# Chapter {name[-3:]}\n\n"
            + "\n\n".join(sections)
            + (CELLS.format(name=name, seconds=seconds) if seconds else "")
            + "\n\n## References\n\n```{references}\n```\n"
        )
    (root / "index.md").write_text("# Index\n\n" + " ".join(WORDS * 3) + "\n")
    (root / "chapters/all.md").write_text("# All references\n\n```{references}\n:all:\n```\n")
    (root / "requirements.txt").write_text("")
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    del config["logo"], config["html"]["favicon"]
    (root / "_config.yml").write_text(yaml.safe_dump(config))
    toc = {
        "format": "jb-book",
        "root": "index",
        "parts": [{"caption": "Part", "chapters": [{"file": name} for name in [*names, "chapters/all"]]}],
    }
    (root / "_toc.yml").write_text(yaml.safe_dump(toc))
    return root / f"{names[0]}.md"


def copy_of_this_book(root: Path) -> Path:
    """A copy, so that measuring leaves the working tree alone; returns its longest chapter."""
    for name in (
        "_config.yml",
        "_toc.yml",
        "index.md",
        "requirements.txt",
        "CHANGELOG.md",
        "chapters",
        "data",
        "seedsoil",
    ):
        source = ROOT / name
        shutil.copytree(source, root / name) if source.is_dir() else shutil.copy(source, root / name)
    return max((root / "chapters").glob("*.md"), key=lambda path: path.stat().st_size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chapters", type=int)
    parser.add_argument("--references", type=int, default=1000)
    parser.add_argument("--citations", type=int, default=50, help="citations a chapter")
    parser.add_argument("--seconds", type=float, default=0, help="that each chapter computes; 0: nothing to execute")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        if options.chapters:
            chapter = synthetic(root, options.chapters, options.references, options.citations, options.seconds)
        else:
            chapter = copy_of_this_book(root)
        measure(root, "from nothing")
        measure(root, "nothing changed")
        chapter.write_text(
            chapter.read_text().replace("\n\n", "\n\nOne more sentence.\n\n", 1)
            if options.chapters
            else chapter.read_text() + "\nOne more sentence.\n"
        )
        measure(root, "one chapter changed")


if __name__ == "__main__":
    main()
