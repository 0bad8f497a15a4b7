"""Meta-analysis of published ratios: one summary, how far the studies disagree, and where the next one may fall.

Rows are effects as in `data/effects.csv`: hazard, odds, risk or rate ratios with confidence intervals. All is
computed on the log scale and given back as ratios.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import asdict, dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy import special

__all__ = ["Pooled", "cumulative", "leave_one_out", "pool", "random_effects"]

APART: Mapping[str, str] = MappingProxyType({})  # nothing was said of rows that look like one study
COLUMNS = ("id", "ref", "measure", "estimate", "ci_low", "ci_high", "ci_level", "shared_control", "overlap", "read_at")


@dataclass(frozen=True)
class Pooled:
    """A random-effects summary of `k` ratios of one `measure`, with 95% intervals.

    `estimate`, `ci_low`, `ci_high`: the mean ratio. `prediction_low`, `prediction_high`: where the true ratio of a
    further study of the same kind is expected. `tau2`: variance of the true log ratios between studies. `i2`: percent
    of the total variance that `tau2` makes up. `q`: Cochran's statistic, on k - 1 degrees of freedom.
    """

    measure: str
    k: int
    estimate: float
    ci_low: float
    ci_high: float
    prediction_low: float
    prediction_high: float
    tau2: float
    i2: float
    q: float


def pool(rows: pd.DataFrame, retracted: Set[str], *, apart: Mapping[str, str] = APART) -> Pooled:
    """Pool the ratios of `rows`, one row per independent study; `retracted` holds the keys of retracted references.

    Standard errors come from the width of each row's interval and its `ci_level` (percent). The variance between
    studies is Paule and Mandel's (1982), the interval Hartung and Knapp's (2001) with the modification named below; I2
    is that of Higgins and Thompson (2002) for this variance. The prediction interval is estimate ± t √(tau2 + se²),
    with the se of the interval and, like it, t on k - 1 degrees of freedom. In metafor: `rma(yi, sei=sei, method="PM",
    test="adhoc")` and `predict()`.

    Estimates that lie closer together than chance would have them are no proof of precision. There `tau2` is 0, and the
    se of Hartung and Knapp would be smaller than the studies' own intervals allow (for equal estimates it would be 0);
    the se of the common effect, 1 / √Σ(1 / variance), is taken in its place. So no interval is narrower than that of
    the common effect, and with `tau2` 0 the prediction interval is the confidence interval.

    Rows of one reference, or of one `study` by its name, may be the same patients twice. They are refused until each
    has a `shared_control` or `overlap` group, or `apart` gives the reason why they are independent, by reference or
    study. Of such a group one row is pooled, unless `apart` says why those of an `overlap` group do not overlap, as two
    strata of one trial.

    Raises ValueError, naming each row by its id, for fewer than three rows, a row twice, an unverified row, a retracted
    reference, two rows of one `shared_control` or `overlap` group, two rows of one reference or study without group or
    reason, more than one measure, and a row without an interval to compute with. No row is
    ever left out in silence.
    """
    refuse(rows, retracted, apart, least=3)
    return _combine(rows)


def leave_one_out(rows: pd.DataFrame, retracted: Set[str], *, apart: Mapping[str, str] = APART) -> pd.DataFrame:
    """Pool all rows but one, each in turn: a row for each id `omitted`, with the fields of `Pooled` as columns.

    Raises ValueError as `pool` does, and for fewer than four rows.
    """
    refuse(rows, retracted, apart, least=4)
    return pd.DataFrame([{"omitted": name, **asdict(_combine(rows[rows["id"] != name]))} for name in rows["id"]])


def cumulative(
    rows: pd.DataFrame, retracted: Set[str], years: pd.Series, *, apart: Mapping[str, str] = APART
) -> pd.DataFrame:
    """What the pool would have said after each year: a row for each `year` from the third study on, as columns the
    fields of `Pooled` and `added`, the ids of the rows that the year brought (and, in the first row, of those before
    it).

    `years` says when each row became known, aligned with `rows`. The looks are not corrected for their number: the
    table shows how an answer came about, and tests nothing. Raises ValueError as `pool` does, and for a row without a
    year.
    """
    refuse(rows, retracted, apart, least=3)
    years = years.reindex(rows.index)
    if years.isna().any():
        raise ValueError(f"found no year for {_ids(rows, years.isna())}, expected one for each row")
    looks, seen = [], 0
    for year in sorted(years.unique()):
        known = rows[years <= year]
        if len(known) >= 3:
            added = rows.loc[(years <= year) & (years > seen), "id"]
            looks.append({"year": year, "added": ", ".join(added), **asdict(_combine(known))})
            seen = year
    return pd.DataFrame(looks)


def refuse(rows: pd.DataFrame, retracted: Set[str], apart: Mapping[str, str], least: int) -> None:
    """Raise ValueError with everything for which `rows` cannot be taken together, each by its id; see `pool`."""
    absent = [column for column in COLUMNS if column not in rows]
    if absent:
        raise ValueError(f"found no column {', '.join(absent)}, expected the columns of the table of effects")
    problems = [*_unfit_rows(rows, retracted), *_unfit_together(rows, apart, least), *_one_study(rows, apart)]
    if problems:
        raise ValueError("\n".join(["these rows cannot be pooled:", *problems]))


def _unfit_rows(rows: pd.DataFrame, retracted: Set[str]) -> Iterator[str]:
    """What is wrong with single rows."""
    withdrawn = rows["ref"].isin(retracted)
    for row, is_withdrawn in zip(rows.itertuples(), withdrawn, strict=True):
        for column in ("ref", "measure", "read_at"):
            if _blank(getattr(row, column)):
                yield f"{row.id}: found no {column}, expected a value; fill it in"
        if row.read_at == "unverified":
            yield (
                f"{row.id}: found read_at unverified, expected a number read at its source; read it, or leave the row "
                "out"
            )
        if is_withdrawn:
            yield f"{row.id}: found the retracted reference {row.ref}, expected one that stands; leave the row out"
        absent = [column for column in ("ci_low", "ci_high", "ci_level") if pd.isna(getattr(row, column))]
        if absent:
            yield (
                f"{row.id}: found no {', '.join(absent)}, expected an interval and its level; find it at the source, "
                "or leave the row out and say so"
            )
            continue
        if not (0 < row.ci_low <= row.estimate <= row.ci_high < np.inf and row.ci_low < row.ci_high):
            yield (
                f"{row.id}: found {row.estimate:g} ({row.ci_low:g} to {row.ci_high:g}), expected a ratio above 0 "
                "inside an interval of some width; correct it from the source"
            )
        if not 50 <= row.ci_level < 100:
            yield f"{row.id}: found ci_level {row.ci_level:g}, expected percent from 50 to below 100, as 95; correct it"


def _unfit_together(rows: pd.DataFrame, apart: Mapping[str, str], least: int) -> Iterator[str]:
    """What is wrong with the rows as a set."""
    if len(rows) < least:
        yield f"found {len(rows)} rows ({', '.join(rows['id'])}), expected at least {least}; show them one by one"
    for name, count in rows["id"].value_counts(sort=False).items():
        if count > 1:
            yield f"{name}: found {count} times, expected once; drop the copies"
    measures = rows["measure"].groupby(rows["measure"]).groups
    if len(measures) > 1:
        found = ", ".join(f"{measure} ({_ids(rows, rows['measure'] == measure)})" for measure in measures)
        yield f"found more than one measure, {found}, expected one; pool each measure apart"
    told = _told(apart)
    for column in ("shared_control", "overlap"):
        for group, count in rows[column].value_counts(sort=False).items():
            if count > 1 and not _blank(group) and not (column == "overlap" and _bare(group) in told):
                members = _ids(rows, rows[column] == group)
                yield f"{members}: found {count} rows of the {column} group {group}, expected one of a group; keep one"


def _one_study(rows: pd.DataFrame, apart: Mapping[str, str]) -> Iterator[str]:
    """Rows that may be one study twice, and nobody said whether they are."""
    rows = rows.drop_duplicates("id")
    grouped = ~rows[["shared_control", "overlap"]].map(_blank).all(axis=1)
    told = _told(apart)
    for kind, column in {"reference": "ref", "study": "study"}.items():
        names = rows[column].map(lambda cell: "" if _blank(cell) else _bare(cell)) if column in rows else rows["id"]
        for name, same in rows.groupby(names, sort=False):
            if not name or len(same) < 2 or grouped[same.index].all() or told & {name, *map(_bare, same["ref"])}:
                continue
            found = same[column].iloc[0]
            yield (
                f"{', '.join(same['id'])}: found {len(same)} rows of the {kind} {found} without a group, expected one "
                "voice of each study; keep one row, fill in overlap or shared_control, or give the reason why they are "
                f"independent, as apart={{{found!r}: '…'}}"
            )


def _told(apart: Mapping[str, str]) -> set[str]:
    """What `apart` gives a reason for, as it is compared."""
    return {_bare(name) for name, reason in apart.items() if reason.strip()}


def _bare(name: str) -> str:
    """KEYNOTE-024 as it is compared: letters and digits alone."""
    return "".join(sign for sign in str(name).casefold() if sign.isalnum())


def _ids(rows: pd.DataFrame, chosen: pd.Series) -> str:
    return ", ".join(rows.loc[chosen, "id"])


def _blank(cell: object) -> bool:
    return pd.isna(cell) or cell == ""


def random_effects(estimates: np.ndarray, variances: np.ndarray) -> tuple[float, float, float, float]:
    """Mean, its half 95% interval, variance between studies, and Cochran's Q, by the methods that `pool` names.

    `estimates` and their `variances` within studies are on one additive scale, as the log of a ratio. Raises ValueError
    where no variance between studies is found that explains their spread.
    """
    # statsmodels takes longer to import than to pool.
    from statsmodels.stats.meta_analysis import combine_effects

    with np.errstate(divide="ignore", invalid="ignore"):  # its own I2 divides by Q, which may be 0; ours does not
        fit = combine_effects(estimates, variances, method_re="pm")
    # statsmodels does not say when its iteration fails: then some of the spread is left unexplained.
    if not fit.scale_hksj_re < 1.0001:
        raise ValueError("expected intervals wider than rounding error; correct them from the source")
    # Where tau2 is above 0 its equation makes the factor of Hartung and Knapp 1; where it is 0 the factor is below 1.
    se = np.sqrt(1 / (1 / (variances + fit.tau2)).sum())
    half = special.stdtrit(len(estimates) - 1, 0.975) * se
    # Rounding can take the Q of equal estimates below 0.
    return float(fit.mean_effect_re), float(half), float(fit.tau2), max(float(fit.q), 0.0)


def _combine(rows: pd.DataFrame) -> Pooled:
    low, high, level = (rows[name].to_numpy(dtype=float) for name in ("ci_low", "ci_high", "ci_level"))
    variance = (np.log(high / low) / (2 * special.ndtri(0.5 + level / 200))) ** 2
    try:
        mean, half, tau2, q = random_effects(np.log(rows["estimate"].to_numpy(dtype=float)), variance)
    except ValueError as error:
        found = f"found no variance between {', '.join(rows['id'])} that explains their spread"
        raise ValueError(f"{found}, {error}") from None

    k, weight = len(rows), 1 / variance
    typical = (k - 1) * weight.sum() / (weight.sum() ** 2 - (weight**2).sum())
    further = np.hypot(half, special.stdtrit(k - 1, 0.975) * np.sqrt(tau2))
    logs = mean + np.array([0, -half, half, -further, further])
    return Pooled(
        rows["measure"].iloc[0], k, *np.exp(logs).tolist(), tau2=tau2, i2=float(100 * tau2 / (tau2 + typical)), q=q
    )
