"""An answer without an end, too long or packed in an unknown way ends with one sentence and not with a wait."""

import gzip
import http.server
import threading
import time

import pytest

from seedsoil.literature import http as asking
from seedsoil.literature.pubmed import pubmed_work


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
