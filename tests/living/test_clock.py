"""A page that nobody builds again turns due and overdue by the reader's own clock; without a script it tells the day."""

import datetime

import pytest

from seedsoil.files import ROOT

SCRIPT = ROOT / "seedsoil/site/static/book.js"
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>T</title></head><body>
<p><span data-due="2026-12-28" data-overdue="2027-01-11">next due 2026-12-28</span></p>
<p id="paused"><span>paused</span></p></body></html>"""


@pytest.mark.parametrize(
    ("today", "says"),
    [
        ("2026-12-27", "next due 2026-12-28"),
        ("2026-12-28", "next due 2026-12-28 (due)"),
        ("2027-01-11", "next due 2026-12-28 (due)"),
        ("2027-01-12", "next due 2026-12-28 (overdue)"),
        ("2031-06-01", "next due 2026-12-28 (overdue)"),
    ],
)
def test_the_readers_clock_turns_a_page(browser, today, says):
    page = browser.new_page()
    page.clock.set_fixed_time(datetime.datetime.fromisoformat(f"{today}T12:00:00+00:00"))
    page.set_content(PAGE)
    page.add_script_tag(path=str(SCRIPT))
    page.evaluate("document.dispatchEvent(new Event('DOMContentLoaded'))")
    assert page.inner_text("[data-due]") == says
    assert page.inner_text("#paused") == "paused"
    page.close()
