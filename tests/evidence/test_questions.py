"""The rules of the open questions: each fault seeded in a right row, and told by its line, column and code."""

import pandas as pd
import pytest

from seedsoil.evidence import questions

RIGHT = {
    "id": "sleep-why",
    "chapter": "sleep",
    "rows_for": "ames; boyd",
    "rows_against": "cole",
    "supports": "Fewer relapses.",
    "refutes": "As many.",
    "processes": "dormancy; immune",
    "organs": "bone marrow",
    "status": "open",
    "closed_by": None,
}
FINDINGS, EFFECTS = pd.DataFrame({"id": ["ames", "boyd"]}), pd.DataFrame({"id": ["cole"]})
VOCABULARY = pd.DataFrame(
    [("dormancy", "process"), ("immune", "process"), ("bone marrow", "organ"), ("dormancy", "stage")],
    columns=["term", "kind"],
)


def told(root, **cells) -> list[tuple[str, str]]:
    frame = pd.DataFrame([RIGHT | cells], index=[2])
    found = [
        *questions.outcomes(frame),
        *questions.rows(frame, FINDINGS, EFFECTS),
        *questions.terms(frame, VOCABULARY),
        *questions.chapters(frame, root),
    ]
    return [(problem.column, problem.code) for problem in found]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, []),
        ({"rows_for": None, "rows_against": None, "organs": None}, []),
        ({"supports": None}, [("supports", "one-sided-question")]),
        ({"refutes": None}, [("refutes", "one-sided-question")]),
        ({"refutes": "Fewer relapses."}, [("refutes", "one-sided-question")]),
        ({"rows_for": "ames; nobody"}, [("rows_for", "unknown-name")]),
        ({"rows_against": "nobody"}, [("rows_against", "unknown-name")]),
        ({"rows_against": "boyd"}, [("rows_against", "row-on-both-sides")]),
        ({"status": "closed"}, [("closed_by", "closed-without-row")]),
        ({"closed_by": "ames"}, [("closed_by", "closed-without-row")]),
        ({"status": "closed", "closed_by": "nobody"}, [("closed_by", "unknown-name")]),
        ({"status": "closed", "closed_by": "cole"}, []),
        ({"processes": "sleep"}, [("processes", "unknown-name")]),
        ({"organs": "dormancy"}, [("organs", "unknown-name")]),
        ({"chapter": "slepe"}, [("chapter", "unknown-name")]),
    ],
)
def test_a_fault_is_told_where_it_stands(tmp_path, cells, expected):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters/sleep.md").touch()
    assert told(tmp_path, **cells) == expected
