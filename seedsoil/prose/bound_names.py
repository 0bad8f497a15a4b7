"""The names that the code of a page binds for its prose, by `ss.bind` and `glue`, read without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from seedsoil.problem import nearest
from seedsoil.prose.manuscript import Fault, Manuscript, name_of

ANY_NAME = r"\w+"


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
