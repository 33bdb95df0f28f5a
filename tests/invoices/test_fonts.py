"""Every name can be printed, and every font has what it promises."""

from unicodedata import category

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from invoices.fonts import FALLBACK_FACES, FOLDER, HOUSE_FACES, REPLACEMENT, Face, printable


def fallbacks_for(text: str) -> list[str]:
    return [face.family for face in printable(text).faces if face not in HOUSE_FACES]


@pytest.mark.parametrize(
    "name",
    ["Alice", "Łukasz", "Ngũgĩ", "Nguyễn Thị Hồng", "Ἀλέξανδρος", "Жанна", "£€¥\N{MINUS SIGN}✓"],
)
def test_a_european_or_african_name_needs_no_other_font(name: str) -> None:
    assert fallbacks_for(name) == []


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("محمد", "Noto Sans Arabic"),
        ("王小明", "Droid Sans Fallback"),
        ("山田たろう", "Droid Sans Fallback"),
        ("김민준", "NanumGothicCoding"),
        ("दीपिका", "Noto Sans Devanagari"),
        ("שרה", "Noto Sans Hebrew"),
        ("สมชาย", "Noto Sans Thai"),
    ],
)
def test_a_name_in_another_script_brings_its_font(name: str, family: str) -> None:
    assert fallbacks_for(name) == [family]
    assert printable(name).text == name


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
        starts = font["loca"].locations
        places = {name: at for at, name in enumerate(font.getGlyphOrder())}
        blank = {
            chr(code)
            for code, name in font.getBestCmap().items()
            if starts[places[name]] == starts[places[name] + 1]
        }
    meant_to_be_blank = {"\u034f", "\u3164", "\ufe00"}
    assert {
        character for character in blank if category(character)[0] not in "ZC"
    } <= meant_to_be_blank


def test_every_font_file_has_its_licence_beside_it() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    for licence in (
        "SourceSans3.md",
        "NotoSans.md",
        "NanumGothicCoding.md",
        "DroidSansFallback.txt",
    ):
        assert f"LICENCE-{licence}" in listed
        assert (FOLDER / f"LICENCE-{licence}").stat().st_size > 1000
