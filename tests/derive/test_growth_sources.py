"""The tables of the chapter on growth against their raw files, counted in another way."""

import csv

import numpy as np
import pandas as pd
import pytest

from seedsoil.derive import laleh, vaghi
from seedsoil.files import ROOT
from seedsoil.problem import DataError
from seedsoil.tables import package as tables


@pytest.fixture
def raw(shared):
    return shared / "sources" / "raw"


@pytest.mark.parametrize(("kind", "rows", "animals", "zeros"), [("breast", 583, 66, 2), ("lung", 188, 20, 0)])
def test_every_volume_is_kept(raw, kind, rows, animals, zeros):
    table = tables.load(f"vaghi_{kind}")
    lines = (raw / f"vaghi2020_{kind}_volumes.txt").read_text(encoding="utf-8").split("\n")[1:]
    told = {(int(cells[0]), float(cells[1])): float(cells[2]) for cells in (line.split("\t") for line in lines if line)}
    kept = {(row.animal, row.day): row.volume for row in table.itertuples()}
    assert len(table) == rows and table["animal"].nunique() == animals and (table["volume"] == 0).sum() == zeros
    assert kept.keys() == told.keys()
    assert max(abs(kept[key] - told[key]) for key in told) <= 0.005 + 1e-9


def test_an_impossible_volume_is_named(raw, tmp_path):
    text = (raw / "vaghi2020_breast_volumes.txt").read_text(encoding="utf-8").replace("\t621.29", "\t-621.29", 1)
    path = tmp_path / "spoiled.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        vaghi.read(path)
    assert str(caught.value) == f"{path}:2:Observation: found '-621.29', expected at least 0; {vaghi.REMEDY}"


def test_every_spheroid_is_kept(raw):
    table = tables.load("browning_spheroids")
    columns = ["radius", "inhibited", "necrotic"]
    with open(raw / "browning2021_confocal.csv", encoding="utf-8") as file:
        told = sorted(
            (line, int(cells), int(day), *map(float, sizes)) for line, cells, day, *sizes in list(csv.reader(file))[1:]
        )
    kept = sorted(table[["cell_line", "cells", "day", *columns]].itertuples(index=False, name=None))
    assert [row[:3] for row in kept] == [row[:3] for row in told] and len(kept) == 994
    # Rounding may change the order within a group, so each column is compared in its own.
    by = ["cell_line", "cells", "day"]
    for place, (column, half) in enumerate(zip(columns, (0.05, 5e-5, 5e-5), strict=True), start=3):
        source = pd.DataFrame([(*row[:3], row[place]) for row in told], columns=[*by, column])
        one, other = (frame.sort_values([*by, column])[column].to_numpy() for frame in (table, source))
        assert np.abs(one - other).max() <= half + 1e-9
    assert (table["necrotic"] <= table["inhibited"] + 1e-9).all()


@pytest.mark.parametrize(
    ("diameters", "told"),
    [
        ([20, 20.5, 21], ("same", "stable")),
        ([20, 15, 13.9], ("fall", "down")),
        ([20, 15, 14], ("fall", "stable")),  # exactly 30% less is not yet a fall
        ([20, 22, 25.1], ("rise", "up")),
        ([10, 12, 14], ("rise", "stable")),  # more than 20%, but not 5 mm
        ([30, 20, 32], ("fall", "both")),
        ([20, 30, 20], ("rise", "both")),
        ([20, 0, 0], ("fall", "down")),
        ([20, 0, 4], ("fall", "down")),
        ([20, 0, 6], ("fall", "both")),
    ],
)
def test_courses_by_hand(diameters, told):
    assert laleh.course(diameters) == told


def test_every_lesion_is_counted_once(raw):
    table = tables.load("laleh_courses")
    scans = pd.read_csv(raw / "laleh2022_lesion_volumes.csv")
    lesions = scans.groupby("Pt_hashID").first()
    assert table["lesions"].sum() == len(lesions) == 1461
    assert table.groupby("label")["lesions"].sum().to_dict() == lesions["response"].value_counts().to_dict()
    counted = table.groupby(["study", "arm"])["lesions"].sum().to_dict()
    assert counted == lesions.groupby(["Study_id", "Arm_id"]).size().to_dict()
    # The volume in the file is that of one diameter.
    np.testing.assert_allclose(scans["Lesion_vol"], 0.52 * scans["Lesion_diam"] ** 3, atol=1)


def test_falls_are_counted_alike_scan_by_scan(raw):
    """The lesions that fall, by a loop over pairs of scans."""
    falling = 0
    for _, lesion in laleh.read(raw / "laleh2022_lesion_volumes.csv").groupby("Pt_hashID"):
        diameters = lesion["Lesion_diam"].tolist()
        falling += any(later < 0.7 * earlier for place, later in enumerate(diameters) for earlier in diameters[:place])
    table = tables.load("laleh_courses")
    assert table.loc[table["course"].isin(["down", "both"]), "lesions"].sum() == falling


def test_no_patient_can_be_told_from_the_table(raw):
    text = (ROOT / "data" / "derived" / "laleh_courses.csv").read_text(encoding="utf-8")
    names = pd.read_csv(raw / "laleh2022_lesion_volumes.csv", usecols=["Pt_hashID"])["Pt_hashID"].unique()
    assert not any(name[:12] in text for name in names)
