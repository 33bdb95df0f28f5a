"""Keeping and finding the monthly rates."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.exchange_rates.models import ExchangeRate
from portal.exchange_rates.rules import MonthlyRate, first_of_month
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


def keep_rate(session: Session, rate: MonthlyRate) -> bool:
    """Keep a month's rate in place of the one that was known; whether it is news.

    Documents already drawn keep the rate they were issued with.
    """
    known = session.get(ExchangeRate, (rate.month, rate.currency), with_for_update=True)
    if known is None:
        known = ExchangeRate(month=rate.month, currency=rate.currency)
        session.add(known)
    elif (known.units_per_pound, known.source) == (rate.units_per_pound, rate.source):
        return False
    known.units_per_pound, known.source = rate.units_per_pound, rate.source
    known.kept_at = clock.now()
    return True


def list_rates(session: Session) -> Sequence[ExchangeRate]:
    """Every rate that is kept, the newest month first."""
    newest = select(ExchangeRate).order_by(ExchangeRate.month.desc(), ExchangeRate.currency)
    return session.scalars(newest).all()
