"""What every chapter has: each part taken from a whole chapter is told by its place, with its code."""

import pytest

from seedsoil.files import ROOT
from seedsoil.prose import anatomy
from seedsoil.prose.pages import read

MESSAGES = "- message: One.\n  clauses:\n    - says: one\n      computed: here\n" * 3
WORKS = ",".join(f"work{number}" for number in range(25))
CHAPTER = f"""---
title: Sleep
description: Of sleep.
authors: [A. Ames]
reviewers: []
---

# Sleep

```{{status}}
```

## Key messages

```{{key-messages}}
{MESSAGES}```

## One

As was said {{cite:p}}`{WORKS}`.

## Two

```
## no heading
```

## Three

## Mini-analysis: why

### What this does not show

## Evidence

```{{evidence-table}}
```

## What would change our minds

```{{questions}}
```

## What changed

```{{changes}}
```

## References

```{{references}}
```
"""


LINE = CHAPTER[: CHAPTER.index("## Mini-analysis")].count("\n") + 1


def found(source: str) -> list[tuple[int, str, str]]:
    page = read("chapters/sleep.md", source)
    return [(page.place(position)[0], what, code) for position, what, *_, code in anatomy.faults(page)]


def test_a_whole_chapter_has_no_fault():
    assert found(CHAPTER) == []


def test_the_chapters_are_the_pages_of_numbered_parts(tmp_path):
    assert "chapters/dormancy.md" in anatomy.chapters(ROOT) and "index.md" not in anatomy.chapters(ROOT)
    assert "chapters/references.md" not in anatomy.chapters(ROOT)
    (tmp_path / "_toc.yml").write_text("root: index\nchapters:\n  - file: sleep\n")
    assert anatomy.chapters(tmp_path) == set()


@pytest.mark.parametrize(
    ("old", "new", "line", "what", "code"),
    [
        ("title: Sleep\n", "", 1, "no title in the front matter", "chapter-front-matter"),
        ("authors: [A. Ames]\n", "", 1, "no authors in the front matter", "chapter-front-matter"),
        ("reviewers: []\n", "reviewers: none\n", None, None, None),
        ("reviewers: []\n", "", 1, "no reviewers in the front matter", "chapter-front-matter"),
        (
            "# Sleep",
            "# Wake",
            8,
            "the title 'Sleep' in the front matter and the heading 'Wake'",
            "chapter-front-matter",
        ),
        (CHAPTER.partition("# Sleep")[0], "", 1, "no title in the front matter", "chapter-front-matter"),
        ("## Evidence", "## Rows", 1, "no section 'Evidence'", "chapter-sections"),
        ("Mini-analysis: why", "Why", 1, "no mini-analysis", "chapter-sections"),
        ("### What this does not show", "", LINE, "no section 'What this does not show'", "chapter-sections"),
        ("## Two", "### Two", LINE, "2 sections of review", "chapter-sections"),
        ("## What changed\n", "## References\n", 1, "no section 'What changed'", "chapter-sections"),
        ("```{changes}\n```\n", "", 1, "no {changes}", "chapter-directive"),
        ("```{evidence-table}\n```", "```{references}\n```", 1, "no {evidence-table}", "chapter-directive"),
        (
            "- message: One.\n  clauses:\n    - says: one\n      computed: here\n" * 2,
            "",
            15,
            "1 key message",
            "message-count",
        ),
        ("work24", "work1", 1, "24 works cited", "few-works"),
    ],
)
def test_what_is_missing_is_told(old, new, line, what, code):
    assert old in CHAPTER
    told = found(CHAPTER.replace(old, new, 1))
    assert (line, what, code) in told if what else told == []


def test_sections_out_of_order_are_told_with_the_order():
    changed = (
        CHAPTER.replace("## Evidence", "## X")
        .replace("## What changed", "## Evidence")
        .replace("## X", "## What changed")
    )
    ((line, what, code), *_) = [fault for fault in found(changed) if "order" in fault[1]]
    assert (line, code) == (13, "chapter-sections") and what.startswith("the order Key messages, One")


def test_a_message_section_holds_its_directive():
    moved = CHAPTER.replace("```{status}\n```\n", "").replace("## One\n", "## One\n\n```{status}\n```\n")
    assert (1, "{status} in 'One'", "chapter-directive") in found(moved)
