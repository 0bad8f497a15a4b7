"""The open questions on their page and in their chapter: what each says, and the choice that needs no script."""

import json

import pytest
from bs4 import BeautifulSoup

from tests.site.evidence_book import write_evidence_book
from tests.site.test_book import build

HEAD = "id,chapter,question,claim,why,rows_for,rows_against,study,supports,refutes,processes,organs,status,opened,closed_by"
ROWS = (
    "tgfb2,sleep,Does it hold?,TGF-β2 holds cells.,A drug could.,ames-tgfb2; erler-lox,halo301-os,A trial.,Fewer.,As many.,"
    "dormancy,bone; lung,open,2026-11-22,",
    "vegfr1,sleep,Was it so?,VEGFR1 was it.,It began it.,,,A repeat.,Fewer lungs.,As many lungs.,niche,,closed,2026-11-23,"
    "dawson-vegfr1",
    "<b>,wake,Else <b>?,Other.,So.,,,Any.,This.,That.,immune,lung,open,2026-11-23,",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root = tmp_path_factory.mktemp("book")
    (root / "chapters").mkdir()
    own = "```{questions}\n```"
    pages = {"chapters/sleep": own, "chapters/wake": own, "chapters/rest": own}
    write_evidence_book(root, pages | {"chapters/questions": "```{questions}\n:every:\n```"})
    package = root / "data/datapackage.json"
    resources = json.loads(package.read_text())["resources"]
    resources.append({"name": "questions", "path": "questions.csv", "schema": {"primaryKey": ["id"]}})
    package.write_text(json.dumps({"resources": resources}))
    (root / "data/questions.csv").write_text("\n".join([HEAD, *ROWS, ""]))
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root / "_build/html/chapters"


def soup(site, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{name}.html").read_text("utf8"), "html.parser")


def test_a_chapter_asks_its_open_questions_and_leads_to_their_rows(site):
    (item,) = soup(site, "sleep").select("details.question")
    assert item.summary.text == "Does it hold?"
    assert item.p.text == "A trial. Fewer. As many. The evidence on either side."
    assert item.a["href"] == "questions.html#question-tgfb2"
    assert "Every question that this chapter asked is closed." in soup(site, "rest").text


def test_the_page_of_all_names_the_rows_on_each_side(site):
    page = soup(site, "questions")
    first, closed, hostile = page.select("details.question")
    assert first.summary.text == "Does it hold? dormancy, bone marrow, lung"
    parts = dict(zip([dt.text for dt in first("dt")], first("dd"), strict=True))
    assert list(parts) == [
        "Why it matters", "For it", "Against it",
        "What would decide it", "What would support it", "What would refute it",
    ]  # fmt: skip
    assert parts["For it"].a["href"].endswith("evidence/ames-tgfb2.html")
    assert "[retracted]" in parts["For it"].text and parts["For it"].s.text == ": LOX readies the lung"
    assert closed.find("dt", string="Closed by") and "Closed. Asked since 23 November 2026" in closed.text
    assert "<b>" in hostile.summary.text and not hostile.summary.b


def visible(tab) -> list[str]:
    return tab.eval_on_selector_all(
        "details.question", "all => all.filter(one => one.checkVisibility()).map(one => one.id.slice(9))"
    )


def test_what_is_chosen_is_left_without_scripts(site, browser):
    context = browser.new_context()
    tab = context.new_page()
    tab.goto((site / "questions.html").as_uri())
    tab.evaluate("document.querySelectorAll('script').forEach(one => one.remove())")
    every = visible(tab)
    assert len(every) == 3
    tab.select_option("select[name=organ]", "organ-lung")
    assert visible(tab) == [every[0], every[2]]
    tab.select_option("select[name=process]", "process-immune")
    assert visible(tab) == [every[2]]
    tab.click("button[type=reset]")
    assert visible(tab) == every
    tab.select_option("select[name=organ]", "organ-none-in-particular")
    assert visible(tab) == [every[1]]
    context.close()
