"""The catalogues hold every text, and the pseudo-languages every placeholder."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from portal.texts import ACCENTED, CATALOGUES, MIRRORED, Language
from portal.translations.__main__ import english, main
from portal.translations.pseudo import accented, mirrored

KEPT = re.compile(r"%\(\w+\)s|</?\w[^>]*>")


def read(name: str) -> Catalog:
    with (CATALOGUES / name).open("rb") as file:
        return read_po(file)


def test_the_catalogues_are_in_step_with_the_sources() -> None:
    assert main(["--check"]) == 0


def test_texts_of_code_pages_and_mails_are_in_the_catalogue() -> None:
    found = {message.id for message in english()}
    assert {
        "Enter your email address",
        "Forgotten password",
        "Choose a password to begin.",
    } <= found
    assert ("%(count)s bill", "%(count)s bills") in found


@pytest.mark.parametrize("language", [ACCENTED, MIRRORED], ids=lambda language: language.tag)
def test_a_pseudo_language_has_every_message(language: Language) -> None:
    made = read(f"{language.tag}.po")
    source = read("messages.pot")
    assert {message.id for message in made} == {message.id for message in source}
    assert [message.id for message in made if message.id and not message.string] == []


@pytest.mark.parametrize("translate", [accented, mirrored])
def test_values_and_markup_are_kept_whole(translate: Callable[[str], str]) -> None:
    for message in english():
        for text in (message.id,) if isinstance(message.id, str) else message.id:
            assert Counter(KEPT.findall(text)) == Counter(KEPT.findall(translate(text)))


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_every_letter_gets_an_accent_and_the_text_is_longer_by_two_fifths(text: str) -> None:
    made = accented(text)
    outside = "".join(re.split(r"%\(\w+\)s|%%|<[^>]*>|&\w+;", made))
    assert not re.search("[A-Za-z]", outside)
    assert len(made) >= len(text) * 1.4


@given(st.text(st.sampled_from("ab <>&;%()s'é1"), min_size=1))
def test_a_mirrored_text_is_the_same_without_its_marks(text: str) -> None:
    assert re.sub("[\u200f\u202e\u202c]", "", mirrored(text)) == text
