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
from seedsoil.living import ledger, ranking, rules, screening, search
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
            start = time.perf_counter()
            search.run(book, "dormancy", date.today(), ("europepmc",), say=lambda text: None)
            print(f"search of {count:,} records with duplicates: {time.perf_counter() - start:.1f} s")
        pairs = ledger.load(book, Pair)
        print(f"pairs nominated: {len(pairs):,} of {count // 50:,} that are there")
        start = time.perf_counter()
        queue = ranking.queue(book, "dormancy")
        print(f"ranking: {time.perf_counter() - start:.1f} s")
        seconds = []
        for one in queue.waiting[:20]:
            start = time.perf_counter()
            screening.keep(book, "dormancy", one, "maybe", "", "Benchmark")
            seconds.append(time.perf_counter() - start)
        print(f"a key is answered in {1000 * max(seconds):.0f} ms at most (writing the decision)")
        start = time.perf_counter()
        ranking.opened(book, "dormancy")
        first, start = time.perf_counter() - start, time.perf_counter()
        ranking.opened(book, "dormancy")
        again = time.perf_counter() - start
        print(f"the screening opens after a decision: {first:.1f} s, as it was ranked: {again:.1f} s")
        start = time.perf_counter()
        rules.problems(book)
        checked = time.perf_counter() - start
        for name in ("records", "duplicates", "decisions"):
            located(f"living_{name}", book)
        tables = time.perf_counter() - start - checked
        print(f"the check of the living layer: {checked:.1f} s, and of its tables: {tables:.1f} s")
        size = sum(len(json.dumps(run)) for run in ledger.runs(book))
        print(f"the run is {size:,} characters")


if __name__ == "__main__":
    main()
