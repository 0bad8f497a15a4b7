"""The queue in other tools and in a browser, and decisions back from both."""

import json

import pytest
import rispy

from seedsoil.living import exchange, ledger, ranking, screening_page
from seedsoil.living.ledger import Decision, Sentence
from seedsoil.living.screening import REASONS
from seedsoil.problem import DataError
from tests.living.test_queue import fill

EVIL = '</script><script>document.title="pwned"</script><img src=x onerror=alert(1)>'


def decisions(book):
    return {(one.record, one.decision, one.reason, one.by) for one in ledger.load(book, Decision)}


def test_ris_out_is_read_by_others(book, tmp_path):
    fill(book, "One of them", "Another thing")
    exchange.write(book, ranking.queue(book, "dormancy"), tmp_path / "queue.ris")
    read = rispy.loads((tmp_path / "queue.ris").read_text("utf8"))
    assert {one["title"] for one in read} == {"One of them", "Another thing"}
    assert {one["id"] for one in read} == {"pmid:1", "pmid:2"}


def test_csv_out_and_in(book, tmp_path):
    fill(book, "One of them", "Another thing", "The third of all")
    path = tmp_path / "queue.csv"
    exchange.write(book, ranking.queue(book, "dormancy"), path)
    lines = path.read_text("utf8").splitlines()
    filled = [lines[0]]
    for line in lines[1:]:
        name = line.split(",")[0]
        said = {"pmid:1": "include,", "pmid:2": f'exclude,"{REASONS[1]}"'}.get(name, ",")
        filled.append(line.replace(f"{name},,", f"{name},{said}", 1))
    path.write_text("\n".join(filled) + "\n", "utf8")
    assert exchange.take(book, "dormancy", path, "An Editor") == 2
    assert decisions(book) == {
        ("pmid:1", "include", "", "An Editor"),
        ("pmid:2", "exclude", REASONS[1], "An Editor"),
    }
    assert exchange.take(book, "dormancy", path, "An Editor") == 0  # again adds nothing


def test_a_file_with_a_wrong_row_enters_nothing(book, tmp_path):
    fill(book, "One of them")
    path = tmp_path / "back.csv"
    path.write_text("record,decision,reason\npmid:1,include,\npmid:9,exclude,because\n", "utf8")
    with pytest.raises(DataError) as error:
        exchange.take(book, "dormancy", path, "An Editor")
    assert {(one.line, one.column) for one in error.value.problems} == {(3, "record"), (3, "reason")}
    assert decisions(book) == set()


def test_decisions_come_back_as_notes_of_ris(book, tmp_path):
    fill(book, "One of them", "Another thing", "The third of all")
    path = tmp_path / "queue.ris"
    exchange.write(book, ranking.queue(book, "dormancy"), path)
    entries = rispy.loads(path.read_text("utf8"))
    notes = {"pmid:1": ["read twice", "Include"], "pmid:2": [f"exclude: {REASONS[1]}"]}
    path.write_text(rispy.dumps([{**one, "notes": notes.get(one["id"], [])} for one in entries]), "utf8")
    assert exchange.take(book, "dormancy", path, "An Editor", minutes=2.5) == 2
    assert {one[:3] for one in decisions(book)} == {("pmid:1", "include", ""), ("pmid:2", "exclude", REASONS[1])}
    (run,) = ledger.runs(book)
    assert (run["minutes"], run["include"], run["exclude"], run["by"]) == (2.5, 1, 1, "An Editor")


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        ("a.ris", "TY  - JOUR\nID  - pmid:1\nN1  - exclude\nER  - \n", "reason"),
        ("a.ris", "TY  - JOUR\nID  - pmid:9\nN1  - include\nER  - \n", "record"),
        ("a.json", '{"chapter": "growth", "decisions": [{"record": "pmid:1", "decision": "include"}]}', ""),
        ("a.json", '{"decisions": []}', ""),
        ("a.json", '{"chapter": "dormancy", "minutes": "long", "decisions": []}', ""),
        ("a.json", "[1]", ""),
    ],
)
def test_a_file_of_another_chapter_or_form_enters_nothing(book, tmp_path, name, text, column):
    fill(book, "One of them")
    (tmp_path / name).write_text(text, "utf8")
    with pytest.raises(DataError) as error:
        exchange.take(book, "dormancy", tmp_path / name, "An Editor")
    assert error.value.problems[0].column == column
    assert decisions(book) == set()
    assert ledger.runs(book) == []


def test_a_record_that_only_another_chapter_found_is_not_decided_on(book, tmp_path):
    fill(book, "One of them")
    (tmp_path / "a.csv").write_text("record,decision,reason\npmid:1,include,\n", "utf8")
    with pytest.raises(DataError, match="that a search of growth found"):
        exchange.take(book, "growth", tmp_path / "a.csv", "An Editor")


@pytest.mark.parametrize(
    ("by", "authority"), [("", "person"), ("  ", "person"), ("seedsoil", "person"), ("E", "system")]
)
def test_nothing_writes_a_decision_of_nobody(book, by, authority):
    """Whatever calls it: the one place that writes decisions refuses those that are no person's."""
    fill(book, "One of them")
    one = Decision("pmid:1", "dormancy", "exclude", REASONS[0], by, authority, ledger.now())
    for write in (lambda: ledger.add(book, [one]), lambda: ledger.save(book, Decision, [one])):
        with pytest.raises(ValueError, match="only a person decides"):
            write()
    assert decisions(book) == set()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_screens_by_keys_and_gives_its_decisions_back(book, tmp_path, browser, width):
    fill(book, "One of them", EVIL, "The third of all")  # and a word that is wider than a phone
    ranking.keep_abstracts(book, {f"pmid:{n}": f"Cells sleep {EVIL}. Salt woke {'them' * 40}." for n in (1, 2, 3)})
    screening_page.write(book, ranking.queue(book, "dormancy"), tmp_path / "page.html")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"file://{tmp_path}/page.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    titles = []
    for key in ("i", "x", "m"):
        titles.append(page.inner_text("h1"))
        assert page.inner_text("#abstract").startswith("1 Cells sleep </script>")
        if key == "i":
            page.select_option("#sentence", "2")
            page.focus("h1")
        page.keyboard.press(key)
        if key == "x":  # no reason is chosen beforehand: a person says why, and not before is it excluded
            assert page.inner_text("h1") == titles[-1] and "Why not?" in page.inner_text("#place")
            page.keyboard.press("2")
            assert page.input_value("#reason") == ""  # nor for the next one
    assert set(titles) == {"One of them", "The third of all", ledger.inert(EVIL)}
    assert page.title() == "Screening: dormancy"
    page.keyboard.press("u")
    assert page.inner_text("h1") == titles[2]
    page.keyboard.press("m")
    for _ in range(20):  # what was decided is kept; a browser at work writes it a moment later
        page.wait_for_timeout(100)
        page.reload()
        if page.inner_text("#place").startswith("3 of 3 decided"):
            break
    else:
        pytest.fail(page.inner_text("#place"))
    page.evaluate("localStorage.clear()")
    page.reload()
    assert page.inner_text("#place").startswith("3 of 3 decided"), "what the storage lost is lost"
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(tmp_path / "back.json")
    saved = json.loads((tmp_path / "back.json").read_text("utf8"))
    assert saved["chapter"] == "dormancy"
    assert 0 <= saved["minutes"] < 5
    assert exchange.take(book, "dormancy", tmp_path / "back.json", "An Editor") == 3
    assert sorted(one[1:3] for one in decisions(book)) == [("exclude", REASONS[1]), ("include", ""), ("maybe", "")]
    assert [run["minutes"] for run in ledger.runs(book)] == [saved["minutes"]]
    (included,) = [one[0] for one in decisions(book) if one[1] == "include"]
    assert [(one.row, one.sentence) for one in ledger.load(book, Sentence)] == [(included, "2")]
    page.close()


@pytest.mark.parametrize("named", ["2", "Salt woke them."])
def test_a_file_may_say_which_sentence_carries_the_finding(book, tmp_path, named):
    fill(book, "One of them")
    ranking.keep_abstracts(book, {"pmid:1": "Cells sleep. Salt woke them."})
    path = tmp_path / "back.csv"
    path.write_text(f"record,decision,reason,sentence\npmid:1,include,,{named}\n", "utf8")
    assert exchange.take(book, "dormancy", path, "An Editor") == 1
    assert [(one.row, one.sentence) for one in ledger.load(book, Sentence)] == [("pmid:1", "2")]


def test_a_file_with_a_sentence_that_the_abstract_does_not_have_enters_nothing(book, tmp_path):
    fill(book, "One of them")
    ranking.keep_abstracts(book, {"pmid:1": "Cells sleep. Salt woke them."})
    path = tmp_path / "back.csv"
    path.write_text("record,decision,reason,sentence\npmid:1,include,,3\n", "utf8")
    with pytest.raises(DataError, match=r"back.csv:2:sentence: found sentence 3, expected one of the 2"):
        exchange.take(book, "dormancy", path, "An Editor")
    assert decisions(book) == set() and ledger.load(book, Sentence) == []
