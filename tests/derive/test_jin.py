"""The scratch assays: nothing lost but the strips left out, and a raw file that is not as it says."""

import numpy as np
import pytest

from seedsoil.derive import jin
from seedsoil.problem import DataError
from seedsoil.tables import package as tables


@pytest.fixture
def raw(shared):
    return shared / "sources" / "raw" / "jin2016_scratch_profiles.npy"


def test_each_strip_is_the_sum_of_its_two_halves(raw):
    assays = np.load(raw, allow_pickle=True).item()
    table = tables.load("jin_scratch")
    assert len(table) == 6 * 3 * 5 * 18
    for seeded, replicate, hours in ((10_000, 1, 0), (16_000, 3, 24), (20_000, 2, 48)):
        density = assays[f"dens_{seeded}"][f"U{replicate}"][:, (0, 12, 24, 36, 48).index(hours)]
        cells = density * 50 * 1430
        rows = table.query("seeded == @seeded and replicate == @replicate and hours == @hours").sort_values("position")
        assert rows["position"].tolist() == list(range(100, 1801, 100))
        # Strip 1 (middle 75 um) and strip 2 (125 um) make the strip whose middle is at 100 um.
        assert rows["cells"].iloc[0] == pytest.approx(cells[1] + cells[2], abs=1e-6)
        assert rows["cells"].sum() == pytest.approx(cells[1:-1].sum(), abs=1e-6)


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda assays: assays.pop("dens_12000"), "found the assays dens_10000, dens_14000"),
        (lambda assays: assays["dens_14000"]["x"].__iadd__(1), "found other positions or hours in dens_14000"),
        (lambda assays: assays["dens_14000"]["t"].__imul__(60), "found other positions or hours in dens_14000"),
        (
            lambda assays: assays["dens_18000"]["U2"].__imul__(1.01),
            "found densities in dens_18000, U2 that are not whole",
        ),
        (
            lambda assays: assays["dens_18000"]["U2"].__imul__(-1),
            "found densities in dens_18000, U2 that are not whole",
        ),
    ],
    ids=["assay missing", "positions", "hours in minutes", "not counts", "negative"],
)
def test_a_raw_file_that_is_not_as_it_says(spoil, found, raw, tmp_path):
    assays = np.load(raw, allow_pickle=True).item()
    spoil(assays)
    path = tmp_path / "spoiled.npy"
    np.save(path, assays, allow_pickle=True)
    with pytest.raises(DataError, match=found):
        jin.read(path)
