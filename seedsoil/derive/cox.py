"""Cox models of many covariates, one at a time beside the same others: thousands of fits in seconds.

statsmodels fits the same model (tests/derive/test_tcga.py compares them); a fit there takes some fifty milliseconds,
and the table of immune measures has more than a thousand.
"""

import numpy as np

STEPS = 25


def log_hazard_ratio(time: np.ndarray, event: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """The coefficient of the first column of `x` (n, p) and its standard error, by Newton's method, ties by Efron.

    `time` (n,) in any unit, `event` (n,) whether it ended in the event. The columns of `x` are best scaled alike.
    Raises ValueError where the fit does not converge, as when a column is constant.
    """
    order = np.argsort(-np.asarray(time, dtype=float), kind="stable")
    time, event, x = np.asarray(time, dtype=float)[order], np.asarray(event, dtype=bool)[order], x[order]
    x = x - x.mean(axis=0)
    # the last of those who share a time closes the risk set of all of them
    closes = np.searchsorted(-time, -time[event], side="right") - 1
    dead_times, group = np.unique(-time[event], return_inverse=True)
    deaths = np.bincount(group)
    rank = np.arange(len(group)) - np.concatenate([[0], np.cumsum(deaths)[:-1]])[group]
    part = (rank / deaths[group])[:, None]  # Efron: how much of the tied deaths has left the risk set
    xx = (x[:, :, None] * x[:, None, :]).reshape(len(x), -1)
    columns = np.column_stack([np.ones(len(x)), x, xx])
    beta, p = np.zeros(x.shape[1]), x.shape[1]
    for _ in range(STEPS):
        weighted = np.exp(x @ beta)[:, None] * columns
        at_risk = np.cumsum(weighted, axis=0)[closes]
        tied = np.zeros((len(dead_times), columns.shape[1]))
        np.add.at(tied, group, weighted[event])
        at_risk = at_risk - part * tied[group]
        mean = at_risk[:, 1 : p + 1] / at_risk[:, :1]
        square = (at_risk[:, p + 1 :] / at_risk[:, :1]).reshape(-1, p, p)
        score = (x[event] - mean).sum(axis=0)
        information = (square - mean[:, :, None] * mean[:, None, :]).sum(axis=0)
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            raise ValueError("found covariates that tell nothing apart, expected each to vary on its own") from None
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            return float(beta[0]), float(np.sqrt(np.linalg.inv(information)[0, 0]))
    raise ValueError(f"found no convergence in {STEPS} steps, expected a covariate that does not part the dead")
