"""The Sphinx extensions of the book, loaded as one: `seedsoil.site` in `_config.yml`."""

MODULES = (
    "citations",
    "bindings",
    "computed",
    "evidence_table",
    "evidence_map",
    "key_messages",
    "questions",
    "theses",
    "row_pages",
    "atlas",
    "authors",
    "feeds",
    "whole_tables",
    "history",
    "living",
    "landing",
    "glossary",
    "data_files",
    "people",
    "changelog",
    "not_found",
    "desk",
    "cards",
    "checks",
    "functions",
    "pages",
    "finished",
    "mathml",
    "notebooks",
    "numbers",
    "what_if",
    "code_cells",
    "printed_tables",
    "paper",
    "cite_page",
    "scholarly",
    "furniture",
    "search",
    "warm",
)


def setup(app):
    app.setup_extension("seedsoil.notebooks.execution")
    for module in MODULES:
        app.setup_extension(f"{__name__}.{module}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
