"""How alike primary cells are in their ligands, by lineage and organ (FANTOM5, after Ramilowski 2015).

The file gives one value for a cell type, the donors already averaged, so the cell type is the unit and no spread among
people can be had from it. A cell type is taken when its name tells a lineage; its organ is noted when the name tells it
and the panel holds a cell of another lineage from the same organ, else it is "other". Likeness is Spearman's
correlation over all ligands of the list: ranks do not depend on the scale of expression, while what counts as
expressed does, and stands in a table of its own as an axis of thresholds.
"""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from seedsoil.tables import Records, check

REMEDY = "take the pinned file, or mend PANEL in seedsoil/derive/primary_cells.py"
THRESHOLDS = (1, 3, 10, 30, 100, 300)  # transcripts per million
STROMA = ("fibroblast", "smooth muscle", "endothelium", "fat", "mesenchymal stem cell", "organ stroma")

# lineage: cell type as the file names it: organ
PANEL = {
    "fibroblast": {
        "Fibroblast Dermal": "skin",
        "Fibroblast Cardiac": "heart",
        "Fibroblast Pulmonary Artery": "lung",
        "Fibroblast Choroid Plexus": "brain",
        "Fibroblast Aortic Adventitial": "aorta",
        "Fibroblast Gingival": "mouth",
        "Fibroblast Periodontal Ligament": "mouth",
        "Fibroblast Conjunctival": "other",
        "Fibroblast Lymphatic": "other",
    },
    "smooth muscle": {
        "Smooth Muscle Aortic": "aorta",
        "Smooth Muscle Brain Vascular": "brain",
        "Smooth Muscle Bronchial": "lung",
        "Smooth Muscle Pulmonary Artery": "lung",
        "Smooth Muscle Coronary Artery": "heart",
        "Smooth Muscle Prostate": "prostate",
        "Smooth Muscle Esophageal": "esophagus",
        "Smooth Muscle Tracheal": "trachea",
        "Smooth Muscle Umbilical Artery": "umbilical cord",
        "Smooth Muscle Colonic": "other",
        "Smooth Muscle Uterine": "other",
    },
    "endothelium": {
        "Endothelial Aortic": "aorta",
        "Hepatic Sinusoidal Endothelial": "liver",
        "Renal Glomerular Endothelial": "kidney",
        "Endothelial Umbilical Vein": "umbilical cord",
        "Endothelial Microvascular": "other",
        "Endothelial Lymphatic": "other",
    },
    "fat": {
        "Adipocyte Breast": "breast",
        "Adipocyte Omental": "omentum",
        "Adipocyte Perirenal": "kidney",
        "Adipocyte Subcutaneous": "skin",
        "Preadipocyte Breast": "breast",
        "Preadipocyte Omental": "omentum",
        "Preadipocyte Perirenal": "kidney",
        "Preadipocyte Subcutaneous": "skin",
    },
    "mesenchymal stem cell": {
        "Mesenchymal stem cell Bone Marrow": "bone and marrow",
        "Mesenchymal stem cell Hepatic": "liver",
        "Mesenchymal stem cell Umbilical": "umbilical cord",
        "Mesenchymal precursor Cardiac": "heart",
        "Mesenchymal stem cell Adipose": "other",
    },
    "organ stroma": {
        "Hepatic Stellate": "liver",
        "Osteoblast": "bone and marrow",
        "Pancreatic Stromal": "other",
        "Prostate Stromal": "prostate",
        "Renal Mesangial": "kidney",
        "Astrocyte Cerebral Cortex": "brain",
        "Mesothelial": "other",
        "Pericytes": "other",
    },
    "epithelium": {
        "Alveolar Epithelial": "lung",
        "Bronchial Epithelial": "lung",
        "Mammary Epithelial": "breast",
        "Prostate Epithelial": "prostate",
        "Renal Proximal Tubular Epithelial": "kidney",
        "Renal Cortical Epithelial": "kidney",
        "Esophageal Epithelial": "esophagus",
        "Tracheal Epithelial": "trachea",
        "Gingival Epithelial": "mouth",
        "Keratinocyte Epidermal": "skin",
        "Hepatocyte": "liver",
        "Intestinal Epithelial (polarized)": "other",
        "Urothelial": "other",
    },
    "blood": {
        name: "other"
        for name in (
            "Macrophage Monocyte derived",
            "CD14+ Monocytes",
            "Neutrophils",
            "Eosinophils",
            "Mast cells",
            "Dendritic Plasmacytoid",
            "CD4+ T cells",
            "CD8+ T cells",
            "CD4+CD25+CD45RA- memory regulatory T cells",
            "CD19+ B cells",
            "NK cells",
        )
    },
}
LINEAGE = {cell: lineage for lineage, cells in PANEL.items() for cell in cells}
ORGAN = {cell: organ for cells in PANEL.values() for cell, organ in cells.items()}


def _text(name: str, **limits) -> dict:
    return {"name": name, "type": "string", "constraints": {"required": True, **limits}}


GENES = {"fields": [_text("ApprovedSymbol"), _text("Class", enum=["ligand", "receptor"])]}
EXPRESSION = {
    "fields": [
        _text("ApprovedSymbol"),
        *({"name": cell, "type": "number", "constraints": {"required": True, "minimum": 0}} for cell in LINEAGE),
    ]
}


def read(expression: Path, genes: Path) -> pd.DataFrame:
    """Expression in transcripts per million: a row a ligand, a column a cell type of the panel."""
    listed = _checked(genes, GENES)
    ligands = set(listed.loc[listed["Class"] == "ligand", "ApprovedSymbol"])
    table = _checked(expression, EXPRESSION).set_index("ApprovedSymbol")
    return table[table.index.isin(ligands)].astype(float)


def primary_cells(expression: pd.DataFrame) -> pd.DataFrame:
    """The cell types of the panel, by the number that `ligand_likeness` knows them by."""
    return pd.DataFrame(
        {"number": number, "cell": cell, "lineage": LINEAGE[cell], "organ": ORGAN[cell]}
        for number, cell in enumerate(expression.columns, 1)
    )


def ligand_likeness(expression: pd.DataFrame) -> pd.DataFrame:
    """Spearman's correlation of two cell types over all ligands, each pair once, by their numbers."""
    rho = expression.corr("spearman").to_numpy()
    return pd.DataFrame(
        {"cell": one + 1, "other": other + 1, "correlation": round(float(rho[one, other]), 4)}
        for one, other in combinations(range(len(expression.columns)), 2)
    )


def ligand_sharing(expression: pd.DataFrame) -> pd.DataFrame:
    """For each threshold, the ligands above it anywhere, in one cell type, and in half or more of them."""
    rows = []
    for which, columns in (
        ("all", list(expression)),
        ("stroma", [cell for cell in expression if LINEAGE[cell] in STROMA]),
    ):
        for threshold in THRESHOLDS:
            number = (expression[columns] > threshold).sum(axis=1)
            rows.append(
                {
                    "cells": which,
                    "threshold": threshold,
                    "cell_types": len(columns),
                    "ligands": len(expression),
                    "expressed": int((number > 0).sum()),
                    "in_one": int((number == 1).sum()),
                    "in_half": int((number >= np.ceil(len(columns) / 2)).sum()),
                }
            )
    return pd.DataFrame(rows)


def _checked(path: Path, schema: dict) -> pd.DataFrame:
    """The columns of `schema`, checked; those of the file that it does not name are left out."""
    frame = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
    columns = [field["name"] for field in schema["fields"] if field["name"] in frame]
    records = Records(columns, frame[columns].values.tolist(), 1, list(range(2, len(frame) + 2)))
    return check(records, schema, str(path), REMEDY)
