"""Tables and numbers as a page shows them."""

import io
import re
from html import unescape
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from seedsoil.display import tables as display
from seedsoil.display import text
from seedsoil.display.download import csv_uri

FRAME = pd.DataFrame({"er": ["a<b", "c"], "rate": [1.23456, np.nan], "unused": [1, 2]})
COLUMNS = {"er": "Receptor", "rate": ("Rate", ".1f")}


def test_a_table_shows_chosen_columns_formatted_and_a_dash_for_what_is_missing():
    table = display.table(FRAME, "A caption", "name", COLUMNS)
    assert repr(table).splitlines() == ["A caption", "Receptor Rate", "     a<b  1.2", "       c    –"]


def test_a_table_is_inert_html_with_caption_and_headings():
    html = display.table(FRAME, "Is <b> inert?", "name", COLUMNS)._repr_html_()
    assert "<caption>Is &lt;b&gt; inert?</caption>" in html
    assert "a&lt;b" in html and "a<b" not in html
    assert html.count("<th>") == 2


def test_the_download_holds_the_numbers_unrounded():
    html = display.table(FRAME, "A caption", "name", COLUMNS)._repr_html_()
    assert 'download="name.csv"' in html
    csv = unquote(unescape(re.search(r'href="data:text/csv;charset=utf-8,([^"]+)', html)[1]))
    pd.testing.assert_frame_equal(pd.read_csv(io.StringIO(csv)), FRAME[["er", "rate"]])


def test_an_address_holds_a_table_whatever_is_in_it():
    csv = 'a,"b ""c"""\n100%25 # & <β>,"two\nlines\tand more"\n'
    address = csv_uri(csv)
    assert not re.search(r"[\x00-\x1f#]", address)
    assert unquote(address.partition(",")[2]) == csv


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.8, 1.27, "0.80–1.27"), (-1, 1, "-1.00 to 1.00"), (2, np.inf, "2.00 to inf")],
)
def test_intervals(low, high, shown):
    assert text.interval(low, high) == shown


def test_an_estimate_with_its_interval():
    row = {"estimate": 1.0, "ci_low": 0.8, "ci_high": 1.27}
    assert text.estimate(row) == "1.00 (95% CI 0.80–1.27)"
    assert text.estimate(row, ".1f", level="96%") == "1.0 (96% CI 0.8–1.3)"


def test_shares_and_p_values_as_text():
    assert text.percent({"share": 0.8333, "ci_low": 0.7213, "ci_high": 0.9138}) == "83% (95% CI 72–91%)"
    assert [text.p_value(p) for p in (0.0004, 0.0124)] == ["p < 0.001", "p = 0.012"]


def test_two_columns_under_one_heading_are_refused():
    with pytest.raises(ValueError, match="found the heading 'Rate' for two columns of name"):
        display.table(FRAME, "A caption", "name", {"rate": "Rate", "unused": "Rate"})
