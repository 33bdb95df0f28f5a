"""Exchange rates for the demo's invoices: about what they are, and published by nobody."""

from sqlalchemy.orm import Session

from portal.exchange_rates.rules import MonthlyRate, first_of_month
from portal.exchange_rates.service import keep_rate
from portal.infrastructure import clock

RATES = {"EUR": "1.1512", "USD": "1.3105", "JPY": "199.42"}
SOURCE = "an example, not HMRC's"
MONTHS = 36


def keep_demo_rates(session: Session) -> None:
    """One rate a currency for each month from three years ago to this one."""
    month = first_of_month(clock.now().date())
    months = [month]
    for _ in range(MONTHS):
        last_day_before = months[-1].fromordinal(months[-1].toordinal() - 1)
        months.append(first_of_month(last_day_before))
    for month in months:
        for currency, rate in RATES.items():
            keep_rate(session, MonthlyRate(month, currency, rate, SOURCE))
