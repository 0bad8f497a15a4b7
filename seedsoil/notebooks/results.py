"""The results of each chapter as committed text: what is expected, made anew, and made twice.

`tests/results/CHAPTER.yml` holds what every code cell printed: text as it is, pictures and markup as the word
`omitted`, so that a changed result is a readable diff. `seedsoil.notebooks.nbval` compares the run that a build
remembers with it.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import nbformat
import yaml

from seedsoil.files import replace_file
from seedsoil.notebooks.execution import Page, Runs
from seedsoil.notebooks.kernels import NamedManager

OMITTED = "omitted"


def chapters(root: Path) -> list[Page]:
    """The pages of the contents that run code; a page without a file is told by the check and the build."""
    toc = yaml.safe_load((root / "_toc.yml").read_text("utf8"))
    names = [toc["root"]] + [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    pages = [Runs(root).page(path) for name in names if (path := root / f"{name}.md").is_file()]
    return [page for page in pages if page.code]


def results_of(root: Path, page: Page) -> Path:
    return root / "tests" / "results" / f"{page.path.stem}.yml"


def text_of(output: dict) -> dict:
    """One output as the results keep it; markup and pictures begin with `<` or are no text at all."""
    if output["output_type"] == "stream":
        return {"output_type": "stream", "name": output["name"], "text": output["text"]}
    data = {
        kind: OMITTED if not kind.endswith("text/plain") or value.lstrip().startswith("<") else value
        for kind, value in sorted(output["data"].items())
    }
    return {"output_type": output["output_type"], "data": data}


def output_of(text: dict) -> nbformat.NotebookNode:
    """The output that the results keep as `text`, with the fields that nbformat requires and they leave out."""
    extra = {"execute_result": {"metadata": {}, "execution_count": None}, "display_data": {"metadata": {}}}
    return nbformat.from_dict(text | extra.get(text["output_type"], {}))


def listing(cells: list[nbformat.NotebookNode]) -> str:
    """What executed code cells printed, as the text of a file of results."""
    return Dumper.text(
        [
            {
                "cell": number,
                "code": cell.source.splitlines()[0],
                "outputs": [text_of(output) for output in cell.outputs],
            }
            for number, cell in enumerate(cells)
        ]
    )


def renew(root: Path) -> list[Path]:
    """Run every chapter that has no valid run and write its results; returns the files that changed."""
    runs, pages = Runs(root), chapters(root)
    runs.bring_up_to_date(pages)
    changed = []
    for page in pages:
        text, path = listing(runs.outputs(page.notebook).cells), results_of(root, page)
        if not path.exists() or path.read_text("utf8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, text)
            changed.append(path)
    return changed


def repeat(root: Path) -> list[str]:
    """Run every chapter twice: the lines in which two runs differ, pictures and markup too.

    The second run has a kernel that starts by itself: forks of one process find things at the same addresses in memory.
    """
    runs, pages, again = Runs(root), chapters(root), chapters(root)
    runs.bring_up_to_date(pages)
    Runs(root, NamedManager).execute_all(again)
    found = []
    for page, fresh in zip(pages, again, strict=True):
        remembered = runs.outputs(page.notebook).cells
        one, two = (listing(cells).splitlines() for cells in (remembered, fresh.code))
        found += difflib.unified_diff(one, two, f"{page.name}, remembered", f"{page.name}, run again", n=1, lineterm="")
        for number, (cell, cell_again) in enumerate(zip(remembered, fresh.code, strict=True)):
            shown = [[output.get("data") for output in executed.outputs] for executed in (cell, cell_again)]
            if shown[0] != shown[1] and one == two:
                found.append(f"{page.name}: cell {number} drew another picture or wrote other markup")
    return found


class Dumper(yaml.SafeDumper):
    """YAML with several lines as a block, so that a diff shows the line that changed."""

    @classmethod
    def text(cls, value) -> str:
        return yaml.dump(value, Dumper=cls, sort_keys=False, allow_unicode=True, width=120)


def as_block(dumper: Dumper, value: str):
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


Dumper.add_representer(str, as_block)
