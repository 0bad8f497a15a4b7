"""One way to ask: pauses that a source names, pacing, and answers that are too slow or too large."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import stamina

from seedsoil.literature import http
from tests.living import playback


@pytest.fixture
def apis(monkeypatch):
    with playback.server(monkeypatch) as play:
        yield play


def test_a_busy_source_is_asked_again_after_the_time_that_it_names(apis, monkeypatch):
    given = iter([(429, {"Retry-After": "0"}, b""), (503, {"Retry-After": "0"}, b""), (200, {}, b"at last")])
    apis.answers["crossref"] = lambda path, parameters: next(given)
    assert http.ask_api("crossref", "/works/x") == b"at last"
    assert len(apis.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_is_not_asked_again(apis, status):
    apis.answers["crossref"] = lambda path, parameters: (status, {}, b"")
    with pytest.raises(http.NotReached, match=str(status)):
        http.ask_api("crossref", "/works/x")
    assert len(apis.asked) == 1


def test_a_wait_beyond_patience_is_a_failure_that_names_it(apis):
    apis.answers["crossref"] = lambda path, parameters: (429, {"Retry-After": "86400"}, b"")
    with pytest.raises(http.NotReached, match="after 86400 s"):
        http.ask_api("crossref", "/works/x")
    assert len(apis.asked) == 1


def test_a_date_to_come_back_at_is_read(apis):
    assert http._seconds("7") == 7
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < http._seconds(then) <= 60
    assert http._seconds("soon") is None


def test_a_huge_answer_is_not_kept(apis, monkeypatch):
    monkeypatch.setattr(http, "LARGEST", 1000)
    apis.answers["crossref"] = lambda path, parameters: b"x" * 5000
    with pytest.raises(http.NotReached, match="more than 1,000 bytes"):
        http.ask_api("crossref", "/works/x")


def test_an_answer_that_drips_ends(apis, monkeypatch):
    monkeypatch.setattr(http, "DEADLINE", -1)
    apis.answers["crossref"] = lambda path, parameters: b"x" * 10
    with stamina.set_testing(True, attempts=1), pytest.raises(http.NotReached, match="takes more than"):
        http.ask_api("crossref", "/works/x")


def test_an_api_is_asked_no_faster_than_it_allows(apis, monkeypatch):
    monkeypatch.setitem(http.PACE, "crossref", 0.2)
    apis.answers["crossref"] = lambda path, parameters: b"x"
    start = time.monotonic()
    for _ in range(3):
        http.ask_api("crossref", "/works/x")
    assert time.monotonic() - start >= 0.4
