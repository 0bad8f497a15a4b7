"""Read a page of the book as its check needs it: what readers see as text, and the roles, directives and code in it.

Blocks and inline markup are those of MyST-Parser; nothing is rendered and nothing runs. Every part keeps its position
in the source, so that a problem can be named by line and column.
"""

from __future__ import annotations

import ast
import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import yaml

from seedsoil.prose.contents import names

EXTENSIONS = {
    "amsmath",
    "colon_fence",
    "deflist",
    "dollarmath",
    "html_image",
    "substitution",
    "tasklist",
}  # as in _config.yml
DOLLARS = {"dmath_allow_digits": False, "dmath_allow_space": False}  # as there
HIDDEN = "\ufffc"  # stands in a text for what is not typed prose: a bound number, a citation, code

LITERAL = {
    "code",
    "code-block",
    "code-cell",
    "evidence-table",
    "glue",
    "include",
    "literalinclude",
    "math",
    "mermaid",
    "raw",
    "questions",
    "references",
    "tableofcontents",
    "theses",
    "toctree",
}  # directives without prose
FIGURES = {"figure", "image", "glue:figure"}
NAMES = {
    "any",
    "code",
    "doc",
    "download",
    "eq",
    "estimate",
    "effect",
    "math",
    "numref",
    "ref",
    "searched",
    "term",
    "value",
}
BOUND = re.compile(rf"(?:glue|cite)\b.*|{'|'.join(NAMES)}")  # roles whose text names what is shown instead
WITH_TITLE = re.compile(r"(.*?)\s*<[^<>]*>", re.DOTALL)
FENCE = re.compile(r"\{([\w:.+-]+)\}\s*(.*)")
OPTION = re.compile(r":([\w-]+):\s*(.*)")
PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT = re.compile(r"""\balt\s*=\s*(?:"\s*[^"\s]|'\s*[^'\s])""", re.IGNORECASE)
TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """Text of one paragraph, cell, heading or caption; `kind` is prose, heading, alt or math.

    `spots` are pairs of an offset in the text and the position in the source of what begins there.
    """

    text: str
    kind: str
    spots: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Role:
    """`position` is where it begins in the source."""

    name: str
    text: str
    position: int


@dataclass(frozen=True)
class Directive:
    """`options` of nested metadata are joined by dots, as `mystnb.figure.caption`; lists have no place in them."""

    name: str
    argument: str
    options: dict[str, str]
    body: str
    position: int


class Value(NamedTuple):
    """Text of an option, and the lines that it stands in, from `first` to before `last`."""

    text: str
    first: int
    last: int


# A position in the source of a page, what was found there, what was expected, how to mend it, and the code.
Fault = tuple[int, str, str, str, str]


@dataclass
class Manuscript:
    """A page, its name relative to the root of the book, and its parts in the order of the source."""

    name: str
    source: str
    texts: list[Text] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    directives: list[Directive] = field(default_factory=list)
    pictures_without_alt: list[int] = field(default_factory=list)
    code: dict[int, ast.Module] = field(default_factory=dict)  # cells, by the positions of their directives

    def __post_init__(self):
        self.starts = [0, *(match.end() for match in re.finditer("\n", self.source))]

    def place(self, position: int) -> tuple[int, int]:
        """Line and column, both from 1, of a position in the source."""
        line = bisect_right(self.starts, position)
        return line, position - self.starts[line - 1] + 1

    def position(self, text: Text, start: int, end: int) -> int:
        """Where a part of a text stands in the source; near it where the source spells it in another way."""
        offset, spot = text.spots[bisect_right(text.spots, start, key=lambda spot: spot[0]) - 1]
        part, position = text.text[start:end], spot + start - offset
        if self.source.startswith(part, position):
            return position
        found = self.source.find(re.match(r"\W*\w*", part)[0].strip(HIDDEN), spot)
        return spot if found < 0 else found


def pages(root: Path) -> Iterator[Manuscript]:
    """The pages of the table of contents, in its order; those without a file are told by `contents.missing`."""
    for name in names(root):
        path = root / f"{name}.md"
        if path.is_file():
            yield read(f"{name}.md", path.read_text("utf8"))


@lru_cache(maxsize=64)  # the check, the feeds and the desk read the same pages
def read(name: str, source: str) -> Manuscript:
    page = Manuscript(name, source)
    _Reader(page).blocks(source, 0)
    return page


@cache
def _parser():
    from markdown_it.renderer import RendererHTML
    from myst_parser.config.main import MdParserConfig
    from myst_parser.parsers.mdit import create_md_parser

    return create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS, **DOLLARS), RendererHTML)


class _Reader:
    """Walks through a page from top to bottom; `cursor` is never behind what was read, nor beyond what comes."""

    def __init__(self, page: Manuscript):
        self.page, self.cursor = page, 0

    def start(self, line: int) -> int:
        return self.page.starts[line] if line < len(self.page.starts) else len(self.page.source)

    # Blocks

    def blocks(self, text: str, first: int) -> None:
        """Read the source from line `first` on, counted from 0, without the indentation that it may have there."""
        self.tokens(_parser().parse(text), lambda lines: (first + lines[0], first + max(lines[1], lines[0] + 1)))

    def value(self, text: str, first: int, last: int) -> None:
        """Read Markdown that stands somewhere in the lines from `first` to before `last`."""
        self.tokens(_parser().parse(text), lambda lines: (first, last))

    def tokens(self, tokens, lines_of: Callable) -> None:
        kind = "prose"
        for token in tokens:
            if token.type in ("heading_open", "heading_close"):
                kind = "heading" if token.nesting == 1 else "prose"
            if token.map is None or token.type not in READERS:
                continue
            first, last = lines_of(token.map)
            self.cursor, self.end = max(self.cursor, self.start(first)), self.start(last)
            READERS[token.type](self, token, kind, first)

    def inline(self, token, kind: str, first: int) -> None:
        self.line(token.children, kind)

    def front_matter(self, token, kind: str, first: int) -> None:
        for name, value in _scalars(token.content, first + 1).items():
            if name in ("title", "description") or name.startswith("myst.html_meta."):
                self.value(*value)

    def html(self, token, kind: str, first: int) -> None:
        self.pictures(token.content)
        self.add([html.unescape(part) for part in TAG.split(token.content)], kind, " ")

    def fence(self, token, kind: str, first: int) -> None:
        if opening := FENCE.fullmatch(token.info.strip()):
            self.directive(opening[1], opening[2], token.content, first)

    def directive(self, name: str, argument: str, content: str, first: int) -> None:
        position = self.cursor
        lines = content.split("\n")
        options, taken = _options(lines, first + 1)
        body, begin = "\n".join(lines[taken:]), first + 1 + taken
        texts = {key: value.text for key, value in options.items()}
        self.page.directives.append(Directive(name, argument, texts, body, position))
        if name not in LITERAL | FIGURES:
            self.value(argument, first, first + 1)
        for key, value in options.items():
            if key.rpartition(".")[2] in ("caption", "alt"):
                self.value(*value)
        if name == "code-cell":
            self.code(body, begin, position)
        elif name == "key-messages":
            self.key_messages(body, begin)
        elif name not in LITERAL:
            self.blocks(body, begin)

    def key_messages(self, body: str, first: int) -> None:
        for entry in _compose(body, yaml.SequenceNode):
            for key, node in entry.value if isinstance(entry, yaml.MappingNode) else ():
                if key.value in ("message", "computed") and isinstance(node, yaml.ScalarNode):
                    self.value(*_value(node, first))

    def code(self, body: str, first: int, position: int) -> None:
        try:
            tree = ast.parse(body)
        except SyntaxError:  # for the kernel to say; a magic of IPython is one, too
            return
        self.page.code[position] = tree
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and name_of(call.func) == "table":
                given = [keyword.value for keyword in call.keywords if keyword.arg == "caption"] + call.args[1:2]
                for caption in given[:1]:
                    parts = caption.values if isinstance(caption, ast.JoinedStr) else [caption]
                    self.cursor = self.start(first + caption.lineno - 1)
                    self.end = self.start(first + caption.end_lineno)
                    self.add([_string(part) for part in parts], "prose", HIDDEN)

    # Lines

    def line(self, children, kind: str) -> None:
        """Read the inline markup of one block."""
        text, spots = "", []
        for child in children:
            shown, position = "", self.cursor
            if child.type == "myst_role":
                shown, position = self.role(child.meta["name"], child.content)
            elif child.type == "image":
                if not child.content.strip():
                    self.page.pictures_without_alt.append(self.cursor)
                self.line(child.children or (), "alt")
            elif child.type == "html_inline":
                self.pictures(child.content)
            elif child.type.startswith("math"):
                shown, position = HIDDEN, self.find(child.content)
                self.page.texts.append(Text(child.content.replace(r"\%", "%"), "math", ((0, position),)))
            elif child.type in ("softbreak", "hardbreak"):
                shown = "\n"
            elif child.type.startswith(("code", "substitution")):
                shown, position = HIDDEN, self.find(child.content)
            elif child.content:
                shown, position = child.content, self.find(child.content)
            spots.append((len(text), position))
            text += shown
        if text:
            self.page.texts.append(Text(text, kind, tuple(spots)))

    def role(self, name: str, content: str) -> tuple[str, int]:
        """What the reader sees of a role, as far as it is typed, and where that begins."""
        position = self.find(f"{{{name}}}")
        self.page.roles.append(Role(name, content, position))
        titled = WITH_TITLE.fullmatch(content)
        shown = titled[1] if titled else HIDDEN if BOUND.fullmatch(name) else content
        return shown, self.find(shown if shown != HIDDEN else content)

    def add(self, parts: list[str], kind: str, between: str) -> None:
        """Text of several parts, with a word or space between them."""
        text, spots = "", []
        for part in parts:
            text += between if text else ""
            spots.append((len(text), self.find(part)))
            text += part
        if text.strip():
            self.page.texts.append(Text(text, kind, tuple(spots)))

    def pictures(self, markup: str) -> None:
        for picture in PICTURE.findall(markup):
            if not ALT.search(picture):
                position = self.page.source.find(picture, self.cursor, self.end)
                self.page.pictures_without_alt.append(max(position, self.cursor))

    def find(self, part: str) -> int:
        """Where the next `part` of the block begins; go behind it. The cursor where the source has it otherwise."""
        position = self.page.source.find(part, self.cursor, self.end)
        if position < 0:
            return self.cursor
        self.cursor = position + len(part)
        return position


READERS = {
    "inline": _Reader.inline,
    "front_matter": _Reader.front_matter,
    "html_block": _Reader.html,
    "fence": _Reader.fence,
    "colon_fence": _Reader.fence,
}


def name_of(function: ast.expr) -> str:
    """The last name of what is called: `bind` of `ss.bind`."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _string(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else HIDDEN


def _compose(text: str, kind: type[yaml.Node]) -> list:
    """What a YAML list or mapping holds; nothing where the text is broken, which the build says."""
    try:
        node = yaml.compose(text, yaml.CSafeLoader)
    except yaml.YAMLError:
        return []
    return node.value if isinstance(node, kind) else []


def _value(node: yaml.ScalarNode, line: int) -> Value:
    return Value(node.value, line + node.start_mark.line, line + node.end_mark.line + 1)


def _scalars(text: str, line: int) -> dict[str, Value]:
    """The values of a YAML mapping that begins at `line`, by their names, those of inner mappings joined with dots."""
    found = {}

    def walk(pairs, prefix):
        for key, node in pairs:
            if isinstance(node, yaml.MappingNode):
                walk(node.value, f"{prefix}{key.value}.")
            elif isinstance(node, yaml.ScalarNode):
                found[prefix + key.value] = _value(node, line)

    walk(_compose(text, yaml.MappingNode), "")
    return found


def _options(lines: list[str], line: int) -> tuple[dict[str, Value], int]:
    """The options at the head of a directive that begins at `line`, in either notation, and how many lines they are."""
    if lines[0].strip() == "---" and "---" in lines[1:]:
        taken = lines.index("---", 1)
        return _scalars("\n".join(lines[1:taken]), line + 1), taken + 1
    found = list(takewhile(bool, map(OPTION.match, lines)))
    options = {option[1]: Value(option[2], line + number, line + number + 1) for number, option in enumerate(found)}
    return options, len(found)
