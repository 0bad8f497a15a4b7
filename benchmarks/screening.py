"""What ranking saves: WSS@95 and the screening curve on labeled sets: python benchmarks/screening.py FILE.csv.gz …

Each set is screened as an editor would: the best next record by the machine that was trained on all decisions so far,
begun with one included and one excluded record. WSS@95 is the share of records that need not be read to have 95 % of the
included ones, less the 5 % that chance would save (Cohen 2006). The mean of several beginnings is printed.
"""

import argparse
import csv
import gzip
import io
import statistics
from pathlib import Path

import numpy as np

from seedsoil.living import relevance
from seedsoil.living.words import Words

BEGINNINGS = 3
EVERY = 10  # records between two trainings, once there are a hundred decisions


def read(path: Path) -> tuple[list[str], np.ndarray]:
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode("utf8", "replace"))))
    label = next(name for name in ("label_included", "included") if name in rows[0])
    return [f"{row['title']} {row['abstract']}" for row in rows], np.array([row[label] == "1" for row in rows])


def screened(matrix, included: np.ndarray, seed: int) -> list[int]:
    """Rows in the order in which they are read."""
    draw = np.random.default_rng(seed)
    order = [int(draw.choice(np.flatnonzero(included))), int(draw.choice(np.flatnonzero(~included)))]
    left = set(range(len(included))) - set(order)
    while left and not included[list(left)].sum() == 0:
        values = relevance.learned(matrix, order, included[order])
        best = sorted(left, key=lambda row: -values[row])[: 1 if len(order) < 100 else EVERY]
        order += best
        left -= set(best)
    return order + sorted(left)


def saved(order: list[int], included: np.ndarray, recall: float = 0.95) -> float:
    found = np.cumsum(included[order])
    needed = int(np.searchsorted(found, np.ceil(recall * included.sum()))) + 1
    return 1 - needed / len(order) - (1 - recall)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("files", nargs="+", type=Path)
    for path in options.parse_args().files:
        texts, included = read(path)
        matrix = Words(texts).weights()
        values = [saved(screened(matrix, included, seed), included) for seed in range(BEGINNINGS)]
        print(
            f"{path.name}: {len(texts):,} records, {included.sum()} included, WSS@95 {statistics.mean(values):.3f} "
            f"({min(values):.3f} to {max(values):.3f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
