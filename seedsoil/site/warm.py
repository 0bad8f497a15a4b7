"""A build from what an earlier one left behind gives the site that a build from nothing gives.

Sphinx reads and writes again the pages that changed. What other pages show of them (titles, numbers and order in the
contents, the neighbors at the foot, cross-references), what the library makes of a page, and files that are no longer
wanted are seen to here.
"""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from seedsoil.files import ROOT

SHARED = ("std", "math", "py")  # the domains whose objects a page may refer to on another
LIBRARY = ("seedsoil/**/*.py", "seedsoil/**/*.pyi", "requirements.txt")  # decides how a page is read


def digest_of_library() -> str:
    files = sorted(file for pattern in LIBRARY for file in ROOT.glob(pattern))
    return digest([(file.name, file.read_bytes()) for file in files])


def digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()


def write_what_shows_others(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """All pages, where what one page may show of another changed; the first page, where data that it may not show did.

    For pages that are made of data alone, as the search is, are written with the first that is written.
    """
    contents = app.config.html_context.get("book_contents")
    objects = [sorted(in_order(env.get_domain(name).data)) for name in SHARED]
    slugs = [(name, meta.get("myst_slugs")) for name, meta in sorted(env.metadata.items())]
    figures = sorted(env.toc_fignumbers.items())
    now = {
        "shared": digest([contents, objects, slugs, figures]),
        "data": digest([(str(file), file.stat().st_mtime_ns, file.stat().st_size) for file in data_of(env)]),
    }
    before, env.seedsoil_shown = getattr(env, "seedsoil_shown", {}), now
    if now["shared"] != before.get("shared"):
        return sorted(env.found_docs)
    return [] if now == before else [env.config.root_doc]


def in_order(data: dict) -> Iterator[str]:
    """What a domain knows, without the order in which it came to know it."""
    for kind, known in data.items():
        yield from (f"{kind} {item!r}" for item in (known.items() if isinstance(known, dict) else [known]))


def data_of(env: BuildEnvironment) -> list[Path]:
    return sorted(file for file in Path(env.srcdir, "data").rglob("*") if file.is_file())


def note_page(app: Sphinx, name: str, template: str, context: dict, doctree) -> None:
    app.seedsoil_written.add(name)


def remove_what_is_gone(app: Sphinx, exception: Exception | None) -> None:
    """Remove the pages that are neither of the contents nor made anew, and their exports, which bear their names."""
    if exception or app.builder.format != "html" or not app.seedsoil_written:
        return
    site, kept = Path(app.outdir), app.seedsoil_written | app.env.found_docs
    for page in sorted(site.rglob("*.html")):
        name = page.relative_to(site).with_suffix("").as_posix()
        if name not in kept and not name.startswith("_"):
            for file in site.rglob(f"{glob.escape(page.stem)}.*"):
                if file.with_suffix("").as_posix().endswith(f"/{name}"):
                    file.unlink()


def write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """The addresses of all pages of the site, https://www.sitemaps.org/protocol.html."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    pages = sorted(page.relative_to(site).as_posix() for page in site.rglob("*.html") if "_static" not in page.parts)
    places = "".join(f"<url><loc>{escape(app.config.html_baseurl + page)}</loc></url>\n" for page in pages)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{space}">\n{places}</urlset>\n'
    (site / "sitemap.xml").write_text(text, "utf-8")


def setup(app):
    app.seedsoil_written = set()
    app.add_config_value("book_library", digest_of_library(), "env", types=[str])
    app.connect("env-get-updated", write_what_shows_others, priority=950)  # after the contents are gathered
    app.connect("html-page-context", note_page)
    app.connect("build-finished", remove_what_is_gone, priority=100)  # before the pages are read for other files
    app.connect("build-finished", write_sitemap, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
