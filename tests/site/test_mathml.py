import re
from xml.etree import ElementTree

import pytest

from seedsoil.site.mathml import to_mathml


def text(latex, display="inline"):
    return "".join(ElementTree.fromstring(to_mathml(latex, display)).itertext())


@pytest.mark.parametrize(
    ("latex", "read"),
    [
        (r"\lambda_j = d_j / T_j", "λj=dj/Tj"),
        (r"x \sim \mathcal{N}(0, \sigma^2)", "x∼𝒩(0,σ2)"),
        (r"\mathrm{TGF}\text{-}\beta", "TGF-β"),
        (r"\log \mathrm{E}[d]", "log\N{FUNCTION APPLICATION}E[d]"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a=bc=d"),
        (r"\begin{align} a &= b \\ c &= d \end{align}", "a=bc=d"),  # Sphinx numbers it, latex2mathml must not
        (r"p < 0.05", "p<0.05"),
    ],
)
def test_reads_as_meant(latex, read):
    assert text(latex) == read


def test_keeps_the_source_for_those_without_mathml():
    assert ElementTree.fromstring(to_mathml(r"a < b", "block")).attrib == {"alttext": "a < b", "display": "block"}


def test_words_are_not_spelled():
    assert re.search("<mtext>rate</mtext>", to_mathml(r"\mathrm{rate}_i", "inline"))


@pytest.mark.parametrize(
    ("latex", "complaint"),
    [
        (r"\unheardof{x}", r"\\unheardof is not known"),
        (r"a & b", "& is not known"),
        (r"a = b \\ c = d", "aligned"),
        (r"\frac{a}{b", "2 opening and 1 closing"),
        (r"\left( a", "cannot read"),
        (r"a_b_c", "cannot read"),
    ],
)
def test_complains(latex, complaint):
    with pytest.raises(ValueError, match=complaint):
        to_mathml(latex, "block")
