"""The names that the prose takes from the data: rows, columns, references, searches and the rows of key messages."""

from __future__ import annotations

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
from seedsoil.problem import nearest
from seedsoil.prose import citations
from seedsoil.prose.manuscript import Directive, Fault, Manuscript, Role
from seedsoil.tables import package as tables
from seedsoil.tables.text import EVIDENCE, Rows, path_of_value

CITING = (*citations.CITING, "effect", "evidence-table")
IN_EVIDENCE = "data/findings.csv or data/effects.csv"


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
        if isinstance(part, Role) and part.name in citations.CITING:
            yield "citation", citations.keys(part), self.references, BIBLIOGRAPHY
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


def split(names: str) -> list[str]:
    return re.findall(r"[^,;\s]+", names)
