"""Fronts: the scheme against exact solutions, and the fit against fronts that were made up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from seedsoil.analysis import fronts
from seedsoil.analysis.fronts import Front, gap, profiles
from seedsoil.tables import package as tables

FISHER = Front(diffusivity=600, growth_rate=0.05, capacity=1700)
LENGTH = 1800.0


def middles(strips: int) -> np.ndarray:
    return (np.arange(strips) + 0.5) * LENGTH / strips


# --- the scheme ------------------------------------------------------------------------------------------------------


def test_the_scheme_is_of_second_order_in_time():
    front = Front(diffusivity=8000, growth_rate=0.05, capacity=2000, crowding=1.3)
    start = np.where(np.abs(middles(36) - 900) > 350, 800.0, 100.0)[None]
    exact = front.spread(start, LENGTH / 36, [12], parts=1, step=0.01)
    errors = np.array(
        [np.abs(front.spread(start, LENGTH / 36, [12], parts=1, step=h) - exact).max() for h in (0.8, 0.4, 0.2)]
    )
    assert np.log2(errors[:-1] / errors[1:]) == pytest.approx(2, abs=0.35)


def error(strips: int) -> float:
    """Largest error for diffusion alone of a cosine, which decays without changing its form."""
    wave = np.pi / LENGTH
    front = Front(diffusivity=20_000, growth_rate=1e-12, capacity=1000)
    exact = 500 + 300 * np.cos(wave * middles(strips)) * np.exp(-front.diffusivity * wave**2 * 10)
    start = 500 + 300 * np.cos(wave * middles(strips))
    solved = front.spread(start[None], LENGTH / strips, [10], parts=1, step=0.05)
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
    solved = front.spread(np.full((1, 4), 200.0), 100, [12, 48], step=0.2)[:, 0, 0]
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
    behind = (
        front.spread(start, width, hours, parts=1, step=0.1)[:, 0].sum(axis=-1) * width
    )  # cells: the front moves as they do
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
    solved = front.spread(start[None], step, [24, 48], parts=1, step=0.1)[:, 0]
    assert solved == pytest.approx(other.y.T, abs=0.05)


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

RATES = ["diffusivity", "growth_rate"]
BEST = [*RATES, "capacity", "crowding", "lag"]
NESTED = {  # from the narrowest to the widest: what is free, and the constants that a start holds for the others
    "one": RATES,
    "capacity": [*RATES, "capacity"],
    "lag": [*RATES, "capacity", "lag"],
    "motility": [*RATES, "capacity", "crowding", "lag"],
    "growth": [*RATES, "capacity", "cooperation", "lag"],
}


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
        (FISHER, Front(300, 0.03, 1700), RATES),
        (FISHER, Front(300, 0.03, 2200), [*RATES, "capacity"]),
        (Front(9000, 0.05, 2200, crowding=1.2, lag=6.0), Front(5000, 0.04, 1900, crowding=0.8, lag=4.0), BEST),
        (
            Front(900, 0.1, 1500, cooperation=0.6),
            Front(600, 0.06, 1700, cooperation=0.3),
            [*RATES, "capacity", "cooperation"],
        ),
    ],
    ids=["fisher", "capacity", "motility and lag", "growth"],
)
@pytest.mark.parametrize("root", [True, False])
def test_the_constants_of_made_up_fronts_are_found_again(truth, start, free, root):
    fit = fronts.fit(profiles(made_up(truth, None), 1430), start, free, root=root)
    assert fit.dispersion < 1e-3
    assert fit.bounds == ()
    for name in free:
        assert getattr(fit.front, name) == pytest.approx(getattr(truth, name), rel=0.01), name


def test_with_poisson_scatter_the_fit_scatters_as_poisson_does():
    """Each strip starts from its own count, so its later counts scatter a little more than Poisson."""
    fit = fronts.fit(profiles(made_up(FISHER, 5), 1430), FISHER, RATES)
    assert fit.front.diffusivity == pytest.approx(600, rel=0.1)
    assert fit.front.growth_rate == pytest.approx(0.05, rel=0.03)
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
    assert fit.agreeing == (1, 1)


def test_a_constant_at_the_edge_of_the_search_is_named():
    """Without growth in the counts the rate runs to its lower bound."""
    fit = fronts.fit(profiles(made_up(replace(FISHER, growth_rate=1e-9), None), 1430), FISHER, RATES)
    assert fit.bounds == ("growth_rate",)


def test_of_several_starts_the_best_end_counts():
    data = profiles(made_up(Front(9000, 0.05, 2200, crowding=1.2, lag=6.0), 8), 1430)
    far = [Front(300, 0.01, 3000, crowding=3, lag=1.0), Front(5000, 0.04, 1900, crowding=0.8, lag=4.0)]
    both, good = fronts.fit(data, far, BEST), fronts.fit(data, far[1], BEST)
    assert both.aic <= good.aic
    assert both.agreeing[1] == 2


def test_constants_by_group_are_those_of_the_groups_alone():
    slow, fast = made_up(FISHER, 1, [10_000]), made_up(replace(FISHER, growth_rate=0.07), 2, [20_000])
    both = profiles(pd.concat([slow, fast], ignore_index=True), 1430)
    by = fronts.fit(both, FISHER, RATES, dict.fromkeys(RATES, fronts.each(both.wells["seeded"])))
    assert by.parameters == 4
    for column, table in enumerate((slow, fast)):
        alone = fronts.fit(profiles(table, 1430), FISHER, RATES)
        for name in RATES:
            assert np.exp(by.logs[name][column]) == pytest.approx(getattr(alone.front, name), rel=0.01)
    assert by.front.growth_rate.shape == (6,)


def test_a_trend_is_one_factor_per_doubling():
    design = fronts.trend([1000, 2000, 4000])
    assert design[:, 1].tolist() == [-1, 0, 1]
    slow, fast = made_up(FISHER, None, [10_000]), made_up(replace(FISHER, growth_rate=0.1), None, [20_000])
    both = profiles(pd.concat([slow, fast], ignore_index=True), 1430)
    fit = fronts.fit(both, FISHER, RATES, {"growth_rate": fronts.trend(both.wells["seeded"])})
    assert np.exp(fit.logs["growth_rate"][1]) == pytest.approx(2, rel=0.01)


def test_constants_of_the_wrong_equation_drift_with_density_and_those_of_the_right_one_do_not():
    seeded = [10_000, 14_000, 20_000]
    data = profiles(made_up(FISHER, 3, seeded), 1430)
    _, steady = fronts.drift(data, fronts.fit(data, FISHER, RATES), RATES)
    assert 0.8 < steady["diffusivity"].ci_low < 1 < steady["diffusivity"].ci_high < 1.2
    data = profiles(made_up(Front(6000, 0.05, 1700, crowding=1.0), 4, seeded), 1430)
    _, rising = fronts.drift(data, fronts.fit(data, FISHER, RATES), RATES)
    assert rising["diffusivity"].ci_low > 1
    truth = fronts.fit(data, Front(6000, 0.05, 1700, crowding=1.0), [*RATES, "crowding"])
    _, right = fronts.drift(data, truth, [*RATES, "crowding"])
    assert right["diffusivity"].ci_low < 1 < right["diffusivity"].ci_high
    assert right["crowding"].ci_low < 1 < right["crowding"].ci_high


# --- the scratch assays ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def assays():
    return profiles(tables.load("jin_scratch"), 1430)


@pytest.fixture(scope="module")
def ladder(assays):
    """Each model of the chapter, started from the end of the one nested in it and from its own start."""
    starts = {
        "one": [Front(600, 0.045, 1700)],
        "capacity": [Front(600, 0.045, 1950)],
        "lag": [Front(600, 0.045, 1950, lag=7.0)],
        "motility": [Front(8000, 0.05, 2400, crowding=1.3, lag=9.0)],
        "growth": [Front(1000, 0.15, 1500, cooperation=0.7, lag=9.0)],
    }
    return {name: fronts.fit(assays, starts[name], free) for name, free in NESTED.items()}


@pytest.mark.parametrize(
    ("inner", "outer"), [("one", "capacity"), ("capacity", "lag"), ("lag", "motility"), ("lag", "growth")]
)
def test_no_model_fits_worse_than_one_nested_in_it(ladder, inner, outer):
    assert ladder[outer].dispersion <= ladder[inner].dispersion


@pytest.mark.parametrize("name", NESTED)
def test_ten_random_starts_improve_no_fit(assays, ladder, name):
    rng = np.random.default_rng(14)
    free = NESTED[name]
    low = {"diffusivity": 200, "growth_rate": 0.02, "capacity": 1300, "crowding": 0.2, "cooperation": 0.1, "lag": 1}
    high = {"diffusivity": 2e4, "growth_rate": 0.15, "capacity": 5000, "crowding": 3, "cooperation": 2, "lag": 11}
    starts = [
        Front(**{"capacity": 1700, **{key: np.exp(rng.uniform(np.log(low[key]), np.log(high[key]))) for key in free}})
        for _ in range(10)
    ]
    found = fronts.fit(assays, starts, free)
    assert found.aic > ladder[name].aic - 0.5


def test_with_all_constants_estimated_together_both_rates_rise_with_the_seeding(assays, ladder):
    """The headline, and that it does not hang on where the search started."""
    whole, found = fronts.drift(assays, ladder["motility"], BEST)
    assert found["growth_rate"].ci_low > 1
    assert found["diffusivity"].ci_low > 1
    design = dict.fromkeys(RATES, fronts.trend(assays.wells["seeded"]))
    starts = [
        Front(d, 0.06, k, crowding=m, lag=g)
        for d, k, m, g in [(2000, 1500, 0.5, 3), (9000, 4000, 2, 9), (500, 1700, 1, 6)]
    ]
    again = fronts.fit(assays, starts, BEST, design)
    assert again.aic == pytest.approx(whole.aic, abs=0.5)
    assert again.agreeing == (3, 3)
    held = replace(ladder["motility"].front, capacity=2500)
    wide = fronts.fit(assays, held, [*RATES, "crowding", "lag"], design)
    assert np.exp(wide.logs["growth_rate"][1]) == pytest.approx(1, abs=0.05)  # the capacity is the lever
    assert wide.aic > whole.aic + 50


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
