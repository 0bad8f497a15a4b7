"""The rules of the tests of theses: each fault seeded in a right row, and told by its column and code."""

import pandas as pd
import pytest

from seedsoil.evidence import thesis_rules

RIGHT = {
    "kind": "result",
    "page": "sleep",
    "result": "share",
    "chance": "null",
    "holds": "above chance",
    "fails": "within 0.80 to 1.25",
    "figure": "fig-sleep",
}
PAGE = "```{code-cell} ipython3\n---\nname: fig-sleep\n---\nss.bind(share='1', null='0 to 1')\n```\n"
RESULTS = "- outputs:\n" + "".join(
    f"  - data: {{application/papermill.record/text/plain: '''{text}'''}}\n" for text in ("1", "0 to 1")
)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, []),
        ({"holds": "never"}, []),
        ({"holds": "over 1"}, [("holds", "rule-of-a-test")]),
        ({"fails": "above chance"}, [("fails", "rule-of-a-test")]),
        ({"fails": "below firm sign"}, [("fails", "rule-of-a-test")]),
        ({"chance": None}, [("holds", "rule-of-a-test")]),
        ({"result": None}, [("result", "rule-of-a-test")]),
        ({"result": "shares"}, [("result", "unknown-result")]),
        ({"page": "slepe"}, [("page", "unknown-name")]),
        ({"figure": "fig-slepe"}, [("figure", "unknown-name")]),
    ],
)
def test_a_fault_is_told_where_it_stands(tmp_path, cells, expected):
    for name, text in (("chapters/sleep.md", PAGE), ("tests/results/sleep.yml", RESULTS)):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    columns = ("kind", "page", "result", "chance", "of", "subject", "holds", "fails", "figure")
    frame = pd.DataFrame([dict.fromkeys(columns) | RIGHT | cells], index=[2])
    found = [*thesis_rules.rules(frame), *thesis_rules.pages(frame, tmp_path)]
    assert [(problem.column, problem.code) for problem in found] == expected


def test_a_thesis_names_questions_that_are_asked():
    theses = pd.DataFrame({"questions": ["sleep-why; sleep-when", None]}, index=[2, 3])
    (problem,) = thesis_rules.questions(theses, pd.DataFrame({"id": ["sleep-why"]}))
    assert (problem.line, problem.column, problem.code) == (2, "questions", "unknown-name")
