"""The library is built in layers: what may import what, as DESIGN says, and no circles."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from seedsoil.files import ROOT

# Each layer (a folder or module of the library), and the layers that it may import besides itself.
BASE = {"problem", "files"}
DATA = BASE | {"tables", "bibliography", "evidence"}
MAY_IMPORT = {
    "problem": set(),
    "codes": set(),
    "files": {"problem"},
    "synthesis": {"problem"},
    "analysis": {"problem", "synthesis"},
    "display": {"problem", "synthesis", "analysis"},
    "tables": BASE,
    "derive": BASE | {"tables"},
    "bibliography": BASE | {"tables"},
    "evidence": BASE | {"tables", "bibliography"},
    "literature": DATA | {"prose"},
    "prose": DATA,
    "living": DATA | {"literature", "prose"},
    "versions": DATA | {"literature", "prose", "living"},
    "check": DATA | {"prose", "living"},
    "forms": DATA | {"check", "literature", "living", "prose"},
    "notebooks": DATA,
    "site": DATA | {"codes", "synthesis", "analysis", "display", "notebooks", "living", "versions"},
    "__init__": set(),  # the facade names what it offers, and imports it when it is used
    "cli": DATA | {"check", "forms", "literature", "living", "versions", "derive", "notebooks", "site"},
}


def modules(library: Path) -> dict[str, Path]:
    """The modules of a library by their dotted names; a package goes by its own."""
    return {
        ".".join(path.relative_to(library.parent).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted(library.rglob("*.py"))
    }


def imports(library: Path) -> Iterator[tuple[str, str]]:
    """Pairs of a module and one that it imports, at its top or where it is used first."""
    known = modules(library)
    for name, path in known.items():
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names if alias.name in known)
            elif isinstance(node, ast.ImportFrom) and node.level:
                yield name, "a relative import"
            elif isinstance(node, ast.ImportFrom) and node.module in known:
                for alias in node.names:
                    part = f"{node.module}.{alias.name}"
                    yield name, part if part in known else node.module


def layer(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def forbidden(library: Path) -> list[str]:
    """The imports that no layer may have."""
    arrows = {(one, other) for one, other in imports(library) if layer(one) != layer(other)}
    return sorted(f"{one} imports {other}" for one, other in arrows if layer(other) not in MAY_IMPORT[layer(one)])


def circle(library: Path) -> list[str]:
    """The modules of a circle of imports, if there is one."""
    needs: dict[str, set[str]] = {}
    for one, other in imports(library):
        needs.setdefault(one, set()).add(other)
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_every_layer_has_its_place():
    assert {layer(name) for name in modules(ROOT / "seedsoil")} <= MAY_IMPORT.keys()
    TopologicalSorter(MAY_IMPORT).prepare()  # the plan itself is no circle


def test_layers_import_what_they_may():
    assert forbidden(ROOT / "seedsoil") == []


def test_no_imports_go_in_a_circle():
    assert circle(ROOT / "seedsoil") == []


@pytest.fixture
def library(tmp_path):
    """A small library in order, for a test to spoil."""
    root = tmp_path / "seedsoil"
    sources = {
        "__init__": "",
        "problem": "",
        "files": "from seedsoil.problem import Problem\n",
        "tables/__init__": "from seedsoil.tables.package import load\n",
        "tables/package": "from seedsoil.tables import cells\n",
        "tables/cells": "from seedsoil import problem\n",
        "evidence/__init__": "",
        "evidence/rules": "import seedsoil.tables.package\nfrom seedsoil.tables import load\n",
    }
    for name, source in sources.items():
        path = root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf8")
    return root


def test_a_library_in_order_passes(library):
    assert forbidden(library) == [] and circle(library) == []
    assert ("seedsoil.evidence.rules", "seedsoil.tables") in imports(library)
    assert ("seedsoil.tables.package", "seedsoil.tables.cells") in imports(library)


@pytest.mark.parametrize(
    ("module", "source", "told"),
    [
        (
            "tables/cells",
            "from seedsoil.evidence import rules",
            "seedsoil.tables.cells imports seedsoil.evidence.rules",
        ),
        ("tables/cells", "import seedsoil.evidence.rules", "seedsoil.tables.cells imports seedsoil.evidence.rules"),
        (
            "problem",
            "def late():\n    from seedsoil.tables import load",
            "seedsoil.problem imports seedsoil.tables",
        ),
        ("evidence/rules", "import seedsoil", "seedsoil.evidence.rules imports seedsoil"),
    ],
)
def test_a_forbidden_arrow_is_told(library, module, source, told):
    (library / f"{module}.py").write_text(source, "utf8")
    assert forbidden(library) == [told]


def test_a_relative_import_is_told(library):
    (library / "tables/cells.py").write_text("from . import package", "utf8")
    assert any(other == "a relative import" for _, other in imports(library))


def test_a_circle_is_told_also_where_one_arrow_of_it_is_late(library):
    (library / "tables/cells.py").write_text("def late():\n    from seedsoil.tables.package import load\n", "utf8")
    assert set(circle(library)) == {"seedsoil.tables.package", "seedsoil.tables.cells"}
