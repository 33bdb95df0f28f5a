"""Which of our fonts a text needs, and what to print where none of them has the letter.

Documents use the fonts in `assets/fonts` and no others, so that they look the same on every
machine.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unicodedata import category, normalize

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

FOLDER = Path(__file__).parent / "assets" / "fonts"
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Format characters that shape the letters around them. All others (overrides of direction, tags,
# joiners of pictures) are left out: they print nothing, and can make one name look like another.
_SHAPING = frozenset("\u00ad\u061c\u180e\u200c\u200d\u200e\u200f")
_SPACES = frozenset(" \t\n\r\f")
# Pango breaks a line at these and then looks for a glyph.
_SEPARATORS = str.maketrans(dict.fromkeys("\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029", " "))


@dataclass(frozen=True, slots=True)
class Face:
    """One font file, and the family and weight that the style sheet knows it by."""

    family: str
    file: str
    weight: int = 400


HOUSE_FACES = (
    Face("Source Sans 3", "SourceSans3-Regular.ttf"),
    Face("Source Sans 3", "SourceSans3-Semibold.ttf", 600),
)
# Scripts that Unicode counts as in use today, commonly or by some (UAX 31, tables 5 and 7).
_SCRIPTS = """
    Arabic Armenian Bengali Devanagari Ethiopic Georgian Gujarati Gurmukhi Hebrew Kannada
    Khmer Lao Malayalam Myanmar Oriya Sinhala Tamil Telugu Thaana Thai
    Adlam Balinese Bamum Batak CanadianAboriginal Chakma Cham Cherokee HanifiRohingya Javanese
    KayahLi Lepcha Limbu Lisu Mandaic MeeteiMayek Miao Mongolian NKo NewTaiLue Newa OlChiki
    Osage Saurashtra Sundanese SylotiNagri Syriac TaiLe TaiTham TaiViet Tifinagh Vai Wancho Yi
"""
# In the order in which they are asked; the large ones come last because they take longest to open.
FALLBACK_FACES = (
    Face("Noto Sans", "NotoSans-Regular.ttf"),
    *(Face(f"Noto Sans {script}", f"NotoSans{script}-Regular.ttf") for script in _SCRIPTS.split()),
    Face("Noto Serif Tibetan", "NotoSerifTibetan-Regular.ttf"),
    Face("Noto Serif Nyiakeng Puachue Hmong", "NotoSerifNyiakengPuachueHmong-Regular.ttf"),
    # Japanese syllables stand in both; they should match the Chinese characters beside them.
    Face("Droid Sans Fallback", "DroidSansFallbackFull.ttf"),
    Face("NanumGothicCoding", "NanumGothicCoding.ttf"),
    Face("Noto Sans CJK", "NotoSansCJKhk-Rare.otf"),
)


@dataclass(frozen=True, slots=True)
class Printable:
    """Text that our fonts can print, the faces it needs, and how many places are not as typed."""

    text: str
    faces: tuple[Face, ...]
    replaced: int


def printable(text: str) -> Printable:
    """Make `text` drawable: each run of characters that no font has becomes one U+FFFD.

    What prints nothing and shapes no letter (controls, overrides of direction, variation selectors)
    is left out.
    """
    text = _joined(text)
    needed, missing, dropped = _sorted_out(text)
    if missing or dropped:
        text = _replace(text, missing, dropped)
    replaced = 0
    if missing:
        needed.update(face for face in (_face_with(REPLACEMENT),) if face)
        replaced = text.count(REPLACEMENT)
    fallbacks = tuple(face for face in FALLBACK_FACES if face in needed)
    return Printable(text, HOUSE_FACES + fallbacks, replaced)


def unprintable(text: str) -> tuple[str, ...]:
    """The characters of `text` that no document shows, each once, in the order they stand in.

    Those that none of our fonts has are printed as U+FFFD; those that print nothing themselves are
    left out. Empty for a text that is printed whole. A plain text takes some 20 microseconds; the
    first rare letter of a process opens all fonts, which takes a third of a second.
    """
    text = _joined(text)
    _, missing, dropped = _sorted_out(text)
    return tuple(one for one in dict.fromkeys(text) if one in missing or one in dropped)


def _joined(text: str) -> str:
    return normalize("NFC", text).translate(_SEPARATORS)


def _sorted_out(text: str) -> tuple[set[Face], set[str], set[str]]:
    """The faces that `text` needs, the characters that no face has, and those to leave out."""
    needed: set[Face] = set()
    missing: set[str] = set()
    dropped: set[str] = set()
    for character in set(text) - _SPACES - _SHAPING:
        if category(character) in ("Cc", "Cf") or _is_variation_selector(character):
            dropped.add(character)
        elif face := _face_with(character):
            needed.add(face)
        else:
            missing.add(character)
    return needed, missing, dropped


def _replace(text: str, missing: set[str], dropped: set[str]) -> str:
    kept: list[str] = []
    for character in text:
        if character in missing:
            if not kept or kept[-1] != REPLACEMENT:
                kept.append(REPLACEMENT)
        elif character not in dropped and not (
            character in _SHAPING and kept and kept[-1] == REPLACEMENT
        ):
            kept.append(character)
    return "".join(kept)


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _face_with(character: str) -> Face | None:
    code = ord(character)
    if code in _codes(HOUSE_FACES[0]):
        return HOUSE_FACES[0]
    return next((face for face in FALLBACK_FACES if code in _codes(face)), None)


@cache
def _codes(face: Face) -> frozenset[int]:
    with TTFont(FOLDER / face.file, lazy=True) as font:
        return frozenset(font.getBestCmap())
