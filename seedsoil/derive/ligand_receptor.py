"""Four published tables of ligands and receptors against each other: Ramilowski 2015, connectomeDB2020, CellTalkDB and
LIANA's consensus.

Of Ramilowski 2015 the pairs with literature are taken. A complex of LIANA counts as the pairs of its members, for the
other three tables have none. Two genes that Ramilowski 2015 spells by names that have changed since (IL8 for CXCL8)
would pass for a disagreement: its symbols are brought up to date by UniProt accession, and the counts are made with the
old names too. CellTalkDB is under the GPL, so that counts leave this module and no pair does.
"""

from pathlib import Path

import pandas as pd
import pyreadr

from seedsoil.tables import Records, check

REMEDY = "take the pinned file, or mend SCHEMAS in seedsoil/derive/ligand_receptor.py"
TABLES = ("ramilowski2015", "connectomedb2020", "celltalkdb", "liana")

Pairs = set[tuple[str, str]]


def _schema(*names: str) -> dict:
    return {"fields": [{"name": name, "type": "string", "constraints": {"required": True}} for name in names]}


SCHEMAS = {
    "pairs": _schema("Ligand", "Receptor", "Evidence"),
    "genes": _schema("ApprovedSymbol", "UniProtID"),
    "connectome": _schema("Ligand gene symbol", "Receptor gene symbol"),
    "celltalk": _schema("ligand_gene_symbol", "receptor_gene_symbol"),
    "liana": _schema("source", "target", "source_genesymbol", "target_genesymbol", "resource"),
}


def read(pairs: Path, genes: Path, connectome: Path, celltalk: Path, liana: Path) -> dict[str, dict[str, Pairs]]:
    """The pairs (ligand, receptor) of each table, twice: with the names of today (`now`) and as printed (`printed`)."""
    first = _checked(pd.read_csv(pairs, sep="\t", dtype=str, keep_default_na=False), "pairs", pairs)
    first = first[first["Evidence"] == "literature supported"]
    listed = _checked(pd.read_csv(genes, sep="\t", dtype=str, keep_default_na=False), "genes", genes)
    second = _checked(pd.read_csv(connectome, dtype=str, lineterminator="\r"), "connectome", connectome)
    (third,) = pyreadr.read_r(str(celltalk)).values()
    third = _checked(third, "celltalk", celltalk)
    every = _checked(pd.read_csv(liana, dtype=str, keep_default_na=False), "liana", liana)

    printed = {
        "ramilowski2015": _pairs(first["Ligand"], first["Receptor"]),
        "connectomedb2020": _pairs(second["Ligand gene symbol"], second["Receptor gene symbol"]),
        "celltalkdb": _pairs(third["ligand_gene_symbol"], third["receptor_gene_symbol"]),
        "liana": _members(every[every["resource"] == "consensus"]),
    }
    new = _new_names(listed, every[every["resource"] != "mouseconsensus"])
    now = {
        **printed,
        "ramilowski2015": {(new.get(one, one), new.get(other, other)) for one, other in printed["ramilowski2015"]},
    }
    return {"now": now, "printed": printed}


def ligand_receptor_overlap(raw: dict[str, dict[str, Pairs]]) -> pd.DataFrame:
    """The pairs that stand in just these tables, for each of the fifteen ways of standing in some."""
    counts = pd.DataFrame(
        {
            f"pairs_{names}" if names == "printed" else "pairs": _standing(tables).value_counts()
            for names, tables in raw.items()
        }
    )
    ways = pd.MultiIndex.from_product([["no", "yes"]] * len(TABLES), names=TABLES)[1:]
    counts = counts.reindex(ways, fill_value=0).fillna(0).astype(int)
    return counts.reset_index().sort_values(list(TABLES), ascending=False)


def ligand_receptor_genes(raw: dict[str, dict[str, Pairs]]) -> pd.DataFrame:
    """The partners of each gene in each table, as a ligand and as a receptor."""
    rows = pd.DataFrame(
        [(name, ligand, receptor) for name, pairs in raw["now"].items() for ligand, receptor in pairs],
        columns=["table", "ligand", "receptor"],
    )
    counts = [
        rows.groupby([role, "table"]).size().unstack("table", fill_value=0).rename_axis("gene").assign(role=role)
        for role in ("ligand", "receptor")
    ]
    table = pd.concat(counts).reset_index()
    return table[["gene", "role", *TABLES]].sort_values(["gene", "role"])


def _standing(tables: dict[str, Pairs]) -> pd.DataFrame:
    """A row for each pair of the union: yes or no for each table."""
    union = sorted(set().union(*tables.values()))
    return pd.DataFrame({name: ["yes" if pair in pairs else "no" for pair in union] for name, pairs in tables.items()})


def _pairs(ligands: pd.Series, receptors: pd.Series) -> Pairs:
    return set(zip(ligands, receptors, strict=True))


def _members(pairs: pd.DataFrame) -> Pairs:
    """A complex is written A_B."""
    return {
        (ligand, receptor)
        for ligands, receptors in zip(pairs["source_genesymbol"], pairs["target_genesymbol"], strict=True)
        for ligand in ligands.split("_")
        for receptor in receptors.split("_")
    }


def _new_names(genes: pd.DataFrame, liana: pd.DataFrame) -> dict[str, str]:
    """The symbol of today for each gene of Ramilowski 2015 whose symbol has changed, by accession."""
    now = {}
    for accession, symbol in (("source", "source_genesymbol"), ("target", "target_genesymbol")):
        single = liana[~liana[symbol].str.contains("_")]
        now.update(zip(single[accession], single[symbol], strict=True))
    today = genes["UniProtID"].map(now)
    changed = today.notna() & (today != genes["ApprovedSymbol"])
    return dict(zip(genes.loc[changed, "ApprovedSymbol"], today[changed], strict=True))


def _checked(frame: pd.DataFrame, name: str, path: Path) -> pd.DataFrame:
    """The columns that SCHEMAS names, checked; others are left out."""
    columns = [field["name"] for field in SCHEMAS[name]["fields"] if field["name"] in frame]
    records = Records(columns, frame[columns].values.tolist(), 1, list(range(2, len(frame) + 2)))
    return check(records, SCHEMAS[name], str(path), REMEDY)
