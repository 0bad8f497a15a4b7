"""Every code that the library gives is explained, and every explanation has the message that a fault really brings."""

from __future__ import annotations

import ast
import csv
import datetime
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from seedsoil import check
from seedsoil.codes import CODES, PARTS
from seedsoil.derive import jin
from seedsoil.derive.fetch import fetch
from seedsoil.derive.registry import SOURCES
from seedsoil.files import ROOT
from seedsoil.forms import body, number, paper
from seedsoil.living import exchange, ledger, queries, sentences
from seedsoil.problem import DataError
from seedsoil.tables import form, load
from tests.forms import filling

LAYERS = ("tables", "bibliography", "evidence", "prose", "derive", "living", "forms", "files.py")
GIVERS = {"Problem", "problem", "add", "broken", "unknown"}  # calls whose last argument may be a code

# A small book in order. Its tables have the columns of the real ones; a column that a row does not name is empty.
COMMON = {"added": "2026-01-02", "readings": "1", "read_at": "abstract", "found_by": "hand"}
FINDING = COMMON | {
    "process": "dormancy",
    "source": "osteoblast",
    "factor": "TGFB2",
    "target": "tumor cell",
    "organ": "bone marrow",
    "cancer": "breast",
    "stage": "dormancy",
    "perturbation": "knockout",
    "outcome_of": "dormancy",
    "species": "mouse",
    "model": "genetic",
    "human_data": "no",
    "relation": "contradicts",
}
ROWS = {
    "living_integrity": [
        {"key": "cole2012women", "source": "crossref", "status": "none seen", "seen_on": "2026-01-02"},
    ],
    "living_sentences": [
        {
            "row": "ames-tgfb2",
            "place": "abstract",
            "sentence": "1",
            "kind": "result",
            "digest": "0123456789abcdef",
            "state": "found",
            "checked_on": "2026-01-02",
        },
    ],
    "findings": [
        FINDING
        | {
            "id": "ames-tgfb2",
            "ref": "ames2010marrow",
            "group": "Ames A",
            "outcome": "less",
            "finding": "Without it cells wake",
            "related_to": "boyd-tgfb2",
        },
        FINDING
        | {
            "id": "boyd-tgfb2",
            "ref": "boyd2011marrow",
            "group": "Boyd B",
            "outcome": "more",
            "finding": "Without it fewer cells wake",
            "related_to": "ames-tgfb2",
        },
    ],
    "effects": [
        COMMON
        | {
            "id": name,
            "ref": "cole2012women",
            "group": "Cole C",
            "process": "dormancy",
            "study": "Cole",
            "cancer": "breast",
            "setting": "prognostic",
            "intervention": "cells in marrow",
            "comparator": comparator,
            "n": "350",
            "endpoint": "death",
            "measure": "HR",
            "estimate": estimate,
            "ci_low": low,
            "ci_high": high,
            "ci_level": "95",
            "p": p,
        }
        for name, comparator, (estimate, low, high, p) in (
            ("cole-death", "none", ("1.46", "1.12", "1.90", "0.005")),
            ("cole-many", "few cells", ("1.20", "1.00", "1.44", "0.05")),
        )
    ],
    "vocabulary": [
        {"term": term, "kind": kind, "label": term, "definition": "What it is.", "double_agent": agent}
        | ({"ontology_id": "CL:0000062"} if term == "osteoblast" else {})
        for term, kind, agent in [
            ("TGFB2", "factor", "yes"),
            ("osteoblast", "cell", "no"),
            ("tumor cell", "cell", "no"),
            ("bone marrow", "organ", "no"),
            ("breast", "cancer", "no"),
            ("dormancy", "stage", "no"),
            ("dormancy", "process", "no"),
            ("genetic", "model", "no"),
        ]
    ],
    "references_read": [
        {
            "key": key,
            "read_at": "abstract",
            "source": f"PubMed {key[-6:]}",
            "verified_on": "2026-01-02",
            "role": "research",
        }
        for key in ("ames2010marrow", "boyd2011marrow", "cole2012women")
    ],
    "proportions": [
        {
            "id": name,
            "ref": "cole2012women",
            "study": "Cole",
            "population": "women",
            "what": "cells in marrow",
            "patients": patients,
            "percent": "30.6",
            "read_at": "abstract",
        }
        for name, patients in (("cole-positive", "4703"), ("cole-late", "676"))
    ],
    "absence_searches": [
        {
            "id": f"sleep-human-{number}",
            "claim_id": "sleep-human",
            "chapter": "sleep",
            "claim": "Nobody tested it in humans",
            "query": query,
            "place": "PubMed",
            "searched_on": "2026-01-02",
            "found": "none",
        }
        for number, query in enumerate(("TGFB2 sleep human", "TGFB2 dormancy patients", "TGFB2 marrow biopsy"))
    ],
    "cells_search": [
        {
            "id": f"osteoblast{end}",
            "query": f"osteoblasts {verb} metastasis",
            "place": "PubMed",
            "searched_on": "2026-01-02",
            "purpose": f"osteoblast, {side} side",
            "found": "none",
        }
        for end, verb, side in (("", "promote", "promoting"), ("-restrain", "restrain", "restraining"))
    ],
    "sides_searched": [
        {
            "subject": "bone cells",
            "kind": "cell",
            "terms": "osteoblast",
            "promoting": "cells_search/osteoblast",
            "restraining": "cells_search/osteoblast-restrain",
        }
    ],
    "questions": [
        {
            "id": "sleep-why",
            "chapter": "sleep",
            "question": "Does it hold in people?",
            "claim": "TGF-β2 holds cells asleep in people.",
            "why": "A drug could keep them so.",
            "rows_for": "ames-tgfb2",
            "rows_against": "boyd-tgfb2",
            "study": "A trial.",
            "supports": "Fewer relapses.",
            "refutes": "As many relapses.",
            "processes": "dormancy",
            "organs": "bone marrow",
            "status": "open",
            "opened": "2026-01-02",
        }
    ],
    "theses": [
        {"id": "sleep", "name": "Sleep", "claim": "Cells sleep.", "ref": "ames2010marrow", "questions": "sleep-why"}
        | {f"if_{word}": "They may." for word in ("holds", "fails", "contested", "undecided")}
    ],
    "thesis_tests": [
        {
            "id": "sleep-share",
            "thesis": "sleep",
            "statement": "Most sleep.",
            "measure": "Share that sleeps",
            "kind": "result",
            "page": "sleep",
            "result": "share",
            "holds": "above 1",
            "fails": "below 1",
            "written": "2026-01-02",
            "looked": "before",
        }
    ],
    "transbig_cohort": [
        {
            "er": "negative",
            "patients": "64",
            "events": "23",
            "person_years": "612.5",
            "median_age": "46",
            "median_size": "2.2",
            "poorly_differentiated": "44",
            "median_follow_up": "13.4",
        }
    ],
}
ENTRY = """@article{{{key},
  author = {{{author}}},
  title = {{{title}}},
  journal = {{Journal}},
  year = {{{year}}},
  doi = {{10.1000/{key}}},
  pmid = {{{pmid}}},
}}
"""
REFERENCES = "\n".join(
    ENTRY.format(key=key, author=author, title=title, year=key[4:8], pmid=pmid)
    for key, author, title, pmid in [
        ("ames2010marrow", "Ames, A.", "Marrow keeps single cells asleep", 101),
        ("boyd2011marrow", "Boyd, B.", "Marrow and cells that wake", 102),
        ("cole2012women", "Cole, C.", "Women with cells in marrow", 103),
    ]
)
PAGE = """---
file_format: mystnb
kernelspec:
  name: python3
---

# Sleep

```{key-messages}
- message: "Whether TGF-β2 holds cells asleep is open."
  clauses:
    - says: "TGF-β2 holds cells asleep"
      about: {factor: TGFB2, organ: bone marrow}
      claim: open
      rows: [ames-tgfb2, boyd-tgfb2]
```

Its loss lets fewer cells wake {cite:p}`boyd2011marrow`.
Nobody has tested it in humans {searched}`sleep-human`.
Women with cells in marrow died earlier, {effect}`cole-death`, and {glue:text}`share` of them relapse {cite:p}`ames2010marrow`.
A cell is at least 10 µm wide.

```{code-cell} ipython3
import seedsoil as ss
ss.bind(share="a third")
```

```{figure} curve.png
:alt: A curve.

A curve.
```

```{references}
```
"""
RESULTS = """- cell: 0
  code: import seedsoil as ss
  outputs:
  - output_type: display_data
    data:
      application/papermill.record/text/plain: '''a third'''
"""
SEARCH = """state: living
every_days: 30
since: 2026-01-01
approved: {by: "", day: "", digest: ""}
blocks:
  - terms: [cell osteoblast]
"""
ALLOWED = "chapters/sleep.md: at least 10 µm  # by definition\n"


@pytest.fixture
def book(tmp_path, monkeypatch) -> Path:
    """The small book, in the working folder, on a day of its own."""
    monkeypatch.setattr(form, "latest_day", lambda: datetime.date(2026, 11, 22))
    package = json.loads((ROOT / "data/datapackage.json").read_text("utf8"))
    package["resources"] = [table for table in package["resources"] if table["name"] in ROWS]
    for table in package["resources"]:
        path = tmp_path / "data" / table["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf8", newline="") as file:
            names = [field["name"] for field in table["schema"]["fields"]]
            writer = csv.DictWriter(file, names, extrasaction="ignore", restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(ROWS[table["name"]])
    texts = {
        "data/datapackage.json": json.dumps(package),
        "data/references.bib": REFERENCES,
        "data/allowed_numbers.txt": ALLOWED,
        "_toc.yml": "format: jb-book\nroot: index\nchapters:\n  - file: chapters/sleep\n",
        "index.md": "# The book\n",
        "chapters/sleep.md": PAGE,
        "tests/results/sleep.yml": RESULTS,
        "data/living/searches/sleep.yml": SEARCH,
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(root: Path) -> dict[str, str]:
    """The messages and questions of the check by their codes, the first of each."""
    told: dict[str, str] = {}
    for problems in (*check.problems(root).values(), check.questions(root)):
        for problem in sorted(problems, key=check.place):
            told.setdefault(problem.code, check.as_text(problem))
    return told


def test_the_book_is_in_order(book):
    assert found(book) == {}


# --- a fault for each code ---------------------------------------------------------------------------------------

FINDINGS, EFFECTS, VOCABULARY = "data/findings.csv", "data/effects.csv", "data/vocabulary.csv"
QUESTIONS, TESTS = "data/questions.csv", "data/thesis_tests.csv"
READ, BIBLIOGRAPHY = "data/references_read.csv", "data/references.bib"
SEARCHES, SIDES, SHARES, DERIVED = (
    "data/tables/absence_searches.csv",
    "data/tables/sides_searched.csv",
    "data/tables/proportions.csv",
    "data/derived/transbig_cohort.csv",
)
SLEEP = "chapters/sleep.md"
NUMBERED = "parts:\n  - numbered: true\n    chapters:\n      - file: chapters/sleep"

# What to put in place of what, in which file.
REPLACED = {
    "broken-row": (FINDINGS, "Without it cells wake", '"Without it cells wake'),
    "missing-column": (SHARES, "study", "trial"),
    "empty-row": (SHARES, "\ncole-late", "\n\ncole-late"),
    "cell-count": (SHARES, ",women,", ",women, aged 65,"),
    "unknown-column": (SHARES, "study", "trial"),
    "repeated-column": (SHARES, "study", "population"),
    "column-order": (SHARES, "id,ref,", "ref,id,"),
    "repeated-key": (SHARES, "cole-late", "cole-positive"),
    "empty-cell": (SHARES, ",women,", ",,"),
    "wrong-type": (EFFECTS, "1.46", '"1,46"'),
    "not-allowed": (SHARES, "abstract", "abstrct"),
    "out-of-range": (SHARES, "30.6", "306"),
    "against-constraint": (DERIVED, "64,23", "64,70"),
    "long-text": (FINDINGS, "Without it cells wake", "Without it cells wake" + "e" * 240),
    "outer-space": (FINDINGS, "Without it cells wake", " Without it cells wake"),
    "unseen-character": (FINDINGS, "Without it cells wake", "Without it\u200b cells wake"),
    "other-alphabet": (FINDINGS, "Without it cells wake", "Without it c\u0435lls wake"),
    "broken-letters": (FINDINGS, "Without it cells wake", "Without it c\u00c3\u00a9lls wake"),
    "parted-accent": (FINDINGS, "Without it cells wake", "Without it ce\u0301lls wake"),
    "broken-contents": ("_toc.yml", "root: index", "<<<<<<< HEAD"),
    "missing-page": ("_toc.yml", "chapters/sleep", "chapters/slepe"),
    "unsafe-markup": (SLEEP, "A cell is", "<script>x</script>\n\nA cell is"),
    "foreign-markup": (SLEEP, "A cell is", "See [@ames2010marrow].\n\nA cell is"),
    "repeated-heading": (SLEEP, "A cell is", "# Again\n\nA cell is"),
    "spreadsheet-formula": (FINDINGS, "Without it cells wake", "=1+1"),
    "html-markup": (FINDINGS, "Without it cells wake", "Without it cells <b>wake</b>"),
    "future-date": (READ, "2026-01-02", "2126-01-02"),
    "broken-package": ("data/datapackage.json", "{", "{,"),
    "unknown-name": (FINDINGS, "ames2010marrow", "ames2010marow"),
    "unverified-without-note": (FINDINGS, "abstract", "unverified"),
    "half-interval": (EFFECTS, "1.90", ""),
    "interval-without-level": (EFFECTS, "1.90,95", "1.90,"),
    "level-without-interval": (EFFECTS, "1.12,1.90", ","),
    "reversed-interval": (EFFECTS, "1.12,1.90", "1.90,1.12"),
    "estimate-outside": (EFFECTS, "1.46", "2.46"),
    "skew-interval": (EFFECTS, "1.90", "2.90"),
    "interval-of-no-width": (EFFECTS, "1.46,1.12,1.90", "1.46,1.46,1.46"),
    "own-comparator": (EFFECTS, "cells in marrow,few cells", "cells in marrow,cells in marrow"),
    "p-against-interval": (EFFECTS, "0.005", "0.5"),
    "same-ratio": (EFFECTS, "1.20,1.00,1.44,95,0.05", "1.46,1.12,1.90,95,0.005"),
    "study-of-two-works": (EFFECTS, "cole-many,cole2012women", "cole-many,boyd2011marrow"),
    "n-of-the-whole": (EFFECTS, "2026-01-02,1,", "2026-01-02,1,n is that of the whole trial"),
    "no-exact-p": (EFFECTS, "0.005,,", "0.005,p,"),
    "half-site": (EFFECTS, "death,,,HR", "death,,liver,HR"),
    "one-sided-question": (QUESTIONS, "As many relapses.", ""),
    "closed-without-row": (QUESTIONS, ",open,", ",closed,"),
    "row-on-both-sides": (QUESTIONS, ",boyd-tgfb2,", ",ames-tgfb2,"),
    "rule-of-a-test": (TESTS, "above 1", "over 1"),
    "unknown-result": (TESTS, ",share,", ",shares,"),
    "few-queries": (SEARCHES, "TGFB2 dormancy patients", "TGFB2 sleep human"),
    "claim-of-two-kinds": (SEARCHES, "sleep,Nobody", "niche,Nobody"),
    "unknown-search": (SIDES, "cells_search/osteoblast,", "cells_search/osteoblasts,"),
    "search-of-other-side": (SIDES, "cells_search/osteoblast-restrain", "cells_search/osteoblast"),
    "cell-not-searched": (SIDES, "cell,osteoblast,", "cell,-,"),
    "half-notice": (READ, "research,,", "research,2026-01-02,"),
    "unmarked-retraction": (READ, "research,,,", "research,,Retracted in 2015,"),
    "stronger-verb": (SLEEP, "lets fewer cells wake", "prevents waking"),
    "absence-without-search": (SLEEP, " {searched}`sleep-human`", ""),
    "unbound-words": (SLEEP, "A cell is", "Several groups saw it.\nA cell is"),
    "id-of-two-rows": (EFFECTS, "cole-death", "ames-tgfb2"),
    "unknown-term": (FINDINGS, "osteoblast", "osteoblasts"),
    "repeated-term": (FINDINGS, "TGFB2", "TGFB2; TGFB2"),
    "half-relation": (FINDINGS, "contradicts,boyd-tgfb2", "contradicts,"),
    "related-to-itself": (FINDINGS, "contradicts,boyd-tgfb2", "contradicts,ames-tgfb2"),
    "one-sided-contradiction": (FINDINGS, "contradicts,ames-tgfb2", "replicates,ames-tgfb2"),
    "knockout-without-genetic": (FINDINGS, "mouse,genetic", "mouse,in vitro"),
    "human-data-without-patients": (FINDINGS, "genetic,no", "genetic,yes"),
    "spread-at-the-primary": (FINDINGS, "dormancy,knockout,less,dormancy", "arrival,knockout,less,tumor growth"),
    "target-not-told": (
        FINDINGS,
        "knockout,less,dormancy,mouse,genetic,no",
        "none,less,survival of patients,human,patients,yes",
    ),
    "replication-against": (FINDINGS, "contradicts,ames-tgfb2", "replicates,ames-tgfb2"),
    "name-of-two-terms": (VOCABULARY, "osteoblast,cell,osteoblast", "osteoblast,cell,Tumor cell"),
    "identifier-of-another-kind": (VOCABULARY, "CL:0000062", "UBERON:0000062"),
    "identifier-of-two-terms": (VOCABULARY, "tumor cell,What it is.,", "tumor cell,What it is.,CL:0000062"),
    "term-in-other-case": (VOCABULARY, "osteoblast,cell,osteoblast", "Tumor cell,cell,osteoblast"),
    "undefined-term": (VOCABULARY, "osteoblast,What it is.", "osteoblast,"),
    "no-double-agent": (VOCABULARY, "no\nbreast", "yes\nbreast"),
    "one-sided-double-agent": (FINDINGS, "more", "same"),
    "unread-reference": (READ, "cole2012women", "cole2012woman"),
    "merge-conflict": (BIBLIOGRAPHY, "@article{boyd", "<<<<<<< HEAD\n@article{boyd"),
    "broken-bibtex": (BIBLIOGRAPHY, "{2011}", "{2011"),
    "repeated-entry": (BIBLIOGRAPHY, "boyd2011marrow,", "ames2010marrow,"),
    "entry-type": (BIBLIOGRAPHY, "@article{boyd", "@blog{boyd"),
    "missing-field": (BIBLIOGRAPHY, "  pmid = {102},\n", ""),
    "malformed-year": (BIBLIOGRAPHY, "{2011}", "{11}"),
    "malformed-doi": (BIBLIOGRAPHY, "{10.1000/boyd", "{doi.org/10.1000/boyd"),
    "malformed-pmid": (BIBLIOGRAPHY, "{102}", "{PMC102}"),
    "broken-names": (BIBLIOGRAPHY, "{Boyd, B.}", "{Boyd, B.; Cole, C.}"),
    "unprintable-latex": (BIBLIOGRAPHY, "{Marrow and", "{Marrow \\bone and"),
    "malformed-address": (BIBLIOGRAPHY, "  pmid = {102},\n", "  pmid = {102},\n  url = {ftp://boyd},\n"),
    "unknown-status": (BIBLIOGRAPHY, "  pmid = {102},\n", "  pmid = {102},\n  status = {withdrawn},\n"),
    "work-entered-twice": (BIBLIOGRAPHY, "{102}", "{101}"),
    "search-form": ("data/living/searches/sleep.yml", "state: living", "state: alive"),
    "retraction-not-told": ("data/living/integrity.csv", "none seen", "retraction"),
    "sentence-of-no-row": ("data/living/sentences.csv", "ames-tgfb2", "ames-tgfb3"),
    "typed-number": (SLEEP, "earlier, ", "earlier in 30% of cases, "),
    "broken-exception": ("data/allowed_numbers.txt", "  # by definition", ""),
    "unused-exception": ("data/allowed_numbers.txt", "10 µm", "12 µm"),
    "missing-alt-text": (SLEEP, ":alt: A curve.\n\n", ""),
    "missing-caption": (SLEEP, 'ss.bind(share="a third")', 'ss.bind(share="a third")\nplt.show()'),
    "raw-markup": (SLEEP, "wake {cite:p}`boyd", "wake {cite:p} `boyd"),
    "citation-in-heading": (SLEEP, "# Sleep\n", "# Sleep {cite:t}`boyd2011marrow`\n"),
    "unbound-name": (SLEEP, "`share`", "`shares`"),
    "missing-reference-list": (SLEEP, "```{references}\n```\n", ""),
    "malformed-message": (SLEEP, "      claim: open\n", ""),
    "misplaced-row": (FINDINGS, "TGFB2,tumor cell", "-,tumor cell"),
    "unlinked-row": (SLEEP, "[ames-tgfb2, boyd-tgfb2]", "[ames-tgfb2]"),
    "group-of-two-names": (FINDINGS, "Boyd B", "Ames AB"),
    "value-not-read": (FINDINGS, "2026-01-02,1,", "2026-01-02,1,species not in the abstract"),
}


def spoil(name: str, old: str, new: str) -> None:
    path = Path(name)
    text = path.read_text("utf8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf8")


def with_bytes(name: str, change: Callable[[bytes], bytes]) -> None:
    Path(name).write_bytes(change(Path(name).read_bytes()))


def enter_twice() -> None:
    spoil(FINDINGS, "ames-tgfb2,ames2010marrow", "ames-tgfb2,boyd2011marrow")
    spoil(FINDINGS, ",more,", ",less,")


def keep_header() -> None:
    Path(DERIVED).write_text(Path(DERIVED).read_text("utf8").splitlines(keepends=True)[0], "utf8")


def make_a_chapter(old: str = "", new: str = "") -> None:
    """The page in a numbered part of the contents, where it lacks what a chapter has."""
    spoil("_toc.yml", "chapters:\n  - file: chapters/sleep", NUMBERED)
    spoil(SLEEP, old, new)


# What text in place of other text cannot do.
CHANGED = {
    "not-utf-8": lambda: with_bytes(BIBLIOGRAPHY, lambda data: data.replace(b"Boyd, B.", b"B\xf6yd, B.")),
    "byte-order-mark": lambda: with_bytes(READ, lambda data: b"\xef\xbb\xbf" + data),
    "carriage-return": lambda: with_bytes(READ, lambda data: data.replace(b"\n", b"\r\n")),
    "open-last-line": lambda: with_bytes(READ, bytes.rstrip),
    "missing-file": lambda: Path(DERIVED).unlink(),
    "no-rows": keep_header,
    "wrong-separator": lambda: with_bytes(SHARES, lambda data: data.replace(b",", b";")),
    "experiment-entered-twice": enter_twice,
    "chapter-front-matter": make_a_chapter,
    "chapter-sections": make_a_chapter,
    "chapter-directive": make_a_chapter,
    "message-count": make_a_chapter,
    "few-works": make_a_chapter,
    "other-endpoint": lambda: with_bytes(EFFECTS, lambda data: data.replace(b",death,", b",relapse,")),
}


SOURCE = replace(SOURCES[0], file="cohort.csv", url="https://example.org/cohort.csv", size=156609, sha256="6270…1f1b")


def unexpected_raw_file() -> None:
    np.save("raw.npy", {"dens_5000": {}}, allow_pickle=True)
    jin.read(Path("raw.npy"))


def broken_run() -> None:
    Path("data/living/runs").mkdir()
    Path("data/living/runs/1.json").write_text("{", "utf8")
    ledger.runs(Path.cwd())


def no_decision() -> None:
    Path("back.csv").write_text("record,decision,reason\npmid:9,maybe,\n", "utf8")
    exchange.take(Path.cwd(), "sleep", Path("back.csv"), "An Editor")


def filled(written: str) -> body.Filled:
    return body.filled(written, filling.FORMS.values())


# Faults that loading a table, `./book form`, `./book derive` or `./book search` finds.
RAISED = {
    "form-too-long": lambda: filled("x" * 70_000),
    "no-form": lambda: filled("A letter to the editors."),
    "no-heading": lambda: filled(filling.text("dispute-a-claim").replace("### What is wrong with it", "Why:")),
    "heading-twice": lambda: filled(filling.text("dispute-a-claim", why="### What is wrong with it\n\nAll.")),
    "no-answer": lambda: filled(filling.text("dispute-a-claim", why="")),
    "answer-not-offered": lambda: filled(filling.text("add-a-paper", outcome="mor")),
    "no-identifier": lambda: list(
        paper.cited(
            Path.cwd(), filled(filling.text("add-a-paper")), "identifier", "ncb2861", "issue 12", datetime.date.today()
        )
    ),
    "no-row": lambda: number.row(Path.cwd(), filled(filling.text("correct-a-number", page="index.html"))),
    "no-search": lambda: queries.load(Path.cwd(), "slep"),
    "broken-run": broken_run,
    "no-such-sentence": lambda: sentences.number_of(["Cells wake.", "They grow."], "3", "ames-tgfb2"),
    "no-decision": no_decision,
    "unknown-table": lambda: load("proportion", Path.cwd()),
    "unknown-row": lambda: load("proportions", Path.cwd(), id="cole-postive"),
    "not-the-pinned-file": lambda: fetch(SOURCE, "raw"),
    "unexpected-raw-file": unexpected_raw_file,
}


def seeded(code: str, root: Path) -> str | None:
    """The message that the fault of a code brings."""
    if code in RAISED:
        with pytest.raises(DataError) as error:
            RAISED[code]()
        return next((check.as_text(told) for told in error.value.problems if told.code == code), None)
    if code in CHANGED:
        CHANGED[code]()
    else:
        spoil(*REPLACED[code])
    return found(root).get(code)


@pytest.mark.parametrize("code", CODES)
def test_the_example_of_a_code_is_what_its_fault_brings(book, code):
    assert seeded(code, book) == CODES[code].example


# --- the codes of the library ------------------------------------------------------------------------------------


def given(library: Path) -> set[str]:
    """The codes in the sources: the last argument of a call that tells a problem, or the last of what a rule yields."""
    files = [
        path for layer in LAYERS for path in ([library / layer] if "." in layer else (library / layer).glob("*.py"))
    ]
    return {code for path in files for code in codes_of(ast.parse(path.read_text("utf8")))}


def codes_of(tree: ast.Module) -> Iterator[str]:
    constants = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    for node in ast.walk(tree):
        last: ast.expr | None = None
        if isinstance(node, ast.Call) and name_of(node.func) in GIVERS and node.args:
            last = node.args[-1]
        elif isinstance(node, ast.Tuple) and len(node.elts) in (4, 5) and node not in constants:
            last = node.elts[-1]
        elif isinstance(node, ast.arguments) and [argument.arg for argument in node.args][-1:] == ["code"]:
            last = node.defaults[-1] if node.defaults else None
        if isinstance(last, ast.Constant) and re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", str(last.value)):
            yield last.value


def name_of(function: ast.expr) -> str:
    return getattr(function, "id", getattr(function, "attr", ""))


def test_every_code_of_the_library_is_explained_and_every_explained_one_is_given():
    assert given(ROOT / "seedsoil") == set(CODES)


def test_a_code_that_is_not_explained_is_seen():
    sources = ['Problem("f", 1, "c", "x", "y", "z", "new-code")', 'def f(): yield "x", "y", "z", "new-code"']
    sources += ['report.add(1, "c", "x", "y", "z", "new-code")', 'def f(label, code="new-code"): ...']
    for source in sources:
        assert set(codes_of(ast.parse(source))) == {"new-code"}


def test_every_code_stands_in_one_part():
    assert [code for part in PARTS.values() for code in part] == sorted(CODES, key=list(CODES).index)
    assert len([code for part in PARTS.values() for code in part]) == len(CODES)
    assert all(code in explained.example for code, explained in CODES.items())
