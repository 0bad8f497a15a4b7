"""Every chapter has the anatomy that a reader of one chapter expects of the next."""

import re

import pytest
import yaml

from tests.conftest import ROOT

BEHIND = "Behind the book"  # the part of the contents that holds no chapters
BEFORE, AFTER = ["Key messages"], ["Evidence", "What would change our minds", "What changed", "References"]


def chapters() -> list[str]:
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    return [page["file"] for part in contents["parts"] if part["caption"] != BEHIND for page in part["chapters"]]


@pytest.fixture(params=chapters())
def source(request) -> str:
    return (ROOT / f"{request.param}.md").read_text("utf8")


def sections(source: str) -> list[str]:
    return re.findall(r"^## (.+)$", re.sub(r"^```.*?^```$", "", source, flags=re.DOTALL | re.MULTILINE), re.MULTILINE)


def test_sections_stand_in_their_order(source):
    found = sections(source)
    assert found[:1] == BEFORE and found[-4:] == AFTER
    review, analysis = found[1:-5], found[-5]
    assert analysis.startswith("Mini-analysis: ")
    assert 3 <= len(review) <= 6


def test_front_matter_names_authors_and_reviewers(source):
    head = yaml.safe_load(source.split("---")[1])
    assert head["title"] and head["description"] and head["authors"]
    assert isinstance(head["reviewers"], list)
    assert re.search(r"^# (.+)$", source, re.MULTILINE)[1] == head["title"]


def test_directives_stand_in_their_sections(source):
    title, *parts = re.split(r"^(?=## )", source, flags=re.MULTILINE)
    assert "```{status}" in title
    by_heading = {part.partition("\n")[0].removeprefix("## "): part for part in parts}
    for heading, directive in {
        "Key messages": "key-messages",
        "Evidence": "evidence-table",
        "What changed": "changes",
        "References": "references",
    }.items():
        assert f"```{{{directive}}}" in by_heading[heading]
    assert "### What this does not show" in source


def test_messages_are_few_and_references_are_many(source):
    block = re.search(r"```\{key-messages\}\n(.*?)\n```", source, re.DOTALL)[1]
    assert 3 <= len(yaml.safe_load(block)) <= 6
    cited = {key.strip() for keys in re.findall(r"\{cite:[pt]\}`([^`]+)`", source) for key in keys.split(",")}
    assert len(cited) >= 25
