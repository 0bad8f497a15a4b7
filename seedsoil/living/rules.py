"""What is wrong in `data/living` beyond the form of its tables: searches, runs, untold retractions, stray sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from seedsoil.living import integrity, ledger, queries, sentences
from seedsoil.problem import DataError, Problem

RULES: tuple[Callable[[Path], list], ...] = (queries.problems, integrity.problems, sentences.problems, ledger.runs)


def problems(root: Path) -> list[Problem]:
    found: list[Problem] = []
    for rule in RULES:
        try:
            found += [one for one in rule(root) if isinstance(one, Problem)]
        except DataError as error:
            found += error.problems
    return found
