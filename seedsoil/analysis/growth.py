"""Laws of tumor growth, fitted animal by animal: which law describes a curve, what its parameters are worth, what it
foretells.

With V the volume, t the days since `origin` and V0 the volume then:

- exponential: log V = log V0 + a t
- logistic: dV/dt = a V (1 - V/K)
- Gompertz: log V = log V0 + a (1 - exp(-b t)) / b; its ceiling is V0 exp(a/b) where b is above 0
- power law: dV/dt = c V^(1-u), written with the specific growth rate a at V0: log V = log V0 + log(1 + u a t) / u; in
  three dimensions a surface that moves at constant speed has u = 1/3
- reduced Gompertz: Gompertz with a = c + d b, the line (c, d) known from other animals; one parameter, b

b and u may be below 0: then growth speeds up. At b = 0 and u = 0 both are exponential, so the fits may decide on either
side. The volume at the start is either known (the volume implanted on day 0) or fitted (the volume at the first
measurement). This is a choice of the analyst and not a detail: the laws differ most before the first measurement, where
there are no data.

Each fit is the best of many searches (`growth_laws`), among them one that begins at the best exponential: no law ends
worse than the exponential, which all of them contain. Volumes below 1 mm3 are set to 1 mm3 before the log is taken.

Errors are independent and normal on the log scale with one standard deviation ("log"), or on the linear scale with a
standard deviation proportional to sqrt(observed^2 + FLOOR^2) ("mixed"), which is about proportional for large volumes
and about constant for small ones and takes volumes of 0 as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from seedsoil.analysis.growth_fits import FAR, Growth, fit_curves
from seedsoil.analysis.growth_laws import FLOOR, PARAMETERS, least_squares, log_volume

__all__ = [
    "FLOOR",
    "LAWS",
    "PARAMETERS",
    "Growth",
    "at_limit",
    "curvature",
    "fit",
    "fit_animals",
    "forecast",
    "gompertz_line",
    "identical_herds",
    "pooled_laws",
    "simulate_animals",
    "undecided",
]

LAWS = ("exponential", "logistic", "Gompertz", "power law")
LEADING = ("animal", "law", "start", "n", "k", "rss", "aicc", "log_largest", "span")


def fit(
    days: Sequence[float],
    volumes: Sequence[float],
    law: str,
    start: float | None = None,
    errors: str = "log",
    line: tuple[float, float] | None = None,
) -> Growth:
    """Fit `law` to volumes (mm3) by maximum likelihood.

    `start` is the volume at day 0, held fixed; None fits the volume at the first measurement. `line` is (c, d) of the
    reduced Gompertz law. Raises ValueError for an unknown law, fewer observations than parameters, days that do not
    increase, and volumes that the errors do not allow: 0 or less for "log", below 0 for "mixed".
    """
    days, volumes = np.asarray(days, dtype=float)[None], np.asarray(volumes, dtype=float)[None]
    begun = None if start is None else np.array([start], dtype=float)
    return fit_curves(days, volumes, law, begun, errors, None if line is None else np.array([line]))[0]


def fit_animals(
    animals: pd.DataFrame, laws: Sequence[str] = LAWS, starts: Sequence[float | None] = (1.0, None), errors: str = "log"
) -> pd.DataFrame:
    """Fit each of `laws` from each of `starts` to each animal: one row a fit.

    `animals` has animal, day, volume (mm3). Columns given back: animal, law, start (mm3, NaN where fitted), n, k, rss,
    aicc, log_largest (log of the largest volume), span (days from the origin to the last), a, b, u, log_k, and their
    standard errors as se_a and so on (NaN where the law has no such parameter), and `fit`.
    """
    names, days, volumes = _curves(animals)
    largest, ends = np.log(np.nanmax(volumes, axis=1)), np.nanmax(days, axis=1)
    known = [start for start in starts if start is not None]
    fits: dict[tuple[float | None, str], list[Growth]] = {}
    for law in laws:  # all known starts at once, for the search costs by its steps and hardly by its curves
        if known:
            begun = np.repeat(known, len(names))
            together = [np.tile(values, (len(known), 1)) for values in (days, volumes)]
            found = fit_curves(*together, law, begun, errors)
            fits |= {(start, law): found[row * len(names) :][: len(names)] for row, start in enumerate(known)}
        if None in starts:
            fits[None, law] = fit_curves(days, volumes, law, None, errors)
    rows = [
        {
            "animal": animal,
            "law": law,
            "start": np.nan if start is None else start,
            "n": one.n,
            "k": one.k,
            "rss": one.rss,
            "aicc": one.aicc,
            "log_largest": top,
            "span": last - one.origin,
            **dict(zip(PARAMETERS[law], one.parameters, strict=True)),
            **{f"se_{name}": value for name, value in zip(PARAMETERS[law], one.standard_errors, strict=True)},
            "fit": one,
        }
        for start in starts
        for law in laws
        for animal, one, top, last in zip(names, fits[start, law], largest, ends, strict=True)
    ]
    shape = [name for pair in ("a", "b", "u", "log_k") for name in (pair, f"se_{pair}")]
    return pd.DataFrame(rows).reindex(columns=[*LEADING, *shape, "fit"])


def at_limit(fits: pd.DataFrame) -> pd.Series:
    """Which of `fits` ended where their law ends: a logistic law without a ceiling, a power law that becomes infinite.

    The first is exponential growth; the second a volume that goes beyond all bounds right after the last measurement.
    """
    no_ceiling = (fits["law"] == "logistic") & (fits["log_k"] > fits["log_largest"] + FAR)
    infinite = (fits["law"] == "power law") & (fits["u"] * fits["a"] * fits["span"] < -0.999)
    return no_ceiling | infinite


def pooled_laws(fits: pd.DataFrame) -> pd.DataFrame:
    """Each law over all animals at once, every animal with its own curve and all with one error.

    `fits` as `fit_animals` gives them. One row a law and start: animals, n, k, sd (of the residuals), aicc, bic, delta
    (of aicc to the smallest), best (animals for which the law has the smallest AICc among those of the same start; a
    tie counts for the first).
    """
    rows = []
    for start, group in fits.groupby("start", dropna=False, sort=False):
        finest = group.loc[group.groupby("animal")["aicc"].idxmin(), "law"].value_counts()
        for law, own in group.groupby("law", sort=False):
            n, k = own["n"].sum(), (own["k"] - 1).sum() + 1
            mean = own["rss"].sum() / n
            rows.append(
                {
                    "start": start,
                    "law": law,
                    "animals": len(own),
                    "n": n,
                    "k": k,
                    "sd": np.sqrt(own["rss"].sum() / (n - k)),
                    "aicc": n * np.log(mean) + 2 * k + 2 * k * (k + 1) / (n - k - 1),
                    "bic": n * np.log(mean) + k * np.log(n),
                    "best": int(finest.get(law, 0)),
                }
            )
    table = pd.DataFrame(rows)
    return table.assign(delta=table["aicc"] - table["aicc"].min())


def gompertz_line(fits: pd.DataFrame) -> tuple[float, float]:
    """Intercept and slope of a on b over animals, from the Gompertz fits among `fits`, by orthogonal regression.

    Both carry error, so neither is regressed on the other: the line is the major axis of their scatter, each in units
    of its standard deviation.
    """
    rows = fits[fits["law"] == "Gompertz"]
    slope = rows["a"].std() / rows["b"].std() * np.sign(rows["a"].corr(rows["b"]))
    return float(rows["a"].mean() - slope * rows["b"].mean()), float(slope)


def forecast(
    animals: pd.DataFrame, law: str, start: float | None = None, hold: int = 3, least: int = 4, errors: str = "log"
) -> pd.DataFrame:
    """Foretell the last volume of each animal from all but its last `hold` points.

    Animals with fewer than `least` points left are passed over. The line of the reduced Gompertz law comes from the
    full curves of the other animals, never from the one foretold. One row an animal: animal, days (from the last point
    used to the one foretold), observed, predicted (mm3), log_error (log of predicted to observed).
    """
    curves = {animal: curve for animal, curve in animals.groupby("animal") if len(curve) - hold >= least}
    names, days, volumes = _curves(pd.concat(curve.iloc[:-hold] for curve in curves.values()))
    lines = None
    if law == "reduced Gompertz":
        whole = fit_animals(animals, ["Gompertz"], [start], errors)
        lines = np.array([gompertz_line(whole[whole["animal"] != animal]) for animal in names])
    rows = []
    begun = None if start is None else np.full(len(names), start)
    for animal, early in zip(names, fit_curves(days, volumes, law, begun, errors, lines), strict=True):
        last = curves[animal].iloc[-1]
        predicted = float(early.volume([last["day"]])[0])
        rows.append(
            {
                "animal": animal,
                "days": last["day"] - curves[animal]["day"].iloc[-hold - 1],
                "observed": last["volume"],
                "predicted": predicted,
                "log_error": np.log(predicted / last["volume"]),
            }
        )
    return pd.DataFrame(rows)


def simulate_animals(
    animals: pd.DataFrame, law: str, parameters: pd.DataFrame, start: float, sd: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Animals measured on the days of `animals`, grown by `law` from `start` (mm3, day 0), with log errors of `sd`.

    `parameters` has one row an animal, in the order of the sorted animals, with the columns of PARAMETERS[law].
    """
    names, days, _ = _curves(animals)
    shape = parameters[list(PARAMETERS[law])].to_numpy(dtype=float)
    if len(shape) != len(names):
        raise ValueError(f"found {len(shape)} rows of parameters, expected one for each of {len(names)} animals")
    known = ~np.isnan(days)
    logs = log_volume(law, np.where(known, days, 0), shape, np.full(len(names), np.log(start)))[0]
    logs = logs + rng.normal(0, sd, logs.shape)
    return pd.DataFrame(
        {"animal": np.repeat(names, known.sum(axis=1)), "day": days[known], "volume": np.exp(logs[known])}
    )


def identical_herds(
    animals: pd.DataFrame, shape: Sequence[float], start: float, sd: float, rng: np.random.Generator, herds: int = 200
) -> np.ndarray:
    """Gompertz parameters estimated in herds of animals that do not differ: (herds, animals, 2), a and b per day.

    Every animal grows by `shape` (a, b) from `start` (mm3, day 0), held fixed, is measured on the days of `animals`
    with log errors of `sd`, and is fitted by itself. What the estimates of one herd spread is the error of measurement
    alone.
    """
    _, days, _ = _curves(animals)
    size, known = len(days), ~np.isnan(days)
    truth = np.asarray(shape, dtype=float)[None]
    grown = log_volume("Gompertz", np.where(known, days, 0), truth, [np.log(start)])[0]
    volumes = np.exp(np.tile(grown, (herds, 1)) + rng.normal(0, sd, (herds * size, days.shape[1])))
    volumes[~np.tile(known, (herds, 1))] = np.nan
    begin = np.broadcast_to(truth[None], (herds * size, 1, 2))
    known_start = np.full(herds * size, np.log(start))
    found = least_squares("Gompertz", np.tile(days, (herds, 1)), volumes, known_start, begin=begin, only=True)[0]
    return found.reshape(herds, size, 2)


def curvature(animals: pd.DataFrame) -> pd.Series:
    """Second derivative of the log volume by time (per day squared), one a curve, from a parabola through its points.

    Below 0 growth slows. No law is assumed, and no start. Curves of fewer than three points are passed over.
    """
    bends = {
        animal: 2 * np.polyfit(curve["day"], np.log(curve["volume"]), 2)[0]
        for animal, curve in animals.groupby("animal")
        if len(curve) > 2
    }
    return pd.Series(bends, name="curvature")


def undecided(fits: pd.DataFrame, name: str) -> int:
    """How many of `fits` have a 95% interval of the parameter `name` that contains 0, by Student's t."""
    spare = fits["n"] - fits["k"] + 1
    reach = stats.t.ppf(0.975, spare.clip(lower=1)) * fits[f"se_{name}"]
    return int(((fits[name].abs() < reach) | (spare < 1)).sum())


def _curves(animals: pd.DataFrame) -> tuple[list, np.ndarray, np.ndarray]:
    """Names of the animals, sorted, and their days and volumes (animals, points), filled up with NaN."""
    groups = list(animals.groupby("animal"))
    points = max(len(curve) for _, curve in groups)
    days, volumes = np.full((len(groups), points), np.nan), np.full((len(groups), points), np.nan)
    for row, (_, curve) in enumerate(groups):
        days[row, : len(curve)], volumes[row, : len(curve)] = curve["day"], curve["volume"]
    return [animal for animal, _ in groups], days, volumes
