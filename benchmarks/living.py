"""Seconds of the living layer on synthetic records: PYTHONPATH=. python benchmarks/living.py [--records 10000]

A server on the loopback plays Europe PMC. Titles are drawn from the words of the bibliography, so that no two are alike
by chance but those that are meant to be: one record in fifty is another's copy in capital letters and without identifier.
"""

import argparse
import json
import random
import shutil
import tempfile
import time
from datetime import date
from pathlib import Path

import pytest

from seedsoil.files import ROOT
from seedsoil.living import duplicates, ledger, ranking, rules, screening, search
from seedsoil.living.ledger import Pair
from seedsoil.tables.package import located
from tests.living import playback


def records(count: int, seed: int = 1) -> list[dict]:
    words = sorted(set((ROOT / "data/references.bib").read_text("utf8").split()))
    draw, found = random.Random(seed), []
    for number in range(count):
        if number % 50 == 49:
            title, source = found[draw.randrange(len(found))]["title"].upper(), "PMC"
        else:
            title, source = " ".join(draw.choice(words).strip("{},") for _ in range(12)), "MED"
        one = playback.record(10_000_000 + number, title, source)
        one["abstractText"] = " ".join(draw.choice(words).strip("{},") for _ in range(200))
        one["authorString"] = ", ".join(f"{draw.choice(words).strip('{},').title()} A" for _ in range(4)) + "."
        found.append(one)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--records", type=int, default=10_000)
    count = options.parse_args().records
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        book = Path(folder)
        for name in ("data", "chapters"):
            shutil.copytree(ROOT / name, book / name)
        for name in ("_toc.yml", "index.md"):
            shutil.copy(ROOT / name, book)
        with playback.server(patch) as apis:
            apis.answers["europepmc"] = playback.europepmc_records(records(count), size=500)
            patch.setattr("seedsoil.literature.http.PACE", {})
            parts: dict[str, float] = {}
            whole = duplicates.keep
            patch.setattr(duplicates, "keep", lambda *given: timed("duplicates", lambda: whole(*given), parts))
            run = timed("search replayed", lambda: searched(book), parts)
            apart = parts["search replayed"] - parts["duplicates"]
            print(f"of it without the duplicates {apart:.1f} s; {run['new']:,} new records")
        print(f"pairs nominated: {len(ledger.load(book, Pair)):,} of {count // 50:,} that are there")
        queue = timed("ranking", lambda: ranking.queue(book, "dormancy"))
        slowest = 0.0
        for one in queue.waiting[:20]:
            start = time.perf_counter()
            screening.keep(book, "dormancy", one, "maybe", "", "Benchmark")
            slowest = max(slowest, time.perf_counter() - start)
        print(f"a key is answered in {1000 * slowest:.0f} ms at most (writing the decision)")
        timed("ranked anew and kept", lambda: ranking.renewed(book, "dormancy"))
        timed("the screening opens as it was ranked", lambda: ranking.opened(book, "dormancy"))
        screening.keep(book, "dormancy", queue.waiting[0], "exclude", screening.REASONS[0], "Benchmark")
        timed("the screening opens after a change", lambda: ranking.opened(book, "dormancy"))
        for number, one in enumerate(queue.waiting[20:320]):
            decision = ("exclude", screening.REASONS[0]) if number % 4 else ("include", "")
            screening.keep(book, "dormancy", one, *decision, "Benchmark")
        for time_of in ("first", "second"):  # the first imports the machine that learns
            timed(f"ranking learned from 300 decisions, the {time_of} time", lambda: ranking.queue(book, "dormancy"))
        timed("the check of the living layer", lambda: rules.problems(book))
        tables = ("records", "duplicates", "decisions", "integrity", "sentences")
        timed("the check of its tables", lambda: [located(f"living_{name}", book) for name in tables])
        size = sum(len(json.dumps(run)) for run in ledger.runs(book))
        print(f"the run is {size:,} characters")


def searched(book: Path) -> dict:
    return search.run(book, "dormancy", date.today(), ("europepmc",), say=lambda text: None)


def timed(what: str, work, parts: dict[str, float] | None = None):
    """Do something, print how long it took by the clock and by the processor, and return what it gave."""
    clock, processor = time.perf_counter(), time.process_time()
    found = work()
    seconds = time.perf_counter() - clock
    print(f"{what}: {seconds:.1f} s, of the processor {time.process_time() - processor:.1f} s", flush=True)
    if parts is not None:
        parts[what] = seconds
    return found


if __name__ == "__main__":
    main()
