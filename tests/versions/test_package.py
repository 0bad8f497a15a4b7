"""What is published with a version: the state, the small file for archived pages, archives, RO-Crate and checksums."""

import hashlib
import io
import json
import shutil
import tarfile
import zipfile

import pytest

from seedsoil.files import ROOT
from seedsoil.versions import crate, kept, package, state
from tests.living.conftest import book  # noqa: F401
from tests.versions.test_difference import OLD


@pytest.fixture
def built(book):  # noqa: F811
    """The small book as version 0.3.0 with a site of one page, and with 0.1.0 kept."""
    shutil.copy(ROOT / "CITATION.cff", book)
    (book / "pyproject.toml").write_text('version = "0.3.0"\n', "utf8")
    (book / "CHANGELOG.md").write_text("# Changelog\n\n## 0.3.0 (2026-12-01)\n\n- Feeds.\n", "utf8")
    (book / "tests/results").mkdir(parents=True)
    (book / package.SITE / "chapters").mkdir(parents=True)
    (book / package.SITE / "index.html").write_text("<h1>Book</h1>")
    (book / package.SITE / "chapters/dormancy.html").write_text("<h1>Dormancy</h1>")
    described = json.loads((book / "data/datapackage.json").read_text("utf8"))
    described["resources"] = [one for one in described["resources"] if (book / "data" / one["path"]).is_file()]
    (book / "data/datapackage.json").write_text(json.dumps(described), "utf8")
    kept.keep(book, OLD)
    return book


def test_archived_pages_are_told_what_changed_since(built):
    package.beside_pages(built)
    told = json.loads((built / package.SITE / "versions.json").read_text("utf8"))
    assert (told["newest"], told["day"]) == ("0.3.0", "2026-12-01")
    assert ["dormancy", "dormancy: no longer said (Contested): “Exercise wakes cells.”"] in told["since"]["0.1.0"]
    assert state.of(built, str(built / package.SITE / "state.json")) == state.state(built)


def test_the_files_of_a_release_are_the_same_to_the_byte_and_open(built, tmp_path_factory):
    first, second = (tmp_path_factory.mktemp("assets") for _ in range(2))
    files = package.attach(built, first)
    (built / package.SITE / package.NOTE).write_text("config: of another folder")
    package.attach(built, second)
    for path in files:
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name
    sums = dict(reversed(line.split("  ")) for line in (first / "SHA256SUMS").read_text().splitlines())
    assert sums.keys() == {path.name for path in files} - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((first / name).read_bytes()).hexdigest() == digest
    with tarfile.open(first / "seed-and-soil-0.3.0-site.tar.gz") as archive:
        assert set(archive.getnames()) == {"index.html", "chapters/dormancy.html", "state.json", "versions.json"}
    with zipfile.ZipFile(first / "seed-and-soil-0.3.0-data.zip") as archive:
        assert {"datapackage.json", "findings.csv", "references.bib"} <= set(archive.namelist())


def test_a_book_that_is_not_built_is_told(built):
    shutil.rmtree(built / package.SITE)
    with pytest.raises(ValueError, match="found no built site"):
        package.attach(built, built / "assets")


# Of https://w3id.org/ro/crate/1.2/context, those that a release uses; a validator refuses a key that it does not define.
TERMS = set(
    "@id @type about author conformsTo contactPoint contactType contentSize datePublished description encodingFormat hasPart isBasedOn keywords "
    "license name publisher sha256 url version".split()
)


def faults(told: dict, files: dict[str, bytes]) -> list[str]:
    """What RO-Crate 1.2 asks (structure, root data entity, data entities): each thing that is not so."""
    found = [] if told.get("@context") == "https://w3id.org/ro/crate/1.2/context" else ["the context"]
    graph = {entity.get("@id"): entity for entity in told["@graph"]}
    if len(graph) != len(told["@graph"]) or None in graph or any("@type" not in one for one in told["@graph"]):
        found.append("an entity without @id or @type, or two with one @id")
    descriptor = graph.get("ro-crate-metadata.json", {})
    if descriptor.get("@type") != "CreativeWork" or descriptor.get("about") != {"@id": "./"}:
        found.append("the descriptor")
    if not descriptor.get("conformsTo", {}).get("@id", "").startswith("https://w3id.org/ro/crate/"):
        found.append("conformsTo")
    root = graph.get("./", {})
    if root.get("@type") != "Dataset":
        found.append("the root")
    found += [
        f"no {name}" for name in ("name", "description", "datePublished", "license", "hasPart") if not root.get(name)
    ]
    licenses = root.get("license", [])
    for one in licenses if isinstance(licenses, list) else [licenses]:
        entity = graph.get(one["@id"], {})
        found += [f"no {name} of {one['@id']}" for name in ("name", "description") if not entity.get(name)]
    named = [part["@id"] for part in root.get("hasPart", [])]
    found += [f"{name} is no part" for name in files.keys() - set(named)]
    for name in named:
        entity = graph.get(name, {})
        if "File" not in entity.get("@type", "") or entity.get("contentSize") != str(len(files.get(name, b""))):
            found.append(f"the file {name}")

    def references(value):
        if isinstance(value, dict):
            yield from [value["@id"]] if value.keys() == {"@id"} else ()
        elif isinstance(value, list):
            for one in value:
                yield from references(one)

    for entity in told["@graph"]:
        found += [f"{key} is no term of the context" for key in entity.keys() - TERMS]
        if entity.get("@type") == "SoftwareSourceCode":
            found.append(f"{entity['@id']} is a script and no file")
        for key, value in entity.items():
            if key != "conformsTo":
                found += [f"{entity.get('@id')} {key} leads nowhere" for name in references(value) if name not in graph]
    return found


FILES = {"a-site.tar.gz": b"site", "a-data.zip": b"data", "a-state.json": b"{}", "a-book.pdf": b"%PDF"}


def test_the_metadata_are_an_ro_crate():
    told = json.loads(crate.text(ROOT, "0.3.0", FILES))
    assert faults(told, FILES) == []
    (pdf,) = [entity for entity in told["@graph"] if entity["@id"] == "a-book.pdf"]
    assert pdf["encodingFormat"] == "application/pdf" and pdf["sha256"] == hashlib.sha256(b"%PDF").hexdigest()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda told: told.update({"@context": "https://schema.org"}), "the context"),
        (lambda told: told["@graph"].pop(0), "the descriptor"),
        (lambda told: told["@graph"][0].pop("conformsTo"), "conformsTo"),
        (lambda told: told["@graph"][1].pop("datePublished"), "no datePublished"),
        (lambda told: told["@graph"][1].pop("license"), "no license"),
        (lambda told: told["@graph"][-3].pop("description"), "no description of https://opensource.org/license/mit"),
        (lambda told: told["@graph"][1]["hasPart"].pop(), "a-book.pdf is no part"),
        (lambda told: told["@graph"].pop(2), "the file a-site.tar.gz"),
        (lambda told: told["@graph"].pop(), "isBasedOn leads nowhere"),
        (lambda told: told["@graph"][3].pop("@type"), "without @id or @type"),
        (lambda told: told["@graph"][2].update(sha1="0"), "sha1 is no term of the context"),
        (lambda told: told["@graph"][-1].update({"@type": "SoftwareSourceCode"}), "is a script and no file"),
    ],
)
def test_metadata_that_are_none_are_told(spoil, said):
    told = json.loads(crate.text(ROOT, "0.3.0", FILES))
    spoil(told)
    assert any(said in fault for fault in faults(told, FILES))


def test_archives_hold_neither_time_nor_owner(built, tmp_path_factory):
    package.attach(built, folder := tmp_path_factory.mktemp("assets"))
    with tarfile.open(folder / "seed-and-soil-0.3.0-site.tar.gz") as archive:
        assert {(entry.mtime, entry.uid, entry.uname) for entry in archive} == {(0, 0, "")}
    content = (folder / "seed-and-soil-0.3.0-data.zip").read_bytes()
    assert {entry.date_time[0] for entry in zipfile.ZipFile(io.BytesIO(content)).infolist()} == {1980}
