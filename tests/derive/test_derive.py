"""Each derived table, derived again; and every way in which a raw file can be wrong."""

import dataclasses
import hashlib
import http.server
import json
import shutil
import threading

import numpy as np
import pandas as pd
import pooch
import pytest

from seedsoil.derive import derive, rotterdam, transbig
from seedsoil.derive.fetch import fetch
from seedsoil.derive.registry import SOURCES
from seedsoil.files import ROOT
from seedsoil.problem import DataError
from seedsoil.tables import package as tables

DATA = ROOT / "data"
NAMES = [name for source in SOURCES for name in source.tables]
# Made of public files that do not lie with the other raw files: they are derived again from the network, once a week.
ELSEWHERE = ["brain_nulls", "gene_names", "ontology_names"]
BY_NAME = {source.name: source for source in SOURCES}
ROTTERDAM, TRANSBIG = BY_NAME["rotterdam"], BY_NAME["transbig"]
PIN = f"156609 bytes with SHA-256 {ROTTERDAM.sha256}"


@pytest.fixture(autouse=True)
def no_raw_folder(monkeypatch):
    monkeypatch.delenv("SEEDSOIL_RAW", raising=False)


@pytest.fixture
def raw(shared):
    return shared / "sources" / "raw"


@pytest.fixture
def package(tmp_path):
    """A copy of the repository's data to derive into; returns its root."""
    root = tmp_path / "repository"
    shutil.copytree(DATA, root / "data")
    return root


def problem(act, *args) -> str:
    with pytest.raises(DataError) as caught:
        act(*args)
    return str(caught.value)


# The committed tables


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ELSEWHERE])
def test_deriving_again_gives_the_committed_table(name, raw, package):
    derived_again(name, raw, package)


@pytest.mark.network
@pytest.mark.parametrize("name", ELSEWHERE)
def test_deriving_again_from_the_network_gives_the_committed_table(name, package):
    derived_again(name, None, package)


def derived_again(name, raw, package):
    path = package / "data" / "derived" / f"{name}.csv"
    committed, text = tables.load(name, package), path.read_text(encoding="utf-8")
    path.unlink()
    assert derive(name, raw, package) == path
    derived = tables.load(name, package)
    # Values are rounded to six decimals; another numpy may round the last one differently.
    pd.testing.assert_frame_equal(committed, derived, check_exact=False, rtol=0, atol=1.5e-6)
    assert text.partition("\n")[0] == path.read_text(encoding="utf-8").partition("\n")[0]


def test_committed_tables_are_small():
    assert max((DATA / "derived" / f"{name}.csv").stat().st_size for name in NAMES) < 60_000  # bytes


def test_registry_and_package_name_the_same_tables_and_sources():
    resources = json.loads((DATA / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    described = {item["name"]: item for item in resources if item["path"].startswith("derived/")}
    assert sorted(described) == sorted(NAMES)
    for source in SOURCES:
        for name in source.tables:
            assert described[name]["path"] == f"derived/{name}.csv"
            assert source.license.startswith(described[name]["licenses"][0]["name"])
            assert described[name]["madeBy"] == f"./book derive {name}"
            files = {told["path"]: told for told in described[name]["sources"] if "hash" in told}
            papers = {told["title"]: told["ref"] for told in described[name]["sources"] if "ref" in told}
            assert sorted(files) == sorted(part.url for part in (source, *source.also))
            for part in (source, *source.also):
                told = files[part.url]
                assert (told["hash"], told["license"]) == (f"sha256:{part.sha256}", part.license)
                assert papers[part.citation] == part.key


def test_rotterdam_keeps_every_patient_recurrence_and_day(raw):
    table, cohort = tables.load("rotterdam_recurrence"), tables.load("rotterdam_cohort")
    people = pd.read_csv(raw / "rotterdam.csv")
    assert table["events"].sum() == people["recur"].sum() == 1518
    assert table.loc[table["start"] == 0, "patients"].sum() == len(people) == 2982
    days = people["rtime"].sum()
    assert table["person_years"].sum() == pytest.approx(days / 365.25, abs=1e-3)
    assert cohort["person_years"].sum() == pytest.approx(days / 365.25, abs=1e-5)
    # A patient is at risk in an interval until the last one; nobody enters late.
    by = ["er", "nodes", "size", "grade"]
    at_risk = table.pivot_table(index=by, columns="start", values="patients", fill_value=0)
    assert (np.diff(at_risk.to_numpy()) <= 0).all()


def test_rotterdam_counts_one_stratum_as_pandas_does(raw):
    """One cell of the table, counted in another way."""
    people = pd.read_csv(raw / "rotterdam.csv")
    stratum = people.query("er >= 10 and 4 <= nodes <= 9 and size == '20-50' and grade == 3")
    days = stratum["rtime"]
    entering = days > 2 * 365.25
    events = ((stratum["recur"] == 1) & entering & (days <= 2.5 * 365.25)).sum()
    years = (days[entering].clip(upper=2.5 * 365.25) / 365.25 - 2).sum()
    (row,) = (
        tables.load("rotterdam_recurrence")
        .query("start == 2 and er == 'positive' and nodes == '4-9' and size == '20-50' and grade == 3")
        .to_dict("records")
    )
    assert (row["stop"], row["patients"], row["events"]) == (2.5, entering.sum(), events)
    assert row["person_years"] == pytest.approx(years, abs=1e-6)


def test_other_choices_keep_their_patients_and_the_first_choice_is_the_main_table(raw):
    table = tables.load("rotterdam_sensitivity")
    people = pd.read_csv(raw / "rotterdam.csv")
    totals = table.groupby("choice")[["events", "person_years"]].sum()
    assert (totals.filter(like="cut-off", axis=0)["events"] == people["recur"].sum()).all()
    untreated = people.query("hormon == 0 and chemo == 0")
    assert totals.loc["no systemic therapy", "events"] == untreated["recur"].sum()
    assert totals.loc["no systemic therapy", "person_years"] == pytest.approx(untreated["rtime"].sum() / 365.25)
    assert totals.loc["node-negative", "events"] == people.query("nodes == 0")["recur"].sum()
    main = tables.load("rotterdam_recurrence").groupby(["start", "er"])["events"].sum()
    again = table.query("choice == 'cut-off 10'").set_index(["start", "er"])["events"]
    assert again.to_dict() == main.to_dict()
    positive = table.query("er == 'positive' and start == 0").set_index("choice")["patients"]
    assert positive["cut-off 30"] == (people["er"] >= 30).sum()


def test_transbig_keeps_every_patient_and_metastasis():
    table, cohort = tables.load("transbig_metastasis"), tables.load("transbig_cohort")
    assert table["events"].sum() == cohort["events"].sum() == 51
    first = table[table["start"] == 0]
    assert first["patients"].tolist() == cohort["patients"].tolist() == [64, 134]
    assert table.groupby("er")["person_years"].sum().tolist() == pytest.approx(
        cohort["person_years"].tolist(), abs=1e-4
    )


# Raw files that are not the pinned ones


def test_an_unknown_derived_table_suggests_the_nearest():
    assert problem(derive, "rotterdam") == (
        "seedsoil/derive/registry.py: found no derived table 'rotterdam', expected one of "
        f"{', '.join(sorted(NAMES))}; did you mean rotterdam_cohort?"
    )


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda data: None, "no file"),
        (lambda data: data[:100_000], "100000 bytes, a truncated file"),
        (lambda data: b"", "0 bytes, a truncated file"),
        (
            lambda data: data.replace(b"1393,1,1992", b"1393,1,1991"),
            "156609 bytes with SHA-256 {digest}, another file",
        ),
        (lambda data: data + b"\n", "156610 bytes with SHA-256 {digest}, another file"),
    ],
    ids=["missing", "truncated", "empty", "changed", "longer"],
)
def test_a_raw_file_that_is_not_the_pinned_one(spoil, found, raw, package, tmp_path):
    before = {path.name: path.read_bytes() for path in (package / "data/derived").iterdir()}
    path = tmp_path / "rotterdam.csv"
    data = spoil((raw / "rotterdam.csv").read_bytes())
    if data is not None:
        path.write_bytes(data)
        found = found.format(digest=hashlib.sha256(data).hexdigest())
    assert problem(derive, "rotterdam_recurrence", tmp_path) == (
        f"{path}: found {found}, expected {PIN}; download {ROTTERDAM.url} by hand and put it at {path}"
    )
    assert {path.name: path.read_bytes() for path in (package / "data/derived").iterdir()} == before


def test_the_raw_folder_may_come_from_the_environment(raw, tmp_path, monkeypatch):
    monkeypatch.setenv("SEEDSOIL_RAW", str(raw))
    assert fetch(ROTTERDAM) == raw / "rotterdam.csv"
    assert "found no file" in problem(fetch, ROTTERDAM, tmp_path)  # the argument goes first


def test_a_file_shipped_by_a_package_needs_no_folder(tmp_path):
    assert fetch(TRANSBIG) == fetch(TRANSBIG, tmp_path)
    (tmp_path / TRANSBIG.file).write_bytes(b"@relation")
    assert "9 bytes, a truncated file" in problem(fetch, TRANSBIG, tmp_path)


# Downloads


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / project)
    return tmp_path / "seedsoil"


@pytest.fixture
def server(tmp_path):
    """A server of the folder tmp_path/www; returns its address."""
    folder = tmp_path / "www"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(folder))

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_download_is_kept_and_used_again(raw, cache, server, tmp_path):
    source = dataclasses.replace(ROTTERDAM, url=f"{server}/rotterdam.csv")
    shutil.copy(raw / "rotterdam.csv", tmp_path / "www")
    assert fetch(source) == cache / "rotterdam.csv"
    (tmp_path / "www" / "rotterdam.csv").unlink()
    assert fetch(source).read_bytes() == (raw / "rotterdam.csv").read_bytes()


def test_a_download_of_another_file_is_not_kept(cache, server, tmp_path):
    source = dataclasses.replace(ROTTERDAM, url=f"{server}/rotterdam.csv")
    (tmp_path / "www" / "rotterdam.csv").write_bytes(b"rownames,pid\n")
    text = problem(fetch, source)
    assert text.startswith(f"{source.url}: found another file (")
    assert hashlib.sha256(b"rownames,pid\n").hexdigest() in text
    assert text.endswith(f", expected {PIN}; download {source.url} by hand and put it at {cache / 'rotterdam.csv'}")
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("path", ["gone.csv", None], ids=["not found", "no network"])
def test_no_download_says_how_to_put_the_file_by_hand(path, cache, server):
    # Nothing listens on port 9 of this machine.
    url = f"{server}/{path}" if path else "http://127.0.0.1:9/rotterdam.csv"
    source = dataclasses.replace(ROTTERDAM, url=url)
    text = problem(fetch, source)
    assert text.startswith(f"{url}: found no way to download it (")
    assert text.endswith(f"download {url} by hand and put it at {cache / 'rotterdam.csv'}")


# Raw files whose contents do not fit, whatever their digest


def rotterdam_file(raw, tmp_path, old: str, new: str):
    text = (raw / "rotterdam.csv").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "rotterdam.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "291,0,0,1799,0,1799,0\n",
            "291,0,0,-1799,0,1799,0\n",
            "2:rtime: found '-1799', expected at least 1",
        ),
        ("<=20,3,0,35", "20,3,0,35", "2:size: found '20', expected one of <=20, 20-50, >50"),
        ("1416,2,", "1416,1,", "3:pid: found the key 1 of line 2, expected a new key"),
    ],
)
def test_an_impossible_value_in_rotterdam(raw, tmp_path, old, new, expected):
    path = rotterdam_file(raw, tmp_path, old, new)
    assert problem(rotterdam.read, path) == f"{path}:{expected}; {rotterdam.REMEDY}"


def test_a_missing_column_in_rotterdam(raw, tmp_path):
    path = rotterdam_file(raw, tmp_path, "nodes,", "knots,")
    columns = ",".join(field["name"] for field in rotterdam.SCHEMA["fields"])
    assert problem(rotterdam.read, path).splitlines() == [
        f"{path}:1:nodes: found no such column, expected the columns {columns}; {rotterdam.REMEDY}",
        f"{path}:1:knots: found an unknown column, expected the columns {columns}; {rotterdam.REMEDY}",
    ]


def transbig_lines() -> list[str]:
    return fetch(TRANSBIG).read_text(encoding="utf-8").splitlines()


def test_an_impossible_value_in_transbig_is_named_by_its_line(tmp_path):
    lines = transbig_lines()
    row = lines.index("@data") + 5
    cells = lines[row].split(",")
    days = [line.split()[1] for line in lines if line.startswith("@attribute")].index("t.tdm")
    cells[days] = "-3"
    lines[row] = ",".join(cells)
    path = tmp_path / "spoiled.arff"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert problem(transbig.read, path) == (
        f"{path}:{row + 1}:t.tdm: found '-3.0', expected at least 1; {transbig.REMEDY}"
    )


def test_a_missing_column_in_transbig(tmp_path):
    path = tmp_path / "spoiled.arff"
    text = "\n".join(transbig_lines())
    assert "@attribute er " in text
    path.write_text(text.replace("@attribute er ", "@attribute receptor "), encoding="utf-8")
    line = transbig_lines().index("@data") + 1
    assert problem(transbig.read, path) == (
        f"{path}:{line}:er: found no such column, expected the columns age,er,grade,size,e.tdm,t.tdm; {transbig.REMEDY}"
    )


# A failure on the way


def test_a_result_that_does_not_fit_its_schema_is_not_written(raw, package, monkeypatch):
    before = {path.name: path.read_bytes() for path in (package / "data/derived").iterdir()}
    whole = rotterdam.rotterdam_cohort
    monkeypatch.setattr(rotterdam, "rotterdam_cohort", lambda cohort: whole(cohort).assign(deaths=-1))
    mend = "derive the table again: ./book derive rotterdam_cohort"
    assert problem(derive, "rotterdam_cohort", raw).splitlines() == [
        f"data/derived/rotterdam_cohort.csv:{line}:deaths: found '-1', expected at least 0; {mend}" for line in (2, 3)
    ]
    assert {path.name: path.read_bytes() for path in (package / "data/derived").iterdir()} == before
