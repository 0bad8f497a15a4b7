"""Names of cells, organs and cancers: from the files of the ontologies, and what the vocabulary makes of them."""

import csv
import gzip
import json
import re

import pytest

from seedsoil import load
from seedsoil.derive import ontologies
from seedsoil.evidence.vocabulary import NO_IDENTIFIER
from seedsoil.files import ROOT
from seedsoil.problem import DataError

NEUTROPHIL = {
    "label": "neutrophil",
    "synonyms": [
        "neutrophil leukocyte",
        "Neutrophil",
        "leukocyte, neutrophil",
        "neutrophil (blood)",
        "a leukocyte with lobes",
    ],
    "deprecated": False,
}
LIVER = {"label": "liver", "deprecated": False}
OF_KIND = {"cell": "CL", "organ": "UBERON", "cancer": "MONDO"}
NAMED_OTHERWISE = {  # terms whose identifier was chosen by the definition, for the ontology has none of our names
    "CL:0000625": "CD8-positive T cell, in CL with the chains of its receptor",
    "CL:0000129": "microglia, in CL microglial cell",
    "CL:0000186": "myofibroblast, in CL myofibroblast cell",
    "CL:0000814": "natural killer T cell, in CL mature",
    "CL:0000889": "myeloid-derived suppressor cell, in CL without derived",
    "CL:0001064": "tumor cell, in CL malignant cell",
    "CL:0001068": "type 1 innate lymphoid cell, in CL ILC1",
    "CL:0001069": "type 2 innate lymphoid cell, in CL group 2",
    "CL:0002062": "alveolar type 1 cell, in CL pulmonary",
    "CL:0008001": "hematopoietic progenitor cell, in CL precursor",
    "MONDO:0001187": "bladder cancer, in Mondo urinary",
    "MONDO:0002516": "gastrointestinal cancer, in Mondo of a system or tract",
    "MONDO:0002974": "cancer of the cervix",
    "MONDO:0004989": "breast cancer, by our definition carcinoma",
    "MONDO:0005112": "mesothelioma, by our definition malignant and of the pleura",
    "MONDO:0005184": "pancreatic cancer, by our definition ductal adenocarcinoma",
    "MONDO:0006250": "ileal carcinoid, in Mondo with tumor",
    "MONDO:0010150": "head and neck cancer, by our definition squamous",
    "MONDO:0019954": "pancreatic islet, in Mondo with tumor",
    "MONDO:0040679": "urothelial cancer, in Mondo carcinoma",
    "UBERON:0001474": "bone, in Uberon an element of the skeleton",
    "UBERON:0002097": "skin, in Uberon of body",
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Writes two files of ontologies, of which the book has the terms; returns their paths."""
    monkeypatch.setattr(ontologies, "TERMS", ["CL:0000775", "UBERON:0002107"])

    def write(**changed):
        told = {"CL:0000775": NEUTROPHIL | changed, "CL:1": {"label": "another", "deprecated": False}}
        for name, terms in (("cl", told), ("uberon", {"UBERON:0002107": LIVER})):
            (tmp_path / name).write_bytes(gzip.compress(json.dumps(terms).encode()))
        return tmp_path / "cl", tmp_path / "uberon"

    return write


def test_the_book_keeps_its_terms_with_exact_synonyms_and_no_headings(files):
    names = ontologies.ontology_names(ontologies.read(*files()))
    assert names.to_dict("records") == [
        {"ontology_id": "CL:0000775", "name": "neutrophil", "synonyms": "neutrophil leukocyte"},
        {"ontology_id": "UBERON:0002107", "name": "liver", "synonyms": ""},
    ]


def test_an_obsolete_or_absent_term_is_refused(files):
    with pytest.raises(DataError, match="CL:0000775 as obsolete, expected a current term"):
        ontologies.read(*files(deprecated=True))
    cells, _ = files()
    with pytest.raises(DataError, match="UBERON:0002107 in none of the files"):
        ontologies.read(cells)


def vocabulary() -> list[dict[str, str]]:
    rows = csv.DictReader((ROOT / "data/vocabulary.csv").open(encoding="utf-8"))
    return [row for row in rows if row["kind"] in OF_KIND]


def strangers(rows: list[dict[str, str]], known: dict[str, set[str]]) -> list[str]:
    """Identified terms that share no name with what the ontology calls so, and are not `NAMED_OTHERWISE`."""
    return [
        row["term"]
        for row in rows
        if row["ontology_id"] not in (NO_IDENTIFIER, "")
        and row["ontology_id"] not in NAMED_OTHERWISE
        and not known.get(row["ontology_id"], set()) & folded(row["term"], row["label"], row["synonyms"])
    ]


def folded(*cells: str) -> set[str]:
    return {re.sub(r"[\W_]+", " ", name.casefold()) for cell in cells for name in cell.split("; ") if name}


def test_the_vocabulary_and_the_ontologies_agree():
    names, rows = load("ontology_names").fillna(""), vocabulary()
    known = {row.ontology_id: folded(row.name, row.synonyms) for row in names.itertuples(index=False)}
    assert strangers(rows, known) == []
    assert set(known) <= {row["ontology_id"] for row in rows}, "ontologies.TERMS has more than the book"
    wrong = [row | {"ontology_id": "UBERON:0002107"} if row["term"] == "lung" else row for row in rows]
    assert "lung" in strangers(wrong, known)
    assert NAMED_OTHERWISE.keys() <= known.keys()


def test_each_identifier_stands_once_and_in_order():
    assert ontologies.TERMS == sorted(set(ontologies.TERMS))
