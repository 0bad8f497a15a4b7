from io import BytesIO

from fontTools.ttLib import TTFont

from seedsoil.site.icons import FONTS, STYLES, THEME_STATIC, cut_font, cut_styles

THEME_STYLES = (THEME_STATIC / STYLES).read_text("utf-8")
BARS, NOTE = 0xF0C9, 0xF05A  # the icon of the class fa-bars, and one that the style sheet shows by itself


def test_rules_of_unused_icons_go_and_all_else_stays():
    styles, shown = cut_styles(THEME_STYLES, {"fa-bars"})
    assert ".fa-bars:before" in styles and ".fa-ghost:before" not in styles
    assert ".fa-solid" in styles and ".admonition" in styles
    assert shown >= {BARS, NOTE}
    assert styles.count("webfonts/fa-solid-900.woff)") == 1 and ".ttf" not in styles and ".woff2" not in styles


def test_font_has_the_icons_and_is_the_same_each_time():
    font = THEME_STATIC / FONTS / "fa-solid-900.ttf"
    cut = cut_font(font, {BARS})
    assert set(TTFont(BytesIO(cut)).getBestCmap()) == {BARS}
    assert cut == cut_font(font, {BARS})
    assert len(cut) < 2_000
