"""404.html: the page that a server shows for an address that is none, with the contents of the book and its search.

It may be shown at any depth, so every address on it is whole, and it needs no file beside itself.
"""

from __future__ import annotations

from urllib.parse import urlsplit


def pages(app):
    if app.builder.format == "html":
        base = urlsplit(app.config.html_baseurl).path or "/"
        addresses = {name: base + app.builder.get_target_uri(name) for name in app.env.found_docs}
        yield "404", {"base": base, "addresses": addresses, "body": ""}, "404.html"


def setup(app):
    app.connect("html-collect-pages", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
