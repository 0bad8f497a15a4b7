"""Text from outside stays text: on the page, in attributes, in exports, in what the terminal shows."""

import re

import pytest
import rispy
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string

from seedsoil.bibliography import file, latex, rules
from seedsoil.bibliography.printed import references
from seedsoil.problem import Problem, visible
from seedsoil.site import exports
from seedsoil.site.citations import anchor, doi_link
from seedsoil.tables import package
from seedsoil.tables.cells import parse
from seedsoil.tables.characters import unfit
from tests.site.evidence_book import LIST, change, write_evidence_book
from tests.site.test_book import WORDS, build

BAD = 'x" onmouseover="alert(1)\' <svg onload=alert(2)> {{ 7*7 }} ${x} `y` =1+1 &lt;b&gt;'
PAGE = f"# Title\n\n{WORDS} {{cite:p}}`dawson2009vegfr,ames2010marrow`\n\n```{{evidence-table}}\n```{LIST}"


def skeleton(html: str) -> list:
    """Tags with the names of their attributes: all that text cannot change."""
    return [(tag.name, sorted(tag.attrs)) for tag in BeautifulSoup(html, "html.parser")(True)]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """One page built with plain text, and with hostile text in every field of a reference and of a row."""
    built = {}
    for name, text in (("plain", "words"), ("hostile", BAD)):
        root = tmp_path_factory.mktemp(name)
        write_evidence_book(root, {"one": PAGE.split(WORDS)[1]})
        for column in ("finding", "note", "group"):
            change(root, "findings", "ames-tgfb2", column, text)
        change(root, "vocabulary", "hpc", "label", text)
        for column in ("study", "intervention", "comparator", "endpoint"):
            change(root, "effects", "halo301-os", column, text)
        bib = root / "data/references.bib"
        safe = latex.escaped(text.replace("<svg", "< svg"))  # a tag is refused in the bibliography
        entries = (
            bib.read_text("utf8")
            .replace("{Dawson, M.}", f"{{{{{safe}}}}}")
            .replace("{Mouse experiments}", f"{{{safe}}}")
        )
        bib.write_text(entries, "utf8")
        done = build(root)
        assert done.returncode == 0, done.stderr
        built[name] = (root / "_build/html/one.html").read_text("utf8")
    return built


def test_hostile_text_makes_no_element_and_no_attribute(pages):
    plain, hostile = (skeleton(html.partition("<article")[2]) for html in pages.values())
    assert "x&quot; onmouseover=" in pages["hostile"] or 'x" onmouseover' in pages["hostile"]
    assert hostile == plain
    assert not any(name.startswith("on") for _, names in hostile for name in names)


HOSTILE = st.text(
    st.sampled_from("\"'<>&{}$%#_~^\\=+-@;:|`!/ \t\n\r\0\x1b\x85\u202e\u2066\u2028\u200b\ufeffaßΩ👩"),
    min_size=1,
    max_size=40,
)


@settings(deadline=None)
@given(HOSTILE)
def test_a_terminal_shows_any_text_and_is_not_led_by_it(text):
    problem = Problem(text, 1, text, text, text, text, "code")
    assert str(problem).replace("\n", "").replace("\t", "").isprintable()
    assert visible(visible(text)) == visible(text)


@settings(deadline=None)
@given(HOSTILE, HOSTILE)
def test_any_text_of_a_reference_is_refused_or_goes_out_as_it_is(title, group):
    fields = {
        "author": f"{{{latex.escaped(group)}}}",
        "title": latex.escaped(title),
        "journal": "Soil",
        "year": "2001",
        "pmid": "1",
    }
    text = file.entry_text("article", "key", fields) + "\n"
    [item] = file.items(text, "refs.bib")
    assert file.formatted(text, "refs.bib") == text
    faults = list(rules.faults([item]))
    assert all(
        str(Problem("", 0, key, *fault)).replace("\n", "").replace("\t", "").isprintable() for key, fault in faults
    )
    if not faults:
        shown = references(parse_string(text, "bibtex").entries)["key"]
        assert not list(unfit(shown.title + shown.authors))
        [record] = rispy.loads(exports.ris([item]))
        assert "".join(record["authors"]).replace(" ", "") == f"{shown.authors},".replace(" ", "")
        assert record.get("title", "").strip() == shown.title.strip()
        again = parse_string(exports.bibtex([item]), "bibtex").entries["key"]
        assert latex.text(again.fields.get("title", "")).strip() == shown.title.strip()


@settings(deadline=None)
@given(HOSTILE)
def test_any_text_of_a_table_is_refused_by_place_or_inert(text):
    """Every column of text in every table is checked by the one rule."""
    schema = {"fields": [{"name": "note", "type": "string"}]}
    cell = '"' + text.replace('"', '""') + '"'
    try:
        frame = parse(f"note\n{cell}\n".encode(), schema, "data/x.csv")
    except ValueError as error:
        assert str(error).replace("\n", "").replace("\t", "").isprintable() and "data/x.csv" in str(error)
    else:
        [value] = frame["note"].fillna("")
        assert not list(unfit(value)) and not re.match(r"[=+@-](?!\d|\.\d|$)", value) and "<s" not in value


@pytest.mark.parametrize("required", [True, False])
def test_a_number_that_no_column_holds_is_refused_and_not_another(required):
    field = {"name": "n", "type": "integer", "constraints": {"required": required}}
    with pytest.raises(
        ValueError, match="data/x.csv:3:n: found '98765432109876543210', expected an integer of 64 bits"
    ):
        parse(b"n\n9223372036854775807\n98765432109876543210\n", {"fields": [field]}, "data/x.csv")
    assert parse(b"n\n9223372036854775807\n", {"fields": [field]}, "data/x.csv")["n"][0] == 2**63 - 1


def test_every_text_column_of_the_package_is_of_the_kind_that_is_checked():
    kinds = {field["type"] for table in package.package()["resources"] for field in table["schema"]["fields"]}
    assert kinds <= {"string", "number", "integer", "date", "year", "boolean"}


@given(st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1), min_size=2, unique=True))
def test_two_keys_have_two_anchors(keys):
    assert len({anchor(key) for key in keys}) == len(keys)
    assert all(re.fullmatch(r"ref-[A-Za-z0-9_-]+", anchor(key)) for key in keys)


@pytest.mark.parametrize(
    ("doi", "address"),
    [
        ("10.1/a#b?c%d", "https://doi.org/10.1/a%23b%3Fc%25d"),
        ("10.1/a(b)<c>;2-#", "https://doi.org/10.1/a(b)%3Cc%3E;2-%23"),
        ('10.1/"x"', "https://doi.org/10.1/%22x%22"),
        ("10.1016/s0140-6736(97)11096-0", "https://doi.org/10.1016/s0140-6736(97)11096-0"),
    ],
)
def test_the_whole_doi_is_in_its_address(doi, address):
    assert doi_link(doi) == address


def test_names_in_exports():
    authors = "{Health and Soil Institute} and {The {BIG} and {SMALL} Group} and Ana de la Cruz and King, Jr., Martin and Sukarno and others"
    [item] = file.items(
        f"@article{{key, author = {{{authors}}}, doi = {{unread}}, pmid = {{none}}, pages = {{unread}}}}", "x"
    )
    [record] = rispy.loads(exports.ris([item]))
    assert record["authors"] == [
        "Health and Soil Institute,",
        "The BIG and SMALL Group,",
        "de la Cruz, Ana",
        "King, Martin, Jr.",
        "Sukarno",
    ]
    assert "unread" not in exports.bibtex([item]) and "none" not in exports.bibtex([item])
