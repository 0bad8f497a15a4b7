"""Find estimates that somebody typed into a sentence: percentages, ratios, intervals, sample sizes and their like.

One regular expression reads a sentence from left to right. What its part `ALLOWED` takes (labels such as "stage 2" or
"year 5", "95% intervals", "per 1,000 person-years", identifiers) the part `TYPED` cannot find. A number that hangs on
a word, as in CXCL12, TGF-β2 or laminin-211, is a name and never found; so are counts and durations in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

START = r"(?<![\w.·])(?<!\w[-‐‑])"  # a number begins here, not within a word or another number
NUMBER = r"(?:[−-]?(?:(?:\d{1,3}(?:[,\u2009\u202f]\d{3})+(?!\d)|\d+)(?:[.·]\d+)?|[.·]\d+)(?!\d))"
RANGE = rf"(?:{START}{NUMBER}(?:\s?(?:[–—-]|to|and|or)\s?{NUMBER})?)"
IS = r"(?:[\s,:;(=\[]*(?:(?:of|from|was|is|were|about|near|around|between|(?:rose|fell|dropped|went)\sto|reached)\s)*)"
YEAR = r"(?:(?:1[5-9]|20)\d\d\b)"
FRAME = r"(?:CI|interval|limit|bound|confidence|credible|prediction|low|high)"
WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|hundred|"
    "(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-(?:one|two|three|four|five|six|seven|eight|nine))?"
)
LABELS = (
    "fig|figure|tab|table|eq|equation|section|chapter|part|box|note|appendix|version|phase|stage|grade|level|type|class|"
    "tier|day|week|month|year|decade|aim|arm|cohort|exon|chromosome|step|question|thesis|message"
)
COUNTED = (
    "women|men|patients|mice|rats|animals|participants|people|persons|individuals|survivors|subjects|volunteers|donors|"
    "carriers|cases|controls|tumou?rs|lesions|nodules|samples|specimens|biopsies|studies|trials|cohorts|centers|centres|"
    "hospitals|events|deaths|recurrences|relapses|metastases|zebrafish|embryos|larvae|cells|experiments|children|adults|wells|plates|dishes|spheroids|organoids|replicates|clones|"
    "clusters|regions|fields|slides|sections|images|genes|pairs|samples|lines|works|papers|articles|reports|findings|rows"
)
UNITS = (
    "years?|yrs?|months?|mos?|weeks?|wks?|days?|hours?|hrs?|minutes?|h|min|[nµμ]m|mm|[mc]m[23²³]|cm|kg|g|mg|[nµμ]g|ml|mL|"
    "[µμ][lL]|dL|[mnpµμ]M|[mnpfµμ]?mol|[kM]bp?|bp|Gy|k?Pa|mmHg|atm|kDa|°?C|(?:person|woman|patient)-years|doublings|"
    "logs?(?:\\s(?:units?|steps?))?|S[DE]s?|orders\\sof\\smagnitude"
)
PART = "hal(?:f|ves)|thirds?|quarters?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?"

ALLOWED = [
    r"https?://\S+ | \bdoi:\S+ | \b10\.\d{4,9}/\S+ | \b(?:PMID|PubMed|PMC|arXiv|ISSN|ISBN|ISO|ORCID)[:\s]?[\d.-]+",
    r"(?<![\w.])\d+(?:\.\d+){2,} | \bCC\sBY(?:-\w+)?\s\d\.\d",  # a version, a license
    r"\b(?i:fig|figure|tab|table|eq|equation|section|chapter|version|python)s?\.?\s\d+\.\d+\b",
    rf"\b(?i:{LABELS})s?\.?\s[≥≤<>]?\s?\d{{1,2}}(?:\s?(?:[–/,-]|to|and|or)\s?\d{{1,2}})*(?![\d.,·]*\d|\s?%|-?fold)",
    r"\bper\s1[0,\s]*0\b",
    rf"{START}(?:80|90|95|99)\s?%[\s-](?:[A-Za-z-]+\s){{0,3}}?{FRAME}",
    rf"{START}(?:five|ten|5|10)\s?(?:%|percent)\s(?:significance\s)?level",
    rf"{START}{YEAR}\s?[–-]\s?{YEAR} | \b(?i:in|since|by|until|before|after|during|early|late|mid)\s{YEAR}",
]

# The first that fits gives the name; an interval comes even before what is allowed, for it begins with its level.
INTERVAL = rf"(?:{START}\d+\s?%\s?)?\b(?:Cr?I|(?:confidence|credible|prediction)\sinterval|IQR|SD|SEM?){IS}{NUMBER}(?!\s?%)(?:\s?(?:[–—,;-]|to|and)\s?{NUMBER})?"
TYPED = {
    "p_value": rf"\b[pP](?:[-\s]?values?)?\s?(?:[=<>≤≥≈]|of|was|is)\s?{NUMBER}",
    "sample_size": rf"\b[nN]\s?[=≥≤<>≈]\s?{NUMBER} | (?<![A-Z]{{3}}\s){RANGE}\s(?:[A-Za-z][\w-]*\s){{0,3}}?(?:{COUNTED})\b",
    "ratio": rf"\b(?:[as]?HR|OR|I?RR|SHR|SMR|SIR|SMD|AUC|(?i:ratios?|relative\srisks?)){IS}{NUMBER}(?!\s?%) | {START}{NUMBER}\s?:\s?{NUMBER}\b",
    "percentage": rf"(?:{RANGE}|\b(?i:{WORDS}))[\s-]?(?:[%‰]|per\s?cent\b|pct\b|(?:percentage|basis)\spoints?\b)",
    "number_in_words": (
        rf"\b(?i:(?:{WORDS})[\s-](?:{PART})\b | an?\s(?:{PART})\s(?:of|as|more|less|fewer)\b | half\s(?:of|as|the)\b | by\shalf\b"
        rf" | (?:{WORDS})\s(?:out\sof|of(?:\sthe)?|in)\s(?:{WORDS})\b | (?:{WORDS})(?:-?\sto\s(?:{WORDS}))?-?fold\b"
        rf" | (?:an|{WORDS}|several)\sorders?\sof\smagnitude)"
        rf" | \b(?:HR|OR|RR|(?i:ratio))\s(?:of|was|is)\s(?i:{WORDS})\b"
    ),
    "fold_change": rf"{RANGE}(?:[\s-]?(?:fold\b|×)|\stimes\b|x\b(?!\sGenomics))",
    "proportion": rf"{START}{NUMBER}\s?(?:/|of|out\sof|in)\s?(?!{YEAR}){NUMBER}\b",
    "spread": rf"{START}{NUMBER}\s?±\s?{NUMBER}",
    "statistic": rf"\b[Ft]\s?\([\d,\s.]+\)\s?=\s?{NUMBER} | (?<!\w)[A-Za-zα-ωΑ-Ω]\w*²?\s?[=≈≤≥<>]\s?{NUMBER} | \b(?i:median|mean|average|incidence|prevalence|correlation){IS}{NUMBER}",
    "quantity": rf"{RANGE}\s?(?:{UNITS})(?!\w)",
    "count": rf"{START}(?:\d{{1,3}}(?:[,\u2009\u202f]\d{{3}})+|(?!{YEAR})\d{{4,}}|\d+[⁻⁺]?[⁰¹²³⁴-⁹]+|\d+\^\d+|\d+e[+-]?\d+)(?!\w)",
    "decimal_number": rf"{START}[−-]?(?:\d*[.·]\d+|\d+,\d{{1,2}})(?![\w-])(?:\s?(?:[–—-]|to)\s?{NUMBER})?",
}
PATTERN = re.compile(
    " | ".join([f"(?P<interval>{INTERVAL})", *ALLOWED, *(f"(?P<{name}>{form})" for name, form in TYPED.items())]),
    re.VERBOSE,
)
WORTH_A_LOOK = re.compile(
    rf"\d|per\s?cent|\b(?i:{WORDS}|{PART})(?:\b|-|fold)|magnitude"
)  # most sentences have neither, and the pattern is slow


def find(text: str) -> Iterator[tuple[str, int, int]]:
    """Name, start and end of each estimate typed into `text`, from left to right."""
    if WORTH_A_LOOK.search(text):
        for match in PATTERN.finditer(text):
            if match.lastgroup:
                yield match.lastgroup.replace("_", " "), *match.span()
