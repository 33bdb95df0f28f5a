"""Who a clinician's patients are, and which of them fit a search."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_

from portal.clinic.rules import Search, age_on, can_end_reference, end_of_reference
from portal.patients.models import CareRelationship, Patient
from portal.patients.names import NameParts, split_name


@dataclass(frozen=True)
class Person:
    """Who a patient is. Where the date of birth is not known, neither is the age in years."""

    ref: str
    name: NameParts
    date_of_birth: date | None
    age: int | None


def person(ref: str, name: str, date_of_birth: date | None, today: date) -> Person:
    """A patient as they are shown on the day `today`."""
    age = None if date_of_birth is None else age_on(date_of_birth, today)
    return Person(ref, split_name(name), date_of_birth, age)


def is_in_care_of(clinician_id: int) -> ColumnElement[bool]:
    """For queries that join CareRelationship to Patient: this clinician cares for the patient."""
    return and_(
        CareRelationship.patient_id == Patient.id, CareRelationship.clinician_id == clinician_id
    )


def fits(search: Search) -> ColumnElement[bool]:
    """For queries: all of a search that is not empty fits the patient."""
    conditions = [_has_word(word) for word in search.words]
    conditions += [_is_reference_or_name(end) for end in search.ends]
    if search.births is not None:
        conditions.append(Patient.date_of_birth.in_(search.births))
    return and_(*conditions)


def _has_word(word: str) -> ColumnElement[bool]:
    if can_end_reference(word):
        return or_(_is_named(word), _ends_reference(word))
    return _is_named(word)


def _is_reference_or_name(end: str) -> ColumnElement[bool]:
    """What follows "PAT-" is the end of a reference, or Pat-Marie's other name."""
    return or_(_ends_reference(end), and_(_is_named("pat"), _is_named(end)))


def _is_named(word: str) -> ColumnElement[bool]:
    """The word stands in the name, wherever that is parted: "annemarie" finds Anne-Marie."""
    whole = func.replace(Patient.name_key, " ", "")
    return or_(
        Patient.name_key.contains(word, autoescape=True), whole.contains(word, autoescape=True)
    )


def _ends_reference(end: str) -> ColumnElement[bool]:
    return Patient.ref.endswith(end_of_reference(end), autoescape=True)
