"""The network of the findings: who acts on whom, by which row, and nothing that does not count."""

import networkx as nx

from seedsoil.evidence.library import Library
from seedsoil.site.network import network, write
from tests.site.evidence_book import TABLES, write_evidence_book


def rows(root):
    write_evidence_book(root, {"page": "Text."})
    head, *lines = TABLES["findings"].strip().splitlines()
    path = root / "data/findings.csv"
    path.write_text("\n".join([f"{head},target", *(f"{line},lung; -" for line in lines), ""]))
    return Library(root).all_evidence()


def test_each_finding_that_counts_is_an_arrow_with_its_row(tmp_path):
    found = network(rows(tmp_path))
    arrows = {(one, other, told["kind"], told["row"]) for one, other, told in found.edges(data=True)}
    assert ("VEGFR1", "lung", "acts on", "kaplan-vegfr1") in arrows
    assert ("cell-hpc", "VEGFR1", "acts by", "kaplan-vegfr1") in arrows
    assert ("tumor", "lung", "acts on", "cole-marrow") in arrows, "a source acts where no factor is named"
    assert not {row for *_, row in arrows} & {"erler-lox", "doyle-guess"}, "retracted or unverified"
    assert found.nodes["cell-hpc"]["label"] == "hematopoietic progenitor" and "-" not in found


def test_the_file_is_read_again_as_it_was_written(tmp_path):
    found = rows(tmp_path)
    write(tmp_path / "network.graphml", found)
    again = nx.read_graphml(tmp_path / "network.graphml")
    assert again.number_of_edges() == network(found).number_of_edges() > 5
    assert {told["direction"] for *_, told in again.edges(data=True)} <= {"promotes", "restrains", "no effect"}
