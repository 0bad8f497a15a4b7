"""Tables that pandas prints, made readable: pandas leaves header cells empty and aligns text like numbers.

Done on the printed HTML because pandas offers no template for it; only tables of the class "dataframe" are touched.
"""

import re

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

NUMBER = re.compile(r"[-+−]?[\d,]*\.?\d+(e[-+]?\d+)?( ?%)?|NaN|nan|–|—|", re.IGNORECASE)


def tidy_dataframe(html: str) -> str:
    """The same table with no empty header cell, numbers marked by the class "number" and no styles of its own."""
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


class TidyDataFrames(SphinxPostTransform):
    default_priority = 300  # after MyST-NB has chosen among the formats of an output
    formats = ("html",)

    def run(self, **kwargs):
        for node in self.document.findall(nodes.raw):
            if 'class="dataframe' in node.astext():
                node.children = [nodes.Text(tidy_dataframe(node.astext()))]


def setup(app):
    app.add_post_transform(TidyDataFrames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
