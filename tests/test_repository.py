"""The repository itself: its lock, its door, its addresses, and what Binder finds."""

import importlib.machinery
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from seedsoil.files import ROOT
from seedsoil.notebooks import readable, results

LOCK = (ROOT / "requirements.txt").read_text("utf8").splitlines()
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf8"))


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_lock_pins_everything_exactly_and_ends_with_the_package_itself():
    requirements = [line for line in LOCK if line and not line.lstrip().startswith("#")]
    assert requirements[-1] == "-e ." == LOCK[-1]
    assert [line for line in requirements[:-1] if not re.match(r"[a-z0-9][a-z0-9._-]*==[^\s;]+( ; .+)?$", line)] == []
    assert "jupyter-book==1.0.4.post1" in requirements


def test_the_lock_holds_every_dependency_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    every = [project["dependencies"], *project["optional-dependencies"].values()]
    wanted = {canonical(re.match(r"[A-Za-z0-9._-]+", requirement)[0]) for part in every for requirement in part}
    locked = {canonical(line.split("==")[0]) for line in LOCK if "==" in line and not line.startswith(" ")}
    assert wanted - locked == set()


def test_the_repository_has_one_address():
    address = CONFIG["repository"]["url"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    assert citation["repository-code"] == address
    assert citation["url"] == CONFIG["html"]["baseurl"]
    assert citation["url"] in (ROOT / "README.md").read_text("utf8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    assert citation["version"] == project["version"]


def test_no_private_address_is_in_the_repository():
    """The lock and the texts name packages, not the machine or the mirror they came from."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {name: (ROOT / name).read_bytes() for name in files.split("\0") if name}
    private = re.compile(rb"--(extra-)?index-url|--find-links|file:///|/(home|root|Users)/[a-z]")
    mine = Path(__file__).relative_to(ROOT).as_posix()
    assert [name for name, text in texts.items() if name != mine and private.search(text)] == []


# The door


@pytest.fixture
def book(tmp_path, monkeypatch):
    """The module behind `./book`, working on a folder of its own."""
    loader = importlib.machinery.SourceFileLoader("book_script", str(ROOT / "book"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("book_script", loader))
    loader.exec_module(module)
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(module, "ROOT", str(tmp_path))
    monkeypatch.setattr(module, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(module, "STAMP", str(tmp_path / ".venv/made-from"))
    return module


def test_the_environment_is_made_again_when_the_lock_changes(book, tmp_path):
    assert not book.is_made()
    (tmp_path / ".venv").mkdir()
    Path(book.STAMP).write_text(book.wanted())
    assert book.is_made()
    (tmp_path / "requirements.txt").write_text("changed")
    assert not book.is_made()


def test_a_failed_step_leaves_no_environment_that_looks_whole(book, monkeypatch):
    monkeypatch.setattr(book.shutil, "which", lambda name: None)
    monkeypatch.setattr(book.subprocess, "call", lambda command, **options: 0 if "-c" in command else 1)
    with pytest.raises(SystemExit, match="this step failed: .*venv"):
        book.make()
    assert not book.is_made()


def test_a_python_that_is_too_old_is_named(book, monkeypatch):
    monkeypatch.setattr(book.sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(book.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"found Python 3\.9, expected 3\.13 or 3\.12 or 3\.11"):
        book.find_python()


def test_a_python_without_venv_is_told_what_to_install(book, monkeypatch):
    monkeypatch.setattr(book.shutil, "which", lambda name: None)
    monkeypatch.setattr(book.subprocess, "call", lambda command, **options: 1)
    with pytest.raises(SystemExit, match="sudo apt install python3-venv"):
        book.make()


def test_the_door_needs_the_standard_library_alone():
    imported = set(re.findall(r"^(?:import|from) (\w+)", (ROOT / "book").read_text("utf8"), re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)


# Binder


def test_binder_installs_of_the_lock_what_a_reader_needs_on_a_supported_python():
    lock = (ROOT / ".binder/requirements.txt").read_text("utf8").splitlines()
    assert lock[-1] == "-e ." and {line for line in lock if "==" in line} <= set(LOCK)
    names = {line.split("==")[0] for line in lock}
    assert {"jupyterlab", "jupytext", "pandas"} <= names and not {"pytest", "playwright", "jupyter-book"} & names
    version = (ROOT / ".binder/runtime.txt").read_text().strip().removeprefix("python-")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    assert version == re.match(r">=([\d.]+)", project["requires-python"])[1]


def test_each_launch_address_names_the_notebook_of_its_page(site):
    base = f"{CONFIG['launch_buttons']['binderhub_url']}/v2/gh/{CONFIG['repository']['url'].removeprefix('https://github.com/')}/{CONFIG['repository']['branch']}?urlpath=lab/tree/"
    launched = {}
    for path in site.rglob("*.html"):
        for address in re.findall(r'href="(https://mybinder[^"]*)"', path.read_text("utf8")):
            assert address.startswith(base), address
            launched[path.relative_to(site).with_suffix(".md").as_posix()] = address.removeprefix(base)
    assert launched == {page.name: readable.notebook_path(page) for page in results.chapters(ROOT)} != {}
    assert "seedsoil notebooks" in (ROOT / ".binder/postBuild").read_text()
