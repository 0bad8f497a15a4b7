"""One law fitted to many curves at once: the best parameters, their standard errors, and what a curve must have.

A curve is a row; days and volumes of (curves, points), shorter curves filled up with NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seedsoil.analysis.growth_laws import PARAMETERS, least_squares, log_volume

FAR = 10.0  # a logistic ceiling e^10 times the largest volume or more is none


@dataclass(frozen=True)
class Growth:
    """One law fitted to one curve.

    `parameters` and `standard_errors` are in the order of PARAMETERS[law], per day, log_k the log of mm3. `log_start`
    is the log volume (mm3) at day `origin`. `n` observations; `k` parameters, with the fitted start and the error.
    `rss` is the sum of squared `residuals` (observed less fitted): on the log scale, or of weighted differences for
    mixed errors. `aicc` is infinite for fewer than k + 2 observations.
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
        since = np.asarray(days, dtype=float)[None] - self.origin
        return np.exp(log_volume(self.law, since, np.array([self.parameters]), [self.log_start], self.line)[0][0])


def fit_curves(
    days: np.ndarray,
    volumes: np.ndarray,
    law: str,
    starts: np.ndarray | None,
    errors: str = "log",
    lines: np.ndarray | None = None,
) -> list[Growth]:
    """Each curve (a row, filled up with NaN) fitted by itself.

    `starts` (curves,) are the volumes at day 0, None where they are fitted; `lines` (curves, 2) are for the reduced
    Gompertz law.
    """
    counts = (~np.isnan(volumes)).sum(axis=1)
    for row, count in enumerate(counts):
        start = None if starts is None else starts[row]
        _check(days[row, :count], volumes[row, :count], law, start, errors, lines)
    origins = np.zeros(len(days)) if starts is not None else days[:, 0]
    since = days - origins[:, None]
    known_start = None if starts is None else np.log(starts)
    begin = None
    if law in ("logistic", "Gompertz", "power law"):
        # One search begins at the best exponential, which the Gompertz and power laws contain and the logistic nears.
        straight = least_squares("exponential", since, volumes, known_start, errors)[0]
        second = np.zeros(len(days)) if law != "logistic" else np.log(np.nanmax(volumes, axis=1)) + 2 * FAR
        begin = np.column_stack([straight[:, 0], second, straight[:, 1:]])[:, None]
    theta, residuals, jacobian = least_squares(law, since, volumes, known_start, errors, lines, begin)
    rss = (residuals**2).sum(axis=1)
    size = len(PARAMETERS[law])
    deviations = _standard_errors(jacobian, rss, counts)
    fits = []
    for row, n in enumerate(counts.tolist()):
        k = theta.shape[1] + 1  # and the error
        aic = n * np.log(max(rss[row], 1e-300) / n) + 2 * k
        fits.append(
            Growth(
                law,
                tuple(theta[row, :size].tolist()),
                tuple(deviations[row, :size].tolist()),
                float(theta[row, -1] if known_start is None else known_start[row]),
                float(origins[row]),
                None if lines is None else tuple(lines[row].tolist()),
                n,
                k,
                float(rss[row]),
                float(aic + 2 * k * (k + 1) / (n - k - 1)) if n > k + 1 else np.inf,
                -residuals[row, :n],
            )
        )
    return fits


def _standard_errors(jacobian: np.ndarray, rss: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """From the curvature at the best fit; NaN without spare observations, infinite where the data see no direction."""
    count = jacobian.shape[2]
    _, singular, rows = np.linalg.svd(jacobian, full_matrices=False)
    spare = np.where(counts > count, counts - count, 1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        variance = ((rows / singular[..., None]) ** 2).sum(axis=1) * (rss / spare)[:, None]
    deviations = np.sqrt(np.nan_to_num(variance, nan=np.inf, posinf=np.inf))
    return np.where((counts > count)[:, None], deviations, np.nan)


def _check(
    days: np.ndarray, volumes: np.ndarray, law: str, start: float | None, errors: str, line: np.ndarray | None
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
