"""Style sheets keep what the pages can use, and lose the rest."""

from seedsoil.site.styles import cut, names_in_use

SHEET = """
/* a comment */
:root { --color: red; }
a, .used, .unused, .used .unused { color: var(--color); }
.unused:hover { color: blue }
.used:not(.unused) > b { color: green }
:is(.unused, .used) i { color: gray }
.a\\:b { color: pink }
[class*="unused"] { color: black }
@media print { .unused { color: white } .used { color: black } }
@media screen { .unused { color: white } }
@font-face { font-family: "F"; src: url("f.woff") }
@keyframes unused { from { top: 0 } to { top: 1px } }
"""


def test_selectors_that_need_an_unused_class_go_and_all_else_stays():
    assert cut(SHEET, {"used"}).replace(" ", "") == (
        ":root{--color:red;}a,.used{color:var(--color);}.used:not(.unused)>b{color:green}:is(.unused,.used)i{color:gray}"
        '[class*="unused"]{color:black}@mediaprint{.used{color:black}}@font-face{font-family:"F";src:url("f.woff")}'
        "@keyframesunused{from{top:0}to{top:1px}}"
    )


def test_cutting_again_changes_nothing():
    once = cut(SHEET, {"used", "a:b"})
    assert cut(once, {"used", "a:b"}) == once
    assert "pink" in once


def test_names_are_those_of_pages_and_scripts(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "page.html").write_text('<p class="one two-three">four</p>')
    (tmp_path / "script.js").write_text('box.classList.add("five");')
    used = names_in_use(tmp_path)
    assert used >= {"one", "two-three", "five"} and "four" not in used


def test_no_rule_of_the_site_is_for_a_class_that_no_page_has(site):
    """Red where the sheets are cut before the theme's scripts that nothing loads are removed."""
    used = names_in_use(site)
    for sheet in site.rglob("*.css"):
        styles = sheet.read_text("utf-8")
        assert len("".join(cut(styles, used).split())) == len("".join(styles.split())), sheet.name
