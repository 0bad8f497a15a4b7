"""How long the check of the pages takes, for synthetic books of several sizes.

    .venv/bin/python benchmarks/prose.py

Each chapter is as long as a real one: 150 paragraphs with citations, names that hold digits and bound numbers, a table,
and a code cell that binds.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

from seedsoil.prose import rules as prose
from seedsoil.tables.text import EVIDENCE

CITATIONS, PARAGRAPHS, REFERENCES = 50, 150, 5000
PARAGRAPH = (
    "Head and neck cancer cells slept in marrow, where TGF-β2 is high, and grew in lung with CXCL12 {cite:p}`author%05dword`.\n"
    "In {glue:text}`number_%d` women of stage I to III since 1989 the ratio was {estimate}`effect-%d`, at 95%% intervals.\n"
)


def write(root: Path, chapters: int) -> None:
    (root / "data").mkdir()
    (root / "chapters").mkdir()
    names = [f"chapters/c{number:03d}" for number in range(chapters)]
    (root / "_toc.yml").write_text(
        json.dumps({"format": "jb-book", "root": names[0], "chapters": [{"file": name} for name in names[1:]]})
    )
    resources = [{"name": name, "path": f"{name}.csv", "schema": {"primaryKey": ["id"]}} for name in EVIDENCE]
    (root / "data/datapackage.json").write_text(json.dumps({"resources": resources}))
    (root / "data/findings.csv").write_text("id\n")
    (root / "data/effects.csv").write_text("id\n" + "".join(f"effect-{number}\n" for number in range(PARAGRAPHS)))
    (root / "data/references.bib").write_text(
        "\n".join(
            f"@article{{author{number:05d}word,\n  title = {{A study of {{CXCL{number}}}}},\n}}\n"
            for number in range(REFERENCES)
        )
    )
    bound = ", ".join(f"number_{number}='1'" for number in range(PARAGRAPHS))
    rows = "".join(f"| CXCL{number} | lung |\n" for number in range(30))
    for chapter, name in enumerate(names):
        text = "\n".join(
            PARAGRAPH % ((chapter * 31 + number % CITATIONS) % REFERENCES, number, number)
            for number in range(PARAGRAPHS)
        )
        (root / f"{name}.md").write_text(
            f"# Chapter\n\n{text}\n| factor | organ |\n|---|---|\n{rows}\n```{{code-cell}} ipython3\nss.bind({bound})\n```\n\n"
            "```{references}\n```\n"
        )


def main() -> None:
    for chapters in (10, 40, 160):
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), chapters)
            start = time.perf_counter()
            if found := prose.problems(Path(folder)):
                sys.exit(f"expected no problem in the synthetic book, found {found[0]}")
            seconds = time.perf_counter() - start
        unit = 1024 if sys.platform == "darwin" else 1
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit / 1024
        print(f"{chapters:4} chapters {seconds:6.2f} s {peak:5.0f} MB", flush=True)


if __name__ == "__main__":
    main()
