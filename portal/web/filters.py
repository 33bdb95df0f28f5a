"""What templates show the same way everywhere: money, days, rates, the seller, the test banner."""

from flask import Flask

from portal import formats
from portal.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    app.jinja_env.filters.update(formats.filters(settings.business_timezone))
    app.jinja_env.globals.update(
        seller_name=settings.seller_name,
        office_contact=settings.office_contact,
        test_mode=settings.test_mode,
    )
