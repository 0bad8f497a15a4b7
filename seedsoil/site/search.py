"""The words that the search knows: numbers too, Greek letters by their names, and compounds with or without hyphens.

Sphinx's script leaves numbers out of a question, so that no PMID is found; here they begin with a letter, in the index
and in the question. TGF-β, TGF-beta and TGFβ are the word tgfbeta, and the parts of a compound are words as well.
"""

from __future__ import annotations

import json
import re
import unicodedata

from sphinx.search.en import SearchEnglish

HYPHENS = "-\u2010\u2011\u2013"
UNASKED = re.compile("^[0-9]{1,3}$|_")  # small numbers and names of code, which nobody looks for
JOINED = 2  # parts of a compound that is also searched for as one word, as TGF-beta
COMPOUND = re.compile(rf"\w+(?:[{HYPHENS}]\w+)*")
GREEK = {
    letter: unicodedata.name(letter).rpartition("LETTER ")[2].split()[-1].lower()
    for letter in map(chr, range(0x370, 0x3FF + 1))
    if re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (FINAL )?[A-Z]+", unicodedata.name(letter, ""))
} | {"\u00b5": "mu"}  # the sign of micro

SPLITTER = f"""
const GREEK = {json.dumps(GREEK)};
var splitQuery = (query) => (query.normalize("NFC")
  .replace(/[\\u0370-\\u03ff\\u00b5]/g, (letter) => GREEK[letter] || letter)
  .match(/[\\p{{Letter}}\\p{{Number}}_]+(?:[{HYPHENS}][\\p{{Letter}}\\p{{Number}}_]+)*/gu) || [])
  .map((word) => word.split(/[{HYPHENS}]/)).flatMap((parts) => parts.length > {JOINED} ? parts : parts.join(""))
  .filter((word) => !/{UNASKED.pattern}/.test(word)).map((word) => /^[0-9]+$/.test(word) ? "n" + word : word);
"""


def words(text: str) -> list[str]:
    """The words of a text for the index: of a compound it as one word, and its parts; of a longer one the parts alone,
    as of the name of a row."""
    spelled = "".join(GREEK.get(letter, letter) for letter in unicodedata.normalize("NFC", text))
    found = []
    for compound in COMPOUND.findall(spelled):
        parts = re.split(f"[{HYPHENS}]", compound)
        found += ["".join(parts)] if len(parts) <= JOINED else []
        found += parts if len(parts) > 1 else []
    return [f"n{word}" if re.fullmatch("[0-9]+", word) else word for word in found if not UNASKED.search(word)]


class Words(SearchEnglish):
    js_splitter_code = SPLITTER

    def split(self, input: str) -> list[str]:
        return words(input)


def setup(app):
    app.add_search_language(Words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
