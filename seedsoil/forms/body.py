"""The answers of an issue form, from the Markdown that GitHub makes of it: a heading for each field, its answer below.

Nothing here trusts the text. Its blocks are those of CommonMark, so that what a reader of the issue sees as a heading
is one here too; a heading that is no label of the form belongs to the answer in which it stands.
https://docs.github.com/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-issue-forms
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import yaml
from markdown_it import MarkdownIt

from seedsoil.files import read
from seedsoil.problem import DataError, Problem, nearest, quoted

TEMPLATES = ".github/ISSUE_TEMPLATE"
LABEL = "the form"  # names the text in messages
LONGEST = 65_536  # characters that GitHub keeps of an issue
NO_ANSWER = ("", "_No response_", "None")  # "None" is what GitHub writes for a choice that was not made
TICKED = re.compile(r"^- \[[xX]\] (.+)$", re.MULTILINE)


class Field(NamedTuple):
    """One question of a form."""

    name: str
    label: str
    type: str
    options: tuple[str, ...]
    required: bool


class Form(NamedTuple):
    """An issue form of the repository, by the name of its file."""

    name: str
    fields: tuple[Field, ...]


class Filled(NamedTuple):
    """A form with its answers by the names of the fields; an answer that was not given is empty."""

    form: Form
    answers: dict[str, str]
    lines: dict[str, int]  # of the headings

    def problem(self, field: str, found: str, expected: str, mend: str, code: str) -> Problem:
        label = next(one.label for one in self.form.fields if one.name == field)
        return Problem(LABEL, self.lines.get(field, 0), label, found, expected, mend, code)


def forms(root: Path) -> list[Form]:
    """The issue forms of the repository, in the order of their names."""
    found = []
    for path in sorted((root / TEMPLATES).glob("*.yml")):
        parts = yaml.safe_load(read(path, path.name)).get("body", ())
        fields = tuple(_field(part) for part in parts if part["type"] != "markdown")
        found += [Form(path.stem, fields)] if fields else []
    return found


def _field(part: dict) -> Field:
    told = part["attributes"]
    options = tuple(one["label"] if isinstance(one, dict) else str(one) for one in told.get("options", ()))
    return Field(part["id"], told["label"], part["type"], options, part.get("validations", {}).get("required", False))


def filled(text: str, known: Iterable[Form]) -> Filled:
    """The form that was filled in, with its answers; DataError with everything that is to mend in the text."""
    if len(text) > LONGEST:
        mend = "shorten the answers, and attach what is long"
        raise DataError(
            Problem(LABEL, 0, "", f"{len(text):,} characters", f"{LONGEST:,} at most", mend, "form-too-long")
        )
    text = re.sub(r"\r\n?", "\n", text)
    headings = list(_headings(text))
    form = _form(headings, list(known))
    problems = list(_heading_problems(text, headings, form))
    if problems:
        raise DataError(*problems)
    answers = dict.fromkeys((field.name for field in form.fields), "")
    found, lines = Filled(form, answers, {}), text.split("\n")
    fields = {_folded(field.label): field for field in form.fields}
    places = [(place, fields[_folded(label)]) for place, label in headings if _folded(label) in fields]
    for (start, field), (stop, _) in pairwise([*places, (len(lines), form.fields[0])]):
        found.lines[field.name] = start + 1
        answers[field.name] = _answer(field, "\n".join(lines[start + 1 : stop]).strip())
    problems = [problem for field in form.fields for problem in _answer_problems(field, found)]
    if problems:
        raise DataError(*problems)
    return found


def _headings(text: str) -> Iterator[tuple[int, str]]:
    """Line (from 0) and text of each third heading that is in no list, quotation, code or comment."""
    reader = MarkdownIt("commonmark")
    reader.core.ruler.enableOnly(["normalize", "block"])
    tokens = reader.parse(text)
    for token, inside in pairwise(tokens):
        if token.type == "heading_open" and token.tag == "h3" and token.level == 0 and token.map:
            yield token.map[0], inside.content


def _form(headings: list[tuple[int, str]], known: list[Form]) -> Form:
    """The form of which most labels are headings."""
    labels = {_folded(label) for _, label in headings}
    counts = {form: len(labels & {_folded(field.label) for field in form.fields}) for form in known}
    best = max(counts, key=lambda form: counts[form])
    if not counts[best]:
        names = ", ".join(form.name for form in known)
        mend = "fill one in, or keep the headings that it has given the issue"
        raise DataError(Problem(LABEL, 0, "", "no heading of a form", f"those of {names}", mend, "no-form"))
    return best


def _heading_problems(text: str, headings: list[tuple[int, str]], form: Form) -> Iterator[Problem]:
    for field in form.fields:
        label = _folded(field.label)
        lines = [place + 1 for place, told in headings if _folded(told) == label]
        raw = enumerate(text.split("\n"), 1)
        written = [number for number, line in raw if _folded(line.lstrip("# ")) == label and "###" in line]
        if lines:  # one further down that code or a comment hides may be the true one
            lines = sorted({*lines, *(number for number in written if number > lines[0])})
        if len(lines) > 1:
            found = f"the heading in the lines {', '.join(map(str, lines))}"
            mend = "keep the one with the answer; in an answer, write it without ###"
            yield Problem(LABEL, lines[1], field.label, found, "it once", mend, "heading-twice")
        elif not lines:
            if written:
                found, mend = "the heading in code, a quotation or a comment", "close what begins above it"
                yield Problem(LABEL, written[0], field.label, found, "it in the open", mend, "no-heading")
            elif field.required:
                mend = f"write the line ### {field.label} and the answer below it"
                yield Problem(LABEL, 0, field.label, "no such heading", "it with its answer", mend, "no-heading")


def _answer(field: Field, text: str) -> str:
    if field.type == "checkboxes":
        return "\n".join(TICKED.findall(text))
    return "" if text in NO_ANSWER and text not in field.options else text


def _answer_problems(field: Field, found: Filled) -> Iterator[Problem]:
    answer = found.answers[field.name]
    if field.required and not answer:
        yield found.problem(field.name, "no answer", "one", "write it below its heading", "no-answer")
    elif field.type == "dropdown" and answer and answer not in field.options:
        mend = nearest(answer, field.options, "choose one of them")
        yield found.problem(
            field.name, quoted(answer), f"one of {', '.join(field.options)}", mend, "answer-not-offered"
        )


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()
