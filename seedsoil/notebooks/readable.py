"""Chapters as notebooks for people: roles are the text that the site prints, and the first cell says how to run it.

A chapter opened as it stands shows `{estimate}` and the name of a row where its page shows a number. Here each role
and directive becomes Markdown; what the site alone can show (tables of evidence, the history) becomes a link to it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import nbformat
import yaml
from pybtex.database import parse_string

from seedsoil.bibliography.printed import Reference, references
from seedsoil.evidence.library import Library
from seedsoil.evidence.references import BIBLIOGRAPHY
from seedsoil.evidence.told import estimate, formatted, row_page
from seedsoil.files import read
from seedsoil.notebooks.execution import Page, Runs
from seedsoil.notebooks.lineage import Origin, origins
from seedsoil.notebooks.outputs import GLUED, bound
from seedsoil.notebooks.results import chapters
from seedsoil.tables.text import path_of_value

ROLE = re.compile(r"\{([\w:.+-]+)\}`([^`]+)`")
DIRECTIVE = re.compile(r"^([`:]{3,})\{([\w:.+-]+)\}[ \t]*([^\n]*)\n(.*?)^\1[ \t]*$", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(?::[\w-]+:[^\n]*\n)+|\A---\n.*?^---\n", re.MULTILINE | re.DOTALL)
UNSEEN = re.compile(r"^(?:% .*|\([\w-]+\)=|\+\+\+.*)\n", re.MULTILINE)  # comments, labels, breaks between cells
ON_THE_PAGE = {
    "status": "How much stands behind this page",
    "evidence-table": "The rows of evidence",
    "changes": "What changed",
}


@dataclass(frozen=True)
class Book:
    """What the notebooks need to know of the book at `root`."""

    root: Path

    @cached_property
    def library(self) -> Library:
        return Library(self.root)

    @cached_property
    def references(self) -> Mapping[str, Reference]:
        return references(parse_string(read(self.root / BIBLIOGRAPHY, BIBLIOGRAPHY), "bibtex").entries)

    @cached_property
    def config(self) -> dict:
        return yaml.safe_load((self.root / "_config.yml").read_text("utf8"))

    @property
    def repository(self) -> str:
        return self.config["repository"]["url"]


@dataclass
class Reader:
    """Turns the Markdown of one chapter into Markdown without roles; `bound` are the texts that its code gave."""

    book: Book
    page: Page
    bound: Mapping[str, str]
    cited: set[str] = field(default_factory=set)

    @cached_property
    def address(self) -> str:
        return f"{self.book.config['html']['baseurl']}{self.page.name.removesuffix('.md')}.html"

    @cached_property
    def figures(self) -> dict[str, int]:
        """The names of the figures of the page, with their numbers."""
        names = [cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in self.page.code]
        return {name: number for number, name in enumerate(filter(None, names), 1)}

    def text(self, markdown: str) -> str:
        markdown = DIRECTIVE.sub(lambda found: self.directive(*found.groups()[1:]), markdown)
        return ROLE.sub(lambda found: self.role(*found.groups()), UNSEEN.sub("", markdown))

    def role(self, name: str, text: str) -> str:
        library = self.book.library
        if name.startswith("cite:"):
            return self.citation(text, name.endswith(":t"))
        if name.startswith("glue:"):
            return self.computed(text.partition(":")[0])
        if name == "estimate":
            return self.source("effects", text, estimate(library.effect(text)))
        if name == "effect":
            row = library.effect(text)
            number = self.source("effects", text, f"{row['measure']} {estimate(row)}")
            return f"{number} {self.citation(row['ref'])}"
        if name == "value":
            path, _, form = text.partition("|")
            table, key, column = path_of_value(path)
            return self.source(table, key, formatted(library.value(table, key, column)[1], form))
        if name == "searched":
            day = max(date.fromisoformat(row["searched_on"]) for row in library.searched(text))
            return f"(searched {day.day} {day:%B %Y})"
        if name == "math":
            return f"${text}$"
        if name == "numref":
            return f"figure {self.figures[text]}" if text in self.figures else f"[{text}]({self.address}#{text})"
        return re.sub(r"\s*<[^<>]*>$", "", text)

    def computed(self, name: str) -> str:
        """A text that code gave, as a link to the cell that computed it, where the code tells."""
        if name not in self.origins:
            return self.bound[name]
        place = self.origins[name].cell + 1
        return f'[{self.bound[name]}]({self.address}#cell-{place} "computed in code cell {place}")'

    @cached_property
    def origins(self) -> Mapping[str, Origin]:
        return origins([cell.source for cell in self.page.code], (), self.bound)

    def source(self, table: str, key: str, text: str) -> str:
        """A number as a link to the page of its row."""
        return f"[{text}]({self.book.config['html']['baseurl']}evidence/{row_page(table, key)}.html)"

    def citation(self, text: str, in_sentence: bool = False) -> str:
        keys = [key.strip() for key in re.sub(r"\{[^{}]*\}", "", text).split(",")]
        self.cited.update(keys)
        works = [self.book.references[key] for key in keys]
        if in_sentence:
            return ", ".join(f"{work.cited_as} ({work.year})" for work in works)
        return f"({'; '.join(f'{work.cited_as}, {work.year}' for work in works)})"

    def directive(self, name: str, argument: str, body: str) -> str:
        body = OPTIONS.sub("", body)
        if name == "key-messages":
            return "\n".join(f"{number}. {entry['message']}" for number, entry in enumerate(yaml.safe_load(body), 1))
        if name == "list-table":
            return f"{argument}\n\n{pipe_table(body)}"
        if name == "references":
            return "\n".join(f"- {self.reference(key)}" for key in self.book.references if key in self.cited)
        if name in ON_THE_PAGE:
            return f"*{ON_THE_PAGE[name]}: see [the page]({self.address}).*"
        if name == "math":
            return f"$$\n{body}$$"
        return f"{argument}\n\n{body}".strip()

    def reference(self, key: str) -> str:
        work = self.book.references[key]
        retracted = "**Retracted.** " if work.status == "retracted" else ""
        where = " ".join(filter(None, (work.journal, work.details)))
        link = f" https://doi.org/{work.doi}" if work.doi else f" PMID {work.pmid}" if work.pmid else ""
        return f"{retracted}{work.authors} ({work.year}). {work.title}. {where}.{link}"

    def caption(self, cell: nbformat.NotebookNode) -> str:
        """The caption of the figure that a cell draws."""
        figure = cell.metadata.get("mystnb", {}).get("figure", {})
        number = self.figures.get(figure.get("name"))
        return f"**Figure {number}.** {self.text(figure['caption'])}" if number and figure.get("caption") else ""

    def first(self) -> str:
        repository, name = self.book.repository, self.page.path.stem
        folder = repository.rpartition("/")[2]
        return (
            f"**This notebook is [a page of {self.book.config['title']}]({self.address}), with the results of its last "
            f"run.** To run it again, its library and data are needed. [Binder]({launch(self.book, self.page)}) has "
            "both, and nothing to install. On your machine, with Python 3.11 to 3.13:\n\n"
            f"```sh\ngit clone {repository}\ncd {folder}\n./book notebooks\n.venv/bin/jupyter lab "
            f"{notebook_path(self.page, name)}\n```"
        )


FOLDER = "notebooks"  # of the repository, not committed


def notebook_path(page: Page, name: str = "") -> str:
    return f"{FOLDER}/{name or page.path.stem}.ipynb"


def launch(book: Book, page: Page) -> str:
    """The address at which Binder opens the notebook of a page."""
    binder, repository = book.config["launch_buttons"]["binderhub_url"], book.config["repository"]
    owner = book.repository.removeprefix("https://github.com/")
    return f"{binder}/v2/gh/{owner}/{repository['branch']}?urlpath=lab/tree/{notebook_path(page)}"


def notebook(book: Book, page: Page, executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A chapter as a notebook, with the outputs of `executed`, the code cells of its run."""
    reader = Reader(book, page, dict(text for cell in executed.cells for text in bound(cell)))
    new, code = nbformat.v4, iter(executed.cells)
    cells = [new.new_markdown_cell(reader.first())]
    for cell in page.notebook.cells:
        if cell.cell_type != "code":
            cells.append(new.new_markdown_cell(reader.text(cell.source)))
            continue
        ran, tags = next(code), cell.metadata.get("tags", [])
        hidden = {"jupyter": {"source_hidden": True}} if {"hide-input", "hide-cell", "remove-cell"} & set(tags) else {}
        outputs = [output for output in ran.outputs if GLUED not in output.get("data", {})]
        cells.append(
            new.new_code_cell(cell.source, metadata=hidden, outputs=outputs, execution_count=ran.execution_count)
        )
        if caption := reader.caption(cell):
            cells.append(new.new_markdown_cell(caption))
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # nbformat draws identifiers at random
    kernel = {"kernelspec": dict(page.notebook.metadata["kernelspec"])}
    return new.new_notebook(cells=cells, metadata=kernel | {"language_info": executed.metadata["language_info"]})


def pipe_table(body: str) -> str:
    """A list-table, whose rows are lists in a list, as a table of Markdown; its first row is the head."""
    rows = [
        re.split(r"^ *- ", row, flags=re.MULTILINE)[1:] for row in re.split(r"^\* *(?=-)", body, flags=re.MULTILINE)[1:]
    ]
    lines = [f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([lines[0], f"|{' --- |' * len(rows[0])}", *lines[1:]])


def write(root: Path) -> list[Path]:
    """Run every chapter that has no valid run, and write all as notebooks below `root`; returns their paths."""
    runs, pages, book = Runs(root), chapters(root), Book(root)
    runs.bring_up_to_date(pages)
    paths = []
    for page in pages:
        path = root / notebook_path(page)
        path.parent.mkdir(exist_ok=True)
        path.write_text(nbformat.writes(notebook(book, page, runs.outputs(page.notebook))), "utf8")
        paths.append(path)
    return paths
