"""What templates have everywhere: addresses, money, days, rates, badges, the seller, the test
banner.
"""

from flask import Flask

from portal import formats, links, standing
from portal.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Give templates their filters and what every page shows."""
    app.jinja_env.filters.update(formats.filters(settings.business_timezone))
    app.jinja_env.globals.update(
        links=links,
        bill_badge=standing.badge,
        payment_badge=standing.payment_badge,
        seller_name=settings.seller_name,
        office_contact=settings.office_contact,
        test_mode=settings.test_mode,
    )
