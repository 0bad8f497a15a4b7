"""A small book with a living layer, and a server that plays the scholarly APIs."""

import shutil

import pytest

from seedsoil.files import ROOT
from tests.living import playback

BIB = """@article{ghajar2013pv,
  author = {Ghajar, Cyrus M.},
  title = {The perivascular niche regulates breast tumour dormancy},
  journal = {Nature Cell Biology},
  year = {2013},
  doi = {10.1038/ncb2767},
  pmid = {23728425},
}

@article{ames2020tgfb2,
  author = {Ames, A.},
  title = {{TGF-β2} holds cells asleep in marrow},
  journal = {Nature},
  year = {2020},
  doi = {10.1000/ames},
  pmid = {unread},
}
"""
QUERY = """state: living
every_days: 30
since: 2026-11-01
approved: {by: "", day: "", digest: ""}
blocks:
  - words: [metastasis]
  - terms: [process dormancy]
"""
PAGE = """# Dormancy

```{key-messages}
- message: "TGF-β2 holds cells asleep."
  clauses:
    - says: "TGF-β2 restrains growth in bone marrow"
      about: {factor: TGFB2, organ: bone marrow}
      claim: restrains
      rows: [ames2020-tgfb2-marrow]
```

Cells sleep by vessels {cite:p}`ghajar2013pv`.
"""
FINDING = {
    "id": "ames2020-tgfb2-marrow",
    "ref": "ames2020tgfb2",
    "group": "Ames A",
    "process": "dormancy",
    "source": "not stated",
    "factor": "TGFB2",
    "target": "tumor cell",
    "organ": "bone marrow",
    "cancer": "not stated",
    "stage": "dormancy",
    "perturbation": "knockdown",
    "outcome": "more",
    "outcome_of": "metastasis",
    "species": "mouse",
    "model": "not stated",
    "human_data": "no",
    "finding": "Less of it woke cells.",
    "read_at": "abstract",
    "found_by": "hand",
    "added": "2026-11-01",
    "readings": "1",
}


@pytest.fixture
def book(tmp_path):
    """A book of one chapter, with a finding, two works and the standing search of the chapter."""
    data = tmp_path / "data"
    (data / "living" / "searches").mkdir(parents=True)
    for name in ("datapackage.json", "vocabulary.csv"):
        shutil.copy(ROOT / "data" / name, data)
    for path in (ROOT / "data").rglob("*.csv"):  # the header of each table, and no row
        target = data / path.relative_to(ROOT / "data")
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            header = next(line for line in path.read_text("utf8").splitlines() if not line.startswith("#"))
            target.write_text(header + "\n", "utf8")
    columns = (data / "findings.csv").read_text("utf8").strip().split(",")
    (data / "findings.csv").write_text(
        ",".join(columns) + "\n" + ",".join(FINDING.get(name, "") for name in columns) + "\n", "utf8"
    )
    (data / "references.bib").write_text(BIB, "utf8")
    (data / "living" / "searches" / "dormancy.yml").write_text(QUERY, "utf8")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "dormancy.md").write_text(PAGE, "utf8")
    (tmp_path / "index.md").write_text("# Book\n", "utf8")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: chapters/dormancy\n", "utf8")
    return tmp_path


@pytest.fixture
def apis(monkeypatch):
    """The server; `apis.answers[name]` is what an API plays, and 503 of those that have no answer."""
    monkeypatch.delenv("SEEDSOIL_OPENALEX_KEY", raising=False)
    monkeypatch.setattr("seedsoil.literature.http.PACE", {})
    with playback.server(monkeypatch) as play:
        yield play


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """No test waits for a source that is busy."""
    import stamina

    with stamina.set_testing(True, attempts=1):
        yield
