"""One way to ask: pauses that a source names, pacing, and answers without an end, too long or packed strangely."""

import gzip
import http.server
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from seedsoil.literature import http as asking
from seedsoil.literature.pubmed import pubmed_work
from tests.living import playback


@pytest.fixture
def source():
    """The address of a server that answers as `answer` says: headers, and the parts of its body."""
    answer = {"headers": {}, "parts": [b"{}"]}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for part in answer["parts"]:
                    self.wfile.write(part)
                    self.wfile.flush()
            except OSError:
                pass  # who asked has gone

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        answer["address"] = f"http://127.0.0.1:{server.server_port}/"
        yield answer
        server.shutdown()


def dripping():
    while True:
        yield b" "
        time.sleep(0.01)


def test_an_answer_that_drips_ends(source, monkeypatch):
    monkeypatch.setattr(asking, "PATIENCE", 0.05)
    source["parts"] = dripping()
    with pytest.raises(asking.NotReached, match=r"Crossref: found no end of the answer within 0\.05 s, expected one"):
        asking.ask("Crossref", source["address"])


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_that_is_too_long_is_not_read_to_its_end(source, monkeypatch, packed):
    monkeypatch.setattr(asking, "LONGEST", 100_000)
    text = b" " * 200_000
    source["headers"] = {"Content-Encoding": "gzip"} if packed else {}
    source["parts"] = [gzip.compress(text) if packed else text]
    with pytest.raises(asking.NotReached, match="found an answer of more than 100,000 bytes"):
        asking.ask("Crossref", source["address"])


def test_a_packed_answer_is_unpacked_and_an_unknown_packing_told(source):
    source |= {"headers": {"Content-Encoding": "gzip"}, "parts": [gzip.compress(b"[1]")]}
    assert asking.ask("Crossref", source["address"]) == b"[1]"
    source["parts"] = [b"[1]"]
    with pytest.raises(ValueError, match="found an answer that cannot be read"):
        asking.ask("Crossref", source["address"])
    source["headers"] = {"Content-Encoding": "br"}
    with pytest.raises(asking.NotReached, match="found an answer packed as 'br', expected plain text or gzip"):
        asking.ask("Crossref", source["address"])


@pytest.mark.parametrize("name", ["x-unknown", "utf-7", "UTF-32"])
def test_an_encoding_that_nobody_knows_is_told(source, monkeypatch, name):
    monkeypatch.setenv("SEEDSOIL_PUBMED", source["address"])
    source["parts"] = [f'<?xml version="1.0" encoding="{name}"?><a/>'.encode()]
    with pytest.raises(ValueError, match="PubMed: found an answer that cannot be read"):
        pubmed_work("1")


@pytest.fixture
def apis(monkeypatch):
    with playback.server(monkeypatch) as play:
        yield play


def test_a_busy_source_is_asked_again_after_the_time_that_it_names(apis, monkeypatch):
    given = iter([(429, {"Retry-After": "0"}, b""), (503, {"Retry-After": "0"}, b""), (200, {}, b"at last")])
    apis.answers["crossref"] = lambda path, parameters: next(given)
    assert asking.ask_api("crossref", "/works/x") == b"at last"
    assert len(apis.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_is_not_asked_again(apis, status):
    apis.answers["crossref"] = lambda path, parameters: (status, {}, b"")
    with pytest.raises(asking.NotReached, match=str(status)):
        asking.ask_api("crossref", "/works/x")
    assert len(apis.asked) == 1


def test_a_wait_beyond_patience_is_a_failure_that_names_it(apis):
    apis.answers["crossref"] = lambda path, parameters: (429, {"Retry-After": "86400"}, b"")
    with pytest.raises(asking.NotReached, match="after 86400 s"):
        asking.ask_api("crossref", "/works/x")
    assert len(apis.asked) == 1


def test_a_date_to_come_back_at_is_read(apis):
    assert asking._seconds("7") == 7
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 55 < asking._seconds(then) <= 60
    assert asking._seconds("soon") is None


def test_an_api_is_asked_no_faster_than_it_allows(apis, monkeypatch):
    monkeypatch.setitem(asking.PACE, "crossref", 0.2)
    apis.answers["crossref"] = lambda path, parameters: b"x"
    start = time.monotonic()
    for _ in range(3):
        asking.ask_api("crossref", "/works/x")
    assert time.monotonic() - start >= 0.4
