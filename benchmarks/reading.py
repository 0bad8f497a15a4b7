"""What a reader meets: height, nodes, tables and focus of the built pages, in a browser.

`.venv/bin/python benchmarks/reading.py [FOLDER] [PAGE …]` prints a table of the pages of a built site (`_build/html`
without FOLDER): phone screens (390 × 844 CSS pixels, folds as they come), elements, the widest table against its box
at each of `WIDTHS`, lines of shown code that overflow on a phone, and how many of the controls that Tab reaches show
their focus.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTHS = (390, 768, 1280, 1920)
PHONE = {"width": 390, "height": 844}
TABS = 60

TABLES = """() => Math.max(0, ...[...document.querySelectorAll("article table")]
  .filter(table => table.checkVisibility())
  .map(table => Math.max(table.scrollWidth, table.getBoundingClientRect().width) - table.parentElement.clientWidth))"""
CODE = """() => [...document.querySelectorAll("article .highlight pre")]
  .filter(box => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1).length"""
# What changes on the page when a control takes the focus: its own look, or that of a part of it.
LOOK = """element => [element, ...element.querySelectorAll("*")].map(part => {
  const { outlineStyle, outlineWidth, outlineColor, boxShadow, backgroundColor, textDecoration } = getComputedStyle(part);
  return [outlineStyle === "none" ? "" : outlineWidth + outlineColor, boxShadow, backgroundColor, textDecoration];
}).join()"""


def serve(folder: Path) -> str:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def measured(browser, address: str) -> dict[str, object]:
    found: dict[str, object] = {}
    overflow = []
    for width in WIDTHS:
        tab = browser.new_page(viewport=PHONE | {"width": width})
        tab.goto(address)
        tab.wait_for_timeout(200)
        if width == PHONE["width"]:
            found["screens"] = round(tab.evaluate("document.documentElement.scrollHeight") / PHONE["height"], 1)
            found["nodes"] = tab.evaluate("document.querySelectorAll('*').length")
            found["code too wide"] = tab.evaluate(CODE)
        tab.evaluate("document.querySelectorAll('details').forEach(fold => (fold.open = true))")
        tab.wait_for_timeout(200)  # the tables of evidence are drawn when their folds have opened
        overflow.append(str(round(tab.evaluate(TABLES))))
        if width == 1280:
            tab.evaluate("document.querySelectorAll('details').forEach(fold => (fold.open = false))")
            found["focus"] = focus(tab)
        tab.close()
    found["tables over"] = "/".join(overflow)
    return found


def focus(tab) -> str:
    seen = total = 0
    tab.evaluate("document.activeElement.blur()")
    for _ in range(TABS):
        tab.keyboard.press("Tab")
        control = tab.evaluate_handle("document.activeElement").as_element()
        if control is None or control.evaluate("element => element === document.body"):
            break
        tab.wait_for_timeout(30)
        focused = control.evaluate(LOOK)
        control.evaluate("element => element.blur()")
        tab.wait_for_timeout(30)
        total += 1
        seen += focused != control.evaluate(LOOK)
        control.evaluate("element => element.focus({ preventScroll: true, focusVisible: true })")
    return f"{seen}/{total}"


def main(folder: str = "_build/html", *pages: str) -> None:
    site = Path(folder)
    names = pages
    if not pages:
        names = ["index.html", *sorted(path.relative_to(site).as_posix() for path in site.glob("chapters/*.html"))]
    address = serve(site)
    with sync_playwright() as playwright:
        executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        columns = None
        for name in names:
            row = measured(browser, address + name)
            if columns is None:
                columns = list(row)
                print("| page |", " | ".join(columns), "|\n|---" * 1 + "|---" * len(columns) + "|")
            print(f"| {name} |", " | ".join(str(row[column]) for column in columns), "|", flush=True)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
