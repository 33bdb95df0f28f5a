"""`portal seed-demo`: people, services and, where Stripe is the offline one, payments."""

from rich.console import Console
from rich.progress import Progress

from portal.catalogue.seed import seed_catalogue
from portal.context import Portal
from portal.demo import history
from portal.demo.control import Control, HttpControl
from portal.demo.exchange_rates import keep_demo_rates
from portal.demo.people import ALICE, DemoPatient, add_people, demo_patient
from portal.demo.stage import A_DAY, Stage
from portal.demo.stories import timeline
from portal.infrastructure import clock
from portal.patients.models import Patient
from portal.patients.service import change_address
from portal.settings import STRIPE_API

# The last digit before its letters makes it a postcode of nowhere.
ADDRESS = ("14 Linden Road", "Bristol", "BS6 0ZZ", "United Kingdom")


class SeedRefused(Exception):
    """One line: why the demo's people must not be here."""


def seed(portal: Portal, control: Control | None = None) -> None:
    """Add what is missing of the demo; a second run changes nothing.

    `control` reaches the offline Stripe's control surface, without it at Stripe's own address.

    With Stripe's own address (real test keys) only people and services are added: no payment is
    made without a person. Raises SeedRefused in production, StripeUnavailable, StripeRefused.
    """
    if portal.settings.production:
        raise SeedRefused("seed-demo is refused in production: its passwords are public")
    with portal.db.write() as session:
        seed_catalogue(session)
        keep_demo_rates(session)
    if portal.settings.stripe_api_base == STRIPE_API:
        add_people(portal)
        return
    happenings = timeline(clock.now(), portal.settings.business_timezone)
    stage = Stage(portal, control or HttpControl(portal.settings))
    with stage.clocks_together():
        if not history.has_begun(portal, happenings[0]):
            stage.begin(happenings[0].moment - A_DAY)
        add_people(portal)
        alice = demo_patient(portal, ALICE)
        _keep_address(portal, alice)
        to_play = history.still_to_play(portal, alice, happenings)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Two years of payments", total=len(to_play))
            for _ in history.play(portal, stage, alice, to_play):
                progress.advance(task)


def _keep_address(portal: Portal, alice: DemoPatient) -> None:
    """Her largest invoice has to name it. One that she has entered herself stays."""
    with portal.db.read() as session:
        known = session.get_one(Patient, alice.id).address
    if not known:
        change_address(portal, alice.id, alice.user_id, ADDRESS)
