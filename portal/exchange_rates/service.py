"""Keeping and finding the monthly rates."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from invoices.sterling import units_per_pound
from portal.exchange_rates.models import ExchangeRate
from portal.exchange_rates.rules import first_of_month
from portal.infrastructure import clock


def find_rate(session: Session, currency: str, on: date) -> ExchangeRate | None:
    """The rate of the month in which `on` lies, if it is known."""
    return session.get(ExchangeRate, (first_of_month(on), currency))


def find_last_rate(session: Session, currency: str, on: date) -> ExchangeRate | None:
    """The rate of that month, or else of the last month before it that is known."""
    known = select(ExchangeRate).where(
        ExchangeRate.currency == currency, ExchangeRate.month <= first_of_month(on)
    )
    return session.scalar(known.order_by(ExchangeRate.month.desc()).limit(1))


def keep_rate(session: Session, month: date, currency: str, rate: str, source: str) -> bool:
    """Keep `rate` units of `currency` a pound for a month; whether that is news.

    Documents already issued keep the rate they were issued with. Raises ValueError for a rate that
    is no number above 0.
    """
    units_per_pound(rate)
    known = find_rate(session, currency, month)
    if known is None:
        session.add(
            ExchangeRate(
                month=first_of_month(month),
                currency=currency,
                units_per_pound=rate,
                source=source,
                kept_at=clock.now(),
            )
        )
        return True
    if (known.units_per_pound, known.source) == (rate, source):
        return False
    known.units_per_pound, known.source, known.kept_at = rate, source, clock.now()
    return True
