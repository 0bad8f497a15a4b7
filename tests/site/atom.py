"""What RFC 4287 asks of a feed, element by element, as its grammar and its rules in words say."""

import re
import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
PERSON = {"author", "contributor"}
TEXT = {"title", "subtitle", "summary", "rights"}
# RFC 4287, 4.1: children that an element must have once, may have once, and may have often.
FEED = ({"id", "title", "updated"}, {"generator", "icon", "logo", "rights", "subtitle"})
ENTRY = ({"id", "title", "updated"}, {"content", "published", "rights", "source", "summary"})
OFTEN = {"author", "category", "contributor", "link"}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")  # RFC 3339, as 3.3 asks
ATTRIBUTES = {
    "feed": set(),
    "entry": set(),
    "link": {"href", "rel", "type", "hreflang", "title", "length"},
    "category": {"term", "scheme", "label"},
    "content": {"type", "src"},
    **{name: {"type"} for name in TEXT},
}


def faults(text: str) -> list[str]:
    try:
        feed = ET.fromstring(text)
    except ET.ParseError as error:
        return [f"no XML: {error}"]
    if feed.tag != f"{ATOM}feed":
        return [f"the root is {feed.tag}"]
    entries = feed.findall(f"{ATOM}entry")
    found = [*_children(feed, FEED, OFTEN | {"entry"}), *(fault for entry in entries for fault in _entry(entry))]
    if feed.find(f"{ATOM}author") is None and any(entry.find(f"{ATOM}author") is None for entry in entries):
        found.append("no author")
    named = [entry.findtext(f"{ATOM}id") for entry in entries]
    found += [f"two entries are {name}" for name in {name for name in named if named.count(name) > 1}]
    moments = [entry.findtext(f"{ATOM}updated") for entry in entries]
    found += [f"two entries of {moment}" for moment in sorted({one for one in moments if moments.count(one) > 1})]
    if not any(link.get("rel") == "self" for link in feed.findall(f"{ATOM}link")):
        found.append("no link to itself")
    seen = False
    for child in feed:
        seen = seen or child.tag == f"{ATOM}entry"
        if seen and child.tag != f"{ATOM}entry":
            found.append(f"{child.tag} after an entry")
    return found + [fault for element in feed.iter() for fault in _element(element)]


def _entry(entry):
    yield from _children(entry, ENTRY, OFTEN)
    alternate = [link for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
    if not alternate and entry.find(f"{ATOM}content") is None:
        yield "an entry with neither alternate link nor content"
    kinds = [(link.get("type"), link.get("hreflang")) for link in alternate]
    if len(kinds) != len(set(kinds)):
        yield "two alternate links of one kind"


def _children(element, known, often):
    must, may = known
    names = [child.tag.removeprefix(ATOM) for child in element if child.tag.startswith(ATOM)]
    yield from (f"{element.tag} has {names.count(name)} {name}" for name in sorted(must) if names.count(name) != 1)
    yield from (f"{element.tag} has {names.count(name)} {name}" for name in sorted(may) if names.count(name) > 1)
    yield from (f"{element.tag} has a {name}" for name in sorted(set(names) - must - may - often))
    for name in names:
        if name in ("generator", "icon"):
            yield f"{name}: not known to this check"


def _element(element):
    name = element.tag.removeprefix(ATOM)
    extra = {key for key in element.attrib if not key.startswith("{")} - ATTRIBUTES.get(name, set())
    yield from (f"{name} has the attribute {key}" for key in sorted(extra))
    if name in ("updated", "published") and not DATE.fullmatch(element.text or ""):
        yield f"{name} is {element.text!r}"
    if name == "id" and not urlsplit(element.text or "").scheme:
        yield f"id is {element.text!r}"
    if name == "link" and not (element.get("href") and urlsplit(element.get("href")).scheme):
        yield f"a link to {element.get('href')!r}"
    if name == "link" and (kind := element.get("type")) is not None and "/" not in kind:
        yield f"a link of type {kind!r}"
    if name == "category" and not element.get("term"):
        yield "a category without term"
    if name in TEXT | {"content"} and element.get("type", "text") not in ("text", "html"):
        yield f"{name} of type {element.get('type')!r}"
    if name in TEXT | {"content"} and len(element):
        yield f"{name} with markup"
    if name in PERSON and not element.findtext(f"{ATOM}name"):
        yield f"{name} without name"
    if name == "title" and not (element.text or "").strip():
        yield "an empty title"
