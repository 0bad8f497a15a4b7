"""{key-messages}: what a page says in a few sentences, each with its rows and a grade computed from them.

    ```{key-messages}
    - message: "Matrix holds cells asleep {cite:p}`ames2010marrow`."
      rows: [ames-tgfb2, boyd-tgfb2]
    - message: "In this cohort the hazards cross."
      computed: "{numref}`fig-hazards`"
    ```

A message has `rows`, ids of findings and effects that an {evidence-table} on the page shows, or else `computed`, what
on this page it was computed from; such a message has no grade. How grades are computed (`seedsoil.evidence.grading`) is said
below the list.
"""

from __future__ import annotations

import yaml
from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from seedsoil.evidence import grading
from seedsoil.evidence.library import Unknown
from seedsoil.site.evidence_table import row_link
from seedsoil.site.markup import element, html

EXAMPLE = "ames-tgfb2, boyd-tgfb2"
EXPECTED = 'expected a list of entries with message and rows, as - message: "Text." and below it rows: [id, id]'

logger = logging.getLogger(__name__)


class KeyMessages(SphinxDirective):
    has_content = True

    def run(self):
        try:
            entries = yaml.compose("\n".join(self.content), yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            self.warn(f"found broken YAML ({error.problem}), {EXPECTED}.", error.problem_mark.line)
            return []
        if not isinstance(entries, yaml.SequenceNode):
            self.warn(f"found no list, {EXPECTED}.", 0)
            return []
        items = [self.item(node) for node in entries.value]
        return [nodes.enumerated_list("", *filter(None, items), classes=["key-messages"]), rules()]

    def item(self, node: yaml.Node) -> nodes.list_item | None:
        line = node.start_mark.line
        entry = yaml.safe_load(yaml.serialize(node))
        if not (isinstance(entry, dict) and entry.keys() in ({"message", "rows"}, {"message", "computed"})):
            found = ", ".join(map(str, entry)) if isinstance(entry, dict) else repr(entry)
            self.warn(f"found an entry of {found}, expected message and either rows or computed.", line)
            return None
        rows = entry.get("rows", [])
        if not (isinstance(rows, list) and all(isinstance(name, str) for name in rows)):
            self.warn(f"found the rows {rows!r}, expected a list of ids, as [{EXAMPLE}].", line)
            return None
        message = nodes.paragraph("", "", *self.inline(entry["message"], line))
        carried = self.graded(rows, line) if "rows" in entry else self.computed(entry["computed"], line)
        return nodes.list_item("", message, carried)

    def graded(self, rows: list[str], line: int) -> nodes.paragraph:
        try:
            grade = self.env.get_domain("evidence").ask("grade", tuple(rows))
        except Unknown as unknown:
            self.warn(str(unknown), line)
            return nodes.paragraph()
        links = [part for name in rows for part in (nodes.Text(", "), row_link(name))][1:]
        for link in links[::2]:
            self.locate(link, line)
        reasons = f": {', '.join(grade.reasons)}. Rows: "
        return nodes.paragraph("", "", nodes.strong("", grade.word), nodes.Text(reasons), *links, classes=["grade"])

    def computed(self, source: str, line: int) -> nodes.paragraph:
        return nodes.paragraph("", "Computed on this page, not graded: ", *self.inline(source, line), classes=["grade"])

    def inline(self, text: str, line: int) -> list[nodes.Node]:
        return self.parse_inline(str(text), lineno=self.line(line) - 1)[0]  # MyST counts from the line before

    def warn(self, message: str, line: int) -> None:
        node = nodes.paragraph()
        self.locate(node, line)
        logger.warning(f"key-messages: {message}", location=node, type="evidence")

    def locate(self, node: nodes.Node, line: int) -> None:
        node.source, node.line = self.get_source_info()[0], self.line(line)

    def line(self, line: int) -> int:
        """The line on the page of line `line` of the block, both from 0 and from below the opening fence."""
        return self.lineno + self.content_offset + line + 1


def rules() -> element:
    """The rules of the grades, folded."""
    head = html("tr", html("th", "Grade", scope="col"), html("th", "Given for", scope="col"))
    body = [html("tr", html("th", word, scope="row"), html("td", rule)) for word, rule in grading.RULES]
    table = html("table", html("thead", head), html("tbody", *body), class_="table")
    text = (
        "A grade counts independent studies and says whether they agree. Rows that share a reference or patients are "
        "one study; retracted and unverified rows do not count. It does not judge how well a study was done."
    )
    return html(
        "details", html("summary", "How the grades are computed"), html("p", text), table, class_="grading-rules"
    )


def check_anchors(app, doctree) -> None:
    """A message that names a row which no table of the page shows would link to nowhere."""
    nodes_here = list(doctree.findall(element))
    anchors = {f"#{name}" for node in nodes_here for name in node["ids"]}
    for node in nodes_here:
        target = node["html"].get("href", "")
        if target.startswith("#row-") and target not in anchors:
            logger.warning(
                f"key-messages: found the row {target.removeprefix('#row-')!r}, expected one that a table of this page "
                "shows; add it to the {evidence-table}, as with its option ids.",
                location=node,
                type="evidence",
            )


def setup(app):
    app.setup_extension("seedsoil.site.evidence_table")
    app.add_directive("key-messages", KeyMessages)
    app.connect("doctree-read", check_anchors, priority=900)  # after the tables are in their places
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 1}
