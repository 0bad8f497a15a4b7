"""What databases of ligands and receptors hold of the matrisome, by class and for named genes.

`omni_resource.csv` of LIANA lists pairs by resource. "The union" here is every different pair of gene symbols,
complexes kept whole, of the resources other than `consensus` (LIANA's own choice among them) and `mouseconsensus`
(mouse). A gene has a pair when it stands in one, alone or as a member of a complex.

The list of the Matrisome Project spells some genes by names that HGNC has since changed (CTGF for CCN2), so its genes
are found in the pairs by symbol or by UniProt accession. Its retired genes are left out.
"""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from seedsoil.tables import Records, check

REMEDY = "take the pinned file, or mend the schemas in seedsoil/derive/liana.py"
NOT_IN_UNION = ("consensus", "mouseconsensus")
CLASSES = (
    "ECM Glycoproteins",
    "Collagens",
    "Proteoglycans",  # the core matrisome
    "ECM-affiliated Proteins",
    "ECM Regulators",
    "Secreted Factors",  # associated with it
)
MANY = 5  # resources
GENES = (
    "COL1A1",
    "COL3A1",
    "COL4A3",
    "COL6A3",
    "FN1",
    "TNC",
    "POSTN",
    "SPARC",
    "THBS1",
    "LAMA2",
    "CTGF",
    "LOX",
    "LOXL1",
    "LOXL2",
    "LOXL3",
    "LOXL4",
    "TIMP1",
    "SERPINB1",
    "HPSE",
    "PLAU",
    "PLG",
    "MMP1",
    "MMP2",
    "MMP3",
    "MMP7",
    "MMP8",
    "MMP9",
    "MMP12",
    "MMP13",
    "MMP14",
    "ADAM10",
    "ADAM17",
    "CTSB",
    "CTSC",
    "CTSS",
)


def _text(name: str, **limits) -> dict:
    return {"name": name, "type": "string", "constraints": {"required": True, **limits}}


PAIRS = {"fields": [_text(name) for name in ("source", "target", "source_genesymbol", "target_genesymbol", "resource")]}
MATRISOME = {
    "fields": [
        _text("Division", enum=["Core matrisome", "Matrisome-associated", "Retired"]),
        _text("Category", enum=[*CLASSES, "n/a"]),
        _text("Gene Symbol"),
        {"name": "UniProt_IDs", "type": "string", "constraints": {"maxLength": 10_000}},
    ]
}


def read(pairs: Path, matrisome: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The union (a row for each member of a pair on each side: `pair`, `side`, `gene`, `resource`) and the matrisome
    (a row a gene: `gene` as the list spells it, `symbol` as the pairs do, `category`)."""
    listed = _read(pairs, PAIRS, "utf-8")
    listed = listed[~listed["resource"].isin(NOT_IN_UNION)]
    listed["pair"] = listed["source_genesymbol"] + "|" + listed["target_genesymbol"]
    members = pd.concat([_members(listed, side) for side in ("source", "target")], ignore_index=True)

    genes = _read(matrisome, MATRISOME, "latin-1")
    genes = genes[genes["Division"] != "Retired"]
    symbols = set(members["gene"])
    by_accession = members.drop_duplicates("accession").set_index("accession")["gene"].to_dict()
    genes = pd.DataFrame(
        {
            "gene": genes["Gene Symbol"],
            "symbol": [
                symbol if symbol in symbols else next((by_accession[one] for one in ids if one in by_accession), symbol)
                for symbol, ids in zip(
                    genes["Gene Symbol"], genes["UniProt_IDs"].fillna("").str.split(":"), strict=True
                )
            ],
            "category": genes["Category"],
        }
    )
    return members[["pair", "side", "gene", "resource"]], genes.reset_index(drop=True)


def matrisome_pairs(raw: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    """Genes of each class of the matrisome, those with any pair of the union, and the pairs."""
    members, genes = raw
    resources = members.groupby("pair")["resource"].nunique()
    rows = []
    for category in CLASSES:
        symbols = genes.loc[genes["category"] == category, "symbol"]
        found = members[members["gene"].isin(symbols)]

        def count(of: pd.DataFrame, symbols: pd.Series = symbols) -> int:
            return int(symbols.isin(of["gene"]).sum())

        rows.append(
            {
                "category": category,
                "genes": len(symbols),
                "with_pair": count(found),
                "as_ligand": count(found[found["side"] == "source"]),
                "as_receptor": count(found[found["side"] == "target"]),
                "with_common_pair": count(found[found["pair"].map(resources) >= MANY]),
                "pairs": found["pair"].nunique(),
            }
        )
    return pd.DataFrame(rows)


def matrix_gene_pairs(raw: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    """Pairs of the union that a named gene of the matrisome stands in, and the resources that list any."""
    members, genes = raw
    by_gene = genes.set_index("gene")
    rows = []
    for gene in GENES:
        found = members[members["gene"] == by_gene.at[gene, "symbol"]]
        sides = found.groupby("side")["pair"].nunique()
        rows.append(
            {
                "gene": gene,
                "symbol": by_gene.at[gene, "symbol"],
                "category": by_gene.at[gene, "category"],
                "resources": found["resource"].nunique(),
                "pairs": found["pair"].nunique(),
                "as_ligand": int(sides.get("source", 0)),
                "as_receptor": int(sides.get("target", 0)),
            }
        )
    return pd.DataFrame(rows)


def _members(listed: pd.DataFrame, side: str) -> pd.DataFrame:
    """A row for each gene on one side of a pair; a complex is written A_B, its accessions COMPLEX:P1_P2."""
    symbols = listed[f"{side}_genesymbol"].str.split("_")
    accessions = listed[side].str.removeprefix("COMPLEX:").str.split("_")
    table = pd.DataFrame(
        {
            "pair": listed["pair"],
            "resource": listed["resource"],
            "side": side,
            "gene": symbols,
            "accession": [a if len(a) == len(s) else [""] * len(s) for a, s in zip(accessions, symbols, strict=True)],
        }
    )
    return table.explode(["gene", "accession"], ignore_index=True)


def _read(path: Path, schema: dict, encoding: str) -> pd.DataFrame:
    """The columns of `schema`, checked; those of the file that it does not name are left out."""
    wanted: Iterable[str] = [field["name"] for field in schema["fields"]]
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)
    columns = [name for name in wanted if name in frame]
    records = Records(columns, frame[columns].values.tolist(), 1, list(range(2, len(frame) + 2)))
    return check(records, schema, str(path), REMEDY)
