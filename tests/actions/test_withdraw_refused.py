"""Withdrawing while Stripe refuses us, and while it does not know the payment."""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from sqlalchemy import update

from portal.actions.withdraw import withdraw
from portal.bills.models import Bill
from portal.bills.rules import BillState
from portal.context import Portal
from portal.payments.models import Payment
from portal.stripe_api.client import StripeApi
from tests.support.bills import Owed, started
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person


def test_a_refusal_of_stripes_is_a_page_that_says_nothing_was_charged(
    portal: Portal,
    app: Flask,
    stripe: StripeHere,
    alice: Person,
    sign_in: Callable[[Person], PortalClient],
    request_bill: Callable[..., Owed],
) -> None:
    """A key that Stripe does not accept any more."""
    bill = request_bill(alice)
    started(portal, bill)
    client = sign_in(alice)
    settings = portal.settings.model_copy(update={"stripe_secret_key": "not_a_key"})
    app.extensions["portal"] = replace(portal, stripe=StripeApi(settings, stripe.http_client))
    answer = client.submit(f"/bills/{bill.ref}/withdraw", action="/withdraw")
    assert answer.status_code == 503
    assert "not been charged" in words_of(answer)


def test_a_bill_whose_payment_stripe_no_longer_has_can_be_withdrawn(
    portal: Portal, alice: Person, request_bill: Callable[..., Owed]
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    with portal.db.write() as session:
        session.execute(
            update(Payment).where(Payment.id == payment.id).values(stripe_id="pi_of_nobody")
        )
    withdraw(portal, bill.id)
    with portal.db.read() as session:
        assert session.get_one(Bill, bill.id).state is BillState.WITHDRAWN
