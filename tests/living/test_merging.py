"""Two editors on two branches: what they searched, decided and watched merges by git alone, and nothing is lost."""

import itertools
import shutil
import subprocess
from dataclasses import replace
from datetime import date

import pytest
import yaml

from seedsoil import check
from seedsoil.files import ROOT
from seedsoil.living import duplicates, ledger, search, standing
from seedsoil.living.ledger import Decision, Notice, Pair, Record, Sentence
from seedsoil.problem import DataError
from seedsoil.tables.package import located
from tests.living import playback

TODAY = date(2026, 11, 28)
ROW = "ames2020-tgfb2-marrow"


def git(book, *arguments):
    identity = ("-c", "user.name=E", "-c", "user.email=e@example.org", "-c", "init.defaultBranch=main")
    return subprocess.run(["git", *identity, *arguments], cwd=book, check=True, capture_output=True, text=True).stdout


def decide(book, editor, *records):
    for number, record in enumerate(records):
        at = f"2026-11-28T10:00:{number:02}.{'1' if editor == 'Ada' else '2'}00Z"
        ledger.add(book, [Decision(record, "dormancy", "include", "", editor, "person", at)])


def looked(book, apis, editor, records, source, status, day):
    """A day's work of an editor: a search, a decision on each record that it found, a watch and a sentence."""
    apis.answers = records
    search.run(book, "dormancy", TODAY, (source,), say=lambda text: None)
    decide(book, editor, *(one.id for one in ledger.load(book, Record)))
    ledger.save(book, Notice, [Notice("ames2020tgfb2", "crossref", status, f"told {editor}", day)])
    ledger.save(book, Sentence, [Sentence(ROW, "abstract", "3", "result", "0" * 16, "found", day)])
    git(book, "add", "-A")
    git(book, "commit", "--quiet", "-m", editor)


def two_branches(book, apis):
    """The book on branch bea, after Ada and Bea have worked beside each other; two of their records are the same."""
    (book / ".gitignore").write_text("_build/\n", "utf8")
    git(book, "init", "--quiet")
    git(book, "add", "-A")
    git(book, "commit", "--quiet", "-m", "begin")
    for editor, source, status, day in (
        ("ada", "europepmc", "retraction", "2026-11-26"),
        ("bea", "pubmed", "unknown", "2026-11-27"),
    ):
        git(book, "checkout", "--quiet", "-b", editor, "main")
        titles = {1: "Vessels wake cells", 2: "Nerves hold bone", 3: "Clocks of marrow", 4: "Salt stops seeds"}
        records = {
            "europepmc": playback.europepmc_records([playback.record(number, titles[number]) for number in (1, 2, 3)]),
            "pubmed": playback.pubmed([(number, titles[number], f"10.1000/{number}") for number in (2, 3, 4)]),
        }
        looked(book, apis, editor.title(), records, source, status, day)


def assert_nothing_is_lost(book):
    records = {one.id: one for one in ledger.load(book, Record)}
    assert list(records) == ["pmid:1", "pmid:2", "pmid:3", "pmid:4"]
    assert records["pmid:2"].found_in == "europepmc MED:2; pubmed 2" and records["pmid:2"].doi == "10.1000/2"
    decided = {(one.by, one.record) for one in ledger.load(book, Decision)}
    assert decided == {*(("Ada", f"pmid:{number}") for number in (1, 2, 3))} | {
        *(("Bea", f"pmid:{number}") for number in (2, 3, 4))
    }
    assert [one.status for one in ledger.load(book, Notice)] == ["retraction"]  # unknown is never clean
    assert [one.checked_on for one in ledger.load(book, Sentence)] == ["2026-11-27"]
    assert len(ledger.runs(book)) == 2
    assert standing.standing(book, "dormancy", TODAY).waiting == 0
    for name in ("records", "duplicates", "decisions", "integrity", "sentences"):
        located(f"living_{name}", book)  # raises where the check would


def test_the_work_of_two_branches_merges_without_conflict_and_without_loss(book, apis):
    shutil.copy(ROOT / ".gitattributes", book)
    two_branches(book, apis)
    git(book, "merge", "--quiet", "ada")
    assert not git(book, "status", "--short", "--untracked-files=no")
    assert_nothing_is_lost(book)
    ledger.save(book, Record, ledger.load(book, Record))  # whoever writes next writes each once
    assert (book / "data/living/records.csv").read_text("utf8").count("pmid:2,") == 1


def test_a_merge_without_our_attributes_is_told_by_the_check_and_mended_by_what_it_says(book, apis):
    """A forge may merge as if `.gitattributes` were not there: then a person is left with the marks of Git."""
    two_branches(book, apis)
    with pytest.raises(subprocess.CalledProcessError):
        git(book, "merge", "--quiet", "ada")
    with pytest.raises(DataError, match="the mark of a merge conflict"):
        ledger.load(book, Record)
    told = [one for found in check.problems(book).values() for one in found if one.code == "merge-conflict"]
    files = {one.file for one in told}
    assert files == {f"data/living/{name}.csv" for name in ("records", "decisions", "integrity", "sentences")}
    assert {one.mend.partition(",")[0] for one in told} == {"keep the rows of both sides"}
    for file in files:
        lines = (book / file).read_text("utf8").splitlines(keepends=True)
        marks = ("<<<<<<<", "=======", ">>>>>>>")
        (book / file).write_text("".join(line for line in lines if not line.startswith(marks)), "utf8")
    assert_nothing_is_lost(book)


def test_no_order_of_rows_changes_what_they_say_together(book):
    cells = dict.fromkeys((field for field in Record.__dataclass_fields__), "")
    one = Record(**cells | {"id": "pmid:1", "title": "A", "state": "preprint", "first_seen": "2026-11-02"})
    more = replace(one, title="B", doi="10.1000/1", state="retracted", chapters="dormancy", first_seen="2026-11-01")
    last = replace(one, doi="10.1000/2", chapters="growth")
    said = {repr(ledger.each_once(Record, rows)) for rows in itertools.permutations((one, more, last))}
    assert len(said) == 1 and "state='retracted'" in min(said) and "dormancy; growth" in min(said)
    notices = [
        Notice("a", "crossref", *told)
        for told in (
            ("none seen", "", "2026-11-27"),
            ("retraction", "x", "2026-11-27"),
            ("unknown", "", "2026-11-28"),
        )
    ]
    for rows in itertools.permutations(notices):
        assert [one.status for one in ledger.each_once(Notice, rows)] == ["retraction"]
    newer = Notice("a", "crossref", "none seen", "", "2026-11-29")  # a status that went
    assert ledger.each_once(Notice, [*notices, newer]) == [newer]


@pytest.mark.parametrize(("pmid", "state"), [("", "duplicate"), ("7", "unresolved")], ids=["one", "two-numbers"])
def test_one_work_that_two_branches_found_under_two_names_is_told(book, pmid, state):
    """One source gave the number and the DOI, the other the DOI alone, or another number with it."""
    cells = {"title": "A", "kind": "article", "state": "published", "chapters": "dormancy", "first_seen": "2026-11-01"}
    cells = dict.fromkeys((field for field in Record.__dataclass_fields__), "") | cells
    one = Record(**cells | {"id": "doi:10.1000/1", "doi": "10.1000/1", "pmid": pmid, "found_in": "openalex W1"})
    two = Record(**cells | {"id": "pmid:1", "doi": "10.1000/1", "pmid": "1", "found_in": "pubmed 1"})
    ledger.save(book, Record, [one, two])
    for _ in range(2):  # the second search tells it no second time
        duplicates.keep(book, "dormancy", (), TODAY, ledger.now())
        (pair,) = ledger.load(book, Pair)
        assert (pair.record, pair.other, pair.state) == ("pmid:1", "doi:10.1000/1", state)
        assert "doi:10.1000/1" in pair.evidence


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
