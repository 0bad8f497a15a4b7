"""A remembered run counts while its code, its data, the library and the lock are what they were, and no longer."""

import nbformat
import pytest

from seedsoil.notebooks import execution
from seedsoil.notebooks.execution import ExecutionFailed, Runs

HEADER = """---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
---
# Title

"""


def cell(code: str) -> str:
    return f"```{{code-cell}} ipython3\n{code}\n```\n"


@pytest.fixture
def book(tmp_path):
    """A book of one page that reads one of two tables through a library of one module."""
    for folder in ("data", "chapters", "seedsoil"):
        (tmp_path / folder).mkdir()
    (tmp_path / "requirements.txt").write_text("numpy==1\n")
    (tmp_path / "data/used.csv").write_text("7\n")
    (tmp_path / "data/unused.csv").write_text("8\n")
    (tmp_path / "seedsoil/small.py").write_text("FACTOR = 2\n")
    code = (
        "import sys; sys.path.insert(0, '../seedsoil'); sys.dont_write_bytecode = True\n"
        "import small\n"
        "print(small.FACTOR * int(open('../data/used.csv').read()))"
    )
    (tmp_path / "chapters/page.md").write_text(HEADER + cell(code))
    return Runs(tmp_path)


def bring_up_to_date(runs: Runs):
    page = runs.page(runs.root / "chapters/page.md")
    runs.bring_up_to_date([page])
    return page


def printed(runs: Runs) -> str:
    page = runs.page(runs.root / "chapters/page.md")
    return runs.outputs(page.notebook).cells[0].outputs[0].text


def is_remembered(runs: Runs) -> bool:
    return runs.find(runs.page(runs.root / "chapters/page.md").notebook) is not None


def test_changed_data_is_seen_and_the_old_run_is_found_again(book):
    bring_up_to_date(book)
    assert printed(book) == "14\n"
    (book.root / "data/used.csv").write_text("9\n")
    assert not is_remembered(book)
    bring_up_to_date(book)
    assert printed(book) == "18\n"
    (book.root / "data/used.csv").write_text("7\n")
    assert printed(book) == "14\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [("seedsoil/small.py", "FACTOR = 3\n"), ("requirements.txt", "numpy==2\n"), ("data/used.csv", "7\n\n")],
)
def test_a_change_of_library_lock_or_data_makes_a_run_invalid(book, name, text):
    bring_up_to_date(book)
    assert is_remembered(book)
    (book.root / name).write_text(text)
    assert not is_remembered(book)


def test_a_removed_table_makes_a_run_invalid(book):
    bring_up_to_date(book)
    (book.root / "data/used.csv").unlink()
    assert not is_remembered(book)


def test_data_that_the_page_does_not_read_and_prose_do_not_matter(book):
    bring_up_to_date(book)
    (book.root / "data/unused.csv").write_text("changed\n")
    page = book.root / "chapters/page.md"
    page.write_text(page.read_text().replace("# Title", "# Title\n\nMore prose."))
    assert is_remembered(book)


def test_a_raising_cell_is_named_by_file_and_line_and_nothing_is_remembered(book):
    (book.root / "chapters/page.md").write_text(HEADER + cell("1 + 1") + "\ntext\n\n" + cell("1 / 0"))
    with pytest.raises(ExecutionFailed, match=r"^chapters/page\.md:16: (.|\n)*ZeroDivisionError"):
        bring_up_to_date(book)
    assert not is_remembered(book)


def test_all_failures_are_reported_not_the_first_alone(book):
    pages = []
    for name in "ab":
        path = book.root / f"chapters/{name}.md"
        path.write_text(HEADER + cell(f"raise ValueError('{name}')"))
        pages.append(book.page(path))
    with pytest.raises(ExecutionFailed, match=r"chapters/a\.md(.|\n)*chapters/b\.md"):
        book.bring_up_to_date(pages)


def test_code_without_a_notebook_header_is_refused(book):
    path = book.root / "chapters/page.md"
    path.write_text("# Title\n\n" + cell("print(1)"))
    with pytest.raises(ExecutionFailed, match=r"chapters/page\.md:1: found code cells but no notebook header"):
        book.page(path)


def test_a_run_that_reports_nothing_is_not_kept(book, monkeypatch):
    monkeypatch.setattr(execution, "ARGUMENTS", [])
    with pytest.raises(ExecutionFailed, match="did not report what it read"):
        bring_up_to_date(book)
    assert not is_remembered(book)


def test_many_pages_run_side_by_side_and_each_keeps_its_own_result(book):
    pages = []
    for number in range(6):
        path = book.root / f"chapters/p{number}.md"
        path.write_text(HEADER + cell(f"print({number})"))
        pages.append(book.page(path))
    book.bring_up_to_date(pages, workers=4)
    texts = [book.outputs(page.notebook).cells[0].outputs[0].text for page in pages]
    assert texts == [f"{number}\n" for number in range(6)]
    assert not list(book.root.glob("_build/**/tmp*"))


def test_the_result_is_the_same_to_the_byte_for_one_and_four_workers(book):
    def run(workers):
        for path in (book.root / "_build").glob("execution/*/*"):
            path.unlink()
        page = book.page(book.root / "chapters/page.md")
        book.bring_up_to_date([page], workers)
        return book.find(page.notebook).read_text()

    # The identifiers of cells are chosen at random by nbformat and are not part of a page.
    one, four = (nbformat.reads(run(workers), as_version=4) for workers in (1, 4))
    assert [cell.outputs for cell in one.cells] == [cell.outputs for cell in four.cells]
