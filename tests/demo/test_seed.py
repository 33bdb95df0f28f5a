"""The demo's people, services and payments."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal import models
from portal.bills.models import Bill
from portal.context import Portal
from portal.demo.people import CLARA, PEOPLE
from portal.demo.seed import SeedRefused, seed
from portal.documents.models import Document
from portal.payments.models import BalanceTransaction, Payment
from portal.payments.rules import EXPIRES_AFTER
from portal.settings import Environment
from portal.stripe_sync.models import StripeEvent
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.portals import Clock, make_portal


def rows(portal: Portal) -> dict[str, int]:
    tables = models.Base.metadata.sorted_tables
    with portal.db.read() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables
        }


def payments_of(portal: Portal) -> list[tuple[str, str, datetime]]:
    """Reference, state and when the payer last asked for the form."""
    with portal.db.read() as session:
        return [
            (ref, state, at)
            for ref, state, at in session.execute(
                select(Payment.ref, Payment.state, Payment.started_at)
            )
        ]


def test_alice_has_a_history_in_every_state_and_currency(
    portal: Portal, stripe: StripeHere
) -> None:
    stripe.server.settings.hold_processing = 1
    seed(portal)
    with portal.db.read() as session:
        bills = Counter(session.scalars(select(Bill.state)))
        payments = Counter(session.scalars(select(Payment.state)))
        paid_in = set(session.scalars(select(Payment.currency).where(Payment.state == "paid")))
        documents = session.scalar(select(func.count()).select_from(Document))
    assert bills == {"paid": 5, "open": 5, "withdrawn": 1}
    assert payments == {
        "paid": 5,
        "open": 1,
        "action": 1,
        "canceled": 1,
        "processing": 1,
        "review": 1,
    }
    assert paid_in == {"GBP", "EUR", "USD", "JPY"}
    assert documents == 10


def test_a_second_run_changes_nothing(portal: Portal) -> None:
    seed(portal)
    before = rows(portal)
    seed(portal)
    assert rows(portal) == before


def test_a_run_a_week_later_plays_nothing_again(
    portal: Portal, app: Flask, stripe: StripeHere, run_jobs: Callable[[], int], clock: Clock
) -> None:
    """Neither what has been canceled meanwhile, nor as if its payer had just been there."""
    seed(portal)
    clock.advance(EXPIRES_AFTER + timedelta(minutes=1))
    run_jobs()
    before = payments_of(portal)
    assert Counter(state for _, state, _ in before)["canceled"] == 3
    seed(portal)
    assert payments_of(portal) == before


def test_clara_can_tell_two_john_smiths_apart_and_does_not_see_bob(
    portal: Portal, app: Flask, client: PortalClient
) -> None:
    seed(portal)
    client.sign_in(CLARA.email)
    words = words_of(client.get("/clinic"))
    assert words.count("John Smith") == 2
    for shown in ("Alice Archer", "Born 28 Mar 1954", "Born 3 Feb 1958", "Born 17 Sept 1994"):
        assert shown in words
    assert "Bob Baker" not in words


def test_everybody_of_the_demo_can_sign_in(
    portal: Portal, app: Flask, client: PortalClient
) -> None:
    seed(portal)
    for person in PEOPLE:
        assert client.sign_in(person.email).status_code == 303
        client.sign_out()


def test_what_stripe_says_later_completes_the_books_of_the_demo(
    portal: Portal, app: Flask, stripe: StripeHere, run_jobs: Callable[[], int]
) -> None:
    seed(portal)
    assert stripe.deliver() > 0
    run_jobs()
    with portal.db.read() as session:
        undone = session.scalar(
            select(func.count()).select_from(StripeEvent).where(StripeEvent.outcome.is_(None))
        )
        fees = session.scalar(select(func.count()).select_from(BalanceTransaction))
    # All that Stripe has charged: the one in review too, and the one that nothing keeps on its way.
    assert (undone, fees) == (0, 7)


def test_with_stripes_own_address_nobody_pays(portal: Portal, stripe: StripeHere) -> None:
    settings = portal.settings.model_copy(
        update={
            "stripe_api_base": "https://api.stripe.com",
            "stripe_js_url": "https://js.stripe.com/endive/stripe.js",
        }
    )
    real = make_portal(settings, stripe)
    seed(real)
    counted = rows(real)
    real.db.engine.dispose()
    assert counted["users"] == len(PEOPLE)
    assert counted["services"] == 4
    assert counted["bills"] == 0


def test_production_is_refused(portal: Portal, stripe: StripeHere) -> None:
    production = make_portal(
        portal.settings.model_copy(update={"portal_env": Environment.PRODUCTION}), stripe
    )
    with pytest.raises(SeedRefused, match="production"):
        seed(production)
    assert rows(production)["users"] == 0
    production.db.engine.dispose()
