"""Numbers without gaps."""

import re

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.documents.models import NumberSeries

_NUMBER = re.compile(r"INV-[0-9]{4}-[0-9]{6,9}", re.ASCII)


def is_number(text: str) -> bool:
    """Whether `text` has the form of a document's number; anything else is not even looked up."""
    return _NUMBER.fullmatch(text) is not None


def next_number(session: Session, prefix: str, year: int) -> str:
    """The next of `prefix`'s series of `year`: "INV-2026-000123".

    One statement raises the counter and locks its row until the caller's transaction ends: two
    transactions cannot get one number, and a rolled back one gives its number back.
    """
    series = f"{prefix}-{year}"
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
