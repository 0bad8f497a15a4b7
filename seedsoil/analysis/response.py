"""What tumor mutational burden tells about response to checkpoint blockade, and to whom.

Every function takes a table of counts: one row for each combination of `cancer_type`,
`tmb` (mutations per megabase) and whatever else is adjusted for, with `patients` and
`responders`. By default the burden enters as log2(tmb + 1), and the odds ratio is that of
one doubling of tmb + 1. The one is added because in some tumors no mutation was counted;
at a burden of ten or more it hardly matters. Another `dose` is a function from tmb to
a number, and the odds ratio is then that of one unit of it; with

    dose=lambda tmb: np.log2(np.maximum(tmb, 10) / 10)

it is that of one doubling above ten, where below ten nothing changes.

A ratio over all patients mixes two questions. Do cancer types with a higher mean burden
respond more often (between types)? And does, among patients with one cancer type, the one
with the higher burden respond more often (within types)? `within_between` asks both in one
model. The first is an ecological association: types differ in all else too, and whatever
goes with their mean burden is in it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special, stats

from seedsoil.analysis.intervals import wilson

__all__ = [
    "WithinBetween",
    "burden_classes",
    "burden_odds_ratio",
    "doublings",
    "rates",
    "ridge_path",
    "slope_heterogeneity",
    "slopes_by_type",
    "within_between",
]

LIMIT = 15.0  # a log odds ratio beyond this is called infinite

Dose = Callable[[np.ndarray], np.ndarray]


def doublings(tmb: Sequence[float] | np.ndarray) -> np.ndarray:
    """log2(tmb + 1)."""
    return np.log2(np.asarray(tmb, dtype=float) + 1)


def rates(counts: pd.DataFrame, by: str | Sequence[str], level: float = 0.95) -> pd.DataFrame:
    """Share of patients who respond, with Wilson's interval, for each combination of `by`.

    Columns: those of `by`, patients, responders, rate, ci_low, ci_high.
    """
    by = [by] if isinstance(by, str) else list(by)
    _check(counts, by)
    table = counts.groupby(by, as_index=False, observed=True)[["patients", "responders"]].sum()
    low, high = wilson(table["responders"], table["patients"], level)
    return table.assign(rate=table["responders"] / table["patients"], ci_low=low, ci_high=high)


def burden_odds_ratio(
    counts: pd.DataFrame, adjust: Sequence[str] = (), dose: Dose = doublings, level: float = 0.95
) -> pd.Series:
    """Odds ratio of response for one doubling of the burden, one ratio for all patients.

    A logistic model; each variable in `adjust` has a free effect for each of its values.
    Returns odds_ratio, ci_low, ci_high, p (Wald) and aic, which compares doses and
    adjustments on the same table.
    """
    _check(counts, adjust)
    x, _, _ = _arrays(counts, dose)
    fit = _glm(counts, x[:, None], _dummies(counts, adjust))
    ratio = _ratios(fit, 1, level).iloc[0]
    return pd.Series({**ratio, "p": fit.pvalues[0], "aic": fit.aic})


def burden_classes(
    counts: pd.DataFrame,
    breaks: Sequence[float],
    adjust: Sequence[str] = (),
    level: float = 0.95,
) -> pd.DataFrame:
    """Odds ratios of classes of burden to the lowest class, free of any form of the dose.

    A class reaches from one break, inclusive, to the next, exclusive; the breaks must hold
    every patient. Columns: low, high, patients, responders, odds_ratio, ci_low, ci_high
    (Wald; nan for the lowest class, whose ratio is 1).
    """
    _check(counts, adjust)
    edges = np.asarray(breaks, dtype=float)
    place = np.searchsorted(edges, counts["tmb"], side="right") - 1
    steps = np.eye(len(edges))[place][:, :-1]
    held = np.array([counts.loc[place == i, "patients"].sum() for i in range(len(edges) - 1)])
    if place.min() < 0 or place.max() >= len(edges) - 1 or not held.all():
        raise ValueError(
            f"breaks {list(breaks)} must increase, hold every burden from {counts['tmb'].min()} "
            f"to {counts['tmb'].max()} and leave no class empty; the classes hold {list(held)}"
        )
    fit = _glm(counts, steps[:, 1:], _dummies(counts, adjust))
    first = pd.DataFrame({"odds_ratio": [1.0], "ci_low": [np.nan], "ci_high": [np.nan]})
    ratios = pd.concat([first, _ratios(fit, len(edges) - 2, level)], ignore_index=True)
    responders = steps.T @ counts["responders"].to_numpy()
    classes = {"low": edges[:-1], "high": edges[1:], "patients": held, "responders": responders}
    return pd.DataFrame(classes).astype({"responders": int}).join(ratios)


def slopes_by_type(counts: pd.DataFrame, dose: Dose = doublings, level: float = 0.95) -> pd.DataFrame:
    """The same odds ratio for each cancer type by itself, with profile-likelihood intervals.

    Columns: cancer_type, patients, responders, odds_ratio, ci_low, ci_high. Where the burden
    separates responders from the others the ratio is 0 or infinite, and so is one bound;
    where all or none respond, or all have one burden, the ratio is nan and the bounds are
    0 and infinity.
    """
    _check(counts, ["cancer_type"])
    rows = []
    for cancer, group in counts.groupby("cancer_type"):
        x, n, y = _arrays(group, dose)
        rows.append((cancer, int(n.sum()), int(y.sum()), *np.exp(_slope(x, n, y, level))))
    names = ["cancer_type", "patients", "responders", "odds_ratio", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=names)


def slope_heterogeneity(counts: pd.DataFrame, dose: Dose = doublings) -> pd.Series:
    """Likelihood-ratio test that the odds ratio is the same in all types: statistic, df, p.

    Types whose patients all have the same dose have no slope, and are not counted.
    """
    _check(counts, ["cancer_type"])
    types = _dummies(counts, ["cancer_type"])
    x = _arrays(counts, dose)[0]
    varies = pd.Series(x).groupby(counts["cancer_type"].to_numpy()).transform(np.ptp) > 0
    each = pd.get_dummies(counts["cancer_type"][varies.to_numpy()], dtype=float)
    each = each.reindex(counts.index, fill_value=0.0).to_numpy() * x[:, None]
    statistic = _glm(counts, x[:, None], types).deviance - _glm(counts, each, types).deviance
    df = each.shape[1] - 1
    return pd.Series({"statistic": statistic, "df": df, "p": special.chdtrc(df, statistic)})


@dataclass(frozen=True)
class WithinBetween:
    """A logistic model with two slopes and types that scatter about both.

    `odds_ratios`: between, within and contextual (between over within), with
    odds_ratio, ci_low, ci_high. `scatter`: standard deviation between types of the log odds
    at the mean burden of the type (`level`), and of the log odds ratio within types
    (`slope`), with sd, ci_low, ci_high. `types`: cancer_type, odds_ratio, ci_low, ci_high
    within each type, drawn toward the common one (mean and spread given the estimated
    model, so that the interval is a little too narrow). `shares`: what the log odds vary
    by, as variance and share. `loglik`: at the maximum.
    """

    odds_ratios: pd.DataFrame
    scatter: pd.DataFrame
    types: pd.DataFrame
    shares: pd.DataFrame
    loglik: float


def within_between(counts: pd.DataFrame, dose: Dose = doublings, level: float = 0.95, nodes: int = 7) -> WithinBetween:
    """Separate what burden tells between cancer types from what it tells within them.

    For patient i of type j, with x the dose of burden and m_j its mean over the patients of j,

        logit P(response) = a + B m_j + W (x_ij - m_j) + u_j + v_j (x_ij - m_j),

    u_j and v_j independent and normal with mean zero.
    Fitted by maximum likelihood; u_j and v_j are integrated out by adaptive Gauss-Hermite
    quadrature with `nodes` points for each, centered on their mode given the data.
    Intervals are profile-likelihood. For the odds ratios Student's t takes the place of the
    normal quantile, with two degrees of freedom less than there are types, since it is the
    number of types that limits them. Maximum likelihood takes scatter for too small where
    types are few. (In 400 cohorts simulated with the patients and burdens of the table
    `ici_response`, the intervals held the true between, within and contextual ratio 384,
    378 and 389 times and the true scatter of level and slope 355 and 370 times.)

    Raises ValueError with fewer than four types.
    """
    _check(counts, ["cancer_type"])
    model = _Mixed(counts, dose, nodes)
    if len(model.names) < 4:
        raise ValueError(f"{len(model.names)} cancer types; two slopes need at least four")
    # The same model written with x_ij in place of x_ij - m_j shows B - W in place of B.
    contextual = model.design @ np.array([[1, 0, 0], [0, 1, 1], [0, 0, 1]])
    designs = {"between": model.design, "within": model.design, "contextual": contextual}
    places = {"between": 1, "within": 2, "contextual": 1}
    best, most = model.fit(model.design)

    def profile(place: int, design: np.ndarray, point: np.ndarray) -> Callable[[float], float]:
        def drop(value: float) -> float:
            nonlocal point  # the next search begins where the last one ended
            point, loglik = model.fit(design, point, {place: value})
            return 2 * (most - loglik)

        return drop

    student = stats.t.ppf((1 + level) / 2, len(model.names) - 2) ** 2
    ratios = []
    for name, design in designs.items():
        point = best.copy()
        if name == "contextual":
            point[1] -= point[2]
        place = places[name]
        low, high = _interval(profile(place, design, point), point[place], student, (-LIMIT, LIMIT))
        ratios.append((name, np.exp(point[place]), np.exp(low), np.exp(high)))

    scatter = []
    for name, place in (("level", 3), ("slope", 4)):
        drop = profile(place, model.design, best)
        low, high = _interval(drop, best[place], stats.chi2.ppf(level, 1), (0, LIMIT), (0, np.inf))
        scatter.append((name, best[place], low, high))

    mean, sd = model.slopes(best)
    half = special.ndtri((1 + level) / 2) * sd
    bounds = {"odds_ratio": mean, "ci_low": mean - half, "ci_high": mean + half}
    return WithinBetween(
        odds_ratios=pd.DataFrame(ratios, columns=["slope", "odds_ratio", "ci_low", "ci_high"]).set_index("slope"),
        scatter=pd.DataFrame(scatter, columns=["of", "sd", "ci_low", "ci_high"]).set_index("of"),
        types=pd.DataFrame({"cancer_type": model.names, **{k: np.exp(v) for k, v in bounds.items()}}),
        shares=model.shares(best),
        loglik=most,
    )


def ridge_path(
    counts: pd.DataFrame,
    penalties: Sequence[float] | np.ndarray,
    intercept: bool,
    center: bool = False,
) -> pd.DataFrame:
    """What a ridge penalty makes of the odds ratio, as a warning.

    A logistic model of the burden and one indicator for each cancer type maximizes the log
    likelihood less penalty / 2 times the sum of squares of the coefficients (with a penalty
    of 1 the default of scikit-learn, whose C is its inverse). With `intercept` there is
    a free intercept beside the indicators, which is not penalized; without, the indicators
    are the baselines of the types, and the penalty draws them to even odds. With `center`
    the mean burden is taken off first.

    Columns: penalty, odds_ratio (per doubling), predicted (mean predicted response). Without
    a penalty the ratio is that of `burden_odds_ratio` adjusted for type.
    """
    _check(counts, ["cancer_type"])
    x, n, y = _arrays(counts, doublings)
    if center:
        x = x - np.average(x, weights=n)
    types = pd.get_dummies(counts["cancer_type"], dtype=float).to_numpy()
    design = np.column_stack([x, types, np.ones(len(x))] if intercept else [x, types])
    penalized = np.ones(design.shape[1])
    if intercept:
        penalized[-1] = 0
    rows, coefficients = [], np.zeros(design.shape[1])
    for penalty in penalties:
        if not penalty > 0:
            raise ValueError(f"a penalty of {penalty}; it must be above 0")
        coefficients = _ridge(design, n, y, penalty * penalized, coefficients)
        predicted = np.average(special.expit(design @ coefficients), weights=n)
        rows.append((penalty, np.exp(coefficients[0]), predicted))
    return pd.DataFrame(rows, columns=["penalty", "odds_ratio", "predicted"])


class _Mixed:
    """The marginal likelihood of `within_between`.

    Parameters: the three coefficients of a design, and the standard deviations of u and v.
    The random effects are written as these times standard normal ones, so that a standard
    deviation of zero is a point like any other.
    """

    def __init__(self, counts: pd.DataFrame, dose: Dose, nodes: int):
        by = ["cancer_type", "tmb"]
        table = counts.groupby(by, as_index=False)[["patients", "responders"]].sum()
        x, self.n, self.y = _arrays(table, dose)
        codes, names = pd.factorize(table["cancer_type"])
        self.codes, self.names = codes, list(names)
        self.first = np.flatnonzero(np.r_[True, np.diff(codes) > 0])
        weight = np.add.reduceat(self.n, self.first)
        mean = np.add.reduceat(self.n * x, self.first) / weight
        self.within = x - mean[codes]
        between = mean[codes] - np.average(x, weights=self.n)
        self.design = np.column_stack([np.ones_like(x), between, self.within])
        node, weight = np.polynomial.hermite.hermgauss(nodes)
        self.nodes = np.array([(a, b) for a in node for b in node])
        self.log_weights = np.log(np.outer(weight, weight).ravel()) + (self.nodes**2).sum(axis=1)

    def fit(
        self,
        design: np.ndarray,
        start: Sequence[float] = (-1, 0.1, 0.1, 0.3, 0.3),
        held: dict[int, float] | None = None,
    ) -> tuple[np.ndarray, float]:
        """Parameters and log likelihood at its maximum, some parameters held at a value."""
        point = np.array(start, dtype=float)
        for place, value in (held or {}).items():
            point[place] = value
        free = [place for place in range(5) if place not in (held or {})]

        def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
            point[free] = values
            loglik, gradient = self.loglik(point, design)
            return -loglik, -gradient[free]

        # A deviation below 0 gives the likelihood of the one above. At 0 the slope is 0 for
        # that reason: the search must not begin there.
        begin = [point[place] if place < 3 else max(point[place], 0.05) for place in free]
        options = {"gtol": 1e-3, "hess_inv0": 0.01 * np.eye(len(free))}  # variances as expected
        found = optimize.minimize(loss, begin, jac=True, method="BFGS", options=options)
        point[free] = found.x
        point[3:] = np.abs(point[3:])
        return point, -float(found.fun)

    def loglik(self, params: np.ndarray, design: np.ndarray) -> tuple[float, np.ndarray]:
        """Log likelihood and its gradient, by Fisher's identity from the same nodes."""
        points, weights, total, eta = self._integrate(params, design)
        residual = (self.y[:, None] - self.n[:, None] * special.expit(eta)) * weights[self.codes]
        effects = points[self.codes]
        gradient = [
            *(design * residual.sum(axis=1)[:, None]).sum(axis=0),
            (residual * effects[..., 0]).sum(),
            (residual * effects[..., 1] * self.within[:, None]).sum(),
        ]
        return total, np.array(gradient)

    def slopes(self, params: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and standard deviation of the slope within each type, given its patients."""
        points, weights, _, _ = self._integrate(params, self.design)
        slope = params[2] + params[4] * points[..., 1]
        mean = (weights * slope).sum(axis=1)
        return mean, np.sqrt((weights * (slope - mean[:, None]) ** 2).sum(axis=1))

    def shares(self, params: np.ndarray) -> pd.DataFrame:
        within = np.average(self.within**2, weights=self.n)
        between = np.average(self.design[:, 1] ** 2, weights=self.n)
        variance = {
            "types: their mean burden": params[1] ** 2 * between,
            "types: all else": params[3] ** 2,
            "patients: burden within the type": params[2] ** 2 * within,
            "patients: burden, as types differ in its slope": params[4] ** 2 * within,
            "patients: all else": np.pi**2 / 3,  # the variance of the logistic distribution
        }
        table = pd.DataFrame({"part": variance.keys(), "variance": variance.values()})
        return table.assign(share=table["variance"] / table["variance"].sum())

    def _integrate(self, params: np.ndarray, design: np.ndarray):
        # Sums, not products of matrices: for so small ones their threads cost more than they save.
        fixed = (design * params[:3]).sum(axis=1)
        load = np.column_stack([np.full_like(fixed, params[3]), params[4] * self.within])
        mode, precision = self._mode(fixed, load)
        root = np.linalg.cholesky(np.linalg.inv(precision))
        steps = (root[:, None, :, :] * self.nodes[None, :, None, :]).sum(axis=3)
        points = mode[:, None, :] + np.sqrt(2) * steps
        eta = fixed[:, None] + (load[:, None, :] * points[self.codes]).sum(axis=2)
        rows = self.y[:, None] * eta - self.n[:, None] * np.logaddexp(0, eta)
        log = np.add.reduceat(rows, self.first) - (points**2).sum(axis=2) / 2 + self.log_weights
        log += np.log(np.linalg.det(root))[:, None] - np.log(np.pi)
        each = special.logsumexp(log, axis=1)
        return points, np.exp(log - each[:, None]), float(each.sum()), eta

    def _mode(self, fixed: np.ndarray, load: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The most likely random effects of each type, and the curvature there, by Newton."""
        effects = np.zeros((len(self.names), 2))
        for _ in range(100):
            mean = special.expit(fixed + (load * effects[self.codes]).sum(axis=1))
            slope = np.add.reduceat(load * (self.y - self.n * mean)[:, None], self.first) - effects
            bend = load[:, :, None] * load[:, None, :] * (self.n * mean * (1 - mean))[:, None, None]
            precision = np.add.reduceat(bend, self.first) + np.eye(2)
            step = np.linalg.solve(precision, slope[..., None])[..., 0]
            effects += np.clip(step, -2, 2)
            if np.abs(step).max() < 1e-9:
                break
        return effects, precision


def _check(counts: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = {*columns, "tmb", "patients", "responders"} - set(counts.columns)
    if missing:
        raise ValueError(
            f"the table of counts lacks {', '.join(sorted(missing))}; it has {', '.join(map(str, counts.columns))}"
        )
    patients, responders = counts["patients"], counts["responders"]
    wrong = ~((responders >= 0) & (responders <= patients) & (patients > 0))
    if wrong.any():
        row = counts.index[wrong][0]
        raise ValueError(
            f"row {row} of the counts has {responders[row]} responders of {patients[row]} "
            "patients; there must be patients, and no more responders than patients"
        )


def _arrays(counts: pd.DataFrame, dose: Dose) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dose, patients and responders of each row."""
    names = ("tmb", "patients", "responders")
    tmb, n, y = (counts[name].to_numpy(dtype=float) for name in names)
    return np.asarray(dose(tmb), dtype=float), n, y


def _dummies(counts: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    columns = [np.empty((len(counts), 0))]
    columns += [pd.get_dummies(counts[n], drop_first=True, dtype=float).to_numpy() for n in names]
    return np.hstack(columns)


def _glm(counts: pd.DataFrame, effect: np.ndarray, nuisance: np.ndarray):
    """Logistic model; the coefficients of `effect` come first."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    _, n, y = _arrays(counts, doublings)
    design = np.hstack([effect, np.ones((len(counts), 1)), nuisance])
    # As many parameters as rows is a proper model of counts, but statsmodels divides by
    # the zero degrees of freedom and takes the perfect fit for separation.
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return GLM(np.column_stack([y, n - y]), design, family=Binomial()).fit()


def _ratios(fit, size: int, level: float) -> pd.DataFrame:
    slope, half = fit.params[:size], special.ndtri((1 + level) / 2) * fit.bse[:size]
    bounds = {"odds_ratio": slope, "ci_low": slope - half, "ci_high": slope + half}
    return pd.DataFrame({name: np.exp(value) for name, value in bounds.items()})


def _slope(x: np.ndarray, n: np.ndarray, y: np.ndarray, level: float) -> tuple[float, ...]:
    """The slope of a logistic model with an intercept, and its profile-likelihood interval."""
    if np.ptp(x) == 0 or y.sum() in (0, n.sum()):
        return np.nan, -np.inf, np.inf

    def deviance(slope: float) -> float:
        return -2 * _profile_loglik(slope, x, n, y)

    limits = (-LIMIT, LIMIT)
    options = {"xatol": 1e-7}
    best = optimize.minimize_scalar(deviance, bounds=limits, method="bounded", options=options)
    low, high = _interval(lambda slope: deviance(slope) - best.fun, best.x, stats.chi2.ppf(level, 1), limits)
    # Where burden separates them the likelihood does not fall again toward the limit.
    end = np.sign(best.x) * LIMIT
    return best.x if deviance(end) > best.fun + 1e-6 else end * np.inf, low, high


def _profile_loglik(slope: float, x: np.ndarray, n: np.ndarray, y: np.ndarray) -> float:
    """Log likelihood of a slope, the intercept being the best one for it."""
    # At the bounds every patient is predicted to respond, or none.
    reach = np.abs(slope * x).max() + 40
    intercept = optimize.brentq(lambda a: (y - n * special.expit(a + slope * x)).sum(), -reach, reach, xtol=1e-10)
    eta = intercept + slope * x
    return float((y * eta - n * np.logaddexp(0, eta)).sum())


def _interval(
    drop: Callable[[float], float],
    estimate: float,
    cutoff: float,
    limits: tuple[float, float],
    beyond: tuple[float, float] = (-np.inf, np.inf),
) -> tuple[float, float]:
    """Where the deviance `drop` reaches the cutoff below and above the estimate.

    `beyond` is returned for a side on which it does not up to its limit.
    """
    found = []
    for side, limit, open_end in zip((-1, 1), limits, beyond, strict=True):
        inside, width = estimate, 0.1
        while True:
            outside = side * min(side * (estimate + side * width), side * limit)
            if drop(outside) > cutoff:
                found.append(optimize.brentq(lambda v: drop(v) - cutoff, inside, outside, xtol=1e-4))
                break
            if outside == limit:
                found.append(open_end)
                break
            inside, width = outside, 2 * width
    return found[0], found[1]


def _ridge(design: np.ndarray, n: np.ndarray, y: np.ndarray, penalty: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Coefficients by Newton's method; `penalty` has one entry for each of them."""
    coefficients = start
    for _ in range(100):
        mean = special.expit(design @ coefficients)
        slope = design.T @ (y - n * mean) - penalty * coefficients
        bend = design.T @ (design * (n * mean * (1 - mean))[:, None]) + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        coefficients = coefficients + step
        if np.abs(step).max() < 1e-10:
            return coefficients
    raise ValueError("the penalized fit did not converge; start with a smaller penalty")
