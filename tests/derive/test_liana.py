"""The two tables that are computed from two files: counted in another way, and refused when either file is wrong."""

import shutil

import pandas as pd
import pytest

from seedsoil.derive import derive, liana
from seedsoil.derive.registry import MATRISOME, SOURCES
from seedsoil.files import ROOT
from seedsoil.problem import DataError
from seedsoil.tables import package as tables

(LIANA,) = [source for source in SOURCES if source.name == "liana"]


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """The union and the matrisome of two small files."""
    folder = tmp_path_factory.mktemp("raw")
    pairs, matrisome = folder / "pairs.csv", folder / "matrisome.csv"
    columns = "source,target,source_genesymbol,target_genesymbol,resource\n"
    pairs.write_text(
        columns
        + "P1,P9,COL1A1,ITGB1,alpha\n"
        + "P1,P9,COL1A1,ITGB1,beta\n"
        + "P1,COMPLEX:P8_P9,COL1A1,ITGA1_ITGB1,alpha\n"
        + "COMPLEX:P1_P2,P9,COL1A1_COL1A2,ITGB1,beta\n"
        + "P3,P1,CCN2,COL1A1,alpha\n"
        + "P5,P9,LOX,ITGB1,consensus\n"  # not of the union
        + "P5,P9,Lox,Itgb1,mouseconsensus\n",
        encoding="utf-8",
    )
    matrisome.write_bytes(
        b"Division,Category,Gene Symbol,Gene Name,UniProt_IDs\n"
        b"Core matrisome,Collagens,COL1A1,named in Latin-1: \xb5,P1\n"
        b"Core matrisome,Collagens,COL1A2,,P2\n"
        b"Core matrisome,ECM Glycoproteins,CTGF,,Q0:P3\n"  # now CCN2
        b"Matrisome-associated,ECM Regulators,LOX,,P5\n"
        b"Retired,n/a,ITGB1,,P9\n"
    )
    return liana.read(pairs, matrisome)


def test_the_union_is_of_the_human_resources_and_knows_old_names(raw):
    members, genes = raw
    assert set(members["resource"]) == {"alpha", "beta"} and members["pair"].nunique() == 4
    assert genes["symbol"].tolist() == ["COL1A1", "COL1A2", "CCN2", "LOX"]
    assert genes["gene"].tolist() == ["COL1A1", "COL1A2", "CTGF", "LOX"]


def test_classes_are_counted_by_gene_and_pairs_once(raw, monkeypatch):
    monkeypatch.setattr(liana, "MANY", 2)
    table = liana.matrisome_pairs(raw).set_index("category")
    assert table.loc["Collagens"].to_dict() == {
        "genes": 2, "with_pair": 2, "as_ligand": 2, "as_receptor": 1, "with_common_pair": 1, "pairs": 4,
    }  # fmt: skip
    assert table.loc["ECM Glycoproteins", ["with_pair", "as_ligand", "pairs"]].tolist() == [1, 1, 1]
    assert table.loc["ECM Regulators", ["genes", "with_pair", "pairs"]].tolist() == [1, 0, 0]


def test_named_genes(raw, monkeypatch):
    monkeypatch.setattr(liana, "GENES", ("COL1A1", "CTGF", "LOX"))
    table = liana.matrix_gene_pairs(raw).set_index("gene")
    assert table.loc["COL1A1", ["resources", "pairs", "as_ligand", "as_receptor"]].tolist() == [2, 4, 3, 1]
    assert table.loc["CTGF", ["symbol", "pairs"]].tolist() == ["CCN2", 1]
    assert table.loc["LOX", ["resources", "pairs"]].tolist() == [0, 0]


def test_the_union_of_the_pinned_file_counted_with_pandas(shared):
    pairs = pd.read_csv(shared / "sources/raw" / LIANA.file)
    pairs = pairs[~pairs["resource"].str.endswith("consensus")]
    assert pairs["resource"].nunique() == 15
    symbols = pairs[["source_genesymbol", "target_genesymbol"]].drop_duplicates()
    assert len(symbols) == 7705

    has = symbols.apply(lambda side: side.str.split("_").map(lambda genes: "MMP9" in genes))
    (mmp9,) = tables.load("matrix_gene_pairs").query("gene == 'MMP9'").to_dict("records")
    assert mmp9["pairs"] == has.any(axis=1).sum() and mmp9["as_ligand"] == has["source_genesymbol"].sum()

    genes = pd.read_csv(shared / "sources/raw" / MATRISOME.file, encoding="latin-1").query("Division != 'Retired'")
    table = tables.load("matrisome_pairs").set_index("category")
    assert table["genes"].to_dict() == genes["Category"].value_counts().to_dict()
    # By symbol alone, without accessions: at most as many.
    known = set("_".join(symbols.to_numpy().ravel()).split("_"))
    by_symbol = genes[genes["Gene Symbol"].isin(known)]["Category"].value_counts()
    assert (by_symbol.reindex(table.index) <= table["with_pair"]).all()
    assert by_symbol["ECM Regulators"] == table.loc["ECM Regulators", "with_pair"]


def test_either_file_must_be_the_pinned_one(shared, tmp_path, monkeypatch):
    root = tmp_path / "repository"
    shutil.copytree(ROOT / "data", root / "data")
    raw = tmp_path / "raw"
    raw.mkdir()
    shutil.copy(shared / "sources/raw" / LIANA.file, raw)
    with pytest.raises(DataError, match=f"{MATRISOME.file}: found no file"):
        derive("matrisome_pairs", raw, root)
    (raw / MATRISOME.file).write_bytes(b"Division,Category\n")
    with pytest.raises(DataError, match=f"{MATRISOME.file}: found 18 bytes, a truncated file"):
        derive("matrisome_pairs", raw, root)


def test_a_class_that_nobody_knows_is_refused(tmp_path):
    path = tmp_path / "matrisome.csv"
    path.write_text("Division,Category,Gene Symbol,UniProt_IDs\nCore matrisome,Bones,COL1A1,P1\n", encoding="utf-8")
    with pytest.raises(DataError, match="found 'Bones', expected one of ECM Glycoproteins"):
        liana._read(path, liana.MATRISOME, "latin-1")
