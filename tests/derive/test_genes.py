"""Names of genes: from the table of the HGNC, and what the vocabulary makes of them."""

import csv
import re

import pytest

from seedsoil import load
from seedsoil.derive import genes
from seedsoil.files import ROOT
from seedsoil.problem import DataError

HEAD = "HGNC ID\tApproved symbol\tApproved name\tStatus\tAlias symbols\tNCBI Gene ID\tPrevious symbols\n"
ROWS = (
    "HGNC:10672\tCXCL12\tC-X-C motif chemokine ligand 12\tApproved\tSDF-1a, PBSF\t6387\tSDF1A, SDF1\n"
    "HGNC:26780\tDAND5\tDAN domain BMP antagonist family member 5\tApproved\tFLJ38607, Coco\t199699\t\n"
    "HGNC:1\tMET\tthe former one\tEntry Withdrawn\t\t\t\n"
    "HGNC:5\tA1BG\talpha-1-B glycoprotein\tApproved\t\t1\t\n"
)


def test_the_book_keeps_approved_genes_that_it_speaks_of_and_no_clones(tmp_path):
    path = tmp_path / "hgnc.tsv"
    path.write_text(HEAD + ROWS)
    names = genes.gene_names(genes.read(path))
    assert names.to_dict("records") == [
        {
            "gene": "CXCL12",
            "hgnc_id": "HGNC:10672",
            "name": "C-X-C motif chemokine ligand 12",
            "previous": "SDF1A; SDF1",
            "aliases": "SDF-1a; PBSF",
        },
        {
            "gene": "DAND5",
            "hgnc_id": "HGNC:26780",
            "name": "DAN domain BMP antagonist family member 5",
            "previous": "",
            "aliases": "Coco",
        },
    ]


@pytest.mark.parametrize("spoiled", [ROWS.replace("HGNC:26780", "HGNC:10672"), ROWS.replace("\tDAND5\t", "\t\t")])
def test_a_table_with_a_double_or_empty_name_is_refused(tmp_path, spoiled):
    path = tmp_path / "hgnc.tsv"
    path.write_text(HEAD + spoiled)
    with pytest.raises(DataError):
        genes.read(path)


def disagreements(vocabulary: list[dict[str, str]], known: dict[str, str]) -> list[str]:
    """Factors whose term is an approved symbol and whose identifier is that of another gene, or none."""
    return [
        row["term"]
        for row in vocabulary
        if row["kind"] == "factor" and row["ontology_id"] != known.get(row["term"], row["ontology_id"])
    ]


def test_the_vocabulary_and_the_hgnc_agree():
    vocabulary = list(csv.DictReader((ROOT / "data/vocabulary.csv").open(encoding="utf-8")))
    names = load("gene_names")
    known = dict(zip(names["gene"], names["hgnc_id"], strict=True))
    assert disagreements(vocabulary, known) == []
    assert set(names["hgnc_id"]) <= {row["ontology_id"] for row in vocabulary}, "genes.SYMBOLS has more than the book"
    wrong = [row | {"ontology_id": "HGNC:1"} if row["term"] == "LOX" else row for row in vocabulary]
    assert disagreements(wrong, known) == ["LOX"]


def test_each_symbol_stands_once_and_in_order():
    assert genes.SYMBOLS == sorted(set(genes.SYMBOLS))
    assert all(re.fullmatch("[A-Z0-9]+", symbol) for symbol in genes.SYMBOLS)
