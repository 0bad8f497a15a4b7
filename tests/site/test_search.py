"""A search finds terms by all their names, rows, passages and references; in the browser, in the built site."""

import csv
import gzip
import itertools
import json
import random

import pytest

from seedsoil.evidence.direction import direction
from seedsoil.site import search_bits, search_words
from seedsoil.site.search_words import TABLES, Names, pieces, stem, tokens
from tests.site import accessibility
from tests.site.test_pages import ROOT

BUDGET = 100_000  # bytes of the index on the way, by gzip: with its page, less than the 150 KB of any first view
STATIC = ROOT / "seedsoil/site/static"


# --- words and numbers, here and in the browser ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "names",
    [
        ("TGF-β2", "TGF-beta 2", "TGFβ2", "TGFB2", "tgf beta2"),
        ("IL-1β", "IL1B", "il 1 beta"),
        ("HIF-1α", "HIF1A"),
        ("neutrophils", "Neutrophil"),
        ("CL:0000775", "cl 0000775"),
        ("lysyl oxidase-like 2", "Lysyl-oxidase like 2"),
    ],
)
def test_all_spellings_of_a_name_have_one_key(names):
    assert len({search_words.key(name) for name in names}) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("tumour", "tumors"),
        ("fibre", "fibers"),
        ("signalling", "signaling"),
        ("oestrogen", "estrogen"),
        ("haematopoietic", "hematopoietic"),
        ("analyse", "analyzing"),
        ("colonisation", "colonized"),
        ("leucocyte", "leukocytes"),
        ("woke", "awakening", "wakes", "reawakened"),
        ("metastatic", "metastases", "metastasis"),
        ("dormant", "dormancy"),
        ("naïve", "naive"),
    ],
)
def test_forms_and_spellings_of_a_word_have_one_stem(words):
    assert len({stem(word) for word in map(search_words.plain, words)}) == 1


def test_words_that_differ_stay_apart():
    assert len({stem(word) for word in ("four", "hour", "source", "cell", "cello", "lung")}) == 6


def test_a_text_is_taken_apart_into_names_and_words():
    names = Names({"net": ["NET", "neutrophil extracellular trap"], "neutrophil": ["neutrophil"], "tgfb1": ["TGF-β1"]})
    assert list(tokens("Neutrophils cast neutrophil extracellular traps: NETs", names)) == [
        "neutrophil",
        "cast",
        "net",
        "net",
    ]
    assert list(tokens("TGFβ1, pre-metastatic, lox_bone", names)) == ["tgfb1", "pre", "premetasta", "metasta"]


def test_a_name_in_capitals_is_met_in_capitals_alone():
    names = Names({"factor-net": ["NET"]})
    assert set(tokens("a net of NETs", names)) == {"net", "factor-net"}


@pytest.fixture(scope="module")
def scripts(browser):
    """A page with the scripts of the search and nothing else."""
    from sphinx.search.en import SearchEnglish

    tab = browser.new_page()
    tab.add_script_tag(content=SearchEnglish.js_stemmer_code)
    tab.add_script_tag(content=(STATIC / "search-index.js").read_text())
    yield tab
    tab.close()


def test_the_script_takes_a_question_apart_as_the_book_was(scripts):
    """Every finding, every name of the vocabulary, and what is hard."""
    read = [list(csv.DictReader((ROOT / f"data/{name}.csv").open())) for name in ("findings", "vocabulary")]
    texts = [row["finding"] for row in read[0]] + [f"{row['label']}; {row['synonyms']}" for row in read[1]]
    texts += [
        "ΔNp63 naïve café Müller Łódź Ørsted straße",
        "TGF–β — α\u2011SMA µm lox_bone 10.1038/x",
        "İstanbul ſ ﬁbre",
    ]
    asked = scripts.evaluate(
        "([tables, texts]) => { const words = new Words(tables);"
        " return texts.map((text) => words.pieces(text).map(({typed, stem, key, whole}) => [typed, stem, key, whole])); }",
        [TABLES, texts],
    )
    for text, found in zip(texts, asked, strict=True):
        assert [tuple(piece) for piece in found] == [tuple(piece) for piece in pieces(text)], text


def test_the_script_reads_the_numbers_that_were_written(scripts):
    choose = random.Random(23)
    sizes, most = (1, 300, 1000), (1, 40, 1000)
    words = {
        f"word{number}": tuple(
            sorted(choose.sample(range(size), choose.choice((0, 0, 1, min(2, size), size // 9, size))))
            for size in sizes
        )
        for number in range(400)
    }
    read = scripts.evaluate(
        "([told, names]) => { const found = new Map(); const index = Object.create(SearchIndex.prototype);"
        " index.sizes = told.sizes; index.read(new Bits(told.bits), told.words);"
        " return names.map((name) => index.documents(name)); }",
        [search_bits.packed(words, sizes, most), list(words)],
    )
    expected = [
        [numbers if len(numbers) <= limit else None for numbers, limit in zip(documents, most, strict=True)]
        for documents in words.values()
    ]
    assert read == expected


def test_an_index_of_nothing_is_read_and_answers(scripts):
    told = {"tables": TABLES, "terms": [], "together": 32, "origins": []}
    asked = scripts.evaluate(
        "(told) => new SearchIndex(told).ask('lung')", told | search_bits.packed({}, (0, 0, 0), (0, 0, 0))
    )
    assert asked["unknown"] == ["lung"] and not asked["terms"] and not any(one["documents"] for one in asked["answers"])


@pytest.mark.parametrize("pair", [("osteoclaast", "osteoclast", 1), ("cas", "acs", 1), ("", "abc", 3), ("a", "a", 0)])
def test_the_distance_of_two_words(scripts, pair):
    assert scripts.evaluate("([one, other]) => distance(one, other)", pair[:2]) == pair[2]


# --- the built site --------------------------------------------------------------------------------------------------

FIRST = {  # questions, and what stands first among all that is found
    "SDF-1": "atlas/factor-cxcl12.html",
    "SDF1": "atlas/factor-cxcl12.html",
    "cxcl12": "atlas/factor-cxcl12.html",
    "TGFB2": "atlas/factor-tgfb2.html",
    "TGF-β2": "atlas/factor-tgfb2.html",
    "TGF-beta 2": "atlas/factor-tgfb2.html",
    "TGFβ": "atlas/factor-tgf-beta.html",
    "IL-1 beta": "atlas/factor-il1b.html",
    "interferon gamma": "atlas/factor-ifng.html",
    "IL-8": "atlas/factor-cxcl8.html",
    "RANKL": "atlas/factor-tnfsf11.html",
    "MCP1": "atlas/factor-ccl2.html",
    "PD-L1": "atlas/factor-cd274.html",
    "PDL1": "atlas/factor-cd274.html",
    "lysyl oxidase": "atlas/factor-lox.html",
    "lox": "atlas/factor-lox.html",
    "CL:0000775": "atlas/cell-neutrophil.html",
    "UBERON:0002107": "atlas/organ-liver.html",
    "HGNC:10672": "atlas/factor-cxcl12.html",
    "neutrophils": "atlas/cell-neutrophil.html",
    "Tregs": "atlas/cell-regulatory-t-cell.html",
    "γδ T cells": "atlas/cell-gamma-delta-t-cell.html",
    "gamma delta T cell": "atlas/cell-gamma-delta-t-cell.html",
    "NETs": "atlas/factor-neutrophil-extracellular-trap.html",
    "CAFs": "atlas/cell-cancer-associated-fibroblast.html",
    "osteoc": "atlas/cell-osteoclast.html",
    "tumour": "atlas/cell-tumor-cell.html",
    "bone marrow": "atlas/organ-bone-marrow.html",
    "lungs": "atlas/organ-lung.html",
    "HCC": "atlas/cancer-liver.html",
    "prostaglandin E2": "atlas/factor-prostaglandin-e2.html",
    "27-hydroxycholesterol": "atlas/factor-27-hydroxycholesterol.html",
    "noradrenaline": "atlas/factor-norepinephrine.html",
    "10.1038/nature04186": "evidence/kaplan2005-vegfr1-lung.html",
    "https://doi.org/10.1038/nature04186": "evidence/kaplan2005-vegfr1-lung.html",
    "Kaplan 2005": "evidence/kaplan2005-vegfr1-lung.html",
    "Bragado": "evidence/bragado2013-tgfb2-marrow.html",
    "24161934": "evidence/bragado2013-tgfb2-marrow.html",
    "canakinumab": "evidence/cantos-150-lung.html",
    "interleukin 1 beta": "atlas/factor-il1b.html",
    "transforming growth factor beta 2": "atlas/factor-tgfb2.html",
    "TMEM173": "atlas/factor-sting1.html",
    "KIAA1199": "atlas/factor-cemip.html",
    "matrix metallopeptidase 9": "atlas/factor-mmp9.html",
    "the rates cross": "chapters/dormancy.html#the-rates-cross",
    "neutrophilic leucocyte": "atlas/cell-neutrophil.html",
    "von Kupffer cell": "atlas/cell-kupffer-cell.html",
    "fat cells": "atlas/cell-adipocyte.html",
    "histiocytes": "atlas/cell-macrophage.html",
    "type I pneumocyte": "atlas/cell-alveolar-type-1-cell.html",
    "perisinusoidal cell": "atlas/cell-hepatic-stellate-cell.html",
    "malignant cell": "atlas/cell-tumor-cell.html",
    "hortega cells": "atlas/cell-microglia.html",
    "pulmo": "atlas/organ-lung.html",
    "medulla ossium": "atlas/organ-bone-marrow.html",
    "pancreatic duct cancer": "atlas/cancer-pancreatic.html",
    "MONDO:0007256": "atlas/cancer-liver.html",
}
FIRST_ROW = {  # questions in words, and the row that stands first
    "wakes cells in liver": "evidence/correia2021-stellate-liver.html",
    "what wakes dormant cells in the lung": "evidence/chia2025-il6-lung.html",
    "neutrophil extracellular traps smoke": "evidence/albrengues2018-nets-lung.html",
    "tumour cells pass cGAMP to astrocytes": "evidence/chen2016-cgamp-brain.html",
    "antibody VEGFR1 blockade lung did not change": "evidence/dawson2009-vegfr1-lung.html",
}
ASK = """async (questions) => {
  const asked = await index();
  const first = (kinds) => kinds.map(({ documents }, kind) => [kind, documents[0]]).find(([, number]) => number !== undefined);
  const address = async (found) => found && (await shownOf(found[0], asked.together, found[1]))[0];
  return Promise.all(questions.map(async (question) => {
    const { terms, answers } = asked.ask(question);
    const passages = [{ documents: [] }, answers[1]];
    return [
      terms[0]?.address ?? (await address(first(answers))),
      await address(first(answers.slice(0, 1))),
      await address(first(passages)),
    ];
  }));
}"""


@pytest.fixture
def tab(browser, address):
    with browser.new_context() as context:
        tab = context.new_page()
        tab.requested = []
        tab.on("request", lambda request: tab.requested.append(request.url.removeprefix(address)))
        tab.goto(address + "search.html")
        yield tab


def test_each_question_has_its_first_hit(tab):
    assert len(FIRST) + len(FIRST_ROW) >= 40
    found = dict(zip(FIRST, (first for first, *_ in tab.evaluate(ASK, list(FIRST))), strict=True))
    assert found == FIRST
    rows = dict(zip(FIRST_ROW, (row for _, row, _ in tab.evaluate(ASK, list(FIRST_ROW))), strict=True))
    assert rows == FIRST_ROW
    (*_, passage), _ = tab.evaluate(ASK, ["wakes cells in liver", ""])
    assert passage.startswith("chapters/dormancy.html#")


def test_the_index_is_small(site):
    size = len(gzip.compress((site / "search/index.json").read_bytes(), 6))
    assert size <= BUDGET, f"the index of the search has {size} bytes on the way; {BUDGET} are its budget"


def test_every_address_that_can_be_found_is_there(site):
    """Those of terms, and those in the files with what is shown."""
    index = json.loads((site / "search/index.json").read_text())
    told = [json.loads(file.read_text()) for file in sorted((site / "search").glob("?-*.json"))]
    assert sum(map(len, told)) == sum(index["sizes"])
    places = {name if place == 1 else place for name, place, *_ in index["terms"] if place}
    places = {f"atlas/{place}.html" if place[:4] in ("cell", "fact", "orga", "canc") else place for place in places}
    for place in {found[0] for file in told for found in file} | places:
        page, _, anchor = place.partition("#")
        assert (site / page).is_file(), place
        assert not anchor or f'id="{anchor}"' in (site / page).read_text(), place


def is_of_search(name: str) -> bool:
    return name.startswith("search/") or "search" in name or "stemmer" in name


def test_the_index_is_fetched_when_something_is_asked(tab, address):
    assert not [name for name in tab.requested if name.startswith("search/")]
    tab.locator(".search-choice input[name=q]").fill("SDF-1")
    tab.locator(".search-results a").first.wait_for()
    assert "search/index.json" in tab.requested
    tab.requested.clear()
    tab.goto(address + "chapters/dormancy.html")
    tab.wait_for_load_state("networkidle")
    assert not [name for name in tab.requested if is_of_search(name)]


def ask(tab, address: str, query: str) -> list[str]:
    """The addresses of all results of a question that stands in the address."""
    tab.goto(f"{address}search.html?{query}")
    tab.locator(".search-results section").first.wait_for()
    while count := tab.locator(".search-results .more").count():
        tab.locator(".search-results .more").first.click()
        tab.wait_for_function("count => document.querySelectorAll('.search-results .more').length < count", arg=count)
    return [
        link.removeprefix(address)
        for link in tab.locator(".search-results a").evaluate_all("all => all.map(x => x.href)")
    ]


def test_the_kinds_stand_in_their_order(tab, address):
    found = ask(tab, address, "q=SDF-1")
    kinds = [
        name
        for name, _ in itertools.groupby(
            place.partition("/")[0] + ("ref" if "#ref-" in place else "") for place in found
        )
    ]
    assert kinds == ["atlas", "evidence", "chapters", "chaptersref"]
    heads = tab.locator(".search-results h2").all_inner_texts()
    assert [head.partition(" (")[0] for head in heads] == ["Terms", "Rows of evidence", "Passages", "References"]


@pytest.mark.parametrize(
    "choice",
    [
        {"organ": "liver", "sign": "restrains"},
        {"process": "dormancy", "stage": "outgrowth"},
        {"model": "genetic", "human": "yes", "sign": "promotes"},
    ],
)
def test_choices_leave_the_rows_that_the_table_has(tab, address, choice):
    rows = list(csv.DictReader((ROOT / "data/findings.csv").open()))
    column = {"human": "human_data"}

    def fits(row):
        return all(
            direction(row) == value if name == "sign" else value in row[column.get(name, name)].split("; ")
            for name, value in choice.items()
        )

    query = "&".join(
        f"{name}={'data-human' if name == 'human' else f'{name}-{value}'}" for name, value in choice.items()
    )
    found = {place for place in ask(tab, address, query) if place.startswith("evidence/")}
    expected = {f"evidence/{row['id']}.html" for row in rows if fits(row)}
    assert expected and expected <= found
    effects = {f"evidence/{row['id']}.html" for row in csv.DictReader((ROOT / "data/effects.csv").open())}
    assert found - expected <= effects
    within = {place for place in ask(tab, address, f"{query}&q=lung") if place.startswith("evidence/")}
    assert within < found


def test_question_and_choices_stand_in_the_address_and_come_back(tab):
    tab.locator(".search-choice input[name=q]").fill("dormant cells")
    tab.locator("select[name=organ]").select_option("organ-bone-marrow")
    tab.locator("input[name=human]").check()
    tab.wait_for_url("**/search.html?q=dormant+cells&organ=organ-bone-marrow&human=data-human")
    tab.wait_for_function("document.querySelector('[role=status]').textContent.includes('rows')")
    said = tab.locator("[role=status]").inner_text()
    tab.reload()
    tab.wait_for_function("document.querySelector('[role=status]').textContent.includes('rows')")
    assert tab.locator("[role=status]").inner_text() == said
    assert tab.locator("select[name=organ]").input_value() == "organ-bone-marrow"
    tab.locator("button[type=reset]").click()
    tab.wait_for_url("**/search.html")
    assert tab.locator(".search-results section").count() == 0 and tab.locator("[role=status]").inner_text() == ""


def test_the_keyboard_alone_leads_to_a_page(tab, address):
    tab.locator(".search-choice input[name=q]").focus()
    tab.keyboard.type("SDF-1")
    tab.locator(".search-results a").first.wait_for()
    tab.keyboard.press("Enter")  # what is asked is answered already
    assert tab.evaluate("document.activeElement.name") == "q"
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        tab.keyboard.press(key)
    assert tab.evaluate("document.activeElement.textContent") == "CXCL12"
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.name") == "q"
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/atlas/factor-cxcl12.html")


def test_the_button_for_more_hands_the_focus_on(tab, address):
    tab.goto(f"{address}search.html?q=lung")
    more = tab.locator(".search-results .more").first
    more.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_function("document.activeElement.closest('.search-results li')")
    assert (
        tab.evaluate("[...document.activeElement.closest('ol').children].indexOf(document.activeElement.parentElement)")
        == 8
    )


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("osteoclaast", "osteoclast"),
        ("neutrophyl", "neutrophil"),
        ("angiogenessis", "Angiogenesis"),
        ("perisotin", "periostin"),
    ],
)
def test_where_nothing_is_found_stands_the_nearest_name(tab, address, asked, near):
    tab.goto(f"{address}search.html?q={asked}")
    link = tab.locator(".not-found a", has_text=near).first
    link.wait_for()
    assert f"“{asked}” is not in the index." in tab.locator("[role=status]").inner_text()
    link.click()
    tab.wait_for_url(f"**/search.html?q={near}")
    tab.locator(".search-results section").first.wait_for()
    assert not tab.locator(".not-found").count()


def test_what_is_far_from_every_name_has_none_near_it(tab, address):
    tab.goto(f"{address}search.html?q=qqzzxxqqzz")
    tab.wait_for_function("document.querySelector('[role=status]').textContent !== ''")
    assert tab.locator("[role=status]").inner_text() == "“qqzzxxqqzz” is not in the index."
    assert tab.locator(".search-results a").count() == 0


def test_a_page_that_was_found_is_opened_without_marks(tab, address):
    tab.goto(f"{address}search.html?q=dormancy")
    tab.locator(".search-results a[href^='chapters/']").first.click()
    tab.wait_for_url("**/chapters/*")
    assert "highlight" not in tab.url
    assert tab.locator("article .highlighted, article mark").count() == 0
    assert tab.evaluate("Object.keys(localStorage).filter(key => key.includes('highlight'))") == []
    assert not [name for name in tab.requested if "sphinx_highlight" in name]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_of_results_is_accessible_and_fits(browser, address, width, scheme):
    for query in ("q=wakes+cells+in+liver&organ=organ-liver", "q=osteoclaast"):
        tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        tab.goto(f"{address}search.html?{query}")
        tab.locator(".search-results a").first.wait_for()
        assert accessibility.everything(tab) == []
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        tab.close()


def test_a_book_without_tables_has_its_passages_found(browser, tmp_path):
    from tests.site.test_book import WORDS, build, write_book

    write_book(tmp_path, {"one": f"# One\n\n{WORDS} TGF-β and fibres.\n", "two": f"# Two\n\n{WORDS}\n"})
    result = build(tmp_path)
    assert result.returncode == 0, result.stderr
    told = json.loads((tmp_path / "_build/html/search/index.json").read_text())
    assert told["sizes"][0] == told["sizes"][2] == 0 and told["sizes"][1] >= 2
