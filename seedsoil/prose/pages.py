"""Read a page of the book as its check needs it: what readers see as text, and the roles, directives and code in it.

Blocks and inline markup are those of MyST-Parser; nothing is rendered and nothing runs. Every part keeps its position
in the source, so that a problem can be named by line and column.
"""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

import yaml

from seedsoil.prose import values
from seedsoil.prose.contents import names
from seedsoil.prose.manuscript import HIDDEN, Directive, Manuscript, Role, Text, name_of

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
PICTURE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT = re.compile(r"""\balt\s*=\s*(?:"\s*[^"\s]|'\s*[^'\s])""", re.IGNORECASE)
TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)


def pages(root: Path, wanted: Callable[[str, str], bool] = lambda name, source: True) -> Iterator[Manuscript]:
    """The pages of the table of contents, in its order; those without a file are told by `contents.missing`.

    Only those that are `wanted` by name and source: to read one takes some hundredths of a second.
    """
    for name in names(root):
        path = root / f"{name}.md"
        if path.is_file() and wanted(name, source := path.read_text("utf8")):
            yield read(f"{name}.md", source)


@lru_cache(maxsize=64)  # the check, the feeds and the desk read the same pages
def read(name: str, source: str) -> Manuscript:
    page = Manuscript(name, source)
    _Reader(page).blocks(source, 0)
    return page


def bodies(source: str, name: str) -> Iterator[str]:
    """The bodies of the directives of this name that stand in the page itself; a tenth of the time of reading it."""
    for token in _parser(blocks_alone=True).parse(source):
        if token.type in ("fence", "colon_fence") and (opening := FENCE.fullmatch(token.info.strip())):
            if opening[1] == name:
                lines = token.content.split("\n")
                yield "\n".join(lines[values.options(lines, 0)[1] :])


@cache
def _parser(blocks_alone: bool = False):
    from markdown_it.renderer import RendererHTML
    from myst_parser.config.main import MdParserConfig
    from myst_parser.parsers.mdit import create_md_parser

    parser = create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS, **DOLLARS), RendererHTML)
    if blocks_alone:
        parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


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
        for name, value in values.scalars(token.content, first + 1).items():
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
        options, taken = values.options(lines, first + 1)
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
        for entry in values.compose(body, yaml.SequenceNode):
            for key, node in entry.value if isinstance(entry, yaml.MappingNode) else ():
                if key.value in ("message", "computed") and isinstance(node, yaml.ScalarNode):
                    self.value(*values.value(node, first))

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


def _string(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else HIDDEN
