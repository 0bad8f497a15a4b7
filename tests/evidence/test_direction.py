"""The direction of a finding follows from what was done and what became of the outcome; known signs stay right."""

import pytest

from seedsoil.evidence.direction import CHANGES, GOOD, SPREAD, direction, directions, is_about_spread
from seedsoil.tables import load
from seedsoil.tables.package import resource

FIELDS = {field["name"]: field for field in resource("findings")["schema"]["fields"]}


@pytest.mark.parametrize(
    ("perturbation", "outcome", "outcome_of", "expected"),
    [
        ("knockout", "less", "metastasis", "promotes"),
        ("knockout", "more", "metastasis", "restrains"),
        ("antibody", "more", "response to treatment", "promotes"),  # an antibody that helped: its target promotes
        ("antibody", "more", "survival of patients", "promotes"),
        ("addition", "more", "dormancy", "restrains"),
        ("none", "more", "metastasis", "promotes"),
        ("not stated", "less", "outgrowth", "restrains"),
        ("depletion", "same", "survival of animals", "no effect"),
        ("agonist", "more", "immune attack", "restrains"),
    ],
)
def test_directions_by_hand(perturbation, outcome, outcome_of, expected):
    assert direction({"perturbation": perturbation, "outcome": outcome, "outcome_of": outcome_of}) == expected


def test_turning_the_perturbation_or_the_outcome_turns_the_direction():
    turned = TURNED | {"no effect": "no effect"}
    for outcome_of in FIELDS["outcome_of"]["constraints"]["enum"]:
        for one, other in (("more", "less"), ("less", "more"), ("same", "same")):
            row = {"perturbation": "knockout", "outcome": one, "outcome_of": outcome_of}
            assert direction(row | {"outcome": other}) == turned[direction(row)]
            assert direction(row | {"perturbation": "addition"}) == turned[direction(row)]


def test_every_word_of_the_schema_has_a_meaning():
    assert set(FIELDS["perturbation"]["constraints"]["enum"]) == set(CHANGES)
    assert {*SPREAD, *GOOD} <= set(FIELDS["outcome_of"]["constraints"]["enum"])
    assert "direction" not in FIELDS  # what is computed cannot be typed


TURNED = {"promotes": "restrains", "restrains": "promotes"}
KNOWN = {  # signs that no coding may turn: what a row has in these columns, and what it then says
    (("factor", "PDCD1"),): "promotes",
    (("factor", "MET"), ("source", "tumor cell")): "promotes",  # neutrophils need it against the tumor
    (("factor", "THBS1"),): "restrains",
    (("source", "NK cell"),): "restrains",
}


@pytest.mark.parametrize(("subject", "sign"), KNOWN.items())
def test_known_signs(subject, sign):
    rows = load("findings")
    for column, term in subject:
        rows = rows[[term in terms for terms in rows[column].str.split("; ")]]
    found = directions(rows)
    assert (found == sign).sum() > (found == TURNED[sign]).sum(), rows.assign(direction=found)[["id", "direction"]]


def test_vessel_growth_and_markers_are_not_metastasis():
    findings = load("findings")
    about = findings[findings.apply(is_about_spread, axis=1)]
    assert set(about["outcome_of"]) <= set(SPREAD) and 0 < len(about) < len(findings)
