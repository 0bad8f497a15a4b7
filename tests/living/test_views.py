"""The views of the living layer over a ledger that holds something: the drawn flow and its tables are of one mind."""

import re
from datetime import date

import pytest

from seedsoil.living import duplicates, ledger
from seedsoil.living.flow import Held
from seedsoil.living.ledger import Decision
from seedsoil.living.standing import Spent
from seedsoil.site import living, living_flow
from tests.living.test_duplicates import found

CHANGELOG = "# Changelog\n\nWhat.\n\n## Unreleased\n\n- A.\n\n## 0.1.0 (2026-11-22)\n\n- B.\n"


@pytest.fixture
def filled(book):
    (book / "CHANGELOG.md").write_text(CHANGELOG, "utf8")
    for day, numbers in (("2026-11-20", (1, 2)), ("2026-11-26", (3, 4, 5))):
        records = [found(f"MED:{n}", f"A title that is number {n}", pmid=str(n)) for n in numbers]
        duplicates.keep(book, "dormancy", records, date.fromisoformat(day), f"{day}T10:00:00.000Z")
    kinds = (("pmid:1", "include", ""), ("pmid:3", "exclude", "too weak"), ("pmid:4", "maybe", ""))
    at = "2026-11-27T10:00:00.000Z"
    ledger.add(book, [Decision(name, "dormancy", kind, reason, "E", "person", at) for name, kind, reason in kinds])
    return book


def test_the_flow_is_drawn_and_by_version_adds_up(filled):
    drawn = living.VIEWS["flow"](filled)[0].astext()
    assert re.search(r"5\s+identified by the sources \(Europe PMC 5\)", drawn)
    assert "1 excluded: 1 too weak" in drawn
    held = Held(filled)
    since, first, total = living_flow._versions(filled, held, ["dormancy"], held.flow("dormancy"))
    assert since == ["since 0.1.0", "3", "0", "0", "0", "1", "1", "3"]
    assert first == ["0.1.0 (2026-11-22)", "2", "0", "0", "0", "0", "0", "2"]
    assert total == ["all versions", "5", "0", "0", "0", "1", "1", "3"]


def test_the_minutes_of_sessions_and_runs():
    session = {"kind": "screening", "include": 2, "exclude": 3, "maybe": 1}
    runs = [{**session, "minutes": 3.0}, {**session, "minutes": None}, {"kind": "search", "seconds": 90.0}]
    assert Spent.of(runs).says() == (
        "Editors screened for 3 minutes in 1 session, and made 6 decisions, 30 seconds for each; of 1 more "
        "the time was not noted. The machine took 2 minutes in 1 run."
    )
    assert Spent.of([]).says().startswith("No screening session is on record yet")
