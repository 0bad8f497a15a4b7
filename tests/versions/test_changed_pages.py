"""Which pages of two built sites differ, and what is copied of them."""

import pytest

from seedsoil.versions.changed_pages import changed, copy


def page(text, head=""):
    return f'<html><head>{head}</head><body><nav>{head}</nav><article class="bd">{text}</article></body></html>'


@pytest.fixture
def sites(tmp_path):
    files = {
        "old/index.html": page("same", head="before"),
        "new/index.html": page("same", head="after"),
        "old/chapters/growth.html": page("Tumors grow."),
        "new/chapters/growth.html": page('Tumors slow. <img src="../_images/a.png"/><a href="../data/x.csv">x</a>'),
        "old/chapters/spaced.html": page("one  line\n here"),
        "new/chapters/spaced.html": page("one line here"),
        "old/chapters/gone.html": page("old"),
        "new/chapters/new.html": page("new"),
        "new/_images/a.png": "png",
        "new/_images/b.png": "png",
        "new/data/x.csv": "x",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf8")
    return tmp_path / "old", tmp_path / "new"


def test_pages_are_told_by_what_readers_see_of_them(sites):
    found = changed(*sites)
    assert found == (("chapters/new.html",), ("chapters/gone.html",), ("chapters/growth.html",))
    assert found.as_markdown() == (
        "## Pages\n\n- `chapters/new.html` (new)\n- `chapters/growth.html`\n- `chapters/gone.html` (gone)\n"
    )


def test_a_site_does_not_differ_from_itself(sites):
    assert changed(sites[0], sites[0]).as_markdown() == "## Pages\n\nNo page reads otherwise.\n"


def test_changed_pages_are_copied_with_what_they_load(sites, tmp_path):
    copy(sites[1], changed(*sites), tmp_path / "copied")
    files = {
        path.relative_to(tmp_path / "copied").as_posix() for path in (tmp_path / "copied").rglob("*") if path.is_file()
    }
    assert files == {"chapters/new.html", "chapters/growth.html", "_images/a.png"}
