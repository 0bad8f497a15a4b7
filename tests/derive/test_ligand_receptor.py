"""The tables of ligands and receptors and of organs: counted in another way from small and from the pinned files."""

import pandas as pd
import pyreadr
import pytest

from seedsoil.derive import atlas, ligand_receptor
from seedsoil.derive.registry import LIGAND_RECEPTOR
from seedsoil.problem import DataError
from seedsoil.tables import package as tables


@pytest.fixture
def files(tmp_path):
    """Five small files: one pair of all tables under an old name, one of each table alone, one complex."""
    texts = {
        "pairs": "Ligand\tReceptor\tEvidence\nIL8\tCXCR2\tliterature supported\nA\tB\tputative\n",
        "genes": "ApprovedSymbol\tUniProtID\nIL8\tP1\nCXCR2\tP2\n",
        "connectome": "Ligand gene symbol,Receptor gene symbol\rCXCL8,CXCR2\rC,D\r",
        "liana": "source,target,source_genesymbol,target_genesymbol,resource\n"
        "P1,P2,CXCL8,CXCR2,consensus\nP3,COMPLEX:P4_P5,COL,ITGA_ITGB,consensus\nP6,P7,X,Y,other\n",
    }
    paths = {}
    for name, text in texts.items():
        paths[name] = tmp_path / name
        paths[name].write_bytes(text.encode())
    paths["celltalk"] = tmp_path / "celltalk.rds"
    pyreadr.write_rds(
        str(paths["celltalk"]), pd.DataFrame({"ligand_gene_symbol": ["CXCL8"], "receptor_gene_symbol": ["CXCR2"]})
    )
    return [paths[name] for name in ("pairs", "genes", "connectome", "celltalk", "liana")]


def test_small_tables(files):
    raw = ligand_receptor.read(*files)
    counts = ligand_receptor.ligand_receptor_overlap(raw).set_index(list(ligand_receptor.TABLES))
    assert counts["pairs"].to_dict()["yes", "yes", "yes", "yes"] == 1
    assert counts["pairs_printed"].to_dict()["yes", "no", "no", "no"] == 1  # IL8 for CXCL8
    assert counts["pairs"].to_dict()["no", "no", "no", "yes"] == 2  # the complex, as the pairs of its members
    assert counts["pairs"].sum() == 4 and len(counts) == 15
    genes = ligand_receptor.ligand_receptor_genes(raw).set_index(["gene", "role"])
    assert genes.loc[("CXCL8", "ligand")].tolist() == [1, 1, 1, 1]
    assert genes.loc[("COL", "ligand")].tolist() == [0, 0, 0, 2]


def test_a_file_without_its_column_is_refused(files):
    files[1].write_text("ApprovedSymbol\nIL8\n", encoding="utf-8")
    with pytest.raises(DataError, match="UniProtID"):
        ligand_receptor.read(*files)


def test_organs_of_small_files(files, tmp_path, monkeypatch):
    levels, names = tmp_path / "atlas.tsv", tmp_path / "names.csv"
    samples = "\t".join(atlas.ORGANS.values())
    levels.write_text(f"GeneID\t{samples}\nE1\t1\t2\t3\t4\t5\t6\nE2\t9\t0\t0\t0\t0\t0\nE3\t1\t1\t1\t1\t1\t1\n")
    names.write_text("Ensembl Gene ID,Symbol\nE1,CXCL8\nE2,CXCL8\nE3,NOT\nE4,\n")
    monkeypatch.setattr(atlas, "MORE", [])
    table = atlas.organ_expression(atlas.read(levels, names, *files))
    assert table.to_dict("records") == [
        {"gene": "CXCL8", "bone_marrow": 9, "brain": 2, "liver": 3, "lung": 4, "lymph_node": 5, "peritoneum": 6}
    ]


def test_the_pinned_tables_counted_another_way(shared):
    """Pairs as text, with pandas' merge in place of sets."""
    folder = shared / "sources/raw"
    first = pd.read_csv(folder / LIGAND_RECEPTOR[0].file, sep="\t", dtype=str)
    first = first[first["Evidence"] == "literature supported"][["Ligand", "Receptor"]].drop_duplicates()
    second = pd.read_csv(folder / LIGAND_RECEPTOR[2].file, dtype=str, lineterminator="\r").drop_duplicates()
    second.columns = first.columns
    shared_pairs = len(first.merge(second))
    counts = tables.load("ligand_receptor_overlap")
    both = counts.query("ramilowski2015 == 'yes' and connectomedb2020 == 'yes'")
    assert both["pairs_printed"].sum() == shared_pairs
    assert counts.query("connectomedb2020 == 'yes'")["pairs"].sum() == len(second) == 2293
