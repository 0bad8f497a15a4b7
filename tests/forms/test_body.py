"""The answers of a filled form: as GitHub writes them, as people spoil them, and as one would who means harm."""

import re

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seedsoil.files import ROOT
from seedsoil.forms import body
from seedsoil.problem import DataError
from seedsoil.tables.package import resource
from tests.forms.filling import CLAIM, FILLED, FORMS, NUMBER, PAPER, text

GOLDEN = """### Address of the page or the figure

evidence/mansi2016-death.html

### What the page says

HR 1.46

### What the source says

_No response_

### Where in the source (DOI, page, table)

Table 2
"""


def answers(written: str) -> dict[str, str]:
    return body.filled(written, FORMS.values()).answers


def told(written: str) -> list[str]:
    with pytest.raises(DataError) as error:
        body.filled(written, FORMS.values())
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize("name", FORMS)
def test_each_form_is_known_by_its_headings(name):
    found = body.filled(text(name), FORMS.values())
    assert found.form.name == name
    assert {field: answer for field, answer in found.answers.items() if answer} == FILLED[name]


def test_the_forms_ask_for_what_a_row_holds():
    fields = {field["name"]: field for field in resource("findings")["schema"]["fields"]}
    offered = {field.name: set(field.options) for field in FORMS["add-a-paper"].fields if field.type == "dropdown"}
    for name in ("process", "outcome", "outcome_of"):
        assert offered[name] == set(fields[name]["constraints"]["enum"])
    assert offered["perturbation"] - {"nothing, it was observed"} == {
        *fields["perturbation"]["constraints"]["enum"]
    } - {"none", "not stated"}
    species = set(re.findall(r"[a-z]{3,}", fields["species"]["constraints"]["pattern"]))
    assert offered["species"] == species - {"not", "stated"}


def test_github_takes_the_forms():
    """A choice may not be called none, names and labels stand once, and each form brings its label."""
    for path in (ROOT / body.TEMPLATES).glob("*.yml"):
        form = yaml.safe_load(path.read_text("utf8"))
        if path.stem not in FORMS:
            continue
        assert form["labels"] and form["name"] and form["description"]
        fields = FORMS[path.stem].fields
        assert len({field.name for field in fields}) == len({field.label.casefold() for field in fields}) == len(fields)
        assert all(option.casefold() != "none" for field in fields for option in field.options)


def test_a_required_answer_is_missed_where_its_heading_stands():
    assert told(GOLDEN) == [
        "the form:9:What the source says: found no answer, expected one; write it below its heading"
    ]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems(end):
    assert answers(text("dispute-a-claim").replace("\n", end)) == CLAIM


@pytest.mark.parametrize(
    "claim",
    [
        "One line.\n\n### A heading of mine\n\nAnd more.",
        "```\n### What is wrong with it\n```\nThe heading stands in code.",
        "> ### What is wrong with it\n\nIt stands in a quotation.",
        "- a list\n\n  ### What is wrong with it",
        "    ### What is wrong with it",
        "<!--\n### What is wrong with it\n-->\nIn a comment.",
        "## What is wrong with it",
    ],
)
def test_what_stands_in_an_answer_is_part_of_it(claim):
    assert answers(text("dispute-a-claim", claim=claim)) == CLAIM | {"claim": claim.strip()}


def test_headings_may_stand_in_any_order_and_those_without_need_may_be_gone():
    parts = text("add-a-paper").split("### ")[1:]
    kept = [part for part in parts if "_No response_" not in part and "[ ]" not in part]
    assert len(kept) < len(parts)
    found = answers("".join(f"### {part.strip()}\n\n" for part in reversed(kept)))
    assert {field: answer for field, answer in found.items() if answer} == PAPER


def test_boxes_that_are_ticked():
    label = "Data of patients support it"
    assert answers(text("add-a-paper", human_data=label))["human_data"] == label
    assert answers(text("add-a-paper"))["human_data"] == ""


@pytest.mark.parametrize("nothing", ["_No response_", "None", ""])
def test_no_answer(nothing):
    assert answers(text("add-a-paper", organ=nothing))["organ"] == ""


def test_a_word_before_the_first_heading_is_no_answer():
    assert answers("Dear editors,\n\n" + text("correct-a-number")) == NUMBER


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            text("correct-a-number").replace("### What the page says", "**What the page says**"),
            "the form:What the page says: found no such heading, expected it with its answer; write the line "
            "### What the page says and the answer below it",
        ),
        (
            text("dispute-a-claim", claim="x\n### What is wrong with it\ny"),
            "the form:7:What is wrong with it: found the heading in the lines 4, 7, expected it once; keep the one "
            "with the answer; in an answer, write it without ###",
        ),
        (
            text("dispute-a-claim", claim="```\nnever closed"),
            "the form:6:What is wrong with it: found the heading in code, a quotation or a comment, expected it in the "
            "open; close what begins above it",
        ),
        (
            text("dispute-a-claim", claim="<!-- never closed"),
            "the form:5:What is wrong with it: found the heading in code, a quotation or a comment, expected it in the "
            "open; close what begins above it",
        ),
        (
            text("add-a-paper", outcome="much more"),
            "the form:45:Outcome: found 'much more', expected one of more, less, same; did you mean more?",
        ),
        (
            "Hello.",
            "the form: found no heading of a form, expected those of add-a-paper, correct-a-number, dispute-a-claim; "
            "fill one in, or keep the headings that it has given the issue",
        ),
        (
            "",
            "the form: found no heading of a form, expected those of add-a-paper, correct-a-number, dispute-a-claim; "
            "fill one in, or keep the headings that it has given the issue",
        ),
        (
            text("correct-a-number", found="9" * 70_000),
            "the form: found 70,261 characters, expected 65,536 at most; shorten the answers, and attach what is long",
        ),
    ],
)
def test_what_is_spoiled_is_told_with_its_place(written, message):
    assert message in told(written)


ANSWER = st.text(max_size=300) | st.lists(
    st.sampled_from(
        [
            "```",
            "~~~",
            "### ",
            "### What is wrong with it\n",
            "<!--",
            "-->",
            "<pre>",
            "> ",
            "- ",
            "\n",
            "\r",
            "x",
            "    ",
            "None",
        ]
    )
).map("".join)


@settings(max_examples=150, deadline=None)
@example("0\n### WHAT IS WRONG WITH IT\n~~~", "~~~")
@given(ANSWER, ANSWER)
def test_whatever_is_typed_is_kept_or_told(claim, why):
    """An answer is read as it was typed, or the form is refused; no answer is taken for another."""
    written = text("dispute-a-claim", claim=claim, why=why, evidence="the end")
    try:
        found = answers(written)
    except DataError:
        return
    assert found["evidence"] == "the end"
    same = [
        (found[name], typed.replace("\r\n", "\n").replace("\r", "\n").strip())
        for name, typed in (("claim", claim), ("why", why))
    ]
    assert all(read == typed or typed in body.NO_ANSWER for read, typed in same)


@pytest.mark.parametrize(
    "evil", ["> " * 20_000, "- " * 20_000, "[" * 60_000, "`" * 60_000, "### x\n" * 9_000, "<" * 60_000]
)
def test_a_text_made_to_take_long_does_not(evil):
    import time

    start = time.perf_counter()
    try:
        body.filled(text("dispute-a-claim", claim=evil), FORMS.values())
    except DataError:
        pass
    assert time.perf_counter() - start < 20
