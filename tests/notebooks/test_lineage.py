"""Where a bound text comes from, read off the code: cells and tables, each by a case by hand."""

import pytest

from seedsoil.notebooks.lineage import Origin, origins

TABLES = ["effects", "vaghi_breast", "vaghi_lung", "cohort"]
CELLS = [
    'import seedsoil as ss\n%matplotlib inline\nLEVEL = 3\neffects = ss.load("effects", process="ecm")',
    'cohort = ss.load("cohort")\nvolumes = {tumor: ss.load(f"vaghi_{tumor}") for tumor in ("breast", "lung")}',
    'pooled = ss.pool(effects[effects["n"] > LEVEL])\nfor tumor, rows in volumes.items():\n    rows["share"] = rows["x"] / cohort["n"].sum()',
    "def fit(rows):\n    return rows['share'].mean()\n\ntexts = {}\ntexts['a'] = f'{fit(volumes)}'\ntexts |= {'b': f'{pooled}'}",
    "late = pooled + 1\nss.bind(k=f'{pooled}', level=LEVEL, n=f'{len(cohort)}', late=f'{late}', now=f'{ss.load(\"cohort\")}',\n"
    "    **{f'fit_{name}': fit(rows) for name, rows in volumes.items()}, **texts, **{'own': f'{cohort}'})",
]


def found(*names):
    told = origins(CELLS, TABLES, names)
    return {name: (origin.cell, sorted(origin.tables)) for name, origin in told.items()}


@pytest.mark.parametrize(
    ("name", "cell", "tables"),
    [
        ("k", 2, ["effects"]),
        ("level", 0, []),
        ("n", 1, ["cohort"]),
        ("late", 4, ["effects"]),
        ("now", 4, ["cohort"]),
        ("own", 1, ["cohort"]),
        ("fit_breast", 3, ["vaghi_breast", "vaghi_lung"]),
    ],
)
def test_a_text_leads_to_the_last_cell_that_made_what_it_uses(name, cell, tables):
    assert found(name) == {name: (cell, tables)}


def test_a_column_that_is_added_later_does_not_rest_on_the_frames_before():
    """`rows` of the loop is not `volumes`: what the code does not tell stays untold, and nothing is made up."""
    assert found("fit_breast")["fit_breast"][1] == ["vaghi_breast", "vaghi_lung"]


def test_texts_that_are_bound_together_are_told_as_such():
    told = origins(CELLS, TABLES, ["a", "b"])
    assert told["a"] == told["b"] == Origin(4, frozenset(TABLES) - {"cohort"}, together=True)


def test_a_name_that_nothing_binds_is_left_out():
    assert origins(CELLS[:4], TABLES, ["k"]) == {}
    assert origins(["ss.bind(k=1)"], (), ["other"]) == {}
