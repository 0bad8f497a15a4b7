"""The evidence base as it is has no fault; every fault put into its files is told by file, line and column."""

import csv
import io
import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seedsoil.evidence import retracted
from seedsoil.evidence import rules as evidence
from seedsoil.files import ROOT
from seedsoil.tables import package as tables

DATA = ROOT / "data"
where = ROOT  # whose tables are read; the fixture names its copy
FINDINGS, EFFECTS, VOCABULARY = "data/findings.csv", "data/effects.csv", "data/vocabulary.csv"
READ, BIBLIOGRAPHY = "data/references_read.csv", "data/references.bib"

# Rows that the tests spoil, put below those of the real files.
FINDING = {
    "id": "zz-promotes",
    "ref": "albrengues2018neutrophil",
    "group": "Zz A",
    "process": "dormancy",
    "source": "neutrophil",
    "factor": "CCL2; TGFB1",
    "target": "tumor cell",
    "organ": "lung",
    "cancer": "breast",
    "stage": "dormancy",
    "perturbation": "knockout",
    "outcome": "less",
    "outcome_of": "metastasis",
    "species": "mouse",
    "model": "genetic",
    "human_data": "no",
    "finding": "Zz traps woke sleeping cells.",
    "read_at": "abstract",
    "relation": "contradicts",
    "related_to": "zz-restrains",
    "found_by": "hand",
    "added": "2026-11-22",
    "readings": "1",
    "note": "",
}
OPPOSITE = FINDING | {
    "id": "zz-restrains",
    "ref": "bragado2013tgf",
    "outcome": "more",
    "related_to": "zz-promotes",
}
EFFECT = {
    "id": "zz-death",
    "ref": "mansi2016bone",
    "group": "",
    "process": "dormancy",
    "study": "Test 2016",
    "cancer": "breast",
    "setting": "prognostic",
    "intervention": "cells",
    "comparator": "none",
    "n": "350",
    "n_whole": "",
    "studies": "",
    "endpoint": "death",
    "site": "",
    "site_versus": "",
    "measure": "HR",
    "estimate": "1.47",
    "ci_low": "1.13",
    "ci_high": "1.91",
    "ci_level": "95",
    "p": "0.004",
    "se_from": "",
    "shared_control": "",
    "overlap": "",
    "found_by": "hand",
    "read_at": "abstract",
    "added": "2026-11-22",
    "readings": "1",
    "note": "",
}
TERM = {
    "term": "zz-agent",
    "kind": "factor",
    "label": "An agent",
    "definition": "",
    "ontology_id": "",
    "synonyms": "zed factor",
    "double_agent": "no",
}
KEY = {
    "key": "zz2026key",
    "read_at": "abstract",
    "source": "PubMed 1",
    "verified_on": "2026-11-22",
    "role": "research",
    "corrected_on": "",
    "correction": "",
    "looked_for_notices": "",
    "note": "",
}
ENTRY = "\n@article{zz2026key,\n  title = {Zz},\n}\n"
ADDED = {FINDINGS: [OPPOSITE, FINDING], EFFECTS: [EFFECT], VOCABULARY: [TERM], READ: [KEY]}


def as_csv(row) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(row)
    return text.getvalue()


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    """A copy of the real data with the rows above, for a test to spoil; returns its root.

    Derived tables, half of what there is to read, stay behind: no row depends on them.
    """
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("derived"))
    (tmp_path / "chapters").symlink_to(ROOT / "chapters")  # questions name their page
    description = json.loads((DATA / "datapackage.json").read_text("utf-8"))
    description["resources"] = [table for table in description["resources"] if not table["path"].startswith("derived/")]
    (tmp_path / "data/datapackage.json").write_text(json.dumps(description), "utf-8")
    monkeypatch.setitem(globals(), "where", tmp_path)
    for name, rows in ADDED.items():
        with open(tmp_path / name, "a", encoding="utf-8") as file:
            file.writelines(as_csv(row.values()) for row in rows)
    with open(tmp_path / BIBLIOGRAPHY, "a", encoding="utf-8") as file:
        file.write(ENTRY)
    return tmp_path


def last_line(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def spoil(package: Path, name: str, **cells: str) -> int:
    """Change cells of the last row of a file; returns its line."""
    path = package / name
    lines = path.read_text("utf-8").splitlines(keepends=True)
    lines[-1] = as_csv((ADDED[name][-1] | cells).values())
    path.write_text("".join(lines), encoding="utf-8")
    return len(lines)


def messages() -> list[str]:
    return list(map(str, evidence.problems(where)))


# As it is


def test_the_evidence_base_is_without_fault():
    assert messages() == []


def test_the_rows_that_the_tests_spoil_are_without_fault(package):
    assert messages() == []


def test_every_process_and_stage_of_the_design_is_defined():
    vocabulary = tables.load("vocabulary", where)
    fields = {field["name"]: field for field in tables.resource("findings", where)["schema"]["fields"]}
    terms = vocabulary.groupby("kind")["term"].agg(set)
    assert terms["process"] == set(fields["process"]["constraints"]["enum"])
    assert terms["stage"] == {
        "primary",
        "pre-metastatic",
        "dissemination",
        "arrival",
        "dormancy",
        "outgrowth",
        "established",
        "therapy",
    }


# One cell

CELLS = [
    # findings: keys and identifiers
    (
        FINDINGS,
        {"id": "ZZ Promotes"},
        "id: found 'ZZ Promotes', expected text of the form [a-z0-9]+(-[a-z0-9]+)*; correct the cell",
    ),
    (FINDINGS, {"id": ""}, "id: found an empty cell, expected a value; fill it in"),
    (
        FINDINGS,
        {"ref": "albrenges2018neutrophil"},
        "ref: found 'albrenges2018neutrophil', expected a key of data/references.bib; did you mean albrengues2018neutrophil?",
    ),
    (
        FINDINGS,
        {"ref": "Albrengues2018neutrophil"},
        "ref: found 'Albrengues2018neutrophil', expected a key of data/references.bib; did you mean albrengues2018neutrophil?",
    ),
    (
        FINDINGS,
        {"ref": "q"},
        "ref: found 'q', expected a key of data/references.bib; add the reference, or correct the key",
    ),
    # findings: terms
    (
        FINDINGS,
        {"source": "neutrophill"},
        "source: found 'neutrophill', expected a term of kind cell in data/vocabulary.csv; did you mean neutrophil? A new term goes to data/vocabulary.csv",
    ),
    (
        FINDINGS,
        {"factor": "ccl2"},
        "factor: found 'ccl2', expected a term of kind factor in data/vocabulary.csv; did you mean CCL2? A new term goes to data/vocabulary.csv",
    ),
    (
        FINDINGS,
        {"factor": "zed factor"},
        "factor: found 'zed factor', expected a term of kind factor in data/vocabulary.csv; did you mean zz-agent? A new term goes to data/vocabulary.csv",
    ),
    (
        FINDINGS,
        {"factor": "astrocyte"},
        "factor: found 'astrocyte', of kind cell, expected a term of kind factor in data/vocabulary.csv; did you mean astrocyte exosome? A new term goes to data/vocabulary.csv",
    ),
    (
        FINDINGS,
        {"factor": "CCL2;TGFB1"},
        "factor: found 'CCL2;TGFB1', expected a term of kind factor in data/vocabulary.csv; separate terms with \"; \"",
    ),
    (FINDINGS, {"factor": "CCL2; CCL2"}, "factor: found 'CCL2' 2 times, expected each term once; remove the others"),
    (
        FINDINGS,
        {"target": "qqqqqq"},
        "target: found 'qqqqqq', expected a term of kind cell or factor or target in data/vocabulary.csv; add the term to data/vocabulary.csv, or correct it",
    ),
    (
        FINDINGS,
        {"organ": "lungs"},
        "organ: found 'lungs', expected a term of kind organ in data/vocabulary.csv; did you mean lung? A new term goes to data/vocabulary.csv",
    ),
    (
        FINDINGS,
        {"organ": "lung; -"},
        "organ: found '-', expected a term of kind organ in data/vocabulary.csv; add the term to data/vocabulary.csv, or correct it",
    ),
    (
        FINDINGS,
        {"stage": "dormany"},
        "stage: found 'dormany', expected a term of kind stage in data/vocabulary.csv; did you mean dormancy? A new term goes to data/vocabulary.csv",
    ),
    (
        FINDINGS,
        {"model": "genetics"},
        "model: found 'genetics', expected a term of kind model in data/vocabulary.csv; did you mean genetic? A new term goes to data/vocabulary.csv",
    ),
    (
        FINDINGS,
        {"process": "dormacy"},
        "process: found 'dormacy', expected one of growth, invasion, angiogenesis, ecm, immune, dormancy, niche; did you mean dormancy?",
    ),
    (
        FINDINGS,
        {"outcome": "fewer"},
        "outcome: found 'fewer', expected one of more, less, same; correct the cell",
    ),
    (
        FINDINGS,
        {"species": "mouse, human"},
        "species: found 'mouse, human', expected text of the form (human|mouse|rat|zebrafish|chicken|dog|not stated)"
        "(; (human|mouse|rat|zebrafish|chicken|dog|not stated))*; correct the cell",
    ),
    (FINDINGS, {"human_data": "maybe"}, "human_data: found 'maybe', expected one of yes, no; correct the cell"),
    (
        FINDINGS,
        {"human_data": "yes", "model": "genetic; patients"},
        "species: found 'mouse' in a row with human data, expected human among them; add human, or write no for the human data",
    ),
    (
        FINDINGS,
        {"organ": "primary site", "stage": "primary; established"},
        "stage: found 'established' at the primary site, expected a stage of the primary; write primary, or correct the organ or the outcome",
    ),
    (
        FINDINGS,
        {
            "perturbation": "none",
            "outcome_of": "recurrence",
            "species": "human",
            "model": "patients",
            "target": "tumor cell; T cell",
            "finding": "Women with many traps among their T cells had more relapses.",
        },
        "target: found 'tumor cell', which the finding does not name, in an association with recurrence, "
        "expected a target that was read; write -, or say in the finding what was seen of it",
    ),
    # findings: dates and numbers
    (FINDINGS, {"added": "2026-02-30"}, "added: found '2026-02-30', expected a date YYYY-MM-DD; correct the cell"),
    (FINDINGS, {"added": "2026-2-3"}, "added: found '2026-2-3', expected a date YYYY-MM-DD; correct the cell"),
    (FINDINGS, {"added": "22.11.2026"}, "added: found '22.11.2026', expected a date YYYY-MM-DD; correct the cell"),
    (FINDINGS, {"added": "1926-11-22"}, "added: found '1926-11-22', expected at least 2026-01-01; correct the cell"),
    (FINDINGS, {"readings": "3"}, "readings: found '3', expected at most 2; correct the cell"),
    (FINDINGS, {"readings": "1_0"}, "readings: found '1_0', expected a whole number; correct the cell"),
    # findings: text
    (
        FINDINGS,
        {"finding": "x" * 241},
        f"finding: found {'x' * 60!r}… (241 characters), expected a length of at most 240; shorten it from 241",
    ),
    (
        FINDINGS,
        {"finding": 'They "woke".'},
        'finding: found \'They "woke".\', expected text of the form [^"]*; correct the cell',
    ),
    (
        FINDINGS,
        {"note": "=cmd|' /C calc'!A0"},
        "note: found \"=cmd|' /C calc'!A0\", expected text that no spreadsheet runs as a formula; begin the cell with a letter or a digit",
    ),
    (
        FINDINGS,
        {"note": "@SUM(1+1)"},
        "note: found '@SUM(1+1)', expected text that no spreadsheet runs as a formula; begin the cell with a letter or a digit",
    ),
    (
        FINDINGS,
        {"note": "+1-800"},
        "note: found '+1-800', expected text that no spreadsheet runs as a formula; begin the cell with a letter or a digit",
    ),
    (
        FINDINGS,
        {"note": "-2+3"},
        "note: found '-2+3', expected text that no spreadsheet runs as a formula; begin the cell with a letter or a digit",
    ),
    (
        FINDINGS,
        {"finding": "a <script>alert(1)</script>"},
        "finding: found 'a <script>alert(1)</script>', expected text without HTML; remove the tag; before a number, < may stay",
    ),
    (
        FINDINGS,
        {"note": "<!-- hidden"},
        "note: found '<!-- hidden', expected text without HTML; remove the tag; before a number, < may stay",
    ),
    (
        FINDINGS,
        {"cancer": "breast\x00"},
        "cancer: found the character U+0000 in 'breast\\x00', expected text that can be seen; remove it",
    ),
    (
        FINDINGS,
        {"cancer": "bre\u200bast"},
        "cancer: found the character U+200B (zero width space) in 'bre\\u200bast', expected text that can be seen; remove it",
    ),
    (
        FINDINGS,
        {"cancer": "lung\nbreast"},
        "cancer: found '\\n' in 'lung\\nbreast', expected text on one line; type a space",
    ),
    (FINDINGS, {"cancer": " breast"}, "cancer: found ' breast', expected no space at either end; remove it"),
    # findings: what rows owe each other
    (
        FINDINGS,
        {"read_at": "unverified"},
        "note: found an unverified row without a note, expected the reason; say what could not be checked",
    ),
    # effects
    (
        EFFECTS,
        {"estimate": "2.46", "p": ""},
        "estimate: found 2.46 outside its interval 1.13 to 1.91, expected ci_low ≤ estimate ≤ ci_high; correct it from the source",
    ),
    (
        EFFECTS,
        {"ci_low": "1.91", "ci_high": "1.13"},
        "ci_low: found the reversed interval 1.91 to 1.13, expected the lower end first; exchange the two",
    ),
    (
        EFFECTS,
        {"ci_high": "2.90", "p": ""},
        "ci_low,ci_high: found an interval that reaches 0.68 up and 0.26 down on the log scale, expected arms within 12% of each other, "
        "or a note; correct it from the source, or say in the note that it is printed so",
    ),
    (
        EFFECTS,
        {"ci_low": "0"},
        "ci_low,ci_high: found an interval that reaches 0.26 up and inf down on the log scale, expected arms within 12% of each other, "
        "or a note; correct it from the source, or say in the note that it is printed so",
    ),
    (EFFECTS, {"ci_level": "9.5"}, "ci_level: found '9.5', expected at least 50; correct the cell"),
    (EFFECTS, {"ci_level": "100"}, "ci_level: found '100', expected at most 99.9; correct the cell"),
    (
        EFFECTS,
        {"ci_level": ""},
        "ci_level: found an interval without its level, expected a level in percent, as 95; fill it in",
    ),
    (
        EFFECTS,
        {"ci_low": "", "ci_high": ""},
        "ci_level: found a level without an interval, expected an interval; fill it in, or remove the level",
    ),
    (
        EFFECTS,
        {"ci_low": ""},
        "ci_low: found one end of an interval, expected both ends or none; fill in the other end",
    ),
    (
        EFFECTS,
        {"ci_high": ""},
        "ci_high: found one end of an interval, expected both ends or none; fill in the other end",
    ),
    (EFFECTS, {"estimate": "1,46"}, "estimate: found '1,46', expected a number; write a decimal point: 1.46"),
    (EFFECTS, {"estimate": "nan"}, "estimate: found 'nan', expected a number; correct the cell"),
    (EFFECTS, {"estimate": "0"}, "estimate: found '0', expected at least 0.001; correct the cell"),
    (EFFECTS, {"estimate": "-1.46"}, "estimate: found '-1.46', expected at least 0.001; correct the cell"),
    (EFFECTS, {"n": "0"}, "n: found '0', expected at least 1; correct the cell"),
    (EFFECTS, {"n": "-5"}, "n: found '-5', expected at least 1; correct the cell"),
    (EFFECTS, {"n": "35.5"}, "n: found '35.5', expected a whole number; correct the cell"),
    (EFFECTS, {"n": "٣٥"}, "n: found '٣٥', expected a whole number; correct the cell"),
    (EFFECTS, {"measure": "SMD"}, "measure: found 'SMD', expected one of HR, OR, RR, IRR; correct the cell"),
    (EFFECTS, {"p": "ns"}, "p: found 'ns', expected text of the form <?(0(\\.[0-9]+)?|1); correct the cell"),
    (
        EFFECTS,
        {"ref": "mansi2016bones"},
        "ref: found 'mansi2016bones', expected a key of data/references.bib; did you mean mansi2016bone?",
    ),
    (
        EFFECTS,
        {"read_at": "unverified"},
        "note: found an unverified row without a note, expected the reason; say what could not be checked",
    ),
    (
        EFFECTS,
        {"p": "0.04"},
        "p: found P 0.04 beside an interval that gives 0.004, expected a P that fits the interval, or a note with a word "
        "on P; look at the source again; if it is printed so, say in the note that P does not fit",
    ),
    (
        EFFECTS,
        {"cancer": "pancreas"},
        "cancer: found 'pancreas', expected a term of kind cancer in data/vocabulary.csv; did you mean pancreatic?",
    ),
    (
        EFFECTS,
        {"note": "20 studies; n is the whole review"},
        "n: found 350 with the note 'n is the whole review', expected the patients in this ratio, or nothing; "
        "move the number to n_whole",
    ),
    (
        EFFECTS,
        {"n_whole": "300"},
        "n: found n 350 above n_whole 300, expected a part of the whole; exchange or correct them",
    ),
    (
        EFFECTS,
        {"se_from": "p"},
        "se_from: found p beside an interval or without an exact P, expected an exact P and no interval; empty the cell",
    ),
    (
        EFFECTS,
        {"ci_low": "", "ci_high": "", "ci_level": "", "se_from": "p", "p": "<0.01"},
        "se_from: found p beside an interval or without an exact P, expected an exact P and no interval; empty the cell",
    ),
    (
        EFFECTS,
        {"site_versus": "lung"},
        "site: found no site beside a site that it is compared with, expected both; fill it in",
    ),
    # vocabulary
    (
        VOCABULARY,
        {"kind": "cell"},
        "definition: found the cell 'zz-agent' without a definition, expected a definition in our words; fill it in",
    ),
    (
        VOCABULARY,
        {"kind": "target", "double_agent": "yes"},
        "double_agent: found the target 'zz-agent' as a double agent, expected a cell or factor; write no",
    ),
    (
        VOCABULARY,
        {"kind": "gene"},
        "kind: found 'gene', expected one of cell, factor, organ, stage, model, process, target, cancer; correct the cell",
    ),
    (
        VOCABULARY,
        {"ontology_id": "HGNC 10618"},
        "ontology_id: found 'HGNC 10618', expected text of the form (CL|UBERON|MONDO|HGNC):[0-9]+|FPLX:[A-Za-z0-9_]+|-; correct the cell",
    ),
    (
        VOCABULARY,
        {"ontology_id": "CL:0000775"},
        "ontology_id: found 'CL:0000775' for a factor, expected HGNC:… or FPLX:…; look it up again",
    ),
    (
        VOCABULARY,
        {"kind": "target", "ontology_id": "-"},
        "ontology_id: found '-' for a target, expected no identifier; look it up again",
    ),
    (
        VOCABULARY,
        {"term": "zz; agent"},
        "term: found 'zz; agent', expected text of the form [A-Za-z0-9]([A-Za-z0-9 ./()+-]*[A-Za-z0-9)+])?; correct the cell",
    ),
    # references
    (
        READ,
        {"corrected_on": "2016-01-01"},
        "correction: found a day without its notice, expected the notice; say what was corrected",
    ),
    (
        READ,
        {"correction": "Retracted 2020"},
        "correction: found the retraction of zz2026key, which data/references.bib does not mark, expected both to say so; "
        "add status = {retracted} to the entry in data/references.bib",
    ),
    (
        READ,
        {"looked_for_notices": "yes"},
        "looked_for_notices: found 'yes', expected text of the form [0-9]{4}-[0-9]{2}-[0-9]{2}, .+; correct the cell",
    ),
    (READ, {"role": ""}, "role: found an empty cell, expected a value; fill it in"),
    (
        READ,
        {"verified_on": "2026-13-01"},
        "verified_on: found '2026-13-01', expected a date YYYY-MM-DD; correct the cell",
    ),
    (
        READ,
        {"read_at": "unverified"},
        "note: found an unverified row without a note, expected the reason; say what could not be checked",
    ),
]


@pytest.mark.parametrize(("name", "cells", "message"), CELLS)
def test_a_spoiled_cell_is_named(package, name, cells, message):
    line = spoil(package, name, **cells)
    assert messages() == [f"{name}:{line}:{message}"]


@pytest.mark.parametrize(
    ("name", "column", "longest"), [(EFFECTS, "note", 240), (READ, "source", 1000), (FINDINGS, "id", 60)]
)
def test_no_message_repeats_a_cell_of_ten_megabytes(package, name, column, longest):
    line = spoil(package, name, **{column: "x" * 10_000_000})
    assert messages() == [
        f"{name}:{line}:{column}: found {'x' * 60!r}… (10,000,000 characters), expected a length of at most {longest}; "
        "shorten it from 10000000"
    ]


# One file


def header(text: str) -> str:
    return text.partition("\n")[0]


COLUMNS = header((DATA / "findings.csv").read_text("utf-8"))
WIDTH = COLUMNS.count(",") + 1
FILES = {
    "a byte order mark": (
        lambda data: b"\xef\xbb\xbf" + data,
        '1: found a byte order mark, expected UTF-8 without one; save the file as "UTF-8"',
    ),
    "CRLF": (
        lambda data: data.replace(b"\n", b"\r\n"),
        "1: found a carriage return, expected lines that end in LF alone; save the file with Unix line ends",
    ),
    "one CRLF": (
        lambda data: data[:-1] + b"\r\n",
        "LAST: found a carriage return, expected lines that end in LF alone; save the file with Unix line ends",
    ),
    "no last line end": (
        lambda data: data[:-1],
        "LAST: found a last line without an end, expected a line feed; add a line end, so that rows can follow",
    ),
    "Latin-1": (
        lambda data: data.replace(b"Zz traps woke sleeping cells", b"Zz traps woke sleeping c\xe9lls"),
        "PENULT:finding: found the bytes b'Zz traps woke sleeping c\\xe9lls.', expected UTF-8; save the file as UTF-8\n"
        "LAST:finding: found the bytes b'Zz traps woke sleeping c\\xe9lls.', expected UTF-8; save the file as UTF-8",
    ),
    "tabs": (
        lambda data: data.replace(b",", b"\t"),
        "1: found columns separated by tabs, expected commas; save the file as CSV separated by commas",
    ),
    "semicolons": (
        lambda data: data.replace(b",", b";"),
        "1: found columns separated by semicolons, expected commas; save the file as CSV separated by commas",
    ),
    "a missing column": (
        lambda data: data.replace(b",organ,", b",", 1),
        f"1:organ: found no such column, expected the columns {COLUMNS}; add the column",
    ),
    "an extra column": (
        lambda data: data.replace(b",organ,", b",organ,lobe,", 1),
        f"1:lobe: found an unknown column, expected the columns {COLUMNS}; remove or rename it",
    ),
    "a missing cell": (
        lambda data: data[: data.rstrip(b"\n").rindex(b",")] + b"\n",
        f"LAST: found {WIDTH - 1} cells, expected {WIDTH}; add the missing cells, or quote a cell that contains a comma",
    ),
    "an unquoted comma": (
        lambda data: data[:-1] + b"as they say, so\n",
        f"LAST: found {WIDTH + 1} cells, expected {WIDTH}; add the missing cells, or quote a cell that contains a comma",
    ),
    "an open quotation mark": (
        lambda data: data[:-1] + b'"so\n',
        "LAST: found a broken row (unexpected end of data), expected comma-separated cells; "
        "close the quotation mark, or double one inside a quoted cell",
    ),
    "an empty row": (lambda data: data + b"\n", f"AFTER: found an empty row, expected {WIDTH} cells; remove the row"),
    "an empty file": (lambda data: b"", f"1: found no header, expected the columns {COLUMNS}; restore the file"),
    "a row twice": (
        lambda data: data + data[data.rstrip(b"\n").rindex(b"\n") + 1 :],
        "AFTER:id: found the key zz-promotes of line LAST, expected a new key; remove or correct one of the two",
    ),
}


@pytest.mark.parametrize("fault", FILES)
def test_a_spoiled_file_is_named(package, fault):
    change, message = FILES[fault]
    path = package / FINDINGS
    last = last_line(path)
    path.write_bytes(change(path.read_bytes()))
    for word, line in (("PENULT", last - 1), ("LAST", last), ("AFTER", last + 1)):
        message = message.replace(word, str(line))
    assert messages() == [f"{FINDINGS}:{line}" for line in message.split("\n")]


def test_a_missing_file_is_named(package):
    (package / VOCABULARY).unlink()
    assert messages() == [f"{VOCABULARY}: found no file, expected table vocabulary; restore the file"]


def test_a_broken_description_of_the_tables_is_named(package):
    (package / "data/datapackage.json").write_text("{", encoding="utf-8")
    assert messages() == [
        "data/datapackage.json:1:2: found Expecting property name enclosed in double quotes, expected JSON; mend the line"
    ]


def test_faults_of_several_files_come_in_order(package):
    lines = [spoil(package, FINDINGS, readings="3", added="soon"), spoil(package, EFFECTS, n="0")]
    assert [(problem.file, problem.line, problem.column) for problem in evidence.problems(where)] == [
        (EFFECTS, lines[1], "n"),
        (FINDINGS, lines[0], "added"),
        (FINDINGS, lines[0], "readings"),
    ]


def test_a_table_that_breaks_its_schema_hides_no_fault_of_another(package):
    (package / VOCABULARY).write_text("term\n", encoding="utf-8")
    line = spoil(package, FINDINGS, source="nobody", ref="nobody2000nothing")
    assert f"{FINDINGS}:{line}:ref: found 'nobody2000nothing'" in "\n".join(messages())
    assert {problem.file for problem in evidence.problems(where)} == {VOCABULARY, FINDINGS}


def columns_told(name: str, line: int) -> list[str]:
    return [problem.column for problem in evidence.problems(where) if (problem.file, problem.line) == (name, line)]


def test_all_faults_of_a_row_are_told_in_one_round(package):
    wrong = {"factor": "nobody", "organ": "no organ", "added": "soon", "perturbation": "guess", "ref": "nobody2000none"}
    line = spoil(package, FINDINGS, **wrong)
    assert sorted(columns_told(FINDINGS, line)) == sorted(wrong)
    line = spoil(package, EFFECTS, n="many", cancer="no cancer", ci_low="2.13", site_versus="liver")
    assert sorted(columns_told(EFFECTS, line)) == ["cancer", "ci_low", "n", "site"]  # site, where it is lacking


def test_no_rule_speaks_of_a_cell_that_the_schema_refuses(package):
    line = spoil(package, EFFECTS, ci_low="low", cancer="no cancer")
    assert sorted(columns_told(EFFECTS, line)) == ["cancer", "ci_low"]


# Dates


def test_no_date_lies_in_the_future_anywhere_on_earth(package):
    now = datetime.now(UTC)
    spoil(package, FINDINGS, added=f"{now + timedelta(hours=14):%Y-%m-%d}")
    assert messages() == []
    latest = (now + timedelta(hours=14)).date()
    line = spoil(package, FINDINGS, added=f"{now + timedelta(days=2):%Y-%m-%d}")
    other = spoil(package, READ, verified_on="2099-01-01")
    assert messages() == [
        f"{FINDINGS}:{line}:added: found {now + timedelta(days=2):%Y-%m-%d}, a day to come, expected at most {latest}; correct the date",
        f"{READ}:{other}:verified_on: found 2099-01-01, a day to come, expected at most {latest}; correct the date",
    ]


# Relations


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (
            {"related_to": ""},
            [
                (
                    1,
                    "related_to: found 'contradicts' without a finding, expected the id of a finding; fill it in, or remove the relation",
                )
            ],
        ),
        (
            {"relation": ""},
            [
                (
                    1,
                    "relation: found a related finding without a relation, expected one of contradicts, replicates, extends; "
                    "fill it in, or empty related_to",
                )
            ],
        ),
        (
            {"related_to": "zz-promotes"},
            [(1, "related_to: found the row itself, expected the id of another finding; correct it")],
        ),
        (
            {"related_to": "zz-restrain"},
            [(1, "related_to: found 'zz-restrain', expected an id of data/findings.csv; did you mean zz-restrains?")],
        ),
        ({"relation": "extends"}, []),
        ({"relation": "", "related_to": ""}, []),
    ],
)
def test_relations_are_whole_and_contradictions_mutual(package, cells, found):
    line = spoil(package, FINDINGS, **cells)
    one_sided = (
        0,
        "related_to: found 'zz-promotes', whose row does not say that it contradicts this one, "
        f"expected contradictions told in both rows; add contradicts and zz-restrains to line {line}",
    )
    assert messages() == [f"{FINDINGS}:{line - 1 + number}:{text}" for number, text in [one_sided, *found]]


def test_a_finding_may_be_contradicted_by_several(package):
    line = spoil(package, FINDINGS, related_to="zz-restrains; zz-third")
    with open(package / FINDINGS, "a", encoding="utf-8") as file:
        file.write(as_csv((FINDING | {"id": "zz-third", "outcome": "same", "related_to": "zz-promotes"}).values()))
    assert messages() == []
    ids = tables.load("findings", where)["id"]
    assert ids.tolist()[-2:] == ["zz-promotes", "zz-third"] and len(ids) == line


def test_a_finding_and_an_effect_share_no_id(package):
    effect = spoil(package, EFFECTS, id="zz-promotes")
    assert messages() == [
        f"{FINDINGS}:{last_line(package / FINDINGS)}:id: found 'zz-promotes', the id of line {effect} of {EFFECTS}, "
        "expected an id of its own; rename one of the two"
    ]


# Intervals


@pytest.mark.parametrize(
    ("cells", "sound"),
    [
        ({"ci_low": "1.23", "ci_high": "1.76"}, True),
        ({"ci_low": "1.23", "ci_high": "1.79"}, True),  # 0.197 up, 0.178 down: 10 percent
        ({"ci_low": "1.23", "ci_high": "1.82"}, False),  # 0.214 up, 0.178 down: 18 percent
        ({"ci_low": "1.23", "ci_high": "1.82", "note": "printed so"}, True),
        ({"ci_low": "1.47", "ci_high": "1.47"}, False),  # of no width
        ({"ci_low": "", "ci_high": "", "ci_level": ""}, True),
        ({"ci_level": "50"}, True),
    ],
)
def test_an_interval_is_symmetric_on_the_log_scale_or_explained(package, cells, sound):
    spoil(package, EFFECTS, p="", **cells)
    assert [problem.column for problem in evidence.problems(where)] == ([] if sound else ["ci_low,ci_high"])


# Double agents and retractions


def retract(package: Path, key: str) -> None:
    path = package / BIBLIOGRAPHY
    text = path.read_text("utf-8")
    assert f"{{{key},\n" in text
    path.write_text(text.replace(f"{{{key},\n", f"{{{key},\n  status = {{retracted}},\n"), encoding="utf-8")


def lone_agent(package: Path) -> int:
    """Make zz-agent the factor of both findings and a double agent; returns its line."""
    path = package / FINDINGS
    path.write_text(path.read_text("utf-8").replace("CCL2; TGFB1", "zz-agent; CCL2"), encoding="utf-8")
    return spoil(package, VOCABULARY, double_agent="yes")


def without(line: int, direction: str) -> str:
    return (
        f"{VOCABULARY}:{line}:double_agent: found the double agent 'zz-agent' without a finding that it {direction} spread, "
        "expected one each way at least; add the finding, or write no; unverified rows, retracted references and outcomes "
        "other than metastasis, dissemination, outgrowth and dormancy do not count"
    )


def test_a_double_agent_has_a_finding_each_way(package):
    line = lone_agent(package)
    assert messages() == []
    path = package / FINDINGS
    text = path.read_text("utf-8")
    path.write_text(re.sub(",(more|less),", ",same,", text), encoding="utf-8")
    assert {without(line, "restrains"), without(line, "promotes")} <= set(messages())
    path.write_text(text.replace("zz-agent; ", ""), encoding="utf-8")
    assert messages() == [without(line, "promotes"), without(line, "restrains")]


def test_neither_retracted_nor_unverified_findings_make_a_double_agent(package):
    line = lone_agent(package)
    spoil(package, FINDINGS, factor="zz-agent", read_at="unverified", note="not reached")
    assert messages() == [without(line, "promotes")]
    spoil(package, FINDINGS, factor="zz-agent")
    retract(package, "bragado2013tgf")
    assert without(line, "restrains") in messages()


def test_a_retracted_reference_is_known_and_no_fault(package):
    assert "zz2026key" not in retracted(where)
    retract(package, "zz2026key")
    assert "zz2026key" in retracted(where)
    assert "mansi2016bone" not in retracted(where)
    spoil(package, EFFECTS, ref="zz2026key")
    assert "no notice of the retraction of zz2026key" in "".join(messages())
    spoil(package, READ, correction="Retracted: Journal 1:1")
    assert messages() == []


# References


def test_every_reference_was_read_and_is_reported_once(package):
    (package / READ).write_bytes((DATA / "references_read.csv").read_bytes())
    spoil(package, EFFECTS, ref="zz2026key")
    line = (package / BIBLIOGRAPHY).read_text("utf-8").count("\n") - 2
    assert messages() == [
        f"{BIBLIOGRAPHY}:{line}: found the reference zz2026key, which nobody read, expected a row for it in {READ}; "
        "add the row, or remove the reference"
    ]


def test_what_was_read_is_a_reference(package):
    line = spoil(package, READ, key="zz2026keys")
    assert (
        f"{READ}:{line}:key: found 'zz2026keys', expected a key of {BIBLIOGRAPHY}; did you mean zz2026key?"
        in messages()
    )


def test_every_table_that_cites_is_followed(package):
    path = package / "data/tables/doubling_times.csv"
    text = path.read_text("utf-8")
    ref = re.search(r"^(\w+),primary", text, re.MULTILINE)[1]
    path.write_text(text.replace(ref, ref + "s"), encoding="utf-8")
    found = evidence.problems(where)
    assert found and {(problem.file, problem.column, problem.mend) for problem in found} == {
        ("data/tables/doubling_times.csv", "ref", f"did you mean {ref}?")
    }


def test_a_broken_bibliography_is_left_to_its_own_check(package):
    with open(package / BIBLIOGRAPHY, "a", encoding="utf-8") as file:
        file.write("@article{broken,\n  title = {open,\n")
    assert messages() == []
    assert retracted(where) == frozenset()


# Vocabulary


def test_terms_that_differ_in_case_alone_are_one(package):
    line = last_line(package / VOCABULARY)
    with open(package / VOCABULARY, "a", encoding="utf-8") as file:
        file.write(as_csv((TERM | {"term": "ZZ-Agent"}).values()))
    assert messages() == [
        f"{VOCABULARY}:{line + 1}:term: found 'ZZ-Agent', the term of line {line} in other case, expected each term once; "
        "remove or correct one of the two"
    ]


# Many faults


def test_many_unknown_names_take_no_time(package):
    path = package / FINDINGS
    with open(path, "a", encoding="utf-8") as file:
        for number in range(3000):
            file.write(
                as_csv(
                    (
                        FINDING | {"id": f"zz-{number}", "ref": f"nobody{number}", "relation": "", "related_to": ""}
                    ).values()
                )
            )
    found = evidence.problems(where)
    assert len(found) == 3000 and {problem.column for problem in found} == {"ref"}


# One experiment, one row; a cell holds what was read


def test_an_experiment_entered_twice_is_told(package):
    line = last_line(package / FINDINGS)
    with open(package / FINDINGS, "a", encoding="utf-8") as file:
        file.write(as_csv((FINDING | {"id": "zz-again", "relation": "", "related_to": ""}).values()))
    assert messages() == [
        f"{FINDINGS}:{line + 1}:id: found the subject and outcome of 'zz-promotes' (line {line}) in another row, expected "
        "one row for each experiment; merge the two, and keep the withdrawn id in data/former_ids.csv; or say in the "
        "columns what differs"
    ]


@pytest.mark.parametrize(
    ("note", "column", "cell"),
    [
        ("Species not in the abstract.", "species", "'mouse'"),
        ("Organ inferred from the cell line.", "organ", "'lung'"),
        ("Species assumed.", "species", "'mouse'"),
    ],
)
def test_a_value_beside_a_note_that_it_was_not_read_is_told(package, note, column, cell):
    line = spoil(package, FINDINGS, note=note)
    [message] = messages()
    assert message.startswith(f"{FINDINGS}:{line}:{column}: found {cell} beside the note")
    spoil(package, FINDINGS, note=note, **{column: "not stated"})
    assert messages() == []


def test_a_laboratory_has_one_name(package):
    line = last_line(package / FINDINGS)
    with open(package / FINDINGS, "a", encoding="utf-8") as file:
        other = {"id": "zz-other", "group": "Zz AB", "organ": "liver", "relation": "", "related_to": ""}
        file.write(as_csv((FINDING | other).values()))
    assert messages()[-1].startswith(f"{FINDINGS}:{line}:group: found 'Zz A' beside 'Zz AB', expected one name")


def test_the_direction_cannot_be_typed(package):
    path = package / FINDINGS
    head, *rows = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text(head.replace("outcome,", "direction,outcome,", 1) + "".join(rows), encoding="utf-8")
    assert any("direction: found an unknown column" in message for message in messages())


# One study, one name


def add(package: Path, name: str, **cells: str) -> int:
    """Add a row like the last one; returns its line."""
    with open(package / name, "a", encoding="utf-8") as file:
        file.write(as_csv((ADDED[name][-1] | cells).values()))
    return last_line(package / name)


def test_the_same_ratio_in_two_rows_is_asked_about_once(package):
    line = add(package, EFFECTS, id="zz-other", endpoint="recurrence")
    assert messages() == [
        f"{EFFECTS}:{line}:estimate: found the ratio and interval of line {line - 1}, expected numbers of its own, or a "
        "note with the words same ratio; look at both sources again"
    ]
    path = package / EFFECTS
    path.write_text(path.read_text("utf-8").removesuffix(",\n") + ",same ratio by chance\n", encoding="utf-8")
    assert messages() == []


def test_two_works_under_one_study_name_are_told_apart(package):
    line = add(package, EFFECTS, id="zz-other", ref="zz2026key", estimate="1.48")
    assert messages() == [
        f"{EFFECTS}:{line}:study: found 'Test 2016', also the study of another reference in line {line - 1}, "
        "expected a name of its own, or a shared overlap group; name the study so that the two are told apart"
    ]


@pytest.mark.parametrize(
    ("cells", "fits"),
    [
        ({"p": "0.004"}, True),
        ({"p": "<0.01"}, True),
        ({"p": "<0.001"}, False),
        ({"p": "0.04"}, False),
        ({"p": "0.04", "note": "the p is one-sided as printed"}, True),
        ({"ci_low": "1.03", "ci_high": "2.10", "p": "0.03"}, True),
        ({"estimate": "1.0", "ci_low": "0.9", "ci_high": "1.1", "p": "0.90"}, True),
    ],
)
def test_a_printed_p_fits_its_interval_within_rounding(package, cells, fits):
    spoil(package, EFFECTS, **cells)
    assert [problem.code for problem in evidence.problems(where)] == ([] if fits else ["p-against-interval"])
