"""What Binder opens: the JupyterLab of the lock shows each page at its launch address as a notebook, with its results."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlparse

import pytest

from seedsoil.files import ROOT
from seedsoil.notebooks.readable import Book, launch, notebook_path
from seedsoil.notebooks.results import chapters

BOOK, PAGES = Book(ROOT), chapters(ROOT)
SHOWN = "text => [...document.querySelectorAll('.jp-NotebookPanel .jp-Cell')].some(x => x.innerText.includes(text))"
PATIENCE = 40  # seconds for a server to start, and for a page to open


@pytest.fixture(scope="module")
def lab(site, tmp_path_factory):
    """Address of a JupyterLab over a folder with the notebooks and one page as it is written."""
    root = tmp_path_factory.mktemp("lab")
    for page in PAGES:
        path = root / notebook_path(page)
        path.parent.mkdir(exist_ok=True)
        shutil.copy(site / f"_sources/{page.name.removesuffix('.md')}.ipynb", path)
    shutil.copy(PAGES[0].path, root / "page.md")
    home = {name: str(root / f".{name}") for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    environment = os.environ | home | {"JUPYTER_PLATFORM_DIRS": "1"}
    folder = os.path.dirname(sys.executable)
    subprocess.run([f"{folder}/jupytext-config", "set-default-viewer", "markdown"], env=environment, check=True)
    command = [f"{folder}/jupyter-lab", "--no-browser", "--allow-root", "--port=0", "--IdentityProvider.token="]
    command += [f"--ServerApp.root_dir={root}", "--LabApp.extension_manager=readonly", "--LabApp.news_url="]
    with (root / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield running(root / ".JUPYTER_RUNTIME_DIR", server, root / "log")
    finally:
        os.killpg(server.pid, signal.SIGKILL)  # with the kernels of the notebooks that were opened
        server.wait()


def running(folder, server, log) -> str:
    """The address of the server, once it has written where it is."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        for told in folder.glob("jpserver-*.json"):
            if text := told.read_text():
                return json.loads(text)["url"].replace("localhost", "127.0.0.1")
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def tab(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def shows(tab, address: str, text: str) -> None:
    """The browser shows a notebook at an address, with this text in its cells."""
    tab.goto(address)
    tab.wait_for_function(SHOWN, arg=text, timeout=1000 * PATIENCE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.stem)
def test_the_launch_address_shows_a_notebook(lab, tab, page):
    (path,) = parse_qs(urlparse(launch(BOOK, page)).query)["urlpath"]
    shows(tab, f"{lab}{path}?reset", "This notebook is")


def test_a_page_from_the_file_browser_is_a_notebook_too(lab, tab):
    shows(tab, f"{lab}lab/tree/page.md?reset", "Key messages")
