"""Sentences that say more than their rows are found at their lines; what is right or allowed is left alone."""

import pytest

from seedsoil.prose import pages
from seedsoil.prose.against_rows import AgainstRows

FINDINGS = """id,ref,finding,outcome_of
krall-wound,krall2018systemic,Treatment markedly lowered the outgrowth.,outgrowth
sun-niche,sun2019niche,Removing it prevented the niche.,metastasis
cole-life,cole2012women,Women with it lived less long.,survival of patients
"""
EFFECTS = """id,ref,endpoint
zhou-rfs,zhou2017prognostic,recurrence
zhao-os,zhao2016clinical,death
cole-dfs,cole2012women,recurrence or death
css,xu2017clinical,breast cancer death
"""


@pytest.fixture
def against(tmp_path):
    """The faults and questions of a text, each as (line, code, found)."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/datapackage.json").write_text(
        '{"resources": ['
        '{"name": "findings", "path": "findings.csv", "schema": {"primaryKey": ["id"]}},'
        '{"name": "effects", "path": "effects.csv", "schema": {"primaryKey": ["id"]}}]}'
    )
    (tmp_path / "data/findings.csv").write_text(FINDINGS)
    (tmp_path / "data/effects.csv").write_text(EFFECTS)
    rows = AgainstRows(tmp_path)

    def check(text: str, ask: bool = False) -> list[tuple]:
        page = pages.read("page.md", text)
        return [
            (page.place(at)[0], code, found) for at, found, _, _, code in (rows.questions if ask else rows.faults)(page)
        ]

    return check


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        (
            "They go with shorter life in lung {cite:p}`zhao2016clinical` and breast {cite:p}`zhou2017prognostic`.",
            "other-endpoint",
            "'life' with zhou2017prognostic, whose rows end in recurrence",
        ),
        (
            "Survival was worse, {estimate}`zhou-rfs`.",
            "other-endpoint",
            "'Survival' with zhou2017prognostic, whose rows end in recurrence",
        ),
        (
            "The drug prevented it {cite:p}`krall2018systemic`.",
            "stronger-verb",
            "'prevented' with krall2018systemic, whose row says 'lowered'",
        ),
        (
            "Blocking it stops them {cite:p}`krall2018systemic`.",
            "stronger-verb",
            "'stops' with krall2018systemic, whose row says 'lowered'",
        ),
        ("No study has looked.", "absence-without-search", "'No study' without a search"),
        ("For bone nothing that we read does.", "absence-without-search", "'nothing that we read' without a search"),
        ("Nobody has tested it.", "absence-without-search", "'Nobody has tested' without a search"),
        (
            "No drug against them has been shown.",
            "absence-without-search",
            "'No drug against them has been shown' without a search",
        ),
        ("Whether they wait is not known.", "absence-without-search", "'is not known' without a search"),
        ("An assumption that nobody can check.", "absence-without-search", "'nobody can check' without a search"),
        ("It has never been compared.", "absence-without-search", "'has never been compared' without a search"),
        ("It is the only randomized trial.", "absence-without-search", "'the only randomized trial' without a search"),
    ],
)
def test_a_sentence_that_says_more_than_its_row_is_found(against, text, code, found):
    assert against(f"First line.\n{text}") == [(2, code, found)]
    assert against(f"First line.\n\n% allowed: {found.split(chr(39))[1]} — for a reason\n{text}") == []
    assert against(f"First line.\n\n% allowed: other words — for a reason\n{text}") == [(4, code, found)]


@pytest.mark.parametrize(
    "text",
    [
        "Life was shorter {cite:p}`zhao2016clinical`, and recurrence earlier {cite:p}`zhou2017prognostic`.",
        "Recurrence came earlier {cite:p}`zhou2017prognostic`; life was shorter {cite:p}`zhao2016clinical`.",
        "Recurrence-free survival was worse {cite:p}`zhou2017prognostic`.",
        "They recurred or died earlier {cite:p}`zhou2017prognostic`.",
        "Women lived less long {cite:p}`cole2012women`, deaths {cite:p}`xu2017clinical`.",
        "It did not prevent outgrowth {cite:p}`krall2018systemic`.",
        "It prevented the niche {cite:p}`sun2019niche`.",
        "It prevented things {cite:p}`unknown2000work`.",
        "Nothing was found {searched}`nothing-found`, and no study has looked.",
        "No studies were pooled.",
    ],
)
def test_what_says_no_more_is_left_alone(against, text):
    assert against(text) == []


def test_what_only_a_reader_can_judge_is_asked(against):
    text = "It is the largest.\nTwice as many, {value}`a/b/c`.\n\n% allowed: several groups — they are named\nSo say several groups.\nAnd half of them.\nRemoving them doubled it, the doubling time was halved."
    assert against(text, ask=True) == [
        (1, "unbound-words", "'the largest' in 'It is the largest.'"),
        (6, "unbound-words", "'half of' in 'And half of them.'"),
        (7, "unbound-words", "'doubled' in 'Removing them doubled it, the doubling time was halved.'"),
        (7, "unbound-words", "'halved' in 'Removing them doubled it, the doubling time was halved.'"),
    ]
    assert against(text) == []


def test_tables_that_cannot_be_read_are_left_to_their_check(tmp_path):
    page = pages.read("page.md", "Life was shorter {cite:p}`zhou2017prognostic`.")
    assert list(AgainstRows(tmp_path).faults(page)) == []
