"""What the vocabulary owes to its readers, and double agents to their findings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import pandas as pd

from seedsoil.evidence.direction import direction, is_about_spread
from seedsoil.problem import Problem, quoted

VOCABULARY = "data/vocabulary.csv"
SEPARATOR = "; "
DEFINED = ("cell", "organ", "stage", "model", "process", "cancer")  # kinds that a reader needs a definition of
ONTOLOGIES = {  # by kind; FamPlex has families of genes
    "cell": ("CL",),
    "organ": ("UBERON",),
    "factor": ("HGNC", "FPLX"),
    "cancer": ("MONDO",),
}
NO_IDENTIFIER = "-"  # of a term that was looked for in the ontology of its kind, and is not there
AGENTS = {"cell": "source", "factor": "factor"}  # kinds that can be a double agent, and the column where they act
BOTH_WAYS = ("promotes", "restrains")
HAVE_PAGES = ("cell", "factor", "organ", "cancer")  # kinds that have a page for each term in a row, in this order
IDENTIFIERS = {  # addresses of what an id names, by its prefix
    "CL": "https://purl.obolibrary.org/obo/CL_{}",
    "UBERON": "https://purl.obolibrary.org/obo/UBERON_{}",
    "MONDO": "https://purl.obolibrary.org/obo/MONDO_{}",
    "HGNC": "https://identifiers.org/hgnc:{}",
    "FPLX": "https://identifiers.org/fplx:{}",
}


def slug(kind: str, term: str) -> str:
    """The name of a term in addresses: `organ-bone-marrow`."""
    return f"{kind}-{re.sub('[^a-z0-9]+', '-', term.replace('+', ' plus ').lower()).strip('-')}"


def address(identifier: str) -> str:
    """Where an identifier of an ontology is told; empty for one of another."""
    prefix, _, number = identifier.partition(":")
    return IDENTIFIERS[prefix].format(number) if prefix in IDENTIFIERS else ""


def vocabulary_terms(vocabulary: pd.DataFrame) -> Iterator[Problem]:
    """Terms are told apart by more than case; what a reader must know is defined; only what acts is a double agent."""
    first: dict[tuple[str, str], int] = {}
    for line, term, kind in zip(vocabulary.index, vocabulary["term"], vocabulary["kind"], strict=True):
        before = first.setdefault((term.casefold(), kind), line)
        if before != line:
            found = f"{quoted(term)}, the term of line {before} in other case"
            yield Problem(
                VOCABULARY,
                line,
                "term",
                found,
                "each term once",
                "remove or correct one of the two",
                "term-in-other-case",
            )
    for line in vocabulary.index[vocabulary["kind"].isin(DEFINED) & vocabulary["definition"].isna()]:
        found = f"the {vocabulary['kind'][line]} {quoted(vocabulary['term'][line])} without a definition"
        yield Problem(
            VOCABULARY, line, "definition", found, "a definition in our words", "fill it in", "undefined-term"
        )
    for line in vocabulary.index[(vocabulary["double_agent"] == "yes") & ~vocabulary["kind"].isin(AGENTS)]:
        found = f"the {vocabulary['kind'][line]} {quoted(vocabulary['term'][line])} as a double agent"
        yield Problem(
            VOCABULARY, line, "double_agent", found, f"a {' or '.join(AGENTS)}", "write no", "no-double-agent"
        )


def names(vocabulary: pd.DataFrame) -> Iterator[Problem]:
    """No name of a term, as its label or a synonym, is also a name of another term of the kind."""
    owner: dict[tuple[str, str], str] = {}
    rows = vocabulary.fillna("")
    for row in rows.itertuples():
        owner.setdefault((row.kind, row.term.casefold()), row.term)
    for row in rows.itertuples():
        told = [("label", row.label), *(("synonyms", name) for name in row.synonyms.split(SEPARATOR))]
        for column, name in told:
            other = owner.setdefault((row.kind, name.casefold()), row.term)
            if name and other.casefold() != row.term.casefold():
                found = f"{quoted(name)}, also a name of {quoted(other)}"
                mend = "leave it with one of the two"
                yield Problem(VOCABULARY, row.Index, column, found, "a name of one term", mend, "name-of-two-terms")


def identifiers(vocabulary: pd.DataFrame) -> Iterator[Problem]:
    """An identifier is of the ontology of its kind, and of one term."""
    known = vocabulary.dropna(subset=["ontology_id"])
    first: dict[str, str] = {}
    for row in known.itertuples():
        expected = ONTOLOGIES.get(row.kind, ())
        if row.ontology_id == NO_IDENTIFIER and expected:
            continue
        if row.ontology_id.partition(":")[0] not in expected:
            wanted = " or ".join(f"{name}:…" for name in expected) or "no identifier"
            found = f"{quoted(row.ontology_id)} for a {row.kind}"
            yield Problem(
                VOCABULARY, row.Index, "ontology_id", found, wanted, "look it up again", "identifier-of-another-kind"
            )
        elif (before := first.setdefault(row.ontology_id, row.term)) != row.term:
            found = f"{quoted(row.ontology_id)}, also of {quoted(before)}"
            yield Problem(
                VOCABULARY, row.Index, "ontology_id", found, "one term", "look both up again", "identifier-of-two-terms"
            )


def double_agents(findings: pd.DataFrame, vocabulary: pd.DataFrame, retracted: Collection[str]) -> Iterator[Problem]:
    """Who is called a double agent has a finding each way that counts."""
    agents = vocabulary[(vocabulary["double_agent"] == "yes") & vocabulary["kind"].isin(AGENTS)]
    counted = findings[(findings["read_at"] != "unverified") & ~findings["ref"].isin(retracted)]
    spread = [row for row in counted.to_dict("records") if is_about_spread(row)]
    seen = {
        (term, kind, direction(row))
        for row in spread
        for kind, column in AGENTS.items()
        for term in row[column].split(SEPARATOR)
    }
    for line, term, kind in zip(agents.index, agents["term"], agents["kind"], strict=True):
        for way in BOTH_WAYS:
            if (term, kind, way) not in seen:
                found = f"the double agent {quoted(term)} without a finding that it {way} spread"
                mend = (
                    "add the finding, or write no; unverified rows, retracted references and outcomes other than "
                    "metastasis, dissemination, outgrowth and dormancy do not count"
                )
                yield Problem(
                    VOCABULARY, line, "double_agent", found, "one each way at least", mend, "one-sided-double-agent"
                )
