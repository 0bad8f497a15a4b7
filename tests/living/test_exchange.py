"""The queue in other tools and in a browser, and decisions back from both."""

import json

import pytest
import rispy

from seedsoil.living import exchange, ledger, ranking, screening_page
from seedsoil.living.ledger import Decision
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


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_screens_by_keys_and_gives_its_decisions_back(book, tmp_path, browser, width):
    fill(book, "One of them", EVIL, "The third of all")
    screening_page.write(book, ranking.queue(book, "dormancy"), tmp_path / "page.html")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"file://{tmp_path}/page.html")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    titles = []
    for key in ("i", "x", "m"):
        titles.append(page.inner_text("h1"))
        page.keyboard.press(key)
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
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(tmp_path / "back.json")
    assert json.loads((tmp_path / "back.json").read_text("utf8"))["chapter"] == "dormancy"
    assert exchange.take(book, "dormancy", tmp_path / "back.json", "An Editor") == 3
    assert sorted(one[1] for one in decisions(book)) == ["exclude", "include", "maybe"]
    page.close()
