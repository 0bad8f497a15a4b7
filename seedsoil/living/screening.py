"""Reading the queue in the terminal: one record at a time, a key for each decision, on disk before the next shows."""

from __future__ import annotations

import csv
import io
import re
import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from seedsoil.bibliography.identity import make_key
from seedsoil.evidence.references import entries
from seedsoil.living import ledger, ranking, sentences
from seedsoil.living.ahead import Ahead
from seedsoil.living.ledger import Decision, Pair, Record
from seedsoil.living.ranking import Waiting
from seedsoil.tables.package import resource

REASONS = (
    "not about metastasis or its microenvironment",
    "no result of its own (review, comment, protocol)",
    "about another question than this chapter's",
    "too weak to count (no control, no numbers)",
    "retracted, or a notice",
)
KEYS = {"i": "include", "x": "exclude", "m": "maybe", "s": "skip", "u": "undo", "d": "same work", "q": "quit"}
UNSEEN = re.compile(r"[^\S ]|[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
FIRST = 1.0  # seconds that the first record waits for its abstract; the later ones come meanwhile
IDLE = 300.0  # seconds at one record beyond which an editor was elsewhere


def screen(root: Path, chapter: str, by: str, ask: Callable[[str], str], say: Callable[[str], None]) -> dict:
    """Go through the queue of a chapter. `ask` gives the answer to a prompt; the run with its minutes is returned."""
    began, worked, counts = ledger.now(), 0.0, dict.fromkeys(("include", "exclude", "maybe", "skip", "undo"), 0)
    queue = ranking.opened(root, chapter)
    texts, number = Ahead(root, [one.record for one in queue.waiting]), 0
    done: list[tuple[int, Pair | None]] = []
    say(f"{len(queue.waiting)} records wait for {chapter}; ranked by {queue.how}.")
    while number < len(queue.waiting):
        one = queue.waiting[number]
        start = time.monotonic()
        text = texts.text(one.record, patience=0.03 if worked else FIRST)
        say(shown(one, text, number + 1, len(queue.waiting)))
        decision = _key(ask)
        reason = _reason(ask, say) if decision == "exclude" else ""
        worked += min(time.monotonic() - start, IDLE)
        if decision == "quit":
            break
        if decision == "undo":
            if not done:
                say("Nothing to undo.")
                continue
            number, pair = done.pop()
            if pair:  # said to be one work: what was held of the two before holds again
                ledger.add(root, [replace(pair, by=by, authority="person", decided_at=ledger.now())])
            else:
                keep(root, chapter, queue.waiting[number], "undo", "", by)
                sentences.forget(root, queue.waiting[number].record.id)
            counts["undo"] += 1
            continue
        if decision == "same work":
            if not one.like:
                say("No other record is like this one.")
                continue
            done.append((number, _same(root, one, by, say)))
        elif decision == "skip":
            counts["skip"] += 1
        else:
            keep(root, chapter, one, decision, reason, by)
            done.append((number, None))
            counts[decision] += 1
            if decision == "include":
                say(after_inclusion(root, one.record))
                worked += _sentence(root, one.record, text, ask, say)
        number += 1
    texts.close()
    run = {"kind": "screening", "chapter": chapter, "began_at": began, "by": by, "minutes": round(worked / 60, 1)}
    if any(counts.values()):
        ledger.write_run(root, ledger.name_of_run(began, f"{chapter}-screening"), {**run, **counts})
    return {**run, **counts}


def keep(root: Path, chapter: str, one: Waiting, decision: str, reason: str, by: str) -> None:
    """Write a person's decision."""
    ledger.add(root, [Decision(one.record.id, chapter, decision, reason, by, "person", ledger.now())])


def _sentence(
    root: Path, record: Record, abstract: str, ask: Callable[[str], str], say: Callable[[str], None]
) -> float:
    """Keep the sentence that a person names of an included record for its row to come; the seconds that it took."""
    start, told = time.monotonic(), sentences.split(abstract)
    if told and sentences.WORK.fullmatch(record.id):
        if number := sentences.asked([plain(text) for text in told], ask, say):
            sentences.keep(root, record.id, told, number, "result", datetime.now(UTC).date())
            say("Kept for its row, by a digest of its words.")
    return min(time.monotonic() - start, IDLE)


def _same(root: Path, one: Waiting, by: str, say: Callable[[str], None]) -> Pair:
    """A person says that the record is what it was nominated to be; what was held of the two before is returned."""
    pair = one.like[0]
    other = pair.other if pair.record == one.record.id else pair.record
    at = ledger.now()
    ledger.add(root, [Pair(one.record.id, other, "duplicate", "same work", "read by a person", by, "person", at)])
    say(f"Kept as one work with {other}.")
    return pair


def _key(ask: Callable[[str], str]) -> str:
    prompt = "[i]nclude  e[x]clude  [m]aybe  [s]kip  [u]ndo  same work as [d]uplicate  [q]uit: "
    while (key := ask(prompt).strip().lower()[:1]) not in KEYS:
        pass
    return KEYS[key]


def _reason(ask: Callable[[str], str], say: Callable[[str], None]) -> str:
    for number, reason in enumerate(REASONS, start=1):
        say(f"  {number} {reason}")
    while not (answer := ask("reason: ").strip()).isdigit() or not 1 <= int(answer) <= len(REASONS):
        pass
    return REASONS[int(answer) - 1]


def shown(one: Waiting, abstract: str, number: int, total: int) -> str:
    """A record as the terminal shows it: nothing that a title or abstract holds is a command to the terminal."""
    record = one.record
    width = min(shutil.get_terminal_size().columns, 100)
    lines = [
        "─" * width,
        f"{number} of {total} · {record.kind}"
        + (" · RETRACTED" if record.state == "retracted" else "")
        + (" · drawn at random" if one.drawn else "")
        + (" · put off before" if one.maybe else ""),
        *textwrap.wrap(plain(record.title), width),
        *textwrap.wrap(f"{plain(record.authors)[:200]} · {plain(record.journal)} {record.year} · {record.id}", width),
        "",
        *textwrap.wrap(plain(abstract) or "No abstract at hand.", width),
        "",
        f"relevance {one.relevance:.2f} · leverage {one.leverage}",
        *(line for text in one.would_change for line in textwrap.wrap(plain(text), width, subsequent_indent="  ")),
        *(f"may be {pair.other if pair.record == record.id else pair.record} ({pair.evidence})" for pair in one.like),
    ]
    return "\n".join(lines)


def plain(text: str) -> str:
    """Text from outside without control characters, escape sequences and signs that are not seen."""
    return UNSEEN.sub(" ", re.sub(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)", " ", text))


def after_inclusion(root: Path, record: Record) -> str:
    """What to do with an included record: how it is cited, and the row that it becomes, with what is known of it."""
    number = record.pmid or record.doi or record.id
    page = f"PubMed {record.pmid}" if record.pmid else "PAGE"
    names = [name.rpartition(" ")[0] or name for name in record.authors.split("; ")]
    fields = {"author": " and ".join(names), "year": record.year, "title": record.title}
    known = {"ref": make_key(fields, entries(root) or ()), "group": record.authors.split("; ")[-1]}
    known |= {"read_at": "abstract", "found_by": "living", "readings": "1", "added": f"{datetime.now(UTC):%Y-%m-%d}"}
    row = io.StringIO()
    cells = (known.get(field["name"], "") for field in resource("findings", root)["schema"]["fields"])
    csv.writer(row, lineterminator="").writerow(cells)
    return (
        f'Included. To cite it: ./book cite add {number} --read-at abstract --source "{page}"\n'
        "Its row, to fill in data/findings.csv (CONTRIBUTING.md, 'Add a paper and its finding'):\n"
        f"{plain(row.getvalue())}"
    )


@contextmanager
def keyboard() -> Iterator[Callable[[str], str]]:
    """One key at a time from a terminal; whole lines from anything else."""
    if not sys.stdin.isatty():
        yield _line
        return
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)

    def key(prompt: str) -> str:
        print(prompt, end="", flush=True)
        tty.setcbreak(sys.stdin)
        try:
            pressed = sys.stdin.read(1)
        finally:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        print(pressed if pressed.isprintable() else "")
        return "q" if pressed in ("", "\x04", "\x03") else pressed

    yield key


def _line(prompt: str) -> str:
    print(prompt, end="", flush=True)
    line = sys.stdin.readline()
    return line or "q"
