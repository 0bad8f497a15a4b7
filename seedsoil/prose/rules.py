"""Check the pages of the book: no estimate is typed, every picture has words, and what the text names exists.

An estimate in a sentence comes from code ({glue:text}) or from a row ({effect}, {estimate}, {value}). What may be typed
nevertheless, such as a definition, stands in `data/allowed_numbers.txt`, one line each:

    chapters/dormancy.md: at least 10 fmol  # our cut-off, by definition
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path

from seedsoil.bibliography.file import items
from seedsoil.evidence import searches
from seedsoil.evidence.library import Library, Unknown
from seedsoil.evidence.messages import Malformed, parse
from seedsoil.evidence.references import BIBLIOGRAPHY
from seedsoil.files import read
from seedsoil.problem import Problem, nearest
from seedsoil.prose import anatomy, typed_numbers
from seedsoil.prose import pages as manuscript
from seedsoil.prose.against_rows import AgainstRows
from seedsoil.prose.pages import HIDDEN, Directive, Manuscript, Role, name_of
from seedsoil.tables import package as tables
from seedsoil.tables.text import EVIDENCE, Rows, path_of_value

ALLOWED = "data/allowed_numbers.txt"
IN_EVIDENCE = "data/findings.csv or data/effects.csv"
IN_MATH = {"interval", "p value", "percentage", "ratio", "sample size"}  # a formula may hold other numbers
SECTION_NUMBER = re.compile(r"\d+(?:\.\d+)*\.?\s")
DRAWING = ("show", "subplots", "savefig")  # calls that make a cell a picture
CITING = ("cite:p", "cite:t", "effect", "evidence-table")
ANY_NAME = r"\w+"


def problems(root: Path) -> list[Problem]:
    """What is to mend in the pages of the book at `root`, in the order of pages and lines."""
    names, exceptions, against = Names(root), Exceptions(root), AgainstRows(root)
    chapters = anatomy.chapters(root)
    found: list[Problem] = []
    for page in manuscript.pages(root):
        for check in (
            exceptions.typed_estimates,
            missing_words,
            unbound_names,
            names.unknown_names,
            names.messages,
            against.faults,
            *([anatomy.faults] if page.name in chapters else []),
        ):
            for position, *what in check(page):
                line, column = page.place(position)
                found.append(Problem(page.name, line, str(column), *what))
    return sorted(
        found + exceptions.unused(), key=lambda problem: (problem.file, problem.line, int(problem.column or 0))
    )


def questions(root: Path) -> list[Problem]:
    """What a machine cannot judge: words that say how much, and that nothing binds."""
    against, found = AgainstRows(root), []
    for page in manuscript.pages(root):
        for position, *what in against.questions(page):
            line, column = page.place(position)
            found.append(Problem(page.name, line, str(column), *what))
    return found


# A position in the source of a page, what was found there, what was expected, how to mend it, and the code.
Fault = tuple[int, str, str, str, str]


# --- estimates ---------------------------------------------------------------------------------------------------


class Exceptions:
    """The numbers that may be typed, and which of them were met."""

    def __init__(self, root: Path):
        path = root / ALLOWED
        lines = path.read_text("utf8").splitlines() if path.is_file() else []
        self.entries: dict[int, tuple[str, str]] = {}  # line: page, text
        self.broken, self.met = [], set()
        for number, line in enumerate(lines, 1):
            entry = re.fullmatch(r"(\S+): (.*\S)\s+# \S.*", line)
            if entry:
                self.entries[number] = entry[1], entry[2]
            elif line.strip() and not line.startswith("#"):
                self.broken.append(
                    Problem(
                        ALLOWED,
                        number,
                        "",
                        repr(line),
                        "file: exact text  # reason",
                        "complete the line",
                        "broken-exception",
                    )
                )

    def typed_estimates(self, page: Manuscript) -> Iterator[Fault]:
        for text in page.texts:
            for name, start, end in typed_numbers.find(text.text):
                if text.kind == "heading" and (number := SECTION_NUMBER.match(text.text)) and start < number.end():
                    continue
                if (text.kind == "math" and name not in IN_MATH) or self.allow(page.name, text.text, start, end):
                    continue
                mend = (
                    "say it without a number, for words of a picture cannot be bound"
                    if text.kind == "alt"
                    else "use {glue:text}, {effect}, {estimate} or {value}; "
                    f"a definition goes to {ALLOWED} with its reason"
                )
                found = " ".join(text.text[start:end].replace(HIDDEN, "").split())
                yield (
                    page.position(text, start, end),
                    f"the typed {name} {found!r}",
                    "a number bound to code or data",
                    mend,
                    "typed-number",
                )

    def allow(self, page: str, text: str, start: int, end: int) -> bool:
        """Whether an exception covers this part of a text; note that it was met."""
        text = text.replace("\n", " ")
        for line, (name, exception) in self.entries.items():
            if name == page:
                at = text.find(exception)
                while at >= 0:
                    if at <= start and end <= at + len(exception):
                        self.met.add(line)
                        return True
                    at = text.find(exception, at + 1)
        return False

    def unused(self) -> list[Problem]:
        """Lines that cannot be read, and exceptions that no page needs any more."""
        return self.broken + [
            Problem(
                ALLOWED,
                line,
                "",
                f"the exception {text!r}",
                f"typed so in {page}",
                "remove the line, or correct it",
                "unused-exception",
            )
            for line, (page, text) in self.entries.items()
            if line not in self.met
        ]


# --- pictures ----------------------------------------------------------------------------------------------------


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
        if directive.name in manuscript.FIGURES and "alt" not in options:
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


# --- names bound by code -----------------------------------------------------------------------------------------


def unbound_names(page: Manuscript) -> Iterator[Fault]:
    """Names that {glue:…} shows and no code cell of the page binds."""
    bound = [pattern for code in page.code.values() for pattern in bound_names(code)]
    known = re.compile("|".join(bound) or "(?!)")
    shown = [(role.text.partition(":")[0], role) for role in page.roles]
    shown += [(directive.argument, directive) for directive in page.directives]
    for name, part in shown:
        if part.name.partition(":")[0] == "glue" and not known.fullmatch(name.strip()):
            mend = nearest(name, filter(str.isidentifier, bound), f"bind it in a code cell: ss.bind({name}=…)")
            yield (
                part.position,
                f"the name {name!r}",
                "a name that a code cell of this page binds",
                mend,
                "unbound-name",
            )


def bound_names(code: ast.Module) -> Iterator[str]:
    """Regular expressions of the names that `bind(name=…, **{…})` and `glue("name", …)` give."""
    for call in ast.walk(code):
        if not isinstance(call, ast.Call):
            continue
        if name_of(call.func) == "bind":
            for keyword in call.keywords:
                yield from [re.escape(keyword.arg)] if keyword.arg else keys(keyword.value)
        elif name_of(call.func) == "glue" and call.args:
            yield from strings(call.args[0], [])


def keys(mapping: ast.expr) -> Iterator[str]:
    """Regular expressions of the keys of a mapping; any name where its keys are not written there."""
    if isinstance(mapping, ast.Dict):
        for key in mapping.keys:
            yield from strings(key, []) if key else [ANY_NAME]
    elif isinstance(mapping, ast.DictComp):
        yield from strings(mapping.key, mapping.generators)
    else:
        yield ANY_NAME


def strings(node: ast.expr, loops: list[ast.comprehension]) -> Iterator[str]:
    """Regular expressions of what an expression can be, where `loops` give its variables their values."""
    if isinstance(node, ast.Constant):
        yield re.escape(str(node.value))
    elif isinstance(node, ast.JoinedStr):
        yield "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ANY_NAME for part in node.values)
    else:
        for loop in loops:
            first = loop.target.elts[0] if isinstance(loop.target, ast.Tuple) else loop.target
            source = (
                loop.iter.func.value
                if isinstance(loop.iter, ast.Call) and name_of(loop.iter.func) == "items"
                else loop.iter
            )
            if isinstance(source, ast.Dict) and ast.dump(first) == ast.dump(
                ast.Name(getattr(node, "id", ""), ast.Store())
            ):
                yield from keys(source)
                return
        yield ANY_NAME


# --- names in the data -------------------------------------------------------------------------------------------


class Names:
    """The names that the data below `root` know; None for those of a file that only its own check can read."""

    def __init__(self, root: Path):
        self.root, self.data, self.library = root, Rows(root), Library(root)

    @cached_property
    def references(self) -> Collection[str] | None:
        try:
            text = read(self.root / BIBLIOGRAPHY, BIBLIOGRAPHY)
            return {item.key for item in items(text, BIBLIOGRAPHY)}
        except (OSError, ValueError):
            return None

    @property
    def resources(self) -> dict[str, dict] | None:
        try:
            return self.data.resources
        except (OSError, ValueError):
            return None

    def rows(self, table: str) -> dict[str, dict[str, str]] | None:
        """The rows of a table as text, by their keys."""
        try:
            return self.data.keyed(table)
        except (OSError, ValueError, KeyError):
            return None

    def evidence(self) -> Collection[str] | None:
        every = [self.rows(table) for table in EVIDENCE]
        return None if None in every else {name for rows in every for name in rows}

    def unknown_names(self, page: Manuscript) -> Iterator[Fault]:
        """Citations, roles and tables of evidence that name what the data do not have."""
        citing = []  # the table of every row leads to the list of the whole book
        for part in page.roles + page.directives:
            if part.name in CITING and "every" not in getattr(part, "options", ()):
                citing.append(part.position)
            for kind, names, known, file in self.named(part):
                for name in names:
                    if known is not None and name not in known:
                        position = max(part.position, page.source.find(name, part.position))
                        mend = nearest(name, list(known), "correct the name, or add it there")
                        yield position, f"the {kind} {name!r}", f"one of {file}", mend, "unknown-name"
        if citing and not any(directive.name == "references" for directive in page.directives):
            mend = "add a {references} directive at the end of the page"
            yield min(citing), "a citation", "a list of references on the same page", mend, "missing-reference-list"

    def messages(self, page: Manuscript) -> Iterator[Fault]:
        """Key messages that are not of their form, clauses with rows on another subject, and rows that none links."""
        for block in (part for part in page.directives if part.name == "key-messages"):
            try:
                told = parse(block.body)
            except Malformed as error:
                found, _, expected = str(error).removeprefix("found ").rstrip(".").partition(", expected ")
                yield block.position, found, expected, "write it in that form", "malformed-message"
                continue
            for clause in (clause for message in told for clause in message.clauses if not clause.computed):
                position = max(block.position, page.source.find(clause.says, block.position))
                try:
                    verdict = self.library.clause(clause)
                except Unknown as unknown:
                    found, _, expected = str(unknown).removeprefix("found ").partition(", expected ")
                    yield position, found, *expected.partition("; ")[::2], "unknown-name"
                    continue
                except (OSError, ValueError, KeyError):
                    continue  # for the check of the tables to say
                for name, why in verdict.misplaced:
                    mend = "link rows on its subject alone, or correct the subject"
                    yield (
                        position,
                        f"the row {name!r} ({why}) in the clause {clause.says!r}",
                        "a row on its subject",
                        mend,
                        "misplaced-row",
                    )
                for name in verdict.unlinked:
                    mend = "add it to the rows of the clause, or dismiss it there with the reason"
                    yield (
                        position,
                        f"the row {name!r} on the subject of the clause {clause.says!r}",
                        "it linked or dismissed",
                        mend,
                        "unlinked-row",
                    )

    def named(self, part: Role | Directive) -> Iterator[tuple[str, list[str], Collection[str] | None, str]]:
        """What a role or directive names: the kind, the names, those that are known, and where they are."""
        if part.name.startswith("cite:"):
            yield "citation", citation_keys(part.text), self.references, BIBLIOGRAPHY
        elif part.name in ("effect", "estimate"):
            yield "effect", [part.text], self.rows("effects"), "data/effects.csv"
        elif part.name == "searched":
            rows = self.rows(searches.TABLE)
            claims = None if rows is None else {cells["claim_id"] for cells in rows.values()}
            yield "claim", [part.text], claims, searches.SEARCHES
        elif part.name == "value":
            table, key, column = path_of_value(part.text)
            yield "table", [table], self.resources, tables.PACKAGE
            if rows := self.rows(table):
                yield "row", [key], rows, f"the table {table}"
                filled = [name for name, cell in rows.get(key, {column: "-"}).items() if cell]
                yield "column", [column], filled, f"the columns of {table} with a value in row {key}"
        elif part.name == "evidence-table":
            yield "row", split(part.options.get("ids", "")), self.evidence(), IN_EVIDENCE
            yield "citation", split(part.options.get("refs", "")), self.references, BIBLIOGRAPHY


def citation_keys(text: str) -> list[str]:
    """The keys of a citation: in {see}key{p. 3}, what is between the braces is not one."""
    return [key.strip() for key in re.sub(r"\{[^{}]*\}", "", text).split(",")]


def split(names: str) -> list[str]:
    return re.findall(r"[^,;\s]+", names)
