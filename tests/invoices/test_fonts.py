"""Every name can be printed, and every font has what it promises."""

from unicodedata import category, name

import pytest
from fontTools.pens.boundsPen import ControlBoundsPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from invoices.fonts import (
    FALLBACK_FACES,
    FOLDER,
    HOUSE_FACES,
    REPLACEMENT,
    Face,
    printable,
    unprintable,
)


def fallbacks_for(text: str) -> list[str]:
    return [face.family for face in printable(text).faces if face not in HOUSE_FACES]


@pytest.mark.parametrize(
    "text",
    ["Alice", "Łukasz", "Ngũgĩ", "Nguyễn Thị Hồng", "Ἀλέξανδρος", "Жанна", "£€¥\N{MINUS SIGN}✓"],
)
def test_a_european_or_african_name_needs_no_other_font(text: str) -> None:
    assert fallbacks_for(text) == []


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("محمد", "Noto Sans Arabic"),
        ("王小明", "Droid Sans Fallback"),
        ("山田たろう", "Droid Sans Fallback"),
        ("김민준", "NanumGothicCoding"),
        ("दीपिका", "Noto Sans Devanagari"),
        ("שרה", "Noto Sans Hebrew"),
        ("สมชาย", "Noto Sans Thai"),
        ("ଜଗନ୍ନାଥ", "Noto Sans Oriya"),
        ("އިބްރާހީމް", "Noto Sans Thaana"),
        ("བསྟན་འཛིན", "Noto Serif Tibetan"),
        ("ܝܘܚܢܢ", "Noto Sans Syriac"),
        ("ᏍᏏᏉᏯ", "Noto Sans Cherokee"),
        ("ߛߏ߬ߟߏ߬ߡߊ߫ߣߊ߫", "Noto Sans NKo"),
        ("ⴰⵎⴰⵣⵉⵖ", "Noto Sans Tifinagh"),
        ("ᱨᱟᱹᱜᱷᱩ", "Noto Sans OlChiki"),
        ("ᠪᠠᠲᠤᠪᠣᠯᠳ", "Noto Sans Mongolian"),
        ("𞤀𞤣𞤤𞤢𞤥", "Noto Sans Adlam"),
        ("𠮷𡃁𣎴", "Noto Sans CJK"),
    ],
)
def test_a_name_in_another_script_brings_its_font(text: str, family: str) -> None:
    assert fallbacks_for(text) == [family]
    assert printable(text).text == text
    assert unprintable(text) == ()


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("Alice Archer", ()),
        ("Zoe\u0308", ()),
        ("Zoë 💙 Hill 🦊💙", ("💙", "🦊")),
        ("Bo\u202eb\x00", ("\u202e", "\x00")),
        ("葛\U000e0100飾", ("\U000e0100",)),
        ("𪚥", ("𪚥",)),
        ("𓀀 Bob", ("𓀀",)),
        ("", ()),
    ],
)
def test_what_cannot_be_printed_is_named_once_and_in_order(
    text: str, characters: tuple[str, ...]
) -> None:
    assert unprintable(text) == characters


@pytest.mark.parametrize("standard", ["big5hkscs", "euc_jis_2004", "gbk", "cp949"])
def test_every_chinese_character_of_a_standard_for_names_is_printed(standard: str) -> None:
    held = [chr(code) for code in range(0x3400, 0x30000) if is_held(chr(code), standard)]
    assert len(held) > 4000
    assert unprintable("".join(held)) == ()


def is_held(character: str, standard: str) -> bool:
    if not name(character, "").startswith("CJK"):
        return False
    try:
        return bool(character.encode(standard))
    except UnicodeEncodeError:
        return False


@given(st.text(st.characters()))
def test_a_text_is_printed_whole_or_what_is_missing_is_named(text: str) -> None:
    named = unprintable(text)
    kept = printable("".join(one for one in text if one not in named))
    assert kept.replaced == 0
    if not named:
        assert printable(text).replaced == 0


def test_an_emoji_becomes_one_replacement_and_is_counted() -> None:
    page = printable("Zoë 👩‍👩‍👧❤️ Hill")
    assert page.text == f"Zoë {REPLACEMENT}❤ Hill"
    assert page.replaced == 1


def test_characters_that_disguise_a_name_are_left_out() -> None:
    assert printable("Bo\u202eb\u2066\x00 \u200bHill").text == "Bob Hill"


def test_separators_of_lines_become_spaces() -> None:
    assert printable("Bob\u2028Hill\u2029").text == "Bob Hill "


def test_letters_typed_with_separate_accents_are_joined() -> None:
    assert printable("Zoe\u0308").text == "Zoë"


@given(st.text(st.characters()))
def test_whatever_is_typed_every_letter_left_has_a_font(text: str) -> None:
    page = printable(text)
    assert printable(page.text).text == page.text
    assert printable(page.text).faces == page.faces


@pytest.mark.parametrize("face", HOUSE_FACES + FALLBACK_FACES, ids=lambda face: face.file)
def test_no_font_claims_a_letter_that_it_prints_blank(face: Face) -> None:
    with TTFont(FOLDER / face.file, lazy=True) as font:
        characters = font.getBestCmap()
        blank = {chr(code) for code, glyph in characters.items() if is_blank(font, glyph)}
    meant_to_be_blank = {*"\u034f\u180b\u180c\u180d\u2d7f\u3164\ufe00"}
    assert {one for one in blank if category(one)[0] not in "ZC"} <= meant_to_be_blank
    assert ord(" ") in characters


def is_blank(font: TTFont, glyph: str) -> bool:
    if "glyf" in font:
        places, at = font["loca"].locations, font.getGlyphID(glyph)
        return bool(places[at] == places[at + 1])
    pen = ControlBoundsPen(None)
    font.getGlyphSet()[glyph].draw(pen)
    return pen.bounds is None


def test_every_font_file_is_used_and_every_font_used_is_there() -> None:
    files = {path.name for path in FOLDER.glob("*.?tf")}
    assert files == {face.file for face in HOUSE_FACES + FALLBACK_FACES}


def test_every_font_file_has_its_licence_beside_it() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    for licence in (
        "SourceSans3.md",
        "NotoSans.md",
        "NanumGothicCoding.md",
        "DroidSansFallback.txt",
        "NotoSansCJK.md",
    ):
        assert f"LICENCE-{licence}" in listed
        assert (FOLDER / f"LICENCE-{licence}").stat().st_size > 1000
