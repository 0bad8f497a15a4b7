"""Code cells as a reader meets them: short ones that teach stand open, longer ones are folded behind their length.

A cell of at most `SHORT` lines, or with the tag `teaches`, stands open; all others, and those with the tags of
Jupyter Book (`hide-input`, `hide-cell`), are folded. Keywords, strings, comments and the names of functions have
colors; the rest has none, and so no element of its own: these were a third of all elements of a chapter.
"""

from __future__ import annotations

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from pygments.formatters import HtmlFormatter
from pygments.token import Comment, Generic, Keyword, Name, Operator, String
from sphinx.highlighting import PygmentsBridge

from seedsoil.notebooks.execution import PLAIN

SHORT = 8  # lines
COLORED = (Comment, Keyword, String, Name.Function, Name.Class, Name.Decorator, Generic, Operator.Word)
WHAT = {"all": "the cell", "output": "the output"}  # that a fold hides, where it is not the code


class Formatter(HtmlFormatter):
    def _get_css_classes(self, ttype):
        return next((super(Formatter, self)._get_css_classes(kind) for kind in COLORED if ttype in kind), "")


def fold(app, doctree) -> None:
    """Say of each cell whether it is folded, and what its fold is called."""
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") != "cell_code":
            continue
        sources = [child for child in cell.children if child.get("nb_element") == "cell_code_source"]
        if PLAIN in cell["cell_metadata"].get("tags", []):
            for block in cell.findall(nodes.literal_block):
                block["language"] = "none"
        lines = sum(source.astext().count("\n") + 1 for source in sources)
        if lines > SHORT and "teaches" not in cell["cell_metadata"].get("tags", []):
            cell.attributes.setdefault("hide_mode", "input")
        if cell.get("hide_mode"):
            length = f" ({lines} lines)" if lines > 1 else ""
            cell["prompt_show"] = cell["prompt_hide"] = f"Show {WHAT.get(cell['hide_mode'], 'the code')}{length}"


def visit_fold(translator, node: HideCodeCellNode) -> None:
    """One name, in text; MyST-NB's two are paragraphs in a summary, hidden from screen readers by a label."""
    translator.body.append(f'<details class="hide {" ".join(node["classes"])}">')
    translator.body.append(f"<summary>{translator.encode(node['prompt_show'])}</summary>\n")


def depart_fold(translator, node: HideCodeCellNode) -> None:
    translator.body.append("</details>\n")


def setup(app):
    PygmentsBridge.html_formatter = Formatter
    app.add_node(HideCodeCellNode, override=True, html=(visit_fold, depart_fold))
    app.connect("doctree-read", fold)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
