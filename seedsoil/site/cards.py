"""Cards on citations, terms and numbers: what stands behind them, shown on hover, on keyboard focus and on a tap.

`cards.js` copies the text of the entry that a citation links to, `numbers.js` fetches the row behind a number;
`furniture` loads them on pages that have such links.
"""


def setup(app):
    app.add_css_file("cards.css", priority=950)
    app.add_js_file("numbers.js", priority=890)  # what the cards of numbers say
    app.add_js_file("cards.js", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
