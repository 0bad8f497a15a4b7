"""What if: the scripts that answer in the reader's browser, held to Python; every forest plot offers its studies."""

import json
import random
import re

import pytest
from bs4 import BeautifulSoup
from scipy import special

from seedsoil.evidence.grading import ratio
from seedsoil.evidence.judging import FOR_BROWSER, LOWEST_FIRST, Grade, judge, lowest
from seedsoil.evidence.library import Library
from seedsoil.evidence.messages import parse
from seedsoil.notebooks.results import chapters
from seedsoil.site.key_messages import for_browser
from seedsoil.site.what_if import carried
from seedsoil.synthesis import what_if
from seedsoil.synthesis.pooling import METHODS
from tests.conftest import ROOT
from tests.site import accessibility
from tests.site.conftest import SHIFTS
from tests.site.test_pages import parsed

NUMBERS = ("estimate", "ci_low", "ci_high", "prediction_low", "prediction_high", "tau2", "i2", "q")
SUBSETS = 500
# Forest plots whose rows are no studies that could be taken together, each with what they are.
NO_STUDIES = {
    "fig-ratios": "intervals of one cohort",
    "fig-loh": "models of one cohort",
    "fig-arm": "models of one trial",
    "fig-liver-designs": "pools that share their studies, and rows that are none of the book",
}
FOREST = re.compile(r"forest plot|hazard ratios", re.IGNORECASE)  # in the words for those who do not see the figure
MESSAGES = re.compile(r"```\{key-messages\}\n(.*?)```", re.DOTALL)
PAGE, PLOT, LEFT = "chapters/therapy", "fig-failed", "marimastat-gastric-os"
CHAPTERS = [page.name.removesuffix(".md") for page in chapters(ROOT)]


@pytest.fixture(scope="module")
def plots(site):
    """What the pictures of the book carry."""
    pages = [(site / f"{chapter}.html") for chapter in CHAPTERS]
    pictures = [page.parent / picture["src"] for page in pages for picture in parsed(page).select("figure img")]
    return [plot for picture in pictures if (plot := carried(picture))]


@pytest.fixture(scope="module")
def computing(browser, address):
    """A function that calls one of a script of the site, in the browser."""
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{address}404.html")
        call = "async ([file, name, calls]) => {const found = await import(file); return calls.map((of) => found[name](...of));}"
        yield lambda file, name, calls: tab.evaluate(call, [f"{address}_static/{file}", name, calls])


def drawn(panels: list[dict], seed: int) -> list[tuple[dict, list[int]]]:
    """Random subsets of the studies of random panels."""
    chance = random.Random(seed)
    found = []
    while len(found) < SUBSETS:
        panel = chance.choice(panels)
        places = [place for place, study in enumerate(panel["studies"]) if "log" in study]
        found.append((panel, sorted(chance.sample(places, chance.randint(min(3, len(places)), len(places))))))
    return found


@pytest.mark.parametrize("cautious", [True, False])
@pytest.mark.parametrize("method", METHODS)
def test_the_browser_pools_as_python_does(plots, computing, method, cautious):
    cases = [case for case in drawn([panel for plot in plots for panel in plot["panels"]], 7) if len(case[1]) > 1]
    chosen = [[panel["studies"][place] for place in places] for panel, places in cases]
    answers = computing("pooling.js", "pool", [[some, what_if.PLACES, method, cautious] for some in chosen])
    assert len(answers) > 0.9 * SUBSETS
    for answer, (panel, places) in zip(answers, cases, strict=True):
        expected = what_if.pooled(panel["studies"], places, method, cautious)
        for name in NUMBERS:
            assert answer[name] == pytest.approx(getattr(expected, name), rel=1e-6, abs=1e-6), (name, places)
    assert any(answer["tau2"] > 0 for answer in answers) and any(answer["tau2"] == 0 for answer in answers)


def test_the_browser_says_what_python_says(plots, computing):
    (rules,) = {repr(sorted((plot | {"panels": []}).items())): plot | {"panels": []} for plot in plots}.values()
    cases = drawn([panel for plot in plots for panel in plot["panels"]], 8)
    answers = computing("pooling.js", "answer", [[rules, panel, places, "pm", True] for panel, places in cases])
    told = [
        what_if.refusal(panel, places) or what_if.pooled_words(what_if.pooled(panel["studies"], places))
        for panel, places in cases
    ]
    assert [answer.split(" They differ")[0] for answer in answers] == told
    starts = [words.partition("{")[0] for name, words in what_if.WORDS.items() if name in ("few", "unlike", "same")]
    assert all(any(answer.startswith(start) for answer in told) for start in starts)


def test_quantiles_of_t(computing):
    found = computing("pooling.js", "tQuantile", [[free] for free in range(1, 200)])
    assert found == pytest.approx(special.stdtrit(range(1, 200), 0.975), rel=1e-12)


def without_studies(page) -> list[str]:
    """The forest plots of a page that do not offer theirs, though they have some."""
    plots = [figure["id"] for figure in page.select("figure[id]") if FOREST.search(figure.img["alt"])]
    folds = [fold["data-name"] for fold in page.select("details.what-if[data-kind=plot]")]
    return [name for name in plots if (name in folds) == (name in NO_STUDIES)]


@pytest.fixture(scope="module")
def clauses():
    """The clauses of all messages of the book, with what their rows say, by the names that a page gives these."""
    library = Library(ROOT)
    found = []
    texts = [(ROOT / f"{chapter}.md").read_text("utf8") for chapter in CHAPTERS]
    messages = [message for text in texts for block in MESSAGES.findall(text) for message in parse(block)]
    for message in messages:
        for clause in (clause for clause in message.clauses if not clause.computed):
            rows = library.evidence("", clause.rows, ())
            heard = library.clause(clause).heard
            found.append((clause, [row._replace(id=known.short) for row, known in zip(heard, rows, strict=True)]))
    return found


def test_the_browser_judges_to_the_word(clauses, computing):
    chance, cases = random.Random(9), []
    while len(cases) < 2 * SUBSETS:
        clause, heard = chance.choice(clauses)
        told = json.loads(for_browser(clause, tuple(heard)))
        kept = [place for place in range(len(heard)) if chance.random() < 0.7]
        cases.append((clause, [heard[place] for place in kept], told, [told["rows"][place] for place in kept]))
    rows = computing(
        "judging.js",
        "rowOf",
        [[row.id, one] for _, heard, _, some in cases for row, one in zip(heard, some, strict=True)],
    )
    each = iter(rows)
    calls = [[FOR_BROWSER, told, [next(each) for _ in heard]] for _, heard, told, _ in cases]
    judged = computing("judging.js", "judge", calls)
    sentences = computing("judging.js", "sentence", [[FOR_BROWSER, found] for found in judged])
    words = set()
    for (clause, heard, *_), found, sentence in zip(cases, judged, sentences, strict=True):
        grade = judge(clause.claim, heard, ratio(clause))
        assert (found["word"], tuple(found["reasons"]), tuple(found["changes"])) == (
            grade.word,
            grade.reasons,
            grade.changes,
        )
        assert sentence == f" ({', '.join(grade.reasons)})." + (
            f" This grade {'; '.join(grade.changes)}." if grade.changes else ""
        )
        words.add(grade.word)
    assert words >= {"None", "Contested", "Weak", "Moderate", "Strong"}
    grades = [Grade(chance.choice(LOWEST_FIRST), ()) for _ in range(300)]
    some = [grades[i : i + 1 + i % 4] for i in range(290)]
    lows = computing("judging.js", "lowest", [[FOR_BROWSER, [one.word for one in few]] for few in some])
    assert lows == [lowest(few).word for few in some]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_forest_plot_offers_its_studies(site, chapter):
    page = parsed(site / f"{chapter}.html")
    found = without_studies(page)
    assert not found, (
        f"found the forest plots {', '.join(found)} without studies to leave out, expected rows with an id, as "
        "`figures.forest(axes, rows, labels)` offers them; keep the ids of the rows, or say in NO_STUDIES why not."
    )
    for fold in page.select("details.what-if[data-kind=plot]"):
        assert fold.find_previous_sibling().name == "figure" and fold.p.get_text(strip=True)


def test_a_forest_plot_without_studies_is_told():
    figure = '<figure id="{0}"><img alt="Two forest plots of deaths."></figure>'
    fold = '<details class="what-if" data-kind="plot" data-name="{0}"></details>'
    page = BeautifulSoup(figure.format("fig-a") + fold.format("fig-a") + figure.format("fig-b"), "html.parser")
    assert without_studies(page) == ["fig-b"]
    page = BeautifulSoup(figure.format("fig-arm") + fold.format("fig-arm"), "html.parser")
    assert without_studies(page) == ["fig-arm"], "what is listed as without studies has some"


# In the browser


@pytest.fixture(params=[390, 1280])
def tab(browser, address, request):
    with browser.new_context(viewport={"width": request.param, "height": 844}) as context:
        context.add_init_script(SHIFTS)
        tab = context.new_page()
        tab.set_default_timeout(10_000)
        tab.goto(f"{address}{PAGE}.html")
        yield tab


def opened(tab, name: str = PLOT):
    """The fold, opened by the keyboard, when its boxes are there."""
    fold = tab.locator(f".what-if[data-name={name}]")
    fold.locator("summary").focus()
    tab.wait_for_load_state("networkidle")
    tab.keyboard.press("Enter")
    fold.locator("form").wait_for()
    return fold


def test_a_study_is_left_out_and_the_address_keeps_it(tab, address, plots):
    loaded = tab.evaluate(
        "performance.getEntriesByType('resource').map(({name}) => name.split('/').pop().split('?')[0])"
    )
    assert "what-if.js" in loaded and "pooling.js" not in loaded, "what computes is fetched when it is asked for"
    fold = opened(tab)
    box = fold.get_by_label("MMPs, stomach")
    box.focus()
    tab.keyboard.press("Space")
    status = fold.get_by_role("status").inner_text()
    known = {
        (study["id"], study["label"]): panel for plot in plots for panel in plot["panels"] for study in panel["studies"]
    }
    panel = known[LEFT, "MMPs, stomach"]
    rest = [place for place, study in enumerate(panel["studies"]) if study["id"] != LEFT]
    assert status.startswith(what_if.pooled_words(what_if.pooled(panel["studies"], rest)))
    assert tab.url.endswith(f"?{PLOT}={LEFT}#{PLOT}")
    fold.get_by_label("Variance between studies").select_option("reml")
    fold.get_by_label("Interval").select_option("plain")
    told = fold.get_by_role("status").inner_text()
    assert told != status
    tab.goto(f"{address}404.html")
    tab.go_back()
    tab.goto(tab.url)
    again = tab.locator(f".what-if[data-name={PLOT}]")
    again.locator("form").wait_for()
    assert again.get_by_role("status").inner_text() == told and not again.get_by_label("MMPs, stomach").is_checked()
    again.get_by_role("button", name="All again").click()
    assert again.get_by_role("status").inner_text() == "" and "?" not in tab.url


def test_a_row_is_left_out_and_the_grade_answers(tab, address, clauses):
    tab.goto(f"{address}{PAGE}.html")
    grade = tab.locator(".grade:has([data-clause])").first
    grade.locator("summary").first.click()
    fold = grade.locator(".what-if")
    opened(tab, fold.get_attribute("data-name"))
    fold.get_by_role("checkbox").first.uncheck()
    told = fold.get_by_role("status").inner_text()
    item = grade.locator("[data-clause]").first
    says = item.locator("> :first-child").inner_text()
    (clause, rows) = next((clause, rows) for clause, rows in clauses if says.startswith(clause.says))
    answer = judge(clause.claim, rows[1:], ratio(clause))
    assert told.startswith(f"{says.strip()} {answer.word} ({', '.join(answer.reasons)}).")
    assert told.splitlines()[-1].partition(":")[2] == grade.locator("summary").first.inner_text().partition(":")[2]
    off = item.locator("a[href^='#row-']").first.get_attribute("href").removeprefix("#row-")
    name = fold.get_attribute("data-name")
    assert tab.url.endswith(f"?{name}={off}#{name}")
    tab.goto(f"{address}404.html")
    tab.go_back()
    again = tab.locator(".grade:has([data-clause])").first.locator(".what-if")
    again.locator("form").wait_for()
    assert again.is_visible() and again.get_by_role("status").inner_text() == told
    assert accessibility.everything(tab) == []


def test_the_open_fold_breaks_no_rule_and_moves_nothing(tab):
    for name in (PLOT, "fig-design"):
        fold = opened(tab, name)
        fold.get_by_role("checkbox").first.click()
    assert tab.evaluate("shifts.reduce((sum, { value }) => sum + value, 0)") < 0.01
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        tab.wait_for_function("scheme => document.documentElement.dataset.theme === scheme", arg=scheme)
        tab.add_style_tag(content="*, ::before, ::after { transition: none !important; }")
        assert accessibility.everything(tab) == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    heights = fold.locator("label, summary, button").evaluate_all(
        "all => all.map((x) => x.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24
    tab.emulate_media(media="print")
    assert not fold.is_visible()


def test_without_scripts_the_words_stand(browser, address):
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(f"{address}{PAGE}.html")
        fold = tab.locator(f".what-if[data-name={PLOT}]")
        fold.locator("summary").click()
        assert "Without any one of them it lies between" in fold.locator("p").inner_text()
        grade = tab.locator(".grade:has([data-clause])").first
        grade.locator("summary").first.click()
        assert "This grade falls without" in grade.inner_text() and not grade.locator(".what-if").is_visible()
