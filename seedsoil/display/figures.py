"""One style for all figures: readable in print, without color, and on a phone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib.pyplot as plt
import pandas as pd
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seedsoil.synthesis.refusal import APART
from seedsoil.synthesis.what_if import ALIKE, RULES, panel

# Colors from the palette of Okabe and Ito (2008), distinct to color-blind readers; markers and lines differ too, for
# print.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
MARKS = ("o", "s", "^", "D", "v", "P", "X")
HATCHES = ("", "//", "..", "xx", "--", "oo", "\\\\")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
COLORS = {"negative": PALETTE[0], "positive": PALETTE[1]}
MARKERS = {"negative": MARKS[0], "positive": MARKS[1]}
GRAY = "#555555"
SMALLEST = 8.5  # points of the smallest letters
WIDTH = 5.6  # inches; narrow, so that the text stays legible where a phone shrinks the figure

STYLE = {
    "figure.figsize": (WIDTH, 3.4),
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=PALETTE, linestyle=LINES),
    "grid.color": "#e2e2e2",
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "svg.hashsalt": "seedsoil",  # the same figure gives the same bytes
}


STUDIES: WeakKeyDictionary[Axes, dict[str, Any]] = WeakKeyDictionary()  # what each forest plot shows


def use_style() -> None:
    """Apply the style to all figures of a notebook and draw them as SVG."""
    from IPython.core.interactiveshell import InteractiveShell
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    plt.rcParams.update(STYLE)
    set_matplotlib_formats("svg")
    InteractiveShell.instance().display_formatter.formatters["image/svg+xml"].for_type(Figure, picture)


def picture(figure: Figure) -> str:
    """The figure as SVG. That of a forest plot carries its studies, so that a reader of the page may leave some out."""
    from IPython.core.pylabtools import print_figure

    panels = [STUDIES[axes] | {"title": axes.get_title("left")} for axes in figure.axes if axes in STUDIES]
    carried = {"Description": json.dumps({"panels": panels} | RULES, ensure_ascii=False)} if panels else {}
    return print_figure(figure, "svg", metadata={"Date": None} | carried)


def rates_over_time(axes: Axes, rates: pd.DataFrame, group: str, labels: dict[str, str]) -> None:
    """Draw rates with their intervals: a horizontal line over each follow-up interval, an error bar at its middle.

    `rates` has start, stop (years), rate, ci_low, ci_high and the column `group`, whose values `labels` names.
    """
    for number, (value, label) in enumerate(labels.items()):
        rows = rates[rates[group] == value]
        middle = (rows["start"] + rows["stop"]) / 2 + (number - 0.5) * 0.12
        color, marker = COLORS[value], MARKERS[value]
        axes.hlines(rows["rate"], rows["start"], rows["stop"], color=color, linewidth=1)
        errors = [rows["rate"] - rows["ci_low"], rows["ci_high"] - rows["rate"]]
        axes.errorbar(
            middle, rows["rate"], yerr=errors, fmt=marker, color=color, markersize=4.5, linewidth=1.3, label=label
        )
    axes.set_ylim(bottom=0)
    axes.legend()


def forest(
    axes: Axes,
    rows: pd.DataFrame,
    labels: Sequence[str],
    value: str = "estimate",
    null: float = 1,
    apart: Mapping[str, str] = APART,
    alike: Sequence[str] = ALIKE,
) -> None:
    """Draw estimates with intervals, one below another, on a log scale; a row without an interval is a hollow mark.

    `rows` has `value`, ci_low and ci_high; the first row is drawn on top. Beside each stands what it says in figures.
    Its studies are offered to the reader (`offer`).
    """
    offer(axes, rows, labels, apart, alike)
    places = list(range(len(rows)))[::-1]
    for place, (_, row) in zip(places, rows.iterrows(), strict=True):
        known = pd.notna(row["ci_low"])
        if known:
            axes.hlines(place, row["ci_low"], row["ci_high"], color="black", linewidth=1.3)
        axes.plot(
            row[value], place, marker="s", markersize=5.5, color="black", markerfacecolor="black" if known else "white"
        )
        axes.annotate(
            said(row, value),
            (1, place),
            xycoords=axes.get_yaxis_transform(),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALLEST,
        )
    axes.axvline(null, color=GRAY, linewidth=1, linestyle="--")
    axes.set_xscale("log")
    axes.set_yticks(places, labels)
    axes.grid(axis="y", visible=False)


def offer(
    axes: Axes,
    rows: pd.DataFrame,
    labels: Sequence[str],
    apart: Mapping[str, str] = APART,
    alike: Sequence[str] = ALIKE,
) -> None:
    """Let the picture carry the studies of a forest plot, so that a reader of the page can pool some of them.

    Studies are the rows with an `id`; `apart` says which of them are independent, as in `seedsoil.pool`, and of the
    columns `alike` those that are pooled have one value.
    """
    if studies := panel(rows, labels, apart, alike):
        STUDIES[axes] = studies


def said(row: Mapping, value: str = "estimate") -> str:
    """`0.84 (0.73–0.96)`, or the estimate alone where no interval is known; nothing where neither is."""
    if pd.isna(row[value]):
        return ""
    if pd.isna(row["ci_low"]):
        return f"{row[value]:.2f}"
    return f"{row[value]:.2f} ({row['ci_low']:.2f}–{row['ci_high']:.2f})"


def pooled_forest(axes: Axes, rows: pd.DataFrame, labels: Sequence[str], pooled: Mapping) -> None:
    """Draw `rows` as `forest` does, and below them a diamond for the pooled ratio.

    `pooled` has estimate, ci_low, ci_high (thick line), prediction_low, prediction_high (thin dashed line) and k. Who
    pools has judged the endpoints to be alike.
    """
    together = pd.concat([rows, pd.DataFrame([pooled])], ignore_index=True)
    forest(axes, together, [*labels, f"pooled ({pooled['k']} trials)"], alike=["measure"])
    color = PALETTE[1]
    axes.hlines(0, pooled["prediction_low"], pooled["prediction_high"], color=color, linewidth=1.2, linestyle="--")
    axes.hlines(0, pooled["ci_low"], pooled["ci_high"], color=color, linewidth=3.5)
    axes.plot(pooled["estimate"], 0, marker="D", markersize=8, color=color)
    axes.set_ylim(-0.7, len(rows) + 0.5)


def stacked(axes: Axes, table: pd.DataFrame) -> None:
    """Draw each row of `table` as a horizontal bar of its columns, one after another, the first row on top."""
    left = pd.Series(0.0, index=table.index)
    for column, color, hatch in zip(table, PALETTE, HATCHES, strict=False):
        axes.barh(
            [str(name) for name in table.index],
            table[column],
            left=left,
            color=color,
            hatch=hatch,
            edgecolor="white",
            height=0.7,
            label=column,
        )
        left += table[column]
    axes.invert_yaxis()
    axes.set_xlim(0, left.max())
    axes.grid(axis="y", visible=False)


def legend_above(axes: Axes) -> None:
    """Place the legend in one row above `axes` and its title."""
    axes.legend(ncols=7, loc="lower center", bbox_to_anchor=(0.45, 1.1), fontsize=9, handlelength=1.4, columnspacing=1)
