"""Colonization of five organs of mice by barcoded human cell lines (MetMap500, Jin 2020), summed within lineages.

The measure is the mean log10 metastatic potential after injection into the left ventricle of mice without adaptive
immunity and NK cells: nothing is told of leaving a primary. Lines never found again sit at a floor near -4.

No license is stated for the raw file. Kept are sums: for each lineage and pair of organs the number of lines, their
means and their covariance, from which regressions on lineage follow without loss; for all lines, and for those found
in one organ or more.
"""

from itertools import combinations_with_replacement
from pathlib import Path

import pandas as pd

from seedsoil.problem import DataError, Problem

REMEDY = "take the pinned file, or mend seedsoil/derive/metmap.py"
ORGANS = ("bone", "brain", "kidney", "liver", "lung")
FEWEST = 8  # lines of a lineage; the others are one lineage, "other"
FOUND = -2.0  # log10 potential above which a line counts as having colonized: our cut, in the gap above the floor


def read(path: Path) -> pd.DataFrame:
    """One row a cell line: lineage and its mean log10 potential in each of `ORGANS`."""
    sheets = pd.read_excel(path, sheet_name=None, index_col=0)
    missing = {f"metp500.{organ}" for organ in ORGANS} - set(sheets)
    if missing:
        raise _unexpected(path, f"no sheet {', '.join(sorted(missing))}", "a sheet for each organ")
    lines = pd.DataFrame({organ: sheets[f"metp500.{organ}"]["mean"] for organ in ORGANS})
    if lines.isna().any(axis=None) or not lines.to_numpy().max() < 10:
        raise _unexpected(
            path, "lines that are not in every sheet, or potentials above 10", "one mean a line and organ"
        )
    lineage = lines.index.str.partition("_").get_level_values(2).str.lower().str.replace("_", " ")
    return lines.assign(lineage=_joined(pd.Series(lineage, index=lines.index)))


def _joined(lineage: pd.Series) -> pd.Series:
    """Lineages of fewer than `FEWEST` lines become one, "other"."""
    return lineage.where(lineage.map(lineage.value_counts()) >= FEWEST, "other")


def _unexpected(path: Path, found: str, expected: str) -> DataError:
    return DataError(Problem(str(path), 0, "", found, expected, REMEDY, "unexpected-raw-file"))


def metmap_lineages(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines, means and covariance (divided by the number of lines) for each lineage and pair of organs."""
    rows = []
    for lineage, group in lines.groupby("lineage"):
        for one, other in combinations_with_replacement(ORGANS, 2):
            x, y = group[one].to_numpy(), group[other].to_numpy()
            covariance = ((x - x.mean()) * (y - y.mean())).mean()
            row = {"lineage": lineage, "organ": one, "other_organ": other, "lines": len(group)}
            rows.append({**row, "mean": x.mean(), "other_mean": y.mean(), "covariance": covariance})
    return pd.DataFrame(rows)


def metmap_found(lines: pd.DataFrame) -> pd.DataFrame:
    """As `metmap_lineages`, of the lines whose potential is above `FOUND` in one organ or more."""
    found = lines[lines[list(ORGANS)].max(axis=1) > FOUND]
    return metmap_lineages(found.assign(lineage=_joined(found["lineage"])))


def metmap_colonized(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines whose potential in an organ is above `FOUND`, by lineage."""
    found = lines.set_index("lineage")[list(ORGANS)] > FOUND
    counts = found.groupby(level="lineage").agg(["size", "sum"]).stack(level=0, future_stack=True)
    counts = counts.rename_axis(["lineage", "organ"]).reset_index()
    return counts.rename(columns={"size": "lines", "sum": "colonized"})
