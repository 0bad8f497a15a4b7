"""Abstracts that are not at hand, fetched while the editor reads the records before: no key waits for a source."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

from seedsoil.literature import europepmc
from seedsoil.literature.http import NotFound, NotReached
from seedsoil.living import ranking
from seedsoil.living.ledger import Record

BATCH = 10  # records a question


class Ahead:
    """The abstracts of records in the order of reading; `text` gives what is at hand by now."""

    def __init__(self, root: Path, records: Sequence[Record]):
        self._root, self._texts = root, ranking.abstracts(root)
        self._missing = [one for one in records if one.id not in self._texts]
        self._over = False
        self._changed = threading.Condition()
        threading.Thread(target=self._fetch, daemon=True).start()

    def text(self, record: Record, patience: float) -> str:
        """The abstract of a record, waiting for it no longer than so many seconds; empty where there is none."""
        until = time.monotonic() + patience
        with self._changed:
            while record.id not in self._texts and not self._over and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            return self._texts.get(record.id, "")

    def close(self) -> None:
        """Ask for no more."""
        self._over = True

    def _fetch(self) -> None:
        try:
            for start in range(0, len(self._missing), BATCH):
                if self._over:
                    break
                found = asked(self._missing[start : start + BATCH])
                ranking.keep_abstracts(self._root, found)  # before it is shown, so that nobody asks for it again
                with self._changed:
                    self._texts |= found
                    self._changed.notify_all()
        except (NotReached, NotFound, OSError):
            pass  # a record without an abstract says so
        with self._changed:
            self._over = True
            self._changed.notify_all()


def asked(records: Sequence[Record]) -> dict[str, str]:
    """The abstracts of records by id, as Europe PMC has them; empty where it has none, so that it is asked once."""
    named = {one.id: _named(one) for one in records}
    if not (parts := [part for part in named.values() if part]):
        return dict.fromkeys(named, "")
    found = europepmc.search(" OR ".join(parts)).records
    by_name = {("pmid", one.pmid): one.abstract for one in found if one.pmid}
    by_name |= {("doi", one.doi): one.abstract for one in found if one.doi}
    return {one.id: by_name.get(("pmid", one.pmid)) or by_name.get(("doi", one.doi), "") for one in records}


def _named(record: Record) -> str:
    if record.pmid:
        return f"(EXT_ID:{record.pmid} AND SRC:MED)"
    doi = record.doi.replace('"', "")
    return f'DOI:"{doi}"' if doi else ""
