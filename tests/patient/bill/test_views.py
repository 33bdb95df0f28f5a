"""One bill as its patient sees it in each state."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import update

from fake_stripe.control.payments import release_processing
from fake_stripe.control.values import Values
from fake_stripe.faults import Fault
from portal.actions.pay import start
from portal.context import Portal
from portal.payments.models import Payment
from portal.payments.rules import NEWS_WINDOW, PaymentState
from portal.stripe_sync.payments import sync_payment
from tests.support.bills import Owed, latest
from tests.support.client import PortalClient, asks_again, form_on, words_of
from tests.support.offline_stripe import StripeHere
from tests.support.people import Person
from tests.support.portals import Clock
from tests.support.prices import price_rows
from tests.support.queries import Statements

SignIn = Callable[[Person], PortalClient]
RequestBill = Callable[..., Owed]
Pay = Callable[..., Payment]
Queries = Callable[[], AbstractContextManager[Statements]]


def test_alice_sees_what_she_owes_and_until_when(
    alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill = request_bill(alice, "clinical-letter", 1, ("posted-copy",))
    page = sign_in(alice).get(f"/bills/{bill.ref}")
    assert price_rows(page) == [
        "Clinical letter | £42.00",
        "Posted copy | £8.34",
        "You pay | £50.34",
    ]
    words = words_of(page)
    for expected in ("To pay", "Pay by", "Pay £50.34", "This bill is not a tax invoice", bill.ref):
        assert expected in words
    assert f'href="/bills/{bill.ref}/pay"' in page.get_data(as_text=True)


def test_a_bill_past_its_day_says_so_and_can_still_be_paid(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, clock: Clock
) -> None:
    bill = request_bill(alice)
    clock.advance(timedelta(days=15))
    words = words_of(sign_in(alice).get(f"/bills/{bill.ref}"))
    assert "Overdue" in words
    assert "You can still pay it here" in words
    assert "Pay £54.00" in words


def test_after_a_decline_the_bill_says_why_and_that_nothing_was_taken(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    pay(bill, "pm_card_chargeDeclined")
    sync_payment(portal, latest(portal, bill).id)
    words = words_of(sign_in(alice).get(f"/bills/{bill.ref}"))
    assert "Your card was declined" in words
    assert "You have not been charged" in words
    assert "Pay £54.00" in words


def test_an_old_decline_is_remembered_quietly(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
    clock: Clock,
) -> None:
    bill = request_bill(alice)
    pay(bill, "pm_card_chargeDeclined")
    sync_payment(portal, latest(portal, bill).id)
    clock.advance(NEWS_WINDOW)
    words = words_of(sign_in(alice).get(f"/bills/{bill.ref}"))
    assert "Your card was declined" not in words
    assert "That did not work, and you were not charged for it" in words
    assert "Pay £54.00" in words


def test_a_payment_that_waits_for_the_bank_leads_to_where_it_is_finished(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    bill = request_bill(alice)
    pay(bill, "pm_card_authenticationRequired")
    sync_payment(portal, latest(portal, bill).id)
    words = words_of(sign_in(alice).get(f"/bills/{bill.ref}"))
    assert "Not finished" in words
    assert "Finish paying" in words
    assert "Withdraw" not in words


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (PaymentState.PROCESSING, "You do not need to pay again"),
        (PaymentState.REVIEW, "Do not pay again"),
    ],
)
def test_while_a_payment_is_under_way_nobody_is_asked_to_pay(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    state: PaymentState,
    told: str,
) -> None:
    bill = request_bill(alice)
    start(portal, bill.id)
    with portal.db.write() as session:
        session.execute(update(Payment).values(state=state))
    client = sign_in(alice)
    page = client.get(f"/bills/{bill.ref}")
    assert told in words_of(page)
    assert "Pay £" not in words_of(page)
    assert f'href="/payments/{latest(portal, bill).ref}"' in page.get_data(as_text=True)
    assert client.get(f"/bills/{bill.ref}/withdraw").location == f"/bills/{bill.ref}"


def test_a_paid_bill_shows_its_payment_and_its_invoice(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
    run_jobs: Callable[[], int],
) -> None:
    bill = request_bill(alice)
    pay(bill, "pm_card_visa")
    sync_payment(portal, latest(portal, bill).id)
    client = sign_in(alice)
    assert "Your invoice is being prepared" in words_of(client.get(f"/bills/{bill.ref}"))
    run_jobs()
    page = client.get(f"/bills/{bill.ref}")
    words = words_of(page)
    for expected in ("Visa ending 4242", "Download the invoice (PDF)", "We call you", "Active"):
        assert expected in words
    assert len(re.findall(r"\bpaid\b", words, re.IGNORECASE)) == 1
    assert "tax invoice" not in words
    assert f'href="/payments/{latest(portal, bill).ref}"' in page.get_data(as_text=True)
    assert "Withdraw" not in words


def test_alice_withdraws_after_being_asked(
    alice: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    question = client.get(f"/bills/{bill.ref}/withdraw")
    assert "Withdraw this request?" in words_of(question)
    response = client.submit(question)
    assert (response.status_code, response.location) == (303, f"/bills/{bill.ref}")
    words = words_of(client.get(response.location))
    assert "You have withdrawn this request" in words
    assert "Cancelled" in words
    assert "Pay £" not in words


def test_a_bill_paid_meanwhile_is_not_withdrawn_and_says_why(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, pay: Pay
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    question = client.get(f"/bills/{bill.ref}/withdraw")
    pay(bill, "pm_card_visa")
    words = words_of(client.get(client.submit(question).location))
    assert "This request was not withdrawn" in words
    assert "Paid" in words


def test_with_stripe_unreachable_nothing_is_withdrawn_and_the_page_says_so(
    portal: Portal, alice: Person, sign_in: SignIn, request_bill: RequestBill, stripe: StripeHere
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    start(portal, bill.id)
    question = client.get(f"/bills/{bill.ref}/withdraw")
    stripe.server.faults.add(Fault("unreachable", count=10))
    assert client.submit(question).status_code == 503
    assert "To pay" in words_of(client.get(f"/bills/{bill.ref}"))


def test_bob_and_a_stranger_reference_get_the_same_404(
    alice: Person, bob: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill, client = request_bill(alice), sign_in(bob)
    for tail in ("", "/withdraw"):
        foreign = client.get(f"/bills/{bill.ref}{tail}")
        assert foreign.status_code == 404
        for ref in ("BILL-0000000000000000", "BILL-1", "a%00b", "x" * 400):
            missing = client.get(f"/bills/{ref}{tail}")
            assert (missing.status_code, words_of(missing)) == (404, words_of(foreign))


def test_bob_cannot_withdraw_alices_bill(
    alice: Person, bob: Person, sign_in: SignIn, request_bill: RequestBill
) -> None:
    bill, client = request_bill(alice), sign_in(bob)
    own = form_on(client.get(f"/bills/{request_bill(bob).ref}/withdraw"), "/withdraw")
    assert client.post(f"/bills/{bill.ref}/withdraw", data=own.filled({})).status_code == 404
    assert "To pay" in words_of(sign_in(alice).get(f"/bills/{bill.ref}"))


def test_a_bill_takes_six_queries_whatever_is_on_it(
    alice: Person, sign_in: SignIn, request_bill: RequestBill, queries: Queries
) -> None:
    client = sign_in(alice)
    counts = []
    for bill in (
        request_bill(alice),
        request_bill(alice, "clinical-letter", 1, ("posted-copy", "urgent")),
    ):
        with queries() as sent:
            client.get(f"/bills/{bill.ref}")
        counts.append(len(sent))
    assert counts == [6, 6]


def test_a_bill_under_way_follows_by_itself_until_its_invoice_is_there(
    portal: Portal,
    alice: Person,
    sign_in: SignIn,
    request_bill: RequestBill,
    pay: Pay,
    stripe: StripeHere,
    run_jobs: Callable[[], int],
) -> None:
    bill, client = request_bill(alice), sign_in(alice)
    assert "data-follows" not in client.get(f"/bills/{bill.ref}").text
    stripe.server.settings.hold_processing = 1
    payment = pay(bill)
    sync_payment(portal, payment.id)
    again = asks_again(client.get(f"/bills/{bill.ref}"))
    assert client.partial(again).status_code == 204
    done = {"payment_intent": payment.stripe_id or "", "outcome": "succeed"}
    release_processing(stripe.server, Values(done))
    sync_payment(portal, payment.id)
    again = asks_again(client.partial(again))
    assert client.partial(again).status_code == 204
    run_jobs()
    ready = client.partial(again)
    assert "Download the invoice (PDF)" in words_of(ready)
    assert "data-follows" not in ready.text
