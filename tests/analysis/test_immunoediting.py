"""Two equations: fixed points, their stability and the regions, by algebra and by simulation."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize
from scipy.integrate import solve_ivp

from seedsoil.analysis.immunoediting import FATES, TumorImmune, fate_map

NAMES = ("sigma", "rho", "eta", "mu", "delta", "alpha", "beta")
PUBLISHED = TumorImmune()
# One point inside each region of the plane of inflow and loss.
REGIONS = {
    "elimination": {"sigma": 0.8, "mu": 1e-3},
    "elimination or escape": {"sigma": 0.8, "mu": 0.03},
    "equilibrium": {"sigma": 0.3, "mu": 1e-3},
    "equilibrium or escape": {"sigma": 0.3, "mu": 0.008},
    "escape": {"sigma": 0.1, "mu": 0.05},
}


@st.composite
def models(draw) -> TumorImmune:
    """Each parameter within a factor of ten of the published one."""
    factors = draw(st.lists(st.floats(-1, 1), min_size=7, max_size=7))
    return TumorImmune(**{name: getattr(PUBLISHED, name) * 10**f for name, f in zip(NAMES, factors, strict=True)})


def test_rates_with_dimensions_give_the_published_numbers_without():
    """The curated model has the rates, other published code the dimensionless values."""
    model = TumorImmune.from_rates(s=1.3e4, p=0.1245, g=2.019e7, m=3.422e-10, d=0.0412, a=0.18, b=2.0e-9, n=1.101e-7)
    for name in (*NAMES, "cells", "rate"):
        assert getattr(model, name) == pytest.approx(getattr(PUBLISHED, name), rel=1.5e-3), name


def test_the_flow_with_dimensions_is_the_flow_without():
    s, p, g, m, d, a, b, n = 1.3e4, 0.1245, 2.019e7, 3.422e-10, 0.0412, 0.18, 2.0e-9, 1.101e-7
    model = TumorImmune.from_rates(s, p, g, m, d, a, b, n, cells=1e5)
    effectors, tumor = 4e5, 7e6
    de = s + p * effectors * tumor / (g + tumor) - m * effectors * tumor - d * effectors
    dt = a * tumor * (1 - b * tumor) - n * effectors * tumor
    dx, dy = model.flow(effectors / model.cells, tumor / model.cells)
    assert [dx, dy] == pytest.approx([value / (model.cells * model.rate) for value in (de, dt)])


def test_the_published_points():
    points = PUBLISHED.fixed_points()
    assert points["kind"].tolist() == ["saddle", "stable focus", "saddle", "stable node"]
    assert points["stable"].tolist() == [False, True, False, True]
    assert points["tumor"].tolist() == pytest.approx([0, 8.19, 267.8, 447.1], rel=1e-3)
    assert points["effectors"][0] == PUBLISHED.sigma / PUBLISHED.delta
    assert points["period_days"].notna().tolist() == [False, True, False, False]
    assert PUBLISHED.fate() == "equilibrium or escape"


@settings(max_examples=200, deadline=None)
@given(models())
def test_nothing_changes_at_a_fixed_point(model):
    points = model.fixed_points()
    x, y = points["effectors"].to_numpy(), points["tumor"].to_numpy()
    dx, dy = model.flow(x, y)
    scale = model.sigma + model.rho * x + model.mu * x * y + model.delta * x
    assert np.abs(dx / scale).max() < 1e-6
    assert np.abs(dy / (model.alpha * np.maximum(y, 1))).max() < 1e-9
    assert (y < 1 / model.beta).all() and (x > 0).all()
    assert np.all(np.diff(y) > 0)


@settings(max_examples=100, deadline=None)
@given(models())
def test_no_fixed_point_is_missed(model):
    """dx/dt along the curve where dy/dt is zero changes sign at each of them, and nowhere else."""
    y = np.geomspace(1e-9, 1, 200_001) / model.beta
    dx, _ = model.flow(model.alpha * (1 - model.beta * y), y)
    crossings = np.flatnonzero(np.signbit(dx[1:]) != np.signbit(dx[:-1]))
    points = model.fixed_points()["tumor"].to_numpy()[1:]
    points = points[points * model.beta > 1e-9]
    assert len(crossings) == len(points)
    assert ((y[crossings] <= points * (1 + 1e-6)) & (points <= y[crossings + 1] * (1 + 1e-6))).all()


@settings(max_examples=100, deadline=None)
@given(models(), st.floats(0.01, 5), st.floats(0.01, 400))
def test_the_jacobian_is_the_derivative_of_the_flow(model, x, y):
    numeric = optimize.approx_fprime([x, y], lambda p: np.array(model.flow(*p)), 1e-7)
    assert model.jacobian(x, y) == pytest.approx(numeric, rel=1e-3, abs=1e-3)


@settings(max_examples=200, deadline=None)
@given(models())
def test_what_the_docstring_proves(model):
    points = model.fixed_points()
    threshold = model.sigma / model.delta
    assert points["stable"][0] == (model.alpha < threshold)
    for row in points.iloc[1:].itertuples():
        trace = np.trace(model.jacobian(row.effectors, row.tumor))
        expected = -model.sigma / row.effectors - model.alpha * model.beta * row.tumor
        assert trace == pytest.approx(expected, rel=1e-4)
    # Stable points and saddles take turns along the curve of fixed points.
    stable = points["stable"].to_numpy()
    assert (stable[1:] != stable[:-1]).all()
    assert stable[-1]


@settings(max_examples=200, deadline=None)
@given(models(), st.floats(0.05, 0.95))
def test_the_fate_names_the_stable_points(model, large):
    """The regions use the slope of the cubic; the points, the eigenvalues of the Jacobian."""
    stable = model.fixed_points().query("stable")["tumor"] * model.beta
    names = []
    if (stable == 0).any():
        names.append("elimination")
    if ((stable > 0) & (stable <= large)).any():
        names.append("equilibrium")
    if (stable > large).any():
        names.append("escape")
    joined = ", ".join(names[:-1]) + " or " + names[-1] if len(names) > 1 else names[0]
    assert model.fate(large) == joined


def course_of(model: TumorImmune, effectors: float, tumor: float, days) -> np.ndarray:
    """Tumor cells (in units of `cells`) at each day: the equations integrated, for the logarithm of the tumor."""

    def change(_, state):
        x, y = state[0], np.exp(state[1])
        # Not dy / y: a tumor on its way out is soon too small a number to divide by.
        return [model.flow(x, y)[0], model.alpha * (1 - model.beta * y) - x]

    times = np.asarray(days, dtype=float) * model.rate
    start = [effectors, np.log(tumor)]
    found = solve_ivp(change, (0, times[-1]), start, method="LSODA", t_eval=times, rtol=1e-8, atol=1e-10)
    return np.exp(found.y[1])


@pytest.mark.parametrize("fate", REGIONS)
def test_a_point_in_each_region_ends_where_its_region_says(fate):
    model = replace(PUBLISHED, **REGIONS[fate])
    assert model.fate() == fate
    days = np.linspace(0, 20_000, 201)
    ends = set()
    for effectors in (0.01, 1, 5):
        for tumor in (1e-3, 1, 20, 450):
            share = course_of(model, effectors, tumor, days)[-1] * model.beta
            ends.add("elimination" if share < 1e-9 else "escape" if share > 0.5 else "equilibrium")
    assert ends == set(fate.split(" or "))


def test_stable_points_draw_near_courses_and_saddles_send_them_away():
    for point in PUBLISHED.fixed_points().iloc[1:].itertuples():
        course = course_of(PUBLISHED, 1.001 * point.effectors, 1.001 * point.tumor, [0, 3000])
        near = abs(course[-1] / point.tumor - 1) < 1e-3
        assert near == point.stable


def test_the_watershed_lies_between_sixty_and_seventy_million():
    """From the effectors of a host without tumor, as the chapter draws it."""
    start = PUBLISHED.sigma / PUBLISHED.delta
    ends = [course_of(PUBLISHED, start, size, [0, 5000])[-1] for size in (60, 70)]
    assert ends == pytest.approx([8.19, 447.1], rel=1e-3)


def test_the_map_is_the_fate_of_each_point():
    sigma, mu = np.linspace(0.05, 1, 9), np.geomspace(3e-4, 0.1, 8)
    fates = fate_map(PUBLISHED, {"sigma": sigma, "mu": mu})
    assert (fates.index.name, fates.columns.name) == ("mu", "sigma")
    for m in mu:
        for s in sigma:
            assert FATES[fates.loc[m, s]] == replace(PUBLISHED, sigma=s, mu=m).fate()
    assert {FATES[number] for number in np.unique(fates)} == set(REGIONS)
    # Whatever a tumor recruits, only the inflow decides whether none is a stable state.
    free = np.isin(fates, [FATES.index(name) for name in FATES if "elimination" in name])
    assert (free == (sigma > PUBLISHED.alpha * PUBLISHED.delta)).all()


def test_where_equilibrium_ends_and_escape_begins_moves_no_line_of_the_map():
    axes = {"sigma": np.linspace(0.02, 1, 50), "mu": np.geomspace(3e-4, 0.1, 50)}
    half = fate_map(PUBLISHED, axes)
    for large in (0.1, 0.2, 0.4):
        assert (fate_map(PUBLISHED, axes, large) == half).to_numpy().all()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [0, -1, np.nan])
def test_impossible_models_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} cannot be {value}; it must be above 0"):
        TumorImmune(**{name: value})


def test_impossible_maps_are_refused():
    with pytest.raises(ValueError, match="sigma cannot be 0.0; it must be above 0"):
        fate_map(PUBLISHED, {"sigma": np.linspace(0, 1, 3), "mu": [0.01]})
