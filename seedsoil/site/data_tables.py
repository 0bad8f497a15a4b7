"""Tables that everybody can read: headers that say what they head, numbers in columns, rows as cards on a phone.

Tables that pandas prints and tables written in a page get the same: a header of each column and of each row, with its
scope; and where there are `WIDE` columns or more, the name of its column with every cell, so that `tables.css` can
show a row as a card where the window is narrow. A long table of pandas is folded behind its caption. Its HTML is
changed after it is printed because pandas offers no template.
"""

import re
from html import escape

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

WIDE = 4  # columns; fewer fit a phone
LONG = 10  # rows; a longer table is folded behind its caption
NUMBER = re.compile(r"[-+−]?[\d,]*\.?\d+(e[-+]?\d+)?( ?%)?|NaN|nan|–|—|", re.IGNORECASE)


# --- printed by pandas -------------------------------------------------------------------------------------------


def tidy_dataframe(html: str) -> str:
    """The same table with no empty header cell, scopes, numbers marked by the class "number" and no styles."""
    soup = BeautifulSoup(html, "html.parser")
    for style in soup("style"):
        style.decompose()
    for table in soup("table", class_="dataframe"):
        del table["border"]
        for row in table("tr"):
            del row["style"]
        for cell in table("th"):
            if not cell.get_text(strip=True):
                cell.name = "td"
        _mark_numbers(table)
        _head(table)
        _fold(soup, table)
    return str(soup)


def _mark_numbers(table):
    """Columns are counted from the right: row labels that span rows are missing on the left of the rows below."""
    body = [row("td") for row in table.select("tbody tr")]
    headers = [row(["th", "td"]) for row in table.select("thead tr")]
    for column in range(1, max(map(len, body), default=0) + 1):
        cells = [row[-column] for row in body if len(row) >= column]
        texts = [cell.get_text(strip=True) for cell in cells]
        if any(texts) and all(NUMBER.fullmatch(text) for text in texts):
            for cell in cells + [
                row[-column] for row in headers if len(row) >= column and not row[-column].get("colspan")
            ]:
                cell["class"] = [*cell.get("class", []), "number"]


def _head(table):
    headers = table.select("thead tr")
    for cell in table.select("thead th"):
        cell["scope"] = "colgroup" if cell.get("colspan") else "col"
    names = [cell.get_text(" ", strip=True) for cell in headers[-1](["th", "td"])] if headers else []
    if len(names) >= WIDE:
        table["class"] = [*table["class"], "wide"]
    for row in table.select("tbody tr"):
        cells = row(["th", "td"])
        if not row("th"):
            cells[0].name = "th"
        for cell, name in zip(reversed(cells), reversed(names), strict=False):
            if cell.name == "th":
                cell["scope"] = "rowgroup" if cell.get("rowspan") else "row"
            elif len(names) >= WIDE:
                cell["data-label"] = name


def _fold(soup, table):
    rows = len(table.select("tbody tr"))
    if rows > LONG and table.caption:
        fold, summary = soup.new_tag("details", attrs={"class": "long-table"}), soup.new_tag("summary")
        summary.string = f"{table.caption.get_text()} ({rows} rows)"
        table.caption["class"] = ["sr-only"]
        table.wrap(fold).insert(0, summary)


class TidyDataFrames(SphinxPostTransform):
    default_priority = 300  # after MyST-NB has chosen among the formats of an output
    formats = ("html",)

    def run(self, **kwargs):
        for node in self.document.findall(nodes.raw):
            if 'class="dataframe' in node.astext():
                node.children = [nodes.Text(tidy_dataframe(node.astext()))]


# --- written in a page -------------------------------------------------------------------------------------------


class HeadRows(SphinxPostTransform):
    """The first column of a table heads its rows."""

    default_priority = 300
    formats = ("html",)

    def run(self, **kwargs):
        for table in self.document.findall(nodes.table):
            columns = list(table.findall(nodes.colspec))
            columns[0]["stub"] = 1
            heads = [entry.astext() for head in table.findall(nodes.thead) for entry in head.findall(nodes.entry)]
            # `:class: wide` asks for cards where few columns hold long texts.
            is_wide = len(columns) >= WIDE or "wide" in table["classes"]
            if is_wide and len(heads) == len(columns):
                table["classes"] = sorted({*table["classes"], "wide"})
                for row in next(iter(table.findall(nodes.tbody))).findall(nodes.row):
                    for entry, head in zip(row.children[1:], heads[1:], strict=False):
                        entry["data-label"] = head


def visit_entry(translator, node) -> None:
    start = len(translator.body)
    HTML5Translator.visit_entry(translator, node)
    scope = "col" if isinstance(node.parent.parent, nodes.thead) else "row"
    label = f' data-label="{escape(node["data-label"])}"' if "data-label" in node else ""
    translator.body[start:] = [
        re.sub(r"^<(th|td)\b", rf'<\1 scope="{scope}"' if part.startswith("<th") else rf"<\1{label}", part)
        for part in translator.body[start:]
    ]


def setup(app):
    app.add_css_file("tables.css", priority=900)
    app.add_post_transform(TidyDataFrames)
    app.add_post_transform(HeadRows)
    app.add_node(nodes.entry, override=True, html=(visit_entry, HTML5Translator.depart_entry))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
