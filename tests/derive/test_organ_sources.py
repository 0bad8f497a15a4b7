"""The sources of the chapter on organs: counted in another way, and raw files that are not as they say."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from seedsoil.derive import farahani, link, metmap, mskmet, registry
from seedsoil.problem import DataError
from seedsoil.tables import package as tables


@pytest.fixture
def raw(shared):
    return shared / "sources" / "raw"


def test_biopsies_and_deaths_are_those_of_the_patients(raw):
    import pyreadr

    (samples,) = pyreadr.read_r(raw / "mskmet2022_clinical.rda").values()
    breast = samples.query("SAMPLE_TYPE == 'Metastasis' and tumor_type == 'BRCA' and METASTATIC_SITE == 'Liver'")
    counted = tables.load("mskmet_sites").query("tumor_type == 'BRCA' and site == 'liver'")["biopsies"].sum()
    assert counted == len(breast)
    known = breast[breast["OS_MONTHS"].notna()]
    deaths = tables.load("mskmet_death").query("tumor_type == 'BRCA' and site == 'liver'")
    assert deaths["events"].sum() == known["OS_STATUS"].sum()
    assert deaths.query("start == 0")["patients"].sum() == len(known)
    assert deaths["person_years"].sum() == pytest.approx(known["OS_MONTHS"].sum() / 12, abs=0.2)


def test_no_group_of_the_table_of_deaths_is_small():
    deaths = tables.load("mskmet_death").query("start == 0")
    assert deaths.groupby(["tumor_type", "site"])["patients"].sum().min() >= mskmet.FEW


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda samples: samples.drop(columns="OS_STATUS"), "expected one with sample"),
        (lambda samples: samples.assign(sample="P-1"), "a sample twice"),
    ],
    ids=["column missing", "sample twice"],
)
def test_a_clinical_table_that_is_not_as_it_says(spoil, found, raw, monkeypatch):
    import pyreadr

    whole = pyreadr.read_r(raw / "mskmet2022_clinical.rda")
    monkeypatch.setattr(pyreadr, "read_r", lambda path: {name: spoil(table) for name, table in whole.items()})
    with pytest.raises(DataError, match=found):
        mskmet.read(raw / "mskmet2022_clinical.rda")


def test_sums_over_lineages_hold_the_lines(raw):
    skin = metmap.read(raw / "jin2020_metmap500.xlsx").query("lineage == 'skin'")
    rows = tables.load("metmap_lineages").query("lineage == 'skin'").set_index(["organ", "other_organ"])
    assert rows.loc[("bone", "lung"), "mean"] == pytest.approx(skin["bone"].mean(), abs=1e-6)
    covariance = np.cov(skin["bone"], skin["lung"], bias=True)[0, 1]
    assert rows.loc[("bone", "lung"), "covariance"] == pytest.approx(covariance, abs=1e-6)
    counted = tables.load("metmap_colonized").query("lineage == 'skin' and organ == 'brain'")
    assert counted[["lines", "colonized"]].to_numpy().tolist() == [[len(skin), int((skin["brain"] > -2).sum())]]


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda sheets: sheets.pop("metp500.bone"), "no sheet metp500.bone"),
        (lambda sheets: sheets.update({"metp500.bone": sheets["metp500.bone"].iloc[1:]}), "not in every sheet"),
    ],
    ids=["sheet missing", "line missing"],
)
def test_a_workbook_of_lines_that_is_not_as_it_says(spoil, found, raw, tmp_path):
    sheets = pd.read_excel(raw / "jin2020_metmap500.xlsx", sheet_name=None, index_col=0)
    spoil(sheets)
    with pd.ExcelWriter(tmp_path / "spoiled.xlsx") as writer:
        for name, sheet in sheets.items():
            sheet.to_excel(writer, sheet_name=name)
    with pytest.raises(DataError, match=found):
        metmap.read(tmp_path / "spoiled.xlsx")


def test_each_patient_has_one_density_of_each_cell(raw):
    table = tables.load("pancreas_density")
    patients = pd.read_excel(raw / "link2025_pdac_liver_lung_density.xlsx", sheet_name="sample_avg_density")
    assert table.groupby(["cell", "cohort"]).size().unique().tolist() == [9, 3]
    assert table.query("cell == 'B cells'")["density"].sum() == pytest.approx(patients["B cells"].sum())


def test_a_workbook_of_densities_with_another_cohort(raw, tmp_path):
    sheets = pd.read_excel(raw / "link2025_pdac_liver_lung_density.xlsx", sheet_name=None)
    sheets["sample_avg_density"].loc[0, "Cohort"] = "Bone"
    with pd.ExcelWriter(tmp_path / "spoiled.xlsx") as writer:
        for name, sheet in sheets.items():
            sheet.to_excel(writer, sheet_name=name, index=False)
    with pytest.raises(DataError, match="another cohort"):
        link.read(tmp_path / "spoiled.xlsx")


def brain(raw):
    return [raw / f"farahani2026_{name}.npy" for name, *_ in registry.BRAIN]


def test_brain_maps_correlate_as_scipy_says(raw):
    maps = farahani.read(*brain(raw))
    table = tables.load("brain_maps").set_index(["map", "other", "maps"])["rho"]
    expected = stats.spearmanr(maps["breast_400_surf"], maps["lung_400_surf"]).statistic
    assert table["breast", "lung", "as they are"] == pytest.approx(expected, abs=1e-6)
    expected = stats.spearmanr(maps["melanoma_400_surf"], -maps["parcellated_att"]).statistic
    assert table["melanoma", "arrival time", "as they are"] == pytest.approx(expected, abs=1e-6)


def halves(seed: int = 1) -> tuple[list[np.ndarray], np.ndarray]:
    """Distances between the parcels of either hemisphere, laid on a plane, and a smooth map over them."""
    rng = np.random.default_rng(seed)
    places = [rng.uniform(0, 100, (farahani.HALF, 2)) for _ in range(2)]
    values = np.concatenate([np.sin(place[:, 0] / 20) + 0.3 * rng.standard_normal(farahani.HALF) for place in places])
    return [np.linalg.norm(place[:, None] - place, axis=2) for place in places], values


def moran(values: np.ndarray, distances: np.ndarray) -> float:
    """Moran's I with inverse distances as weights, written out."""
    away = values - values.mean()
    weights = np.zeros_like(distances)
    weights[distances > 0] = 1 / distances[distances > 0]
    return (away @ weights @ away) / weights.sum() / away.var()


def test_a_surrogate_is_as_smooth_as_its_map():
    distances, values = halves()
    drawn = farahani._surrogates(values, [farahani._scales(each) for each in distances], 20)
    assert drawn.shape == (21, 400)
    assert (drawn[0] == values).all()
    for part, each in ((slice(0, 200), distances[0]), (slice(200, 400), distances[1])):
        wanted = moran(values[part], each)
        assert [moran(row, each) for row in drawn[:, part]] == pytest.approx([wanted] * 21)
        assert moran(np.random.default_rng(2).permutation(values[part]), each) < wanted / 2
        assert drawn[:, part].std(axis=1) == pytest.approx(values[part].std())


def test_the_hemispheres_of_a_surrogate_are_drawn_together():
    distances, values = halves()
    left, right = (farahani._scales(each) for each in distances)
    drawn = farahani._surrogates(values, [left, right], 20)
    shared = (drawn[:, :200] @ left) * (drawn[:, 200:] @ right)
    assert shared == pytest.approx(np.tile(shared[0], (21, 1)))


def test_nulls_find_a_map_like_itself_and_unlike_an_unrelated_one():
    (left, right), values = halves()
    _, unrelated = halves(2)
    noise = np.random.default_rng(3).standard_normal((6, 400))
    maps = {"breast_400_surf": values, "lung_400_surf": values + 0.01 * noise[0], "melanoma_400_surf": unrelated}
    maps |= {"parcellated_cbf": noise[1], "parcellated_att": noise[2]}
    maps |= {"replication_breast_head": noise[3], "replication_lung_head": noise[4]}
    maps |= {"distance_left": left.ravel(), "distance_right": right.ravel()}
    nulls = farahani.brain_nulls(maps).set_index(["map", "other", "maps"])
    assert nulls.loc[("breast", "lung", "as they are"), "p"] < 0.001
    assert nulls.loc[("breast", "melanoma", "as they are"), "p"] > 0.05
    # A test that takes parcels for independent would have its limit near two over the root of their number.
    assert nulls.loc[("breast", "lung", "as they are"), "null_limit"] > 2 * 1.96 / np.sqrt(400)


def test_an_array_of_another_length(raw, tmp_path):
    path = tmp_path / "farahani2026_breast_400_surf.npy"
    np.save(path, np.ones(399))
    with pytest.raises(DataError, match="399 values"):
        farahani.read(path)
