"""What several tests need: the built site, and the pinned raw files where they are at hand."""

import os
import shutil
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the pinned raw files and recorded answers; it is not part of the repository."""
    folder = Path(os.environ.get("SEEDSOIL_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(
            f"SKIPPED FOR WANT OF RAW DATA: no folder {folder}; set SEEDSOIL_SHARED to where the pinned files are"
        )
    return folder


@pytest.fixture(scope="session")
def site() -> Path:
    """The site as the last build left it; `./book test` builds it from nothing first."""
    html = ROOT / "_build" / "html"
    if not (html / "index.html").exists():
        pytest.fail("there is no built site in _build/html; run ./book build, or ./book test, which builds it")
    return html


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of a worker."""
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if executable is None:
        pytest.skip("SKIPPED FOR WANT OF Chromium: the pages were not looked at; install Debian's package chromium")
    from playwright.sync_api import sync_playwright

    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "network: asks public hosts; runs once a week, by `-m network`")
    config.option.markexpr = config.option.markexpr or "not network"


# What takes longest begins first, so that no worker is left alone with it at the end.
LONG = (
    "site/test_pdf.py",
    "site/test_pages_in_browser.py",
    "site/test_evidence_browser.py",
    "evidence/test_rules.py",
    "site/test_bindings.py",
    "test_check.py",
    "site/test_book.py",
    "site/",
    "test_style.py",
    "analysis/",
    "notebooks/",
)


@pytest.hookimpl(trylast=True)  # after pytest-randomly
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        name = item.path.relative_to(ROOT / "tests").as_posix() if item.path.is_relative_to(ROOT / "tests") else ""
        return next((number for number, long in enumerate(LONG) if name.startswith(long)), len(LONG))

    items.sort(key=place)
