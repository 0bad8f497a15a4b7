"""Numbers as prose shows them, and their binding to it."""

from __future__ import annotations

from collections.abc import Mapping


def bind(**numbers: str) -> None:
    """Give text that this page computed to its prose, where the role glue:text with its name shows it."""
    from myst_nb import glue

    for name, text in numbers.items():
        glue(name, text, display=False)


def interval(low: float, high: float, form: str = ".2f") -> str:
    """`0.80–1.27`, with "to" in place of the dash where a bound is negative or infinite."""
    dash = "–" if low >= 0 and high < float("inf") else " to "
    return f"{format(low, form)}{dash}{format(high, form)}"


def estimate(row: Mapping, form: str = ".2f", value: str = "estimate", level: str = "95%") -> str:
    """`1.46 (95% CI 1.12–1.90)` from a row with the columns `value`, `ci_low` and `ci_high`."""
    return f"{format(row[value], form)} ({level} CI {interval(row['ci_low'], row['ci_high'], form)})"


def percent(row: Mapping, value: str = "share") -> str:
    """`83% (95% CI 72–91%)` from a row with the columns `value`, `ci_low` and `ci_high`, of parts of one."""
    return f"{row[value]:.0%} (95% CI {interval(100 * row['ci_low'], 100 * row['ci_high'], '.0f')}%)"


def p_value(p: float, form: str = ".3f") -> str:
    """`p = 0.012`, or `p < 0.001`."""
    return "p < 0.001" if p < 0.001 else f"p = {format(p, form)}"
