"""What each source says of each work that the book cites: retracted, of concern, corrected; unknown is never clean.

Each source keeps its own answer with its day; the worst of them holds. A correction is no retraction, a new version and
a notice that names itself are none at all.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

from seedsoil.bibliography.file import known
from seedsoil.evidence.references import BIBLIOGRAPHY, entries
from seedsoil.literature import openalex, retractionwatch
from seedsoil.literature.found import bare_doi
from seedsoil.literature.http import LABELS, UNREADABLE, NotFound, NotReached, ask_api
from seedsoil.literature.notices import says_retracted
from seedsoil.literature.pubmed_search import articles
from seedsoil.living import ledger
from seedsoil.living.ledger import WORST_FIRST, Notice
from seedsoil.living.progress import nowhere
from seedsoil.problem import Problem

SOURCES = ("crossref", "pubmed", "europepmc", "openalex", "retractionwatch")
NOT_REACHED = "not reached"
BATCH = 50  # works a question
MEANINGS = {
    "retraction": ("retraction", "withdrawal", "removal", "partial_retraction", "retractionin", "partialretractionin"),
    "concern": ("expression_of_concern", "expressionofconcernin"),
    "correction": (
        "correction",
        "corrigendum",
        "erratum",
        "addendum",
        "clarification",
        "erratumin",
        "correctedandrepublishedin",
    ),
}
SAID = {name: status for status, names in MEANINGS.items() for name in names}  # others, as new_version, say nothing


class Looked(NamedTuple):
    """What a look brought: answers that are new or another, and the sources that failed."""

    changed: list[Notice]
    failed: list[str]


def run(
    root: Path,
    today: date,
    sources: Iterable[str] = SOURCES,
    say: Callable[[str], None] = print,
    at: Callable[[str, int, int], None] = nowhere,
) -> Looked:
    """Ask every source about every cited work, keep the answers, and return what is new among them."""
    works = {
        key: {kind: value.lower() for kind in ("doi", "pmid") if known(value := item.fields.get(kind, ""))}
        for key, item in (entries(root) or {}).items()
    }
    began, start = ledger.now(), time.perf_counter()
    before = {(one.key, one.source): one for one in ledger.load(root, Notice)}
    now = dict(before)
    failed = []
    for source in sources:
        answers, problem = _asked(source, works, say, at)
        failed += [source] if problem.startswith(NOT_REACHED) else []
        for key in works:
            status, notice = answers.get(key, ("unknown", problem or "the source does not know the work"))
            old = before.get((key, source))
            if status == "unknown" and old and old.status != "unknown":
                continue  # what was once seen is not forgotten because a source is silent today
            now[key, source] = Notice(key, source, status, notice, today.isoformat())
        ledger.save(root, Notice, (one for name, one in now.items() if name[0] in works))
    changed = [one for name, one in now.items() if name not in before or before[name].status != one.status]
    made = {"kind": "integrity", "began_at": began, "works": len(works), "changed": len(changed)}
    made["failed"] = failed
    made["seconds"] = round(time.perf_counter() - start, 1)
    ledger.write_run(root, ledger.name_of_run(began, "integrity"), made)
    return Looked(changed, failed)


def worst(notices: Iterable[Notice]) -> dict[str, Notice]:
    """For each reference the worst that any source says."""
    held: dict[str, Notice] = {}
    for one in notices:
        if one.key not in held or WORST_FIRST.index(one.status) < WORST_FIRST.index(held[one.key].status):
            held[one.key] = one
    return held


def problems(root: Path) -> list[Problem]:
    """Works that a source calls retracted while their entry does not say so."""
    works, found = entries(root) or {}, []
    for key, one in sorted(worst(ledger.load(root, Notice)).items()):
        if one.status == "retraction" and key in works and works[key].fields.get("status") != "retracted":
            found.append(
                Problem(
                    BIBLIOGRAPHY,
                    works[key].line,
                    "status",
                    f"{key}, which {LABELS[one.source]} calls retracted ({one.notice or one.seen_on})",
                    "status = {retracted} in its entry",
                    "read the notice, and add the line; its rows then no longer count",
                    "retraction-not-told",
                )
            )
    return found


def _asked(
    source: str, works: dict[str, dict[str, str]], say: Callable[[str], None], at: Callable[[str, int, int], None]
) -> tuple[dict, str]:
    """The answers of a source by key, and why others have none."""
    if source == "openalex" and not openalex.has_key():
        say(f"{LABELS[source]}: skipped, no key in {openalex.KEY}.")
        return {}, f"skipped: no key in {openalex.KEY}"
    answers: dict[str, tuple[str, str]] = {}
    try:
        if source == "retractionwatch":
            return _retraction_watch(works), ""
        ask = {"crossref": _crossref, "pubmed": _pubmed, "europepmc": _europepmc, "openalex": _openalex}[source]
        kind = "pmid" if source == "pubmed" else "doi"
        wanted = [key for key, ids in works.items() if ids.get(kind)]
        for start in range(0, len(wanted), BATCH):
            batch = {works[key][kind]: key for key in wanted[start : start + BATCH]}
            answers |= {batch[name]: answer for name, answer in ask(list(batch)).items() if name in batch}
            at(LABELS[source], min(start + BATCH, len(wanted)), len(wanted))
        return answers, ""
    except (NotReached, NotFound, OSError, *UNREADABLE) as error:
        say(f"{LABELS[source]}: FAILED: {error}")
        return answers, f"{NOT_REACHED}: {type(error).__name__}"  # what it said before that holds


def _status(names: Iterable[tuple[str, str]]) -> tuple[str, str]:
    """The worst of what is said, each a name of the source's and a notice."""
    said = [(SAID[name], notice) for name, notice in names if name in SAID]
    return min(said, key=lambda one: WORST_FIRST.index(one[0]), default=("none seen", ""))


def _crossref(dois: list[str]) -> dict[str, tuple[str, str]]:
    """Works and what updates them: Crossref lists the updates at the work itself."""
    found = {}
    for doi in dois:
        try:
            message = json.loads(ask_api("crossref", f"/works/{quote(doi, safe='')}"))["message"]
        except NotFound:
            continue
        if bare_doi(message["DOI"]) != doi:
            continue  # an answer about another work says nothing of this one
        updates = [
            (str(one.get("type") or "").lower(), bare_doi(one.get("DOI")))
            for one in [*(message.get("updated-by") or []), *_own(message, doi)]
        ]
        if says_retracted(str((message.get("title") or [""])[0])):
            updates.append(("retraction", "by its title"))
        found[doi] = _status(one for one in updates if one[1] != doi or one[0] == "retraction")
    return found


def _own(message: dict, doi: str) -> list[dict]:
    """Updates that a record states of itself: some publishers replace the article by its retraction."""
    return [one for one in message.get("update-to") or [] if bare_doi(one.get("DOI")) == doi]


def _pubmed(pmids: list[str]) -> dict[str, tuple[str, str]]:
    question = urlencode({"db": "pubmed", "id": ",".join(pmids), "retmode": "xml", "tool": "seedsoil"})
    found = {}
    for record in articles(ask_api("pubmed", f"/efetch.fcgi?{question}")).iterfind("PubmedArticle/MedlineCitation"):
        remarks = [
            (str(one.get("RefType") or "").lower(), " ".join("".join(one.itertext()).split())[:200])
            for one in record.iterfind("CommentsCorrectionsList/CommentsCorrections")
        ]
        types = {kind.text for kind in record.iterfind("Article/PublicationTypeList/PublicationType")}
        if "Retracted Publication" in types:
            remarks.append(("retraction", "publication type"))
        found[record.findtext("PMID") or ""] = _status(remarks)
    return found


def _europepmc(dois: list[str]) -> dict[str, tuple[str, str]]:
    query = " OR ".join(f'DOI:"{doi}"' for doi in dois)
    question = urlencode({"query": query, "format": "json", "resultType": "core", "pageSize": 1000, "cursorMark": "*"})
    found = {}
    for one in json.loads(ask_api("europepmc", f"/search?{question}"))["resultList"]["result"]:
        remarks = [
            (str(remark.get("type") or "").lower().replace(" ", ""), str(remark.get("reference") or "")[:200])
            for remark in (one.get("commentCorrectionList") or {}).get("commentCorrection") or []
        ]
        types = (one.get("pubTypeList") or {}).get("pubType") or []
        if any(str(kind).lower() == "retracted publication" for kind in types):
            remarks.append(("retraction", "publication type"))
        found[bare_doi(one.get("doi"))] = _status(remarks)
    return found


def _openalex(dois: list[str]) -> dict[str, tuple[str, str]]:
    found = {}
    for start in range(0, len(dois), 50):
        filters = "doi:" + "|".join(dois[start : start + 50])
        for one in openalex.search(filters).records:
            found[one.doi] = ("retraction", "is_retracted") if one.retracted else ("none seen", "")
    return found


def _retraction_watch(works: dict[str, dict[str, str]]) -> dict[str, tuple[str, str]]:
    """All works: the data set lists every notice that it knows, so that a work it does not list has none there."""
    notices = retractionwatch.fetch()
    found = {}
    for key, ids in works.items():
        listed = [one for kind, value in ids.items() for one in notices.get(f"{kind}:{value}", [])]
        if any(one.status == "reinstatement" for one in listed):
            listed = [one for one in listed if one.status != "retraction"]
        if ids:
            found[key] = _status(
                (one.status if one.status != "concern" else "expression_of_concern", one.doi or one.on)
                for one in listed
            )
    return found
