"""Laws of tumor growth, fitted animal by animal: which law describes a curve, what its parameters are worth, what it foretells.

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

Errors are independent and normal on the log scale with one standard deviation ("log"), or on the linear scale with a
standard deviation proportional to sqrt(observed^2 + FLOOR^2) ("mixed"), which is about proportional for large volumes and
about constant for small ones and takes volumes of 0 as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, stats

__all__ = [
    "LAWS",
    "Growth",
    "fit_animals",
    "fit",
    "forecast",
    "gompertz_line",
    "pooled_laws",
    "simulate_animals",
    "undecided",
]

PARAMETERS = {
    "exponential": ("a",),
    "logistic": ("a", "log_k"),
    "Gompertz": ("a", "b"),
    "power law": ("a", "u"),
    "reduced Gompertz": ("b",),
}
LAWS = ("exponential", "logistic", "Gompertz", "power law")
FLOOR = 50.0  # mm3: where the mixed error is made up of equal parts
TINY = 1e-8


@dataclass(frozen=True)
class Growth:
    """One law fitted to one curve.

    `parameters` and `standard_errors` are in the order of PARAMETERS[law], per day, log_k the log of mm3. `log_start` is
    the log volume (mm3) at day `origin`. `n` observations; `k` parameters, with the fitted start and the error. `rss` is
    the sum of squared `residuals`: on the log scale, or of weighted differences for mixed errors. `aicc` is infinite for
    fewer than k + 2 observations.
    """

    law: str
    parameters: tuple[float, ...]
    standard_errors: tuple[float, ...]
    log_start: float
    origin: float
    line: tuple[float, float] | None
    n: int
    k: int
    rss: float
    aicc: float
    residuals: np.ndarray

    def volume(self, days: Sequence[float]) -> np.ndarray:
        """Volumes (mm3) at `days`."""
        since = np.asarray(days, dtype=float) - self.origin
        return np.exp(_log_volume(self.law, since, self.parameters, self.log_start, self.line))


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
    days, volumes = np.asarray(days, dtype=float), np.asarray(volumes, dtype=float)
    _check(days, volumes, law, start, errors, line)
    origin = 0.0 if start is not None else days[0]
    since = days - origin
    logs = np.log(np.maximum(volumes, 1.0))
    fixed = None if start is None else float(np.log(start))

    def curve(theta: np.ndarray) -> np.ndarray:
        shape, log_start = (theta, fixed) if fixed is not None else (theta[:-1], theta[-1])
        return _log_volume(law, since, shape, log_start, line)

    if errors == "log":

        def differences(theta: np.ndarray) -> np.ndarray:
            return curve(theta) - logs
    else:
        weight = np.hypot(volumes, FLOOR)

        def differences(theta: np.ndarray) -> np.ndarray:
            return (np.exp(np.minimum(curve(theta), 30)) - volumes) / weight

    guesses = [np.r_[guess, [] if fixed is not None else logs[0]] for guess in _guesses(law, since, logs)]
    best = min((optimize.least_squares(differences, guess, method="lm") for guess in guesses), key=lambda fit: fit.cost)
    n, count, rss = len(days), len(best.x), float(2 * best.cost)
    k = count + 1  # and the error
    aic = n * np.log(max(rss, 1e-300) / n) + 2 * k
    aicc = aic + 2 * k * (k + 1) / (n - k - 1) if n > k + 1 else np.inf
    size = len(PARAMETERS[law])
    return Growth(
        law,
        tuple(best.x[:size].tolist()),
        tuple(_standard_errors(best.jac, rss, n)[:size].tolist()),
        fixed if fixed is not None else float(best.x[-1]),
        float(origin),
        line,
        n,
        k,
        rss,
        float(aicc),
        -best.fun,
    )


def fit_animals(
    animals: pd.DataFrame, laws: Sequence[str] = LAWS, starts: Sequence[float | None] = (1.0, None), errors: str = "log"
) -> pd.DataFrame:
    """Fit each of `laws` from each of `starts` to each animal: one row a fit.

    `animals` has animal, day, volume (mm3). Columns given back: animal, law, start (mm3, NaN where fitted), n, k, rss, aicc,
    a, b, u, log_k, and their standard errors as se_a and so on (NaN where the law has no such parameter), and `fit`.
    """
    rows = []
    for animal, curve in animals.groupby("animal"):
        for start in starts:
            for law in laws:
                one = fit(curve["day"], curve["volume"], law, start, errors)
                names = PARAMETERS[law]
                rows.append(
                    {
                        "animal": animal,
                        "law": law,
                        "start": np.nan if start is None else start,
                        "n": one.n,
                        "k": one.k,
                        "rss": one.rss,
                        "aicc": one.aicc,
                        **dict(zip(names, one.parameters, strict=True)),
                        **{f"se_{name}": value for name, value in zip(names, one.standard_errors, strict=True)},
                        "fit": one,
                    }
                )
    shape = [name for pair in ("a", "b", "u", "log_k") for name in (pair, f"se_{pair}")]
    return pd.DataFrame(rows).reindex(columns=["animal", "law", "start", "n", "k", "rss", "aicc", *shape, "fit"])


def pooled_laws(fits: pd.DataFrame) -> pd.DataFrame:
    """Each law over all animals at once, every animal with its own curve and all with one error.

    `fits` as `fit_animals` gives them. One row a law and start: animals, n, k, sd (of the residuals), aicc, delta (to the
    smallest), best (animals for which the law has the smallest AICc among those of the same start; a tie counts for the
    first).
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
                    "best": int(finest.get(law, 0)),
                }
            )
    table = pd.DataFrame(rows)
    return table.assign(delta=table["aicc"] - table["aicc"].min())


def gompertz_line(fits: pd.DataFrame) -> tuple[float, float]:
    """Intercept and slope of a on b over animals, from the Gompertz fits among `fits`, by orthogonal regression.

    Both carry error, so neither is regressed on the other: the line is the major axis of their scatter, each in units of
    its standard deviation.
    """
    rows = fits[fits["law"] == "Gompertz"]
    slope = rows["a"].std() / rows["b"].std() * np.sign(rows["a"].corr(rows["b"]))
    return float(rows["a"].mean() - slope * rows["b"].mean()), float(slope)


def forecast(
    animals: pd.DataFrame, law: str, start: float | None = None, hold: int = 3, least: int = 4, errors: str = "log"
) -> pd.DataFrame:
    """Foretell the last volume of each animal from all but its last `hold` points.

    Animals with fewer than `least` points left, or a last volume of 0, are passed over. The line of the reduced Gompertz law
    comes from the full curves of the other animals, never from the one foretold. One row an animal: animal, days (from the
    last point used to the one foretold), observed, predicted (mm3), log_error (log of predicted to observed).
    """
    curves = {animal: curve for animal, curve in animals.groupby("animal") if len(curve) - hold >= least}
    whole = fit_animals(animals, ["Gompertz"], [start], errors) if law == "reduced Gompertz" else None
    rows = []
    for animal, curve in curves.items():
        known, last = curve.iloc[:-hold], curve.iloc[-1]
        line = None if whole is None else gompertz_line(whole[whole["animal"] != animal])
        early = fit(known["day"], known["volume"], law, start, errors, line)
        predicted = float(early.volume([last["day"]])[0])
        rows.append(
            {
                "animal": animal,
                "days": last["day"] - known["day"].iloc[-1],
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
    grown = []
    for row, (animal, curve) in zip(
        parameters[list(PARAMETERS[law])].to_numpy(), animals.groupby("animal"), strict=True
    ):
        days = curve["day"].to_numpy(dtype=float)
        logs = _log_volume(law, days, row, np.log(start), None) + rng.normal(0, sd, len(days))
        grown.append(pd.DataFrame({"animal": animal, "day": days, "volume": np.exp(logs)}))
    return pd.concat(grown, ignore_index=True)


def undecided(fits: pd.DataFrame, name: str) -> int:
    """How many of `fits` have a 95% interval of the parameter `name` that contains 0, from its standard error and Student's t."""
    spare = fits["n"] - fits["k"] + 1
    reach = stats.t.ppf(0.975, spare.clip(lower=1)) * fits[f"se_{name}"]
    return int(((fits[name].abs() < reach) | (spare < 1)).sum())


def _log_volume(
    law: str, since: np.ndarray, shape: Sequence[float], log_start: float, line: tuple[float, float] | None
) -> np.ndarray:
    """Log volume `since` days after the start."""
    if law == "exponential":
        return log_start + shape[0] * since
    if law == "logistic":
        rate, log_k = shape
        # log K - log(1 + (K/V0 - 1) exp(-a t)), arranged so that nothing overflows; a start above K has no such curve.
        below = np.log1p(-np.exp(min(log_start - log_k, -1e-12)))
        return log_start + rate * since - np.logaddexp(below, log_start - log_k + rate * since)
    if law == "power law":
        rate, u = shape
        inner = np.maximum(u * rate * since, TINY - 1)  # below -1 the volume would have become infinite before
        return log_start + (np.log1p(inner) / u if abs(u) > TINY else rate * since)
    rate, b = (line[0] + line[1] * shape[0], shape[0]) if law == "reduced Gompertz" else shape
    return log_start + (rate * -np.expm1(np.clip(-b * since, -700, 50)) / b if abs(b) > TINY else rate * since)


def _guesses(law: str, since: np.ndarray, logs: np.ndarray) -> list[list[float]]:
    """Where the search begins: a straight line through the logs, and curves that bend about as tumors do."""
    rate = max(np.polyfit(since, logs, 1)[0], 1e-3)
    return {
        "exponential": [[rate]],
        "logistic": [[2 * rate, logs.max() + 0.3], [rate, logs.max() + 2]],
        "Gompertz": [[2 * rate, 0.05], [rate, 0.001]],
        "power law": [[2 * rate, 0.3], [rate, 0.01]],
        "reduced Gompertz": [[0.03], [0.1]],
    }[law]


def _standard_errors(jacobian: np.ndarray, rss: float, n: int) -> np.ndarray:
    """From the curvature at the best fit; NaN without spare observations, infinite for a direction that the data do not see."""
    count = jacobian.shape[1]
    if n <= count:
        return np.full(count, np.nan)
    _, singular, rows = np.linalg.svd(jacobian, full_matrices=False)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = ((rows / singular[:, None]) ** 2).sum(axis=0) * rss / (n - count)
    return np.sqrt(np.nan_to_num(variance, nan=np.inf, posinf=np.inf))


def _check(
    days: np.ndarray, volumes: np.ndarray, law: str, start: float | None, errors: str, line: tuple[float, float] | None
) -> None:
    if law not in PARAMETERS:
        raise ValueError(f"found the law {law!r}, expected one of {', '.join(PARAMETERS)}")
    if errors not in ("log", "mixed"):
        raise ValueError(f"found errors {errors!r}, expected log or mixed")
    if (law == "reduced Gompertz") != (line is not None):
        raise ValueError(
            "found a line without the reduced Gompertz law, or the law without its line; expected both or none"
        )
    count = len(PARAMETERS[law]) + (start is None)
    if len(days) < count:
        raise ValueError(f"found {len(days)} observations, expected at least {count} for the {law} law")
    if (np.diff(days) <= 0).any():
        raise ValueError("found days that do not increase, expected each later than the one before")
    if start is not None and not start > 0:
        raise ValueError(f"found a start of {start}, expected a volume above 0")
    least = volumes.min()
    if not (least > 0 or (errors == "mixed" and least == 0)):
        raise ValueError(
            f"found a volume of {least:g}, expected one {'above 0' if errors == 'log' else 'of 0 or more'}"
        )
