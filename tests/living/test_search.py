"""The standing search: pages along a cursor, what is announced and what comes, faults of every kind, and a kill."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date

import pytest

from seedsoil.files import ROOT
from seedsoil.literature import pubmed_search
from seedsoil.literature.http import NotReached
from seedsoil.living import ledger, queries, search
from seedsoil.living.ledger import Pair, Record
from tests.living import playback
from tests.living.playback import europepmc_records, record

TODAY = date(2026, 11, 28)


def run(book, *sources, today=TODAY):
    return search.run(book, "dormancy", today, sources or ("europepmc",), say=lambda text: None)


def records(book):
    return ledger.load(book, Record)


def test_a_chain_of_pages_is_followed_to_its_end(book, apis):
    apis.answers["europepmc"] = europepmc_records([record(n, f"Cells {n} in bone") for n in range(1, 8)])
    made = run(book)
    answer = made["sources"]["europepmc"]
    assert (answer["announced"], answer["received"], answer["error"], made["new"]) == (7, 7, "", 7)
    cursors = [parameters["cursorMark"] for _, _, parameters in apis.asked]
    assert cursors == ["*", "after-0", "after-2", "after-4", "after-6"]
    assert {one.id for one in records(book)} == {f"pmid:{n}" for n in range(1, 8)}


def test_ten_recorded_pages_give_a_thousand_records(book, apis, shared):
    path = shared / "fixtures/europepmc/pyeuropepmc/fetch_10pages_cancer.json"
    pages = json.loads(path.read_text("utf8"))
    for page in pages:
        page["hitCount"] = 1000
    apis.answers["europepmc"] = playback.europepmc_pages(pages)
    made = run(book)
    assert made["sources"]["europepmc"]["received"] == 1000
    kinds = {one.kind for one in records(book)}
    assert {"article", "review", "preprint", "notice"} <= kinds
    nominated = [pair for pair in ledger.load(book, Pair) if pair.state == "nominated"]
    assert len(nominated) >= 16  # the same article once from MED and once from PMC


def test_a_run_again_adds_nothing(book, apis):
    apis.answers["europepmc"] = europepmc_records([record(n, f"Cells {n} in bone") for n in range(1, 4)])
    run(book)
    before = {path: path.read_bytes() for path in (book / "data/living").glob("*.csv")}
    assert run(book)["new"] == 0
    assert {path: path.read_bytes() for path in before} == before
    assert len(ledger.runs(book)) == 2  # each run writes its line


def test_a_second_search_begins_two_weeks_before_the_end_of_the_last_good_one(book, apis):
    apis.answers["europepmc"] = europepmc_records([record(1)])
    run(book)
    made = run(book, today=date(2026, 12, 28))
    assert made["sources"]["europepmc"]["since"] == "2026-11-14"


def test_a_failed_search_moves_no_window(book, apis):
    apis.answers["europepmc"] = lambda path, parameters: (503, {}, b"")
    run(book)
    assert ledger.runs(book)[-1]["sources"]["europepmc"]["error"]
    apis.answers["europepmc"] = europepmc_records([record(1)])
    assert run(book, today=date(2026, 12, 28))["sources"]["europepmc"]["since"] == "2026-11-01"


def test_fewer_records_than_announced_fail_and_enter_nothing(book, apis):
    play = europepmc_records([record(n) for n in range(1, 6)])

    def short(path, parameters):
        page = json.loads(play(path, parameters))
        return json.dumps(page if parameters["cursorMark"] == "*" else {**page, "resultList": {"result": []}}).encode()

    apis.answers["europepmc"] = short
    made = run(book)
    assert "found 2 records, expected the 5 that were announced" in made["sources"]["europepmc"]["error"]
    assert records(book) == []


def test_nothing_where_something_is_sure_is_a_failure(book, apis):
    apis.answers["europepmc"] = europepmc_records([])
    assert "expected about 3" in run(book)["sources"]["europepmc"]["error"]


def test_nothing_in_a_short_window_of_a_quiet_field_is_an_answer(book, apis):
    apis.answers["europepmc"] = europepmc_records([record(1)])
    run(book)
    apis.answers["europepmc"] = europepmc_records([])
    made = run(book, today=date(2026, 11, 29))
    assert made["sources"]["europepmc"]["error"] == ""
    assert made["new"] == 0


@pytest.mark.parametrize(
    "answer, said",
    [
        ((404, {}, b""), "404"),
        ((429, {"Retry-After": "7"}, b""), "ask again after 7 s"),
        ((503, {}, b""), "503"),
        ((403, {}, b"budget spent"), "403"),
        ((200, {}, b'{"hitCount": 3, "resultList": {"res'), "cannot be read"),
        ((200, {}, b"<html>Maintenance</html>"), "cannot be read"),
        ((200, {"Content-Length": "9999"}, b"{}"), "breaks off"),
        ((200, {}, b'{"hitCount": Infinity, "resultList": {"result": []}}'), "cannot be read"),
        ((200, {}, b'{"hitCount": 1, "resultList": {"result": [{"title": "T"}]}}'), "cannot be read"),
        ((200, {}, b'{"hitCount": null, "resultList": {"result": null}}'), "cannot be read"),
        ((200, {}, b"[" * 100_000), "cannot be read"),
        ((200, {}, b"\xff\xfe\x00"), "cannot be read"),
        ((429, {"Retry-After": "Sat, 28 Nov 2099 10:00:00 GMT"}, b""), "429"),
        ((429, {"Retry-After": "-3"}, b""), "429"),
        ((502, {"Retry-After": "86400"}, b""), "502"),
    ],
    ids=["404", "429", "503", "403", "truncated", "html", "broken-off", "infinite", "no-id", "null", "deep", "bytes"]
    + ["a-date", "negative", "a-day"],
)
def test_a_source_fails_by_itself_and_says_so(book, apis, answer, said):
    apis.answers["europepmc"] = lambda path, parameters: answer
    apis.answers["pubmed"] = playback.pubmed([(77, "Cells wake in lung", "10.1000/77")])
    made = run(book, "europepmc", "pubmed")
    assert said in made["sources"]["europepmc"]["error"]
    assert made["sources"]["pubmed"]["error"] == ""
    assert [one.id for one in records(book)] == ["pmid:77"]


def test_openalex_without_a_key_is_skipped_for_all_to_see(book, apis):
    made = run(book, "openalex")
    assert made["sources"]["openalex"]["skipped"] == "no key in SEEDSOIL_OPENALEX_KEY"


def test_entities_are_not_read(book, apis):
    play = playback.pubmed([(77, "Cells", "10.1000/77")])

    def trick(path, parameters):
        answer = play(path, parameters)
        if path == "/efetch.fcgi":
            return b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + answer
        return answer

    apis.answers["pubmed"] = trick
    assert "declares entities" in run(book, "pubmed")["sources"]["pubmed"]["error"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_entities_in_another_encoding_are_not_read(encoding):
    trick = '<!DOCTYPE x [<!ENTITY a "aaaa">]><PubmedArticleSet>&a;</PubmedArticleSet>'
    with pytest.raises(NotReached):
        pubmed_search.articles(trick.encode(encoding))


def test_pages_that_another_version_kept_are_asked_for_anew(book, apis):
    play = europepmc_records([record(n, f"Cells {n} in bone") for n in range(1, 4)])
    query = queries.load(book, "dormancy")
    folder = book / search.CACHE / "dormancy/europepmc" / f"2026-11-01_2026-11-28_{query.digest}"
    folder.mkdir(parents=True)
    (book / search.CACHE / "dormancy/known.json").write_text('{"runs": 0, "records": []}', "utf8")
    (folder / "00000.json").write_text('[3, [{"number": "1", "colour": "red"}], ""]', "utf8")
    apis.answers["europepmc"] = play
    assert run(book)["new"] == 3


def test_sources_are_asked_for_the_window(book, apis):
    apis.answers["europepmc"] = europepmc_records([record(1)])
    apis.answers["pubmed"] = playback.pubmed([(77, "Cells", "10.1000/77")])
    run(book, "europepmc", "pubmed")
    asked = {(api, path): parameters for api, path, parameters in apis.asked}
    assert "FIRST_IDATE:[2026-11-01 TO 2026-11-28]" in asked["europepmc", "/search"]["query"]
    question = asked["pubmed", "/esearch.fcgi"]
    assert (question["datetype"], question["mindate"], question["maxdate"]) == ("edat", "2026/11/01", "2026/11/28")
    assert question["term"] == '("metastasis"[tiab]) AND ("dormancy"[tiab])'


def test_hostile_text_is_inert_in_the_ledger(book, apis):
    titles = ["=HYPERLINK(1)", "<script>x</script>", "a\x1b[2Jb\u202ec", "@sum", "+1+1", "-2+3", 'quote " and, comma']
    apis.answers["europepmc"] = europepmc_records([record(n, title) for n, title in enumerate(titles, start=1)])
    run(book)
    from seedsoil.tables.package import located

    located("living_records", book)  # raises where a cell is not inert
    assert len(records(book)) == len(titles)


KILLED = """
import sys, datetime, pathlib
sys.path.insert(0, {root!r})
from seedsoil.living import search
print("ready", flush=True)
search.run(pathlib.Path({book!r}), "dormancy", datetime.date(2026, 11, 28), ("europepmc",), say=lambda text: None)
"""


def test_a_killed_search_goes_on_where_it_was(book, apis):
    """Killed while it asks for its third page; the next run asks for no page twice and has every record."""
    play = europepmc_records([record(n, f"Cells {n} in bone") for n in range(1, 10)])
    killed = threading.Event()

    def slow(path, parameters):
        if parameters["cursorMark"] == "after-2":
            killed.wait(60)
        return play(path, parameters)

    apis.answers["europepmc"] = slow
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED.format(root=str(ROOT), book=str(book))], env=dict(os.environ)
    )
    deadline = time.monotonic() + 60
    while len(apis.asked) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    killed.set()
    assert records(book) == []
    before = len(apis.asked)
    made = run(book)
    assert made["new"] == 9
    assert next(parameters["cursorMark"] for _, _, parameters in apis.asked[before:]) == "after-2"
    assert not list((book / "data/living").glob(".*.tmp"))


def test_a_signed_query_is_a_draft_again_when_its_words_change(book):
    assert queries.load(book, "dormancy").draft
    assert not queries.approve(book, "dormancy", "An Editor", TODAY).draft
    path = book / "data/living/searches/dormancy.yml"
    path.write_text(path.read_text("utf8").replace("[metastasis]", "[metastasis, relapse]"), "utf8")
    assert queries.load(book, "dormancy").draft


@pytest.mark.parametrize(
    "old, new, said",
    [
        ("state: living", "state: alive", "found the state 'alive', expected one of living"),
        ("every_days: 30", "every_days: soon", "every_days 'soon'"),
        ("process dormancy", "process dormacy", "did you mean process dormancy"),
        ("[metastasis]", '["metast*"]', "words without quotation marks, stars"),
        ("blocks:", "block:", "expected approved, blocks"),
    ],
)
def test_a_wrong_query_is_told(book, old, new, said):
    path = book / "data/living/searches/dormancy.yml"
    path.write_text(path.read_text("utf8").replace(old, new), "utf8")
    assert said in "\n".join(map(str, queries.problems(book)))
