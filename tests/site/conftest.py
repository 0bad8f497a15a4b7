"""One browser for all tests of a worker, and one visit of each page for all that is asked of it."""

import functools
from dataclasses import dataclass, field

import pytest

from tests.site import accessibility
from tests.site.serving import served

# CSS pixels, and the color schemes in the order in which they are seen: a page opens in the first, then it switches.
WIDTHS = {390: ("light", "dark"), 1280: ("dark", "light")}

# Keeps what moves without a reader's doing.
SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().filter((entry) => !entry.hadRecentInput)))
  .observe({ type: "layout-shift", buffered: true });"""


@pytest.fixture(scope="module")
def address(site):
    """Address of the site on this machine, ending in a slash."""
    with served(site) as address:
        yield address


@dataclass
class Visit:
    """What a browser met on one page of one width, in both color schemes."""

    requests: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    overflow: int = 0  # CSS pixels by which the page is wider than the window
    shift: float = 0  # how far what was seen moved while the page came (Cumulative Layout Shift)
    dark_cards: set[str] = field(default_factory=set)  # backgrounds of the figures' pictures in the dark


@pytest.fixture(scope="module")
def visits(browser, address):
    """A function that opens a page once in each width, and tells what was met, by width."""
    contexts = {width: browser.new_context(viewport={"width": width, "height": 900}) for width in WIDTHS}
    for context in contexts.values():
        context.add_init_script(SHIFTS)
    tabs = {width: context.new_page() for width, context in contexts.items()}

    def visit(width, page):
        met, tab = Visit(), tabs[width]
        listeners = {
            "request": lambda request: met.requests.append(request.url),
            "response": lambda response: response.status >= 400 and met.failed.append(response.url),
            "requestfailed": lambda request: met.failed.append(f"{request.url} ({request.failure})"),
            "console": lambda message: message.type in {"error", "warning"} and met.messages.append(message.text),
            "pageerror": lambda error: met.messages.append(str(error)),
        }
        for event, listener in listeners.items():
            tab.on(event, listener)
        tab.emulate_media(color_scheme=WIDTHS[width][0])
        tab.goto(address + page)
        met.shift = tab.evaluate("shifts.reduce((sum, { value }) => sum + value, 0)")
        met.overflow = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        tab.add_style_tag(content="*, ::before, ::after { transition: none !important; }")  # no color halfway
        for judge, scheme in zip((accessibility.everything, accessibility.colors), WIDTHS[width], strict=True):
            tab.emulate_media(color_scheme=scheme)
            tab.wait_for_function(
                "scheme => document.documentElement.dataset.theme === scheme", arg=scheme, timeout=30_000
            )
            met.violations += [f"{scheme}: {found}" for found in judge(tab)]
            if scheme == "dark":
                met.dark_cards = set(
                    tab.evaluate(
                        "[...document.querySelectorAll('figure img')].map(x => getComputedStyle(x).backgroundColor)"
                    )
                )
        for event, listener in listeners.items():
            tab.remove_listener(event, listener)
        return met

    yield functools.cache(lambda page: {width: visit(width, page) for width in WIDTHS})
    for context in contexts.values():
        context.close()
