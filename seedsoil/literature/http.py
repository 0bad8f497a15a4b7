"""Questions to the scholarly APIs: one way to ask, and what may go wrong."""

from __future__ import annotations

import json
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

TIMEOUT = 20  # seconds without a byte
UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError, RecursionError, KeyError, IndexError, TypeError, AttributeError)


class NotReached(ValueError):
    """No answer: no network, too slow, too many questions, or the source fails."""


class NotFound(ValueError):
    """The source answers that it has nothing by this identifier."""


def ask(source: str, address: str) -> bytes:
    """What a source answers. NotFound where it has nothing there, NotReached where it does not answer."""
    request = Request(address, headers={"User-Agent": "seedsoil (bibliography manager of a review)"})
    try:
        with urlopen(request, timeout=TIMEOUT) as answer:
            return answer.read()
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


def malformed(source: str, error: object) -> ValueError:
    return ValueError(
        f"{source}: found an answer that cannot be read ({error}), expected the record of one work; ask again, "
        "and if it stays so, add the entry by hand."
    )
