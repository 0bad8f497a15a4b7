"""The laws of growth as formulas, and their least squares for many curves at once.

A curve is a row; days and volumes of (curves, points), shorter curves filled up with NaN. The logarithm of the volume
and its derivatives are closed forms, and Levenberg-Marquardt steps (Marquardt 1963) are taken for all curves and all
starts together: a search from many starts costs little more than one.
"""

from __future__ import annotations

import numpy as np

PARAMETERS = {
    "exponential": ("a",),
    "logistic": ("a", "log_k"),
    "Gompertz": ("a", "b"),
    "power law": ("a", "u"),
    "reduced Gompertz": ("b",),
}
FLOOR = 50.0  # mm3: where the mixed error is made up of equal parts
SMALL = 1e-6  # of b t and u a t: below it the series
DOMAIN = 1e-8  # the power law is infinite where 1 + u a t reaches 0
STEPS = 600
SETTLED = 1e-10  # relative gain of a step
FIRST = 6  # steps that every start takes
FINISH = 3  # the starts of each curve that look best then, and are followed to the end


@np.errstate(over="ignore", invalid="ignore")  # a step too far is refused, as its cost is infinite
def log_volume(
    law: str, since: np.ndarray, shape: np.ndarray, log_start: np.ndarray, line: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Log volume `since` days (rows, points) after the start, and its derivatives (rows, points, parameters + 1).

    `shape` is (rows, parameters) in the order of PARAMETERS, `log_start` (rows,), `line` the (c, d) of the reduced
    Gompertz law, one or (rows, 2). The last derivative is by the log volume at the start.
    """
    since, start = np.asarray(since, float), np.asarray(log_start, float)[:, None]
    first = np.asarray(shape, float)[:, :1]
    second = np.asarray(shape, float)[:, 1:2]
    if law == "exponential":
        slopes = [since, np.ones_like(since)]
        values = start + first * since
    elif law == "logistic":
        # log K - log(1 + (K/V0 - 1) exp(-a t)), arranged so that nothing overflows; a start above K has no such curve.
        share = np.minimum(start - second, -1e-12)
        growing = share + first * since
        total = np.logaddexp(np.log1p(-np.exp(share)), growing)
        full, empty = np.exp(growing - total), np.exp(share - total)
        values = start + first * since - total
        slopes = [since * (1 - full), full - empty, 1 - full + empty]
    elif law == "power law":
        grown = first * since
        inner = second * grown
        series = np.abs(inner) < SMALL
        reach = np.maximum(inner, DOMAIN - 1)
        u = np.where(series, 1.0, second)
        values = start + np.where(series, grown - inner * grown / 2, np.log1p(reach) / u)
        by_u = (np.where(inner > DOMAIN - 1, grown / (1 + reach), 0) - np.log1p(reach) / u) / u
        slopes = [
            np.where(inner > DOMAIN - 1, since / (1 + reach), 0.0),
            np.where(series, -(grown**2) / 2, by_u),
            np.ones_like(since),
        ]
    else:
        rates = np.asarray(line, float).reshape(-1, 2) if law == "reduced Gompertz" else None
        b = first if rates is not None else second
        a = rates[:, :1] + rates[:, 1:] * b if rates is not None else first
        bent = np.clip(b * since, -50, 700)
        series = np.abs(bent) < SMALL
        divisor = np.where(series, 1.0, b)
        decay = np.where(series, since - bent * since / 2, -np.expm1(-bent) / divisor)
        by_b = np.where(series, -(since**2) / 2, (since * np.exp(-bent) - decay) / divisor)
        values = start + a * decay
        own = rates[:, 1:] * decay + a * by_b if rates is not None else a * by_b
        slopes = ([own] if rates is not None else [decay, own]) + [np.ones_like(since)]
    return values, np.stack(slopes, axis=-1)


def guesses(law: str, since: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """Where the searches begin, (curves, starts, parameters): straight, and bent little and much either way.

    The first start of a law with two parameters is the straight line itself, so that no law ends worse than the
    exponential that it contains.
    """
    known = ~np.isnan(logs)
    count = known.sum(axis=1)
    middle = np.nansum(since * known, axis=1) / count
    centered = np.where(known, since - middle[:, None], 0)
    rate = np.nansum(centered * np.nan_to_num(logs), axis=1) / (centered**2).sum(axis=1)
    top = np.nanmax(logs, axis=1)
    rate = np.where(np.abs(rate) > 1e-3, rate, 1e-3)

    def grid(times, seconds):
        pairs = [(time, second) for second in seconds for time in times]
        return np.array(pairs)

    if law == "exponential":
        return rate[:, None, None]
    if law == "reduced Gompertz":
        return np.broadcast_to(np.array([0.001, 0.03, 0.06, 0.1, 0.2])[None, :, None], (len(rate), 5, 1)).copy()
    if law == "logistic":
        pairs = np.vstack([[1, 20], grid((1, 1.5, 3, 6), (-0.3, 0.02, 0.3, 1.0, 3.0))])
        return np.stack([rate[:, None] * pairs[:, 0], top[:, None] + pairs[:, 1]], axis=-1)
    seconds = (-0.05, 0.02, 0.06, 0.15, 0.4) if law == "Gompertz" else (-0.3, 0.1, 0.4, 1.0, 2.5)
    pairs = np.vstack([[1, 0], grid((1, 2.5, 8), seconds)])
    pairs = np.stack(np.broadcast_arrays(rate[:, None] * pairs[:, 0], pairs[None, :, 1]), axis=-1)
    if law == "power law":  # a start that is infinite before the last day is none
        last = np.nanmax(since, axis=1)[:, None]
        pairs[..., 1] = np.maximum(pairs[..., 1], -0.9 / np.maximum(np.abs(pairs[..., 0]) * last, 1e-9))
    return pairs


def least_squares(
    law: str,
    since: np.ndarray,
    volumes: np.ndarray,
    log_start: np.ndarray | None,
    errors: str = "log",
    line: np.ndarray | None = None,
    begin: np.ndarray | None = None,
    only: bool = False,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The best fit of each curve over all its starts: parameters, residuals (curves, points), Jacobian.

    Parameters are (curves, p), with the log volume at the start last where `log_start` is None. `begin` adds starts of
    (curves, starts, p), or with `only` takes their place. Missing points have residuals of 0.
    """
    known = ~np.isnan(volumes)
    days = np.where(known, since, 0.0)
    logs = np.where(known, np.log(np.maximum(volumes, 1.0)), np.nan)
    starts = guesses(law, np.where(known, since, np.nan), logs)
    if log_start is None:
        first = np.broadcast_to(logs[:, :1, None], (*starts.shape[:2], 1))
        starts = np.concatenate([starts, first], axis=-1)
    if begin is not None:
        starts = begin if only else np.concatenate([starts, begin], axis=1)
    curves, tried, _ = starts.shape
    size = len(PARAMETERS[law])
    lines = None if line is None else np.broadcast_to(np.asarray(line, float).reshape(-1, 2), (curves, 2))

    fixed = log_start is not None
    weight = np.hypot(volumes, FLOOR)
    observed = np.nan_to_num(logs if errors == "log" else volumes / weight)

    def evaluate(theta: np.ndarray, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        here, mask = days[which], known[which]
        values, slopes = log_volume(
            law,
            here,
            theta[:, :size],
            log_start[which] if fixed else theta[:, size],
            None if lines is None else lines[which],
        )
        slopes = slopes[..., : theta.shape[1]]
        if errors == "mixed":
            grown = np.exp(np.minimum(values, 30)) / weight[which]
            values, slopes = grown, slopes * np.where(values < 30, grown, 0)[..., None]
        return np.where(mask, values - observed[which], 0.0), np.where(mask[..., None], slopes, 0.0)

    # All starts for a few steps, then the most promising of each curve to the end.
    flat, which = starts.reshape(-1, starts.shape[-1]), np.repeat(np.arange(curves), tried)
    theta, cost = _descend(evaluate, flat, which, FIRST)
    if tried > FINISH:
        order = np.argsort(cost.reshape(curves, tried), axis=1)[:, :FINISH]
        rows = (np.arange(curves)[:, None] * tried + order).ravel()
        theta, which = theta[rows], which[rows]
    theta, cost = _descend(evaluate, theta, which, STEPS)
    per_curve = cost.reshape(curves, -1)
    rows = np.arange(curves) * per_curve.shape[1] + per_curve.argmin(axis=1)
    best = theta[rows]
    return best, *evaluate(best, np.arange(curves))


def _descend(evaluate, theta: np.ndarray, which: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Levenberg-Marquardt for each row by itself, until no row gains any more; parameters and sums of squares."""
    theta = theta.copy()
    residuals, slopes = evaluate(theta, which)
    cost = (residuals**2).sum(axis=1)
    damping = np.full(len(theta), 1e-2)
    active = np.arange(len(theta))
    for _ in range(steps):
        r, j = residuals[active], slopes[active]
        gradient = np.einsum("ntp,nt->np", j, r)
        normal = np.einsum("ntp,ntq->npq", j, j)
        diagonal = np.einsum("npp->np", normal)  # a view
        diagonal += damping[active, None] * np.maximum(diagonal, 1e-12)
        step = np.linalg.solve(normal, -gradient[..., None])[..., 0]
        promised = -(gradient * step).sum(axis=1)  # about what the step should gain
        trial = theta[active] + step
        trial_residuals, trial_slopes = evaluate(trial, which[active])
        trial_cost = np.nan_to_num((trial_residuals**2).sum(axis=1), nan=np.inf)
        better = trial_cost < cost[active]
        gain = (cost[active] - trial_cost) / np.maximum(cost[active], 1e-300)
        rows = active[better]
        theta[rows], cost[rows] = trial[better], trial_cost[better]
        residuals[rows], slopes[rows] = trial_residuals[better], trial_slopes[better]
        damping[active] = np.where(better, damping[active] / 5, damping[active] * 4)
        settled = np.where(better, gain, promised / np.maximum(cost[active], 1e-300)) < SETTLED
        settled |= damping[active] > 1e10
        active = active[~settled]
        if not len(active):
            break
    return theta, cost
