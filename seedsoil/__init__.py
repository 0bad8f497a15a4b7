"""What every chapter uses: tables, pooling, and how numbers reach the page. Analyses are imported by their names.

Names are loaded when they are first used (PEP 562), for the commands and the site import this package too, and should
not wait for pandas and SciPy. Editors read them in `__init__.pyi`.
"""

from importlib import import_module

_HOME = {
    "bind": "seedsoil.display.text",
    "estimate": "seedsoil.display.text",
    "interval": "seedsoil.display.text",
    "load": "seedsoil.tables",
    "p_value": "seedsoil.display.text",
    "percent": "seedsoil.display.text",
    "pool": "seedsoil.synthesis.pooling",
    "retracted": "seedsoil.evidence",
    "table": "seedsoil.display.tables",
}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"seedsoil has no {name!r}; it offers {', '.join(__all__)}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return __all__
