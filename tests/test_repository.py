"""The repository itself: its lock, its door, its addresses, and what Binder finds."""

import importlib.machinery
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from seedsoil import cli
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


def sources(root: Path) -> dict[str, Path]:
    """The files below a root by name, as a clone or an archive has them: all that .gitignore does not name."""
    lines = (root / ".gitignore").read_text("utf8").split()
    ignored = [".git", *(line.strip("/").rpartition("**/")[2] for line in lines)]

    def files(folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()):
            if not any(fnmatch(path.name, pattern) for pattern in ignored):
                yield from files(path) if path.is_dir() and not path.is_symlink() else [path]

    return {path.relative_to(root).as_posix(): path for path in files(root)}


def with_private_address(root: Path) -> list[str]:
    private = re.compile(rb"--(extra-)?index-url|--find-links|file:///|/(home|root|Users)/[a-z]")
    mine = Path(__file__).relative_to(ROOT).as_posix()
    return [name for name, path in sources(root).items() if name != mine and private.search(path.read_bytes())]


def test_no_private_address_is_in_the_repository():
    """The lock and the texts name packages, not the machine or the mirror they came from."""
    assert {"book", "requirements.txt", "seedsoil/cli.py", "tests/test_repository.py"} <= set(sources(ROOT))
    assert with_private_address(ROOT) == []


def test_a_private_address_is_seen_without_git_and_not_in_what_is_ignored(tmp_path):
    (tmp_path / ".gitignore").write_text("/_build/\n__pycache__/\n/data/**/.*.tmp\n")
    for name in (
        "_build/page",
        "data/deep/.a.1.tmp",
        "seedsoil/__pycache__/a",
        ".git/config",
        "data/deep/notes",
        "book",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("see /home/" + "somebody")
    (tmp_path / "book").write_text("sound")
    assert with_private_address(tmp_path) == ["data/deep/notes"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_lines_end_alike_in_every_clone(tmp_path):
    def git(*arguments, **options):
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.autocrlf=true", *arguments]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, **options)

    git("init", "--quiet", "one")
    for name in ("book", ".gitattributes", "data/findings.csv"):
        (tmp_path / "one" / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / "one" / name)
    (tmp_path / "one/picture.png").write_bytes(b"\x89PNG\r\n\x00\n")
    git("-C", "one", "add", ".")
    git("-C", "one", "commit", "--quiet", "--message=all")
    git("clone", "--quiet", "one", "other")
    for name in ("book", "data/findings.csv"):
        assert b"\r" not in (tmp_path / "other" / name).read_bytes()
    assert (tmp_path / "other/picture.png").read_bytes() == b"\x89PNG\r\n\x00\n"


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


def test_a_uv_that_does_not_run_is_passed_over(book, tmp_path, monkeypatch, capsys):
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho 'uv: version 0.4 is not installed' >&2\nexit 127\n")
    uv.chmod(0o755)
    steps = []
    monkeypatch.setattr(book.shutil, "which", lambda name: str(uv) if name == "uv" else None)
    monkeypatch.setattr(
        book, "run", lambda *command, **options: steps.append(command) or Path(book.VENV).mkdir(exist_ok=True)
    )
    book.make()
    assert [step[1:3] for step in steps] == [("-m", "venv"), ("-m", "pip")]
    assert "does not run; going on with pip" in capsys.readouterr().err
    assert not book.runs(str(tmp_path / "nothing"))


def test_the_environment_is_not_made_with_the_python_in_it(book, monkeypatch):
    """Where .venv is active, the Python that runs the door is the one that the door is about to remove."""
    monkeypatch.setattr(book.sys, "executable", f"{book.VENV}/bin/python")
    assert not book.find_python().startswith(book.VENV)


def test_of_two_that_begin_at_once_one_makes_the_environment(book, tmp_path, monkeypatch):
    made = []

    def make():
        made.append(book.fcntl.flock)
        with open(tmp_path / "requirements.txt") as lock, pytest.raises(BlockingIOError):
            book.fcntl.flock(lock, book.fcntl.LOCK_EX | book.fcntl.LOCK_NB)  # another would wait here
        (tmp_path / ".venv").mkdir()
        Path(book.STAMP).write_text(book.wanted())

    monkeypatch.setattr(book, "make", make)
    monkeypatch.setattr(book.os, "execv", lambda *arguments: None)
    book.main()
    book.main()
    assert len(made) == 1


def test_the_door_needs_the_standard_library_alone():
    imported = set(re.findall(r"^(?:import|from) (\w+)", (ROOT / "book").read_text("utf8"), re.MULTILINE))
    assert imported <= set(sys.stdlib_module_names)


# The workflow


@pytest.mark.parametrize(
    ("job", "system", "command"), [("test", "ubuntu", "bash .ci/run"), ("mac", "macos", "./book test")]
)
def test_every_promised_python_is_tested_on_every_promised_system(book, job, system, command):
    steps = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text("utf8"))["jobs"][job]
    assert steps["runs-on"].startswith(system) and command in [step.get("run") for step in steps["steps"]]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    least, below = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project["requires-python"]).groups()
    promised = [f"3.{minor}" for minor in range(int(least), int(below))]
    assert steps["strategy"]["matrix"]["python"] == promised == sorted(book.VERSIONS)


def unpinned(workflow: str) -> list[str]:
    """The actions that are not named by a digest, which nobody can move, with the version beside it for people."""
    used = re.findall(r"^\s*(?:- )?uses: *(.*)$", workflow, re.MULTILINE)
    return [action for action in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", action)]


def test_actions_are_named_by_their_digests():
    workflows = [path.read_text("utf8") for path in sorted((ROOT / ".github/workflows").glob("*.yml"))]
    assert "uses:" in "".join(workflows) and [unpinned(workflow) for workflow in workflows] == [[]] * len(workflows)
    assert unpinned("      - uses: actions/checkout@v4\n        uses: a/b@" + "0" * 40) == [
        "actions/checkout@v4",
        "a/b@" + "0" * 40,
    ]


def commands_of(workflow: dict) -> set[str]:
    """The commands of the door that the steps of a workflow give."""
    steps = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    return {name for text in steps for name in re.findall(r"\./book (\w+)", text)}


@pytest.mark.parametrize("name", ["book.yml", "forms.yml", "living.yml"])
def test_a_workflow_gives_commands_that_there_are(name):
    known = set(cli.parser()._subparsers._group_actions[0].choices)
    assert commands_of(yaml.safe_load((ROOT / f".github/workflows/{name}").read_text("utf8"))) - known == set()
    assert commands_of({"jobs": {"a": {"steps": [{"run": "./book nothing"}]}}}) == {"nothing"}


def test_what_a_pull_request_runs_may_read_and_nothing_more():
    workflow = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text("utf8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in workflow[True]  # YAML reads the key `on` as true
    for name, job in workflow["jobs"].items():
        if "write" in job.get("permissions", {}).values():
            assert re.search(r"github\.ref == 'refs/heads/main'|startsWith\(github\.ref, 'refs/tags/v'\)", job["if"]), (
                name
            )
    assert "secrets." not in (ROOT / ".github/workflows/book.yml").read_text("utf8")


def kept_tokens(workflow: dict) -> list[str]:
    """The jobs that push nothing and whose checkout leaves a token on the disk nevertheless."""
    return [
        name
        for name, job in workflow["jobs"].items()
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/checkout@")
        and not any("git push" in one.get("run", "") for one in job["steps"])
        and step.get("with", {}).get("persist-credentials") is not False
    ]


@pytest.mark.parametrize("name", ["book.yml", "forms.yml", "living.yml"])
def test_a_token_stays_on_the_disk_only_where_something_is_pushed(name):
    text = (ROOT / f".github/workflows/{name}").read_text("utf8")
    assert kept_tokens(yaml.safe_load(text)) == []
    careless = text.replace("persist-credentials: false", "persist-credentials: true").replace("git push", "git pull")
    assert kept_tokens(yaml.safe_load(careless))


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
