"""Two geometries of a spheroid: their equations, and which one the fits choose."""

import numpy as np
import pandas as pd
import pytest

from seedsoil.analysis.spheroids import age_beside_size, boundary, compare_geometries, cycling_share

RADIUS = np.linspace(120, 420, 301)


def test_a_rim_of_constant_thickness():
    fraction = boundary(RADIUS, 150, "rim")
    assert (fraction[RADIUS <= 150] == 0).all()
    deep = RADIUS > 150
    np.testing.assert_allclose(RADIUS[deep] * (1 - fraction[deep]), 150)


def test_the_core_of_the_diffusion_geometry_lies_where_its_equation_says():
    core = boundary(RADIUS, 200, "diffusion")
    assert (core[RADIUS <= 200] == 0).all() and (np.diff(core) >= 0).all()
    deep = RADIUS > 201
    x = core[deep]
    np.testing.assert_allclose(1 - 3 * x**2 + 2 * x**3, (200 / RADIUS[deep]) ** 2, atol=1e-5)
    # In very large spheroids the rim thins toward c / sqrt(3).
    assert 1e5 * (1 - boundary([1e5], 200, "diffusion")[0]) == pytest.approx(200 / np.sqrt(3), rel=0.02)


def test_the_arrested_region_contains_the_core_and_obeys_its_equation():
    core = boundary(RADIUS, 220, "diffusion")
    arrested = boundary(RADIUS, 160, "diffusion", core)
    assert (arrested >= core).all() and (arrested[RADIUS <= 160] == 0).all()
    deep = RADIUS > 162
    x = arrested[deep]
    np.testing.assert_allclose(1 - x**2 + 2 * core[deep] ** 3 * (1 - 1 / x), (160 / RADIUS[deep]) ** 2, atol=1e-4)


@pytest.mark.parametrize("geometry", ["rim", "diffusion"])
@pytest.mark.parametrize("seed", range(3))
def test_the_geometry_that_made_the_spheroids_is_chosen_and_its_length_recovered(geometry, seed):
    rng = np.random.default_rng(seed)
    radius = rng.uniform(150, 400, 300)
    core = boundary(radius, 190, geometry)
    arrested = boundary(radius, 140, geometry, core if geometry == "diffusion" else None)
    spheroids = pd.DataFrame(
        {
            "radius": radius,
            "necrotic": core + rng.normal(0, 0.05, 300),
            "inhibited": arrested + rng.normal(0, 0.05, 300),
            "cells": np.repeat([2500, 5000, 10000], 100),
            "day": np.arange(300) % 10,
        }
    )
    table = compare_geometries(spheroids, rng, draws=40).set_index(["boundary", "geometry"])
    for what, length in (("necrotic", 190), ("inhibited", 140)):
        own = table.loc[(what, geometry)]
        assert own["scale"] == pytest.approx(length, rel=0.02) and own["rmse"] == pytest.approx(0.05, rel=0.15)
        assert own["ci_low"] - 1 < length < own["ci_high"] + 1
        difference = table.loc[(what, "diffusion")]
        better = "diffusion" if difference["excess_high"] < 0 else "rim" if difference["excess_low"] > 0 else None
        assert better == geometry
        assert own["floor"] <= own["rmse"] + 1e-3


def test_the_share_outside_by_hand():
    assert cycling_share([0, 0.5, 1]).tolist() == [1, 0.875, 0]


def test_an_unknown_geometry_is_refused():
    with pytest.raises(ValueError, match="found the geometry 'cube', expected one of rim, diffusion"):
        boundary(RADIUS, 100, "cube")


def grouped(seed: int, shared: float = 0.0, age: float = 0.0) -> pd.DataFrame:
    """Spheroids of three seedings on ten days: `shared` error of a group, `age` added to the core for each day."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        [(cells, day) for cells in (2500, 5000, 10000) for day in range(3, 13) for _ in range(15)],
        columns=["cells", "day"],
    )
    frame["radius"] = 120 + 18 * frame["day"] + 40 * np.log2(frame["cells"] / 2500) + rng.normal(0, 15, len(frame))
    group = frame.groupby(["cells", "day"]).ngroup()
    core = boundary(frame["radius"], 200, "diffusion")
    lifted = rng.normal(0, shared, group.max() + 1)[group] + age * (frame["day"] - 7) * (core > 0)
    frame["necrotic"] = np.clip(core + lifted + rng.normal(0, 0.03, len(frame)), 0, 1)
    frame["inhibited"] = boundary(frame["radius"], 150, "diffusion", core) + rng.normal(0, 0.03, len(frame))
    return frame


def test_groups_that_differ_widen_the_intervals():
    width = {}
    for shared in (0.0, 0.08):
        table = compare_geometries(grouped(1, shared), np.random.default_rng(0), draws=60)
        row = table.set_index(["boundary", "geometry"]).loc[("necrotic", "diffusion")]
        width[shared] = row["ci_high"] - row["ci_low"]
        assert row["groups"] == 30 and row["spheroids"] == 450
    assert width[0.08] > 2 * width[0.0]


@pytest.mark.parametrize("seed", range(3))
def test_age_is_found_beside_size_where_it_was_put(seed):
    planted, none = age_beside_size(grouped(seed, age=0.02)), age_beside_size(grouped(seed))
    assert planted["partial"] > 0.5 and planted["p"] < 0.01 and planted["r2_age"] > planted["r2_size"] + 0.01
    assert none["r2_age"] - none["r2_size"] < 0.005 and none["groups"] == 30
