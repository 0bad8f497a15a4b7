"""What stands around the text of a page: templates, styles, icons and scripts, none of them from another host.

The theme's own templates are overridden by those of the same name in `templates/`; `static/` holds our styles, script
and logo. Here is only what a template cannot do: choose which files a page loads, and gather the table of contents.
"""

import hashlib
import re
from importlib.metadata import version
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.images import get_image_size
from sphinx.writers.html5 import HTML5Translator

HERE = Path(__file__).parent

THEME_OPTIONS = {
    "use_fullscreen_button": False,
    "toc_title": "On this page",
    "search_bar_text": "Search the book",
    "back_to_top_button": False,  # the theme's never shows; ours is a link in `layout.html`
}

# Files that extensions put on every page, and a pattern of what a page must contain to need them.
TALL = 1.3  # height of a figure by its width, from which it is narrow on paper
NEEDED_FOR = {
    "clipboard": 'class="highlight',
    "copybutton": 'class="highlight',
    "evidence-map": "evidence-map",
    "evidence": 'class="evidence',
    "cards": 'class="(citation|term|bound)',
    "numbers": 'class="bound',
    "tables": "<table",
    "what-if": 'class="what-if',
    "landing": 'class="chapter-cards',
    "light.css": None,
    "mystnb": 'class="cell',
    "sphinx-design": 'class="sd-',
    "design-tabs": 'class="sd-tab-set',
    "togglebutton": None,
    "sphinx-thebe": None,
    "sphinx_highlight": None,
}

# Scripts written into the page by thebe, by togglebutton and by the theme's search as you type, none of which we use.
UNUSED_INLINE = re.compile(r"thebe|toggle|DOCUMENTATION_OPTIONS", re.IGNORECASE)

VIEWPORT = re.compile(r'\s*<meta[^>]* name="viewport"[^>]*>')

UNUSED_FILES = [
    "**/*.map",
    "**/*.LICENSE.txt",
    "*webpack-macros.html",
    "scripts/bootstrap.js",
    "scripts/fontawesome.js",
    "sphinx-thebe.*",
    "sphinx_highlight.js",
    "searchtools.js",
    "language_data.js",
    "togglebutton.*",
]


def configure(app: Sphinx, config) -> None:
    config.templates_path[:0] = [str(HERE / "templates"), str(HERE / "static")]
    config.html_static_path.append(str(HERE / "static"))
    config.html_theme_options.update(THEME_OPTIONS)
    config.version = config.release = version("seedsoil")
    config.html_context["author"] = config.author
    # Light unless the script in `layout.html` finds another wish: so a page reads well without scripts, too.
    config.html_context["default_mode"] = "light"


def gather_contents(app: Sphinx, env) -> list[str]:
    """Give the templates the parts of the book, each with its pages as dicts of name, title and pages below it.

    The theme resolves and parses the whole table of contents again for every page, a third of the time of a large
    book; titles and their order are the same on all of them.
    """
    app.config.html_context["book_contents"] = [
        {"caption": toctree.get("caption"), "pages": _pages(env, toctree)}
        for toctree in env.tocs[env.config.root_doc].findall(addnodes.toctree)
    ]
    return []  # no page is outdated by this


def _pages(env, toctree):
    return [
        {
            "name": name,
            "title": _number(env, name) + (title or env.titles[name].astext()),
            "pages": [page for below in env.tocs[name].findall(addnodes.toctree) for page in _pages(env, below)],
        }
        for title, name in toctree["entries"]
        if name in env.titles
    ]


def _number(env, name: str) -> str:
    """`5. ` where the table of contents numbers the page, as its heading has it."""
    number = env.toc_secnumbers.get(name, {}).get("")
    return ".".join(map(str, number)) + ". " if number else ""


def choose_files(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Leave on the page only the styles and scripts that it needs, and one viewport: docutils repeats Sphinx's."""
    context["metatags"] = VIEWPORT.sub("", context.get("metatags", ""))
    body = context.get("body", "")
    for kind in ("css_files", "script_files"):
        context[kind] = [file for file in context[kind] if _is_needed(file, body)]


def describe(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Give the templates the description of the page, from `html_meta` in its front matter."""
    metas = doctree.findall(nodes.meta) if doctree else ()
    context["description"] = next((meta["content"] for meta in metas if meta.get("name") == "description"), "")


def _is_needed(file, body):
    if not file.filename:
        return not UNUSED_INLINE.search(file.attributes.get("body", ""))
    name = Path(file.filename).name
    for start, marker in NEEDED_FOR.items():
        if name.startswith(start):
            return marker is not None and re.search(marker, body) is not None
    return True


def visit_image(translator, node) -> None:
    """A picture that loads when it comes near, and keeps its place until then: width and height in pixels.

    That of a figure is a link to itself, where it fills the screen and can be saved.
    """
    start = len(translator.body)
    size = get_image_size(str(Path(translator.builder.srcdir, node["uri"])))
    HTML5Translator.visit_image(translator, node)
    if size:
        tall = "data-tall " if size[1] > TALL * size[0] else ""  # it gets more of the height of a printed page
        _replace_since(translator, start, "<img ", f'<img loading="lazy" width="{size[0]}" height="{size[1]}" {tall}')
    if isinstance(node.parent, nodes.figure):
        source = re.search(r' src="([^"]*)"', "".join(translator.body[start:]))[1]
        translator.body.insert(start, f'<a class="enlarge" href="{source}" title="Open the figure enlarged">')
        translator.body.append("</a>")


def _replace_since(translator, start, old, new):
    translator.body[start:] = [html.replace(old, new) for html in translator.body[start:]]


def remove_unused_files(app: Sphinx, exception: Exception | None) -> None:
    """Leave out of the site what the theme copies and no page loads: scripts, source maps, templates (5 MB)."""
    if exception is None and app.builder.format == "html":
        for pattern in UNUSED_FILES:
            for file in Path(app.outdir, "_static").glob(pattern):
                file.unlink()


def digest_of_look() -> str:
    """Digest of templates and styles: Sphinx alone does not write pages again after a change of them."""
    digest = hashlib.sha256()
    for file in sorted(HERE.rglob("*")):
        if file.is_file() and file.suffix not in (".py", ".pyc"):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def setup(app):
    app.add_config_value("book_look", digest_of_look(), "html", types=[str])
    app.setup_extension("seedsoil.site.icons")
    app.setup_extension("seedsoil.site.styles")
    app.setup_extension("seedsoil.site.data_tables")
    app.add_node(nodes.image, override=True, html=(visit_image, HTML5Translator.depart_image))
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js", priority=900)
    app.connect("config-inited", configure)
    app.connect("env-get-updated", gather_contents, priority=900)  # when the pages have their numbers
    app.connect("html-page-context", describe)
    app.connect("html-page-context", choose_files, priority=900)  # after the theme has added its own
    app.connect("build-finished", remove_unused_files, priority=300)  # before it is read which classes are in use
    return {"parallel_read_safe": True, "parallel_write_safe": True}
