"""Finding the texts of a page that no translator would be given: what the page still says in
English when everything else is in a pseudo-language.
"""

import json
import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from portal.texts import MIRRORED, Language
from tests.support.html import elements, parse

SAID_IN_ATTRIBUTES = (
    "alt",
    "aria-label",
    "data-announce",
    "data-failed",
    "data-hide-label",
    "data-texts",
    "data-unreachable",
    "placeholder",
    "title",
)
NOT_READ = frozenset({"script", "style"})
_MIRRORED_WORD = re.compile("\u202e[^\u202c]*\u202c")
_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
)
# References, numbers, Stripe's ids, addresses, currencies, days: the same in every language.
_DATA = re.compile(
    r"\b(?:PAT|BILL|PAY|MAIL|REQ|REF)-[A-Z0-9]+\b|\b(?:INV|CN)-\d{4}-\d+\b|\b(?:evt|pi)_\w+\b|"
    r"https?://\S+|\S+@\S+|\b(?:UK£|US\$|JP¥)|"
    rf"\b\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?\b|\b(?:{_MONTHS}) \d{{4}}\b"
)


def untranslated(markup: str, language: Language, data: Iterable[str] = ()) -> list[str]:
    """The texts with a letter of English in them that `data`, what people and the catalogue of
    services are called, does not account for.
    """
    tree, _complaints = parse(markup)
    known = sorted({one for one in data if one}, key=len, reverse=True)
    return [text for text in _said(tree) if _is_english(text, language, known)]


def untranslated_text(text: str, language: Language, data: Iterable[str] = ()) -> list[str]:
    """The lines of a plain text, as `untranslated` finds those of a page."""
    known = sorted(data, key=len, reverse=True)
    return [line for line in text.splitlines() if _is_english(line, language, known)]


def _is_english(text: str, language: Language, known: Iterable[str]) -> bool:
    for one in known:
        text = text.replace(one, "")
    text = _DATA.sub("", text)
    if language == MIRRORED:
        text = _MIRRORED_WORD.sub("", text)
    return re.search("[A-Za-z]", text) is not None


def _said(tree: Element) -> Iterator[str]:
    for element in elements(tree):
        if element.tag not in NOT_READ:
            yield from _texts_in(element)
        for name in SAID_IN_ATTRIBUTES:
            value = element.get(name)
            if value and name == "data-texts":
                yield from _strings(json.loads(value))
            elif value:
                yield value


def _texts_in(element: Element) -> Iterator[str]:
    """Its own text, and what follows each element inside it."""
    for text in (element.text, *(child.tail for child in element)):
        if text and text.strip():
            yield text.strip()


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    else:
        yield str(value)
