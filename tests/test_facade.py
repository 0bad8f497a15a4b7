"""What `import seedsoil as ss` offers: the list, the stub and the homes agree, and nothing is loaded before it is used."""

import ast
import subprocess
import sys
from importlib import import_module

import pytest

import seedsoil
from seedsoil.files import ROOT


def stub() -> dict[str, str]:
    """The names of the stub, with the modules that they come from."""
    tree = ast.parse((ROOT / "seedsoil/__init__.pyi").read_text("utf8"))
    return {name.asname: node.module for node in tree.body for name in node.names if name.asname == name.name}


def test_list_stub_and_homes_agree():
    assert dir(seedsoil) == seedsoil.__all__ == sorted(stub())
    assert stub() == seedsoil._HOME


@pytest.mark.parametrize("name", seedsoil.__all__)
def test_each_name_is_what_its_home_holds(name):
    assert getattr(seedsoil, name) is getattr(import_module(seedsoil._HOME[name]), name)
    assert getattr(seedsoil, name).__doc__


def test_an_unknown_name_is_told_what_there_is():
    with pytest.raises(AttributeError, match=r"seedsoil has no 'tabel'; it offers bind, .*table"):
        seedsoil.tabel  # noqa: B018


@pytest.mark.parametrize(("code", "loaded"), [("import seedsoil", False), ("import seedsoil; seedsoil.load", True)])
def test_importing_it_loads_neither_pandas_nor_scipy(code, loaded):
    code += "; import sys; print({'pandas', 'scipy', 'matplotlib', 'sphinx'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert (found != "set()\n") is loaded


def test_completion_offers_the_list():
    """`ss.<Tab>` in a launched chapter."""
    from IPython.core.completer import IPCompleter

    completer = IPCompleter(namespace={"ss": seedsoil}, use_jedi=False)
    offered = {name.removeprefix("ss").lstrip(".") for name in completer.all_completions("ss.")}
    assert set(seedsoil.__all__) <= offered
