"""Cards on citations: who, what, where and when, shown on hover and on keyboard focus, read from the page itself.

`cards.js` copies the text of the entry that a citation links to; `furniture` loads it on pages that cite.
"""


def setup(app):
    app.add_css_file("cards.css", priority=950)
    app.add_js_file("cards.js", priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
