"""Which part of a name is the last name, how names are sorted and found (ADR 0011). Pure."""

import re
import unicodedata
from dataclasses import dataclass

# Left out, so that O'Brien and OBrien are one, however the apostrophe is typed: as an apostrophe,
# a quotation mark, an accent that stands alone, a prime, or a letter of Hawaiian or Hebrew.
_APOSTROPHES = dict.fromkeys(
    map(ord, "'`\N{ACUTE ACCENT}\u2018\u2019\u201b\u2032\u02b9\u02bb\u02bc\u02bd\u05f3\uff07")
)
# Letters that Unicode does not take apart into a plain one and a mark.
_PLAIN_LATIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)
# Letters that keyboards for Arabic, Persian and Urdu write differently, under their Arabic forms;
# the stretching stroke (kashida) is no letter. Hamza and vowel signs fall away as marks do.
_PLAIN_ARABIC = str.maketrans(
    {"ی": "ي", "ى": "ي", "ے": "ي", "ک": "ك", "ٱ": "ا", "ة": "ه", "ہ": "ه", "ۃ": "ه", "ھ": "ه"}
    | {"ە": "ه", "ـ": None}
)
# They belong to the last name that follows them: "de Souza", "Van der Berg".
_PARTICLES = frozenset(
    {"af", "al", "ap", "av", "ben", "bin", "bint", "d", "da", "dal", "das", "de", "dei", "del"}
    | {"della", "den", "der", "des", "di", "do", "dos", "du", "el", "ibn", "la", "le", "lo", "o"}
    | {"san", "st", "ten", "ter", "van", "vande", "vander", "von", "zu", "zum", "zur"}
)
_SUFFIXES = frozenset({"jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "iv"})
_TITLES = frozenset({"dr", "miss", "mr", "mrs", "ms", "mx", "prof", "professor", "sir"})
# In Chinese, Japanese and Korean the family name comes first.
_FAMILY_NAME_FIRST = re.compile(r"CJK|HANGUL|HIRAGANA|KATAKANA")
_LAST_NAME_ENDS = "\t"


@dataclass(frozen=True)
class NameParts:
    """A name as it is written, cut in three: `before + last + after` is the name."""

    before: str
    last: str
    after: str


def fold(text: str) -> str:
    """What is left of `text` to compare: words of plain small letters, with one space between.

    Case, accents, width and apostrophes fall away; dashes and other signs part words.
    """
    letters = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    letters = (
        unicodedata.normalize("NFKD", letters).translate(_PLAIN_LATIN).translate(_PLAIN_ARABIC)
    )
    return " ".join("".join(map(_plain, letters)).split())


def _plain(letter: str) -> str:
    """A letter or figure itself, nothing for a mark or an invisible sign, a space for the rest."""
    kind = unicodedata.category(letter)
    if unicodedata.combining(letter) or kind == "Cf":
        return ""
    return letter if kind[0] in "LMN" else " "


def split_name(name: str) -> NameParts:
    """Where the last name stands in `name`.

    It is what precedes a comma; else the last word, without "Jr" and the like, with the particles
    before it; else, in Chinese, Japanese and Korean, the first word. A first word before others is
    never a particle. Two last names, as in Spanish, cannot be told from a second first name.
    """
    if "," in name:
        last, comma, rest = name.partition(",")
        return NameParts("", last, comma + rest)
    words = list(re.finditer(r"\S+", name))
    if len(words) < 2:
        return NameParts("", name, "")
    if _FAMILY_NAME_FIRST.match(unicodedata.name(words[0].group()[0], "")):
        start, end = 0, words[0].end()
    else:
        start, end = _span_of_last_name(words)
    return NameParts(name[:start], name[start:end], name[end:])


def _span_of_last_name(words: list[re.Match[str]]) -> tuple[int, int]:
    """Where the last name begins and ends in the text whose words these are, two or more."""
    plain = [fold(word.group()) for word in words]
    last = len(words) - 1
    while last > 1 and plain[last] in _SUFFIXES:
        last -= 1
    first = last
    while first > 1 and plain[first - 1] in _PARTICLES:
        first -= 1
    return words[first].start(), words[last].end()


def name_key(name: str) -> str:
    """What names are sorted by, by code points, and searched in: the last name, a tab, the rest.

    A last name that begins another one comes first, whatever follows: the tab is before all else.
    """
    parts = split_name(name)
    rest = fold(f"{parts.before} {parts.after}")
    return f"{fold(parts.last)}{_LAST_NAME_ENDS}{rest}"


def first_name(name: str) -> str:
    """What a person is called in a greeting: "Dr Alice Archer" and "Archer, Alice" → "Alice".

    The whole name where no part of it is surely a first name: "Cher", "Dr Archer", "王 小明".
    """
    before, comma, after = name.rpartition(",")
    given = after if comma and before else split_name(name).before
    called = [word for word in given.split() if fold(word) not in _TITLES]
    return called[0] if called else name
