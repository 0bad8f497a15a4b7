"""Check the pages of the book: no estimate is typed, every picture has words, and what the text names exists."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from seedsoil.problem import Problem
from seedsoil.prose import anatomy, contents, markup, pages, tables_as_prose, unrendered
from seedsoil.prose.against_rows import AgainstRows
from seedsoil.prose.bound_names import unbound_names
from seedsoil.prose.exceptions import Exceptions
from seedsoil.prose.manuscript import Directive, Fault, Manuscript, name_of
from seedsoil.prose.names import Names

DRAWING = ("show", "subplots", "savefig")  # calls that make a cell a picture


def problems(root: Path) -> list[Problem]:
    """What is to mend in the pages of the book at `root`, in the order of pages and lines."""
    names, exceptions, against = Names(root), Exceptions(root), AgainstRows(root)
    found = list(contents.missing(root))
    chapters = anatomy.chapters(root)
    for page in pages.pages(root):
        for check in (
            exceptions.typed_estimates,
            missing_words,
            unbound_names,
            unrendered.faults,
            names.unknown_names,
            names.messages,
            against.faults,
            markup.faults,
            *([anatomy.faults] if page.name in chapters else []),
        ):
            for position, *what in check(page):
                line, column = page.place(position)
                found.append(Problem(page.name, line, str(column), *what))
    found += tables_as_prose.problems(root, (exceptions.typed_estimates, against.faults, unrendered.faults))
    return sorted(
        found + exceptions.unused(), key=lambda problem: (problem.file, problem.line, problem.column.zfill(9))
    )


def questions(root: Path) -> list[Problem]:
    """What a machine cannot judge: words that say how much, and that nothing binds."""
    against, found = AgainstRows(root), []
    for page in pages.pages(root):
        for position, *what in against.questions(page):
            line, column = page.place(position)
            found.append(Problem(page.name, line, str(column), *what))
    return found


def missing_words(page: Manuscript) -> Iterator[Fault]:
    """Pictures without alt text, and figures from code without a caption."""
    alt = "alt text that says what the picture shows"
    for position in page.pictures_without_alt:
        yield (
            position,
            "a picture without alt text",
            alt,
            'write it between the brackets, or as alt="…"',
            "missing-alt-text",
        )
    for directive in page.directives:
        options = {name for name, text in directive.options.items() if text.strip()}
        if directive.name in pages.FIGURES and "alt" not in options:
            yield (
                directive.position,
                f"the {directive.name} {directive.argument!r} without alt text",
                alt,
                "add a line `:alt: …` to it",
                "missing-alt-text",
            )
        if directive.name == "code-cell" and is_picture(directive, page.code.get(directive.position)):
            if "mystnb.image.alt" not in options:
                yield (
                    directive.position,
                    "a cell with a figure without alt text",
                    alt,
                    "add `mystnb: {image: {alt: …}}` to its options",
                    "missing-alt-text",
                )
            if "mystnb.figure.caption" not in options:
                yield (
                    directive.position,
                    "a cell with a figure without a caption",
                    "a caption",
                    "add `mystnb: {figure: {caption: …}}` to its options",
                    "missing-caption",
                )


def is_picture(cell: Directive, code: ast.Module | None) -> bool:
    """Whether a cell is declared a figure, or draws one."""
    if any(name.startswith(("mystnb.figure", "mystnb.image")) for name in cell.options):
        return True
    return code is not None and any(
        isinstance(node, ast.Call) and name_of(node.func) in DRAWING for node in ast.walk(code)
    )
