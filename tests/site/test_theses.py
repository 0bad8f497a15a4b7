"""The theses on their page: the verdict of each test is what its rows say, and moves when they are flipped."""

import json

import pytest
from bs4 import BeautifulSoup

from tests.site.evidence_book import write_evidence_book
from tests.site.test_book import build

THESES = (
    "id,name,claim,ref,if_holds,if_fails,if_contested,if_undecided\n"
    "time,In time,It turns <b>.,cole2012women,It turned.,It did not.,Both.,Open yet.\n"
)
TESTS = (
    "id,thesis,statement,measure,kind,page,result,chance,of,subject,holds,fails,figure,written,looked,note\n"
    "odds,time,Late promotes.,Odds,late over early,rest,,,,,above 1,below 1,,2026-11-22,after,Few rows.\n"
    "share,time,Most do.,Share,result,rest,part,,whole,,above 50%,below 50%,,2026-11-22,before,\n"
)
FINDING = (
    "{id},{id}work,Group {id},niche,hpc,VEGFR1,lung,{stage},antibody,{outcome},metastasis,mouse,genetic,no,Found,"
    "abstract,,,,{added},1,hand\n"
)
ENTRY = "@article{{{key},\n author = {{A, A.}},\n title = {{Of {key}}},\n journal = {{J}},\n year = {{2020}},\n pmid = {{{pmid}}},\n}}\n"
CHANGELOG = "# Changelog\n\n## 0.2.0 (2026-11-25)\n\n- More.\n\n## 0.1.0 (2026-11-22)\n\n- It stands.\n"
BOUND = "````\n```{{code-cell}} ipython3\nbind(part='{}', whole='40')\n```\n````"  # shown, and not run
RESULTS = (
    "- cell: 0\n  code: bind\n  outputs:\n"
    "  - data: {{application/papermill.record/text/plain: '''{}'''}}\n"
    "  - data: {{application/papermill.record/text/plain: '''40'''}}\n"
)


def write(root, late: str, part: int) -> None:
    """A book in which nearly every group finds late what `late` says, and early the reverse."""
    early = "less" if late == "more" else "more"
    (root / "chapters").mkdir(exist_ok=True)
    pages = {
        "chapters/rest": "Nothing.",
        "chapters/theses": "```{theses} course\n```\n\n```{theses} rules\n```\n\n```{theses}\n```",
    }
    write_evidence_book(root, pages)
    package = root / "data/datapackage.json"
    resources = json.loads(package.read_text())["resources"]
    resources += [
        {"name": name, "path": f"{name}.csv", "schema": {"primaryKey": ["id"]}} for name in ("theses", "thesis_tests")
    ]
    package.write_text(json.dumps({"resources": resources}))
    (root / "data/theses.csv").write_text(THESES)
    (root / "data/thesis_tests.csv").write_text(TESTS)
    head, *_ = (root / "data/findings.csv").read_text().splitlines()
    rows = [
        FINDING.format(id=f"{stage}{number}", stage=stage, outcome=outcome, added=added)
        for stage, outcome, added in (("arrival", early, "2026-11-22"), ("outgrowth", late, "2026-11-24"))
        for number in range(12)
    ]
    turned = [
        FINDING.format(id=f"{stage}x", stage=stage, outcome=outcome, added="2026-11-24")
        for stage, outcome in (("arrival", "less" if early == "more" else "more"), ("outgrowth", early))
    ]
    (root / "data/findings.csv").write_text(f"{head},found_by\n{''.join(rows + turned)}")
    works = [row.split(",")[1] for row in rows + turned]
    with (root / "data/references.bib").open("a") as file:
        file.writelines(ENTRY.format(key=key, pmid=900 + number) for number, key in enumerate(works))
    with (root / "data/references_read.csv").open("a") as file:
        file.writelines(f"{key},abstract,PubMed,2026-11-21,,,\n" for key in works)
    (root / "CHANGELOG.md").write_text(CHANGELOG)
    (root / "tests/results").mkdir(parents=True, exist_ok=True)
    (root / "tests/results/rest.yml").write_text(RESULTS.format(part))
    with (root / "chapters/rest.md").open("a") as page:
        page.write("\n" + BOUND.format(part))


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("book")


def built(root, late: str, part: int) -> BeautifulSoup:
    write(root, late, part)
    result = build(root)
    assert result.returncode == 0, result.stderr
    return BeautifulSoup((root / "_build/html/chapters/theses.html").read_text("utf8"), "html.parser")


@pytest.mark.parametrize(
    ("late", "part", "of_tests", "verdict", "says"),
    [
        ("less", 30, ["Holds", "Holds"], "Holds", "It turned."),
        ("more", 10, ["Fails", "Fails"], "Fails", "It did not."),
        ("less", 10, ["Holds", "Fails"], "Contested", "Both."),
        ("same", 20, ["Undecided", "Undecided"], "Undecided", "Open yet."),
    ],
)
def test_a_flipped_row_moves_the_verdict(root, late, part, of_tests, verdict, says):
    page = built(root, late, part)
    section = page.find(id="time")
    told = section.select_one(".verdict")
    assert told.strong.get_text().split()[-1] == verdict and says in told.get_text()
    assert [test.strong.get_text().split()[-1] for test in section.select(".thesis-tests > li")] == of_tests
    assert "<b>" in section.blockquote.get_text() and not section.blockquote.b
    course = page.select_one("table.course tbody tr")
    assert course("td")[-1].get_text().split()[-1] == verdict
    # On the day of the first version nothing was found late.
    assert course("td")[0].get_text().split()[-1] == "Undecided"
    assert "0.1.0 and 0.2.0" in page.select_one("table.course caption").get_text()
    rows, drawings = section.select(".thesis-rows a"), section.select("svg.thesis-interval line.interval")
    if late == "same":  # nobody restrains late, and the odds are not finite
        assert not rows and len(drawings) == 1
    else:
        assert rows[0]["href"].startswith("../evidence/") and len(drawings) == 2
