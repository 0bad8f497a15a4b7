"""What a row says, as a sentence prints it: numbers as they were typed, 0.90 stays 0.90."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from seedsoil.evidence.library import Row, Unknown
from seedsoil.problem import quoted
from seedsoil.tables.text import EVIDENCE


def estimate(row: Row) -> str:
    """`1.46 (95% CI 1.12–1.90)` from an effect."""
    if not (row["ci_low"] and row["ci_high"]):
        return f"{row['estimate']} (no interval published)"
    level = f"{row['ci_level']}% CI" if row["ci_level"] else "CI"
    return f"{row['estimate']} ({level} {row['ci_low']}–{row['ci_high']})"


def formatted(text: str, form: str) -> str:
    """The number in `text` in the format `form` of Python; no format leaves it as it was typed. Raises `Unknown`."""
    try:
        return format(Decimal(text), form) if form else text
    except (InvalidOperation, ValueError):
        raise Unknown(
            f"found the value {quoted(text)} with the format {form!r}, expected a number and a format such as .1f; "
            "correct the one or the other."
        ) from None


def row_page(table: str, key: str) -> str:
    """The name of the page of a row: its id, or for a row of another table one made of table and key."""
    return key if table in EVIDENCE else re.sub("[^a-z0-9]+", "-", f"{table}-{key}".lower()).strip("-")
