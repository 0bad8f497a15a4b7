"""`./book pdf`: the book and each of its chapters as tagged PDF, printed by the browser from the built site.

The browser is given the built files at the address at which they are published, so that a link to another page leads
there; nothing is asked of the network. Print styles, running heads and the version on each page are those of the site
(`seedsoil.site.paper`). The whole book is one document, made of its pages: joined PDFs would lose their tags.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from seedsoil.files import ROOT

SITE, FOLDER = "_build/html", "_build/pdf"
BOOK = "book"  # the file of the whole
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
# Pages without a number that a reader on paper needs; the others are tables and maps to use on the site.
ALSO = ("theses", "questions", "glossary", "methods", "living", "people", "changes")
PATIENCE = 300_000  # milliseconds that a page may take to be laid out
READY = "document.querySelectorAll('img').forEach(image => (image.loading = 'eager'))"
COMPLETE = (
    "[...document.images].every(image => image.complete && image.naturalWidth) && document.fonts.status === 'loaded'"
)
PUBLISHED_ON = re.compile('name="citation_publication_date" content="([0-9/]{10})"')
NODE = re.compile(rb"\(node(\d{8})\)")
MOMENT = re.compile(rb"(/(?:Creation|Mod)Date \(D:)\d{14}(?=\+00'00'\))")


def make(root: Path = ROOT, wanted: tuple[str, ...] = ()) -> Iterator[Path]:
    """Print the chapters with these names and `book`, or all; yields each file when it is there.

    ValueError where there is no browser or no built site, or for a name that the book does not have.
    """
    site, folder = root / SITE, root / FOLDER
    every = {Path(name).name: name for name in numbered(root)}
    for name in wanted:
        if name not in (BOOK, *every):
            raise ValueError(f"found no chapter {name}, expected {BOOK} or one of {', '.join(every)}.")
    for name in (*every.values(), *also(root)):
        if not (site / f"{name}.html").is_file():
            raise ValueError(f"found no {name}.html in {SITE}, expected the built site; run ./book build first.")
    folder.mkdir(parents=True, exist_ok=True)
    config = yaml.safe_load((root / "_config.yml").read_text("utf8"))
    with printer(site, config["html"]["baseurl"]) as page:
        for name, path in every.items():
            if not wanted or name in wanted:
                page.goto(f"{config['html']['baseurl']}{path}.html")
                yield _printed(page, folder / f"{name}.pdf", day(site, [path]))
        if not wanted or BOOK in wanted:
            whole(page, root, config)
            yield _printed(page, folder / f"{BOOK}.pdf", day(site, every.values()))


def numbered(root: Path) -> list[str]:
    """The chapters, in the order of the contents."""
    parts = yaml.safe_load((root / "_toc.yml").read_text("utf8")).get("parts", ())
    return [entry["file"] for part in parts if part.get("numbered") for entry in part["chapters"]]


def also(root: Path) -> list[str]:
    """The pages without a number that go into the whole book, the first page among them."""
    contents = yaml.safe_load((root / "_toc.yml").read_text("utf8"))
    files = [entry["file"] for part in contents.get("parts", ()) for entry in part["chapters"]]
    return [contents["root"], *(name for name in files if Path(name).name in ALSO)]


def whole(page, root: Path, config: dict) -> None:
    """Make the open page of `page` the whole book."""
    first, *rest = also(root)
    names = [first, *numbered(root), *rest]
    page.goto(f"{config['html']['baseurl']}{names[1]}.html")
    title = f"{config['title']}: {config.get('subtitle', '')}".rstrip(": ")
    script = (Path(__file__).parent / "pdf.js").read_text("utf8")
    page.evaluate(script, {"names": names, "root": config["html"]["baseurl"], "title": title})


@contextmanager
def printer(site: Path, published: str) -> Iterator:
    """A page of a browser to which the files of the site are at their published address, and nothing else is."""
    from playwright.sync_api import sync_playwright

    def answer(route) -> None:
        path = site / route.request.url.partition("#")[0].partition("?")[0].removeprefix(published)
        if route.request.url.startswith(published) and path.is_file() and path.resolve().is_relative_to(site.resolve()):
            route.fulfill(path=path)
        else:
            route.abort()

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=ARGUMENTS)
        try:
            context = chromium.new_context(color_scheme="light")
            context.route("**/*", answer)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.emulate_media(media="print")
            yield page
        finally:
            chromium.close()


def browser() -> str:
    """The browser of this machine. ValueError where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise ValueError(
            "found no browser, expected Chromium or Chrome, which prints the PDF; install one, on Debian and Ubuntu "
            "with: sudo apt install chromium."
        )
    return found


def day(site: Path, names: Iterable[str]) -> str:
    """The latest day, as 20261128, on which built pages say that they were published; empty where none says it."""
    told = (PUBLISHED_ON.search((site / f"{name}.html").read_text("utf8")) for name in names)
    return max((found[1].replace("/", "") for found in told if found), default="")


def _printed(page, path: Path, published: str) -> Path:
    page.evaluate(READY)
    page.wait_for_function(COMPLETE)
    printed = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    path.write_bytes(settled(printed, published))
    return path


def settled(printed: bytes, published: str) -> bytes:
    """A PDF that is the same whenever the same pages are printed, and as long, for a PDF counts its bytes.

    It bears the day of what it prints in place of the moment of printing, and its elements are numbered in their order:
    the browser numbers them with all that it made before, which is not the same twice.
    """
    numbers = {own: number for number, own in enumerate(sorted(set(NODE.findall(printed))))}
    printed = NODE.sub(lambda found: b"(node%08d)" % numbers[found[1]], printed)
    return MOMENT.sub(rb"\g<1>" + published.encode() + b"000000", printed) if published else printed


def run(options) -> int:
    start = time.perf_counter()
    for path in make(ROOT, tuple(options.names)):
        said = (
            f"wrote {path.relative_to(ROOT)} ({path.stat().st_size / 1e6:.1f} MB, {time.perf_counter() - start:.1f} s)"
        )
        print(said, flush=True)
        start = time.perf_counter()
    return 0
