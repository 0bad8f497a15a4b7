"""Killed at any write, a search losess nothing, and the next run ends as one that nobody disturbed."""

import multiprocessing
import os
import shutil
import signal
import warnings
from datetime import date

import pytest

from seedsoil.living import ledger
from seedsoil.living import search as living_search
from seedsoil.living.ledger import Pair, Record
from tests.living.playback import europepmc_records, record

TITLE = "Fibroblasts of the marrow hold tumor cells asleep through a new signal"
DAY = date(2026, 11, 28)


def search(book):
    living_search.run(book, "dormancy", DAY, ("europepmc",), say=lambda text: None)


def killed_search(book, monkeypatch, write, before):
    """A search in a process of its own that ends by SIGKILL at the write that is named: before the new file stands in
    the place of the old one, or after; 0 kills nothing. How many writes there were."""
    done, whole = multiprocessing.get_context("fork").Value("i", 0), os.replace

    def replace(*given):
        done.value += 1
        if done.value == write and before:
            os.kill(os.getpid(), signal.SIGKILL)
        whole(*given)
        if done.value == write:
            os.kill(os.getpid(), signal.SIGKILL)

    with warnings.catch_warnings(), monkeypatch.context() as patch:
        warnings.simplefilter("ignore", DeprecationWarning)  # of Python 3.12, about threads: that of the server
        patch.setattr(os, "replace", replace)
        process = multiprocessing.get_context("fork").Process(target=search, args=(book,))
        process.start()
        process.join(120)
    assert process.exitcode == (-signal.SIGKILL if write else 0)
    return done.value


def result(book):
    """What the ledger says, without the moments."""
    (run,) = ledger.runs(book)
    counts = {name: run["sources"]["europepmc"][name] for name in ("announced", "received", "new", "error")}
    pairs = {(one.record, one.other, one.state, one.evidence) for one in ledger.load(book, Pair)}
    return ledger.load(book, Record), pairs, (run["new"], run["already_cited"], counts)


@pytest.fixture
def sources(apis):
    """Two records of one work, one that is cited already, and two that identifiers cannot tell apart."""
    apis.answers["europepmc"] = europepmc_records(
        [
            record(1, TITLE),
            record("PMC9", TITLE.upper(), source="PMC", pmcid="PMC9"),
            record(23728425, "Any", doi="10.1038/ncb2767"),
            record(4, "Vessels of the lung", doi="10.1000/a"),
            record(5, "Quite another work", doi="10.1000/a"),
        ],
        size=3,
    )


def test_killed_at_any_write_a_search_ends_as_one_that_nobody_disturbed(book, sources, monkeypatch, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kills")
    whole = shutil.copytree(book, folder / "whole")
    search(shutil.copytree(book, folder / "first"))  # loads what a search loads
    writes = killed_search(whole, monkeypatch, 0, False)
    expected = result(whole)
    assert len(expected[0]) == 5
    assert {state for _, _, state, _ in expected[1]} == {"nominated", "duplicate", "unresolved"}
    for write in range(1, writes + 1):
        killed = shutil.copytree(book, folder / f"killed-{write}")
        killed_search(killed, monkeypatch, write, before=write % 2 == 0)
        search(killed)
        if len(ledger.runs(killed)) == 2:  # it was over when it was killed, and the second found nothing more
            assert write == writes
            assert ledger.runs(killed)[1]["new"] == 0
            (killed / "data/living/runs").joinpath(sorted(os.listdir(killed / "data/living/runs"))[1]).unlink()
        assert result(killed) == expected, f"killed at write {write} of {writes}"
        assert not list((killed / "data").rglob(".*.tmp"))
