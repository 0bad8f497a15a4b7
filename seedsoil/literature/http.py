"""Questions to the scholarly APIs: one way to ask, and what may go wrong."""

from __future__ import annotations

import json
import time
import zlib
from http.client import HTTPException, HTTPResponse, IncompleteRead
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

TIMEOUT = 20  # seconds without a byte
PATIENCE = 60  # seconds for all of an answer
LONGEST = 20_000_000  # bytes of an answer; the record of a work, or a page of a search, has a few thousand
UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError, RecursionError, LookupError, TypeError, AttributeError)


class NotReached(ValueError):
    """No answer: no network, too slow, too many questions, or the source fails."""


class NotFound(ValueError):
    """The source answers that it has nothing by this identifier."""


def ask(source: str, address: str) -> bytes:
    """What a source answers. NotFound where it has nothing there, NotReached where it does not answer."""
    request = Request(address, headers={"User-Agent": "seedsoil (bibliography manager of a review)"})
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:
            return body(source, answer)
    except HTTPError as error:
        if error.code == 404:
            raise NotFound from None
        if error.code == 429:
            wait = error.headers.get("Retry-After")
            raise NotReached(
                f"{source}: found too many questions (429), expected an answer; "
                f"ask again {f'after {wait} s' if wait else 'in a minute'}."
            ) from None
        raise NotReached(
            f"{source}: found the failure {error.code} {error.reason}, expected an answer; ask again later."
        ) from None
    except TimeoutError:
        raise NotReached(f"{source}: found no answer within {TIMEOUT} s, expected one; ask again later.") from None
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise NotReached(f"{source}: found no answer within {TIMEOUT} s, expected one; ask again later.") from None
        raise NotReached(
            f"{source}: found no way to {address.split('?')[0]} ({error.reason}), expected an answer; "
            "is there a network?"
        ) from None
    except (HTTPException, ConnectionError) as error:
        raise NotReached(
            f"{source}: found an answer that breaks off ({type(error).__name__}), expected all of it; ask again."
        ) from None


def body(source: str, answer: HTTPResponse) -> bytes:
    """All of an answer, which may come packed by gzip; NotReached where it has no end in time or in length."""
    until, packed = time.monotonic() + PATIENCE, answer.headers.get("Content-Encoding", "identity").lower()
    if packed not in ("identity", "gzip"):
        raise NotReached(
            f"{source}: found an answer packed as {packed!r}, expected plain text or gzip; ask again later."
        )
    parts, length = [], 0
    while part := answer.read1(65536):
        parts.append(part)
        length += len(part)
        if time.monotonic() > until:
            raise NotReached(
                f"{source}: found no end of the answer within {PATIENCE} s, expected one; ask again later."
            )
        if length > LONGEST:
            raise too_long(source)
    if answer.length:  # of what was announced did not come
        raise IncompleteRead(b"", answer.length)
    if packed == "identity":
        return b"".join(parts)
    unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        text = unpacking.decompress(b"".join(parts), LONGEST + 1)
    except zlib.error as error:
        raise malformed(source, error) from None
    if len(text) > LONGEST:
        raise too_long(source)
    return text


def too_long(source: str) -> NotReached:
    return NotReached(
        f"{source}: found an answer of more than {LONGEST:,} bytes, expected a short one; ask again later."
    )


def malformed(source: str, error: object) -> ValueError:
    return ValueError(
        f"{source}: found an answer that cannot be read ({error}), expected the record of one work; ask again, "
        "and if it stays so, add the entry by hand."
    )
