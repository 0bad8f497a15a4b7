"""The built site: its files, and its pages as a browser shows them, on a phone and a desk, in light and in dark."""

import functools
import gzip
import http.server
import re
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urldefrag, urljoin, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]

VIEWS = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]  # CSS pixels, color scheme
WORDS = 60  # the least a page says, without its cells and lists of references
WEIGHT = 150_000  # bytes, compressed, on first view, without the pictures of the page itself
LINKS_THAT_LOAD_NOTHING = {"canonical", "license", "author", "next", "prev", "search", "index"}
LOADED = {"src", "srcset", "data", "poster", "xlink:href"}  # attributes whose address the browser fetches


def sources_in_contents():
    """Names of the pages in the table of contents, in its order, without suffix."""

    def names(entry):
        if "file" in entry:
            yield entry["file"]
        for below in ("parts", "chapters", "sections"):
            for child in entry.get(below, []):
                yield from names(child)

    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    return [contents["root"], *names(contents)]


NAMES = sources_in_contents()
PAGES = [f"{name}.html" for name in NAMES]
every_page = pytest.mark.parametrize("page", PAGES)
every_page_and_search = pytest.mark.parametrize("page", [*PAGES, "search.html"])


@functools.cache
def parsed(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


def is_elsewhere(address: str) -> bool:
    return bool(urlsplit(address).netloc)


# The files


@every_page
def test_page_has_title_and_text(site, page):
    assert (site / page).is_file(), f"{page} is in _toc.yml and not in the built site"
    article = parsed(site / page).find("article")
    assert len(article("h1")) == 1, f"{page}: found {len(article('h1'))} titles, expected one"
    words = sum(len(text.get_text().split()) for text in article(["p", "li", "dd"]))
    assert words >= WORDS, f"{page}: found {words} words, expected at least {WORDS}"


@every_page_and_search
def test_page_says_what_it_is(site, page):
    head = parsed(site / page).head
    description = head.find("meta", attrs={"name": "description"})
    assert description and len(description["content"].split()) >= 8, f"{page}: no description of at least 8 words"
    assert head.title.get_text(strip=True)
    for name in ("site_name", "title", "url", "type") if page != "search.html" else ():
        assert head.find("meta", property=f"og:{name}")["content"], f"{page}: no og:{name}"
    assert head.find("link", rel="canonical")["href"].endswith(f"/{page}")
    assert len(head("meta", attrs={"name": "viewport"})) == 1
    assert parsed(site / page).html["lang"] == "en"


@every_page_and_search
def test_links_and_anchors_resolve(site, page):
    broken = []
    for element in parsed(site / page)(["a", "link", "script", "img", "source", "use"]):
        address = element.get("href") or element.get("src")
        if not address or is_elsewhere(address) or urlsplit(address).scheme:
            continue
        path, anchor = urldefrag(urlsplit(urljoin(page, address))._replace(query="").geturl())
        file = site / unquote(path)
        if not file.is_file():
            broken.append(f"{address} (no file {path})")
        elif anchor and file.suffix == ".html" and not parsed(file).find(id=unquote(anchor)):
            broken.append(f"{address} (no anchor in {path})")
    assert not broken, f"{page}: {'; '.join(broken)}"


@every_page_and_search
def test_styles_are_there(site, page):
    sheets = parsed(site / page).head("link", rel="stylesheet")
    assert any(sheet["href"].partition("?")[0].endswith("book.css") for sheet in sheets)
    for sheet in sheets:
        file = (site / page).parent / urlsplit(sheet["href"]).path
        assert file.is_file() and file.stat().st_size > 0, f"{page}: style sheet {sheet['href']} is missing or empty"
        for address in addresses_in_styles(file.read_text("utf-8")):
            assert (file.parent / urlsplit(address).path).is_file(), f"{file.name}: {address} is missing"


def addresses_in_styles(text: str) -> list[str]:
    """Addresses in url() and @import of a style sheet, without those that carry their data."""
    found = re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""", text)
    return [address for address in found if not address.startswith(("data:", "#", "url("))]


@every_page_and_search
def test_nothing_is_loaded_from_another_host(site, page):
    loaded = []
    for element in parsed(site / page)(True):
        if element.name == "link" and LINKS_THAT_LOAD_NOTHING.isdisjoint(element.get("rel", [])):
            loaded.append(element.get("href", ""))
        if element.name in {"image", "use"}:
            loaded.append(element.get("href", ""))
        loaded += [element[name] for name in LOADED & element.attrs.keys()]
        loaded += addresses_in_styles(element.get("style", ""))
        if element.name == "style":
            loaded += addresses_in_styles(element.get_text())
    for sheet in site.rglob("*.css"):
        loaded += addresses_in_styles(sheet.read_text("utf-8"))
    elsewhere = {address for address in loaded if is_elsewhere(address)}
    assert not elsewhere, f"{page} loads from another host: {', '.join(sorted(elsewhere))}"


@every_page
def test_pictures_have_words(site, page):
    article = parsed(site / page).find("article")
    for image in article("img"):
        alt, name = image.get("alt", ""), Path(image["src"]).stem
        says = len(alt.split()) >= 3 and name not in alt and "/" not in alt.split()[0]
        assert says, f"{page}: {image['src']} has the alt text {alt!r}, expected words that say what it shows"
        assert image.get("width") and image.get("height"), (
            f"{page}: {image['src']} has no size, the page jumps when it loads"
        )
        assert image.find_parent("figure"), f"{page}: {image['src']} is not in a figure with a caption"
    for drawing in parsed(site / page)("svg"):
        named = drawing.get("role") == "img" and drawing.find("title") and drawing.find("desc")
        assert named or drawing.get("aria-hidden") == "true", (
            f"{page}: a drawing has neither title and desc nor aria-hidden"
        )
    for figure in article("figure"):
        caption = figure.find("figcaption")
        assert caption and caption.get_text(strip=True), f"{page}: figure {figure.get('id')} has no caption"


@every_page
def test_formulas_are_mathml(site, page):
    for formula in parsed(site / page)(class_="math"):
        assert formula.find("math", alttext=True), f"{page}: {formula.get_text()!r} is not MathML"


@every_page
def test_icons_have_glyphs(site, page):
    """Each icon has a rule that names a glyph, and the cut fonts have it."""
    from fontTools.ttLib import TTFont

    styles = (site / "_static/styles/pydata-sphinx-theme.css").read_text("utf-8")
    glyphs = {code for font in (site / "_static/vendor").rglob("*.woff") for code in TTFont(font).getBestCmap()}
    for icon in parsed(site / page)(class_=re.compile(r"^fa-(?!solid|brands|regular|lg|fw)")):
        (name,) = [name for name in icon["class"] if re.match(r"fa-(?!solid|brands|regular|lg|fw)", name)]
        rule = re.search(rf'\.{name}:before[^{{]*\{{content:"(.)"', styles)
        assert rule and ord(rule[1]) in glyphs, f"{page}: the icon {name} has no glyph"


@every_page
def test_sidebar_lists_the_book(site, page):
    links = parsed(site / page).select(".bd-sidebar-primary nav a")
    listed = [page if link["href"] == "#" else urljoin(page, link["href"]) for link in links]
    assert listed == PAGES[1:], f"{page}: the sidebar lists {listed}"
    current = [address for address, link in zip(listed, links) if link.get("aria-current") == "page"]
    assert current == [page] * (page in PAGES[1:])


@every_page
def test_launch_opens_the_source_of_the_page(site, page):
    source = ROOT / f"{page.removesuffix('.html')}.md"
    launches = [link["href"] for link in parsed(site / page)("a", href=re.compile("binder"))]
    is_notebook = "\nkernelspec:" in source.read_text("utf-8").partition("\n# ")[0]
    assert len(launches) == is_notebook, f"{page}: found {len(launches)} launch buttons, expected {int(is_notebook)}"
    for launch in launches:
        (opened,) = parse_qs(urlsplit(launch).query)["urlpath"]
        assert opened.endswith(str(source.relative_to(ROOT))), f"{page}: the launch button opens {opened}"


# The pages in a browser


@dataclass
class Visit:
    """What a browser met on one page."""

    requests: list[str]
    failed: list[str]
    messages: list[str]
    violations: list[str]
    overflow: int  # CSS pixels by which the page is wider than the window
    cards: set[str]  # backgrounds of the figures' pictures


@pytest.fixture(scope="module")
def browser():
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


@pytest.fixture(scope="module")
def address(site):
    """Address of the site on this machine, ending in a slash."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=site)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def visits(browser, address):
    """A function that opens a page in all views at once, runs axe in each, and tells what was met, view by view."""
    from axe_playwright_python.base import AXE_FILE_PATH

    axe = AXE_FILE_PATH.read_text()
    options = "{resultTypes: ['violations'], rules: {'label-content-name-mismatch': {enabled: true}}}"
    tabs = {
        (width, scheme): browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
        for width, scheme in VIEWS
    }

    def open_page(tab, page):
        requests, failed, messages = [], [], []
        listeners = {
            "request": lambda request: requests.append(request.url),
            "response": lambda response: response.status >= 400 and failed.append(response.url),
            "requestfailed": lambda request: failed.append(request.url),
            "console": lambda message: message.type in {"error", "warning"} and messages.append(message.text),
            "pageerror": lambda error: messages.append(str(error)),
        }
        for event, listener in listeners.items():
            tab.on(event, listener)
        tab.goto(address + page)
        overflow = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        cards = tab.evaluate(
            "[...document.querySelectorAll('figure img')].map(x => getComputedStyle(x).backgroundColor)"
        )
        for event, listener in listeners.items():
            tab.remove_listener(event, listener)
        tab.evaluate(axe)
        tab.evaluate(f"window.checked = axe.run({options}); undefined")  # goes on while the other views are opened
        return Visit(requests, failed, messages, [], overflow, set(cards))

    @functools.cache
    def visits(page):
        met = {view: open_page(tab, page) for view, tab in tabs.items()}
        for view, tab in tabs.items():
            for rule in tab.evaluate("checked")["violations"]:
                met[view].violations += [f"{rule['id']}: {node['html'][:200]}" for node in rule["nodes"]]
        return met

    return visits


@every_page_and_search
def test_no_request_leaves_or_fails(visits, address, page):
    for view, met in visits(page).items():
        assert len(met.requests) > 3
        away = [request for request in met.requests if not request.startswith((address, "data:"))]
        assert not away, f"{page} {view} asks another host: {away}"
        assert not met.failed, f"{page} {view} asks in vain: {met.failed}"


@every_page_and_search
def test_console_is_quiet(visits, page):
    for view, met in visits(page).items():
        assert not met.messages, f"{page} {view}: {met.messages}"


@every_page_and_search
def test_accessible(visits, page):
    for view, met in visits(page).items():
        assert not met.violations, f"{page} {view}:\n" + "\n".join(met.violations)


@every_page_and_search
def test_page_does_not_scroll_sideways(visits, page):
    for view, met in visits(page).items():
        assert met.overflow <= 0, f"{page} {view} is {met.overflow} px wider than the window"


@every_page
def test_figures_stand_on_white(visits, page):
    for width in (390, 1280):
        assert visits(page)[width, "dark"].cards <= {"rgb(255, 255, 255)"}, (
            f"{page}: a figure has a dark background in dark mode"
        )


@every_page_and_search
def test_weight_of_first_view(visits, site, address, page):
    weights = {}
    for request in visits(page)[390, "light"].requests:
        file = site / urlsplit(request.removeprefix(address)).path
        if file.is_file() and "_images" not in file.parts:
            weights[file.name] = min(len(gzip.compress(file.read_bytes())), file.stat().st_size)
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    assert sum(weights.values()) <= WEIGHT, f"{page} weighs {sum(weights.values())} bytes: {heaviest}"


@pytest.fixture
def phone(browser, address):
    """The first chapter, opened on a phone."""
    with browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="light") as context:
        tab = context.new_page()
        tab.set_default_timeout(5_000)
        tab.goto(address + PAGES[1])
        yield tab


def test_keyboard_reaches_skip_link_and_menus(phone):
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.hash") == "#main-content"
    for menu in phone.locator("details.book-menu").all():
        menu.locator("summary").focus()
        phone.keyboard.press("Enter")
        assert menu.locator("li").first.is_visible()
        phone.keyboard.press("Escape")
        assert not menu.locator("li").first.is_visible()
        assert menu.locator("summary").evaluate("summary => summary === document.activeElement")


def test_keyboard_opens_and_closes_sidebars(phone):
    for button, sidebar in (
        (".primary-toggle", "#pst-primary-sidebar-modal"),
        (".secondary-toggle", "#pst-secondary-sidebar-modal"),
    ):
        phone.locator(button).focus()
        phone.keyboard.press("Enter")
        assert phone.locator(f"{sidebar} a").first.is_visible()
        phone.keyboard.press("Escape")
        assert not phone.locator(sidebar).is_visible()


def test_color_mode_switches_and_stays(phone):
    phone.locator(".theme-switch-button").first.press("Enter")
    assert phone.evaluate("document.documentElement.dataset.theme") == "dark"
    phone.reload()
    assert phone.evaluate("document.documentElement.dataset.theme") == "dark"


def test_dark_pages_print_on_white(phone):
    phone.evaluate("document.documentElement.dataset.theme = 'dark'; window.dispatchEvent(new Event('beforeprint'))")
    assert phone.evaluate("document.documentElement.dataset.theme") == "light"
    phone.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert phone.evaluate("document.documentElement.dataset.theme") == "dark"


def test_search_finds_a_word_of_the_chapter(phone):
    phone.keyboard.press("Control+k")
    phone.keyboard.type("dormancy")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/search.html?q=dormancy")
    phone.locator(f"#search-results a[href*='{PAGES[1]}']").first.wait_for()


def test_boxes_that_scroll_have_a_name_and_take_the_focus(phone):
    boxes = phone.evaluate(
        """[...document.querySelectorAll('article *')]
           .filter(x => x.scrollWidth > x.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(x).overflowX))
           .map(x => [x.outerHTML.slice(0, 200), x.tabIndex, x.getAttribute('aria-label')])"""
    )
    for html, tab_index, label in boxes:
        assert tab_index == 0 and label, f"this box scrolls sideways and cannot be reached or has no name: {html}"


def test_reads_without_scripts(browser, address):
    with browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900}) as context:
        tab = context.new_page()
        tab.goto(address + PAGES[1])
        assert tab.locator("article h1").is_visible()
        assert tab.locator(".bd-sidebar-primary nav a").first.is_visible()
        assert not tab.locator(".theme-switch-button").first.is_visible()
        tab.locator("details.book-menu summary").first.click()
        assert tab.locator("details.book-menu li a").first.is_visible()
