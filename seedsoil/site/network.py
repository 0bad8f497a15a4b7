"""data/network.graphml: the findings as a network, for programs that draw and measure such.

Nodes are terms of the vocabulary, named as their pages in the atlas are; targets that have no page go by their label.
An arrow leads from each factor of a finding, or each source where it names no factor, to each target, and from each
source to each factor; it carries the row and what the row says.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import networkx as nx

from seedsoil.evidence.library import Named, Row

SILENT = ("-", "not stated")


def network(rows: tuple[Row, ...]) -> nx.MultiDiGraph:
    """The findings that count as evidence: neither retracted nor unverified."""
    graph = nx.MultiDiGraph()
    for row in rows:
        if row.table == "findings" and not (row.retracted or row.unverified):
            for one, other, kind in arrows(row):
                for name in (one, other):
                    graph.add_node(name.slug or name.label, label=name.label)
                ends = (name.slug or name.label for name in (one, other))
                graph.add_edge(*ends, kind=kind, **told(row))
    return graph


def arrows(row: Row) -> Iterator[tuple[Named, Named, str]]:
    source, factor, target = (
        [name for name in row.names(column) if name.label not in SILENT] for column in ("source", "factor", "target")
    )
    yield from ((one, other, "acts on") for one, other in product(factor or source, target))
    yield from ((one, other, "acts by") for one, other in product(source, factor))


def told(row: Row) -> dict[str, str]:
    places = {column: "; ".join(row.terms(column)) for column in ("organ", "stage", "cancer")}
    human = {"human_data": row["human_data"], "reference": row["ref"]}
    return {"row": row["id"], "direction": row.direction, "outcome": row["outcome_of"], **places, **human}


def write(path: Path, rows: tuple[Row, ...]) -> None:
    """The network of all findings as GraphML, http://graphml.graphdrawing.org."""
    nx.write_graphml_xml(network(rows), path, named_key_ids=True)
