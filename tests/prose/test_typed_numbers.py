"""Estimates typed into a sentence are found, each under its name; names, labels and years are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedsoil.prose.typed_numbers import find

TYPED = {
    "number in words": "two-thirds|one third|a third of|three quarters|half of|half the|half as|by half|one in five|nine of twelve|four out of five|"
    "six of the nine|threefold|ten-fold|two- to threefold|hundredfold|an order of magnitude|two orders of magnitude|HR of two|ratio was three",
    "spread": "0.8 ± 0.1|12 ± 3",
    "percentage": "3 basis points|30 pct|30%|30 %|30–40%|1-5%|12.5 percent|thirty percent|twenty-five per cent|5 percentage points|30‰",
    "ratio": "ratio rose to 2|HR 0.72|HR: 1.3|OR = 3|IRR 2|ratio of 2|ratio (2.44|relative risk was 2|AUC 0.81|2:1",
    "interval": "SEM 2|95% CI 1.12–1.90|95% CI, 0.80 to 1.27|99% CI 1–2|confidence interval 1.1 to 1.9|SD 2",
    "p value": "p < 0.001|P=.03|p = 0.70|p-value of 0.04",
    "sample size": "n = 12|N=350|2,982 women|12 mice|45 of these women|2005 patients|4 larger randomized trials|10 or more women|100,000 cells|12 wells|6 spheroids|24 cell lines|3 papers",
    "fold change": "3-fold|2.5-fold|10 times|4×|5x",
    "proportion": "9 of 12|1 in 8|12/45|9 out of 12",
    "statistic": "F(1, 20) = 5|t(12) = 2.2|I² = 40|k = 3|r = 0.8|median of 17|incidence of 3",
    "quantity": "6 yr|5 kb|2 atm|3 cm2|10 mm³|37 C|2 logs|3 log units|4 SDs|17 months|157 days|5 mm|0.2 kPa|10 fmol|12 person-years",
    "count": "2,982|4703|10⁶|10^6|1e6",
    "decimal number": "0.72|-0.5|−0.5|0·72|.05|0,72|1.46–1.90",
}
MAY_BE_TYPED = """CXCL12|p38|TGF-β2|α3β1|laminin-211|HER2|ERK1/2|CDK4/6|NR2F1|H3K27me3|miR-21-5p|Nav1.5|IL-6|14-3-3 proteins
4T1 tumors|MDA-MB-231 cells|53BP1 cells|CD8-positive T cells|CD44+ cells|T2 tumors|Ki-67|COVID-19 patients|HALO 301 trial
5-FU|18F-FDG|17β-estradiol|2,5-dihydroxy|3D culture|10x Genomics|stage I to III|stage 2 patients|T1N0|phase 2 trial
grade 3 tumors|type 2 diabetes|Fig. 1|Figure 2|Section 3.5|day 14|week 12|year 5 to year 20|years 5–9|in year 5
In 2005 women|since 1989|the 1990s|1978–1993|22 November 2026|Pan 2017|95% intervals|95% CI|exact 95% Poisson intervals
95% confidence intervals|HR (95% CI)|per 100 person-years|per 1,000 women|per 100,000|5% level|the five percent level
three trials|half a year|the second half|one of the mice|thirty years|two or three|10-year survival|30-year-old women|version 1.2|Python 3.11|1.0.4|CC BY 4.0
https://doi.org/10.1038/ncb2861|10.1038/ncb2861|PMID 17957189|ISO 8601|or 2|\ufffc (95% CI \ufffc)|hazard ratio \ufffc|\ufffc of \ufffc women"""


def found(text):
    return [(name, text[start:end]) for name, start, end in find(text)]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in TYPED.items() for text in texts.split("|")])
@pytest.mark.parametrize("sentence", ["It was {}.", "({})", "{}", "In CXCL12-rich lung {}, as in stage 2"])
def test_a_typed_estimate_is_found_by_name(name, text, sentence):
    assert found(sentence.format(text)) == [(name, text)]


@pytest.mark.parametrize("text", MAY_BE_TYPED.replace("\n", "|").split("|"))
@pytest.mark.parametrize("sentence", ["{}", "It was {}.", "({}) and so on"])
def test_names_labels_and_years_may_be_typed(text, sentence):
    assert found(sentence.format(text)) == []


def test_every_number_of_a_full_estimate_is_found():
    assert found("HR 1.46 (95% CI 1.12–1.90; p = 0.004) in 350 women") == [
        ("ratio", "HR 1.46"),
        ("interval", "95% CI 1.12–1.90"),
        ("p value", "p = 0.004"),
        ("sample size", "350 women"),
    ]


@given(st.decimals(0, 99999, places=2), st.sampled_from(["%", " %", " percent", "-fold", " patients"]))
def test_no_number_escapes_by_its_size(number, unit):
    text = f"about {number}{unit}."
    ((_, start, end),) = find(text)
    assert text[start:end] == f"{number}{unit}"


@given(st.text(max_size=200))
def test_any_text_is_read_and_what_is_found_lies_in_it(text):
    for name, start, end in find(text):
        assert name in TYPED and 0 <= start < end <= len(text)
