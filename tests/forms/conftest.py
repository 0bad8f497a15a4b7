"""A small book with the tables of the real one, and sources that play Crossref and PubMed."""

import shutil

import pytest

from seedsoil import check
from seedsoil.files import ROOT
from tests.literature.test_cite import source  # noqa: F401  the sources

PAGE = "# The book\n\nHidden cells in marrow foretell an early death of women with breast cancer.\n"


@pytest.fixture
def book(tmp_path):
    """The tables and forms of the book, with one page; returns its root."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copytree(ROOT / ".github/ISSUE_TEMPLATE", tmp_path / ".github/ISSUE_TEMPLATE")
    (tmp_path / "chapters").mkdir()
    (tmp_path / "_toc.yml").write_text("{format: jb-book, root: index}", "utf8")
    (tmp_path / "index.md").write_text(PAGE, "utf8")
    return tmp_path


@pytest.fixture
def unchecked(monkeypatch):
    """The check, which takes seconds, finds nothing."""
    monkeypatch.setattr(check, "problems", lambda root: {})
