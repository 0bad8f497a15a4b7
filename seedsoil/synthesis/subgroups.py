"""Does a treatment do as much in one group of patients of a trial as in another, and could the trial have told?

Rows are effects as in `data/effects.csv`: estimate, ci_low, ci_high and, where not all intervals are 95%, ci_level.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from seedsoil.synthesis.ratios import log_and_se, ratio_of_ratios

__all__ = ["compare", "detectable", "kept", "power", "ratios_by_pair", "rest"]

Z = float(stats.norm.ppf(0.975))


def rest(whole: Mapping | pd.Series, part: Mapping | pd.Series) -> pd.Series:
    """The ratio in the patients of `whole` who are not in `part`: estimate, ci_low and ci_high (95%).

    On the log scale the whole is the mean of its parts, each weighted by the inverse of its variance, as in a model
    stratified by group; what remains follows by subtraction. It is an approximation where the whole was not so
    stratified: in PALOMA-3 it comes within 0.04 of what is printed for the patients without visceral metastases.
    Raises ValueError where the part is as precise as the whole, so that nothing remains.
    """
    (log_whole, se_whole), (log_part, se_part) = log_and_se(whole), log_and_se(part)
    weight = se_whole**-2 - se_part**-2
    if weight <= 0:
        raise ValueError(
            f"found a part with a standard error of {se_part:.3g} in a whole with {se_whole:.3g}, expected a whole "
            "that is more precise; look at which is which"
        )
    log = (log_whole * se_whole**-2 - log_part * se_part**-2) / weight
    half = Z / np.sqrt(weight)
    low, middle, high = np.exp([log - half, log, log + half])
    return pd.Series({"estimate": middle, "ci_low": low, "ci_high": high})


def compare(
    one: Mapping | pd.Series, other: Mapping | pd.Series, *, other_is: str = "stratum", chance: float = 0.8
) -> pd.Series:
    """The ratio of the ratio `one` to that of other patients, with what the comparison could have told.

    `other_is` says what the row `other` is: a `stratum` without the patients of `one`; the `whole` with them, of which
    the `rest` is then taken; or a `part` of `one`, which is then the whole trial, of which the rest is taken. To the
    fields of `ratio_of_ratios` come `se` (of its logarithm), `detectable`, and the logarithm of either ratio with its
    standard error, `log_one`, `se_one`, `log_other` and `se_other`.
    """
    if other_is not in ("stratum", "whole", "part"):
        raise ValueError(f"found {other_is!r}, expected stratum, whole or part")
    one, other = (
        rest(one, other) if other_is == "part" else one,
        rest(other, one) if other_is == "whole" else other,
    )
    found = ratio_of_ratios(one, other)
    _, se = log_and_se(found)
    sides = {
        f"{name}_{side}": value
        for side, row in (("one", one), ("other", other))
        for name, value in zip(("log", "se"), log_and_se(row), strict=True)
    }
    return pd.concat([found, pd.Series({"se": se, "detectable": detectable(se, chance), **sides})])


def detectable(se: float, chance: float = 0.8) -> float:
    """The least true ratio above 1 at which a two-sided test at 5% would be positive with this `chance`.

    `se` is the standard error of the log ratio. The chance that the test errs on the wrong side is neglected.
    """
    return float(np.exp((Z + stats.norm.ppf(chance)) * se))


def power(ratio: float, se: float) -> float:
    """The chance that a two-sided test at 5% is positive if the true ratio is `ratio`, on either side of 1."""
    return float(stats.norm.sf(Z - abs(np.log(ratio)) / se) + stats.norm.cdf(-Z - abs(np.log(ratio)) / se))


def kept(pairs: pd.DataFrame, tau2: float = 0) -> pd.Series:
    """How much of the effect in the other patients is left in the first group: estimate, ci_low and ci_high (95%).

    1 is all of it, 0 none: the mean log ratio in the first groups over that in the others, both weighted as `pairs`
    are when their ratios of ratios are pooled with the variance `tau2` between them. The interval is Fieller's, which
    takes the uncertainty of both means. `pairs` has the columns that `compare` adds, one row an independent trial.
    Raises ValueError where the effect in the others is not told from none, so that no interval is bounded.
    """
    weights = 1 / (pairs["se"] ** 2 + tau2)
    weights /= weights.sum()
    one, other = (float((weights * pairs[f"log_{side}"]).sum()) for side in ("one", "other"))
    v_one, v_other = (float((weights**2 * pairs[f"se_{side}"] ** 2).sum()) for side in ("one", "other"))
    g = Z**2 * v_other / other**2
    if g >= 1:
        raise ValueError("found an effect in the other patients that chance can make, expected one to compare with")
    ratio = one / other
    half = Z * np.sqrt(v_one * (1 - g) + ratio**2 * v_other) / abs(other)
    low, high = (ratio - half) / (1 - g), (ratio + half) / (1 - g)
    return pd.Series({"estimate": ratio, "ci_low": low, "ci_high": high})


def ratios_by_pair(pairs: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """The comparisons of `pairs` (as `data/tables/site_pairs.csv`) among `effects`, as rows that `pool` takes.

    One row for each pair, in their order and with their columns, and with the fields of `compare`; as reference, place
    of reading and overlap group it has those of the row `one`, whose patients the pair is about.
    """
    by_id = effects.set_index("id")
    found = [compare(by_id.loc[row.one], by_id.loc[row.other], other_is=row.other_is) for row in pairs.itertuples()]
    of_one = by_id.loc[pairs["one"], ["ref", "read_at", "shared_control", "overlap"]]
    table = pd.concat([pairs.reset_index(drop=True), of_one.reset_index(drop=True), pd.DataFrame(found)], axis=1)
    return table.assign(measure="ratio of ratios", ci_level=95.0)
