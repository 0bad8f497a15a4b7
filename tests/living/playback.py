"""A server on the loopback that plays the answers of the scholarly APIs."""

import contextlib
import http.server
import itertools
import json
import threading
from urllib.parse import parse_qs, urlparse

NAMES = ("europepmc", "pubmed", "openalex", "crossref", "retractionwatch")


class Playback:
    """`answers[api]` is a function of a path and its parameters that gives bytes, or (status, headers, bytes); `asked`
    keeps every question."""

    def __init__(self):
        self.answers, self.asked = {}, []

    def answer(self, api, path, parameters):
        self.asked.append((api, path, parameters))
        given = self.answers[api](path, parameters) if api in self.answers else (503, {}, b"")
        return given if isinstance(given, tuple) else (200, {}, given)


@contextlib.contextmanager
def server(monkeypatch):
    play = Playback()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            address = urlparse(self.path)
            _, api, *rest = address.path.split("/")
            given = play.answer(api, "/" + "/".join(rest), {k: v[0] for k, v in parse_qs(address.query).items()})
            if given is None:
                return
            status, headers, body = given
            with contextlib.suppress(ConnectionError):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        for name in NAMES:
            monkeypatch.setenv(f"SEEDSOIL_{name.upper()}", f"http://127.0.0.1:{served.server_port}/{name}")
        yield play
        served.shutdown()


def europepmc_pages(pages):
    """Pages of Europe PMC along their cursors, the first at `*`."""
    by_cursor = {"*": pages[0], **{one["nextCursorMark"]: two for one, two in itertools.pairwise(pages)}}

    def play(path, parameters):
        last = {"hitCount": pages[0]["hitCount"], "resultList": {"result": []}}
        return json.dumps(by_cursor.get(parameters["cursorMark"], last)).encode()

    return play


def europepmc_records(records, size=2):
    """Europe PMC with these records, `size` a page."""
    pages = [
        {
            "hitCount": len(records),
            "nextCursorMark": f"after-{start}",
            "resultList": {"result": records[start : start + size]},
        }
        for start in range(0, max(len(records), 1), size)
    ]
    return europepmc_pages(pages)


def record(number, title="Dormant cells wake in bone", source="MED", **more):
    """A record as Europe PMC gives it."""
    own = {"pmid": str(number)} if source == "MED" else {}
    return {
        "id": str(number),
        "source": source,
        "title": title,
        "authorString": "Ames A, Boyd B.",
        "pubYear": "2026",
        "pubTypeList": {"pubType": ["Journal Article"]},
        "firstIndexDate": "2026-11-20",
        **own,
        **more,
    }


def pubmed(articles):
    """PubMed with these records: number, title, DOI."""

    def play(path, parameters):
        if path == "/esearch.fcgi":
            numbers = [str(one[0]) for one in articles]
            return json.dumps({"esearchresult": {"count": str(len(numbers)), "idlist": numbers}}).encode()
        wanted = parameters["id"].split(",")
        records = "".join(
            f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article><ArticleTitle>{title}</ArticleTitle>"
            "<AuthorList><Author><LastName>Ames</LastName><Initials>A</Initials></Author></AuthorList>"
            "<PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList></Article>"
            f"</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType='doi'>{doi}</ArticleId></ArticleIdList>"
            "</PubmedData></PubmedArticle>"
            for number, title, doi in articles
            if str(number) in wanted
        )
        return f"<PubmedArticleSet>{records}</PubmedArticleSet>".encode()

    return play
