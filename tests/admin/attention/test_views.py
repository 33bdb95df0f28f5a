"""What an administrator is shown: whatever does not come right by itself."""

from collections.abc import Callable

from flask import Flask

from fake_stripe.control.refunds import refund
from fake_stripe.control.values import Values
from portal.admin.attention.queries import MOST
from portal.context import Portal
from portal.infrastructure import clock
from portal.jobs import ATTEMPTS_BEFORE_ATTENTION
from portal.mail.models import Mail
from portal.mail.service import write
from portal.payments.models import Payment
from portal.stripe_sync.models import StripeEvent
from portal.stripe_sync.payments import sync_payment
from portal.stripe_sync.rules import Outcome
from tests.support.bills import Owed, started
from tests.support.client import PortalClient, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person

SignIn = Callable[[Person], PortalClient]


def test_nothing_needs_attention_at_first(adam: Person, sign_in: SignIn) -> None:
    assert "Nothing needs attention" in words_of(sign_in(adam).get("/admin"))


def test_a_payment_held_for_review_stands_there_with_its_reason(
    portal: Portal, alice: Person, adam: Person, sign_in: SignIn, request_bill: Callable[..., Owed]
) -> None:
    bill = request_bill(alice)
    payment = started(portal, bill)
    assert payment.stripe_id is not None
    portal.stripe.client.v1.payment_intents.update(payment.stripe_id, {"amount": bill.total - 1})
    sync_payment(portal, payment.id)
    words = words_of(sign_in(adam).get("/admin"))
    assert payment.ref in words
    assert "does not match the bill" in words
    assert alice.name in words


def test_a_mail_that_keeps_failing_stands_there_until_it_is_sent(
    portal: Portal, adam: Person, sign_in: SignIn
) -> None:
    with portal.db.write() as session:
        mail = write(
            session,
            portal.settings,
            "password_changed",
            "gone@example.test",
            "Your password was changed",
            url="/",
        )
        mail.attempts = ATTEMPTS_BEFORE_ATTENTION
        mail.last_error = "SMTPRecipientsRefused: 550"
        session.flush()
        mail_id, ref = mail.id, mail.ref
    client = sign_in(adam)
    words = words_of(client.get("/admin"))
    assert ref in words
    assert "550" in words
    assert "gone@example.test" not in words
    with portal.db.write() as session:
        session.get_one(Mail, mail_id).finish()
    assert ref not in words_of(client.get("/admin"))


def test_a_refund_made_at_stripe_stands_there_with_its_payment(
    portal: Portal,
    alice: Person,
    adam: Person,
    app: Flask,
    sign_in: SignIn,
    request_bill: Callable[..., Owed],
    pay: Callable[..., Payment],
    stripe: StripeHere,
    run_jobs: Callable[[], int],
) -> None:
    payment = pay(request_bill(alice))
    stripe.deliver()
    run_jobs()
    (charge,) = stripe.server.store.rows("select id from objects where id like 'ch_%'")
    refund(stripe.server, Values({"charge": charge["id"]}))
    stripe.deliver()
    run_jobs()
    words = words_of(sign_in(adam).get("/admin"))
    assert "Refunds, disputes and payouts to deal with in Stripe (1)" in words
    assert words.count(payment.ref) == 1
    assert "charge.refunded" in words
    assert "refund.created" in words


def test_a_long_list_is_cut_short_and_says_so(
    portal: Portal, adam: Person, sign_in: SignIn
) -> None:
    now = clock.now()
    with portal.db.write() as session:
        for number in range(MOST + 1):
            event = StripeEvent(
                stripe_id=f"evt_{number:03}", type="charge.refunded", received_at=now
            )
            event.outcome = Outcome.UNHANDLED
            session.add(event)
    words = words_of(sign_in(adam).get("/admin"))
    assert f"(more than {MOST})" in words
    assert "evt_000" in words
    assert f"evt_{MOST:03}" not in words
    assert "the next ones show" in words


def test_alice_and_clara_do_not_learn_that_there_is_such_a_page(
    alice: Person, clara: Person, sign_in: SignIn
) -> None:
    for person in (alice, clara):
        assert sign_in(person).get("/admin").status_code == 404
