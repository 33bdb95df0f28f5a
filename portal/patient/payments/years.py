"""A patient's payments by month and year: what the list is grouped by, and what each year comes
to.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from portal.infrastructure import clock
from portal.patient.payments.history import Record
from portal.payments.models import Payment
from portal.payments.rules import PaymentState
from portal.refunds.service import refunded_of


@dataclass(frozen=True)
class Month:
    """The records of one month, and its first day.

    `is_continued` where the list before it ended in the same month, `starts_year` where it ended
    in another year.
    """

    day: date
    records: list[Record]
    is_continued: bool
    starts_year: bool


@dataclass(frozen=True)
class YearSum:
    """What was paid in a year in one currency and what of it came back, in minor units."""

    currency: str
    paid: int
    refunded: int


def months(records: Iterable[Record], zone: str, continues: datetime | None) -> list[Month]:
    """Records, the newest first, by the month in the time zone `zone` that each belongs to.

    `continues` is the moment of the record before the first, None for a list that begins.
    """
    before = _month(continues, zone) if continues else None
    found = []
    for day, group in groupby(records, lambda record: _month(record.at, zone)):
        starts_year = before is None or before.year != day.year
        found.append(Month(day, list(group), day == before, starts_year))
        before = day
    return found


def year_sums(
    session: Session, patient_id: int, years: Sequence[int], zone: str
) -> dict[int, list[YearSum]]:
    """What each of these years comes to, in one query; a year without a payment is left out."""
    if not years:
        return {}
    newest_first = sorted(years, reverse=True)
    year = case(*((Payment.dated_at >= _start(each, zone), each) for each in newest_first))
    paid = (
        select(
            year.label("year"), Payment.currency, Payment.amount, refunded_of().label("refunded")
        )
        .where(
            is_paid_within(patient_id, min(years), zone, until=max(years)),
        )
        .subquery()
    )
    rows = session.execute(
        select(paid.c.year, paid.c.currency, func.sum(paid.c.amount), func.sum(paid.c.refunded))
        .group_by(paid.c.year, paid.c.currency)
        .order_by(paid.c.year, paid.c.currency)
    )
    sums: defaultdict[int, list[YearSum]] = defaultdict(list)
    for each, currency, amount, refunded in rows:
        sums[each].append(YearSum(currency, int(amount), int(refunded)))
    return dict(sums)


def is_paid_within(
    patient_id: int, year: int, zone: str, until: int | None = None
) -> ColumnElement[bool]:
    """For queries: a payment of this patient that was paid from `year` to the end of `until`."""
    return and_(
        Payment.patient_id == patient_id,
        Payment.state == PaymentState.PAID,
        Payment.dated_at >= _start(year, zone),
        Payment.dated_at < _start((until or year) + 1, zone),
    )


def _month(moment: datetime, zone: str) -> date:
    return clock.local_date(moment, zone).replace(day=1)


def _start(year: int, zone: str) -> datetime:
    return datetime(year, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
