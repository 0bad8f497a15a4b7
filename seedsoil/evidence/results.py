"""What chapters computed: the texts that their cells gave to prose, by name, from the expected results of the tests.

`tests/results/CHAPTER.yml` keeps the texts in the order in which `ss.bind(name=…)` gave them; the names are read off
the code of the chapter, which is not run. So a result of any version is known from the files of its tag alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from seedsoil.files import read

FENCE = re.compile(r"^```\{code-cell\}[^\n]*\n(?:---\n.*?^---\n)?(.*?)^```", re.MULTILINE | re.DOTALL)
GLUED = "application/papermill.record/text/plain"  # the kind of an output that MyST-NB's glue leaves


class Results:
    """The results of the chapters of the book at `root`."""

    def __init__(self, root: Path):
        self.root = root
        self.of = cache(self._of)

    def get(self, chapter: str, name: str) -> str | None:
        """What a chapter bound to a name; None where it has no such result."""
        return self.of(chapter).get(name)

    def _of(self, chapter: str) -> dict[str, str]:
        page, kept = (self.root / name for name in (f"chapters/{chapter}.md", f"tests/results/{chapter}.yml"))
        if not (page.is_file() and kept.is_file()):
            return {}
        cells = yaml.load(read(kept, kept.name), yaml.CSafeLoader) or []
        sources = FENCE.findall(read(page, page.name))
        found: dict[str, str] = {}
        for source, cell in zip(sources, cells, strict=False):
            texts = [output["data"][GLUED] for output in cell["outputs"] if GLUED in output.get("data", {})]
            if texts:
                found.update(named(source, [ast.literal_eval(text) for text in texts]))
        return found


def named(source: str, texts: list[str]) -> Iterator[tuple[str, str]]:
    """The texts that a cell bound, with their names; none where there are more or fewer texts than names.

    A mapping unpacked among the names (`**{…}`) gives names that only running the code would tell: what stands before
    the first of them and behind the last is told, and what comes of them is not.
    """
    try:
        calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    except SyntaxError:  # for the kernel to say
        return
    names = [
        keyword.arg
        for call in calls
        if getattr(call.func, "attr", getattr(call.func, "id", "")) == "bind"
        for keyword in call.keywords
    ]
    if None not in names:
        if len(names) == len(texts):
            yield from zip(names, texts, strict=True)
        return
    first, behind = names.index(None), names[::-1].index(None)
    if first + behind <= len(texts):
        yield from zip(names[:first], texts[:first], strict=True)
        yield from zip(names[len(names) - behind :], texts[len(texts) - behind :], strict=True)
