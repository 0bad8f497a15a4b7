"""Fronts: the scheme against exact solutions, and the fit against fronts that were made up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from seedsoil.analysis import fronts
from seedsoil.analysis.fronts import Front, drift, gap, profiles
from seedsoil.tables import package as tables

FISHER = Front(diffusivity=600, growth_rate=0.05, capacity=1700)
LENGTH = 1800.0


def middles(strips: int) -> np.ndarray:
    return (np.arange(strips) + 0.5) * LENGTH / strips


# --- the scheme ------------------------------------------------------------------------------------------------------


def error(strips: int) -> float:
    """Largest error for diffusion alone of a cosine, which decays without changing its form."""
    wave = np.pi / LENGTH
    front = Front(diffusivity=20_000, growth_rate=1e-12, capacity=1000)
    exact = 500 + 300 * np.cos(wave * middles(strips)) * np.exp(-front.diffusivity * wave**2 * 10)
    start = 500 + 300 * np.cos(wave * middles(strips))
    solved = front.spread(start[None], LENGTH / strips, [10], parts=1)
    return np.abs(solved[0, 0] - exact).max()


def test_the_scheme_is_of_second_order_in_space():
    errors = np.array([error(strips) for strips in (5, 10, 20, 40)])
    orders = np.log2(errors[:-1] / errors[1:])
    assert orders == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("crowding", [0, 1, 1.5])
def test_without_growth_no_cell_is_made_or_lost(crowding):
    start = np.zeros((1, 18))
    start[0, :5] = start[0, -4:] = 900
    front = Front(diffusivity=5000, growth_rate=1e-12, capacity=1700, crowding=crowding)
    spread = front.spread(start, 100, [6, 12, 48])
    assert spread.sum(axis=-1).ravel() == pytest.approx(start.sum(), rel=1e-8)
    assert spread[-1].std() < start.std()


@pytest.mark.parametrize("cooperation", [0, 0.7])
def test_without_gradients_growth_is_that_of_the_ordinary_equation(cooperation):
    front = replace(FISHER, cooperation=cooperation)
    solved = front.spread(np.full((1, 4), 200.0), 100, [12, 48])[:, 0, 0]
    share = integrate.solve_ivp(
        lambda _, s: front.growth_rate * s ** (1 + cooperation) * (1 - s),
        (0, 48),
        [200 / 1700],
        t_eval=[12, 48],
        rtol=1e-10,
        atol=1e-12,
    )
    assert solved == pytest.approx(1700 * share.y[0], rel=1e-4)


def test_a_front_runs_at_twice_the_root_of_diffusivity_and_growth():
    front = Front(diffusivity=1, growth_rate=1, capacity=1)
    width, strips = 0.25, 1200
    start = np.zeros((1, strips))
    start[0, :40] = 1
    hours = np.arange(60, 101, 10)
    behind = front.spread(start, width, hours, parts=1)[:, 0].sum(axis=-1) * width  # cells: the front moves as they do
    speed = np.polyfit(hours, behind, 1)[0]
    assert front.speed == 2
    assert speed == pytest.approx(front.speed, rel=0.02)


def test_porous_diffusion_agrees_with_an_independent_solver():
    front = Front(diffusivity=8000, growth_rate=0.05, capacity=2000, crowding=1.3, cooperation=0.3)
    start = np.where(np.abs(middles(36) - 900) > 350, 800.0, 0.0)
    step = LENGTH / 36

    def rate(_, u):
        face = front.diffusivity * np.maximum((u[1:] + u[:-1]) / 2 / front.capacity, 0) ** front.crowding
        flux = np.concatenate([[0], -face * np.diff(u) / step, [0]])
        return -np.diff(flux) / step + front.growth_rate * u * (u / 2000).clip(0) ** 0.3 * (1 - u / 2000)

    other = integrate.solve_ivp(rate, (0, 48), start, method="Radau", t_eval=[24, 48], rtol=1e-8, atol=1e-8)
    assert front.spread(start[None], step, [24, 48], parts=1)[:, 0] == pytest.approx(other.y.T, abs=0.05)


def test_wells_do_not_touch_each_other():
    rng = np.random.default_rng(1)
    start = rng.uniform(0, 1000, (3, 12))
    growth = np.array([0.02, 0.05, 0.08])
    together = replace(FISHER, growth_rate=growth).spread(start, 100, [12, 24])
    for well in range(3):
        alone = replace(FISHER, growth_rate=growth[well]).spread(start[[well]], 100, [12, 24])
        assert together[:, [well]] == pytest.approx(alone, rel=1e-4, abs=1e-3)


def test_nothing_happens_within_the_lag_and_the_same_later_after_it():
    start = np.where(np.abs(middles(18) - 900) > 350, 800.0, 0.0)[None]
    waiting = replace(FISHER, lag=8.0).spread(start, 100, [0, 5, 8, 20, 44])
    assert (waiting[:3] == start).all()
    assert waiting[3:] == pytest.approx(FISHER.spread(start, 100, [12, 36]), rel=1e-4, abs=1e-3)


@settings(max_examples=15, deadline=None)
@given(st.floats(50, 2000), st.floats(0.01, 0.1), st.integers(0, 2**31))
def test_densities_stay_between_nothing_and_capacity(diffusivity, growth_rate, seed):
    start = np.random.default_rng(seed).uniform(0, 1700, (1, 10))
    spread = Front(diffusivity, growth_rate, 1700).spread(start, 100, [1, 12, 48])
    assert spread.min() >= -1e-3
    assert spread.max() <= 1700 * (1 + 1e-4)


def test_the_speed_of_another_equation_is_refused():
    with pytest.raises(ValueError, match="crowding and cooperation"):
        _ = replace(FISHER, crowding=1.0).speed


# --- the gap ---------------------------------------------------------------------------------------------------------


def test_the_gap_is_measured_between_the_strips():
    # From 400 to 0 over 100 um the line passes 100 at 75 um; then one step at 0, then back.
    assert gap(np.array([400.0, 0, 0, 400]), 100, 100) == pytest.approx(25 + 100 + 25)
    assert gap(np.array([400.0, 400, 400]), 100, 100) == 0
    assert gap(np.full((2, 3), 50.0), 100, 100).tolist() == [200, 200]


# --- the fit ---------------------------------------------------------------------------------------------------------


def made_up(front: Front, seed: int | None, seeded=(10_000, 20_000), replicates=3) -> pd.DataFrame:
    """Counts of a front that is known; Poisson scatter with `seed`, none without."""
    positions = np.arange(100, 1801, 100)
    rows = [(number, replicate) for number in seeded for replicate in range(1, replicates + 1)]
    start = np.array([np.where(np.abs(positions - 950) > 350, number / 18, 3.0) for number, _ in rows])
    hours = [0, 12, 24, 36, 48]
    cells = np.concatenate([start[None], front.spread(start, 100, hours[1:])]) * 0.143
    if seed is not None:
        cells = np.random.default_rng(seed).poisson(cells)
    return pd.DataFrame(
        [
            (number, replicate, hour, position, cells[h, well, x])
            for well, (number, replicate) in enumerate(rows)
            for h, hour in enumerate(hours)
            for x, position in enumerate(positions)
        ],
        columns=["seeded", "replicate", "hours", "position", "cells"],
    )


@pytest.mark.parametrize(
    ("truth", "start", "free"),
    [
        (FISHER, Front(300, 0.03, 1700), ["diffusivity", "growth_rate"]),
        (FISHER, Front(300, 0.03, 2200), ["diffusivity", "growth_rate", "capacity"]),
        (
            Front(9000, 0.05, 2200, crowding=1.2, lag=6.0),
            Front(5000, 0.04, 1900, crowding=0.8, lag=4.0),
            ["diffusivity", "growth_rate", "capacity", "crowding", "lag"],
        ),
        (
            Front(900, 0.1, 1500, cooperation=0.6),
            Front(600, 0.06, 1700, cooperation=0.3),
            ["diffusivity", "growth_rate", "capacity", "cooperation"],
        ),
    ],
    ids=["fisher", "capacity", "motility and lag", "growth"],
)
@pytest.mark.parametrize("root", [True, False])
def test_the_constants_of_made_up_fronts_are_found_again(truth, start, free, root):
    fit = fronts.fit(profiles(made_up(truth, None), 1430), start, free, root=root)
    assert fit.dispersion < 1e-4
    for name in free:
        assert fit.estimates[name].item() == pytest.approx(getattr(truth, name), rel=0.01), name


def test_with_poisson_scatter_the_fit_scatters_as_poisson_does():
    """Each strip starts from its own count, so its later counts scatter a little more than Poisson."""
    fit = fronts.fit(profiles(made_up(FISHER, 5), 1430), FISHER, ["diffusivity", "growth_rate"])
    assert fit.estimates["diffusivity"].item() == pytest.approx(600, rel=0.1)
    assert fit.estimates["growth_rate"].item() == pytest.approx(0.05, rel=0.03)
    assert 1 < fit.dispersion < 1.8


@pytest.mark.parametrize("root", [True, False])
def test_fit_is_reported_as_defined(root):
    data = profiles(made_up(FISHER, 6), 1430)
    fit = fronts.fit(data, FISHER, ["growth_rate"], root=root)
    counted = data.cells[1:]
    squares = (
        4 * (np.sqrt(fit.expected) - np.sqrt(counted)) ** 2 if root else (fit.expected - counted) ** 2 / counted.mean()
    )
    assert fit.dispersion == pytest.approx(squares.mean())
    assert fit.aic == pytest.approx(counted.size * np.log(squares.mean()) + 4)


def test_constants_by_group_are_those_of_the_groups_alone():
    slow, fast = made_up(FISHER, 1, [10_000]), made_up(replace(FISHER, growth_rate=0.07), 2, [20_000])
    both = profiles(pd.concat([slow, fast], ignore_index=True), 1430)
    free = ["diffusivity", "growth_rate"]
    by = fronts.fit(both, FISHER, free, free, "seeded")
    assert by.parameters == 4
    assert by.estimates["seeded"].tolist() == [10_000, 20_000]
    for row, table in enumerate((slow, fast)):
        alone = fronts.fit(profiles(table, 1430), FISHER, free)
        for name in free:
            assert by.estimates[name][row] == pytest.approx(alone.estimates[name].item(), rel=0.01)
    wells = fronts.fit(both, FISHER, free, free, "well")
    assert wells.parameters == 12
    assert wells.estimates[["seeded", "replicate"]].values.tolist() == both.wells.values.tolist()


def test_constants_of_the_wrong_equation_drift_with_density_and_those_of_the_right_one_do_not():
    free = ["diffusivity", "growth_rate"]
    seeded = [10_000, 14_000, 20_000]
    same = fronts.fit(profiles(made_up(FISHER, 3, seeded), 1430), FISHER, free, free, "well")
    rising = fronts.fit(
        profiles(made_up(Front(6000, 0.05, 1700, crowding=1.0), 4, seeded), 1430), FISHER, free, free, "well"
    )
    steady = drift(same.estimates, "diffusivity")
    assert 0.9 < steady.ci_low < 1 < steady.ci_high < 1.1
    found = drift(rising.estimates, "diffusivity")
    assert found.p < 0.01
    assert found.ci_low > 1


def test_drift_of_known_numbers():
    estimates = pd.DataFrame(
        {"seeded": [1000, 1000, 2000, 2000, 4000, 4000], "growth_rate": np.array([1, 1.1, 3, 3.3, 9, 9.9])}
    )
    found = drift(estimates, "growth_rate")
    assert found.ratio == pytest.approx(3)
    assert found.ci_low < 3 < found.ci_high
    assert found.df == (2, 3)
    assert found.p < 0.001


def test_profiles_of_the_real_table():
    data = profiles(tables.load("jin_scratch"), 1430)
    assert data.cells.shape == (5, 18, 18)
    assert data.area == pytest.approx(0.143)
    assert data.wells.iloc[-1].tolist() == [20_000, 3]
    one = tables.load("jin_scratch").query("seeded == 14000 and replicate == 2 and hours == 36 and position == 500")
    well = data.wells.query("seeded == 14000 and replicate == 2").index.item()
    assert data.cells[3, well, 4] == one["cells"].item()
    assert data.select(data.wells["seeded"] == 14_000).cells.shape == (5, 3, 18)


def test_a_missing_count_is_refused():
    table = tables.load("jin_scratch")
    with pytest.raises(ValueError, match="each well"):
        profiles(table.drop(index=7), 1430)


def test_findings_on_invasion_are_coded_by_step_and_no_others():
    findings = tables.load("findings")
    assert set(tables.load("invasion_steps")["finding"]) == set(findings.loc[findings["process"] == "invasion", "id"])
