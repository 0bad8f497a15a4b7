"""Formulas as MathML, written when the book is built: no script, no font, and screen readers can walk through them.

Sphinx prefers it to MathJax as soon as it is registered (`html_math_renderer` stays unset).
"""

import re
from html import escape

from docutils.nodes import SkipNode
from latex2mathml.converter import convert
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)

# LaTeX that latex2mathml lacks, numbers by itself (Sphinx numbers equations) or spells letter by letter.
REWRITTEN = {
    re.compile(r"(\\(?:begin|end)){aligned}"): r"\1{split}",
    re.compile(r"(\\(?:begin|end)){align}"): r"\1{align*}",
    re.compile(r"\\mathrm{([^{}\\]+)}"): r"\\text{\1}",
}

# Traces in the MathML of something that latex2mathml does not know, and how to say so.
LEFTOVERS = {
    re.compile(r"<mi>(\\[A-Za-z]*|&)</mi>"): "{} is not known to latex2mathml",
    re.compile(r'<mspace linebreak="newline" ?/>'): r"a line break \\ needs \begin{{aligned}} around it",
}

# MathML that is read or set wrongly: "~" for the relation, and functions without a space before what they apply to.
MENDED = {
    re.compile("<mi>&#x0007E;</mi>"): "<mo>&#x0223C;</mo>",
    re.compile(r"(<mi>[a-z]{2,}</mi>)(?=<m(?:[inr]|su|fr|te|st|ov))"): r'\1<mo>&#x2061;</mo><mspace width="0.17em"/>',
    re.compile(r'<math xmlns=""'): "<math",
}


def to_mathml(latex: str, display: str) -> str:
    """MathML of a formula in LaTeX; `display` is "inline" or "block".

    Raises ValueError if the formula cannot be read, or uses a command that is not known.
    """
    source = re.sub(r"\\[{}\\]", "", latex)
    if source.count("{") != source.count("}"):
        raise ValueError(f"found {source.count('{')} opening and {source.count('}')} closing braces")
    try:
        math = convert(_replace(REWRITTEN, latex), xmlns="", display=display)
    except Exception as error:  # malformed input ends in its own errors or in StopIteration, IndexError …
        raise ValueError(f"latex2mathml cannot read it ({type(error).__name__})") from error
    for leftover, message in LEFTOVERS.items():
        if found := leftover.search(math):
            raise ValueError(message.format(*found.groups()))
    return _replace(MENDED, math).replace("<math", f'<math alttext="{escape(latex.strip())}"', 1)


def _replace(replacements, text):
    for pattern, replacement in replacements.items():
        text = pattern.sub(replacement, text)
    return text


def _append_math(translator, node, display):
    try:
        translator.body.append(to_mathml(node.astext(), display))
    except ValueError as error:
        logger.warning("formula %s: %s", node.astext(), error, location=node)


def visit_inline(translator, node):
    translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate"))
    _append_math(translator, node, "inline")
    translator.body.append("</span>")
    raise SkipNode


def visit_block(translator, node):
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate"))
    _append_math(translator, node, "block")
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
