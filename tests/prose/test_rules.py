"""The check of the pages: each fault is seeded and named by line and column, and what is right is left alone."""

import json

import pytest
import yaml

from seedsoil.files import ROOT
from seedsoil.prose import exceptions, pages
from seedsoil.prose import rules as prose
from seedsoil.prose.contents import missing

HEAD = "---\ntitle: Title\n---\n\n# Title\n\n"  # the next line is the seventh
CELL = "```{{code-cell}} ipython3\n{}\n```\n"
BIND = CELL.format("ss.bind(known='1')")
LIST = "\n```{references}\n```\n"


ROWS = """id,ref,process,group,read_at,source,factor,organ,stage,perturbation,outcome,outcome_of,human_data
ames-tgfb2,ames2010marrow,dormancy,Ames A,abstract,-,TGFB2,bone,dormancy,none,more,dormancy,no
boyd-tgfb2,ames2010marrow,dormancy,Boyd B,abstract,-,TGFB2,lung,dormancy,none,more,dormancy,no
"""
MESSAGE = """```{{key-messages}}
- message: Text.
  clauses:
    - says: TGF-β2 holds
      about: {{factor: TGFB2, organ: bone}}
      claim: restrains
      rows: [{}]
```"""


@pytest.fixture
def book(tmp_path):
    """A book of one page; the function writes the page and returns its problems as (line, column, found, mend)."""
    (tmp_path / "data").mkdir()
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    names = {"findings": ["id"], "effects": ["id"], "hazards": ["er", "start"]}
    resources = [{"name": name, "path": f"{name}.csv", "schema": {"primaryKey": key}} for name, key in names.items()]
    (tmp_path / "data/datapackage.json").write_text(json.dumps({"resources": resources}))
    (tmp_path / "data/findings.csv").write_text(ROWS)
    (tmp_path / "data/effects.csv").write_text(
        "id,ref,process,study,intervention,estimate\nmansi-death,ames2010marrow,dormancy,Mansi,cells,1.46\n"
    )
    (tmp_path / "data/hazards.csv").write_text("er,start,rate,note\npositive,5,0.90,\n")
    (tmp_path / "data/references.bib").write_text("@article{ames2010marrow,\n  title = {Asleep},\n}\n")

    def check(text: str, head: str = HEAD) -> list[tuple]:
        (tmp_path / "page.md").write_text(head + text)
        return [(p.line, int(p.column), p.found, p.mend) for p in prose.problems(tmp_path) if p.file == "page.md"]

    check.root = tmp_path
    return check


def found(problems):
    return [(line, column, text) for line, column, text, _ in problems]


# Typed estimates


@pytest.mark.parametrize(
    ("text", "line", "column", "what"),
    [
        ("Relapse fell.\nBy 30% it fell.", 8, 4, "percentage '30%'"),
        ("- one\n- two: HR 0.72", 8, 8, "ratio 'HR 0.72'"),
        ("> quoted: 12 mice", 7, 11, "sample size '12 mice'"),
        ("## Half, or 50%", 7, 13, "percentage '50%'"),
        ("| a | b |\n|---|---|\n| 6 | 5% |\n", 9, 7, "percentage '5%'"),
        ("Split by **30**% of marks.", 7, 12, "percentage '30%'"),
        ("An escape: 30\\% of it.", 7, 12, "percentage '30%'"),
        ("After {glue:text}`known` come 30%.", 7, 31, "percentage '30%'"),
        ("Lines\nbreak at 2,982\nwomen here.", 8, 10, "sample size '2,982 women'"),
        ("In a [link 5%](https://example.org/7%25).", 7, 12, "percentage '5%'"),
        ("In math $p < 0.05$ too.", 7, 10, "p value 'p < 0.05'"),
        ("Term\n: It means 8%.\n", 8, 12, "percentage '8%'"),
        ("A note[^1].\n\n[^1]: It was 9%.\n", 9, 14, "percentage '9%'"),
        ("<p>In HTML <b>8%</b></p>\n", 7, 15, "percentage '8%'"),
        ("{sub}`5%` in a role", 7, 7, "percentage '5%'"),
        (":::{note} Title 5%\ninner\n:::\n", 7, 17, "percentage '5%'"),
        (":::{note}\n:class: x\n\ninner 6%\n:::\n", 10, 7, "percentage '6%'"),
        ("::::{note}\n\n:::{tip}\ninner 6%\n:::\n::::\n", 10, 7, "percentage '6%'"),
        ("```{list-table} Caption\n:header-rows: 1\n\n* - A\n  - B\n* - c\n  - 7%\n```\n", 13, 5, "percentage '7%'"),
        ("```{figure} a.png\n:alt: a\n:width: 50%\n\nCaption 7%.\n```\n", 11, 9, "percentage '7%'"),
        ("```{figure} a.png\n:alt: half, 50%\n:width: 50%\n```\n", 8, 13, "percentage '50%'"),
        ("![half, 50%](a.png)", 7, 9, "percentage '50%'"),
        (
            "```{code-cell} ipython3\n---\nmystnb:\n  figure:\n    caption: |\n      One.\n      Two 5%.\n  image:\n    alt: x\n---\n1\n```\n",
            13,
            11,
            "percentage '5%'",
        ),
        (CELL.format("ss.table(\n    rates,\n    'Rates of 5%',\n    'name', {})"), 10, 15, "percentage '5%'"),
        (CELL.format("ss.table(rates, f'{n} women, 5%', 'name', {})"), 8, 30, "percentage '5%'"),
        (
            "```{key-messages}\n- message: It falls by 30%.\n  clauses:\n    - says: it falls\n      computed: here\n```\n",
            8,
            24,
            "percentage '30%'",
        ),
    ],
)
def test_a_typed_estimate_is_named_by_place(book, text, line, column, what):
    assert (line, column, f"the typed {what}") in found(book(f"{text}\n\n{BIND}"))
    assert len(book(f"{text}\n\n{BIND}")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "`code 5%` and $x = 5$ and {glue:text}`known`% and [a](https://example.org/7%25)",
        "## 3.5 A section",
        "% a comment of 5%\n",
        "```python\nshare = '5%'\n```\n",
        "```{math}\np < 0.05\n```\n",
        "```{raw} html\n<p>5%</p>\n```\n",
        CELL.format("x = '5%'  # 0.5"),
        "With exact 95% intervals, {estimate}`mansi-death` per 100 person-years",
    ],
)
def test_what_is_no_prose_is_not_read(book, text):
    assert book(f"{text}\n\n{BIND}") == []


def test_the_words_of_search_engines_are_read(book):
    head = "---\nmyst:\n  html_meta:\n    description: It fell by 30%.\n---\n\n# Title\n"
    assert found(book("", head)) == [(4, 29, "the typed percentage '30%'")]


def test_an_exception_allows_its_text_on_its_page_alone(book):
    text = "At least 10 fmol, and\nlater 10 fmol."
    allowed = book.root / exceptions.ALLOWED
    allowed.write_text("# why\n\npage.md: At least 10 fmol  # by definition\n")
    assert found(book(text)) == [(8, 7, "the typed quantity '10 fmol'")]
    allowed.write_text("page.md: 10 fmol, and later 10 fmol  # across a line\n")
    assert book(text) == []
    allowed.write_text("other.md: 10 fmol  # elsewhere\n")
    assert len(book(text)) == 2


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            "page.md: 10 fmol  # gone",
            "data/allowed_numbers.txt:1: found the exception '10 fmol', expected typed so in page.md; "
            "remove the line, or correct it",
        ),
        (
            "page.md: 10 fmol",
            "data/allowed_numbers.txt:1: found 'page.md: 10 fmol', expected file: exact text  # reason; complete the line",
        ),
    ],
)
def test_an_exception_without_use_or_reason_is_a_problem(book, line, problem):
    assert book("Nothing.") == []
    (book.root / exceptions.ALLOWED).write_text(line + "\n")
    assert list(map(str, prose.problems(book.root))) == [problem]


# Words of pictures


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("![](a.png)", "a picture without alt text"),
        ("<img src='a.png'>\n", "a picture without alt text"),
        ("In line <img src='a.png' alt=''> too", "a picture without alt text"),
        ("```{figure} a.png\nCaption.\n```\n", "the figure 'a.png' without alt text"),
        ("```{image} a.png\n:alt:\n```\n", "the image 'a.png' without alt text"),
        (CELL.format("---\nmystnb:\n  figure:\n    caption: Words.\n---\n1"), "a cell with a figure without alt text"),
        (CELL.format("---\nmystnb:\n  image:\n    alt: Words.\n---\n1"), "a cell with a figure without a caption"),
    ],
)
def test_a_picture_without_words_is_named(book, text, what):
    problems = found(book(text))
    assert [(line, text) for line, _, text in problems] == [(7, what)]


def test_a_cell_that_draws_needs_alt_text_and_caption(book):
    assert [text for *_, text in found(book(CELL.format("figure, axes = plt.subplots()")))] == [
        "a cell with a figure without alt text",
        "a cell with a figure without a caption",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "![words](a.png)",
        "<img src='a.png' alt='words'>\n",
        "```{figure} a.png\n:alt: words\n```\n",
        CELL.format("1"),
        CELL.format("---\nmystnb:\n  figure:\n    caption: Words.\n  image:\n    alt: Words.\n---\nplt.show()"),
    ],
)
def test_a_picture_with_words_is_right(book, text):
    assert book(text) == []


# Names


@pytest.mark.parametrize(
    "code",
    [
        "ss.bind(shown=x)",
        "bind(other=1, shown=x)",
        "glue('shown', x)",
        "ss.bind(**{'shown': x})",
        "ss.bind(**{f'sho{x}': y for x in z})",
        "ss.bind(**{name: y for name, row in {'shown': 'row'}.items()})",
        "ss.bind(**{name: y for name in {'shown': 'row'}})",
        "ss.bind(**numbers)",
    ],
)
def test_a_name_that_a_cell_binds_is_known(book, code):
    assert book(f"{{glue:text}}`shown`\n\n{CELL.format(code)}") == []


@pytest.mark.parametrize(
    "code",
    [
        "ss.bind(shows=x)",
        "other(shown=x)",
        "ss.bind(**{f'show_{x}': y for x in z})",
        "shown = 1",
        "ss.bind(**{name: 'shown' for name, row in {'row': 'shown'}.items()})",
    ],
)
def test_a_name_that_no_cell_binds_is_named(book, code):
    assert (7, 5, "the name 'shown'") in found(book(f"See {{glue:text}}`shown:.2f`\n\n{CELL.format(code)}"))


def test_the_nearest_bound_name_is_proposed(book):
    ((*_, mend),) = book(f"{{glue:text}}`knwon`\n\n{BIND}")
    assert mend == "did you mean known?"
    ((*_, mend),) = book("{glue:text}`shown`")
    assert mend == "bind it in a code cell: ss.bind(shown=…)"


@pytest.mark.parametrize(
    ("text", "column", "what"),
    [
        ("{cite:p}`ames2010marow`", 10, "citation 'ames2010marow'"),
        ("{cite:t}`ames2010marrow,nobody`", 25, "citation 'nobody'"),
        ("{effect}`mansi-deth`", 10, "effect 'mansi-deth'"),
        ("{estimate}`nobody`", 12, "effect 'nobody'"),
        ("{value}`hazard/positive,5/rate`", 9, "table 'hazard'"),
        ("{value}`hazards/positive,6/rate`", 17, "row 'positive,6'"),
        ("{value}`hazards/positive,5/ratio|.1f`", 28, "column 'ratio'"),
        ("{value}`hazards/positive,5/note`", 28, "column 'note'"),
        ("{value}`hazards`", 1, "row ''"),
        ("```{evidence-table}\n:ids: ames-tgfb2, ames-tgfb3\n```", 19, "row 'ames-tgfb3'"),
        ("```{evidence-table}\n:refs: nobody\n```", 8, "citation 'nobody'"),
        (MESSAGE.format("ames-tgfb2, nobody"), 13, "no row 'nobody'"),
    ],
)
def test_a_name_that_the_data_lack_is_named(book, text, column, what):
    assert (column, what if what.startswith("no ") else f"the {what}") in [
        (column, text) for _, column, text in found(book(text + LIST))
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{cite:p}`{see}ames2010marrow{p. 3}`",
        "{effect}`mansi-death` and {value}`hazards/positive,5/rate|.1f`",
        "```{evidence-table}\n:ids: ames-tgfb2; mansi-death\n```",
        MESSAGE.format("ames-tgfb2"),
    ],
)
def test_names_that_the_data_have_are_right(book, text):
    assert book(text + LIST) == []


@pytest.mark.parametrize("text", ["{cite:p}`ames2010marrow`", "{effect}`mansi-death`", "```{evidence-table}\n```"])
def test_a_page_that_cites_lists_its_references(book, text):
    assert found(book(text)) == [(7, 1, "a citation")]
    assert book(text + LIST) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("effects.csv", "{estimate}`nobody`"),
        ("references.bib", "{cite:p}`nobody`" + LIST),
        ("datapackage.json", "{value}`a/b/c`"),
    ],
)
def test_a_broken_file_is_not_told_again_at_each_name(book, file, text):
    assert len(book(text)) > 0
    (book.root / "data" / file).write_bytes(b"\xff{")
    assert book(text) == []


def test_broken_pages_are_left_to_the_build(book):
    assert book("```{code-cell} ipython3\n---\na: [\n---\n%magic (\n```\n\n```{note}\n```\n") == []
    assert book("", "") == []


# Key messages


@pytest.mark.parametrize(
    ("old", "new", "found_"),
    [
        (
            "rows: [ames-tgfb2]",
            "rows: [boyd-tgfb2, ames-tgfb2]",
            "the row 'boyd-tgfb2' (organ lung, not bone) in the clause 'TGF-β2 holds'",
        ),
        (", organ: bone", "", "the row 'boyd-tgfb2' on the subject of the clause 'TGF-β2 holds'"),
        ("claim: restrains", "claim: holds", "the claim 'holds'"),
        ("factor: TGFB2", "factor: [TGFB2, BMP7]", "about {'factor': ['TGFB2', 'BMP7'], 'organ': 'bone'}"),
        ("factor: TGFB2, ", "", "about {'organ': 'bone'}"),
        ("claim: restrains", "claim: no effect", "the claim 'no effect' with excludes None"),
        ("rows: [ames-tgfb2]", "rows: []", "the rows []"),
        ("rows: [ames-tgfb2]", "rows: [ames-tgfb2]\n      dismissed: {boyd-tgfb2: ''}", "dismissed {'boyd-tgfb2': ''}"),
        ("  clauses:", "  rows: [ames-tgfb2]\n  clauses:", "an entry of message, rows, clauses"),
        ("- message: Text.", "- [", "broken YAML"),
    ],
)
def test_a_fault_of_a_key_message_is_named(book, old, new, found_):
    text = MESSAGE.format("ames-tgfb2")
    assert old in text and book(text + LIST) == []
    assert any(said.startswith(found_) for *_, said, _ in book(text.replace(old, new) + LIST))


def test_a_dismissed_row_is_seen(book):
    text = MESSAGE.format("ames-tgfb2").replace(", organ: bone", "")
    dismissed = text.replace("rows: [ames-tgfb2]", "rows: [ames-tgfb2]\n      dismissed: {boyd-tgfb2: another organ}")
    assert len(book(text + LIST)) == 1 and book(dismissed + LIST) == []


# The pages as they are


def test_pages_are_read_with_the_extensions_of_the_book():
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))
    assert set(config["parse"]["myst_enable_extensions"]) == pages.EXTENSIONS
    assert {name: config["sphinx"]["config"][f"myst_{name}"] for name in pages.DOLLARS} == pages.DOLLARS


def test_every_position_in_a_page_is_where_its_text_is():
    for page in pages.pages(ROOT):
        assert page.texts
        for role in page.roles:
            assert page.source.startswith(f"{{{role.name}}}", role.position)
        for directive in page.directives:
            line, _ = page.place(directive.position)
            assert f"{{{directive.name}}}" in page.source.splitlines()[line - 1]
        for text in page.texts:
            for word in ("dormant", "recurrence"):
                if (start := text.text.find(word)) >= 0:
                    position = page.position(text, start, start + len(word))
                    assert page.source.startswith(word, position)


def test_a_page_whose_name_has_its_accents_parted_is_named(tmp_path):
    """macOS used to write names so; a table of contents that looks the same then names nothing."""
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: étude\n", "utf8")
    (tmp_path / "index.md").write_text("# Book\n", "utf8")
    (tmp_path / "e\u0301tude.md").write_text("# Study\n", "utf8")
    (problem,) = missing(tmp_path)
    assert str(problem).startswith("_toc.yml:4: found étude, which no file bears") and "(NFC)" in problem.mend
    (tmp_path / "étude.md").write_text("# Study\n", "utf8")
    assert list(missing(tmp_path)) == []


# Tables that a page prints


def test_what_a_table_says_is_held_to_the_rules_of_the_pages(book):
    book("")
    package = json.loads((book.root / "data/datapackage.json").read_text())
    package["resources"].append({"name": "questions", "path": "questions.csv", "schema": {"primaryKey": ["id"]}})
    (book.root / "data/datapackage.json").write_text(json.dumps(package))
    head = "id,question,claim,why,study,supports,refutes\n"
    row = 'a,Why?,It holds.,So.,"A trial, a large one.",{},As many.\n'
    (book.root / "data/questions.csv").write_text(head + row.format("Fewer.") + row.format("In 30% fewer."))
    (problem,) = [p for p in prose.problems(book.root) if p.file == "data/questions.csv"]
    assert (problem.line, problem.column, problem.code) == (3, "supports", "typed-number")
