"""Two editors on two branches: their decisions merge by git alone, and none is lost."""

import shutil
import subprocess

import yaml

from seedsoil.files import ROOT
from seedsoil.living import ledger
from seedsoil.living.ledger import Decision


def git(book, *arguments):
    identity = ("-c", "user.name=E", "-c", "user.email=e@example.org", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", *identity, *arguments], cwd=book, check=True, capture_output=True, text=True).stdout


def decide(book, editor, *records):
    for number, record in enumerate(records):
        at = f"2026-11-28T10:00:{number:02}.{'1' if editor == 'Ada' else '2'}00Z"
        ledger.add(book, [Decision(record, "dormancy", "include", "", editor, "person", at)])


def test_decisions_of_two_branches_merge_without_conflict_and_without_loss(book):
    shutil.copy(ROOT / ".gitattributes", book)
    git(book, "init", "--quiet")
    git(book, "add", "-A")
    git(book, "commit", "--quiet", "-m", "begin")
    git(book, "checkout", "--quiet", "-b", "ada")
    decide(book, "Ada", "pmid:1", "pmid:2", "pmid:3")
    git(book, "commit", "--quiet", "-am", "Ada's")
    git(book, "checkout", "--quiet", "-b", "bea", "main")
    decide(book, "Bea", "pmid:3", "pmid:4")
    git(book, "commit", "--quiet", "-am", "Bea's")
    git(book, "merge", "--quiet", "ada")
    kept = {(one.by, one.record) for one in ledger.load(book, Decision)}
    assert kept == {("Ada", "pmid:1"), ("Ada", "pmid:2"), ("Ada", "pmid:3"), ("Bea", "pmid:3"), ("Bea", "pmid:4")}
    assert not git(book, "status", "--short", "--untracked-files=no")


def checked_out(book):
    """What the weekly workflow does before it searches, run as it runs it, in a clone."""
    steps = yaml.safe_load((ROOT / ".github/workflows/living.yml").read_text("utf8"))["jobs"]["search"]["steps"]
    (script,) = [step["run"] for step in steps if "git fetch origin living" in step.get("run", "")]
    subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=book, check=True, capture_output=True)


def test_a_second_week_adds_to_what_the_first_brought(book, tmp_path_factory):
    git(book, "init", "--quiet")
    git(book, "add", "-A")
    git(book, "commit", "--quiet", "-m", "begin")
    for week, record in enumerate(("pmid:1", "pmid:2")):
        clone = tmp_path_factory.mktemp("week") / "clone"
        git(book, "clone", "--quiet", "--branch", "main", str(book), str(clone))
        checked_out(clone)
        assert len(ledger.load(clone, Decision)) == week
        decide(clone, "Ada" if week else "Bea", record)
        git(clone, "commit", "--quiet", "-am", f"week {week}")
        git(clone, "push", "--quiet", "origin", "living")
        (book / "later.txt").write_text(str(week), "utf8")  # main moves on, too
        git(book, "add", "-A")
        git(book, "commit", "--quiet", "-m", "meanwhile")
