"""The workflow that answers a form: what a stranger typed is never part of a command, and whoever reads it cannot write."""

import json
import os
import re
import shutil
import subprocess

import pytest
import yaml

from seedsoil.files import ROOT
from seedsoil.forms import body

WORKFLOW = ROOT / ".github/workflows/forms.yml"
TYPED = ("title", "body", "user", "login", "name", "comment", "head_ref")  # what others choose, of an event


def loaded() -> dict:
    return yaml.safe_load(WORKFLOW.read_text("utf8"))


def expressions(text: str) -> list[str]:
    return re.findall(r"\$\{\{(.*?)\}\}", text)


def unsafe(workflow: dict) -> list[str]:
    """Commands in which an expression stands, and expressions that hold what a stranger typed."""
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    found = [step["run"] for step in steps if expressions(step.get("run", ""))]
    everywhere = expressions(json.dumps(workflow, default=str))
    return found + [text for text in everywhere if set(re.findall(r"\w+", text)) & set(TYPED)]


def test_no_text_of_an_issue_is_part_of_a_command():
    assert unsafe(loaded()) == []


@pytest.mark.parametrize(
    "step",
    [
        {"run": "echo ${{ github.event.issue.number }}"},
        {"run": "x", "env": {"BODY": "${{ github.event.issue.body }}"}},
        {"uses": "a", "with": {"title": "${{ github.event.issue.title }}"}},
    ],
)
def test_text_in_a_command_is_seen(step):
    assert unsafe({"jobs": {"a": {"steps": [step]}}})


def test_who_reads_the_form_may_not_write_and_who_writes_does_not_run_it():
    workflow = loaded()
    assert workflow["permissions"] == {"contents": "read"} and set(workflow[True]) == {"issues"}
    read, write = workflow["jobs"]["read"], workflow["jobs"]["answer"]
    assert "permissions" not in read and "GH_TOKEN" not in json.dumps(read) and "secrets." not in json.dumps(workflow)
    assert write["permissions"] == {"contents": "write", "issues": "write", "pull-requests": "write"}
    assert "./book" not in json.dumps(write) and "python" not in json.dumps(write)


def test_only_a_form_or_its_label_begins_it():
    condition = loaded()["jobs"]["read"]["if"]
    labels = {
        label
        for form in body.forms(ROOT)
        for label in yaml.safe_load((ROOT / body.TEMPLATES / f"{form.name}.yml").read_text("utf8"))["labels"]
    }
    assert set(re.findall(r"labels\.\*\.name, '(\w+)'", condition)) == labels
    assert set(json.loads(re.search(r"fromJSON\('(.*?)'\)", condition)[1])) == labels


# --- the commands of the second job, run here ---------------------------------------------------------------------

GH = '#!/bin/sh\necho "$@" >> "$SAID_TO_GH"\nfor part in "$@"; do [ -f "$part" ] && cat "$part" >> "$SAID_TO_GH"; done; true\n'
EVIL = "$(touch evil) `touch evil` ${{ x }}\n::set-output name=a::b\n"


@pytest.fixture
def runner(tmp_path):
    """A clone with a remote, a `gh` that notes what it is told, and what the first job said."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")

    def git(*command, cwd):
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *command], cwd=cwd, check=True, capture_output=True
        )

    clone, said = tmp_path / "clone", tmp_path / "temp/said"
    git("init", "--quiet", "--bare", "origin", cwd=tmp_path)
    git("clone", "--quiet", "origin", "clone", cwd=tmp_path)
    said.mkdir(parents=True)
    for name in ("data/findings.csv", "data/tables/b.csv", "seedsoil/code.py"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text("one\n")
    git("add", ".", cwd=clone)
    git("commit", "--quiet", "--message=all", cwd=clone)
    git("push", "--quiet", "origin", "HEAD:main", cwd=clone)
    for name in ("data/findings.csv", "data/tables/b.csv", "seedsoil/code.py"):
        (clone / name).write_text("one\ntwo\n")
    patch = subprocess.run(["git", "diff"], cwd=clone, capture_output=True, check=True).stdout
    (said / "rows.patch").write_bytes(patch)
    (said / "answer.md").write_text(EVIL)
    git("checkout", "--quiet", ".", cwd=clone)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/gh").write_text(GH)
    (tmp_path / "bin/gh").chmod(0o755)
    return tmp_path


def run(runner) -> str:
    """Run the steps of the second job; returns what was said to `gh`."""
    environment = {
        "PATH": f"{runner / 'bin'}:{os.environ['PATH']}",
        "HOME": str(runner),
        "RUNNER_TEMP": str(runner / "temp"),
        "NUMBER": "12",
        "SAID_TO_GH": str(runner / "gh.log"),
    }
    for step in loaded()["jobs"]["answer"]["steps"]:
        if "run" in step:
            command = ["bash", "-eo", "pipefail", "-c", step["run"]]
            subprocess.run(command, cwd=runner / "clone", env=environment, check=True, capture_output=True)
    return (runner / "gh.log").read_text()


def of_branch(runner, name: str) -> str:
    command = ["git", "show", f"form-12:{name}"]
    return subprocess.run(command, cwd=runner / "origin", capture_output=True, check=True, text=True).stdout


def test_the_tables_alone_go_into_the_draft(runner):
    said = run(runner)
    assert [of_branch(runner, name) for name in ("data/findings.csv", "data/tables/b.csv", "seedsoil/code.py")] == [
        "one\ntwo\n",
        "one\ntwo\n",
        "one\n",
    ]
    assert "pr create --draft --head form-12 --title The form of issue 12 --body-file" in said
    assert "issue comment 12 --body-file" in said and said.count(EVIL) == 2
    assert not list(runner.rglob("evil"))


def test_a_draft_that_is_there_stays_and_the_issue_is_answered(runner):
    run(runner)
    before = (runner / "gh.log").read_text()
    subprocess.run(["git", "checkout", "--quiet", "-"], cwd=runner / "clone", check=True)
    after = run(runner).removeprefix(before)
    assert "pr create" not in after and "issue comment 12" in after


def test_where_nothing_was_written_there_is_an_answer_alone(runner):
    (runner / "temp/said/rows.patch").write_text("")
    assert "pr create" not in run(runner)
