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

# Environments that latex2mathml lacks, or numbers by itself although Sphinx numbers equations.
ENVIRONMENTS = {"aligned": "split", "align": "align*"}

# What is left in the output of something that latex2mathml does not know, and how to say so.
LEFTOVERS = {
    re.compile(r"<mi>(\\[A-Za-z]*|&)</mi>"): "{} is not known to latex2mathml",
    re.compile(r'<mspace linebreak="newline" ?/>'): r"a line break \\ needs \begin{{aligned}} around it",
}


def to_mathml(latex: str, display: str) -> str:
    """MathML of a formula in LaTeX; `display` is "inline" or "block".

    Raises ValueError if the formula cannot be read, or uses a command that is not known.
    """
    source = re.sub(
        r"(\\(?:begin|end))\{(\w+)\}",
        lambda found: f"{found[1]}{{{ENVIRONMENTS.get(found[2], found[2])}}}",
        latex,
    )
    try:
        math = convert(source, xmlns="", display=display)
    except Exception as error:  # malformed input ends in its own errors or in StopIteration, IndexError …
        raise ValueError(f"cannot be read ({type(error).__name__}): is a brace or a \\right missing?") from error
    for leftover, message in LEFTOVERS.items():
        if found := leftover.search(math):
            raise ValueError(message.format(*found.groups()))
    # `\sim` comes as the identifier "~"; it is the relation that should be set and read aloud.
    math = math.replace("<mi>&#x0007E;</mi>", "<mo>&#x0223C;</mo>")
    return math.replace("<math ", f'<math alttext="{escape(latex.strip())}" ', 1).replace(' xmlns=""', "", 1)


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
