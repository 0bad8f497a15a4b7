"""{functions}: what the library offers to chapters, and which chapters use it, both read from the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective

from seedsoil.notebooks.execution import Page
from seedsoil.notebooks.lineage import code_of
from seedsoil.notebooks.results import chapters

LIBRARY = Path(__file__).parents[1]
FACADE = "seedsoil"
OFFERED = ("analysis", "synthesis", "display")


@dataclass(frozen=True)
class Function:
    """A public function or class: its module and name, how it is called, and the first sentence of what it says."""

    module: str
    name: str
    call: str
    says: str


def offered(library: Path = LIBRARY) -> dict[str, tuple[str, list[Function]]]:
    """For the facade and each module of the offered packages: its first sentence and its public functions."""
    files = sorted(path for package in OFFERED for path in (library / package).glob("[!_]*.py"))
    modules = {".".join(path.relative_to(library.parent).with_suffix("").parts): path for path in files}
    says, common = facade(library)
    found, told = {FACADE: (says, common)}, {(function.call, function.says) for function in common}
    for module, path in modules.items():
        tree = ast.parse(path.read_text("utf8"))
        own = [function for function in functions(module, tree) if (function.call, function.says) not in told]
        if own:
            found[module] = (first_sentence(tree), own)
    return found


def facade(library: Path) -> tuple[str, list[Function]]:
    """What `import seedsoil as ss` gives, from the stub: each name with what it says where it is defined."""
    init, stub = (ast.parse((library / name).read_text("utf8")) for name in ("__init__.py", "__init__.pyi"))
    listed = []
    for node in stub.body:
        home = library.parent.joinpath(*node.module.split("."))
        path = home / "__init__.py" if home.is_dir() else home.with_suffix(".py")
        listed += [(path, name.name) for name in node.names]
    found = []
    for path, name in sorted(listed, key=lambda entry: entry[1]):
        defined = {function.name: function for function in functions(FACADE, defining(path, name, library))}
        found.append(defined[name])
    return first_sentence(init), found


def defining(path: Path, name: str, library: Path) -> ast.Module:
    """The module that defines `name`, from one that may only import it."""
    tree = ast.parse(path.read_text("utf8"))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]:
            return defining(library.parent.joinpath(*node.module.split(".")).with_suffix(".py"), name, library)
    return tree


def functions(module: str, tree: ast.Module) -> Iterator[Function]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            call = f"{node.name}({arguments(node.args)})" if isinstance(node, ast.FunctionDef) else node.name
            yield Function(module, node.name, call, first_sentence(node))


def arguments(given: ast.arguments) -> str:
    names = [argument.arg for argument in (*given.posonlyargs, *given.args)]
    names += [f"*{given.vararg.arg}"] if given.vararg else []
    names += [argument.arg for argument in given.kwonlyargs]
    return ", ".join(names + ([f"**{given.kwarg.arg}"] if given.kwarg else []))


def first_sentence(node: ast.Module | ast.FunctionDef | ast.ClassDef) -> str:
    paragraph = " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
    return re.split(r"(?<=[.!?])\s+(?=[A-Z`])", paragraph)[0]


def used(page: Page) -> set[tuple[str, str]]:
    """Pairs of module and name that the code cells of a page use, by whatever name they import the module."""
    trees = [code_of(cell.source) for cell in page.code]
    known, found = {}, set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            known |= {alias.asname or alias.name: alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            found |= {(node.module, alias.name) for alias in node.names}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            found.add((known[node.value.id], node.attr))
    return found


class Functions(SphinxDirective):
    """A section for each module, a term for each function."""

    def run(self):
        pages = {page.path.relative_to(self.env.srcdir).with_suffix("").as_posix(): page for page in self._pages()}
        uses = {name: used(page) for name, page in pages.items()}
        sections = []
        for module, (says, listed) in offered().items():
            title = f"{module} (as ss)" if module == FACADE else module
            items = [
                self.item(function, [name for name in pages if (module, function.name) in uses[name]])
                for function in listed
            ]
            section = nodes.section("", nodes.title("", title), nodes.paragraph("", "", *marked(says)))
            section += nodes.definition_list("", *items)
            section["ids"], section["names"] = [nodes.make_id(module)], [module]
            self.state.document.note_implicit_target(section)
            sections.append(section)
        return sections

    def _pages(self) -> list[Page]:
        pages = chapters(Path(self.env.srcdir))
        for path in [*(page.path for page in pages), *LIBRARY.rglob("*.py")]:
            self.env.note_dependency(str(path))
        return pages

    def item(self, function: Function, pages: list[str]) -> nodes.definition_list_item:
        anchor = f"{function.module}-{function.name}".replace(".", "-")  # case tells a class from a function
        term = nodes.term("", "", nodes.literal("", function.call), ids=[anchor])
        body = [nodes.paragraph("", "", *marked(function.says))]
        if pages:
            links: list[nodes.Node] = [nodes.Text("Used in ")]
            for number, name in enumerate(pages):
                links += [nodes.Text(", ")] if number else []
                links.append(link_to_page(self.env, name))
            body.append(nodes.paragraph("", "", *links, nodes.Text(".")))
        return nodes.definition_list_item("", term, nodes.definition("", *body))


def link_to_page(env, page: str) -> addnodes.pending_xref:
    """To a page, by its title."""
    options = {"refdomain": "std", "reftype": "doc", "reftarget": f"/{page}", "refexplicit": False}
    return addnodes.pending_xref("", nodes.inline(), refdoc=env.docname, refwarn=True, **options)


def marked(text: str) -> list[nodes.Node]:
    """A sentence of a docstring, what stands between backticks as code."""
    parts = re.split(r"`+([^`]+)`+", text)
    return [nodes.literal("", part) if number % 2 else nodes.Text(part) for number, part in enumerate(parts)]


def setup(app):
    app.add_directive("functions", Functions)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
