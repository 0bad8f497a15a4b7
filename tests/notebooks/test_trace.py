"""Whatever a kernel reads, lists, imports or asks for below the root counts; what cannot be seen is refused."""

import os
import select
import sys
import threading
from types import SimpleNamespace

import pytest

from seedsoil.notebooks import trace
from seedsoil.notebooks.execution import ExecutionFailed, Runs
from tests.notebooks.test_execution import HEADER, cell

READS = """
import glob, os, pathlib, sqlite3, sys, zipfile
sys.path.insert(0, "library")
open("notes.txt").read()
len(os.listdir("../data"))
glob.glob("figures/*.svg")
[list(part) for part in os.walk("../data/deep")]
os.path.exists("later.txt"), pathlib.Path("flag").is_file(), os.access("../data/asked.csv", os.R_OK)
os.stat("../data/size.csv").st_size
import beside, within.inner, colorsys
zipfile.ZipFile("../data/packed.zip").namelist()
sqlite3.connect("file:../data/rows.sqlite?mode=ro", uri=True).close()
open(os.path.abspath("../README.md")).close()
os.listdir("..")
open("linked.txt").close()
"""
FILES = {
    "chapters/notes.txt": "1",
    "chapters/beside.py": "A = 1",
    "chapters/library/within/inner.py": "B = 1",
    "chapters/figures/one.svg": "",
    "chapters/unread.txt": "",
    "data/asked.csv": "",
    "data/size.csv": "12",
    "data/deep/er/file.csv": "",
    "data/rows.sqlite": "",
    "README.md": "",
}
EMPTY_ZIP = b"PK\x05\x06" + bytes(18)


@pytest.fixture(scope="module")
def reading(tmp_path_factory):
    """A book whose page reads in many ways, and has run."""
    root = tmp_path_factory.mktemp("reading")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    elsewhere = root.with_name("elsewhere.txt")
    elsewhere.write_text("1")
    (root / "chapters/linked.txt").symlink_to(elsewhere)
    (root / "data/packed.zip").write_bytes(EMPTY_ZIP)
    (root / "requirements.txt").write_text("")
    (root / "chapters/page.md").write_text(HEADER + cell(READS + "print('done')"))
    runs = Runs(root)
    runs.bring_up_to_date([runs.page(root / "chapters/page.md")])
    return runs


def is_remembered(runs: Runs) -> bool:
    return runs.find(runs.page(runs.root / "chapters/page.md").notebook) is not None


@pytest.mark.parametrize(
    "changed",
    [
        "chapters/notes.txt",  # opened beside the page
        "data/new.csv",  # a folder was listed
        "chapters/figures/two.svg",
        "data/deep/er/new.csv",
        "chapters/later.txt",  # it was asked whether they are there
        "chapters/flag",
        "data/size.csv",
        "chapters/beside.py",  # imported
        "chapters/library/within/inner.py",
        "chapters/library/within/__init__.py",
        "chapters/colorsys.py",  # would be imported in place of another
        "data/packed.zip",
        "data/rows.sqlite",
        "README.md",
        "../elsewhere.txt",  # through a link
    ],
)
def test_a_change_of_what_a_cell_read_makes_its_run_invalid(reading, changed):
    path = reading.root / changed
    before = path.read_bytes() if path.exists() else None
    assert is_remembered(reading)
    try:
        path.write_bytes((before or b"") + b"changed")
        assert not is_remembered(reading)
    finally:
        path.unlink() if before is None else path.write_bytes(before)
    assert is_remembered(reading)


def test_a_file_that_is_removed_makes_a_run_invalid(reading):
    path = reading.root / "data/asked.csv"
    path.unlink()
    assert not is_remembered(reading)
    path.write_text("")


@pytest.mark.parametrize(
    "changed", ["chapters/unread.txt", "chapters/other.md", "chapters/library/notes.txt", "data/deep/__pycache__"]
)
def test_what_no_cell_read_does_not_matter(reading, changed):
    path = reading.root / changed
    path.write_text("changed")
    assert is_remembered(reading)
    path.unlink()


REFUSED = {
    "import subprocess; subprocess.run(['cat', '../data/used.csv'])": "a cell that starts 'cat'",
    "import os; os.system('cat ../data/used.csv')": "a cell that starts 'used.csv'",
    "import os; os.posix_spawn('/bin/cat', ['cat'], {})": "a cell that starts 'cat'",
    "import pty; pty.fork()": "a cell that starts 'a terminal'",
    "get_ipython().system('cat ../data/used.csv')": "a cell that starts 'a terminal'",
    "import multiprocessing as m; m.get_context('spawn').Process(target=print).start()": "a cell that starts 'python'",
    "open('../_build/page.html')": "a cell that reads _build/page.html, which is generated",
    "import os; os.listdir('../.git')": "a cell that reads .git, which is generated",
    "open('../data/used.csv', 'a')": "a cell that changes data/used.csv",
    "open('new.txt', 'w')": "a cell that changes chapters/new.txt",
    "import os; os.remove('../data/used.csv')": "a cell that changes data/used.csv",
    "import os; os.rename('../data/used.csv', '/tmp/x')": "a cell that changes data/used.csv",
    "import os; os.mkdir('../data/folder')": "a cell that changes data/folder",
    "import urllib.request; urllib.request.urlopen('http://example.org')": "a cell that asks example.org",
    "import socket; socket.create_connection(('192.0.2.1', 80))": "a cell that asks 192.0.2.1",
}
ASKING = """
for code in {codes!r}:
    try:
        exec(code)
    except (OSError, RuntimeError) as error:
        print(error)
    else:
        print("accepted: " + code)
"""


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """What a kernel answers to each piece of code."""
    root = tmp_path_factory.mktemp("refused")
    for name in ("chapters", "data", "_build", ".git"):
        (root / name).mkdir()
    (root / "data/used.csv").write_text("7\n")
    (root / "requirements.txt").write_text("")
    path, runs = root / "chapters/page.md", Runs(root)
    path.write_text(HEADER + cell("\n".join([ASKING.format(codes=list(REFUSED)).strip()])))
    page = runs.page(path)
    runs.execute_all([page])
    assert (root / "data/used.csv").read_text() == "7\n"
    return dict(zip(REFUSED, page.code[0].outputs[0].text.splitlines(), strict=True))


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_seen_or_changes_the_book_is_refused(refused, code):
    assert REFUSED[code] in refused[code]


def test_a_refusal_turns_the_build_red_and_names_the_cell(tmp_path):
    (tmp_path / "requirements.txt").write_text("")
    path, runs = tmp_path / "page.md", Runs(tmp_path)
    path.write_text(HEADER + cell("1") + cell("!cat page.md"))
    with pytest.raises(ExecutionFailed, match=r"page\.md:13: (.|\n)*found a cell that starts"):
        runs.bring_up_to_date([runs.page(path)])


def test_a_file_that_changes_while_the_page_runs_is_not_remembered(tmp_path):
    (tmp_path / "requirements.txt").write_text("")
    (tmp_path / "table.csv").write_text("1")
    path, runs = tmp_path / "page.md", Runs(tmp_path)
    # Under another name a file is changed as another process would change it: unseen.
    path.write_text(
        HEADER + cell("import ctypes\nopen('table.csv').read()\nctypes.CDLL(None).system(b'echo 2 > table.csv');")
    )
    with pytest.raises(ExecutionFailed, match=r"page\.md: table\.csv changed while the page ran\. Build it again\."):
        runs.bring_up_to_date([runs.page(path)])
    assert runs.find(runs.page(path).notebook) is None


def test_a_cell_waits_until_what_it_wrote_was_read(monkeypatch):
    """ipykernel reads a descriptor in a thread, here one that is late."""
    pipe, end = os.pipe()
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(_fid=pipe))
    os.write(end, b"from below")
    late = threading.Timer(0.3, os.read, (pipe, 100))
    late.start()
    trace.settle(None)
    assert select.select([pipe], [], [], 0)[0] == []


def test_no_cell_waits_for_a_reader_that_has_gone(monkeypatch):
    pipe, end = os.pipe()
    os.write(end, b"from below")
    monkeypatch.setattr(sys, "stderr", SimpleNamespace(_fid=pipe))
    monkeypatch.setattr(trace, "PATIENCE", 0.1)
    trace.settle(None)


def test_where_a_compiled_module_says_its_source_is_counts_as_no_file(tmp_path, monkeypatch):
    """A traceback that is printed late asks for `zmq/backend/cython/_zmq.py`; no cell did."""
    import zmq.backend.cython._zmq  # noqa: F401

    assert trace.is_compiled("zmq/backend/cython/_zmq.py")
    for path in ("/zmq/backend/cython/_zmq.py", "zmq/backend/cython/none.py", "pytest.py", "later.txt", b"later", 3):
        assert not trace.is_compiled(path)
    monkeypatch.chdir(tmp_path)
    watch = trace.Watch(str(tmp_path), str(tmp_path.parent / f"{tmp_path.name}-trace"))
    watch.note("zmq/backend/cython/_zmq.py")
    watch.note("later.txt")
    assert watch.seen == {"later.txt"}
