"""What may not stand in a page is told where it stands, and what looks like it in code is not."""

import pytest

from seedsoil.prose import markup
from seedsoil.prose.pages import read

TOLD = {
    "<<<<<<< HEAD\nmine\n=======\nyours\n>>>>>>> other\n": "merge-conflict",
    "<script>alert(1)</script>": "unsafe-markup",
    "<IFRAME src='https://example.org'></IFRAME>": "unsafe-markup",
    "<p onclick='alert(1)'>press</p>": "unsafe-markup",
    '<b\nonmouseover = "x()">here</b>': "unsafe-markup",
    "<img src=x onerror=alert(1)>": "unsafe-markup",
    '<a href="javascript:alert(1)">here</a>': "unsafe-markup",
    "[here](JavaScript:alert)": "unsafe-markup",
    "![A curve](https://example.org/curve.png)": "unsafe-markup",
    "![A curve](//example.org/curve.png)": "unsafe-markup",
    '<img alt="A curve" src="http://example.org/curve.png">': "unsafe-markup",
    "```{figure} https://example.org/curve.png\n:alt: A curve\nCaption\n```": "unsafe-markup",
    "::: {.note}\nPandoc\n:::": "foreign-markup",
    "::: note\nPandoc\n:::": "foreign-markup",
    "It sleeps [@ames2010marrow].": "foreign-markup",
    "It sleeps [-@ames2010marrow; @boyd2011].": "foreign-markup",
    "[small]{.smallcaps}": "foreign-markup",
    "# Another title": "repeated-heading",
    "## Twice\n\ntext\n\n## Twice": "repeated-heading",
    "It sl\u0435eps.": "other-alphabet",
    "It\u200b sleeps.": "unseen-character",
}
SOUND = [
    ":::{note}\nMyST\n:::",
    "## One\n\n### Same\n\n## Two\n\n### Same",
    "Write `<script>` or ``[@key]`` in code.",
    "```{code-cell} ipython3\nHTML('<script>x</script>'); print('[@key]')\n```",
    "See [the site](https://example.org), a < b, [a]{b}, mail a@example.org [@]",
    "![A curve](figures/curve.svg)\n\n```{figure} figures/curve.svg\n:alt: A curve\nCaption\n```",
    "<b>bold</b> and H<sub>2</sub>O; once on = off",
]


def told(text: str) -> list[tuple[int, str]]:
    page = read("page.md", f"# Title\n\n{text}\n")
    return [(page.place(position)[0], code) for position, *_, code in markup.faults(page)]


@pytest.mark.parametrize("text", TOLD)
def test_it_is_told(text):
    found = told(text)
    assert TOLD[text] in [code for _, code in found], found
    assert min(line for line, _ in found) >= 3


@pytest.mark.parametrize("text", SOUND)
def test_what_only_looks_like_it_is_not(text):
    assert told(text) == []
