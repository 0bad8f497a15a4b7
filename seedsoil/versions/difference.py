"""What changed from one state to another, in sentences, the most important first."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

SAME = 0.6  # likeness of two messages of a chapter from which one is the other in new words
NUMBER = re.compile(r"[-−+]?\d[\d,]*(?:\.\d+)?")
KINDS = ("messages", "verdicts", "retractions", "estimates", "results", "works", "rows")
TITLES = {
    "messages": "What the book concludes",
    "verdicts": "Theses",
    "retractions": "Retractions",
    "estimates": "Published estimates",
    "results": "What the analyses print",
    "works": "Works",
    "rows": "Rows",
}
State = dict[str, Any]


class Change(NamedTuple):
    """One change: its kind, a sentence, and the chapter that says it, where one does."""

    kind: str
    says: str
    chapter: str = ""


def changes(old: State, new: State) -> list[Change]:
    """All changes, by kind in the order of `KINDS`."""
    found = [
        *_messages(old["messages"], new["messages"]),
        *_verdicts(old.get("verdicts", {}), new.get("verdicts", {})),
        *_retractions(old["works"], new["works"]),
        *_estimates(old["effects"], new["effects"]),
        *_results(old["results"], new["results"]),
        *_works(old["works"], new["works"]),
        *_rows("finding", old["findings"], new["findings"]),
        *_rows("effect", old["effects"], new["effects"]),
    ]
    return sorted(found, key=lambda change: KINDS.index(change.kind))


def as_text(old: State, new: State, found: Iterable[Change]) -> str:
    return _told(old, new, list(found), "{}\n", "- {}")


def as_markdown(old: State, new: State, found: Iterable[Change]) -> str:
    """For a summary on a pull request; no text of the data is markup there."""
    escaped = [one._replace(says=re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", one.says)) for one in found]
    return _told(old, new, escaped, "## {}\n", "- {}")


def _told(old: State, new: State, found: list[Change], title: str, item: str) -> str:
    if not found:
        return f"Nothing that the book says differs between {old['version']} and {new['version']}.\n"
    parts = []
    for kind in KINDS:
        told = [item.format(one.says) for one in found if one.kind == kind]
        if told:
            parts.append("\n".join([title.format(TITLES[kind]), *told]))
    return "\n\n".join(parts) + "\n"


def _messages(old: list[State], new: list[State]) -> Iterator[Change]:
    left = list(old)
    for message in new:
        before = _nearest(message, left)
        where = message["chapter"]
        if before is None:
            yield Change("messages", f"{where}: new message, {message['grade']}: “{message['text']}”", where)
            continue
        left.remove(before)
        if before["grade"] != message["grade"]:
            yield Change(
                "messages",
                f"{where}: {before['grade']} became {message['grade']}: “{message['text']}”{_why(before, message)}",
                where,
            )
        if before["text"] != message["text"]:
            yield Change("messages", f"{where}: “{before['text']}” now reads “{message['text']}”", where)
    for message in left:
        where = message["chapter"]
        yield Change("messages", f"{where}: no longer said ({message['grade']}): “{message['text']}”", where)


def _why(before: State, message: State) -> str:
    """Which clause moved the grade."""
    graded = {clause["says"]: clause["grade"] for clause in before["clauses"]}
    moved = [
        f"“{clause['says']}”, {graded[clause['says']]} to {clause['grade']}"
        for clause in message["clauses"]
        if graded.get(clause["says"], clause["grade"]) != clause["grade"]
    ]
    return f" (by {'; '.join(moved)})" if moved else ""


def _nearest(message: State, others: list[State]) -> State | None:
    """The message of the same chapter that is this one, perhaps in other words."""

    def like(other: State) -> float:
        return difflib.SequenceMatcher(None, other["text"], message["text"], autojunk=False).ratio()

    here = [other for other in others if other["chapter"] == message["chapter"]]
    best = max(here, key=like, default=None)
    return best if best is not None and like(best) >= SAME else None


def _verdicts(old: State, new: State) -> Iterator[Change]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, "not tested"), new.get(name, "not tested")
        if before != after:
            yield Change("verdicts", f"{name}: {before} became {after}")


def _retractions(old: State, new: State) -> Iterator[Change]:
    for key, work in sorted(new.items()):
        was = old.get(key, {}).get("retracted", False)
        if work["retracted"] != was:
            said = (
                "is retracted, and its rows no longer count" if work["retracted"] else "is no longer marked retracted"
            )
            yield Change("retractions", f"{work['cited_as']}, “{work['title']}”, {said}")


def _estimates(old: State, new: State) -> Iterator[Change]:
    for name in sorted(old.keys() & new.keys()):
        before, after = old[name], new[name]
        if any(before[column] != after[column] for column in ("estimate", "ci_low", "ci_high", "measure")):
            yield Change(
                "estimates", f"{after['study']} ({name}): {_ratio(before)} became {_ratio(after)}{_by(before, after)}"
            )


def _ratio(effect: State) -> str:
    interval = f" ({effect['ci_low']} to {effect['ci_high']})" if effect["ci_low"] else ""
    return f"{effect['measure']} {effect['estimate']}{interval}"


def _by(before: State, after: State) -> str:
    try:
        return f", {100 * (float(after['estimate']) / float(before['estimate']) - 1):+.0f} %"
    except (ValueError, ZeroDivisionError):
        return ""


def _results(old: State, new: State) -> Iterator[Change]:
    """Lines of printed results whose numbers moved; a table that was laid out anew is no change."""
    for chapter in sorted(old.keys() & new.keys()):
        for cell in sorted(old[chapter].keys() & new[chapter].keys(), key=lambda name: int(name.split(" ")[0])):
            before, after = ([" ".join(line.split()) for line in one[chapter][cell].splitlines()] for one in (old, new))
            for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
                if tag == "replace" and b - a == d - c:
                    for one, two in zip(before[a:b], after[c:d], strict=True):
                        if NUMBER.findall(one) != NUMBER.findall(two):
                            yield Change("results", f"{chapter}: “{one}” became “{two}”", chapter)
                elif tag != "equal":
                    lines = "; ".join(after[c:d]) or f"no longer {'; '.join(before[a:b])}"
                    yield Change("results", f"{chapter}: {lines}", chapter)


def _works(old: State, new: State) -> Iterator[Change]:
    for key in sorted(new.keys() - old.keys()):
        yield Change("works", f"{new[key]['cited_as']} came: “{new[key]['title']}”")
    for key in sorted(old.keys() - new.keys()):
        yield Change("works", f"{old[key]['cited_as']} went: “{old[key]['title']}”")


def _rows(kind: str, old: State, new: State) -> Iterator[Change]:
    for name in sorted(new.keys() - old.keys()):
        yield Change("rows", f"{kind} {name} came")
    for name in sorted(old.keys() - new.keys()):
        yield Change("rows", f"{kind} {name} went")
    for name in sorted(old.keys() & new.keys()):
        changed = [column for column in new[name] if old[name].get(column) != new[name][column]]
        changed = [column for column in changed if column not in ("estimate", "ci_low", "ci_high")]
        if changed:
            yield Change("rows", f"{kind} {name}: {', '.join(changed)} changed")
