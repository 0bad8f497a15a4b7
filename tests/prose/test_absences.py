"""Each claim of absence is listed with its searches, where it is said."""

import json

from seedsoil.prose.absences import absences

SEARCHES = """id,claim_id,claim,query,searched_on
a-1,nobody-slept,Nobody slept,sleep,2026-01-02
a-2,nobody-slept,Nobody slept,"dormancy, human",2026-02-03
"""


def test_a_claim_is_listed_with_its_searches(tmp_path):
    (tmp_path / "data").mkdir()
    table = {"name": "absence_searches", "path": "searches.csv", "schema": {"primaryKey": ["id"]}}
    (tmp_path / "data/datapackage.json").write_text(json.dumps({"resources": [table]}))
    (tmp_path / "data/searches.csv").write_text(SEARCHES)
    (tmp_path / "_toc.yml").write_text("root: page\n")
    page = tmp_path / "page.md"
    page.write_text("# Title\n\nNobody slept {searched}`nobody-slept`.\n")
    said = "not found: Nobody slept (searches: 2, the last on 2026-02-03: sleep; dormancy, human)"
    assert [(line, text) for _, line, text in absences(tmp_path)] == [(3, said)]
    page.write_text("# Title\n\nSome slept {searched}`another-claim`, {glue:text}`nobody-slept`.\n")
    assert list(absences(tmp_path)) == []
