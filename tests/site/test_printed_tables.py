"""Tables that code prints have a number among those of their page, and can be pointed to."""

import pytest
from bs4 import BeautifulSoup

from seedsoil.display.tables import table
from seedsoil.site import data_tables
from tests.site.test_book import WORDS, build, write_book


def printed(rows: int, name: str) -> str:
    import pandas as pd

    frame = pd.DataFrame({"law": [f"law {row}" for row in range(rows)], "error": range(rows)})
    html = table(frame, "Errors & laws", name, {"law": "Law", "error": "Error"})._repr_html_()
    return f"```{{raw}} html\n{html}\n```"


PAGE = f"""# Page

{WORDS}

```{{list-table}} Written
:name: tab-written
:header-rows: 1

* - Law
  - Error
* - one
  - two
```

{printed(3, "short-laws")}

{printed(data_tables.LONG + 1, "long-laws")}

Look at {{numref}}`tab-long-laws`.
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> BeautifulSoup:
    root = tmp_path_factory.mktemp("book")
    write_book(root, {"one": PAGE})
    result = build(root)
    assert result.returncode == 0, result.stderr
    return BeautifulSoup((root / "_build/html/one.html").read_text("utf8"), "html.parser")


def test_written_and_printed_tables_are_counted_together(page):
    numbers = [found.text.strip() for found in page.select("article .caption-number")]
    assert numbers == ["Table 1", "Table 2", "Table 3"]


def test_a_folded_table_has_its_number_where_it_is_seen(page):
    summary = page.select_one("#tab-long-laws summary")
    assert summary.text.endswith(f"Errors & laws ({data_tables.LONG + 1} rows)")
    assert summary.text.startswith("Table")
    caption = page.select_one("#tab-short-laws caption")
    assert caption.text.startswith("Table") and caption.text.endswith("Errors & laws")


def test_a_sentence_points_to_a_printed_table(page):
    link = page.find("a", href="#tab-long-laws")
    assert link.text.strip() == page.select_one("#tab-long-laws .caption-number").text.strip()
