"""The rates that VAT is turned into sterling by, a month at a time."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.infrastructure.db import Base


class ExchangeRate(Base):
    """How many units of a currency one pound is in one month, as HMRC publishes it."""

    __tablename__ = "exchange_rates"

    # The month's first day.
    month: Mapped[date] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    # Decimal text: a rate is no amount, and no float.
    units_per_pound: Mapped[str] = mapped_column(String(32))
    # As it stands on invoices: "HMRC".
    source: Mapped[str] = mapped_column(String(100))
    kept_at: Mapped[datetime]
