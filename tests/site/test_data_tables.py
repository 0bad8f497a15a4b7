import pandas as pd
from bs4 import BeautifulSoup

from seedsoil.site.data_tables import tidy_dataframe


def tidied(frame):
    return BeautifulSoup(tidy_dataframe(frame._repr_html_()), "html.parser")


def test_no_header_cell_is_empty_and_no_style_is_left():
    grouped = pd.DataFrame({"stage": ["T1", "T2"], "risk": [13.0, 41.0]}).set_index("stage")
    soup = tidied(grouped)
    assert all(cell.get_text(strip=True) for cell in soup("th"))
    assert not soup("style") and not soup.select("[border], [style]")
    assert [cell.get_text() for cell in soup("th")] == ["risk", "stage", "T1", "T2"]


def test_columns_of_numbers_are_marked_with_their_header():
    soup = tidied(
        pd.DataFrame({"study": ["Pan", "Braun"], "hr": [1.5, -2e-9], "n": ["1,016", "–"], "missing": [None, 3]})
    )
    numbers = {cell.get_text() for cell in soup.select("th.number")}
    assert numbers == {"hr", "n", "missing"}
    assert [cell.get_text() for cell in soup.select("td:not(.number)")] == ["", "Pan", "Braun"]


def test_columns_stay_in_place_below_spanning_row_labels():
    frame = pd.DataFrame({"er": [0, 0, 1, 1], "year": [1, 2, 1, 2], "word": list("abcd"), "rate": [9.0, 8.0, 7.0, 6.0]})
    soup = tidied(frame.set_index(["er", "year"]))
    assert {cell.get_text() for cell in soup.select("td.number") if cell.get_text()} == {"9.0", "8.0", "7.0", "6.0"}


def test_other_html_is_left_alone():
    assert (
        tidy_dataframe('<table border="1"><tr><th></th></tr></table>') == '<table border="1"><tr><th></th></tr></table>'
    )


def captioned(rows, columns=("a", "b", "c", "d")):
    html = pd.DataFrame({name: range(rows) for name in columns}).to_html(index=False)
    return BeautifulSoup(tidy_dataframe(html.replace("<thead>", "<caption>Mice</caption><thead>")), "html.parser")


def test_every_cell_has_its_heads_and_a_row_of_many_columns_names_them():
    soup = captioned(2)
    assert [cell["scope"] for cell in soup.select("thead th")] == ["col"] * 4
    assert [cell["scope"] for cell in soup.select("tbody th")] == ["row"] * 2
    assert [cell["data-label"] for cell in soup.select("tbody tr:first-child td")] == ["b", "c", "d"]
    assert "wide" in soup.table["class"]
    narrow = captioned(2, ("a", "b", "c"))
    assert "wide" not in narrow.table["class"] and not narrow.select("[data-label]")


def test_a_long_table_is_folded_behind_its_caption():
    assert captioned(11).details.summary.get_text() == "Mice (11 rows)"
    assert not captioned(10).details
