"""Names are compared by their letters, and sorted by the last name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.context import Portal
from portal.infrastructure import clock
from portal.patients.models import Patient
from portal.patients.names import NameParts, first_name, fold, name_key, split_name
from portal.references import new_reference

NAMES = st.text(max_size=60)
APOSTROPHES = "'`\u00b4\u2018\u2019\u2032\u02bb\u02bc\uff07"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Łukasz", "lukasz"),
        ("Éva", "EVA"),
        ("E\N{COMBINING ACUTE ACCENT}va", "Éva"),
        ("Straße", "strasse"),
        ("STRASSE", "straße"),
        ("Jørgen Æbelø", "jorgen aebelo"),
        ("İpek Işık", "ipek isik"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER J}ohn\N{IDEOGRAPHIC SPACE}Smith", "john smith"),
        ("de\N{NO-BREAK SPACE}Souza", "de  souza"),
        ("علی", "علي"),
        ("کریم", "كريم"),
        ("أحمد", "احمد"),
        ("إيمان", "ايمان"),
        ("آمنة", "امنه"),
        ("مُحَمَّد", "محمد"),
        ("Ελένης", "ΕΛΕΝΗΣ"),
        ("Семён", "семен"),
    ],
)
def test_one_name_in_two_spellings_is_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_every_apostrophe_is_left_out(apostrophe: str) -> None:
    assert fold(f"O{apostrophe}Brien") == "obrien"


@pytest.mark.parametrize("dash", DASHES)
def test_every_dash_parts_words(dash: str) -> None:
    assert fold(f"Anne{dash}Marie") == "anne marie"


@pytest.mark.parametrize(("one", "other"), [("Smith", "Smyth"), ("李", "王"), ("علي", "عمر")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(NAMES)
def test_what_is_folded_is_words_with_one_space_between_and_folds_to_itself(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split())
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("John Smith", "Smith"),
        ("Maria de Souza", "de Souza"),
        ("Ludwig Van Der Berg", "Van Der Berg"),
        ("Van Morrison", "Morrison"),
        ("Al Smith", "Smith"),
        ("John Smith Jr.", "Smith"),
        ("Henry Ford III", "Ford"),
        ("Smith, John", "Smith"),
        ("Zoe", "Zoe"),
        ("李小龍", "李小龍"),
        ("李 小龍", "李"),
        ("김 철수", "김"),
        ("علی رضایی", "رضایی"),
        ("", ""),
    ],
)
def test_the_last_name_is_found(name: str, last: str) -> None:
    assert split_name(name).last == last


@given(NAMES)
def test_a_name_in_parts_is_still_the_name(name: str) -> None:
    parts = split_name(name)
    assert parts.before + parts.last + parts.after == name


def test_the_parts_keep_what_stands_between_them() -> None:
    assert split_name("Maria de Souza Jr") == NameParts("Maria ", "de Souza", " Jr")


def test_names_are_sorted_as_in_an_english_list() -> None:
    in_order = [
        "Alice Archer",
        "Xavier De",
        "Maria de Souza",
        "Anna Deacon",
        "Éva Nagy",
        "Zoltán Nagy",
        "Łukasz Nowak",
        "Patrick O\N{RIGHT SINGLE QUOTATION MARK}Brien",
        "Siân O'Connor\N{EN DASH}Smith",
        "Zoe Smith",
        "Adam Smithson",
        "Jörg Straße",
        "Ludwig van der Berg",
        "Łukasz Wiśniewski",
        "Adam Zoe",
    ]
    backwards = in_order[::-1]
    assert sorted(backwards, key=name_key) == in_order


def test_the_key_follows_the_name(portal: Portal) -> None:
    with portal.db.write() as session:
        patient = Patient(
            ref=new_reference("PAT"), name="Éva Nagy", currency="GBP", created_at=clock.now()
        )
        session.add(patient)
    assert patient.name_key == name_key("Éva Nagy")
    with portal.db.write() as session:
        session.get_one(Patient, patient.id).name = "Éva Kovács"
    with portal.db.read() as session:
        assert session.get_one(Patient, patient.id).name_key == name_key("Éva Kovács")


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Alice Archer", "Alice"),
        ("Dr. Alice Archer", "Alice"),
        ("Archer, Alice", "Alice"),
        ("Anne-Marie de Souza", "Anne-Marie"),
        ("Cher", "Cher"),
        ("Dr Archer", "Dr Archer"),
        ("王 小明", "王 小明"),
        ("علي حسن", "علي"),
        (",", ","),
        ("", ""),
    ],
)
def test_a_person_is_greeted_by_their_first_name_where_it_is_known(name: str, called: str) -> None:
    assert first_name(name) == called
