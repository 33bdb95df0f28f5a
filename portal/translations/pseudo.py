"""Languages that nobody speaks, made from English, for looking at layouts and for finding texts
that no translator would be given. Pure.
"""

import re
from itertools import cycle

# What a translator leaves as it is: values, markup, entities.
_KEPT = re.compile(r"(%\(\w+\)s|%%|<[^>]*>|&\w+;)")
_WORD = re.compile(r"\w+(?:['\N{RIGHT SINGLE QUOTATION MARK}]\w+)*")
# Every letter changes, so that one which has not can be found on a page.
_ACCENTS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "åƀçðéƒĝĥîĵķļḿñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻḾÑÖÞǪŔŠŢÛṼŴẊÝŽ",
)
_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_LONGER = 0.4
_RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT MARK}\N{RIGHT-TO-LEFT OVERRIDE}"
_BACK = "\N{POP DIRECTIONAL FORMATTING}\N{RIGHT-TO-LEFT MARK}"


def accented(text: str) -> str:
    """`Pay` → `[Þåý öñé]`: every letter with an accent, at least 40 % longer, in brackets that
    show whether its ends are there.
    """
    pieces = _KEPT.split(text)
    pieces[::2] = [piece.translate(_ACCENTS) for piece in pieces[::2]]
    length = sum(len(piece) for piece in pieces[::2])
    filling = " ".join(_filling(length * _LONGER)).translate(_ACCENTS)
    return f"[{''.join(pieces)} {filling}]"


def mirrored(text: str) -> str:
    """Every word written from right to left, as Arabic is."""
    pieces = _KEPT.split(text)
    pieces[::2] = [_WORD.sub(_mirrored_word, piece) for piece in pieces[::2]]
    return "".join(pieces)


def _mirrored_word(found: re.Match[str]) -> str:
    return f"{_RIGHT_TO_LEFT}{found[0]}{_BACK}"


def _filling(least: float) -> list[str]:
    """Words that with the spaces before them take up at least `least` characters."""
    words: list[str] = []
    for word in cycle(_NUMBERS):
        words.append(word)
        if sum(len(one) + 1 for one in words) >= least:
            break
    return words
