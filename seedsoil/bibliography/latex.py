r"""LaTeX of the bibliography as text, and text as LaTeX. pylatexenc reads it and knows the symbols.

`text` gives what a reader sees; `unicode_latex` is for the file: the same letters, with the braces that keep names
together and case, and formulas as they are. `Untold` says what has no form as text, by name, so that no page shows
LaTeX. What pylatexenc leaves open is decided here: accents on accents (`{\~\^e}`), sub- and superscripts, and commands
that it does not know, which it would drop.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from pylatexenc import latex2text
from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexCommentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexMathNode,
    LatexSpecialsNode,
    LatexWalker,
    LatexWalkerParseError,
    get_default_latex_context_db,
)
from pylatexenc.macrospec import std_macro

ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
    "b": "\u0331",
    "t": "\u0361",
}
UNDER = "dckb"  # accents below a letter, which leave the dot of an i
SIGNS = ("%", "&", "#", "$", "_", "{", "}")  # what a backslash keeps from being a command
SHOWN_AS_IS = frozenset(  # commands that change how their text looks, and nothing that plain text could show
    "textit textbf textsc textsf texttt textrm textup textnormal textmd textsl emph mathrm mathit mathbf mathsf mathtt "
    "mathnormal text mbox operatorname ensuremath boldsymbol bm nocase url".split()
)
SWITCHES = frozenset(
    "em it bf sc sl rm sf tt itshape bfseries scshape upshape rmfamily normalfont displaystyle".split()
)
SPACES = {
    ",": "\u2009",
    ":": " ",
    ";": " ",
    " ": " ",
    "quad": " ",
    "qquad": " ",
    "\n": " ",
    "\\": " ",
    "!": "",
    "/": "",
    "-": "",
}
GREEK = frozenset(  # upright letters, which some packages name apart
    f"{style}{letter}"
    for style in ("up", "text")
    for letter in "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon "
    "phi chi psi omega".split()
)
LIGATURES = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("~", " "))
WORDS = re.compile(r"[A-Za-z]{2,}\s|\s[A-Za-z]{2,}")
# An accent before another has it as its argument, which LaTeX itself says in braces.
STACKED = re.compile(r"""(\\[`'^"~=.])\s*(\\[`'^"~=.]\s*(?:\{[^{}]*\}|\\[ij]\b|\w))""")


class Untold(ValueError):
    """LaTeX that has no form as text; the message is what was found."""


def _scripts(kind: str) -> dict[str, str]:
    """The letters that Unicode has above or below the line, by what they stand for."""
    pairs = ((unicodedata.decomposition(sign), sign) for sign in map(chr, range(0x80, 0x2E80)))
    found = {chr(int(form.split()[1], 16)): sign for form, sign in pairs if re.fullmatch(rf"<{kind}> \w+", form)}
    return found | {"-": found["−"], "–": found["−"], " ": " "}


SUPER, SUB = _scripts("super") | {"′": "′", "'": "′", "∘": "°", "°": "°", "*": "*", "®": "®", "™": "™"}, _scripts("sub")


@cache
def _contexts() -> tuple[Any, Any]:
    reading = get_default_latex_context_db()
    own = [std_macro(name, "{") for name in (*SHOWN_AS_IS, "textsuperscript", "textsubscript", "sp", "sb", "t")]
    reading.add_context_category("seedsoil", macros=own, prepend=True)
    return reading, latex2text.get_default_latex_context_db()


@cache
def text(latex: str) -> str:
    """What a reader sees. Raises `Untold`."""
    if not re.search(r"[\\$]", latex):
        for typed, sign in LIGATURES:
            latex = latex.replace(typed, sign)
        return latex.replace("{", "").replace("}", "")
    return unicodedata.normalize("NFC", "".join(_Reader(keep=False).parts(_parsed(latex))))


def unicode_latex(latex: str) -> str:
    r"""The same in Unicode as far as there is such: `{\v z}` is ž, `{CXCL12}` keeps its braces, `\&` its backslash."""
    if not re.search(r"[\\$]", latex):
        return latex
    try:
        return unicodedata.normalize("NFC", "".join(_Reader(keep=True).parts(_parsed(latex))))
    except Untold:
        return latex


def escaped(plain: str) -> str:
    """Plain text as LaTeX that `text` reads back as it was."""
    plain = re.sub(r"[\\{}]", "", plain)
    plain = re.sub(r"[%&#$_]", r"\\\g<0>", plain).replace("~", r"\textasciitilde{}")
    return re.sub(r"(?<=-)-|(?<=')'|(?<=[`?!])`", r"{}\g<0>", plain)


def _parsed(latex: str) -> list[Any]:
    # BibTeX has no comments, and to & and # no meaning.
    latex = re.sub(r"(?<!\\)((?:\\\\)*)([%&#])", r"\1\\\2", latex)
    for _ in range(latex.count("\\")):
        latex, more = STACKED.subn(r"\1{\2}", latex)
        if not more:
            break
    try:
        return list(LatexWalker(latex, latex_context=_contexts()[0], tolerant_parsing=False).get_latex_nodes()[0])
    except (LatexWalkerParseError, IndexError, RecursionError):
        what = "a dollar sign that closes no formula" if latex.count("$") % 2 else "LaTeX that cannot be read"
        raise Untold(f"{what} ({latex[:60]!r})") from None


class _Reader:
    """Nodes as text; with `keep`, as LaTeX in Unicode."""

    def __init__(self, keep: bool):
        self.keep = keep

    def parts(self, nodes: list[Any]) -> Iterator[str]:
        for number, node in enumerate(nodes):
            before, after = (nodes[place] if 0 <= place < len(nodes) else None for place in (number - 1, number + 1))
            try:
                if self.keep and isinstance(node, LatexGroupNode) and not node.nodelist:
                    yield "" if isinstance(before, LatexMacroNode) else "{}"  # it ends a command, or parts two signs
                else:
                    yield self.part(node, after)
            except Untold:
                if not self.keep:
                    raise
                yield node.latex_verbatim()

    def part(self, node: Any, after: Any = None) -> str:
        if isinstance(node, LatexCharsNode):
            return str(node.chars)
        if isinstance(node, LatexGroupNode):
            inner = "".join(self.parts(node.nodelist))
            bare = not self.keep or all(isinstance(part, LatexMacroNode) for part in node.nodelist)
            return inner if bare and not (self.keep and inner.startswith("\\")) else f"{{{inner}}}"
        if isinstance(node, LatexMathNode):
            return self.math(node, after)
        if isinstance(node, LatexSpecialsNode):
            return node.specials_chars if self.keep else self.special(node.specials_chars)
        if isinstance(node, LatexMacroNode):
            return self.macro(node)
        if isinstance(node, LatexCommentNode):  # pragma: no cover, for no percent sign gets here bare
            raise Untold(f"a comment {node.latex_verbatim()!r}")
        raise Untold(f"the environment {node.latex_verbatim()[:40]!r}")

    def special(self, signs: str) -> str:
        known = dict(LIGATURES)
        if signs in known:
            return known[signs]
        spec = _contexts()[1].get_specials_spec(signs)
        return spec.simplify_repl if spec and isinstance(spec.simplify_repl, str) else signs

    def macro(self, node: Any) -> str:
        name, given = node.macroname, [part for part in (node.nodeargd.argnlist if node.nodeargd else ()) if part]
        if name in SIGNS:
            return f"\\{name}" if self.keep else name
        if name in ACCENTS:
            return accented(self.inner(given), name)
        if name in SHOWN_AS_IS:
            return self.inner(given)
        if name in SWITCHES:
            return ""
        if name in SPACES:
            return SPACES[name]
        if name in ("textsuperscript", "sp"):
            return script(self.inner(given), SUPER, "above")
        if name in ("textsubscript", "sb"):
            return script(self.inner(given), SUB, "below")
        symbols = _contexts()[1]
        spec = symbols.get_macro_spec(re.sub(r"^(?:up|text)(?=[A-Za-z]+$)", "", name) if name in GREEK else name)
        sign = spec.simplify_repl if spec and isinstance(spec.simplify_repl, str) else ""
        if not sign or sign.count("%") != sign.count("%s") or (sign.count("%s") not in (0, len(given))):
            raise Untold(f"the LaTeX command \\{name}")
        if "%" in sign:
            return sign % tuple(self.inner([part]) for part in given)
        return f"\\{name}{{}}" if self.keep and re.search(r"[\\{}%&$#_~^]", sign) else sign

    def inner(self, given: list[Any]) -> str:
        """The text of arguments, without the braces around them."""
        nodes = [part for node in given for part in (node.nodelist if isinstance(node, LatexGroupNode) else [node])]
        return "".join(self.parts(nodes))

    def math(self, node: Any, after: Any) -> str:
        source = node.latex_verbatim()
        typed = re.sub(r"\\[A-Za-z]+\s*(\{[^{}]*\})?", "", source)
        amount = re.match(r"\$\d", source) and isinstance(after, LatexCharsNode) and after.chars[:1].isdigit()
        if WORDS.search(typed) or amount:
            raise Untold(f"words between two dollar signs ({source[:40]!r}); a dollar is \\$")
        return source if self.keep else "".join(_Math(keep=False).scripted(node.nodelist))


class _Math(_Reader):
    """A formula as one line of text."""

    def scripted(self, nodes: list[Any]) -> Iterator[str]:
        letters = None  # of the script that the next sign or group stands in
        for node in nodes:
            units = list(node.chars) if isinstance(node, LatexCharsNode) else [node]
            for unit in units:
                if isinstance(unit, str) and unit in "^_":
                    letters = (SUPER, "above") if unit == "^" else (SUB, "below")
                    continue
                shown = unit if isinstance(unit, str) else self.plain(unit)
                yield script(shown, *letters) if letters else shown
                letters = None
        if letters:
            raise Untold("a formula that ends in ^ or _")

    def plain(self, node: Any) -> str:
        if isinstance(node, LatexGroupNode):
            return "".join(self.scripted(node.nodelist))
        return _Math(keep=False).part(node)

    def inner(self, given: list[Any]) -> str:
        nodes = [part for node in given for part in (node.nodelist if isinstance(node, LatexGroupNode) else [node])]
        return "".join(self.scripted(nodes))


def accented(letters: str, name: str) -> str:
    """The accent on the first letter, above those that it has."""
    match = re.match(r"(\w)([\u0300-\u036f]*)(.*)", unicodedata.normalize("NFD", letters), re.DOTALL)
    if not match:
        raise Untold(f"the accent \\{name} without a letter")
    letter = match[1] if name in UNDER else {"ı": "i", "ȷ": "j"}.get(match[1], match[1])
    return unicodedata.normalize("NFC", f"{letter}{match[2]}{ACCENTS[name]}{match[3]}")


def script(shown: str, letters: dict[str, str], where: str) -> str:
    if absent := next((sign for sign in shown if sign not in letters), None):
        raise Untold(f"{shown!r} {where} the line, and Unicode has no such {absent!r}")
    return "".join(letters[sign] for sign in shown)
