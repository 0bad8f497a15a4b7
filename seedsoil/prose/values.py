"""The options of directives and the metadata of pages, with the lines that each value stands in."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import NamedTuple

import yaml

OPTION = re.compile(r":([\w-]+):\s*(.*)")


class Value(NamedTuple):
    """Text of an option, and the lines that it stands in, from `first` to before `last`."""

    text: str
    first: int
    last: int


def compose(text: str, kind: type[yaml.Node]) -> list:
    """What a YAML list or mapping holds; nothing where the text is broken, which the build says."""
    try:
        node = yaml.compose(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        return []
    return node.value if isinstance(node, kind) else []


def value(node: yaml.ScalarNode, line: int) -> Value:
    return Value(node.value, line + node.start_mark.line, line + node.end_mark.line + 1)


def scalars(text: str, line: int) -> dict[str, Value]:
    """The values of a YAML mapping that begins at `line`, by their names, those of inner mappings joined with dots."""
    found = {}

    def walk(pairs, prefix):
        for key, node in pairs:
            if isinstance(node, yaml.MappingNode):
                walk(node.value, f"{prefix}{key.value}.")
            elif isinstance(node, yaml.ScalarNode):
                found[prefix + key.value] = value(node, line)

    walk(compose(text, yaml.MappingNode), "")
    return found


def options(lines: list[str], line: int) -> tuple[dict[str, Value], int]:
    """The options at the head of a directive that begins at `line`, in either notation, and how many lines they are."""
    if lines[0].strip() == "---" and "---" in lines[1:]:
        taken = lines.index("---", 1)
        return scalars("\n".join(lines[1:taken]), line + 1), taken + 1
    found = list(takewhile(bool, map(OPTION.match, lines)))
    values = {option[1]: Value(option[2], line + number, line + number + 1) for number, option in enumerate(found)}
    return values, len(found)
