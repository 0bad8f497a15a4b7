"""What a person typed as an identifier, and the work that Crossref and PubMed know by it."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from seedsoil.bibliography.file import DOI
from seedsoil.literature.crossref import crossref_work
from seedsoil.literature.http import NotFound, NotReached
from seedsoil.literature.notices import Notice
from seedsoil.literature.pubmed import pubmed_by_doi, pubmed_work
from seedsoil.literature.work import Work


def identify(text: str) -> tuple[str, str]:
    """("doi" or "pmid", the bare identifier in lower case) of what a person typed or pasted."""
    bare = text.strip().rstrip(".,;")
    if match := re.fullmatch(
        r"(?:pmid:?\s*|https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed)/)?"
        r"(\d{1,8})/?",
        bare,
        re.IGNORECASE,
    ):
        return "pmid", match[1].lstrip("0")
    bare, links = re.subn(r"^(?:https?://)?(?:dx\.|www\.)?doi\.org/", "", bare, flags=re.IGNORECASE)
    doi = re.sub(r"^doi:\s*", "", unquote(bare) if links else bare, flags=re.IGNORECASE).lower()
    if DOI.fullmatch(doi) and not re.search(r"[{}\\]", doi):
        return "doi", doi
    raise ValueError(
        f"found {text!r}, expected a DOI as 10.1038/ncb2861 or a PMID as 24161934, bare or as a link of doi.org "
        "or PubMed."
    )


def look_up(kind: str, value: str) -> tuple[Work, list[str]]:
    """The work and what was not found out. A DOI goes to Crossref, then to PubMed for the PMID; a PMID to PubMed."""
    remarks: list[str] = []
    try:
        if kind == "pmid":
            work = pubmed_work(value)
        else:
            work = crossref_work(value)
            try:
                other = pubmed_by_doi(value)
            except Notice:
                raise
            except (NotReached, ValueError) as error:
                other = None
                remarks.append(f"the PMID was not found out. {error}")
            if other:
                work = replace(work.told_also(other), fields={**work.fields, "pmid": other.fields["pmid"]})
    except NotFound:
        source, name = ("PubMed", "PMID") if kind == "pmid" else ("Crossref", "DOI")
        raise ValueError(
            f"{source}: found no work with the {name} {value}, expected one; compare it with the page of the work."
        ) from None
    work, more = completed(work)
    return work, remarks + more


def completed(work: Work) -> tuple[Work, list[str]]:
    """The work with each identifier that its source does not tell as `unread`, and what was not found out."""
    remarks = []
    for name in ("doi", "pmid"):
        if not work.fields.get(name) and not (work.type != "article" and name == "pmid"):
            work.fields[name] = "unread"
            remarks.append(f"no page that was read prints the {name.upper()}; it is `unread`.")
    if not work.fields.get("author") and not work.fields.get("editor"):
        work.fields["author"] = "none"
        remarks.append("the source names no author; it is `none`, and the work is cited by its title.")
    if any("\N{REPLACEMENT CHARACTER}" in value for value in work.fields.values()):
        remarks.append(
            "the source has lost a letter (\N{REPLACEMENT CHARACTER}); mend the entry by the page of the work."
        )
    return work, remarks
