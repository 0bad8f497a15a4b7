"""A small drawing of a test: its interval on a line, with where it would hold and where it would fail.

It repeats what the words beside it say, so it is hidden from those who listen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from seedsoil.evidence.theses import Rule, Test, parse
from seedsoil.evidence.thesis_measures import Measured
from seedsoil.site.markup import element, html

WIDTH, HEIGHT = 320, 34  # of the drawing, in its own units
LINE = 24  # height of the interval
MARGIN = 0.15  # of the range, left free at either end


def interval(test: Test) -> element:
    measured: Measured = test.measured
    rules = {word: rule for word in ("holds", "fails") if (rule := parse(test[word]))}
    bounds = [edge for rule in rules.values() for text in rule.bounds for edge in measured.bounds(text)]
    x = scale([measured.low, measured.high, *bounds], is_ratio(measured, rules.values()))
    parts = [part for word, rule in rules.items() for part in zones(word, rule, measured, x)]
    low, high = x(measured.low), x(measured.high)
    parts += [
        html("line", x1=f"{low:.1f}", x2=f"{high:.1f}", y1=f"{LINE}", y2=f"{LINE}", class_="interval"),
        html("circle", cx=f"{x(measured.value):.1f}", cy=f"{LINE}", r="4"),
    ]
    return html(
        "svg", *parts, viewbox=f"0 0 {WIDTH} {HEIGHT}", class_="thesis-interval", aria_hidden="true", focusable="false"
    )


def is_ratio(measured: Measured, rules) -> bool:
    """Whether the bounds are ratios about one, which are drawn on a log scale."""
    texts = [text for rule in rules for text in rule.bounds]
    return measured.low > 0 and all("%" not in text and measured.bounds(text)[0] > 0.1 for text in texts)


def scale(values: list[float], log: bool) -> Callable[[float], float]:
    """From values to places on the line."""

    def on(value: float) -> float:
        return math.log(value) if log else value

    least, most = on(min(values)), on(max(values))
    room = MARGIN * (most - least) or 1.0
    return lambda value: WIDTH * (on(value) - least + room) / (most - least + 2 * room)


def zones(word: str, rule: Rule, measured: Measured, x: Callable[[float], float]) -> Iterator[element]:
    """The parts of the line in which a rule is met, with its word."""
    edges = sorted(x(edge) for text in rule.bounds for edge in measured.bounds(text))
    first, last = edges[0], edges[-1]
    spans = {
        "above": [(last, WIDTH)],
        "below": [(0, first)],
        "within": [(first, last)],
        "outside": [(0, first), (last, WIDTH)],
    }[rule.where]
    for left, right in spans:
        yield html("rect", x=f"{left:.1f}", width=f"{right - left:.1f}", y="0", height=f"{HEIGHT}", class_=word)
        yield html("text", word, x=f"{(left + right) / 2:.1f}", y="12")
