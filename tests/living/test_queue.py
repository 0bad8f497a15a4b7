"""Ranking and screening: nothing is left out, each decision is a person's and on disk, and hostile text is inert."""

import csv
import re
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedsoil.files import ROOT
from seedsoil.living import duplicates, ledger, ranking, screening, search, sentences, standing
from seedsoil.living.flow import Held
from seedsoil.living.ledger import Decision, Record, Sentence
from seedsoil.problem import DataError
from seedsoil.prose.contents import names
from seedsoil.prose.pages import bodies, read
from tests.living import playback
from tests.living.playback import europepmc_records, record
from tests.living.test_duplicates import found

TODAY = date(2026, 11, 28)


def fill(book, *titles):
    records = [found(f"MED:{n}", title, pmid=str(n)) for n, title in enumerate(titles, start=1)]
    duplicates.keep(book, "dormancy", records, TODAY, "2026-11-28T10:00:00.000Z")


def answers(*keys):
    given = iter(keys)
    return lambda prompt: next(given, "q")


def decisions(book):
    return [(one.record, one.decision, one.reason, one.by, one.authority) for one in ledger.load(book, Decision)]


def screen(book, *keys):
    said = []
    run = screening.screen(book, "dormancy", "An Editor", answers(*keys), said.append)
    return run, "\n".join(said)


def test_what_would_move_a_grade_stands_first_and_says_so(book, apis):
    fill(book, "Cooking with gas", "TGF-β2 from bone marrow keeps tumor cells asleep", "The price of bread")
    first = max(ranking.queue(book, "dormancy").waiting, key=lambda one: one.rank)
    assert first.record.id == "pmid:2"
    assert first.leverage == 1
    assert "one more voice agreeing, it would be Moderate" in first.would_change[0]


def test_every_record_waits_and_one_in_twenty_is_drawn(book):
    fill(book, *(f"Record number {n} of a kind" for n in range(45)))
    waiting = ranking.queue(book, "dormancy").waiting
    assert {one.record.id for one in waiting} == {f"pmid:{n}" for n in range(1, 46)}
    assert sum(one.drawn for one in waiting) == 3
    assert [number for number, one in enumerate(waiting) if one.drawn] == [0, 20, 40]


@pytest.mark.parametrize(
    "path, more",
    [
        ("data/living/decisions.csv", "pmid:1,dormancy,include,,E,person,2026-11-28T11:00:00.000Z\n"),
        ("chapters/dormancy.md", "More {cite:p}`ames2020tgfb2`.\n"),
        ("data/references.bib", "\n"),
    ],
)
def test_a_queue_opens_as_it_was_ranked_and_says_what_changed_since(book, monkeypatch, path, more):
    fill(book, "One of them", "Another thing")
    first = ranking.opened(book, "dormancy")
    ranked, whole = [], ranking.queue
    monkeypatch.setattr(ranking, "queue", lambda *given: ranked.append(given) or whole(*given))
    assert ranking.opened(book, "dormancy") == first == ranking.renewed(book, "dormancy")
    assert ranked == []
    with (book / path).open("a", encoding="utf8") as file:
        file.write(more)
    again = ranking.opened(book, "dormancy")
    assert ranked == [] and again.how == f"{first.how}, before what changed since"
    assert list(again.waiting) == [one for one in first.waiting if "decisions" not in path or one.record.id != "pmid:1"]
    assert "before" not in ranking.renewed(book, "dormancy").how and len(ranked) == 1
    assert "before" not in ranking.opened(book, "dormancy").how and len(ranked) == 1


def test_what_was_never_ranked_is_never_left_out(book):
    fill(book, "One of them", "Another thing")
    ranking.opened(book, "dormancy")
    fill(book, "One of them", "Another thing", "TGF-β2 from bone marrow keeps tumor cells asleep")
    queue = ranking.opened(book, "dormancy")
    assert {one.record.id for one in queue.waiting} == {"pmid:1", "pmid:2", "pmid:3"} and "before" not in queue.how


def test_what_was_put_off_since_waits_at_the_end(book):
    fill(book, *(f"Record number {n} of a kind" for n in range(5)))
    first = ranking.opened(book, "dormancy").waiting[0].record.id
    ledger.add(book, [Decision(first, "dormancy", "maybe", "", "E", "person", "2026-11-28T11:00:00.000Z")])
    last = ranking.opened(book, "dormancy").waiting[-1]
    assert (last.record.id, last.maybe) == (first, True)


def test_relevance_is_learned_from_decisions_once_there_are_enough(book):
    fill(book, *(f"dormant cells in marrow {n}" for n in range(12)), *(f"price of bread {n}" for n in range(55)))
    at = "2026-11-28T11:00:00.000Z"
    kinds = [(n, "include") for n in range(1, 11)] + [(n, "exclude") for n in range(13, 63)]
    ledger.add(book, [Decision(f"pmid:{n}", "dormancy", kind, "", "E", "person", at) for n, kind in kinds])
    queue = ranking.queue(book, "dormancy")
    assert queue.how == "learned from 10 included and 50 excluded records of this chapter"
    best = max(queue.waiting, key=lambda one: one.relevance)
    assert best.record.title.startswith("dormant cells")


def test_each_decision_is_on_disk_before_the_next_record_shows(book, apis):
    fill(book, "One of them", "Another thing", "The third of all")
    seen = []

    def ask(prompt):
        seen.append(len(ledger.load(book, Decision)))
        return {0: "i", 1: "x", 2: "1", 3: "m"}.get(len(seen) - 1, "q")

    screening.screen(book, "dormancy", "An Editor", ask, lambda text: None)
    assert seen == [0, 1, 1, 2]
    assert [one[1:] for one in decisions(book)] == [
        ("include", "", "An Editor", "person"),
        ("exclude", screening.REASONS[0], "An Editor", "person"),
        ("maybe", "", "An Editor", "person"),
    ]


def test_no_key_waits_for_a_source(book, apis):
    """A source that does not answer at all holds up no decision; its abstracts are shown where it did."""
    fill(book, *(f"Record number {n} of a kind" for n in range(25)))
    silent = threading.Event()

    def play(path, parameters):
        if any(f"EXT_ID:{n} " in parameters["query"] for n in told):
            return playback.europepmc_records([record(n, abstractText=f"Abstract {n}.") for n in told], 99)(
                path, {"cursorMark": "*"}
            )
        silent.wait(60)
        return (503, {}, b"")

    told = [int(one.record.pmid) for one in ranking.queue(book, "dormancy").waiting[:10]]
    apis.answers["europepmc"] = play
    start = time.monotonic()
    run, said = screen(book, *"m" * 25)
    assert time.monotonic() - start < 15  # and not the twenty seconds that a source may be silent
    silent.set()
    assert run["maybe"] == 25
    assert f"Abstract {told[0]}." in said
    assert "No abstract at hand." in said


def test_a_source_is_asked_once_for_an_abstract_that_it_has_not(book, apis):
    fill(book, "One of them")
    apis.answers["europepmc"] = europepmc_records([record(1)])
    screen(book, "s")
    asked = len(apis.asked)
    screen(book, "s")
    assert (asked, len(apis.asked)) == (1, 1)


def test_undo_brings_the_record_back(book, apis):
    fill(book, "One of them", "Another thing")
    _, said = screen(book, "u", "i", "u", "q")
    assert "Nothing to undo." in said
    assert [one[1] for one in decisions(book)] == ["include", "undo"]
    assert len(ranking.queue(book, "dormancy").waiting) == 2


def test_the_same_work_is_said_and_taken_back(book, apis):
    title = "Fibroblasts of the marrow hold tumor cells asleep through a new signal"
    records = [found("MED:1", title, pmid="1"), found("PMC:9", title, pmcid="PMC9"), found("MED:3", "Else", pmid="3")]
    duplicates.keep(book, "dormancy", records, TODAY, "2026-11-28T10:00:00.000Z")
    waiting = ranking.queue(book, "dormancy").waiting
    place = next(number for number, one in enumerate(waiting) if one.like)
    name = waiting[place].record.id
    screen(book, *"s" * place, "d")
    assert name not in {one.record.id for one in ranking.queue(book, "dormancy").waiting}
    assert decisions(book) == []
    other = next(one for one in ranking.queue(book, "dormancy").waiting if one.record.id in ("pmid:1", "pmcid:PMC9"))
    assert other.like == ()  # the two are settled
    ledger.save(book, ledger.Pair, [one for one in ledger.load(book, ledger.Pair) if one.authority == "system"])
    screen(book, *"s" * place, "d", "u")
    assert name in {one.record.id for one in ranking.queue(book, "dormancy").waiting}
    assert decisions(book) == []


def test_the_same_work_as_nothing_moves_on_from_no_record(book, apis):
    fill(book, "One of them")
    run, said = screen(book, "d", "i")
    assert "No other record is like this one." in said
    assert run["include"] == 1


def test_a_session_goes_on_where_the_last_ended(book, apis):
    fill(book, "One of them", "Another thing", "The third of all")
    screen(book, "i", "q")
    assert len(ranking.queue(book, "dormancy").waiting) == 2
    run, _ = screen(book, "i", "i")
    assert run["include"] == 2
    assert ranking.queue(book, "dormancy").waiting == ()


def test_an_inclusion_offers_the_next_step(book, apis):
    fill(book, "One of them")
    _, said = screen(book, "i")
    assert "./book cite add 1 --read-at abstract" in said


@pytest.mark.parametrize("evil", ["\x1b]0;pwned\x07", "\x1b[2J\x1b[H", "\u202e", "\x07\x08\x00", "\x9b31m"])
def test_no_title_commands_the_terminal(book, evil):
    shown = screening.plain(f"before{evil}after")
    assert shown.isprintable()
    assert "pwned" not in shown
    assert shown.startswith("before")
    assert shown.endswith("after")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from("ixmsud1259 \nz"), max_size=30))
def test_nothing_is_excluded_but_by_a_person(tmp_path_factory, keys):
    """Whatever is typed, an exclusion stands only where x and a reason were."""
    kept = []

    given_keys = iter(keys)
    waiting = tuple(
        ranking.Waiting(Record(f"pmid:{n}", "T", "", "", "", "", "", "", "article", "published", "x", "d", "2026-11-28"),
                        0.5, 0, (), False, False, ())
        for n in range(5)
    )  # fmt: skip
    patch = pytest.MonkeyPatch()
    patch.setattr(ranking, "opened", lambda root, chapter: ranking.Queue(chapter, waiting, ""))
    patch.setattr(ranking, "abstracts", lambda root: {one.record.id: "Cells sleep. Salt wakes." for one in waiting})
    patch.setattr(ledger, "add", lambda root, rows: kept.extend(rows))
    for module, name in ((ledger, "write_run"), (sentences, "keep"), (sentences, "forget")):
        patch.setattr(module, name, lambda *arguments: None)
    try:
        screening.screen(
            ROOT, "dormancy", "E", lambda prompt: next(given_keys, "1" if "reason" in prompt else "q"), str
        )
    finally:
        patch.undo()
    excluded = [one for one in kept if getattr(one, "decision", "") == "exclude"]
    assert len(excluded) <= sum(key == "x" for key in keys)
    assert all(one.authority == "person" and one.by == "E" and one.reason in screening.REASONS for one in excluded)


def test_only_the_screening_writes_decisions():
    """No module makes a Decision but that of the screening, and that which takes a person's file."""
    makers = {
        path.name
        for path in (ROOT / "seedsoil").rglob("*.py")
        if "Decision(" in path.read_text("utf8") and path.name != "ledger.py"
    }
    assert makers == {"exchange.py", "screening.py"}


# Where a chapter stands.


def searched(book, apis, day=TODAY):
    apis.answers["europepmc"] = europepmc_records([record(n, f"Cells {n} in bone") for n in range(1, 5)])
    search.run(book, "dormancy", day, ("europepmc",), say=lambda text: None)


@pytest.mark.parametrize(
    "day, state",
    [
        (date(2026, 12, 27), "living"),
        (date(2026, 12, 28), "due"),
        (date(2027, 1, 11), "due"),
        (date(2027, 1, 12), "overdue"),
    ],
)
def test_the_clock_makes_a_chapter_due_and_overdue(book, apis, day, state):
    searched(book, apis)
    where = standing.standing(book, "dormancy", day)
    assert (where.state, where.due) == (state, "2026-12-28")


def test_a_chapter_that_was_never_searched_says_so(book):
    assert standing.standing(book, "dormancy", TODAY).says() == "No standing literature search has been made yet."


@pytest.mark.parametrize("state", ["paused", "retired"])
def test_an_editor_pauses_and_retires(book, apis, state):
    searched(book, apis)
    path = book / "data/living/searches/dormancy.yml"
    path.write_text(path.read_text("utf8").replace("state: living", f"state: {state}"), "utf8")
    assert standing.standing(book, "dormancy", date(2030, 1, 1)).state == state


def test_paused_and_retired_searches_are_due_on_no_day(book, apis):
    searched(book, apis)
    path = book / "data/living/searches/dormancy.yml"
    for state in ("paused", "retired"):
        path.write_text(re.sub("state: .*", f"state: {state}", path.read_text("utf8")), "utf8")
        where = standing.standing(book, "dormancy", date(2030, 1, 1))
        assert (where.due, where.overdue) == ("", "")


def test_a_source_that_never_answers_makes_its_chapter_overdue(book, apis):
    """However well another source answers: each is due by its own last good answer."""
    apis.answers["pubmed"] = playback.pubmed([(77, "Cells wake in lung", "10.1000/77")])
    for day in (date(2026, 11, 28), date(2026, 12, 28)):
        search.run(book, "dormancy", day, ("europepmc", "pubmed"), say=lambda text: None)
    where = standing.standing(book, "dormancy", date(2026, 12, 28))
    assert where.due == "2026-12-01"  # thirty days after the first day that Europe PMC was asked for
    assert where.state == "overdue"


def test_a_source_that_is_skipped_for_want_of_a_key_makes_nothing_due(book, apis):
    apis.answers["pubmed"] = playback.pubmed([(77, "Cells wake in lung", "10.1000/77")])
    search.run(book, "dormancy", TODAY, ("openalex", "pubmed"), say=lambda text: None)
    where = standing.standing(book, "dormancy", TODAY)
    assert (where.due, where.state) == ("2026-12-28", "living")
    assert "OpenAlex was not asked" in where.says()


def test_a_source_that_failed_last_is_told(book, apis):
    searched(book, apis)
    apis.answers["europepmc"] = lambda path, parameters: (503, {}, b"")
    search.run(book, "dormancy", TODAY, ("europepmc",), say=lambda text: None)
    where = standing.standing(book, "dormancy", TODAY)
    assert "503" in where.failed["europepmc"]
    assert where.last == {"europepmc": "2026-11-28"}


def test_the_flow_balances(book, apis):
    searched(book, apis)
    fill(book, "Cells 1 in bone", "Known")
    duplicates.keep(book, "dormancy", [found("MED:23728425", pmid="23728425")], TODAY, ledger.now())
    screen(book, "i", "x", "2", "m", "q")
    flow = Held(book).flow("dormancy")
    assert flow.balanced
    assert (flow.included, flow.excluded.total(), flow.duplicates, flow.cited) == (1, 1, 0, 1)
    assert flow.records == 5


def test_the_commands_are_offered():
    said = subprocess.run(
        [sys.executable, "-m", "seedsoil.cli", "help"], capture_output=True, text=True, check=True
    ).stdout
    for name in ("search", "screen", "integrity"):
        assert name in said


def with_abstracts(book, *texts):
    ranking.keep_abstracts(book, {f"pmid:{n}": text for n, text in enumerate(texts, start=1)})


def test_an_included_record_keeps_its_sentence_and_offers_a_row(book, apis):
    fill(book, "Salt wakes seeds")
    with_abstracts(book, "Cells sleep. Salt\x1b[31m woke them.")
    run, said = screen(book, "i", "2")
    assert run["include"] == 1
    assert [(one.row, one.sentence) for one in ledger.load(book, Sentence)] == [("pmid:1", "2")]
    assert "woke" not in (book / "data/living/sentences.csv").read_text("utf8")
    assert "1 Cells sleep.\n2 Salt  woke them." in said and "\x1b" not in said
    assert './book cite add 1 --read-at abstract --source "PubMed 1"' in said
    (row,) = [line for line in said.splitlines() if line.startswith(",") and ",living," in line]
    columns = (book / "data/findings.csv").read_text("utf8").splitlines()[0].split(",")
    cells = dict(zip(columns, next(csv.reader([row])), strict=True))
    assert cells["ref"].endswith("2026salt") and (cells["found_by"], cells["read_at"]) == ("living", "abstract")


def test_an_inclusion_that_is_taken_back_takes_its_sentence_with_it(book, apis):
    fill(book, "Salt wakes seeds", "Bread and its price")
    with_abstracts(book, "Cells sleep. Salt woke them.", "Bread is dear. It was less so.")
    screen(book, "i", "2", "u")
    assert ledger.load(book, Sentence) == []
    screen(book, "i", "\n")  # no sentence is a person's answer, too
    assert ledger.load(book, Sentence) == []


def test_the_key_messages_of_a_page_are_read_without_the_rest_of_it():
    """Levers read them alone, which takes a tenth of the time; on every page of the book it is the same."""
    for name in names(ROOT):
        source = (ROOT / f"{name}.md").read_text("utf8")
        whole = [part.body for part in read(f"{name}.md", source).directives if part.name == "key-messages"]
        assert list(bodies(source, "key-messages")) == whole
    assert list(bodies(":::{note}\n:class: x\n\nA.\n:::\n\n```{other}\n```\n", "note")) == ["\nA.\n"]


def test_a_decision_is_written_below_those_that_stand_there(book, monkeypatch):
    """However many there are, none of them is read and written again: a key is answered at once."""
    fill(book, "One of them", "Another thing")
    at = "2026-11-28T11:00:00.{:03}Z"
    ledger.save(
        book, Decision, [Decision("pmid:1", "dormancy", "maybe", "", "E", "person", at.format(n)) for n in range(500)]
    )
    path = book / "data/living/decisions.csv"
    before, whole, cleaned = path.read_text("utf8"), ledger.inert, []
    monkeypatch.setattr(ledger, "inert", lambda text: cleaned.append(text) or whole(text))
    ledger.add(book, [Decision("pmid:2", "dormancy", "exclude", "=1+1", "E", "person", ledger.now())])
    assert path.read_text("utf8").startswith(before) and len(cleaned) < 20
    assert decisions(book)[-1][:4] == ("pmid:2", "exclude", "'=1+1", "E")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda text: text.rstrip("\n"), ""),
        (lambda text: text.replace("\n", "\r\n"), ""),
        (lambda text: text + "<<<<<<< HEAD\n", "the mark of a merge conflict"),
        (lambda text: text.replace("record,", "records,"), "records: found an unknown column"),
    ],
    ids=["no-line-end", "carriage-returns", "conflict", "header"],
)
def test_nothing_is_written_below_a_file_that_is_broken(book, spoil, told):
    path = book / "data/living/decisions.csv"
    one = Decision("pmid:1", "dormancy", "maybe", "", "E", "person", "2026-11-28T11:00:00.000Z")
    ledger.add(book, [one])
    path.write_bytes(spoil(path.read_text("utf8")).encode())
    before, more = path.read_bytes(), replace(one, record="pmid:2")
    if told:
        with pytest.raises(DataError, match=told):
            ledger.add(book, [more])
        assert path.read_bytes() == before
    else:
        ledger.add(book, [more])
        assert ledger.load(book, Decision) == [one, more]


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-9], lambda text: text.replace('"drawn"', '"fallen"'), lambda text: "[]"]
)
def test_a_ranking_that_cannot_be_read_is_made_anew(book, spoil):
    fill(book, "One of them", "Another thing")
    first, path = ranking.opened(book, "dormancy"), book / ranking.QUEUES / "dormancy.json"
    path.write_text(spoil(path.read_text("utf8")), "utf8")
    assert ranking.opened(book, "dormancy") == first
