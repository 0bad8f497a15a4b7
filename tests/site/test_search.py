"""A search finds numbers, Greek letters however they are written, and compounds with and without their hyphens."""

import pytest

from seedsoil.site.search import GREEK, SPLITTER, words

WRITTEN = {
    "TGF-β": "TGFbeta",
    "TGF-beta": "TGFbeta",
    "TGFβ": "TGFbeta",
    "β-catenin": "betacatenin",
    "pre-metastatic": "premetastatic",
    "CXCL12–CXCR4": "CXCL12CXCR4",
    "24161934": "n24161934",
    "10 µm of lox_bone": "mum",
    "IFN-γ1a": "IFNgamma1a",
    "naïve": "naïve",
    "nai\u0308ve": "naïve",
    "ΔNp63": "deltaNp63",
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_text_has_the_word(text):
    assert words(text)[0] == WRITTEN[text]


def test_the_parts_of_a_compound_are_words_and_no_letter_is_left_greek():
    assert words("TGF-β in 2013.") == ["TGFbeta", "TGF", "beta", "in", "n2013"]
    assert GREEK["ς"] == GREEK["Σ"] == "sigma" and len(set(GREEK.values())) >= 24


def test_the_script_asks_for_the_words_of_the_index(browser):
    tab = browser.new_page()
    asked = tab.evaluate(f"() => {{ {SPLITTER} return {list(WRITTEN)!r}.map((text) => splitQuery(text)[0]); }}")
    tab.close()
    assert asked == list(WRITTEN.values())


def test_a_question_finds_its_page(browser, tmp_path):
    """Asked in a browser, of a book of two pages; the pages are as the build writes them."""
    from tests.site.test_book import WORDS, build, write_book

    write_book(tmp_path, {"one": f"# One\n\n{WORDS} TGF-β, see PMID 24161934.\n", "two": f"# Two\n\n{WORDS}\n"})
    result = build(tmp_path)
    assert result.returncode == 0, result.stderr
    tab = browser.new_page()
    for question in ("TGF-beta", "TGFβ", "24161934"):
        tab.goto((tmp_path / "_build/html/search.html").as_uri() + f"?q={question}")
        tab.wait_for_selector("#search-results .search-summary", timeout=5_000)
        tab.wait_for_selector("#search-results li a", timeout=5_000)
        assert tab.locator("#search-results li > a").all_inner_texts() == ["One"]
    tab.close()
