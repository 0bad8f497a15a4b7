"""Letters that look like others, marks that nobody sees and accents apart are told, and what the field writes is not."""

import pytest

from seedsoil.tables.characters import unfit, visible

SOUND = [
    "TGF-β1 and α-SMA, NF-κB, IFN-γ, ΔNp63, Ω, µm, Å",
    "Łęski, Ørsted, Straße, O’Brien, naïve, d'Avila, Ŝ",
    "5 × 10⁵ ± 2, ≤ 0.05, −1, 10 °C, a–b, “quoted”, … → ½ CO₂ ² ™ †",
    "no-break\u00a0space and thin\u2009space",
    "5'-ATG, x² − y², ∑, ∞, ♀ ♂",
]
UNFIT = {
    "c\u0435ll": "other-alphabet",  # Cyrillic
    "\u0421\u0425CL12": "other-alphabet",
    "TNF\u0391": "other-alphabet",  # Greek Alpha for A
    "\uff34\uff27\uff26": "other-alphabet",  # full width
    "\u0661\u0662": "other-alphabet",  # Arabic digits
    "\uff11": "other-alphabet",
    "\U0001d413": "other-alphabet",  # mathematical bold
    "\u0570": "other-alphabet",  # Armenian
    "cell\u200b": "unseen-character",
    "\u202ecell": "unseen-character",
    "\u2066cell\u2069": "unseen-character",
    "ce\u00adll": "unseen-character",
    "\u3164": "unseen-character",  # Hangul filler
    "\u2800": "unseen-character",  # Braille blank
    "cell\U000e0041": "unseen-character",  # tag
    "\ufff9cell": "unseen-character",  # interlinear
    "cell\ue000": "unseen-character",  # private use
    "cell\ufe0f": "unseen-character",  # variation selector
    "cell\ufffd": "unseen-character",
    "cell\x00": "unseen-character",
    "a\u2003b": "unseen-character",  # em space
    "a\u2028b": "unseen-character",
    "Ã©tude": "broken-letters",
    "20 Âµm": "broken-letters",
    "theyâ€™re": "broken-letters",
    "TGF-Î²": "broken-letters",
    "e\u0301tude": "parted-accent",
    "A\u030a": "parted-accent",
}


@pytest.mark.parametrize("text", SOUND)
def test_what_the_field_writes_may_stand(text):
    assert list(unfit(text)) == []


@pytest.mark.parametrize("text", UNFIT)
def test_what_may_not_stand_is_told(text):
    assert UNFIT[text] in [told[-1] for told in unfit(text)], list(unfit(text))


def test_what_nobody_sees_is_left_out_of_what_a_source_answers():
    assert visible("ce\u00adll\u200b \u202eβ\U000e0041") == "cell β"
