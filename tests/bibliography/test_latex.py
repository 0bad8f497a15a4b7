"""LaTeX of the bibliography as text and back."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedsoil.bibliography import file, latex
from seedsoil.tables.characters import visible


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        # accents, nested both ways, on the letters that lose their dot, above and below at once
        (r"Rodr{\'{\i}}guez", "Rodríguez"),
        (r"Na{\"\i}ve and {\=\i} and \`{\i}", "Naïve and ī and ì"),
        (r"{\'{\^e}}", "ế"),
        (r"{\`\^o} \'\^{a}", "ồ ấ"),
        (r"\'{\c c} {\d{\^{o}}}", "ḉ ộ"),
        (r"Dvo{\v r}{\'a}k, K{\'{u}}{\v{c}}era", "Dvořák, Kúčera"),
        (r"{\'{E}}cole {\AA}gren {\L}{\'o}d{\'z}", "École Ågren Łódź"),
        (r"\H{o}\k{a}\r{u}\u{g}\b{d}", "őąůğḏ"),
        (r"Stra\ss e, {\OE}uvre, \ae on, \dh, {\TH}", "Straße, Œuvre, æon, ð, Þ"),
        # ligatures and spaces
        ("``A'' -- b---c~d", "“A” – b—c d"),
        # formulas and scripts
        (r"$\alpha_{v}\beta_6$ and $\alpha_4\beta_7$", "αᵥβ₆ and α₄β₇"),
        (r"Ca$^{2+}$, 10$^{-9}$ M, H$_2$O$_2$", "Ca²⁺, 10⁻⁹ M, H₂O₂"),
        (r"\textsuperscript{18}F at 4$^\circ$C", "¹⁸F at 4°C"),
        (r"IFN-\ensuremath{\gamma} $\geq$ 5 $\mu$m", "IFN-γ ≥ 5 μm"),
        (r"{\textit{Tp53}} and \emph{\textbf{Kras}}, {\em in situ}", "Tp53 and Kras, in situ"),
        (r"50\% of A \& B at \$5 \#1 a\_b", "50% of A & B at $5 #1 a_b"),
        ("50% of A & B #1", "50% of A & B #1"),
        (r"\textalpha-synuclein, $\upbeta$-catenin", "α-synuclein, β-catenin"),
    ],
)
def test_what_a_reader_sees(typed, shown):
    assert latex.text(typed) == shown
    assert latex.text(latex.unicode_latex(typed)) == shown  # what formatting writes reads the same


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        (r"\foo{x}", r"the LaTeX command \foo"),
        (r"$\mathcal{N}$", r"the LaTeX command \mathcal"),
        ("$x^\\alpha$", "'α' above the line"),
        (r"\'{}", r"the accent \' without a letter"),
        ("costs $5", "a dollar sign that closes no formula"),
        ("$3 to $4", "words between two dollar signs"),
        ("$3-$4", "words between two dollar signs"),
        (r"\begin{tabular}x\end{tabular}", "the environment"),
    ],
)
def test_what_has_no_form_as_text_is_named(typed, what):
    with pytest.raises(latex.Untold) as error:
        latex.text(typed)
    assert what in str(error.value)
    assert latex.unicode_latex(typed) == typed  # and left to a person


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (r"{CXCL12} and {\'e}t{\'{\i}}", "{CXCL12} and étí"),
        (r"{van {\"O}r}, A.", "{van Ör}, A."),
        (r"A \& B, 5\%, \textasciitilde{}7 x", r"A \& B, 5\%, \textasciitilde{}7 x"),
        (r"a-{}-b {\ss}e", "a-{}-b ße"),
        (r"Role of $\beta_1$", r"Role of $\beta_1$"),
    ],
)
def test_the_file_keeps_braces_formulas_and_escaped_signs(typed, kept):
    assert latex.unicode_latex(typed) == kept
    assert latex.unicode_latex(kept) == kept


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\\{}")))
def test_any_text_is_read_back_as_it_was(text):
    text = " ".join(visible(unicodedata.normalize("NFC", text)).split())
    written = file.entry_text("article", "key", {"title": latex.escaped(text)})
    [item] = file.items(written, "refs.bib") if text else [None]
    if item:
        assert latex.text(item.fields["title"]) == text
        assert file.formatted(written + "\n", "refs.bib") == written + "\n"


ACCENTED = st.recursive(
    st.sampled_from(["a", "e", r"{\i}", r"\i ", "O", r"{\o}", r"\ss{}"]),
    lambda inner: st.tuples(st.sampled_from(list("`'^\"~=.uvHcdbkr")), inner).map(
        lambda pair: f"{{\\{pair[0]}{{{pair[1]}}}}}"
    ),
    max_leaves=3,
)


@settings(deadline=None)
@given(st.lists(ACCENTED, min_size=1, max_size=4).map("n".join))
def test_accents_in_any_nesting_leave_no_latex(name):
    written = file.entry_text("article", "key", {"author": name})
    [item] = file.items(written, "refs.bib")
    assert not set(item.fields["author"]) & set("\\{}")
    assert item.fields["author"] == latex.text(name)
