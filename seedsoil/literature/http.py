"""Questions to the scholarly APIs: one way to ask, and what may go wrong.

Where an API is found is configuration: `BASES`, or the environment variable SEEDSOIL_NAME in its place, so that the
same code asks the real thing or a server that plays its answers.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2
import stamina

BASES = {
    "crossref": "https://api.crossref.org",
    "pubmed": "https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
    "europepmc": "https://www.ebi.ac.uk/europepmc/webservices/rest",
    "openalex": "https://api.openalex.org",
    "retractionwatch": "https://api.labs.crossref.org",
}
LABELS = {
    "crossref": "Crossref",
    "pubmed": "PubMed",
    "europepmc": "Europe PMC",
    "openalex": "OpenAlex",
    "retractionwatch": "Retraction Watch",
}
PACE = {
    "pubmed": 0.4,
    "europepmc": 0.2,
    "openalex": 0.15,
    "crossref": 0.1,
}  # seconds between two questions; our own pace, but for PubMed's three a second
TIMEOUT = 20  # seconds without a byte
PATIENCE = 60  # seconds for all of an answer
LONGEST = 20_000_000  # bytes of an answer; the record of a work, or a page of a search, has a few thousand
LONGEST_WAIT = 120.0  # seconds that a source may ask us to wait before the next try
UNREADABLE = (
    json.JSONDecodeError,
    UnicodeDecodeError,
    RecursionError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,  # Infinity records
)


class NotReached(ValueError):
    """No answer: no network, too slow, too many questions, or the source fails."""


class Busy(NotReached):
    """The source will answer later; `wait` has the seconds that it asks for, if it says."""

    def __init__(self, text: str, wait: float | None = None):
        super().__init__(text)
        self.wait = wait


class NotFound(ValueError):
    """The source answers that it has nothing by this identifier."""


def base(name: str) -> str:
    """The address of an API, without a slash at its end."""
    return os.environ.get(f"SEEDSOIL_{name.upper()}", BASES[name]).rstrip("/")


def ask(source: str, address: str, *, attempts: int = 1, longest: int | None = None) -> bytes:
    """What a source answers. NotFound where it has nothing there, NotReached where it does not answer.

    With more than one attempt a source that is busy or fails is asked again, after the time that it names or with
    growing pauses.
    """
    for attempt in stamina.retry_context(on=_pause, attempts=attempts, timeout=None, wait_initial=1.0, wait_max=30.0):
        with attempt:
            return _ask_once(source, address, longest or LONGEST)
    raise AssertionError("stamina ends with an answer or an error")


_last: dict[str, float] = {}  # when each API was asked, by its base


def ask_api(name: str, path: str, *, attempts: int = 4, longest: int | None = None) -> bytes:
    """Ask the API `name` at its configured address, no faster than it allows."""
    pause = _last.get(name, -1e9) + PACE.get(name, 0) - time.monotonic()
    if pause > 0:
        time.sleep(pause)
    _last[name] = time.monotonic()
    return ask(LABELS[name], base(name) + path, attempts=attempts, longest=longest)


def _pause(error: Exception) -> bool | float:
    """Whether to ask again, or after how many seconds."""
    if not isinstance(error, Busy):
        return False
    if error.wait is None:
        return True
    return error.wait if error.wait <= LONGEST_WAIT else False


def _ask_once(source: str, address: str, longest: int) -> bytes:
    headers = {"User-Agent": "seedsoil (keeper of a living review)", "Accept-Encoding": "gzip"}
    try:
        with httpx2.stream("GET", address, headers=headers, timeout=TIMEOUT, follow_redirects=True) as answer:
            _refuse_status(source, answer)
            return _body(source, answer, longest)
    except httpx2.TimeoutException:
        raise Busy(f"{source}: found no answer within {TIMEOUT} s, expected one; ask again later.") from None
    except (httpx2.ConnectError, httpx2.UnsupportedProtocol) as error:
        raise NotReached(
            f"{source}: found no way to {address.split('?')[0]} ({error}), expected an answer; is there a network?"
        ) from None
    except httpx2.DecodingError as error:
        raise malformed(source, error) from None
    except (httpx2.TransportError, httpx2.StreamError) as error:
        raise Busy(
            f"{source}: found an answer that breaks off ({type(error).__name__}), expected all of it; ask again."
        ) from None


def _body(source: str, answer: httpx2.Response, longest: int) -> bytes:
    """All of an answer, which may come packed by gzip; NotReached where it has no end in time or in length."""
    until, packed = time.monotonic() + PATIENCE, answer.headers.get("Content-Encoding", "identity").lower()
    if packed not in ("identity", "gzip"):
        raise NotReached(
            f"{source}: found an answer packed as {packed!r}, expected plain text or gzip; ask again later."
        )
    parts, length = [], 0
    for part in answer.iter_bytes():
        parts.append(part)
        length += len(part)
        if time.monotonic() > until:
            raise Busy(f"{source}: found no end of the answer within {PATIENCE} s, expected one; ask again later.")
        if length > longest:
            raise NotReached(f"{source}: found an answer of more than {longest:,} bytes, expected less; ask for less.")
    return b"".join(parts)


def _refuse_status(source: str, answer: httpx2.Response) -> None:
    status = answer.status_code
    if status < 400:
        return
    if status == 404:
        raise NotFound
    wait = _seconds(answer.headers.get("Retry-After", ""))
    if status == 429:
        when = "in a minute" if wait is None else f"after {wait:g} s"
        text = f"{source}: found too many questions (429), expected an answer; ask again {when}."
        raise Busy(text, wait)
    text = f"{source}: found the failure {status} {answer.reason_phrase}, expected an answer; ask again later."
    raise Busy(text, wait) if status >= 500 else NotReached(text)


def _seconds(text: str) -> float | None:
    """Retry-After in seconds: it may be a number or a date."""
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def malformed(source: str, error: object) -> ValueError:
    return ValueError(
        f"{source}: found an answer that cannot be read ({error}), expected the record of one work; ask again, "
        "and if it stays so, add the entry by hand."
    )
