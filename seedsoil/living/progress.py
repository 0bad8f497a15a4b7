"""How far a command is: a bar in a terminal; elsewhere only what is said, a line each."""

from __future__ import annotations

import sys


class Progress:
    """Of one command, or of one chapter of it. `at` moves the bar of a label, `say` puts a line above it."""

    def __init__(self, name: str):
        from tqdm import tqdm  # the check imports this module, and has no bar

        self._name, self._label, self._bar, self._tqdm = name, "", None, tqdm

    def at(self, label: str, done: int, total: int) -> None:
        if self._bar is None or label != self._label:
            self.close()
            self._label = label
            # `disable=None` draws nothing where the output is no terminal.
            self._bar = self._tqdm(
                desc=f"{self._name}: {label}", unit="", file=sys.stderr, disable=None, dynamic_ncols=True
            )
        self._bar.total = total
        self._bar.update(done - self._bar.n)
        self._bar.refresh()

    def say(self, text: str) -> None:
        self._tqdm.write(f"{self._name}: {text}", file=sys.stderr)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def nowhere(label: str, done: int, total: int) -> None:
    """For a caller who does not ask how far it is."""
