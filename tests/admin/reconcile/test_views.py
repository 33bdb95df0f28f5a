"""An administrator sees how the records were compared with Stripe, and whether webhooks arrive."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from portal.context import Portal
from portal.infrastructure import clock as portal_clock
from portal.jobs import ATTEMPTS_BEFORE_ATTENTION
from portal.payments.models import Payment
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.reconcile.jobs import plan
from portal.stripe_sync.reconcile.models import ReconcileRun
from portal.stripe_sync.reconcile.service import reconcile
from tests.support.bills import Owed
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock

SignIn = Callable[[Person], PortalClient]
NOT_COMPARED = "have not been compared with Stripe for more than a day"
SILENT = "do not reach the portal"


def test_before_the_first_run_it_says_so(portal: Portal, adam: Person, sign_in: SignIn) -> None:
    plan(portal.db, portal.settings.business_timezone)
    words = words_of(sign_in(adam).get("/admin/reconcile"))
    assert "There has been none yet" in words
    assert NOT_COMPARED in words
    assert "Not planned" not in words


def test_a_run_says_what_it_has_changed(
    portal: Portal,
    app: Flask,
    alice: Person,
    adam: Person,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    sign_in: SignIn,
) -> None:
    payment = pay(request_bill(alice))
    reconcile(portal)
    words = words_of(sign_in(adam).get("/admin/reconcile"))
    assert "Finished" in words
    assert f"{payment.ref}: open, not tried → paid, 1 tried" in words
    assert "open payments 1" in words
    assert NOT_COMPARED not in words
    assert "missed in the last day" in words
    assert alice.name not in words


def test_silence_after_a_charge_is_told_and_a_webhook_ends_it(
    portal: Portal,
    app: Flask,
    alice: Person,
    adam: Person,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    stripe: StripeHere,
    sign_in: SignIn,
    clock: Clock,
) -> None:
    pay(request_bill(alice))
    reconcile(portal)
    client = sign_in(adam)
    assert SILENT not in words_of(client.get("/admin/reconcile"))
    clock.advance(timedelta(minutes=20))
    assert SILENT in words_of(client.get("/admin/reconcile"))
    pay(request_bill(alice))
    stripe.deliver()
    assert SILENT not in words_of(client.get("/admin/reconcile"))


def test_events_that_cannot_be_acted_on_are_counted(
    portal: Portal, adam: Person, sign_in: SignIn
) -> None:
    with portal.db.write() as session:
        now = portal_clock.now()
        event = StripeEvent(stripe_id="evt_1", type="charge.updated", received_at=now, due_at=now)
        event.attempts = ATTEMPTS_BEFORE_ATTENTION
        session.add(event)
    words = words_of(sign_in(adam).get("/admin/reconcile"))
    assert "1 message from Stripe cannot be acted on" in words


@pytest.mark.parametrize(
    ("ending", "shown"),
    [("stopped", "Stopped before the end"), ("failed", "Failed"), (None, "Did not finish")],
)
def test_a_run_that_did_not_get_to_its_end_says_how(
    portal: Portal, adam: Person, sign_in: SignIn, ending: str | None, shown: str
) -> None:
    reconcile(portal)
    with portal.db.write() as session:
        session.execute(update(ReconcileRun).values(ending=ending, error="StripeUnavailable: x"))
    words = words_of(sign_in(adam).get("/admin/reconcile"))
    assert shown in words
    assert "StripeUnavailable: x" in words
    assert NOT_COMPARED in words


def test_one_link_of_the_header_is_the_current_page(adam: Person, sign_in: SignIn) -> None:
    client = sign_in(adam)
    for path in ("/admin", "/admin/reconcile"):
        text = client.get(path).text
        assert text.count('aria-current="page"') == 1
        assert f'href="{path}" aria-current="page"' in text


def test_nobody_else_learns_that_there_is_such_a_page(
    alice: Person, clara: Person, sign_in: SignIn
) -> None:
    for person in (alice, clara):
        assert sign_in(person).get("/admin/reconcile").status_code == 404
