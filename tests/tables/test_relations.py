"""What the numbers of a row owe to each other, and that no table with such numbers goes without."""

import pandas as pd
import pytest

from seedsoil.tables import relations
from seedsoil.tables.package import package

TABLES = {table["name"]: table["schema"] for table in package()["resources"]}
# The rules of the effects know more than a constraint does; see seedsoil/evidence/effects.py.
RULED = {"effects"}
PAIRS = [("ci_low", "ci_high"), ("spread_low", "spread_high"), ("start", "stop"), ("start_year", "stop_year")]
PARTS = ("events", "deaths", "recurrences", "responders")


@pytest.mark.parametrize("name", TABLES)
def test_every_interval_time_and_part_is_under_a_constraint(name):
    columns = {field["name"] for field in TABLES[name]["fields"]}
    constraints = TABLES[name].get("rowConstraints", [])
    bound = [set(relations.NAME.findall(constraint)) for constraint in constraints]
    wanted = [{low, high} for low, high in PAIRS if {low, high} <= columns and name not in RULED]
    wanted += [{part, "patients"} for part in PARTS if {part, "patients"} <= columns]
    for pair in wanted:
        assert any(pair <= names for names in bound), f"{name}: no constraint on {sorted(pair)}"


def test_a_row_that_breaks_one_is_named_with_its_numbers():
    frame = pd.DataFrame({"ci_low": [0.5, 1.2], "ratio": [0.8, 0.9], "ci_high": [1.0, 1.4]}, index=[2, 3])
    (fault,) = relations.broken(frame, ["ci_low <= ratio <= ci_high"])
    assert fault == (3, "ci_low,ratio,ci_high", "ci_low 1.2, ratio 0.9, ci_high 1.4", "ci_low <= ratio <= ci_high")


def test_a_missing_number_owes_nothing():
    frame = pd.DataFrame({"events": pd.array([5, None], dtype="Int64"), "patients": [4, 3]}, index=[2, 3])
    assert [fault[0] for fault in relations.broken(frame, ["events <= patients"])] == [2]


@pytest.mark.parametrize("constraint", ["deaths <= patients", "1 <= 2"])
def test_a_constraint_on_no_column_is_refused(constraint):
    with pytest.raises(ValueError, match="expected columns of patients"):
        list(relations.broken(pd.DataFrame({"patients": [4]}), [constraint]))
