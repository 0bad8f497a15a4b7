"""The site's style sheets, cut down to the rules that its pages can use: 17 KB on the way in place of 52.

The theme brings all of Bootstrap. After the build the classes in use are read from the pages, and every selector that
needs another class is left out. A class that only a script sets is in use when the script contains its name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Set
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import tinycss2

from seedsoil.files import replace_file
from seedsoil.site.addresses import FOLDERS
from seedsoil.site.light import TEMPLATES

CLASSES = re.compile(r'\bclass="([^"]*)"')
NAME = re.compile(r"[A-Za-z_][\w-]*")
CONDITIONS = ("media", "supports", "layer", "container")  # at-rules that hold other rules


def names_in_use(site: Path) -> set[str]:
    """The classes of all pages, and whatever in a script can be the name of one."""
    used: set[str] = set()
    pages = [page for page in site.rglob("*.html") if page.parent.name not in FOLDERS]
    for page in (*pages, *TEMPLATES.glob("*.html")):  # of pages that are made of data, their templates
        for names in CLASSES.findall(page.read_text("utf-8")):
            used.update(names.split())
    for script in site.rglob("*.js"):
        used.update(NAME.findall(script.read_text("utf-8")))
    return used


def cut(styles: str, used: Set[str]) -> str:
    """The style sheet without comments and without selectors that need a class not in `used`."""
    return _cut(rules(styles), used)


@lru_cache(maxsize=32)
def rules(styles: str) -> list:
    """The rules of a style sheet, to be read and not to be changed."""
    parsed: list = tinycss2.parse_stylesheet(styles, skip_comments=True, skip_whitespace=True)
    return parsed


def _cut(rules: Iterable, used: Set[str]) -> str:
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [tokens for tokens in _selectors(rule.prelude) if _classes(tokens) <= used]
            if selectors:
                kept.append(f"{','.join(map(tinycss2.serialize, selectors))}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.content is not None and rule.lower_at_keyword in CONDITIONS:
            within = _cut(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), used)
            if within:
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{within}}}")
        else:
            kept.append(rule.serialize())
    return "".join(kept)


def _selectors(prelude: list) -> list[list]:
    """The selectors of a rule; commas within parentheses do not part them."""
    found: list[list] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            found.append([])
        else:
            found[-1].append(token)
    return found


def _classes(selector: list) -> set[str]:
    """The classes that a selector cannot do without: those in :is(…) or :not(…) are not among them."""
    return {
        name.value
        for dot, name in pairwise(selector)
        if dot.type == "literal" and dot.value == "." and name.type == "ident"
    }


def cut_styles(app, exception: Exception | None) -> None:
    """Cut every style sheet of the built site. What an earlier build cut for the same names is taken again."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    used = names_in_use(site)
    names = "\0".join([Path(__file__).read_text("utf-8"), *sorted(used)])
    kept = site.parent / "styles"
    kept.mkdir(exist_ok=True)
    for sheet in sorted(site.rglob("*.css")):
        styles = sheet.read_text("utf-8")
        known = kept / hashlib.sha256(f"{names}\0{styles}".encode()).hexdigest()[:32]
        if not known.exists():
            replace_file(known, cut(styles, used))
        sheet.write_bytes(known.read_bytes())


def setup(app):
    app.connect("build-finished", cut_styles, priority=900)  # when the theme has written its own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
