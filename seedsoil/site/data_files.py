"""{data-tables}: every table of the data package with its columns, license and source, at an address that stays.

The tables and `datapackage.json` are copied to `data/` of the site as they stand, so that the package can be read
from there whole.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from seedsoil.site.history import printed
from seedsoil.site.markup import element, html
from seedsoil.tables.package import PACKAGE, package
from seedsoil.tables.text import Rows

FOLDER = Path(PACKAGE).parent.as_posix()  # of the book, and of the site
DAYS = ("added", "verified_on", "searched_on", "corrected_on")  # columns that say when a row came


class DataTables(SphinxDirective):
    """A fold for each table, in the order of their names."""

    def run(self):
        root, page = Path(self.env.srcdir), self.env.app.builder.get_target_uri(self.env.docname)
        self.env.note_dependency(str(root / PACKAGE))
        self.env.get_domain("evidence").note(self.env.docname, tables=True)
        rows, folds = Rows(root), []
        for name in sorted(rows.resources):
            resource = rows.resources[name] | {"licenses": licenses(rows.resources[name], root)}
            self.env.note_dependency(str(root / FOLDER / resource["path"]))
            address = relative_uri(page, f"{FOLDER}/{resource['path']}")
            folds.append(fold(resource, rows.rows(name), address))
        return folds


def licenses(resource: dict, root: Path) -> list[str]:
    return [license.get("title", license["name"]) for license in resource.get("licenses", package(root)["licenses"])]


def fold(resource: dict, rows: list[dict[str, str]], address: str) -> element:
    days = [row[column] for row in rows for column in DAYS if row.get(column)]
    facts = [f"{len(rows):,} rows"] + ([f"last change {printed(date.fromisoformat(max(days)))}"] if days else [])
    details = [html("p", resource["description"])] if resource.get("description") else []
    details.append(html("p", "License: ", ", ".join(resource["licenses"]), "."))
    for source in resource.get("sources", ()):
        title = source.get("title", source.get("path", ""))
        linked = html("a", title, href=source["path"]) if source.get("path", "").startswith("http") else title
        details.append(html("p", "Source: ", linked))
    return html(
        "details",
        html("summary", html("strong", resource["name"]), f": {resource['title']} ", html("small", ", ".join(facts))),
        *details,
        html("p", html("a", f"{resource['name']}.csv", href=address, download="")),
        columns(resource),
        class_="data-table",
        id=f"table-{resource['name']}",
    )


def columns(resource: dict) -> element:
    described = [
        html("li", html("code", field["name"]), f" ({field['type']}) {says(field)}")
        for field in resource["schema"]["fields"]
    ]
    return html("ul", *described)


def says(field: dict) -> str:
    unit = f" Unit: {field['unit']}." if field.get("unit") else ""
    return f"{field.get('description', '').rstrip('.')}.{unit}".lstrip(".")


def copy(app, exception) -> None:
    if exception or app.builder.format != "html" or not (Path(app.srcdir) / PACKAGE).is_file():
        return
    source, target = Path(app.srcdir) / FOLDER, Path(app.outdir) / FOLDER
    for name in [Path(PACKAGE).name, *(resource["path"] for resource in package(Path(app.srcdir))["resources"])]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, target / name)


def setup(app):
    app.add_directive("data-tables", DataTables)
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
