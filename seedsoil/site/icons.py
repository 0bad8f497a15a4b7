"""The theme's icons, cut down to those that the pages show: 5 KB of font in place of 300.

Font Awesome comes with the theme as fonts of a thousand icons. After the build the icons in use are read from the pages
and the fonts are cut to them. It is done here, and not by a template, because only the finished pages tell which icons
they show.
"""

import re
from collections.abc import Set
from io import BytesIO
from pathlib import Path

import pydata_sphinx_theme
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from seedsoil.site.styles import names_in_use

THEME_STATIC = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"
STYLES = "styles/pydata-sphinx-theme.css"
FONTS = "vendor/fontawesome/webfonts"

CLASS = re.compile(r"\bfa-[a-z0-9-]+")
ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"\\?([^"]+)"\}')
STYLE_ICON = re.compile(r'--pst-icon-[a-z-]+:"(.)"')
FONT_SOURCE = re.compile(r"src:url\(\.\./vendor/fontawesome/webfonts/([a-z0-9-]+)\.woff2\)[^}]*\}")


def shown(styles: str, used: Set[str]) -> set[int]:
    """The code points that the style sheet shows by itself or for a class in `used`."""
    found = {ord(icon) for icon in STYLE_ICON.findall(styles)}
    for classes, icon in ICON_RULE.findall(styles):
        if not used.isdisjoint(CLASS.findall(classes)):
            found.add(ord(icon) if len(icon) == 1 else int(icon, 16))
    return found


def with_cut_fonts(styles: str) -> str:
    """The style sheet with our fonts in place of the theme's."""
    return FONT_SOURCE.sub(rf'src:url(../{FONTS}/\1.woff) format("woff")}}', styles)


def cut_font(font: Path, code_points: set[int]) -> bytes:
    """The font as WOFF with the glyphs of `code_points` alone; the same bytes for the same input."""
    options = Options(flavor="woff", hinting=False, layout_features=[], name_IDs=[1, 2], notdef_outline=True)
    ttfont = TTFont(font, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(ttfont)
    ttfont.flavor = "woff"
    out = BytesIO()
    ttfont.save(out, reorderTables=True)
    return out.getvalue()


def cut_icons(app, exception: Exception | None) -> None:
    """Replace the copied fonts of the theme in the built site by the part of them in use."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    styles = (THEME_STATIC / STYLES).read_text("utf-8")
    code_points = shown(styles, names_in_use(site))
    (site / "_static" / STYLES).write_text(with_cut_fonts(styles), "utf-8")
    for font in sorted((THEME_STATIC / FONTS).glob("*.ttf")):
        copy = site / "_static" / FONTS / font.name
        copy.with_suffix(".woff").write_bytes(cut_font(font, code_points))
        copy.unlink(missing_ok=True)
        copy.with_suffix(".woff2").unlink(missing_ok=True)


def setup(app):
    app.connect("build-finished", cut_icons, priority=400)  # before the style sheets are cut
    return {"parallel_read_safe": True, "parallel_write_safe": True}
