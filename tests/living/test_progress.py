"""A bar in a terminal, and none elsewhere; what is said stands on lines of its own in both."""

import io
import sys

import pytest

from seedsoil.living import search
from seedsoil.living.progress import Progress
from tests.living import playback
from tests.living.test_search import TODAY


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("stream", "bar"), [(Terminal, True), (io.StringIO, False)], ids=["terminal", "file"])
def test_a_search_moves_a_bar_in_a_terminal_alone(book, apis, monkeypatch, stream, bar):
    apis.answers["europepmc"] = playback.europepmc_records([playback.record(n, f"Title {n}") for n in range(1, 6)])
    monkeypatch.setattr(sys, "stderr", shown := stream())
    with Progress("dormancy") as progress:
        search.run(book, "dormancy", TODAY, ("europepmc", "pubmed"), progress.say, progress.at)
    said = shown.getvalue()
    assert ("\r" in said and "100%" in said and "5/5" in said) is bar
    lines = [line.rpartition("\r")[2].replace("\x1b[A", "").strip() for line in said.splitlines()]
    assert "dormancy: Europe PMC: 5 records" in lines
    assert any(line.startswith("dormancy: PubMed: FAILED: ") for line in lines)


def test_each_source_has_a_bar_of_its_own(monkeypatch):
    monkeypatch.setattr(sys, "stderr", shown := Terminal())
    with Progress("integrity") as progress:
        progress.at("Crossref", 50, 100)
        progress.at("Crossref", 100, 100)
        progress.at("PubMed", 0, 0)  # of nothing
    assert "integrity: Crossref: 100%" in shown.getvalue() and "integrity: PubMed" in shown.getvalue()
