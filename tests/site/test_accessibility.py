"""Faults that axe must see although it looks at few places of each kind; each is red, and alone."""

import pytest

from tests.site import accessibility

ROWS = "".join(
    f"<tr><th scope='row'>{row}</th><td>text <b>bold</b></td><td class='c{row}'>more</td></tr>" for row in range(40)
)
PAGE = f"""<!doctype html><html lang="en"><title>Page</title>
<style>body {{ color: #222; background: #fff; }} a {{ color: #00c; }}
@media (prefers-color-scheme: dark) {{ body {{ color: #ddd; background: #111; }} a {{ color: #9cf; }} }}
</style><style>STYLE</style>
<main><h1>Page</h1><p>Some words around <a href="#x">a link</a> and after it.</p>
<table><caption>Rows</caption><thead><tr><th scope="col">a</th><th scope="col">b</th><th scope="col">c</th></tr></thead>
<tbody>{ROWS}</tbody></table><label>Field <input value="typed"></label>BODY</main>"""

FAULTS = {
    "nothing": ("", "", [], []),
    "one pale cell": (".c17 { color: #ccc; }", "", ["color-contrast"], []),
    "one dark cell": (".c23 { background: #333; }", "", ["color-contrast"], []),
    "pale behind a row": ("tr:nth-child(9) { background: #777; }", "", ["color-contrast"], ["color-contrast"]),
    "dim in the dark": ("@media (prefers-color-scheme: dark) { td b { color: #333; } }", "", [], ["color-contrast"]),
    "see-through": ("tr:nth-child(30) td { opacity: 0.3; }", "", ["color-contrast"], ["color-contrast"]),
    "a dark box under one of many": (
        ".over { position: relative; z-index: 0; } .under { position: absolute; inset: 0; background: #333; z-index: -1; }",
        "<p>words</p>" * 2 + "<p class='over'><i class='under'></i>words</p>" + "<p>words</p>" * 5,
        ["color-contrast"],
        [],
    ),
    "a field": ("input { color: #ccc; background: #fff; }", "", ["color-contrast"], ["color-contrast"]),
    "a link like its text": (
        "p a { color: #224; text-decoration: none; } @media (prefers-color-scheme: dark) { p a { color: #dde; } }",
        "",
        ["link-in-text-block"],
        ["link-in-text-block"],
    ),
    "a picture without words": ("", "<img src='data:,'>", ["image-alt"], ["image-alt"]),
    "targets too small and too near": (
        "button { width: 12px; height: 12px; padding: 0; border: 0; background: #fff; color: #222; }",
        "<p><button>a</button><button>b</button></p>",
        ["target-size"],
        ["target-size"],
    ),
    "a button without a name": ("", "<button></button>", ["button-name"], ["button-name"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_seen(browser, name):
    style, body, *expected = FAULTS[name]
    with browser.new_context() as context:
        tab = context.new_page()
        tab.set_content(PAGE.replace("STYLE", style).replace("BODY", body))
        for judge in (accessibility.everything, accessibility.colors):
            for scheme, rules in zip(("light", "dark"), expected, strict=True):
                tab.emulate_media(color_scheme=scheme)
                found = {line.partition(":")[0] for line in judge(tab)}
                wanted = set(rules) if judge is accessibility.everything else set(rules) & set(accessibility.OF_COLOR)
                assert found == wanted, (judge, scheme)
