"""The tables of primary cells: counted in another way, and refused when a file is wrong."""

import csv

import pandas as pd
import pytest
from scipy import stats

from seedsoil.derive import primary_cells
from seedsoil.derive.primary_cells import LINEAGE, STROMA
from seedsoil.problem import DataError
from seedsoil.tables import package as tables


@pytest.fixture
def files(tmp_path):
    """Three ligands and a receptor in every cell of the panel; cell `number` has `number` of the first ligand."""
    expression, genes = tmp_path / "expression.tsv", tmp_path / "genes.tsv"
    lines = ["\t".join(["ApprovedSymbol", *LINEAGE, "Another Cell"])]
    for gene, value in {
        "L1": lambda n: n,
        "L2": lambda n: 20,
        "L3": lambda n: 500 * (n == 0),
        "R1": lambda n: 9,
    }.items():
        lines.append("\t".join([gene, *(str(value(n)) for n in range(len(LINEAGE))), "7"]))
    expression.write_text("\n".join(lines) + "\n", encoding="utf-8")
    genes.write_text("ApprovedSymbol\tClass\nL1\tligand\nL2\tligand\nL3\tligand\nR1\treceptor\n", encoding="utf-8")
    return expression, genes


def test_ligands_alone_are_read(files):
    assert list(primary_cells.read(*files).index) == ["L1", "L2", "L3"]


def test_sharing_by_hand(files):
    table = primary_cells.ligand_sharing(primary_cells.read(*files)).set_index(["cells", "threshold"])
    assert table.loc[("all", 10), ["expressed", "in_one", "in_half"]].tolist() == [3, 1, 2]
    assert table.loc[("all", 300), ["expressed", "in_one", "in_half"]].tolist() == [1, 1, 0]
    assert table.at[("stroma", 10), "cell_types"] == sum(lineage in STROMA for lineage in LINEAGE.values())


def test_the_committed_tables_by_another_way(shared):
    with (shared / "sources/raw/ramilowski2015_genes.tsv").open(encoding="utf-8", newline="") as file:
        ligands = {row["ApprovedSymbol"] for row in csv.DictReader(file, delimiter="\t") if row["Class"] == "ligand"}
    with (shared / "sources/raw/ramilowski2015_ligand_receptor_expression.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["ApprovedSymbol"] in ligands]
    numbers = tables.load("primary_cells").set_index("cell")["number"]
    assert dict(tables.load("primary_cells").set_index("cell")["lineage"]) == LINEAGE
    likeness = tables.load("ligand_likeness").set_index(["cell", "other"])["correlation"]
    assert len(likeness) == len(LINEAGE) * (len(LINEAGE) - 1) // 2
    for one, two in (("Fibroblast Dermal", "Hepatocyte"), ("Hepatic Stellate", "Pericytes")):
        found = stats.spearmanr([float(row[one]) for row in rows], [float(row[two]) for row in rows])
        assert likeness[tuple(sorted((numbers[one], numbers[two])))] == pytest.approx(found.statistic, abs=1e-4)
    sharing = tables.load("ligand_sharing").set_index(["cells", "threshold"])
    stroma = [cell for cell, lineage in LINEAGE.items() if lineage in STROMA]
    above = [sum(float(row[cell]) > 10 for cell in stroma) for row in rows]
    assert sharing.at[("stroma", 10), "expressed"] == sum(number > 0 for number in above)
    assert sharing.at[("stroma", 10), "in_one"] == sum(number == 1 for number in above)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda text: text.replace("Hepatocyte", "Hepatocytes"), "Hepatocyte"),
        (lambda text: text.replace("\t500", "\tmany"), "many"),
        (lambda text: text.replace("\t500", "\t-5"), "-5"),
    ],
)
def test_a_wrong_file_is_refused(files, spoil, told):
    expression, genes = files
    expression.write_text(spoil(expression.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(DataError, match=told):
        primary_cells.read(expression, genes)


def test_the_panel_names_each_cell_once():
    names = pd.Series([cell for cells in primary_cells.PANEL.values() for cell in cells])
    assert names.is_unique
