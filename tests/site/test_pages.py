"""The files of the built site: what each page says, links to and loads."""

import functools
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urldefrag, urljoin, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]

WORDS = 60  # the least a page says, without its cells and lists of references
LINKS_THAT_LOAD_NOTHING = {"canonical", "license", "author", "next", "prev", "search", "index", "alternate"}
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
LIGHT = [
    "chapters/evidence-findings.html",
    "chapters/evidence-findings-page-2.html",
    "chapters/evidence-effects.html",
    "chapters/organs-findings.html",
    *(f"evidence/{name}.html" for name in ("abcsg18-dfs", "kaplan2005-vegfr1-lung", "lin2007-macrophage-switch")),
    *(f"atlas/{name}.html" for name in ("cell-tumor-cell", "factor-lox", "organ-liver", "cancer-breast")),
]
every_page_and_search = pytest.mark.parametrize("page", [*PAGES, "search.html", "editors-desk.html", *LIGHT])


@functools.cache
def parsed(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


@functools.cache
def anchors(file: Path) -> set[str]:
    return {element["id"] for element in parsed(file)(id=True)}


@functools.cache
def fetched(file: Path) -> set[str]:
    """The places in the tables that the scripts of a page fetch where a link leads into one."""
    tables = " ".join(box["data-table"] for box in parsed(file).select("[data-table]"))
    return set().union(*(anchors(file.parent / table) for table in tables.split()))


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
        elif anchor and file.suffix == ".html":
            places = anchors(file) if path == page else anchors(file) | fetched(file)
            if unquote(anchor) not in places:
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
    current = [address for address, link in zip(listed, links, strict=True) if link.get("aria-current") == "page"]
    assert current == [page] * (page in PAGES[1:])


@every_page
def test_launch_opens_the_notebook_of_the_page(site, page):
    source = ROOT / f"{page.removesuffix('.html')}.md"
    launches = [link["href"] for link in parsed(site / page)("a", href=re.compile("binder"))]
    is_notebook = "\nkernelspec:" in source.read_text("utf-8").partition("\n# ")[0]
    assert len(launches) == is_notebook, f"{page}: found {len(launches)} launch buttons, expected {int(is_notebook)}"
    for launch in launches:
        (opened,) = parse_qs(urlsplit(launch).query)["urlpath"]
        assert opened.endswith(f"/{source.stem}.ipynb"), f"{page}: the launch button opens {opened}"
