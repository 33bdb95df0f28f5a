"""`portal seed-demo`: people, services and, where Stripe is the offline one, a history of
payments.
"""

from rich.console import Console
from rich.progress import Progress

from portal.catalogue.seed import seed_catalogue
from portal.context import Portal
from portal.demo.exchange_rates import keep_demo_rates
from portal.demo.history import STORIES, play
from portal.demo.people import ALICE, add_people, demo_patient
from portal.settings import STRIPE_API


class SeedRefused(Exception):
    """One line: why the demo's people must not be here."""


def seed(portal: Portal) -> None:
    """Add what is missing of the demo; a second run changes nothing.

    With Stripe's own address (real test keys) only people and services are added: no payment is
    made without a person. Raises SeedRefused in production, StripeUnavailable, StripeRefused.
    """
    if portal.settings.production:
        raise SeedRefused("seed-demo is refused in production: its passwords are public")
    with Progress(console=Console(stderr=True), transient=True) as progress:
        with_history = portal.settings.stripe_api_base != STRIPE_API
        task = progress.add_task("Demo data", total=2 + (len(STORIES) if with_history else 0))
        add_people(portal)
        progress.advance(task)
        with portal.db.write() as session:
            seed_catalogue(session)
            keep_demo_rates(session)
        progress.advance(task)
        if with_history:
            for _ in play(portal, demo_patient(portal, ALICE)):
                progress.advance(task)
