"""A form filled in, as GitHub writes it into an issue."""

from seedsoil.files import ROOT
from seedsoil.forms import body

FORMS = {form.name: form for form in body.forms(ROOT)}

PAPER = {
    "identifier": "10.1000/new",
    "process": "dormancy",
    "finding": "CXCL12 kept breast cancer cells of mice asleep in marrow.",
    "read": "abstract",
    "factor": "CXCL12",
    "perturbation": "knockout",
    "outcome": "less",
    "outcome_of": "dormancy",
    "organ": "bone marrow",
}
NUMBER = {
    "page": "https://seed-and-soil.github.io/seed-and-soil/evidence/mansi2016-death.html",
    "found": "HR 1.46 (95% CI 1.12–1.90)",
    "expected": "HR 1.46 (95% CI 1.13–1.91)",
    "source": "10.1000/new, Table 2",
}
CLAIM = {
    "claim": "“Hidden cells in marrow foretell an early death of women” (first page)",
    "why": "A later cohort saw no difference.",
    "evidence": "10.1000/new, and PMID 24161934 (2013)",
}
FILLED = {"add-a-paper": PAPER, "correct-a-number": NUMBER, "dispute-a-claim": CLAIM}


def text(name: str, **answers: str) -> str:
    """The Markdown of a form; the answers are those of FILLED, and others where they are given."""
    answers = FILLED[name] | answers
    return (
        "\n\n".join(part for field in FORMS[name].fields for part in section(field, answers.get(field.name, ""))) + "\n"
    )


def section(field: body.Field, answer: str) -> list[str]:
    if field.type == "checkboxes":
        answer = "\n".join(f"- [{'X' if answer == option else ' '}] {option}" for option in field.options)
    return [f"### {field.label}", answer or "_No response_"]
