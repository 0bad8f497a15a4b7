"""RO-Crate metadata of a release (https://w3id.org/ro/crate/1.2): what its files are, under which license, by whom."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from seedsoil.files import read

NAME = "ro-crate-metadata.json"
FORM = "https://w3id.org/ro/crate/1.2"
TYPES = {".gz": "application/gzip", ".zip": "application/zip", ".json": "application/json", ".pdf": "application/pdf"}
SAYS = {  # by how the name ends
    "site.tar.gz": "The site of this version, to be read without a network",
    "data.zip": "The tables with their description (Frictionless Data Package) and the references",
    "state.json": "What the book says in this version: messages, grades, estimates, results, rows",
}
LICENSES = {  # address, name, and what it is the license of
    "CC-BY-4.0": (
        "https://creativecommons.org/licenses/by/4.0/",
        "Creative Commons Attribution 4.0 International",
        "License of text, figures and tables",
    ),
    "MIT": ("https://opensource.org/license/mit", "MIT License", "License of the code"),
}


def text(root: Path, version: str, files: Mapping[str, bytes]) -> str:
    return json.dumps(crate(root, version, files), ensure_ascii=False, indent=1) + "\n"


def crate(root: Path, version: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The metadata of a folder of `files`, by name, from the record in CITATION.cff."""
    told = yaml.safe_load(read(root / "CITATION.cff", "CITATION.cff"))
    contact = f"{told['repository-code']}/issues"
    authors = [_author(author, told["url"], contact) for author in told["authors"]]
    licenses = [LICENSES[name] for name in told["license"]]
    return {
        "@context": f"{FORM}/context",
        "@graph": [
            {
                "@id": NAME,
                "@type": "CreativeWork",
                "conformsTo": {"@id": FORM},
                "about": {"@id": "./"},
            },
            {
                "@id": "./",
                "@type": "Dataset",
                "name": f"{told['title']}, version {version}",
                "description": told.get("abstract") or told["title"],
                "datePublished": told["date-released"],
                "version": version,
                "license": _plain([{"@id": address} for address, *_ in licenses]),
                "author": _plain([{"@id": author["@id"]} for author in authors]),
                "publisher": {"@id": authors[0]["@id"]},
                "keywords": told.get("keywords", []),
                "url": f"{told['url']}v/{version}/",
                "isBasedOn": {"@id": told["repository-code"]},
                "hasPart": [{"@id": name} for name in files],
            },
            *(_file(name, content) for name, content in files.items()),
            *authors,
            *(
                {"@id": address, "@type": "CreativeWork", "name": name, "description": says}
                for address, name, says in licenses
            ),
            {
                "@id": contact,
                "@type": "ContactPoint",
                "name": "Issues of the book",
                "contactType": "questions and corrections",
                "url": contact,
            },
            {"@id": told["repository-code"], "@type": "CreativeWork", "name": "Source of the book"},
        ],
    }


def _plain(values: list[dict[str, str]]) -> Any:
    """One value stands without a list."""
    return values[0] if len(values) == 1 else values


def _file(name: str, content: bytes) -> dict[str, Any]:
    says = next((text for end, text in SAYS.items() if name.endswith(end)), "The book, or a chapter, to print")
    return {
        "@id": name,
        "@type": "File",
        "name": name,
        "description": says,
        "encodingFormat": TYPES[Path(name).suffix],
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _author(author: Mapping[str, str], home: str, contact: str) -> dict[str, Any]:
    if "name" in author:
        name, rest = author["name"], {"@type": "Organization", "url": home}
    else:
        name, rest = f"{author.get('given-names', '')} {author['family-names']}".strip(), {"@type": "Person"}
    named = author.get("orcid") or f"#{re.sub(r'[^a-z0-9]+', '-', name.lower())}"
    return {"@id": named, **rest, "name": name, "contactPoint": {"@id": contact}}
