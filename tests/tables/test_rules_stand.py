"""The rules of the data package cannot be weakened in silence: each stands in a list beside this test.

After a change that is meant, write the list anew with `python -m tests.tables.test_rules_stand` and read the difference.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedsoil.tables.package import package

LIST = Path(__file__).with_name("rules_that_stand.txt")


def rules(description: dict) -> Iterator[str]:
    """Each table, type, unit, constraint and key of the package as a line."""
    for table in description["resources"]:
        name, schema = table["name"], table["schema"]
        yield f"{name}: {table['path']}"
        yield f"{name}: key {','.join(schema.get('primaryKey', []))}"
        for key in schema.get("foreignKeys", ()):
            reference = key["reference"]
            yield f"{name}: {','.join(key['fields'])} in {reference['resource']}.{','.join(reference['fields'])}"
        for constraint in schema.get("rowConstraints", ()):
            yield f"{name}: {constraint}"
        for field in schema["fields"]:
            column = f"{name}.{field['name']}: "
            yield column + field["type"]
            if "unit" in field:
                yield f"{column}in {field['unit']}"
            for kind, limit in field.get("constraints", {}).items():
                yield f"{column}{kind} {' | '.join(map(str, limit)) if isinstance(limit, list) else limit}"


def written(description: dict) -> list[str]:
    return sorted(rules(description))


def test_the_rules_are_those_of_the_list():
    listed = LIST.read_text(encoding="utf-8").splitlines()
    now = written(package())
    gone, new = sorted(set(listed) - set(now)), sorted(set(now) - set(listed))
    how = "python -m tests.tables.test_rules_stand writes the list anew"
    assert not (gone or new), "\n".join(["no longer:", *gone, "new:", *new, how])
    assert len(now) == len(set(now)), "a rule stands twice"


@pytest.mark.parametrize(
    "weaken",
    [
        lambda table, field: table["schema"].pop("primaryKey"),
        lambda table, field: table["schema"].pop("foreignKeys"),
        lambda table, field: table["schema"].pop("rowConstraints"),
        lambda table, field: field.pop("constraints"),
        lambda table, field: field["constraints"].update(minimum=-5),
        lambda table, field: field.update(unit="week"),
        lambda table, field: table.update(path="tables/other.csv"),
    ],
)
def test_a_weaker_package_has_other_rules(weaken):
    description = copy.deepcopy(package())
    table = next(table for table in description["resources"] if table["name"] == "pan2017_distant_recurrence")
    weaken(table, next(field for field in table["schema"]["fields"] if field["name"] == "start_year"))
    assert written(description) != written(package())


if __name__ == "__main__":
    LIST.write_text("\n".join(written(package())) + "\n", encoding="utf-8")
