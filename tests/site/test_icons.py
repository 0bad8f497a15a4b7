from io import BytesIO

from fontTools.ttLib import TTFont

from seedsoil.site.icons import FONTS, STYLES, THEME_STATIC, cut_font, shown, with_cut_fonts

THEME_STYLES = (THEME_STATIC / STYLES).read_text("utf-8")
BARS, GHOST = 0xF0C9, 0xF6E2  # the icons of the classes fa-bars and fa-ghost
NOTE = 0xF05A  # one that the style sheet shows by itself


def test_icons_are_those_of_the_pages_and_of_the_style_sheet():
    found = shown(THEME_STYLES, {"fa-bars", "fa-solid", "admonition"})
    assert found >= {BARS, NOTE}
    assert GHOST not in found and GHOST in shown(THEME_STYLES, {"fa-ghost"})


def test_the_style_sheet_names_the_cut_fonts_alone():
    styles = with_cut_fonts(THEME_STYLES)
    assert styles.count("webfonts/fa-solid-900.woff)") == 1 and ".ttf" not in styles and ".woff2" not in styles


def test_font_has_the_icons_and_is_the_same_each_time():
    font = THEME_STATIC / FONTS / "fa-solid-900.ttf"
    cut = cut_font(font, {BARS})
    assert set(TTFont(BytesIO(cut)).getBestCmap()) == {BARS}
    assert cut == cut_font(font, {BARS})
    assert len(cut) < 2_000
