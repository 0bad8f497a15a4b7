"""The page of functions is what the code says: no public function is missing, and each leads to the pages that use it."""

import re

import pytest

import seedsoil
from seedsoil.analysis import survival
from seedsoil.files import ROOT
from seedsoil.notebooks.execution import Runs
from seedsoil.site.functions import offered, used
from tests.site.test_book import HEADER, WORDS, build, write_book

CODE = """import numpy as np
import seedsoil as ss
from seedsoil.analysis import survival as s
from seedsoil.synthesis.selection import screen

np.log(1), s.rates, ss.load
"""


def test_every_public_function_is_told_with_a_sentence():
    found = offered()
    assert [function.name for function in found["seedsoil"][1]] == seedsoil.__all__
    assert {function.name for function in found["seedsoil.analysis.survival"][1]} >= set(survival.__all__)
    for module, (says, functions) in found.items():
        assert says and functions, module
        assert [function.name for function in functions if not function.says] == [], module


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    root = tmp_path_factory.mktemp("functions")
    text = f"{HEADER}# One\n\n{WORDS}\n\n```{{code-cell}} ipython3\n%precision 3\n{CODE}```\n"
    write_book(root, {"one": text, "functions": (ROOT / "chapters/functions.md").read_text("utf8")})
    result = build(root)
    assert result.returncode == 0, result.stderr
    return root


def test_uses_are_found_under_any_name(book):
    assert used(Runs(book).page(book / "one.md")) >= {
        ("seedsoil.analysis.survival", "rates"),
        ("seedsoil", "load"),
        ("seedsoil.synthesis.selection", "screen"),
    }


def test_the_page_leads_from_a_function_to_the_pages_that_use_it(book):
    page = (book / "_build/html/functions.html").read_text("utf8")
    terms = dict(re.findall(r'<dt id="([\w-]+)">(?:(?!</dt>).)*</dt>(.*?)(?=<dt|</dl>)', page, re.DOTALL))
    assert len(terms) == sum(len(functions) for _, functions in offered().values())
    leading = {name for name, body in terms.items() if re.search(r'href="one\.html"', body)}
    assert leading == {"seedsoil-analysis-survival-rates", "seedsoil-load", "seedsoil-synthesis-selection-screen"}
    assert "Event rates per" in terms["seedsoil-analysis-survival-rates"]
