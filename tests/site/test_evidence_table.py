"""Tables of evidence and key messages, as they stand in the HTML, and what is wrong with their sources."""

import csv
import re

import pytest
from bs4 import BeautifulSoup

from seedsoil.evidence.judging import RULES
from seedsoil.site.whole_tables import MOST, pages
from tests.site.evidence_book import HOSTILE, change, page, write_evidence_book
from tests.site.test_book import article, build, listed

MESSAGES = """```{key-messages}
- message: "Marrow holds: *asleep* {cite:p}`boyd2011marrow`."
  clauses:
    - says: TGF-β2 holds cells
      about: {factor: TGFB2, organ: bone}
      claim: restrains
      rows: [ames-tgfb2, boyd-tgfb2]
- message: Early niches, {effect}`braun-death`.
  clauses:
    - says: VEGFR1 readies the lung
      about: {factor: VEGFR1, organ: lung}
      claim: promotes
      rows: [kaplan-vegfr1]
      dismissed: {dawson-vegfr1: another time of the antibody}
    - says: LOX readies the lung
      about: {factor: LOX, organ: lung}
      claim: promotes
      rows: [erler-lox, doyle-guess]
- message: The hazards cross.
  clauses:
    - says: they cross
      computed: "see {numref}`tab-hazards`"
```

```{list-table} Hazards.
:name: tab-hazards

* - A
  - B
```
"""

PAGES = {
    "cited": "{cite:p}`dawson2009vegfr` and {effect}`halo301-os`\n\n```{evidence-table}\n```",
    "niche": "```{evidence-table}\n:process: niche\n```",
    "union": "```{evidence-table}\n:process: ecm\n:ids: kaplan-vegfr1 braun-death\n:refs: boyd2011marrow\n```",
    "twice": "```{evidence-table}\n:ids: braun-death\n```\n\n```{evidence-table}\n:ids: braun-death, braun-early\n```",
    "messages": f"{MESSAGES}\n```{{evidence-table}}\n:process: niche\n:ids: ames-tgfb2, boyd-tgfb2, doyle-guess\n```",
    "every": "```{evidence-table}\n:every:\n```",
    "all": "```{references}\n:all:\n```",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = tmp_path_factory.mktemp("book")
    write_evidence_book(root, PAGES)
    change(root, "findings", "boyd-tgfb2", "finding", HOSTILE)
    change(root, "findings", "boyd-tgfb2", "note", "=HYPERLINK(1)")
    change(root, "effects", "braun-death", "note", "-1+cmd|' /C calc'!A0")
    change(root, "effects", "braun-death", "study", "-0.5")
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root


def soup(book, name):
    """A page with its tables in their places; they stand on pages of their own."""
    page = BeautifulSoup(article(book, name), "html.parser")
    for box in page.select("[data-table]"):
        whole = BeautifulSoup((book / "_build/html" / box["data-table"]).read_text("utf8"), "html.parser")
        box.noscript.replace_with(whole.select_one(".evidence table"))
    return page


def rows(book, name):
    return [row["id"].removeprefix("row-") for row in soup(book, name).select(".evidence tbody tr[id]")]


def test_a_table_shows_the_rows_of_the_references_that_the_page_cites(book):
    assert rows(book, "cited") == ["dawson-vegfr1", "ames-tgfb2", "halo301-os"]


def test_options_choose_rows_that_fit_any_of_them(book):
    assert rows(book, "niche") == ["kaplan-vegfr1", "dawson-vegfr1", "erler-lox"]
    assert rows(book, "union") == ["kaplan-vegfr1", "boyd-tgfb2", "halo301-os", "braun-death", "erler-ratio"]


def test_the_references_of_the_rows_are_listed_and_linked(book):
    assert listed(article(book, "niche")) == ["dawson2009vegfr", "erler2006lysyl", "kaplan2005vegfr"]
    for row in soup(book, "niche").select("tbody tr"):
        assert row("td")[-1].find("a")["href"].startswith("niche.html#ref-")


def test_tables_say_what_they_are_and_stand_elsewhere(book):
    box = soup(book, "niche").select_one("details.evidence")
    assert box.summary.get_text() == "Findings on niche: 2 rows, and 1 retracted" and not box.has_attr("open")
    assert box.caption.get_text() == "Findings on niche"
    assert "<tbody" not in article(book, "niche"), "every row would make the page heavier"
    assert all(cell["scope"] == "col" for cell in box.select("thead th"))
    assert all(row.find("th")["scope"] == "row" for row in box.select("tbody tr"))
    assert len({len(row(["th", "td"])) for row in box("tr")}) == 1
    assert "pst-js-only" in box.form["class"], "without scripts a field would do nothing"
    assert all(button.has_attr("disabled") for button in box.select("thead button"))


def test_facets_offer_the_values_in_which_rows_differ_with_their_counts(book):
    form = soup(book, "niche").select_one(".evidence form")
    offered = {select["name"]: [option.get_text() for option in select("option")][1:] for select in form("select")}
    assert offered == {
        "findings-stage": ["arrival (1)", "outgrowth (1)", "pre-metastatic (1)"],
        "findings-direction": ["no effect (1)", "promotes (2)"],
        "findings-standing": ["contested (2)", "retracted (1)"],
    }
    values = {value for select in form("select") for value in (option["value"] for option in select("option"))} - {""}
    for row in soup(book, "niche").select("tbody tr"):
        assert set(row["data-stage"].split("|")) <= values and set(row["data-direction"].split("|")) <= values


def test_every_row_of_the_book_stands_on_one_page_and_leads_to_the_list_of_the_book(book):
    full = {item["id"] for item in BeautifulSoup((book / "_build/html/all.html").read_text(), "html.parser")(id=True)}
    page = soup(book, "every")
    for table in ("findings", "effects"):
        found = page.find(id=f"evidence-{table}").select("tbody tr")
        ids = [row["id"] for row in csv.DictReader((book / f"data/{table}.csv").open())]
        assert [row["id"].removeprefix("row-") for row in found] == ids
        for row in found:
            address, _, target = row("td")[-1].a["href"].partition("#")
            assert address == "all.html" and target in full
    assert not page.select("ul.references")


def test_retracted_rows_are_struck_marked_and_not_counted(book):
    box = soup(book, "niche").select_one(".evidence")
    assert box.select_one(".count").get_text() == "2 rows, and 1 retracted"
    row = box.find(id="row-erler-lox")
    assert row["class"] == ["retracted"] and "✕ Retracted" in row.th.get_text()
    assert row.th.find("s") and row.td.find("s") and row("td")[-1].find("s")
    assert not box.find(id="row-kaplan-vegfr1").find("s")


def test_contested_rows_link_to_each_other_by_sign_and_word(book):
    names = {"kaplan-vegfr1": "Kaplan 2005", "dawson-vegfr1": "Dawson 2009"}
    for one, other in (("kaplan-vegfr1", "dawson-vegfr1"), ("dawson-vegfr1", "kaplan-vegfr1")):
        mark = soup(book, "niche").find(id=f"row-{one}").select_one(".mark")
        assert mark.get_text() == f"≠ Contested by {names[other]}"
        assert mark.a["href"] == f"#row-{other}"


def test_a_contesting_row_that_is_not_shown_is_named(book):
    mark = soup(book, "cited").find(id="row-dawson-vegfr1").select_one(".mark")
    assert mark.get_text() == "≠ Contested by Kaplan 2005" and not mark.a


def test_other_relations_and_unverified_rows_are_told(book):
    text = soup(book, "messages").find(id="row-boyd-tgfb2").th.get_text()
    assert "Replicates Ames 2010" in text and "≠" not in text
    assert "? Unverified" in soup(book, "messages").find(id="row-doyle-guess").th.get_text()


def test_terms_have_the_labels_of_their_column_and_effects_their_intervals(book):
    kaplan = soup(book, "niche").find(id="row-kaplan-vegfr1")
    assert "hematopoietic progenitor: VEGFR1" in kaplan.get_text()
    assert kaplan["data-organ"] == "lung", "the label of the cancer stands for the organ"
    effect, study, paper = soup(book, "union").find(id="row-halo301-os")("td")
    assert effect.get_text() == "HR 1.00 (95% CI 0.80–1.27)" and effect["data-sort"] == "1.00"
    assert study.get_text().startswith("HALO 301") and "492 patients" in study.get_text()
    assert paper.get_text().endswith("read: table; the row")


def test_markup_in_a_cell_is_text(book):
    cell = soup(book, "messages").find(id="row-boyd-tgfb2").th
    assert cell.span.get_text() == HOSTILE
    assert not cell.find(["script", "img"])


def test_each_anchor_stands_once(book):
    assert rows(book, "twice") == ["braun-death", "braun-early"]
    assert len(soup(book, "twice").select("tbody tr")) == 3


def download(book, name, number=0):
    link = soup(book, name).select(".evidence .download-csv")[number]
    with (book / "_build/html" / link["href"]).open(encoding="utf8", newline="") as file:
        return link["download"], list(csv.DictReader(file))


def test_the_download_holds_the_rows_as_they_stand_in_the_file(book):
    name, found = download(book, "niche")
    assert name == "niche-findings.csv"
    stored = list(csv.DictReader((book / "data/findings.csv").open()))[:3]
    computed = ("direction", "retracted")
    assert [{key: cell for key, cell in row.items() if key not in computed} for row in found] == stored
    assert [row["direction"] for row in found] == ["promotes", "no effect", "promotes"]
    assert [row["retracted"] for row in found] == ["no", "no", "yes"]


def test_formulas_are_inert_in_the_download(book):
    assert {row["note"] for row in download(book, "messages")[1] if "HYPER" in row["note"]} == {"'=HYPERLINK(1)"}
    (row,) = download(book, "twice")[1]
    assert row["note"] == "'-1+cmd|' /C calc'!A0"
    assert row["study"] == "-0.5"


# --- key messages ------------------------------------------------------------------------------------------------


def test_messages_carry_grades_and_links(book):
    items = soup(book, "messages").select("ol.key-messages > li")
    assert [item.summary.get_text() for item in items] == [
        "Moderate: one clause",
        "None: the lowest of 2 clauses",
        "Computed on this page, not graded",
    ]
    assert [clause.get_text() for item in items for clause in item.details("li")] == [
        "TGF-β2 holds cells: Moderate (2 independent voices, animals only): Ames 2010, Boyd 2011. This grade falls without "
        "Ames 2010 or without Boyd 2011; a third group and human data would lift it.",
        "VEGFR1 readies the lung: Weak (1 independent voice, animals only): Kaplan 2005. This grade falls without "
        "Kaplan 2005; a second group would lift it.",
        "LOX readies the lung: None (0 independent voices, 1 row not counted: its reference is retracted or a review, "
        "1 row not counted: unverified): Erler 2006, Doyle 2013.",
        "they cross: computed on this page, see Table 1.",
    ]
    assert items[0]("p")[0].get_text() == "Marrow holds: asleep (Boyd, 2011)."
    assert items[1]("p")[0].get_text() == "Early niches, RR 2.15 (no interval published) (Cole, 2012)."
    targets = [link["href"] for link in items[0].details("a")]
    assert targets == ["messages-findings.html#row-ames-tgfb2", "messages-findings.html#row-boyd-tgfb2"]
    assert all(soup(book, "messages").find(id=target.partition("#")[2]) for target in targets)


def test_a_long_table_goes_on_over_several_pages():
    assert pages("a", 1) == pages("a", MOST) == ["a"]
    assert pages("a", MOST + 1) == pages("a", 2 * MOST) == ["a", "a-page-2"]


def test_two_tables_of_a_kind_have_a_page_each(book):
    pages = [box["data-table"] for box in soup(book, "twice").select("details.evidence")]
    assert pages == ["twice-effects.html", "twice-effects-2.html"]


def test_the_rules_stand_below_the_messages(book):
    rules = soup(book, "messages").find("details", class_="grading-rules")
    assert [row.th.get_text() for row in rules.select("tbody tr")] == [word for word, _ in RULES]


def test_one_changed_row_changes_the_grade(book):
    path = book / "data/findings.csv"
    before = path.read_text()
    change(book, "findings", "boyd-tgfb2", "read_at", "unverified")
    assert build(book).returncode == 0
    first = soup(book, "messages").select_one("ol.key-messages .grade")
    assert first.summary.get_text() == "Weak: one clause"
    assert "Weak (1 independent voice, animals only, 1 row not counted: unverified)" in first.get_text()
    path.write_text(before)
    assert build(book).returncode == 0


# --- faults ------------------------------------------------------------------------------------------------------

TABLE = "```{evidence-table}\n:ids: ames-tgfb2\n```"
MESSAGE = """```{{key-messages}}
- message: a
  clauses:
    - says: b
      about: {{factor: {}}}
      rows: {}
      claim: {}
```"""
FAULTS = {
    "```{evidence-table}\n:ids: ames-tgfb\n```": (0, r"found no row 'ames-tgfb', .*; did you mean ames-tgfb2\?"),
    "```{evidence-table}\n:process: growht\n```": (0, r"found no finding and no effect for the process 'growht'"),
    "```{evidence-table}\n:refs: nobody1900\n```": (0, r"found no finding and no effect"),
    "```{evidence-table}\n```": (0, r"found no finding and no effect for the references that this page cites"),
    "```{key-messages}\n- message: a: b\n```": (1, r"key-messages: found broken YAML"),
    "```{key-messages}\nmessage: a\n```": (1, r"key-messages: found no list"),
    "```{key-messages}\n- message: a\n```": (
        1,
        r"key-messages: found an entry of message, expected a list of entries",
    ),
    MESSAGE.format("TGFB2", "x", "restrains"): (3, r"key-messages: found the rows 'x', expected a list of ids"),
    MESSAGE.format("TGFB2", "[boyd-tgfb]", "restrains"): (
        3,
        r"key-messages: found no row 'boyd-tgfb', .*; did you mean boyd-tgfb2\?",
    ),
    MESSAGE.format("TGFB2", "[boyd-tgfb2]", "restrains"): (
        3,
        r"key-messages: found the row 'ames-tgfb2' on the subject of the clause 'b', expected it among its rows",
    ),
    MESSAGE.format("LOX", "[boyd-tgfb2, erler-lox]", "promotes"): (
        3,
        r"key-messages: found the row 'boyd-tgfb2' \(factor TGFB2, not LOX\), expected rows on the subject of the clause",
    ),
    MESSAGE.format("TGFB2", "[ames-tgfb2, boyd-tgfb2]", "restrains") + f"\n\n{TABLE}": (
        3,
        r"key-messages: found the row 'boyd-tgfb2', expected one that a table of this page shows",
    ),
    "```{key-messages}\n- message: 'an {effect}`halo302-os`'\n  clauses: [{says: a, computed: b}]\n```": (
        1,
        r"found no row 'halo302-os'",
    ),
}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    root = tmp_path_factory.mktemp("faulty")
    write_evidence_book(root, {f"p{number}": text for number, text in enumerate(FAULTS)})
    result = build(root)
    assert result.returncode != 0
    return result.stderr


@pytest.mark.parametrize("number, source", list(enumerate(FAULTS)))
def test_faults_are_told_at_their_line(faulty, number, source):
    below, message = FAULTS[source]
    line = page(source).splitlines().index(source.splitlines()[0]) + 1 + below
    assert re.search(rf"/p{number}\.md:{line}: WARNING: {message}", faulty), faulty
