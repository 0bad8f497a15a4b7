"""A corrected number runs again the chapters that show it, and no others."""

import csv
import json
import re

from seedsoil.notebooks.execution import Runs
from seedsoil.notebooks.results import chapters
from tests.conftest import ROOT


def questions(page) -> list[list]:
    run = Runs(ROOT).find(page.notebook)
    assert run, f"found no run of {page.name} as it is now; ./book build runs it"
    return [json.loads(name) for name in json.loads(run.with_suffix(".json").read_text("utf8")) if name[0] == "["]


def test_a_chapter_reads_the_effects_that_it_shows(site):
    with (ROOT / "data/effects.csv").open(encoding="utf8") as file:
        effects = list(csv.DictReader(file))
    for page in chapters(ROOT):
        built = (site / page.name).with_suffix(".html")
        html = built.read_text("utf8")
        names = " ".join(re.findall('data-table="([^"]+)"', html)).split()
        tables = [built.with_name(name).read_text("utf8") for name in names]
        shown = "".join([page.path.read_text("utf8"), html, *tables])
        for _, _, where in [asked for asked in questions(page) if asked[:2] == ["rows", "effects"]]:
            assert where, f"{page.name} loads all effects, and runs again when any of them changes"
            read = [row["id"] for row in effects if all(row[column] in texts for column, texts in where.items())]
            assert [name for name in read if name not in shown] == []
