"""Where a text comes from that code gave to prose by `bind(name=…)`: the cell that computed it, and the tables behind.

Both are read off the code, statement by statement, without running it. A text is computed in the last cell that made a
name which its expression uses; behind it stand the tables that this statement loads, or those that made its names.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

ANYTHING = ".*"  # a pattern
LOAD, BIND = "load", "bind"  # the functions of the facade that read a table and give text to prose
CHANGE = ("append", "extend", "update", "add", "insert")  # methods by which a statement changes what has a name


class Origin(NamedTuple):
    """The place of a code cell among those of its page, from 0, and the names of tables.

    Of texts that are bound `together`, as by `bind(**texts)`, the code does not tell which rests on which table.
    """

    cell: int
    tables: frozenset[str]
    together: bool = False


def origins(sources: Iterable[str], known: Collection[str], names: Iterable[str]) -> dict[str, Origin]:
    """Where the text of each of `names` comes from; a name that no code cell binds is left out.

    `known` are the tables of the book.
    """
    made: dict[str, Origin] = {}
    bound: list[tuple[str, Origin]] = []  # patterns of names, those that fit anything last
    for cell, source in enumerate(sources):
        for statement in code_of(source).body:
            for pattern, expression in _bound(statement):
                origin = _origin(expression, cell, made, known)
                if pattern == ANYTHING:
                    bound.append((pattern, Origin(cell, origin.tables, together=True)))
                else:
                    bound.insert(0, (pattern, origin))
            made |= dict.fromkeys(_made(statement), _origin(statement, cell, made, known)._replace(cell=cell))
    found = {name: next((origin for pattern, origin in bound if re.fullmatch(pattern, name)), None) for name in names}
    return {name: origin for name, origin in found.items() if origin}


@lru_cache(maxsize=1024)  # a build asks three times for each cell
def code_of(source: str) -> ast.Module:
    """A code cell without its magics."""
    return ast.parse("\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!"))))


def _origin(node: ast.AST, cell: int, made: Mapping[str, Origin], known: Collection[str]) -> Origin:
    """That of an expression: the last cell that made a name which it uses, and the tables behind all of them."""
    behind = [made[name] for name in sorted(_used(node) & made.keys())]
    place = max((origin.cell for origin in behind), default=cell)
    return Origin(place, frozenset(_loaded(node, known)).union(*(origin.tables for origin in behind)))


def _bound(statement: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    """Patterns of names, and the expressions of their texts, of calls of `bind`."""
    for node in ast.walk(statement):
        for keyword in node.keywords if isinstance(node, ast.Call) and _called(node) == BIND else ():
            if keyword.arg:
                yield re.escape(keyword.arg), keyword.value
            elif isinstance(keyword.value, ast.Dict):
                yield from (
                    (_pattern(key), text) for key, text in zip(keyword.value.keys, keyword.value.values, strict=True)
                )
            else:
                yield _pattern(getattr(keyword.value, "key", None)), keyword.value


def _pattern(key: ast.AST | None) -> str:
    """What a key of texts can be: `f"miss_{column}"` is miss_ and anything."""
    if isinstance(key, ast.Constant):
        return re.escape(str(key.value))
    if isinstance(key, ast.JoinedStr):
        return "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ANYTHING for part in key.values
        )
    return ANYTHING


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _used(node: ast.AST) -> set[str]:
    nodes = list(ast.walk(node))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)} | _comprehended(nodes)
    added_to = {
        node.target.id for node in nodes if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    }
    return added_to | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)} - own


def _made(statement: ast.stmt) -> set[str]:
    """The names that a statement makes, and those of which it changes what they name."""
    nodes = list(ast.walk(statement))
    made = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    made |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in nodes:
        changed = isinstance(node, ast.Subscript | ast.Attribute) and (
            isinstance(node.ctx, ast.Store) or getattr(node, "attr", "") in CHANGE
        )
        if changed and isinstance(node.value, ast.Name):
            made.add(node.value.id)
    return made - _comprehended(nodes)


def _comprehended(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that stand for the items of a comprehension, and for nothing outside of it."""
    targets = [node.target for node in nodes if isinstance(node, ast.comprehension)]
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def _loaded(node: ast.AST, known: Collection[str]) -> Iterator[str]:
    for call in (call for call in ast.walk(node) if isinstance(call, ast.Call) and _called(call) == LOAD and call.args):
        asked = call.args[0]
        if isinstance(asked, ast.Constant):
            yield from (name for name in known if name == asked.value)
        elif isinstance(asked, ast.JoinedStr) and isinstance(asked.values[0], ast.Constant):
            yield from (name for name in known if name.startswith(str(asked.values[0].value)))
