"""What templates show the same way everywhere: money, days, rates, the seller, the test banner."""

from datetime import date, datetime

from babel.dates import format_date, format_datetime, get_timezone
from flask import Flask

from portal.money import format_amount
from portal.settings import Settings

LOCALE = "en_GB"


def init_app(app: Flask, settings: Settings) -> None:
    zone = get_timezone(settings.business_timezone)

    def day(value: date) -> str:
        """`date` or moment → "30 November 2026" in the business time zone."""
        if isinstance(value, datetime):
            return format_datetime(value, "d MMMM y", tzinfo=zone, locale=LOCALE)
        return format_date(value, "d MMMM y", locale=LOCALE)

    def moment(value: datetime) -> str:
        """A moment → "30 November 2026 at 14:05" in the business time zone."""
        return format_datetime(value, "d MMMM y 'at' HH:mm", tzinfo=zone, locale=LOCALE)

    app.jinja_env.filters.update(money=format_amount, date=day, datetime=moment, percent=percent)
    app.jinja_env.globals.update(
        seller_name=settings.seller_name, office_contact=settings.office_contact, test_mode=settings.test_mode
    )


def percent(basis_points: int) -> str:
    """2000 → "20%", 550 → "5.5%"."""
    return f"{basis_points / 100:g}%"
