"""The results of each chapter as committed text, and notebooks that nbval checks against them.

`tests/results/CHAPTER.yml` holds what every code cell printed: text as it is, pictures and markup as the word
`omitted`, so that a changed result is a readable diff. nbval wants notebooks with outputs; they are made from the
chapter of today and the outputs of its reference.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import yaml

from seedsoil.files import ROOT
from seedsoil.notebooks.execution import Page, Runs

RESULTS = ROOT / "tests" / "results"
NOTEBOOKS = ROOT / "_build" / "nbval"
OMITTED = "omitted"


def chapters() -> list[Page]:
    """The pages of the contents that run code."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    names = [toc["root"]] + [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    pages = [Runs(ROOT).page(ROOT / f"{name}.md") for name in names]
    return [page for page in pages if page.code]


def results_of(page: Page) -> Path:
    return RESULTS / f"{page.path.stem}.yml"


def text_of(output: dict) -> dict:
    """One output as the reference keeps it; markup and pictures begin with `<` or are no text at all."""
    if output["output_type"] == "stream":
        return {"output_type": "stream", "name": output["name"], "text": output["text"]}
    data = {
        kind: OMITTED if not kind.endswith("text/plain") or value.lstrip().startswith("<") else value
        for kind, value in sorted(output["data"].items())
    }
    return {"output_type": output["output_type"], "data": data}


def renew() -> list[Path]:
    """Run every chapter that has no valid run and write its reference; returns the references that changed."""
    runs = Runs(ROOT)
    runs.bring_up_to_date(chapters())
    changed = []
    for page in chapters():
        cells = [
            {
                "cell": number,
                "code": cell.source.splitlines()[0],
                "outputs": [text_of(output) for output in cell.outputs],
            }
            for number, cell in enumerate(runs.outputs(page.notebook).cells)
        ]
        text, path = Dumper.text(cells), results_of(page)
        if not path.exists() or path.read_text("utf8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf8")
            changed.append(path)
    return changed


def write_notebooks() -> list[Path]:
    """Write one notebook a chapter for nbval: today's code with the reference's outputs."""
    written = []
    for page in chapters():
        path = results_of(page)
        reference = yaml.safe_load(path.read_text("utf8")) if path.exists() else []
        known = reference + [{"outputs": []}] * len(page.code)
        for number, (cell, cell_known) in enumerate(zip(page.code, known), start=1):
            cell.execution_count = number
            cell.outputs = [nbformat.from_dict(completed(output)) for output in cell_known["outputs"]]
        target = NOTEBOOKS / f"{page.path.stem}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(page.notebook, target)
        written.append(target)
    return written


def completed(output: dict) -> dict:
    """The fields that nbformat requires and the reference leaves out."""
    extra = {"execute_result": {"metadata": {}, "execution_count": None}, "display_data": {"metadata": {}}}
    return output | extra.get(output["output_type"], {})


class Dumper(yaml.SafeDumper):
    """YAML with several lines as a block, so that a diff shows the line that changed."""

    @classmethod
    def text(cls, value) -> str:
        return yaml.dump(value, Dumper=cls, sort_keys=False, allow_unicode=True, width=120)


def as_block(dumper: Dumper, value: str):
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


Dumper.add_representer(str, as_block)
