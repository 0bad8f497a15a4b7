"""Tables to take along from a page."""

from __future__ import annotations

import re


def csv_uri(csv: str) -> str:
    """A table as an address that holds it, for a download that asks no server.

    Only what an address cannot hold is escaped (RFC 2397; the URL Standard drops line breaks and ends at #): the text
    then compresses with its page as well as the page's own.
    """
    return "data:text/csv;charset=utf-8," + re.sub(r"[\x00-\x1f%#]", lambda sign: f"%{ord(sign[0]):02X}", csv)
