"""What a build loads, loaded once: Sphinx, the extensions, and the style sheets of the theme, taken apart."""

import importlib
from pathlib import Path

import jupyter_book.sphinx  # noqa: F401
import myst_nb.sphinx_ext  # noqa: F401
import sphinx_book_theme
import sphinx_design

from seedsoil import site
from seedsoil.site import icons, network, styles  # noqa: F401
from seedsoil.site.build import build  # noqa: F401

for module in site.MODULES:
    importlib.import_module(f"seedsoil.site.{module}")
sheets = [
    path for package in (sphinx_book_theme, sphinx_design) for path in Path(package.__file__).parent.rglob("*.css")
]
for text in [path.read_text("utf-8") for path in sheets]:
    styles.rules(text)
styles.rules(icons.with_cut_fonts((icons.THEME_STATIC / icons.STYLES).read_text("utf-8")))
