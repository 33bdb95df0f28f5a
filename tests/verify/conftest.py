"""Payments that ended in every way, for checks to look at."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.actions.refund import refund
from portal.actions.review import accept, refund_all
from portal.actions.withdraw import withdraw
from portal.context import Portal
from portal.demo import test_cards
from portal.documents.jobs import draw
from portal.documents.models import Document
from portal.effects.jobs import KIND as DOCUMENT
from portal.payments.models import Payment
from portal.payments.service import Checkout, record_checkout
from portal.refunds.rules import RefundReason
from portal.stripe_sync.payments import sync_payment
from portal.worker import KINDS, drain
from tests.support.bills import Owed, latest, started
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person

# Drawing takes longer than all the rest.
QUICK = tuple(kind for kind in KINDS if kind is not DOCUMENT)


@pytest.fixture
def lived_in(
    portal: Portal,
    app: Flask,
    alice: Person,
    adam: Person,
    make_person: Callable[..., Person],
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    stripe: StripeHere,
) -> Portal:
    """A portal with a paid payment, one in euros, one after a decline, one accepted with a
    difference, one refunded from review and one still in it, one refunded in part, one whose refund
    came back and was made again, a withdrawn bill and an open one.

    Of the documents the first is drawn.
    """

    def altered(difference: int) -> Payment:
        bill = request_bill(alice, "document-review", 2)
        payment = started(portal, bill)
        assert payment.stripe_id is not None
        test_cards.change_amount(portal.stripe, payment.stripe_id, bill.total + difference)
        test_cards.confirm(portal.stripe, payment.stripe_id, "pm_card_visa", "http://localhost/")
        sync_payment(portal, payment.id)
        return latest(portal, bill)

    paid = request_bill(alice, options=("evening",))
    payment = pay(paid)
    record_checkout(portal, payment.id, Checkout("192.0.2.1", "Firefox", paid.total, paid.currency))
    pay(request_bill(make_person("Eva Ernst", "patient", "EUR"), "document-review", 3))
    declined = request_bill(alice, "clinical-letter", options=("posted-copy",))
    pay(declined, "pm_card_chargeDeclined")
    pay(declined)
    stripe.deliver()
    drain(portal, kinds=QUICK)
    accept(portal, altered(-500).ref, adam.user_id)
    refund_all(portal, altered(300).ref, adam.user_id)
    for card in ("pm_card_visa", "pm_card_refundFail"):
        given_back = pay(request_bill(alice, "document-review"), card)
        sync_payment(portal, given_back.id)
        refund(portal, given_back.ref, 1000, RefundReason.MISTAKE, "", adam.user_id)
    altered(100)
    withdraw(portal, request_bill(alice).id)
    started(portal, request_bill(alice))
    stripe.deliver()
    drain(portal, kinds=QUICK)
    refund(portal, given_back.ref, 1200, RefundReason.MISTAKE, "", adam.user_id)
    with portal.db.read() as session:
        first = session.scalars(select(Document.id).order_by(Document.id).limit(1)).one()
    draw(portal, first)
    return portal
