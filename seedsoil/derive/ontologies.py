"""Names of cells, organs and cancers, as the Cell Ontology (CL), Uberon and Mondo have them.

The files are those that the ontology guide of CELLxGENE makes of releases of the three: by identifier a label and,
where there are any, the synonyms that the ontology calls exact. Kept are the terms of `TERMS`: those whose identifier
the vocabulary has. A name with a comma, a dash or a parenthesis ("carcinoma, squamous cell, malignant") is a heading
of an index, and one of many words ("gonad of female reproductive system") is composed by rule: nobody looks for
either, and both are left out.
"""

import gzip
import json
import re
from pathlib import Path

import pandas as pd

from seedsoil.problem import DataError, Problem

REMEDY = "take the pinned file, or correct TERMS in seedsoil/derive/ontologies.py"
HEADING = re.compile("[,()]| - ")
LONGEST = 3  # words of a name
TERMS = (
    "CL:0000057 CL:0000062 CL:0000066 CL:0000077 CL:0000084 CL:0000091 CL:0000092 CL:0000094 CL:0000097 CL:0000115 "
    "CL:0000127 CL:0000129 CL:0000134 CL:0000136 CL:0000137 CL:0000182 CL:0000186 CL:0000233 CL:0000235 CL:0000236 "
    "CL:0000451 CL:0000499 CL:0000540 CL:0000556 CL:0000583 CL:0000623 CL:0000625 CL:0000632 CL:0000669 CL:0000704 "
    "CL:0000763 CL:0000771 CL:0000775 CL:0000798 CL:0000814 CL:0000815 CL:0000860 CL:0000875 CL:0000889 CL:0001064 "
    "CL:0001068 CL:0001069 CL:0002062 CL:0002063 CL:0002092 CL:0002138 CL:0002573 CL:0002619 CL:0008001 "
    "MONDO:0001056 MONDO:0001187 MONDO:0002108 MONDO:0002516 MONDO:0002715 MONDO:0002974 MONDO:0003059 "
    "MONDO:0003210 MONDO:0004989 MONDO:0004993 MONDO:0005062 MONDO:0005072 MONDO:0005086 MONDO:0005089 "
    "MONDO:0005096 MONDO:0005105 MONDO:0005112 MONDO:0005164 MONDO:0005184 MONDO:0005575 MONDO:0006250 "
    "MONDO:0007256 MONDO:0007576 MONDO:0008170 MONDO:0008315 MONDO:0008903 MONDO:0009693 MONDO:0009807 "
    "MONDO:0010150 MONDO:0016642 MONDO:0018177 MONDO:0019954 MONDO:0021063 MONDO:0021211 MONDO:0023644 "
    "MONDO:0040679 UBERON:0000029 UBERON:0000178 UBERON:0000310 UBERON:0000955 UBERON:0000977 UBERON:0000992 "
    "UBERON:0001021 UBERON:0001155 UBERON:0001264 UBERON:0001474 UBERON:0002048 UBERON:0002097 UBERON:0002107 "
    "UBERON:0002358 UBERON:0002367 UBERON:0002371"
).split()


def read(*paths: Path) -> dict[str, dict]:
    """By identifier what the ontologies tell of a term; of current terms alone. Raises `DataError`."""
    raw: dict[str, dict] = {}
    for path in paths:
        raw |= json.loads(gzip.decompress(path.read_bytes()))
    for term in TERMS:
        if term not in raw or raw[term]["deprecated"]:
            found = f"{term} " + ("as obsolete" if term in raw else "in none of the files")
            files = ", ".join(map(str, paths))
            raise DataError(Problem(files, 0, "", found, "a current term", REMEDY, "unexpected-raw-file"))
    return {term: raw[term] for term in TERMS}


def ontology_names(raw: dict[str, dict]) -> pd.DataFrame:
    """`ontology_id`, the label as `name`, and the exact `synonyms`, several separated by "; "."""
    rows = [(term, told["label"], "; ".join(_names(told))) for term, told in raw.items()]
    return pd.DataFrame(rows, columns=["ontology_id", "name", "synonyms"]).sort_values("ontology_id")


def _names(told: dict) -> list[str]:
    """Each name once, whatever its case, and not that of the label."""
    names = {name.casefold(): name for name in told.get("synonyms", ()) if name.casefold() != told["label"].casefold()}
    return sorted(name for name in names.values() if not HEADING.search(name) and len(name.split()) <= LONGEST)
