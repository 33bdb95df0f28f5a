"""Numbers without gaps."""

import re

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.documents.models import NumberSeries
from portal.documents.rules import DocumentKind
from portal.references import is_reference

_SERIES = {DocumentKind.INVOICE: "INV", DocumentKind.CREDIT_NOTE: "CN"}
_NUMBER = re.compile(r"([A-Z]{2,3})-[0-9]{4}-[0-9]{6,9}", re.ASCII)


def is_number(kind: DocumentKind, text: str) -> bool:
    """Whether `text` has the form of such a document's number; others are not even looked up."""
    if kind is DocumentKind.RECEIPT:
        return is_reference(text)
    found = _NUMBER.fullmatch(text)
    return found is not None and found[1] == _SERIES[kind]


def next_number(session: Session, kind: DocumentKind, year: int) -> str:
    """The next of the kind's series of `year`: "INV-2026-000123".

    One statement raises the counter and locks its row until the caller's transaction ends: two
    transactions cannot get one number, and a rolled back one gives its number back.
    """
    series = f"{_SERIES[kind]}-{year}"
    last = session.scalar(_raise(session, series))
    return f"{series}-{last:06d}"


def _raise(session: Session, series: str) -> Insert:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return (
        insert(NumberSeries)
        .values(series=series, last=1)
        .on_conflict_do_update(
            index_elements=[NumberSeries.series], set_={"last": NumberSeries.last + 1}
        )
        .returning(NumberSeries.last)
    )
