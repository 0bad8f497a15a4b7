"""Expression of the genes that may act from one cell on another, in six organs that metastases grow in.

The consensus values (NX) of the Human Protein Atlas, a row a gene by Ensembl identifier, in 61 tissues and blood cells;
symbols come from the list that NATMI ships. Kept are the ligands of the four tables of `ligand_receptor`, and the genes
of `MORE`: what findings name as factors and no table holds as a ligand. Where two Ensembl genes carry one symbol, the
higher value stands.

Bone marrow here is an aspirate: blood cells and their ancestors, and little of the stroma and none of the bone that
findings in marrow speak of. The peritoneum stands by adipose tissue alone, for the omentum.
"""

from pathlib import Path

import pandas as pd

from seedsoil.derive import ligand_receptor
from seedsoil.tables import Records, check

REMEDY = "take the pinned file, or mend SCHEMAS in seedsoil/derive/atlas.py"
ORGANS = {  # of the book, and how the Atlas names its sample
    "bone marrow": "bone_marrow",
    "brain": "cerebral_cortex",
    "liver": "liver",
    "lung": "lung",
    "lymph node": "lymph_node",
    "peritoneum": "adipose_tissue",
}
MORE = (
    "ADORA2A ALDOB ALOX5 ANXA6 ARHGEF1 BMP1 CCR1 CCR2 CEMIP COL12A1 CTLA4 CTSC CTSS DKK1 ELANE ERBB2 FABP4 FASN FLT1 "
    "FOXP3 FST ID1 IDO1 IFNGR1 IL1R1 ILK IRF7 ITGB1 LOX LOXL2 LOXL4 MET MMP12 MMP13 MMP14 MMP2 MMP7 MMP8 MMP9 NR2F1 "
    "NR4A1 PCDH7 PCSK9 PDCD1 PHGDH PROK2 PTGS2 RARB RIPK3 S100A8 S100A9 SAA1 SAA2 SELE SERPINB1 SERPINB2 SERPINI1 "
    "SFRP2 SLC16A1 SNAI1 SOX9 SPARC ST6GALNAC5 STAT3 STING1 TACR1 TEK TGFBR2 TIMD4 TIMP1 TWIST1 UCP1 VIM ZEB1"
).split()


def _schema(*names: str, kind: str = "string") -> list[dict]:
    return [{"name": name, "type": kind, "constraints": {"required": True}} for name in names]


SCHEMAS = {
    "atlas": {"fields": [*_schema("GeneID"), *_schema(*ORGANS.values(), kind="number")], "primaryKey": ["GeneID"]},
    "names": {"fields": _schema("Ensembl Gene ID", "Symbol")},
}


def read(atlas: Path, names: Path, *pairs: Path) -> pd.DataFrame:
    """A row a gene (`gene`), a column for each of `ORGANS`: the ligands of the four tables and `MORE`."""
    levels = _checked(pd.read_csv(atlas, sep="\t", dtype=str, keep_default_na=False), "atlas", atlas)
    symbols = pd.read_csv(names, dtype=str, keep_default_na=False)
    symbols = _checked(symbols[symbols["Symbol"] != ""], "names", names).drop_duplicates("Ensembl Gene ID")
    levels["gene"] = levels["GeneID"].map(symbols.set_index("Ensembl Gene ID")["Symbol"])
    wanted = {ligand for table in ligand_receptor.read(*pairs)["now"].values() for ligand, _ in table} | set(MORE)
    levels = levels[levels["gene"].isin(wanted)].groupby("gene")[list(ORGANS.values())].max()
    return levels.rename(columns={sample: organ for organ, sample in ORGANS.items()}).reset_index()


def organ_expression(levels: pd.DataFrame) -> pd.DataFrame:
    """As read; genes that no organ expresses are kept, as zeros."""
    return levels.rename(columns=lambda name: name.replace(" ", "_")).sort_values("gene")


def _checked(frame: pd.DataFrame, name: str, path: Path) -> pd.DataFrame:
    """The columns that SCHEMAS names, checked; others are left out."""
    columns = [field["name"] for field in SCHEMAS[name]["fields"] if field["name"] in frame]
    records = Records(columns, frame[columns].values.tolist(), 1, list(range(2, len(frame) + 2)))
    return check(records, SCHEMAS[name], str(path), REMEDY)
